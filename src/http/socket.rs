//! The TCP socket under everything else. It never blocks: an operation is tried first, and only where there is nothing to
//! do yet, one `poll` waits for as long as is left.
//!
//! ureq's own transport sets the socket's timeouts before an operation and switches it to non-blocking and back to see
//! whether it is open: a warm request costs three times the system calls. And nothing could wake it.

use std::io::{self, ErrorKind as Io, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};

use super::failure::stopped;
use crate::interrupt::Interrupt;
use crate::sys::{Descriptor, Readiness, Until, Watch};

/// A connected socket as ureq uses it.
#[derive(Debug)]
pub(super) struct Socket {
    stream: Descriptor<TcpStream>,
    interrupt: Arc<Interrupt>,
    buffers: LazyBuffers,
}

impl Socket {
    pub(super) fn new(stream: Descriptor<TcpStream>, interrupt: Arc<Interrupt>, buffers: LazyBuffers) -> Self {
        Self { stream, interrupt, buffers }
    }
}

/// Runs `operation` until it does not ask to wait any more.
fn run<T>(
    stream: &Descriptor<TcpStream>,
    interrupt: &Interrupt,
    readiness: Readiness,
    timeout: NextTimeout,
    mut operation: impl FnMut(&TcpStream) -> io::Result<T>,
) -> Result<T, Error> {
    // A peer that always has something to say never makes it wait.
    interrupt.check().map_err(|stop| stopped(stop, timeout.reason))?;
    let until = Until::after(*timeout.after);
    loop {
        match stream.get().and_then(&mut operation) {
            Err(error) if error.kind() == Io::WouldBlock => {
                interrupt
                    .wait(&mut [Watch::socket(stream, readiness)], until)
                    .map_err(|stop| stopped(stop, timeout.reason))?;
            }
            Err(error) if error.kind() == Io::Interrupted => {}
            result => return result.map_err(Error::Io),
        }
    }
}

impl Transport for Socket {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let mut rest = &self.buffers.output()[..amount];
        run(&self.stream, &self.interrupt, Readiness::Writable, timeout, |mut stream| {
            while !rest.is_empty() {
                match stream.write(rest)? {
                    0 => return Err(Io::WriteZero.into()),
                    written => rest = &rest[written..],
                }
            }
            Ok(())
        })
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let room = self.buffers.input_append_buf();
        let read = |mut stream: &TcpStream| stream.read(room);
        let amount = run(&self.stream, &self.interrupt, Readiness::Readable, timeout, read)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    /// Whether the peer has neither closed nor sent what nobody asked for: then a read has to wait.
    fn is_open(&mut self) -> bool {
        let peeked = self.stream.get().and_then(|stream| stream.peek(&mut [0]));
        matches!(peeked, Err(error) if error.kind() == Io::WouldBlock)
    }
}
