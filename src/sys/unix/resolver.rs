//! Calls the system's resolver, and explains why a name does not resolve.
//!
//! The standard library calls the resolver, too, but reports a failure only as a message, in the language that the
//! program has set. The message does not tell whether asking again makes sense.

use std::ffi::{CStr, CString, c_int};
use std::io;
use std::mem::zeroed;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::ptr;

use crate::sys::Unresolved;

/// The reason that an error code of `getaddrinfo` stands for.
fn from_code(code: c_int, last_os_error: io::Error) -> Unresolved {
    if code == libc::EAI_SYSTEM {
        // This machine cannot ask now, e.g. for lack of a descriptor or of memory.
        return Unresolved::for_now(last_os_error.to_string());
    }
    // SAFETY: it accepts every number, and returns a string that lives as long as the program.
    let words = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
    Unresolved {
        reason: words.to_string_lossy().into_owned(),
        temporary: matches!(code, libc::EAI_AGAIN | libc::EAI_MEMORY),
    }
}

/// The addresses of `host`, each with `port`. May take any time, because the resolver has no deadline.
pub(crate) fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Unresolved> {
    let name = CString::new(host).map_err(|_| Unresolved::for_good("a host name cannot hold a NUL"))?;
    // SAFETY: all zeros is a valid structure of hints.
    let mut hints: libc::addrinfo = unsafe { zeroed() };
    // Without it every address is listed once for each kind of socket.
    hints.ai_socktype = libc::SOCK_STREAM;
    let mut list = AddrInfo(ptr::null_mut());
    // SAFETY: a string and hints that outlive the call, and a place for the list.
    let code = unsafe { libc::getaddrinfo(name.as_ptr(), ptr::null(), &raw const hints, &raw mut list.0) };
    if code != 0 {
        let unresolved = from_code(code, io::Error::last_os_error());
        read_settings_again();
        return Err(unresolved);
    }
    let mut addresses = Vec::new();
    let mut next: *const libc::addrinfo = list.0;
    // SAFETY: an entry of the list, which lives until the end of this function; the pointer in the last entry is null.
    while let Some(entry) = unsafe { next.as_ref() } {
        addresses.extend(address(entry, port));
        next = entry.ai_next;
    }
    Ok(addresses)
}

/// A list that `getaddrinfo` allocated.
struct AddrInfo(*mut libc::addrinfo);

impl Drop for AddrInfo {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: a list that `getaddrinfo` made, freed once.
            unsafe { libc::freeaddrinfo(self.0) };
        }
    }
}

/// The address in an entry; `None` for a family other than IPv4 and IPv6.
fn address(entry: &libc::addrinfo, port: u16) -> Option<SocketAddr> {
    let length = usize::try_from(entry.ai_addrlen).ok()?;
    if entry.ai_addr.is_null() {
        return None;
    }
    match entry.ai_family {
        libc::AF_INET if length >= size_of::<libc::sockaddr_in>() => {
            // SAFETY: the entry's family says which structure it is, and its length is large enough for that structure.
            let raw = unsafe { entry.ai_addr.cast::<libc::sockaddr_in>().read_unaligned() };
            let ip = Ipv4Addr::from(raw.sin_addr.s_addr.to_ne_bytes());
            Some(SocketAddrV4::new(ip, port).into())
        }
        libc::AF_INET6 if length >= size_of::<libc::sockaddr_in6>() => {
            // SAFETY: as above.
            let raw = unsafe { entry.ai_addr.cast::<libc::sockaddr_in6>().read_unaligned() };
            let ip = Ipv6Addr::from(raw.sin6_addr.s6_addr);
            Some(SocketAddrV6::new(ip, port, raw.sin6_flowinfo, raw.sin6_scope_id).into())
        }
        _ => None,
    }
}

/// Makes the C library read resolv.conf again. From 2.26 on glibc does that by itself. Before that, a process that
/// began without a network would never resolve a name. The standard library does the same.
fn read_settings_again() {
    #[cfg(target_env = "gnu")]
    {
        // SAFETY: it returns a string that lives as long as the program.
        let version = unsafe { CStr::from_ptr(libc::gnu_get_libc_version()) };
        if version.to_str().is_ok_and(|version| is_before(version, (2, 26))) {
            // SAFETY: it has no precondition, and concerns the calling thread alone.
            unsafe { libc::res_init() };
        }
    }
}

#[cfg(target_env = "gnu")]
fn is_before(version: &str, other: (u32, u32)) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>());
    matches!((numbers.next(), numbers.next()), (Some(Ok(major)), Some(Ok(minor))) if (major, minor) < other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_of_the_resolver_are_told_apart() {
        let of_code = |code| from_code(code, io::Error::from_raw_os_error(libc::EMFILE));
        for (code, temporary) in
            [(libc::EAI_AGAIN, true), (libc::EAI_MEMORY, true), (libc::EAI_NONAME, false), (libc::EAI_FAIL, false)]
        {
            assert_eq!(of_code(code).temporary, temporary, "{code}");
        }
        let no_descriptor = of_code(libc::EAI_SYSTEM);
        let words = io::Error::from_raw_os_error(libc::EMFILE).to_string();
        assert!(no_descriptor.temporary && no_descriptor.reason.contains(&words), "{no_descriptor:?}");
    }

    #[cfg(target_env = "gnu")]
    #[test]
    fn old_libraries_are_known() {
        for (version, old) in
            [("2.17", true), ("2.25.90", true), ("2.26", false), ("2.36", false), ("3.0", false), ("x", false)]
        {
            assert_eq!(is_before(version, (2, 26)), old, "{version}");
        }
    }
}
