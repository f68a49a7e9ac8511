//! An event that any number of threads can wait for with [`poll`](super::poll()).

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;

use super::descriptor::Descriptor;
use super::differences::{NO_SIGPIPE, errno, raise_no_sigpipe};

/// An event. Its descriptor is readable from [`Event::set`] until [`Event::clear`].
///
/// Made of two connected sockets: one is written to, the other is waited for. An `eventfd` would need one descriptor
/// less. But the program may close it and open its own `eventfd` under the same number, and nothing tells the two
/// apart. For the same reason the event uses `send`, not `write`: `send` works on sockets only.
#[derive(Debug)]
pub(crate) struct Event {
    waited_for: Descriptor<UnixStream>,
    written: Descriptor<UnixStream>,
}

impl Event {
    pub(crate) fn new() -> io::Result<Self> {
        let (waited_for, written) = Descriptor::open_pair(|| {
            let (waited_for, written) = UnixStream::pair()?;
            let written = OwnedFd::from(written);
            raise_no_sigpipe(&written)?;
            Ok((waited_for, UnixStream::from(written)))
        })?;
        Ok(Self { waited_for, written })
    }

    /// Costs one `fstat` and one `send`, and keeps `errno`. Callable from a signal handler: it allocates nothing and
    /// takes no lock.
    pub(crate) fn set(&self) {
        let errno = errno();
        // SAFETY: the calling thread's own variable, which is valid as long as the thread lives.
        let before = unsafe { *errno };
        if let Ok(socket) = self.written.get_intact() {
            let flags = libc::MSG_DONTWAIT | NO_SIGPIPE;
            // SAFETY: one byte that lives as long as the call. `send` fails if the buffer is full, and then the event
            // is already set. It also fails if the program has closed the other end, and then the waiting thread
            // notices that.
            unsafe { libc::send(socket.as_raw_fd(), (&raw const BYTE).cast(), 1, flags) };
        }
        // SAFETY: as above.
        unsafe { *errno = before };
    }

    pub(crate) fn clear(&self) {
        let Ok(socket) = self.waited_for.get_intact() else { return };
        let mut bytes = [0_u8; 64];
        // SAFETY: a buffer that lives as long as the call, with its own length. `recv` fails when nothing is left.
        while unsafe { libc::recv(socket.as_raw_fd(), bytes.as_mut_ptr().cast(), bytes.len(), libc::MSG_DONTWAIT) }
            == bytes.len() as isize
        {}
    }

    /// Whether the program has closed neither descriptor.
    pub(crate) fn is_intact(&self) -> bool {
        self.waited_for.get_intact().is_ok() && self.written.get_intact().is_ok()
    }

    /// The number of the descriptor. In a process that did not open it, -1, which `poll` ignores.
    pub(super) fn number(&self) -> RawFd {
        self.waited_for.get().map_or(-1, UnixStream::as_raw_fd)
    }
}

static BYTE: u8 = 1;
