//! The TCP socket under everything else. It never blocks: an operation is tried first, and only where there is nothing to
//! do yet, one `poll` waits for as long as is left.
//!
//! ureq's own transport sets the socket's timeouts before an operation and switches it to non-blocking and back to see
//! whether it is open: a warm request costs three times the system calls.

use std::io::{self, ErrorKind as Io, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use ureq::Error;
use ureq::unversioned::transport::{Buffers, LazyBuffers, NextTimeout, Transport};

/// What a socket is waited for.
#[derive(Debug, Clone, Copy)]
enum Readiness {
    Readable,
    Writable,
}

/// A connected socket as ureq uses it.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    buffers: LazyBuffers,
}

impl Socket {
    /// Connects to the first of `addresses` that answers, trying each for an even share of the time that is left.
    pub(super) fn connect(addresses: &[SocketAddr], allowed: Duration, buffers: LazyBuffers) -> io::Result<Self> {
        let until = Until::after(allowed);
        let mut failure = io::Error::from(Io::AddrNotAvailable);
        for (tried, address) in addresses.iter().enumerate() {
            let left = until.remaining();
            if left.is_zero() {
                return Err(Io::TimedOut.into());
            }
            let share = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
            // `connect_timeout` refuses a time of zero.
            match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
                Ok(stream) => {
                    // A request is one write, and its answer is waited for.
                    stream.set_nodelay(true)?;
                    stream.set_nonblocking(true)?;
                    return Ok(Self { stream, buffers });
                }
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }
}

/// Runs `operation` until it does not ask to wait any more.
fn run<T>(
    stream: &TcpStream,
    readiness: Readiness,
    timeout: NextTimeout,
    mut operation: impl FnMut(&TcpStream) -> io::Result<T>,
) -> Result<T, Error> {
    let until = Until::after(*timeout.after);
    loop {
        match operation(stream) {
            Err(error) if error.kind() == Io::WouldBlock => {
                if !wait(stream, readiness, &until)? {
                    return Err(Error::Timeout(timeout.reason));
                }
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
        run(&self.stream, Readiness::Writable, timeout, |mut stream| {
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
        let amount = run(&self.stream, Readiness::Readable, timeout, |mut stream| stream.read(room))?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    /// Whether the peer has neither closed nor sent what nobody asked for: then a read has to wait.
    fn is_open(&mut self) -> bool {
        matches!(self.stream.peek(&mut [0]), Err(error) if error.kind() == Io::WouldBlock)
    }
}

/// A point in time, or never.
struct Until(Option<Instant>);

impl Until {
    fn after(allowed: Duration) -> Self {
        Self(Instant::now().checked_add(allowed))
    }

    fn remaining(&self) -> Duration {
        self.0.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }
}

/// Waits until the socket is ready, or has failed, which the next operation tells. False when the time is up. A signal
/// neither ends nor lengthens the wait.
fn wait(stream: &TcpStream, readiness: Readiness, until: &Until) -> io::Result<bool> {
    let events = match readiness {
        Readiness::Readable => libc::POLLIN,
        Readiness::Writable => libc::POLLOUT,
    };
    let mut descriptor = libc::pollfd { fd: stream.as_raw_fd(), events, revents: 0 };
    loop {
        let left = until.remaining();
        if left.is_zero() {
            return Ok(false);
        }
        // Rounded up: a wait that ends early would only be begun again.
        let milliseconds = i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX);
        // SAFETY: one descriptor structure that is alive for the call, and says so.
        match unsafe { libc::poll(&raw mut descriptor, 1, milliseconds) } {
            0 => {}
            -1 => {
                let error = io::Error::last_os_error();
                if error.kind() != Io::Interrupted {
                    return Err(error);
                }
            }
            _ => return Ok(true),
        }
    }
}
