//! An event that any number of threads can wait for with [`poll`](super::poll()).

use std::io::{self, ErrorKind as Io};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::windows::io::AsRawSocket;

use windows_sys::Win32::Foundation::{GetLastError, SetLastError};
use windows_sys::Win32::Networking::WinSock::SOCKET;

use super::tcp::started;

/// An event. Its socket is readable from [`Event::set`] until [`Event::clear`].
///
/// Made of one UDP socket on loopback that is connected to itself: `select` waits for sockets only, and a connected
/// socket receives from its own address alone. No other process can inherit it.
#[derive(Debug)]
pub(crate) struct Event(UdpSocket);

impl Event {
    pub(crate) fn new() -> io::Result<Self> {
        let socket = started(|| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)))?;
        socket.connect(socket.local_addr()?)?;
        socket.set_nonblocking(true)?;
        Ok(Self(socket))
    }

    /// Costs one `send`, and keeps the thread's last error. Callable from a console handler.
    pub(crate) fn set(&self) {
        // SAFETY: it has no precondition. It is also the last error of Winsock.
        let before = unsafe { GetLastError() };
        // It fails if the buffer is full, and then the event is already set.
        let _is_set = self.0.send(&[1]);
        // SAFETY: it has no precondition.
        unsafe { SetLastError(before) };
    }

    pub(crate) fn clear(&self) {
        let mut bytes = [0_u8; 1];
        loop {
            match self.0.recv(&mut bytes) {
                Ok(_) => {}
                Err(error) if error.kind() == Io::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// Whether the program has left the socket alone. On Windows no program closes handles that are not its own, so this
    /// is not checked.
    #[expect(clippy::unused_self, reason = "other systems ask for the state")]
    pub(crate) fn is_intact(&self) -> bool {
        true
    }

    pub(super) fn socket(&self) -> SOCKET {
        self.0.as_raw_socket() as SOCKET
    }
}
