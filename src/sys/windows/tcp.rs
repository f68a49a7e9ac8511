//! Begins a TCP connection without waiting for it.

use std::io;
use std::mem::zeroed;
use std::net::{SocketAddr, TcpStream};
use std::os::windows::io::{AsRawSocket, FromRawSocket, RawSocket};
use std::ptr::null;

use windows_sys::Win32::Networking::WinSock::{
    AF_INET, AF_INET6, INVALID_SOCKET, IPPROTO_TCP, SOCK_STREAM, SOCKADDR_IN, SOCKADDR_IN6, SOCKET,
    WSA_FLAG_NO_HANDLE_INHERIT, WSA_FLAG_OVERLAPPED, WSADATA, WSAEMFILE, WSAENOBUFS, WSAEWOULDBLOCK, WSAGetLastError,
    WSANOTINITIALISED, WSASocketW, WSAStartup, connect,
};

use super::socket::Socket;

/// A TCP connection that is being opened, or is open.
#[derive(Debug)]
pub(crate) struct Connection(Socket<TcpStream>);

impl Connection {
    pub(super) fn stream(&self) -> &TcpStream {
        self.0.get()
    }

    /// The stream. On other systems an error in the child of a fork.
    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
    pub(crate) fn get(&self) -> io::Result<&TcpStream> {
        Ok(self.0.get())
    }

    /// As [`Self::get`]. Also an error if the host has ended Winsock since.
    pub(crate) fn get_intact(&self) -> io::Result<&TcpStream> {
        self.0.get_intact()
    }
}

/// Whether the process or the machine has reached its limit of open sockets.
pub(crate) fn is_out_of_descriptors(error: &io::Error) -> bool {
    error.raw_os_error() == Some(WSAEMFILE)
}

/// Whether the system lacks memory.
pub(crate) fn is_out_of_memory(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::OutOfMemory || error.raw_os_error() == Some(WSAENOBUFS)
}

/// Begins to connect to `address`. When the socket is writable or has failed the attempt is over, and its `take_error`
/// says how it ended. The socket never blocks, is not inherited, and sends written bytes at once.
pub(crate) fn begin_connect(address: &SocketAddr) -> io::Result<Connection> {
    let family = i32::from(if address.is_ipv4() { AF_INET } else { AF_INET6 });
    let stream = started(|| {
        let flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
        // SAFETY: a call whose only pointer may be null.
        let socket = unsafe { WSASocketW(family, SOCK_STREAM, IPPROTO_TCP, null(), 0, flags) };
        if socket == INVALID_SOCKET {
            return Err(last_error());
        }
        // SAFETY: a socket that was opened just now, and that has no other owner.
        Ok(unsafe { TcpStream::from_raw_socket(socket as RawSocket) })
    })?;
    stream.set_nonblocking(true)?;
    // A request is one write, so there is nothing to collect before it is sent.
    stream.set_nodelay(true)?;
    let socket = stream.as_raw_socket() as SOCKET;
    let result = match address {
        SocketAddr::V4(address) => {
            // SAFETY: all zeros is a valid address structure.
            let mut raw: SOCKADDR_IN = unsafe { zeroed() };
            raw.sin_family = AF_INET;
            raw.sin_port = address.port().to_be();
            raw.sin_addr.S_un.S_addr = u32::from_ne_bytes(address.ip().octets());
            // SAFETY: an open socket, and an address structure with its own length that lives as long as the call.
            unsafe { connect(socket, (&raw const raw).cast(), size_of_val(&raw) as i32) }
        }
        SocketAddr::V6(address) => {
            // SAFETY: all zeros is a valid address structure.
            let mut raw: SOCKADDR_IN6 = unsafe { zeroed() };
            raw.sin6_family = AF_INET6;
            raw.sin6_port = address.port().to_be();
            raw.sin6_flowinfo = address.flowinfo();
            raw.sin6_addr.u.Byte = address.ip().octets();
            raw.Anonymous.sin6_scope_id = address.scope_id();
            // SAFETY: as above.
            unsafe { connect(socket, (&raw const raw).cast(), size_of_val(&raw) as i32) }
        }
    };
    if result != 0 {
        let error = last_error();
        if error.raw_os_error() != Some(WSAEWOULDBLOCK) {
            return Err(error);
        }
    }
    // It is bound now.
    Ok(Connection(Socket::new(stream)?))
}

/// Opens a socket with `open`, and starts Winsock before that if it has to be started.
///
/// The standard library starts it once. A host that calls `WSACleanup` more often than `WSAStartup` ends it for every part
/// of the process, so it is started again.
pub(super) fn started<T>(open: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match open() {
        Err(error) if error.raw_os_error() == Some(WSANOTINITIALISED) => {}
        result => return result,
    }
    // SAFETY: all zeros is a valid structure, and the call writes it.
    let result = unsafe {
        let mut data: WSADATA = zeroed();
        WSAStartup(0x202, &raw mut data)
    };
    if result == 0 { open() } else { Err(io::Error::from_raw_os_error(result)) }
}

pub(super) fn last_error() -> io::Error {
    // SAFETY: it has no precondition.
    io::Error::from_raw_os_error(unsafe { WSAGetLastError() })
}
