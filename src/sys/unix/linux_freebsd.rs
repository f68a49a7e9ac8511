//! What differs on Linux and FreeBSD.

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

/// For `send`: no SIGPIPE.
pub(super) const NO_SIGPIPE: libc::c_int = libc::MSG_NOSIGNAL;

/// A new socket, which never blocks and is closed on exec.
pub(super) fn open_socket(domain: libc::c_int) -> io::Result<OwnedFd> {
    // SAFETY: a call without pointers.
    let socket = unsafe { libc::socket(domain, libc::SOCK_STREAM | libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK, 0) };
    if socket < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a socket that was opened just now, and that has no other owner.
    Ok(unsafe { OwnedFd::from_raw_fd(socket) })
}

/// What a socket needs that was not made by [`open_socket`], so that it raises no SIGPIPE: nothing, the flag does it.
pub(super) fn raise_no_sigpipe(_: &OwnedFd) -> io::Result<()> {
    Ok(())
}

/// The calling thread's `errno`.
pub(super) fn errno() -> *mut libc::c_int {
    #[cfg(target_os = "linux")]
    use libc::__errno_location as place;
    #[cfg(target_os = "freebsd")]
    use libc::__error as place;
    // SAFETY: it has no precondition and cannot fail.
    unsafe { place() }
}

/// The linker's option `-z nodelete` keeps the code in memory (build.rs).
pub(super) fn stay_loaded() {}
