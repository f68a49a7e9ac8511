//! Something that happens once, and that any number of threads wait for with [`poll`](super::poll()).

use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use super::descriptor::Descriptor;

/// An eventfd: readable from [`Event::set`] until [`Event::clear`].
#[derive(Debug)]
pub(crate) struct Event(Descriptor<OwnedFd>);

impl Event {
    pub(crate) fn new() -> io::Result<Self> {
        let open = || {
            // SAFETY: a call without pointers.
            let descriptor = unsafe { libc::eventfd(0, libc::EFD_CLOEXEC | libc::EFD_NONBLOCK) };
            if descriptor < 0 {
                return Err(io::Error::last_os_error());
            }
            // SAFETY: a descriptor that was opened just now, and that nobody else has.
            Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
        };
        Descriptor::open(open).map(Self)
    }

    /// One `write`. Callable from a signal handler: it allocates nothing and takes no lock.
    pub(crate) fn set(&self) {
        if let Ok(descriptor) = self.0.get() {
            let one = 1_u64;
            // SAFETY: eight bytes that live as long as the call. It fails only where the counter is full, which is set.
            unsafe { libc::write(descriptor.as_raw_fd(), (&raw const one).cast(), size_of::<u64>()) };
        }
    }

    pub(crate) fn clear(&self) {
        if let Ok(descriptor) = self.0.get() {
            let mut count = 0_u64;
            // SAFETY: room for eight bytes that lives as long as the call. It fails only where the event is not set.
            unsafe { libc::read(descriptor.as_raw_fd(), (&raw mut count).cast(), size_of::<u64>()) };
        }
    }

    /// The number of the descriptor; in a process that did not open it one that `poll` passes over.
    pub(super) fn number(&self) -> RawFd {
        self.0.get().map_or(-1, OwnedFd::as_raw_fd)
    }
}
