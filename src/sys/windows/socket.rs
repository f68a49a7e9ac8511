//! A socket that belongs to the library, as long as the host does not end Winsock.
//!
//! A host that calls `WSACleanup` more often than `WSAStartup` closes every socket of the process. The number of a socket
//! that the library had may then belong to a new one of the host: a byte that wakes a wait would go to the host's peer.

use std::io::{self, ErrorKind as Io};
use std::mem::ManuallyDrop;
use std::net::{SocketAddr, TcpStream, UdpSocket};

use windows_sys::Win32::Networking::WinSock::{WSAENOTSOCK, WSANOTINITIALISED};

/// What the standard library knows of its sockets.
pub(super) trait HasAddress {
    fn own_address(&self) -> io::Result<SocketAddr>;
}

impl HasAddress for TcpStream {
    fn own_address(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }
}

impl HasAddress for UdpSocket {
    fn own_address(&self) -> io::Result<SocketAddr> {
        self.local_addr()
    }
}

/// A socket that has a port. It is recognised by this port, which the system gave to it alone.
#[derive(Debug)]
pub(super) struct Socket<T: HasAddress> {
    inner: ManuallyDrop<T>,
    port: u16,
}

impl<T: HasAddress> Socket<T> {
    /// Takes over a socket that is bound.
    pub(super) fn new(socket: T) -> io::Result<Self> {
        let port = socket.own_address()?.port();
        Ok(Self { inner: ManuallyDrop::new(socket), port })
    }

    pub(super) fn get(&self) -> &T {
        &self.inner
    }

    /// As [`Self::get`], for use when time has passed: an error if the host has ended Winsock since. That costs one
    /// `getsockname`.
    pub(super) fn get_intact(&self) -> io::Result<&T> {
        let is_lost = match self.inner.own_address() {
            Ok(address) => address.port() != self.port,
            Err(error) => matches!(error.raw_os_error(), Some(WSAENOTSOCK | WSANOTINITIALISED)),
        };
        if is_lost {
            return Err(io::Error::new(
                Io::NotConnected,
                "the program ended Winsock, and with it the library's socket",
            ));
        }
        Ok(&self.inner)
    }
}

impl<T: HasAddress> Drop for Socket<T> {
    fn drop(&mut self) {
        if self.get_intact().is_ok() {
            // SAFETY: nothing uses the value afterwards.
            unsafe { ManuallyDrop::drop(&mut self.inner) };
        }
    }
}
