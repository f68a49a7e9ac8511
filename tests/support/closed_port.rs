//! An address at which nobody listens, and never will during a test.

use std::net::{SocketAddr, TcpListener, TcpStream};

/// A port of loopback that refuses connections. An open connection uses it as the port of its client, so the system gives it
/// to no server of another test.
pub struct ClosedPort {
    connection: TcpStream,
    _listener: TcpListener,
}

impl ClosedPort {
    pub fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let address = listener.local_addr().expect("is bound");
        Self { connection: TcpStream::connect(address).expect("is listening"), _listener: listener }
    }

    pub fn address(&self) -> SocketAddr {
        self.connection.local_addr().expect("is connected")
    }
}
