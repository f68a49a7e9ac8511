//! The TCP socket under all other layers. It never blocks: it tries an operation first, and if that would block, one
//! `poll` waits for the remaining time at most. Only the first read after a request begins with the `poll`, because the
//! answer cannot have arrived yet.
//!
//! ureq's own transport sets the socket's timeouts before an operation and switches it to non-blocking and back to see
//! whether it is open, so a warm request costs eleven system calls. This one needs five: an fstat, a peek, a send, a
//! poll and a read. And a cancel can wake it, which is not possible with ureq's.

use std::io::{self, ErrorKind as Io, Read, Write};
use std::net::TcpStream;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};
use zeroize::Zeroize;

use super::classify::stopped;
use crate::interrupt::{self, Opened};
use crate::secret;
use crate::sys::{Connection, Readiness, Until, Watch};

/// How many times an idle connection is read. The unrequested messages of TLS (session tickets and key updates) have a
/// few hundred bytes.
const MOST_UNASKED_READS: usize = 16;

/// A connected socket as ureq uses it.
#[derive(Debug)]
pub(super) struct Socket {
    stream: Connection,
    opened: Opened,
    buffers: LazyBuffers,
    last: Operation,
    /// How many reads since the last write were not for an answer.
    unasked: usize,
}

/// What was done last on a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    /// It was connected, or its state was checked. Bytes that were read since then answer no request.
    Other,
    Written,
    Read,
}

impl Socket {
    pub(super) fn new(stream: Connection, buffers: LazyBuffers) -> Self {
        Self { stream, opened: Opened::now(), buffers, last: Operation::Other, unasked: 0 }
    }
}

/// Fails if the time is up. The wait alone does not ensure that: if the peer always has data ready, a read never waits.
fn in_time(timeout: NextTimeout) -> Result<(), Error> {
    if timeout.after.is_zero() { Err(Error::Timeout(timeout.reason)) } else { Ok(()) }
}

/// Runs `operation` until it does not report that it would block.
fn run<T>(
    stream: &Connection,
    opened: Opened,
    readiness: Readiness,
    waits_first: bool,
    timeout: NextTimeout,
    mut operation: impl FnMut(&TcpStream) -> io::Result<T>,
) -> Result<T, Error> {
    interrupt::of_this_call(|interrupt| {
        // Checked even without a wait: if the peer always has data ready, this function never waits.
        interrupt.check().map_err(|stop| stopped(stop, timeout.reason))?;
        let until = Until::after(*timeout.after);
        let mut waits = waits_first;
        loop {
            if waits {
                let mut watches = [Watch::socket(stream, readiness)];
                interrupt
                    .wait_for_connection(&mut watches, until, opened)
                    .map_err(|stop| stopped(stop, timeout.reason))?;
            }
            match stream.get().and_then(&mut operation) {
                // After a signal, too: the wait notices a cancel and the end of the time.
                Err(error) if matches!(error.kind(), Io::WouldBlock | Io::Interrupted) => waits = true,
                result => return result.map_err(Error::Io),
            }
        }
    })
    .unwrap_or_else(|| Err(Error::Io(io::Error::other("no call is under way"))))
}

/// Overwrites the buffers, in which tokens and secrets may be left.
pub(super) fn wipe(buffers: &mut LazyBuffers) {
    buffers.output().zeroize();
    let unread = buffers.input().len();
    buffers.input_consume(unread);
    buffers.input_append_buf().zeroize();
}

impl Drop for Socket {
    fn drop(&mut self) {
        wipe(&mut self.buffers);
    }
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        in_time(timeout)?;
        self.last = Operation::Written;
        self.unasked = 0;
        let output = &mut self.buffers.output()[..amount];
        let mut rest = &*output;
        let result = run(&self.stream, self.opened, Readiness::Writable, false, timeout, |mut stream| {
            while !rest.is_empty() {
                match stream.write(rest)? {
                    0 => return Err(Io::WriteZero.into()),
                    written => rest = &rest[written..],
                }
            }
            Ok(())
        });
        // The connection may be kept for minutes, and the request may hold a secret.
        secret::wipe(output);
        result
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let waits_first = self.last == Operation::Written;
        match self.last {
            // The time is not checked here: a read with no time left takes the bytes that have already arrived.
            Operation::Other if self.unasked == MOST_UNASKED_READS => {
                return Err(Error::Io(io::Error::other("the peer sends too much unrequested data")));
            }
            Operation::Other => {
                // Time has passed since the last answer: the program may have opened its own file under this number.
                self.stream.get_intact().map_err(Error::Io)?;
                self.unasked += 1;
            }
            Operation::Written | Operation::Read => {
                in_time(timeout)?;
                self.last = Operation::Read;
            }
        }
        let room = self.buffers.input_append_buf();
        let read = |mut stream: &TcpStream| stream.read(room);
        let amount = run(&self.stream, self.opened, Readiness::Readable, waits_first, timeout, read)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    /// Whether the connection is open and idle: the buffer is empty, and a read would block.
    ///
    /// ureq calls this after each answer, when it puts the connection into its pool, and again when it takes the
    /// connection out. The second call finds what arrived in between, so the first call does not look into the socket.
    /// The second call also finds out whether the program has closed the descriptor, as daemons do when they start; a
    /// program does not do that during a call.
    fn is_open(&mut self) -> bool {
        let is_first = std::mem::replace(&mut self.last, Operation::Other) == Operation::Read;
        if !self.buffers.input().is_empty() {
            return false;
        }
        if is_first {
            return self.stream.get().is_ok();
        }
        let peeked = self.stream.get_intact().and_then(|stream| stream.peek(&mut [0]));
        matches!(peeked, Err(error) if error.kind() == Io::WouldBlock)
    }
}
