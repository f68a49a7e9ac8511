//! The only place where the library waits: one `poll` for several descriptors, until a point in time.

use std::io::{self, ErrorKind as Io};
use std::marker::PhantomData;
use std::os::fd::AsRawFd;

use super::event::Event;
use super::tcp::Connection;
use crate::sys::{Readiness, Until};

/// A descriptor to wait for.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(crate) struct Watch<'a> {
    descriptor: libc::pollfd,
    alive: PhantomData<&'a ()>,
}

impl<'a> Watch<'a> {
    pub(crate) fn event(event: &'a Event) -> Self {
        Self::new(event.number(), libc::POLLIN)
    }

    pub(crate) fn socket(socket: &'a Connection, readiness: Readiness) -> Self {
        let events = match readiness {
            Readiness::Readable => libc::POLLIN,
            Readiness::Writable => libc::POLLOUT,
        };
        Self::new(socket.get().map_or(-1, AsRawFd::as_raw_fd), events)
    }

    fn new(fd: i32, events: i16) -> Self {
        Self { descriptor: libc::pollfd { fd, events, revents: 0 }, alive: PhantomData }
    }

    /// Whether the last wait found the descriptor ready, or failed. The next operation on it reports a failure.
    pub(crate) fn is_ready(&self) -> bool {
        self.descriptor.revents != 0
    }
}

/// Waits until one of `watches` is ready. False when the time is up. A signal neither ends nor lengthens the wait.
pub(crate) fn poll(watches: &mut [Watch<'_>], until: Until) -> io::Result<bool> {
    loop {
        let left = until.remaining();
        if left.is_zero() {
            return Ok(false);
        }
        // Rounded up, because a wait that ends early would only begin again.
        let milliseconds = i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX);
        // SAFETY: a `Watch` is a `pollfd`, and the slice is as long as it says.
        let ready = unsafe { libc::poll(watches.as_mut_ptr().cast(), watches.len() as libc::nfds_t, milliseconds) };
        match ready {
            0 => {}
            -1 => {
                let error = io::Error::last_os_error();
                if error.kind() != Io::Interrupted {
                    return Err(error);
                }
            }
            _ => return Ok(true),
        }
    }
}
