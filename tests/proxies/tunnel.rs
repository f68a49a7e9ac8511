//! A proxy that makes tunnels and records its requests.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConnection, StreamOwned};

use crate::tls_server;

/// How long a tunnel lives if nobody closes it. Longer than any test.
const LONGEST: Duration = Duration::from_secs(30);

/// How long the proxy reads from one side before it turns to the other.
const TURN: Duration = Duration::from_millis(3);

pub struct Tunnel {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnel {
    /// Every tunnel leads to `target`, whatever the request says.
    pub fn plain(target: SocketAddr) -> Self {
        Self::start(Some(target), |socket| Box::new(socket))
    }

    /// Tunnels lead to the requested address.
    pub fn as_asked() -> Self {
        Self::start(None, |socket| Box::new(socket))
    }

    /// The connection to the proxy itself uses TLS.
    pub fn over_tls(target: SocketAddr) -> Self {
        let config = Arc::new(tls_server::Server::default().config());
        Self::start(Some(target), move |socket| {
            let connection = ServerConnection::new(Arc::clone(&config)).expect("the configuration is complete");
            Box::new(StreamOwned::new(connection, socket))
        })
    }

    fn start(
        target: Option<SocketAddr>,
        wrap: impl Fn(TcpStream) -> Box<dyn Both + Send> + Send + Sync + 'static,
    ) -> Self {
        // On every loopback address, for tests of a proxy whose name is not in its certificate.
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).expect("there is a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        let wrap = Arc::new(wrap);
        thread::spawn(move || {
            for socket in listener.incoming().filter_map(Result::ok).filter(is_local) {
                let (seen, wrap) = (Arc::clone(&seen), Arc::clone(&wrap));
                thread::spawn(move || {
                    let _ = socket.set_read_timeout(Some(TURN));
                    // A peer may close the connection.
                    let _ = serve(&mut *wrap(socket), target, &seen);
                });
            }
        });
        Self { address, heads }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The heads of its requests.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no panic under this lock").clone()
    }
}

trait Both: Read + Write {}
impl<T: Read + Write> Both for T {}

fn is_local(socket: &TcpStream) -> bool {
    socket.peer_addr().is_ok_and(|peer| peer.ip().is_loopback())
}

fn serve(client: &mut dyn Both, target: Option<SocketAddr>, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    let until = Instant::now() + LONGEST;
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        match client.read(&mut byte) {
            Ok(0) => return Ok(()),
            Ok(_) => head.push(byte[0]),
            Err(error) if waits(&error) && Instant::now() < until => {}
            Err(error) => return Err(error),
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let asked = head.split(' ').nth(1).unwrap_or_default().to_owned();
    seen.lock().expect("no panic under this lock").push(head);
    let mut target = match target {
        Some(target) => TcpStream::connect(target)?,
        None => TcpStream::connect(asked)?,
    };
    target.set_read_timeout(Some(TURN))?;
    // A proxy may send an informational answer first.
    client.write_all(
        b"HTTP/1.1 102 Processing\r\nX-Proxy: test\r\n\r\nHTTP/1.1 200 Connection established\r\nX-Proxy: test\r\n\r\n",
    )?;
    client.flush()?;
    while Instant::now() < until {
        if !pass(client, &mut target)? || !pass(&mut target, client)? {
            return Ok(());
        }
    }
    Ok(())
}

/// Passes on the available bytes. Returns whether more may come.
fn pass(from: &mut (impl Read + ?Sized), to: &mut (impl Write + ?Sized)) -> io::Result<bool> {
    let mut buffer = [0; 16 * 1024];
    match from.read(&mut buffer) {
        Ok(0) => Ok(false),
        Ok(length) => to.write_all(&buffer[..length]).and_then(|()| to.flush()).map(|()| true),
        Err(error) if waits(&error) => Ok(true),
        Err(error) => Err(error),
    }
}

fn waits(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted)
}
