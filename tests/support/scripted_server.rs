//! A server over raw TCP that follows its scripts byte by byte: for everything that no HTTP library would send.
//!
//! It ends with the test: after the drop it accepts no connection any more. The thread of a connection ends when its
//! peer closes, or else after [`PATIENCE`].

use std::collections::VecDeque;
use std::ffi::{c_int, c_void};
use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How long the server waits for a peer that does not send, read or close. Longer than any test's deadline.
const PATIENCE: Duration = Duration::from_secs(20);

/// One step of a script. At the end of its script a connection is closed.
#[derive(Debug, Clone)]
pub enum Step {
    /// Reads one request, and as much of a body as its Content-Length says.
    Request,
    /// Reads the first bytes. They show that the peer is connected; a reset before that could come too early.
    ReadSome,
    /// Sends these bytes at once.
    Send(Vec<u8>),
    /// Sends these bytes one by one, with a pause before each.
    Drip(Vec<u8>, Duration),
    /// Sends these bytes again and again until the peer closes.
    SendForever(Vec<u8>),
    /// Sends these bytes over TCP itself, past the protocol above it.
    SendBelow(Vec<u8>),
    /// Makes a frame of these bytes (a record of TLS, or the bytes as they are), and queues it.
    Frame(Vec<u8>),
    /// Queues a frame with which the protocol changes its keys.
    FrameKeyUpdate,
    /// Sends this many queued frames, and this many bytes of the frames after them, all at once.
    SendFrames(usize, usize),
    Pause(Duration),
    /// Waits until the server has read this many requests, on all connections together.
    AwaitRequests(usize),
    /// Sends nothing until the peer closes.
    Stall,
    /// Answers every request with these bytes, as a normal server does, until the peer closes.
    Behave(Vec<u8>),
    /// Reads requests until the peer closes. Each request is answered with the steps that the service names for it.
    Serve(Service),
    /// Sends FIN; over TLS after a close_notify.
    Close,
    /// FIN; over TLS without a close_notify.
    Cut,
    /// Sends RST.
    Reset,
}

/// The steps on one connection.
pub type Script = Vec<Step>;

/// Says what happens after a request. The number counts the requests on all connections together, from 0.
#[derive(Clone)]
pub struct Service(Arc<Answering>);

type Answering = dyn Fn(usize, &Request) -> Script + Send + Sync;

impl Service {
    pub fn new(answering: impl Fn(usize, &Request) -> Script + Send + Sync + 'static) -> Self {
        Self(Arc::new(answering))
    }

    /// Sends the bytes beside the first text that is part of the request line.
    pub fn by_line(answers: impl IntoIterator<Item = (&'static str, Vec<u8>)>) -> Self {
        let answers: Vec<_> = answers.into_iter().collect();
        Self::new(move |_, request| {
            let line = request.head.lines().next().unwrap_or_default();
            let answer = answers.iter().find(|(part, _)| line.contains(part));
            vec![Step::Send(answer.unwrap_or_else(|| panic!("no answer to {line}")).1.clone())]
        })
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

/// What happens to the connections after those that have a script of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Afterwards {
    /// They get the last script, too.
    RepeatLast,
    /// They are refused from the moment at which the last script begins.
    Refuse,
}

/// A request as it was received.
#[derive(Debug, Clone)]
pub struct Request {
    /// The request line and the header lines, without the empty line.
    pub head: String,
    pub body: String,
    /// When it had been read to its end.
    pub at: Instant,
}

/// The transport of a script: TCP itself, or a protocol above it.
pub trait Wire: Read + Write {
    fn socket(&self) -> &TcpStream;
    /// Sends the closing message of the protocol, if it has one.
    fn say_goodbye(&mut self) {}
    /// Encodes these bytes for TCP.
    fn frame(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        Ok(bytes.to_vec())
    }
    /// Encodes a change of keys for TCP, if the protocol has keys.
    fn frame_key_update(&mut self) -> io::Result<Vec<u8>> {
        Ok(Vec::new())
    }
}

impl Wire for TcpStream {
    fn socket(&self) -> &TcpStream {
        self
    }
}

/// Starts a protocol on an accepted connection.
pub type Wrap = Arc<dyn Fn(TcpStream) -> Box<dyn Wire> + Send + Sync>;

pub struct ScriptedServer {
    address: SocketAddr,
    seen: Arc<Seen>,
    acceptor: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Seen {
    over: AtomicBool,
    connections: AtomicUsize,
    sent: AtomicUsize,
    requests: Mutex<Vec<Request>>,
}

impl ScriptedServer {
    /// Runs one script for each connection, in the order in which the connections come.
    pub fn start(scripts: impl IntoIterator<Item = Script>, afterwards: Afterwards) -> Self {
        Self::start_over(Arc::new(|socket| Box::new(socket)), scripts, afterwards)
    }

    /// As [`Self::start`], above the protocol that `wrap` puts on the connection.
    pub fn start_over(wrap: Wrap, scripts: impl IntoIterator<Item = Script>, afterwards: Afterwards) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let seen = Arc::new(Seen::default());
        let scripts = scripts.into_iter().collect();
        let acceptor = thread::spawn({
            let seen = Arc::clone(&seen);
            move || accept(listener, scripts, afterwards, wrap, &seen)
        });
        Self { address, seen, acceptor: Some(acceptor) }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// The requests that were read to their end. A request is counted before the first byte of its answer is sent.
    pub fn requests(&self) -> Vec<Request> {
        self.seen.requests().clone()
    }

    /// Waits until `steps` steps of the kinds [`Step::Send`] and [`Step::SendFrames`] are done. On loopback the peer
    /// has their bytes then.
    pub fn wait_until_sent(&self, steps: usize) {
        wait_until(|| self.seen.sent.load(Ordering::SeqCst) >= steps);
    }
}

impl Seen {
    fn requests(&self) -> MutexGuard<'_, Vec<Request>> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait_until(happened: impl Fn() -> bool) {
    let begin = Instant::now();
    while !happened() {
        assert!(begin.elapsed() < PATIENCE, "what the server waits for does not happen");
        thread::sleep(Duration::from_millis(1));
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.seen.over.store(true, Ordering::SeqCst);
        // Wakes the acceptor if it has not ended by itself.
        let woken = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let joined = acceptor.join();
            assert!(joined.is_ok() || thread::panicking(), "the acceptor panicked");
        }
        drop(woken);
    }
}

fn accept(listener: TcpListener, mut scripts: VecDeque<Script>, after: Afterwards, wrap: Wrap, seen: &Arc<Seen>) {
    let mut listener = Some(listener);
    while let Some(Ok((socket, _))) = listener.as_ref().map(TcpListener::accept) {
        if seen.over.load(Ordering::SeqCst) {
            return;
        }
        let script = match scripts.len() {
            1 if after == Afterwards::RepeatLast => scripts.front().cloned(),
            _ => scripts.pop_front(),
        };
        let Some(script) = script else { return };
        if scripts.is_empty() {
            listener = None;
        }
        seen.connections.fetch_add(1, Ordering::SeqCst);
        let (seen, wrap) = (Arc::clone(seen), Arc::clone(&wrap));
        thread::spawn(move || {
            if prepare(&socket).is_err() {
                return;
            }
            let mut wire = wrap(socket);
            if run(&mut *wire, script, &seen).is_err() {
                read_until_closed(wire.socket());
            }
        });
    }
}

fn prepare(socket: &TcpStream) -> io::Result<()> {
    // Without these limits a silent peer would hold the thread for ever.
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.set_write_timeout(Some(PATIENCE))?;
    // If a script sends and then resets, the peer has to get the bytes first.
    socket.set_nodelay(true)
}

/// Reads until the peer closes, after it has gone or has broken the protocol. Closing while the peer still sends would
/// be a reset, which could overtake the last message of the protocol to the peer, an alert.
fn read_until_closed(mut socket: &TcpStream) {
    if socket.shutdown(Shutdown::Write).is_ok() {
        // Whatever the result, the connection is over.
        let _ = io::copy(&mut socket, &mut io::sink());
    }
}

fn run(wire: &mut dyn Wire, script: Script, seen: &Seen) -> io::Result<()> {
    let mut frames = VecDeque::new();
    let mut steps = VecDeque::from(script);
    while let Some(step) = steps.pop_front() {
        match step {
            Step::Request => drop(read_request(wire, seen)?),
            Step::Serve(service) => {
                let (number, request) = read_request(wire, seen)?;
                steps = (service.0)(number, &request).into();
                steps.push_back(Step::Serve(service));
            }
            Step::ReadSome => drop(wire.socket().read(&mut [0; 64])?),
            Step::Send(bytes) => {
                send(wire, &bytes)?;
                seen.sent.fetch_add(1, Ordering::SeqCst);
            }
            Step::SendBelow(bytes) => wire.socket().write_all(&bytes)?,
            Step::Frame(bytes) => frames.push_back(wire.frame(&bytes)?),
            Step::FrameKeyUpdate => frames.push_back(wire.frame_key_update()?),
            Step::SendFrames(whole, beyond) => {
                let mut bytes: Vec<u8> = frames.drain(..whole.min(frames.len())).flatten().collect();
                let mut rest: Vec<u8> = frames.drain(..).flatten().collect();
                bytes.extend(rest.drain(..beyond.min(rest.len())));
                frames.push_back(rest);
                wire.socket().write_all(&bytes)?;
                seen.sent.fetch_add(1, Ordering::SeqCst);
            }
            Step::Drip(bytes, pause) => {
                for byte in bytes {
                    thread::sleep(pause);
                    send(wire, &[byte])?;
                }
            }
            Step::SendForever(bytes) => {
                let begin = Instant::now();
                while begin.elapsed() < PATIENCE {
                    send(wire, &bytes)?;
                }
            }
            Step::Pause(duration) => thread::sleep(duration),
            Step::AwaitRequests(count) => wait_until(|| seen.requests().len() >= count),
            Step::Stall => return io::copy(wire, &mut io::sink()).map(|_| ()),
            Step::Behave(answer) => loop {
                drop(read_request(wire, seen)?);
                send(wire, &answer)?;
            },
            Step::Close => break,
            Step::Cut => return Ok(()),
            Step::Reset => return reset_when_closed(wire.socket()),
        }
    }
    wire.say_goodbye();
    Ok(())
}

fn send(wire: &mut dyn Wire, bytes: &[u8]) -> io::Result<()> {
    wire.write_all(bytes)?;
    wire.flush()
}

/// The number of the request, and the request.
fn read_request(wire: &mut dyn Wire, seen: &Seen) -> io::Result<(usize, Request)> {
    const EMPTY_LINE: &[u8] = b"\r\n\r\n";
    let mut head = Vec::new();
    while !head.ends_with(EMPTY_LINE) {
        let mut byte = [0];
        wire.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head[..head.len() - EMPTY_LINE.len()]).into_owned();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    wire.read_exact(&mut body)?;
    let request = Request { head, body: String::from_utf8_lossy(&body).into_owned(), at: Instant::now() };
    let mut requests = seen.requests();
    requests.push(request.clone());
    Ok((requests.len() - 1, request))
}

/// Makes the closing of the socket a reset. Stable std cannot set a linger time. The other way to a reset, closing with
/// unread data, works only if there is data.
pub fn reset_when_closed(socket: &TcpStream) -> io::Result<()> {
    #[repr(C)]
    struct Linger {
        on: c_int,
        seconds: c_int,
    }
    unsafe extern "C" {
        fn setsockopt(socket: c_int, level: c_int, name: c_int, value: *const c_void, length: u32) -> c_int;
    }
    const SOL_SOCKET: c_int = if cfg!(target_os = "linux") { 1 } else { 0xffff };
    const SO_LINGER: c_int = if cfg!(target_os = "linux") { 13 } else { 0x80 };
    let linger = Linger { on: 1, seconds: 0 };
    let length = u32::try_from(size_of::<Linger>()).expect("is small");
    // SAFETY: an open socket, and a structure with the option's layout and length that outlives the call.
    let result =
        unsafe { setsockopt(socket.as_raw_fd(), SOL_SOCKET, SO_LINGER, (&raw const linger).cast::<c_void>(), length) };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}
