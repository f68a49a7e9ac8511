//! The connection, in four links of ureq's chain, each of which names the failures that are its own: [`Dial`] looks the
//! host up and connects, [`Tunnel`](super::tunnel::Tunnel) asks the proxy, [`Tls`](super::tls::Tls) wraps, [`Watch`]
//! knows whether a byte of the answer has come, and passes over the interim ones.
//!
//! ureq reports all of them as input/output errors, and afterwards nobody can tell a name that does not resolve from a
//! certificate that does not fit.

use std::io::ErrorKind as Io;
use std::sync::Arc;
use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport};

use super::connect::{NoConnection, connect};
use super::failure::{Failure, Phase};
use super::interim::Interim;
use super::lookup::{Lookup, NoAddress};
use super::socket::Socket;
use crate::config::Proxies;
use crate::interrupt::Interrupt;
use crate::log::Log;
use crate::origin::Origin;
use crate::sys::{Unresolved, Until, is_out_of_descriptors};

/// The longest payload of a TLS record (RFC 8446 section 5.1).
const RECORD: usize = 16 * 1024;

/// Looks the host up, or the proxy on the way to it, and opens the TCP connection.
#[derive(Debug)]
pub(super) struct Dial {
    pub(super) lookup: Arc<Lookup>,
    pub(super) interrupt: Arc<Interrupt>,
    pub(super) proxies: Arc<Proxies>,
    pub(super) log: Log,
}

impl Connector for Dial {
    type Out = Socket;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        let target = target(details)?;
        let proxy = self.proxies.route(&target);
        let peer = proxy.map_or(&target, |proxy| &proxy.origin);
        let to_proxy = proxy.map(|proxy| format!("the proxy {}: ", proxy.origin)).unwrap_or_default();
        let allowed = *details.timeout.after;
        let until = Until::after(allowed);
        let of_the_call = details.timeout.reason != ureq::Timeout::Connect;
        let host = peer.host_in_url();
        let begin = Instant::now();
        let addresses = self.lookup.addresses(peer, &self.interrupt, allowed).map_err(|reason| {
            match reason {
                NoAddress::Failed(Unresolved { reason, temporary }) => {
                    Failure::Resolve { reason: format!("{to_proxy}{host}: {reason}"), temporary }
                }
                NoAddress::NoDescriptor(reason) => Failure::NoDescriptor(format!("{to_proxy}{host}: {reason}")),
                NoAddress::TimeUp if of_the_call => Failure::Deadline(Phase::Lookup),
                NoAddress::TimeUp => {
                    let reason = format!("{to_proxy}{host}: no answer within {} ms", allowed.as_millis());
                    Failure::Resolve { reason, temporary: true }
                }
                NoAddress::Cancelled => Failure::Cancelled,
            }
            .into_ureq()
        })?;
        self.log.debug(|| {
            let addresses: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
            format!("look-up of {host}: {}, {} ms", addresses.join(", "), begin.elapsed().as_millis())
        });
        let begin = Instant::now();
        let (address, stream) = connect(&addresses, &self.interrupt, until).map_err(|reason| {
            // The name may have got other addresses, so the next connection asks again; unless these were not to blame.
            let keeps = match &reason {
                NoConnection::Cancelled => true,
                NoConnection::Failed(_, error) => is_out_of_descriptors(error),
                NoConnection::TimeUp => false,
            };
            if !keeps {
                self.lookup.forget(peer);
            }
            match reason {
                NoConnection::Cancelled => Failure::Cancelled.into_ureq(),
                NoConnection::TimeUp if of_the_call => Failure::Deadline(Phase::Connect).into_ureq(),
                NoConnection::TimeUp => Error::Timeout(details.timeout.reason),
                NoConnection::Failed(address, error) => {
                    let address = address.map(|address| format!("{address}: ")).unwrap_or_default();
                    Failure::of_connecting(&error, &format!("{to_proxy}{address}")).into_ureq()
                }
            }
        })?;
        self.log.debug(|| {
            let of_proxy = if proxy.is_some() { " (the proxy)" } else { "" };
            format!("connected to {address}{of_proxy}, {} ms", begin.elapsed().as_millis())
        });
        // Under TLS only records pass through them, and the head's limit is that of the buffer above.
        let input = if details.needs_tls() { RECORD } else { details.config.input_buffer_size() };
        let buffers = LazyBuffers::new(input, details.config.output_buffer_size());
        Ok(Some(Socket::new(stream, Arc::clone(&self.interrupt), buffers)))
    }
}

/// Whom the request goes to.
pub(super) fn target(details: &ConnectionDetails) -> Result<Origin, Error> {
    // The URL was judged with the configuration.
    Origin::of(details.uri).map_err(|reason| Failure::Defect(format!("the URL {reason}")).into_ureq())
}

/// Watches how far each exchange on the connection got.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) log: Log,
}

impl<In: Transport> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(&self, _: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(|inner| Watched {
            inner,
            reused: false,
            answered: false,
            interim: Interim::default(),
            log: self.log.clone(),
        }))
    }
}

#[derive(Debug)]
pub(super) struct Watched<T> {
    inner: T,
    /// Whether an exchange was completed before the present one.
    reused: bool,
    /// Whether a byte of the present exchange's answer has come.
    answered: bool,
    interim: Interim,
    log: Log,
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
                // TLS cannot be spoken any more. On a new connection that tells of the server; on one that was kept, only
                // of what has become of the connection meanwhile.
                Io::InvalidData if self.reused && !self.answered => Failure::Broken { reused: true }.into_ureq(),
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
            self.interim = Interim::default();
            self.log.debug(|| "connection used again".to_owned());
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
                self.interim.pass_over(self.inner.buffers());
                // Where nothing is left, ureq asks again, with what is left of the time.
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
