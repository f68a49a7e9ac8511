//! The only place where the library waits: one `select` for several sockets, until a point in time.
//!
//! `select` and not `WSAPoll`: before Windows 10 version 2004 `WSAPoll` does not report that a connection was refused.

use std::io;
use std::marker::PhantomData;
use std::os::windows::io::AsRawSocket;
use std::ptr::null_mut;

use windows_sys::Win32::Networking::WinSock::{FD_SET, SOCKET, SOCKET_ERROR, TIMEVAL, select};

use super::event::Event;
use super::tcp::{Connection, last_error};
use crate::sys::{Readiness, Until};

/// A socket to wait for.
#[derive(Clone, Copy)]
pub(crate) struct Watch<'a> {
    socket: SOCKET,
    readiness: Readiness,
    is_ready: bool,
    alive: PhantomData<&'a ()>,
}

impl<'a> Watch<'a> {
    pub(crate) fn event(event: &'a Event) -> Self {
        Self { socket: event.socket(), readiness: Readiness::Readable, is_ready: false, alive: PhantomData }
    }

    pub(crate) fn socket(socket: &'a Connection, readiness: Readiness) -> Self {
        let socket = socket.stream().as_raw_socket() as SOCKET;
        Self { socket, readiness, is_ready: false, alive: PhantomData }
    }

    /// Whether the last wait found the socket ready, or failed. The next operation on it reports a failure.
    pub(crate) fn is_ready(&self) -> bool {
        self.is_ready
    }
}

/// A set of sockets for `select`.
struct Set(FD_SET);

impl Set {
    /// The sockets that are waited for in this way.
    fn of(watches: &[Watch<'_>], readiness: Readiness) -> Self {
        let wanted = watches.iter().filter(|watch| watch.readiness == readiness);
        let mut set = FD_SET { fd_count: 0, fd_array: [0; 64] };
        // A wait is for the event and a few sockets (`interrupt::MOST_WATCHES`).
        for (place, watch) in set.fd_array.iter_mut().zip(wanted) {
            *place = watch.socket;
            set.fd_count += 1;
        }
        Self(set)
    }

    fn contains(&self, socket: SOCKET) -> bool {
        self.0.fd_array[..self.0.fd_count as usize].contains(&socket)
    }

    /// NULL for a set of no sockets, which `select` refuses if all three are.
    fn pointer(&mut self) -> *mut FD_SET {
        if self.0.fd_count == 0 { null_mut() } else { &raw mut self.0 }
    }
}

/// Waits until one of `watches` is ready. False when the time is up.
pub(crate) fn poll(watches: &mut [Watch<'_>], until: Until) -> io::Result<bool> {
    loop {
        let left = until.remaining();
        if left.is_zero() {
            return Ok(false);
        }
        let mut read = Set::of(watches, Readiness::Readable);
        let mut write = Set::of(watches, Readiness::Writable);
        // A connection that failed is not writable but here.
        let mut failed = Set::of(watches, Readiness::Writable);
        // Rounded up, because a wait that ends early would only begin again.
        let microseconds = left.as_nanos().div_ceil(1000);
        let time = TIMEVAL {
            tv_sec: i32::try_from(microseconds / 1_000_000).unwrap_or(i32::MAX),
            tv_usec: (microseconds % 1_000_000) as i32,
        };
        // SAFETY: three sets that are NULL or have the number of sockets that they say, and a time, which all live as
        // long as the call.
        let ready = unsafe { select(0, read.pointer(), write.pointer(), failed.pointer(), &raw const time) };
        match ready {
            0 => {}
            SOCKET_ERROR => return Err(last_error()),
            _ => {
                for watch in watches.iter_mut() {
                    watch.is_ready = match watch.readiness {
                        Readiness::Readable => read.contains(watch.socket),
                        Readiness::Writable => write.contains(watch.socket) || failed.contains(watch.socket),
                    };
                }
                return Ok(true);
            }
        }
    }
}
