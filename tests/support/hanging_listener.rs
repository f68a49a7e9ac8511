//! An address at which connecting neither succeeds nor fails, on loopback and without a firewall.

use std::ffi::c_int;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::time::Duration;

/// A listener that accepts no connection and whose queue is full, so that Linux answers no further SYN.
pub struct HangingListener {
    listener: TcpListener,
    _queued: Vec<TcpStream>,
}

impl HangingListener {
    pub fn bind(address: SocketAddr) -> Self {
        unsafe extern "C" {
            fn listen(socket: c_int, backlog: c_int) -> c_int;
        }
        let listener = TcpListener::bind(address).expect("the address is free");
        // SAFETY: an open, bound socket; std has no way to set the length of its queue.
        assert_eq!(unsafe { listen(listener.as_raw_fd(), 0) }, 0);
        let address = listener.local_addr().expect("is bound");
        let mut queued = Vec::new();
        loop {
            match TcpStream::connect_timeout(&address, Duration::from_millis(200)) {
                Ok(stream) => queued.push(stream),
                Err(error) if error.kind() == io::ErrorKind::TimedOut => break,
                Err(error) => panic!("a queue that is full is silent: {error}"),
            }
            assert!(queued.len() < 100, "the queue does not get full");
        }
        Self { listener, _queued: queued }
    }

    /// `http://IP:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.listener.local_addr().expect("is bound"))
    }
}
