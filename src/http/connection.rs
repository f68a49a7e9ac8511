//! The connection, in three links of ureq's chain, each of which names the failures that are its own:
//! [`Dial`] looks the host up and connects, [`Tls`] wraps, [`Watch`] knows whether a byte of the answer has come.
//!
//! ureq reports all of them as input/output errors, and afterwards nobody can tell a name that does not resolve from a
//! certificate that does not fit.

use std::io::ErrorKind as Io;
use std::sync::Arc;

use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, RustlsConnector, Transport,
};

use super::connect::{NoConnection, connect};
use super::failure::{Failure, Phase};
use super::lookup::{Lookup, NoAddress};
use super::socket::Socket;
use crate::interrupt::Interrupt;
use crate::sys::Until;

/// The longest payload of a TLS record (RFC 8446 section 5.1).
const RECORD: usize = 16 * 1024;

/// Looks the host up and opens the TCP connection.
#[derive(Debug)]
pub(super) struct Dial {
    pub(super) lookup: Arc<Lookup>,
    pub(super) interrupt: Arc<Interrupt>,
}

impl Connector for Dial {
    type Out = Socket;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        let allowed = *details.timeout.after;
        let until = Until::after(allowed);
        let of_the_call = details.timeout.reason != ureq::Timeout::Connect;
        let addresses = self.lookup.addresses(details.uri, &self.interrupt, allowed).map_err(|reason| {
            let host = details.uri.host().unwrap_or_default();
            match reason {
                NoAddress::Failed(reason) => Failure::Resolve(format!("{host}: {reason}")),
                NoAddress::TimeUp if of_the_call => Failure::Deadline(Phase::Lookup),
                NoAddress::TimeUp => Failure::Resolve(format!("{host}: no answer within {} ms", allowed.as_millis())),
                NoAddress::Cancelled => Failure::Cancelled,
            }
            .into_ureq()
        })?;
        let stream = connect(&addresses, &self.interrupt, until).map_err(|reason| {
            self.lookup.forget(details.uri);
            match reason {
                NoConnection::Cancelled => Failure::Cancelled.into_ureq(),
                NoConnection::TimeUp if of_the_call => Failure::Deadline(Phase::Connect).into_ureq(),
                NoConnection::TimeUp => Error::Timeout(details.timeout.reason),
                NoConnection::Failed(Some(address), error) => {
                    Failure::Connect(format!("{address}: {error}")).into_ureq()
                }
                NoConnection::Failed(None, error) => Failure::Connect(error.to_string()).into_ureq(),
            }
        })?;
        // Under TLS only records pass through them, and the head's limit is that of the buffer above.
        let input = if details.needs_tls() { RECORD } else { details.config.input_buffer_size() };
        let buffers = LazyBuffers::new(input, details.config.output_buffer_size());
        Ok(Some(Socket::new(stream, Arc::clone(&self.interrupt), buffers)))
    }
}

/// Wraps the connection in TLS where the URL is https.
#[derive(Debug, Default)]
pub(super) struct Tls(RustlsConnector);

impl<In: Transport> Connector<In> for Tls {
    type Out = <RustlsConnector as Connector<In>>::Out;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        // The call's deadline makes every request "request level", for which ureq builds the TLS configuration anew,
        // roots included, and forgets the session. The TLS configuration is the agent's: say so.
        let details = ConnectionDetails {
            request_level: false,
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: details.current_time.clone(),
            run_connector: details.run_connector.clone(),
            register_shutdown: details.register_shutdown.clone(),
        };
        self.0.connect(&details, chained).map_err(|error| match error {
            Error::Timeout(ureq::Timeout::Connect) => error,
            Error::Other(_) => error,
            Error::Timeout(_) => Failure::Deadline(Phase::Handshake).into_ureq(),
            Error::Io(io) if matches!(io.kind(), Io::UnexpectedEof | Io::ConnectionReset | Io::BrokenPipe) => {
                Failure::Tls("the server ended the connection during the handshake".to_owned()).into_ureq()
            }
            Error::Io(io) => Failure::Tls(io.to_string()).into_ureq(),
            other => Failure::Tls(other.to_string()).into_ureq(),
        })
    }
}

/// Watches how far each exchange on the connection got.
#[derive(Debug)]
pub(super) struct Watch;

impl<In: Transport> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(&self, _: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|inner| Watched { inner, reused: false, answered: false }))
    }
}

#[derive(Debug)]
pub(super) struct Watched<T> {
    inner: T,
    /// Whether an exchange was completed before the present one.
    reused: bool,
    /// Whether a byte of the present exchange's answer has come.
    answered: bool,
}

impl<T: Transport> Watched<T> {
    fn name(&self, error: Error, phase: Phase) -> Error {
        match error {
            Error::Timeout(_) => Failure::Deadline(phase).into_ureq(),
            Error::Io(io) => match io.kind() {
                // Only TLS says so: the end came without close_notify, and ends no answer.
                Io::UnexpectedEof if self.answered => Failure::Truncated.into_ureq(),
                Io::UnexpectedEof
                | Io::ConnectionReset
                | Io::ConnectionAborted
                | Io::BrokenPipe
                | Io::NotConnected
                | Io::TimedOut
                | Io::HostUnreachable
                | Io::NetworkUnreachable => Failure::Broken { reused: self.reused && !self.answered }.into_ureq(),
                _ => Error::Io(io),
            },
            other => other,
        }
    }
}

impl<T: Transport> Transport for Watched<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.answered {
            self.reused = true;
            self.answered = false;
        }
        self.inner.transmit_output(amount, timeout).map_err(|error| self.name(error, Phase::Send))
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let phase = if self.answered { Phase::Read } else { Phase::Wait };
        let room = self.inner.buffers().input_append_buf().len();
        if room == 0 {
            // ureq would read zero bytes into it, and take that for the end of the stream.
            return Err(Failure::NotHttp("a head or a chunk's size that does not end".to_owned()).into_ureq());
        }
        match self.inner.await_input(timeout) {
            Ok(true) => {
                self.answered = true;
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
