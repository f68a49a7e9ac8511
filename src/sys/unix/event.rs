//! An event that any number of threads can wait for with [`poll`](super::poll()).

use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

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
    /// Set for good: it cannot be cleared any more.
    spent: AtomicBool,
}

impl Event {
    pub(crate) fn new() -> io::Result<Self> {
        let (waited_for, written) = Descriptor::open_pair(|| {
            let (waited_for, written) = UnixStream::pair()?;
            let written = OwnedFd::from(written);
            raise_no_sigpipe(&written)?;
            Ok((waited_for, UnixStream::from(written)))
        })?;
        Ok(Self { waited_for, written, spent: AtomicBool::new(false) })
    }

    /// Costs one `fstat` and one `send`, and keeps `errno`. Callable from a signal handler: it allocates nothing and
    /// takes no lock.
    pub(crate) fn set(&self) {
        let errno = errno();
        // SAFETY: the calling thread's own variable, which is valid as long as the thread lives.
        let before = unsafe { *errno };
        if let Ok(socket) = self.written.get_intact() {
            self.send_byte(socket.as_raw_fd(), errno);
        }
        // SAFETY: as above.
        unsafe { *errno = before };
    }

    /// Sends a byte. Where the system cannot, e.g. for lack of memory, ends the connection: that makes the other end
    /// readable, too, and needs no memory.
    fn send_byte(&self, socket: RawFd, errno: *const libc::c_int) {
        let flags = libc::MSG_DONTWAIT | NO_SIGPIPE;
        // SAFETY: one byte that lives as long as the call.
        while unsafe { libc::send(socket, (&raw const BYTE).cast(), 1, flags) } < 0 {
            // SAFETY: the calling thread's own variable, which is valid as long as the thread lives.
            match unsafe { *errno } {
                libc::EINTR => {}
                // The buffer is full, so the event is already set.
                libc::EAGAIN => return,
                _ => {
                    self.spent.store(true, SeqCst);
                    // SAFETY: an open socket, and no pointers. It fails if the program has closed the other end, and
                    // then the waiting thread notices that.
                    unsafe { libc::shutdown(socket, libc::SHUT_WR) };
                    return;
                }
            }
        }
    }

    pub(crate) fn clear(&self) {
        let Ok(socket) = self.waited_for.get_intact() else { return };
        let mut bytes = [0_u8; 64];
        // SAFETY: a buffer that lives as long as the call, with its own length. `recv` fails when nothing is left.
        while unsafe { libc::recv(socket.as_raw_fd(), bytes.as_mut_ptr().cast(), bytes.len(), libc::MSG_DONTWAIT) }
            == bytes.len() as isize
        {}
    }

    /// Whether the program has closed neither descriptor, and the event can be cleared.
    pub(crate) fn is_intact(&self) -> bool {
        !self.spent.load(SeqCst) && self.waited_for.get_intact().is_ok() && self.written.get_intact().is_ok()
    }

    /// The number of the descriptor. In a process that did not open it, -1, which `poll` ignores.
    pub(super) fn number(&self) -> RawFd {
        self.waited_for.get().map_or(-1, UnixStream::as_raw_fd)
    }
}

static BYTE: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::{Until, Watch, poll};
    use std::net::Shutdown;
    use std::time::Duration;

    #[test]
    fn an_event_is_set_even_if_nothing_can_be_sent() {
        let event = Event::new().expect("can be made");
        // From now on `send` fails.
        event.written.get_intact().expect("is open").shutdown(Shutdown::Write).expect("is open");
        event.set();
        assert!(poll(&mut [Watch::event(&event)], Until::after(Duration::from_secs(10))).expect("can be waited for"));
        assert!(!event.is_intact(), "it cannot be cleared");
    }
}
