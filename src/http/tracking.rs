//! The last link of a connection: records whether a byte of the answer has come, drops interim answers,
//! and makes sizes of chunks fit.

use std::io::ErrorKind as Io;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

use super::chunk_sizes::{self, ChunkSizes};
use super::failure::{Failure, Phase};
use super::interim::Interim;
use super::tls_failure;
use crate::log::Log;

/// Tracks how far each exchange on the connection has got.
#[derive(Debug)]
pub(super) struct Tracking {
    pub(super) log: Log,
}

impl<In: Transport> Connector<In> for Tracking {
    type Out = Tracked<In>;

    fn connect(&self, _: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|inner| Tracked {
            inner,
            reused: false,
            answered: false,
            interim: Interim::default(),
            chunk_sizes: ChunkSizes::default(),
            log: self.log.clone(),
        }))
    }
}

#[derive(Debug)]
pub(super) struct Tracked<T> {
    inner: T,
    /// Whether an earlier exchange was completed on this connection.
    reused: bool,
    /// Whether a byte of the current exchange's answer has come.
    answered: bool,
    interim: Interim,
    chunk_sizes: ChunkSizes,
    log: Log,
}

impl<T: Transport> Tracked<T> {
    fn name(&self, error: Error, phase: Phase) -> Error {
        match error {
            Error::Timeout(_) => Failure::Deadline(phase).into_ureq(),
            Error::Io(io) => match io.kind() {
                // Only TLS reports this: the stream ended without close_notify, so the answer is not complete.
                Io::UnexpectedEof if self.answered => Failure::Truncated.into_ureq(),
                Io::UnexpectedEof | Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::NotConnected => {
                    Failure::Broken { reused: self.reused && !self.answered }.into_ureq()
                }
                // No host answers any more, or the TLS data is invalid. On a kept connection, something may have
                // happened to the connection meanwhile. On a new connection the reason counts.
                Io::TimedOut | Io::HostUnreachable | Io::NetworkUnreachable | Io::InvalidData
                    if self.reused && !self.answered =>
                {
                    Failure::Broken { reused: true }.into_ureq()
                }
                // The handshake is over: a server that aborts an answer says so in this way, too.
                Io::InvalidData if self.answered && tls_failure::is_alert(&io) => Failure::Truncated.into_ureq(),
                _ => Error::Io(io),
            },
            other => other,
        }
    }
}

impl<T: Transport> Transport for Tracked<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.answered {
            self.reused = true;
            self.answered = false;
            self.interim = Interim::default();
            self.chunk_sizes = ChunkSizes::default();
            self.log.debug(|| "connection used again".to_owned());
        }
        self.inner.transmit_output(amount, timeout).map_err(|error| self.name(error, Phase::Send))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let phase = if self.answered { Phase::Read } else { Phase::Wait };
        let room = self.inner.buffers().input_append_buf().len();
        if room == 0 {
            // ureq would read zero bytes into the full buffer, and take that for the end of the stream.
            return Err(Failure::NotHttp("its head, or the size of a chunk, does not end".to_owned()).into_ureq());
        }
        let before = self.inner.buffers().input().len();
        match self.inner.await_input(timeout) {
            Ok(true) => {
                self.answered = true;
                let buffers = self.inner.buffers();
                let new = buffers.input().len() - before;
                self.interim.pass_over(buffers);
                if chunk_sizes::ARE_NEEDED && self.interim.is_over() {
                    self.chunk_sizes.follow(buffers, new, chunk_sizes::LARGEST);
                }
                // If no bytes are left, ureq calls this function again with the remaining time.
                Ok(true)
            }
            Ok(false) if !self.answered => Err(Failure::Broken { reused: self.reused }.into_ureq()),
            Ok(false) => Ok(false),
            Err(error) => Err(self.name(error, phase)),
        }
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::classify::classify;
    use crate::http::{Deadline, TlsCause};
    use rustls::AlertDescription;
    use std::io;
    use std::time::Duration;

    /// A connection that is not used.
    #[derive(Debug)]
    struct Unused;

    impl Transport for Unused {
        fn buffers(&mut self) -> &mut dyn Buffers {
            unreachable!()
        }

        fn transmit_output(&mut self, _: usize, _: NextTimeout) -> Result<(), Error> {
            unreachable!()
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            unreachable!()
        }

        fn is_open(&mut self) -> bool {
            unreachable!()
        }
    }

    /// A server that demands a certificate says so in an alert behind the handshake, too.
    #[test]
    fn an_alert_ends_the_answer_that_has_begun_or_else_the_handshake() {
        let failure = |answered| {
            let connection = Tracked {
                inner: Unused,
                reused: false,
                answered,
                interim: Interim::default(),
                chunk_sizes: ChunkSizes::default(),
                log: Log::default(),
            };
            let alert = rustls::Error::AlertReceived(AlertDescription::InternalError);
            let error = connection.name(Error::Io(io::Error::new(Io::InvalidData, alert)), Phase::Read);
            let time = Duration::from_secs(9);
            classify(error, Phase::Read, &Deadline::after(time), time)
        };
        assert_eq!(failure(true), Failure::Truncated);
        assert!(matches!(failure(false), Failure::Tls { cause: TlsCause::Other, .. }));
    }
}
