//! TLS in front of a server on this machine that speaks plain HTTP, with the committed certificates.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::{ServerConnection, StreamOwned};

use crate::server::Server;

/// Accepts TLS on a port of its own until the test program ends, and passes everything on to the server at `url`. Returns the URL
/// of the front.
pub fn in_front_of(url: &str) -> String {
    let plain = url.strip_prefix("http://").expect("speaks plain HTTP").to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    let front = format!("https://{}", listener.local_addr().expect("is bound"));
    let config = Arc::new(Server::default().config());
    thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("the configuration is complete");
            let Ok(behind) = TcpStream::connect(&plain) else { continue };
            thread::spawn(move || pass_on(StreamOwned::new(connection, socket), behind));
        }
    });
    front
}

/// Passes bytes in both directions until one side ends. A failure ends both: the client or the server went away.
fn pass_on(mut front: StreamOwned<ServerConnection, TcpStream>, mut behind: TcpStream) -> io::Result<()> {
    // One thread reads both sides in turn, because a TLS connection cannot be split.
    for socket in [&front.sock, &behind] {
        socket.set_read_timeout(Some(Duration::from_millis(5)))?;
    }
    let mut bytes = [0; 16384];
    loop {
        match arrived(front.read(&mut bytes))? {
            Some(0) => return Ok(()),
            Some(length) => behind.write_all(&bytes[..length])?,
            None => {}
        }
        match arrived(behind.read(&mut bytes))? {
            Some(0) => {
                front.conn.send_close_notify();
                return front.flush();
            }
            Some(length) => front.write_all(&bytes[..length])?,
            None => {}
        }
    }
}

/// How many bytes were read; `None` if there are none yet.
fn arrived(read: io::Result<usize>) -> io::Result<Option<usize>> {
    match read {
        Ok(length) => Ok(Some(length)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(None),
        Err(error) => Err(error),
    }
}
