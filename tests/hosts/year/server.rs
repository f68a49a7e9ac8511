//! A server for millions of calls: it keeps no request, and the path of a request says what happens. Scripted servers keep
//! each request, and read it byte by byte.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::server;
use crate::support::answers::{JOB, answer, ok, page, refusal};
use crate::support::scripted_server::reset_when_closed;

/// How long the server waits for a peer that neither sends nor closes.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Server {
    address: SocketAddr,
    over: Arc<AtomicBool>,
    acceptor: Option<JoinHandle<()>>,
}

/// What the connections of a server share.
struct Shared {
    over: Arc<AtomicBool>,
    tls: Option<Arc<ServerConfig>>,
    /// How many tokens were issued. Each token is another one.
    tokens: AtomicUsize,
    /// Of each path whose tokens serve once: the last token that it saw.
    spent: Mutex<HashMap<String, String>>,
}

enum Reaction {
    Answer(Vec<u8>),
    AnswerAndClose(Vec<u8>),
    Stall,
    Reset,
}

impl Server {
    pub fn start(with_tls: bool) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let over = Arc::new(AtomicBool::new(false));
        let tls = with_tls.then(|| Arc::new(server::Server::default().config()));
        let shared = Shared { over: Arc::clone(&over), tls, tokens: AtomicUsize::new(0), spent: Mutex::default() };
        let acceptor = thread::spawn(move || accept(&listener, &Arc::new(shared)));
        Self { address, over, acceptor: Some(acceptor) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
        // Wakes the acceptor.
        let woken = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            assert!(acceptor.join().is_ok() || thread::panicking(), "the acceptor panicked");
        }
        drop(woken);
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while let Ok((socket, _)) = listener.accept() {
        if shared.over.load(Ordering::SeqCst) {
            return;
        }
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // A client that closes, for instance because its call was cancelled, is no failure of the server. The program that
            // calls checks what each call returns.
            let _ = serve(socket, &shared);
        });
    }
}

fn serve(socket: TcpStream, shared: &Shared) -> io::Result<()> {
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    socket.set_nodelay(true)?;
    let raw = socket.try_clone()?;
    let Some(config) = &shared.tls else { return exchange(&mut &socket, &raw, shared) };
    let connection = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
    let mut stream = StreamOwned::new(connection, socket);
    exchange(&mut stream, &raw, shared)?;
    stream.conn.send_close_notify();
    stream.flush()
}

fn exchange(stream: &mut (impl Read + Write), socket: &TcpStream, shared: &Shared) -> io::Result<()> {
    let mut unread = Vec::with_capacity(4096);
    while let Some(request) = read_request(stream, &mut unread)? {
        match shared.react(&request) {
            Reaction::Answer(bytes) => stream.write_all(&bytes)?,
            Reaction::AnswerAndClose(bytes) => return stream.write_all(&bytes),
            Reaction::Stall => return io::copy(stream, &mut io::sink()).map(drop),
            Reaction::Reset => return reset_when_closed(socket),
        }
    }
    Ok(())
}

/// The next request with its body. `None`: the peer has closed.
fn read_request(stream: &mut impl Read, unread: &mut Vec<u8>) -> io::Result<Option<String>> {
    let mut buffer = [0; 4096];
    loop {
        if let Some(length) = request_length(unread) {
            let rest = unread.split_off(length);
            let request = std::mem::replace(unread, rest);
            return String::from_utf8(request).map(Some).map_err(io::Error::other);
        }
        match stream.read(&mut buffer)? {
            0 => return Ok(None),
            length => unread.extend_from_slice(&buffer[..length]),
        }
    }
}

/// The length of the first request in `bytes`, if all of it is there.
fn request_length(bytes: &[u8]) -> Option<usize> {
    const EMPTY_LINE: &[u8] = b"\r\n\r\n";
    let head = bytes.windows(EMPTY_LINE.len()).position(|window| window == EMPTY_LINE)?;
    let text = std::str::from_utf8(&bytes[..head]).expect("a head is ASCII");
    let body = header(text, "content-length").map_or(0, |length| length.parse().expect("a length is a number"));
    let length = head + EMPTY_LINE.len() + body;
    (bytes.len() >= length).then_some(length)
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

impl Shared {
    fn react(&self, request: &str) -> Reaction {
        let path = request.split(' ').nth(1).expect("a request line has a path");
        let has = |word: &str| path.contains(word);
        Reaction::Answer(match () {
            () if has("/token") => self.token(if has("/short") { 0 } else { 3600 }),
            () if has("STALL") && !has("pageIndex=0") => return Reaction::Stall,
            () if has("RESET") => return Reaction::Reset,
            () if has("CLOSE") => {
                let head = "200 OK\r\nContent-Type: application/json\r\nConnection: close";
                return Reaction::AnswerAndClose(answer(head, JOB));
            }
            () if has("GONE") => {
                answer("404 Not Found\r\nContent-Type: application/json", refusal(404, "No such job."))
            }
            () if has("DOWN") => answer("500 Oh\r\nContent-Type: application/json", refusal(500, "Try later.")),
            () if has("BROKEN") => ok("{\"statusCode\":200,\"data\":{\"id\":"),
            () if has("SPENT") && self.is_spent(path, request) => answer("401 Unauthorized", ""),
            () if has("pageIndex=0&") => ok(page("J1", 3, "")),
            () if has("pageIndex=1&") => ok(page("J2", 3, "")),
            () if has("pageIndex=2&") => ok(page("J3", 3, "")),
            () => ok(JOB),
        })
    }

    fn token(&self, expires_in: u32) -> Vec<u8> {
        let number = self.tokens.fetch_add(1, Ordering::Relaxed);
        ok(format!(r#"{{"access_token":"token-{number}","expires_in":{expires_in},"token_type":"Bearer"}}"#))
    }

    /// Whether the token of this request has been used on this path before.
    fn is_spent(&self, path: &str, request: &str) -> bool {
        let token = header(request, "authorization").unwrap_or_default();
        // A panic elsewhere leaves a whole table.
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        spent.insert(path.to_owned(), token.to_owned()).as_deref() == Some(token)
    }
}
