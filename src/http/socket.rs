//! The TCP socket under everything else. It never blocks: an operation is tried first, and only where there is nothing to
//! do yet, one `poll` waits for as long as is left. Only the first read after a request does not try: the answer cannot
//! be there yet.
//!
//! ureq's own transport sets the socket's timeouts before an operation and switches it to non-blocking and back to see
//! whether it is open: a warm request costs eleven system calls. Here it is five: an fstat, a peek, a send, a poll and a
//! read. And nothing could wake ureq's.

use std::io::{self, ErrorKind as Io, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};
use zeroize::Zeroize;

use super::classify::stopped;
use crate::interrupt::Interrupt;
use crate::secret;
use crate::sys::{Descriptor, Readiness, Until, Watch};

/// How often an idle connection is read from. What TLS says of itself without being asked, tickets and new keys, is a few
/// hundred bytes.
const MOST_UNASKED_READS: usize = 16;

/// A connected socket as ureq uses it.
#[derive(Debug)]
pub(super) struct Socket {
    stream: Descriptor<TcpStream>,
    interrupt: Arc<Interrupt>,
    buffers: LazyBuffers,
    last: Operation,
    /// How often it was read from since something was written, and not for an answer.
    unasked: usize,
}

/// What was done last on a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    /// It was connected, or looked at. What was read since then answers no request.
    Other,
    Written,
    Read,
}

impl Socket {
    pub(super) fn new(stream: Descriptor<TcpStream>, interrupt: Arc<Interrupt>, buffers: LazyBuffers) -> Self {
        Self { stream, interrupt, buffers, last: Operation::Other, unasked: 0 }
    }
}

/// Fails where the time is up: a peer that always has something to say never makes a read wait.
fn in_time(timeout: NextTimeout) -> Result<(), Error> {
    if timeout.after.is_zero() { Err(Error::Timeout(timeout.reason)) } else { Ok(()) }
}

/// Runs `operation` until it does not ask to wait any more.
fn run<T>(
    stream: &Descriptor<TcpStream>,
    interrupt: &Interrupt,
    readiness: Readiness,
    waits_first: bool,
    timeout: NextTimeout,
    mut operation: impl FnMut(&TcpStream) -> io::Result<T>,
) -> Result<T, Error> {
    // A peer that always has something to say never makes it wait.
    interrupt.check().map_err(|stop| stopped(stop, timeout.reason))?;
    let until = Until::after(*timeout.after);
    let mut waits = waits_first;
    loop {
        if waits {
            let mut watches = [Watch::socket(stream, readiness)];
            interrupt.wait_for_connection(&mut watches, until).map_err(|stop| stopped(stop, timeout.reason))?;
        }
        match stream.get().and_then(&mut operation) {
            Err(error) if error.kind() == Io::WouldBlock => waits = true,
            Err(error) if error.kind() == Io::Interrupted => {}
            result => return result.map_err(Error::Io),
        }
    }
}

/// Overwrites what went through the buffers: tokens and secrets among it.
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
        let result = run(&self.stream, &self.interrupt, Readiness::Writable, false, timeout, |mut stream| {
            while !rest.is_empty() {
                match stream.write(rest)? {
                    0 => return Err(Io::WriteZero.into()),
                    written => rest = &rest[written..],
                }
            }
            Ok(())
        });
        // The connection may be kept for minutes, and what was sent may be a secret.
        secret::wipe(output);
        result
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let waits_first = self.last == Operation::Written;
        match self.last {
            // Without any time, that is to take what is there already.
            Operation::Other if self.unasked == MOST_UNASKED_READS => {
                return Err(Error::Io(io::Error::other("the peer says more than it has to without being asked")));
            }
            Operation::Other => {
                // Time has passed since the last answer, and the number may be that of a file of the host.
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
        let amount = run(&self.stream, &self.interrupt, Readiness::Readable, waits_first, timeout, read)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    /// Whether the peer has neither closed nor sent what nobody asked for: nothing is left in the buffer, and a read has
    /// to wait.
    ///
    /// ureq asks after each answer, when it puts the connection into its pool, and again when it takes it out. What
    /// arrives between both is for the second time to find, so the first one does not look into the socket. That goes for
    /// the host, too, which may close what is not its own, as daemons do when they begin: not in the midst of a call,
    /// though.
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
