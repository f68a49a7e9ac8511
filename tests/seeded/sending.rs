//! How the bytes of a server leave it: in parts, each of which the client has read before the next one is sent.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::FileExt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::scripted_server::{Wire, Wrap};

/// Longer than anything on this machine takes that does not hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// A thread of this program, as another thread sees it.
pub struct Reader(File);

impl Reader {
    /// The thread that calls this.
    pub fn this_thread() -> Self {
        let thread = fs::read_link("/proc/thread-self").expect("Linux tells a thread its name");
        Self(File::open(format!("/proc/{}/stat", thread.display())).expect("the thread lives"))
    }

    /// Waits until the thread sleeps. A thread whose call waits for the server has then read all that was sent. A thread that
    /// does something else is not waited for very long.
    pub fn wait_until_it_sleeps(&self) {
        let begin = Instant::now();
        while !self.sleeps() && begin.elapsed() < Duration::from_millis(20) {
            thread::yield_now();
        }
    }

    fn sleeps(&self) -> bool {
        let mut stat = [0; 128];
        let length = self.0.read_at(&mut stat, 0).unwrap_or(0);
        // The state follows the name of the program, which is in parentheses.
        let name_end = stat[..length].iter().rposition(|byte| *byte == b')');
        name_end.is_none_or(|end| stat.get(end + 2) == Some(&b'S'))
    }
}

/// What a round of a turn wants of the server, and what the server did. A round is one call of the client.
pub struct Round {
    reader: Reader,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    number: u64,
    /// Where the next bytes are cut.
    cuts: Vec<usize>,
    /// Everything that was sent in this round.
    sent: Vec<u8>,
    /// How many answers have begun and not ended.
    answering: usize,
    /// Whether an answer ends only when its connection has ended.
    closes: bool,
}

impl Round {
    /// Of a client that this thread uses.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { reader: Reader::this_thread(), state: Mutex::default(), changed: Condvar::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a round. The first answer of the round is cut there. `closes`: the server ends the connection after it.
    pub fn begin(&self, cuts: Vec<usize>, closes: bool) {
        let mut state = self.state();
        *state = State { number: state.number + 1, cuts, closes, ..State::default() };
    }

    /// To be called when a request has come that gets an answer.
    pub fn answer_begins(&self) {
        self.state().answering += 1;
    }

    fn answer_ended(&self) {
        let mut state = self.state();
        state.answering = state.answering.saturating_sub(1);
        self.changed.notify_all();
    }

    /// Waits until every answer that began has been sent, and its connection ended if it is to end. Returns all that was
    /// sent in this round.
    pub fn end(&self) -> Vec<u8> {
        let state = self.state();
        let wait = self.changed.wait_timeout_while(state, PATIENCE, |state| state.answering > 0);
        let (mut state, wait) = wait.unwrap_or_else(PoisonError::into_inner);
        assert!(!wait.timed_out(), "the server does not end {} answers", state.answering);
        std::mem::take(&mut state.sent)
    }

    /// Sends bytes in parts.
    pub fn send(&self, socket: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
        let cuts = std::mem::take(&mut self.state().cuts);
        let mut begin = 0;
        for cut in cuts.into_iter().chain([bytes.len()]) {
            let cut = cut.clamp(begin, bytes.len());
            if begin < cut {
                if begin > 0 {
                    self.reader.wait_until_it_sleeps();
                }
                self.state().sent.extend_from_slice(&bytes[begin..cut]);
                socket.write_all(&bytes[begin..cut])?;
                begin = cut;
            }
        }
        Ok(())
    }

    /// Plain TCP, for the servers of this client.
    pub fn wrap(self: &Arc<Self>) -> Wrap {
        let round = Arc::clone(self);
        Arc::new(move |socket| Box::new(Plain { socket, link: Link::new(&round) }))
    }
}

/// Tells the round what becomes of a connection. In a structure it stands behind the socket: fields are dropped in their
/// order.
pub struct Link {
    pub round: Arc<Round>,
    /// The number of the round in which the connection was last used for an answer.
    used_in: u64,
}

impl Link {
    pub fn new(round: &Arc<Round>) -> Self {
        Self { round: Arc::clone(round), used_in: 0 }
    }

    /// To be called when an answer has been sent, as far as it is sent.
    pub fn was_sent(&mut self) {
        let (number, closes) = {
            let state = self.round.state();
            (state.number, state.closes)
        };
        self.used_in = number;
        if !closes {
            self.round.answer_ended();
        }
    }

    /// To be called when no more of an answer can be sent. The server then waits for the client to close.
    pub fn cannot_send(&mut self) {
        self.used_in = 0;
        self.round.answer_ended();
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let is_awaited = {
            let state = self.round.state();
            state.closes && state.number == self.used_in
        };
        if is_awaited {
            self.round.answer_ended();
        }
    }
}

struct Plain {
    socket: TcpStream,
    link: Link,
}

impl Read for Plain {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.socket.read(bytes)
    }
}

impl Write for Plain {
    /// Sends everything. The server flushes after each answer.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.link.round.send(&mut self.socket, bytes);
        if sent.is_err() {
            self.link.cannot_send();
        }
        sent.map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.link.was_sent();
        Ok(())
    }
}

impl Wire for Plain {
    fn socket(&self) -> &TcpStream {
        &self.socket
    }
}
