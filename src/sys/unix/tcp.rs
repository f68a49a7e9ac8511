//! Begins a TCP connection without waiting for it.

use std::io;
use std::mem::zeroed;
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsRawFd;

use super::descriptor::Descriptor;
use super::differences::open_socket;

/// A TCP connection that is being opened, or is open.
pub(crate) type Connection = Descriptor<TcpStream>;

/// Begins to connect to `address`. When the socket is writable the attempt is over, and its `take_error` says how it
/// ended. The socket never blocks, is closed on exec, and sends written bytes at once.
pub(crate) fn begin_connect(address: &SocketAddr) -> io::Result<Connection> {
    let domain = if address.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 };
    let socket = Connection::open(|| open_socket(domain).map(TcpStream::from))?;
    let stream = socket.get()?;
    // A request is one write, so there is nothing to collect before it is sent.
    stream.set_nodelay(true)?;
    let result = match address {
        SocketAddr::V4(address) => {
            // SAFETY: all zeros is a valid address structure.
            let mut raw: libc::sockaddr_in = unsafe { zeroed() };
            raw.sin_family = libc::AF_INET as libc::sa_family_t;
            raw.sin_port = address.port().to_be();
            raw.sin_addr.s_addr = u32::from_ne_bytes(address.ip().octets());
            // SAFETY: an open socket, and an address structure with its own length that lives as long as the call.
            unsafe { libc::connect(stream.as_raw_fd(), (&raw const raw).cast(), size_of_val(&raw) as libc::socklen_t) }
        }
        SocketAddr::V6(address) => {
            // SAFETY: all zeros is a valid address structure.
            let mut raw: libc::sockaddr_in6 = unsafe { zeroed() };
            raw.sin6_family = libc::AF_INET6 as libc::sa_family_t;
            raw.sin6_port = address.port().to_be();
            raw.sin6_flowinfo = address.flowinfo();
            raw.sin6_addr.s6_addr = address.ip().octets();
            raw.sin6_scope_id = address.scope_id();
            // SAFETY: as above.
            unsafe { libc::connect(stream.as_raw_fd(), (&raw const raw).cast(), size_of_val(&raw) as libc::socklen_t) }
        }
    };
    if result == 0 {
        return Ok(socket);
    }
    let error = io::Error::last_os_error();
    // After a signal (EINTR) the attempt goes on, too.
    if matches!(error.raw_os_error(), Some(libc::EINPROGRESS | libc::EINTR)) { Ok(socket) } else { Err(error) }
}
