//! Calls the system's resolver, and explains why a name does not resolve.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use windows_sys::Win32::Networking::WinSock::{WSA_NOT_ENOUGH_MEMORY, WSAEMFILE, WSAENOBUFS, WSATRY_AGAIN};

use super::tcp::started;
use crate::sys::Unresolved;

/// The addresses of `host`, each with `port`. May take any time, because the resolver has no deadline.
pub(crate) fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, Unresolved> {
    match started(|| (host, port).to_socket_addrs()) {
        Ok(addresses) => Ok(addresses.collect()),
        Err(error) => Err(explain(&error)),
    }
}

fn explain(error: &io::Error) -> Unresolved {
    let may_pass = [WSATRY_AGAIN, WSA_NOT_ENOUGH_MEMORY, WSAENOBUFS, WSAEMFILE];
    let temporary = error.raw_os_error().is_some_and(|code| may_pass.contains(&code));
    Unresolved { reason: error.to_string(), temporary }
}

#[cfg(test)]
mod tests {
    use super::*;
    use windows_sys::Win32::Networking::WinSock::{WSAHOST_NOT_FOUND, WSANO_DATA, WSANO_RECOVERY};

    #[test]
    fn the_codes_of_the_resolver_are_told_apart() {
        for (code, temporary) in [
            (WSATRY_AGAIN, true),
            (WSA_NOT_ENOUGH_MEMORY, true),
            (WSAHOST_NOT_FOUND, false),
            (WSANO_DATA, false),
            (WSANO_RECOVERY, false),
        ] {
            assert_eq!(explain(&io::Error::from_raw_os_error(code)).temporary, temporary, "{code}");
        }
    }
}
