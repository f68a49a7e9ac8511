//! What differs on macOS.

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr::null_mut;

/// There is no such flag; [`raise_no_sigpipe`] sets an option of the socket.
pub(super) const NO_SIGPIPE: libc::c_int = 0;

/// A new socket, which never blocks, is closed on exec, and raises no SIGPIPE. Another thread that starts a program
/// between the first two calls passes the socket on: macOS cannot do both in one call.
pub(super) fn open_socket(domain: libc::c_int) -> io::Result<OwnedFd> {
    // SAFETY: a call without pointers.
    let socket = unsafe { libc::socket(domain, libc::SOCK_STREAM, 0) };
    if socket < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a socket that was opened just now, and that has no other owner.
    let socket = unsafe { OwnedFd::from_raw_fd(socket) };
    for (command, flag) in [(libc::F_SETFD, libc::FD_CLOEXEC), (libc::F_SETFL, libc::O_NONBLOCK)] {
        // SAFETY: an open descriptor, and no pointers.
        if unsafe { libc::fcntl(socket.as_raw_fd(), command, flag) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    raise_no_sigpipe(&socket)?;
    Ok(socket)
}

pub(super) fn raise_no_sigpipe(socket: &OwnedFd) -> io::Result<()> {
    let on: libc::c_int = 1;
    let size = size_of_val(&on) as libc::socklen_t;
    // SAFETY: an open descriptor, and a number with its own size that lives as long as the call.
    let result = unsafe {
        libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, libc::SO_NOSIGPIPE, (&raw const on).cast(), size)
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The calling thread's `errno`.
pub(super) fn errno() -> *mut libc::c_int {
    // SAFETY: it has no precondition and cannot fail.
    unsafe { libc::__error() }
}

/// Keeps the code in memory after `dlclose`: the linker has no option for it. Does nothing where the library is a part of
/// the program.
pub(super) fn stay_loaded() {
    static MARK: u8 = 0;
    let mut library =
        libc::Dl_info { dli_fname: null_mut(), dli_fbase: null_mut(), dli_sname: null_mut(), dli_saddr: null_mut() };
    // SAFETY: an address inside this library, and a structure that the call writes. It names the file of the library,
    // which is loaded, with a string that lives as long as the library.
    unsafe {
        if libc::dladdr((&raw const MARK).cast(), &raw mut library) != 0 {
            libc::dlopen(library.dli_fname, libc::RTLD_NOLOAD | libc::RTLD_NODELETE | libc::RTLD_LAZY);
        }
    }
}
