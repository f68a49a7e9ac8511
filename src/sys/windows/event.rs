//! An event that any number of threads can wait for with [`poll`](super::poll()).

use std::io::{self, ErrorKind as Io};
use std::net::{Ipv4Addr, UdpSocket};
use std::os::windows::io::AsRawSocket;

use windows_sys::Win32::Foundation::{GetLastError, SetLastError};
use windows_sys::Win32::Networking::WinSock::SOCKET;

use super::socket::Socket;
use super::tcp::started;

/// An event. Its socket is readable from [`Event::set`] until [`Event::clear`].
///
/// Made of one UDP socket on loopback that is connected to itself: `select` waits for sockets only, and a connected
/// socket receives from its own address alone. No other process can inherit it.
#[derive(Debug)]
pub(crate) struct Event(Socket<UdpSocket>);

impl Event {
    pub(crate) fn new() -> io::Result<Self> {
        let socket = started(|| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)))?;
        socket.connect(socket.local_addr()?)?;
        socket.set_nonblocking(true)?;
        Ok(Self(Socket::new(socket)?))
    }

    /// Costs one `getsockname` and one `send`, and keeps the thread's last error. Callable from a console handler.
    pub(crate) fn set(&self) {
        // SAFETY: it has no precondition. It is also the last error of Winsock.
        let before = unsafe { GetLastError() };
        if let Ok(socket) = self.0.get_intact() {
            // It fails if the buffer is full, and then the event is already set.
            let _is_set = socket.send(&[1]);
        }
        // SAFETY: it has no precondition.
        unsafe { SetLastError(before) };
    }

    pub(crate) fn clear(&self) {
        let Ok(socket) = self.0.get_intact() else { return };
        let mut bytes = [0_u8; 1];
        loop {
            match socket.recv(&mut bytes) {
                Ok(_) => {}
                Err(error) if error.kind() == Io::Interrupted => {}
                Err(_) => return,
            }
        }
    }

    /// Whether the host has left Winsock alone.
    pub(crate) fn is_intact(&self) -> bool {
        self.0.get_intact().is_ok()
    }

    pub(super) fn socket(&self) -> SOCKET {
        self.0.get().as_raw_socket() as SOCKET
    }
}
