//! Opens a tunnel through a proxy: `CONNECT` (RFC 9110 section 9.3.6), before TLS with the host itself.
//!
//! ureq's own connector reports only the status of a refusal, and leaves the credentials in memory.

use std::sync::Arc;

use httparse::{EMPTY_HEADER, Response, Status};
use ureq::Error;
use ureq::http::HeaderValue;
use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, Either, NextTimeout, Transport};

use super::dial::target;
use super::failure::{Failure, Phase};
use super::interim::Interim;
use super::tls::{Tls, remaining};
use crate::config::{Proxies, Proxy};
use crate::log::Log;
use crate::origin::{Origin, Scheme};
use crate::quote::beginning;
use crate::secret::Zeroizing;

/// More header fields than any proxy was seen to send.
const MOST_HEADERS: usize = 64;

/// How much of a proxy's answer a message quotes.
const QUOTED: usize = 200;

/// Asks the proxy for a tunnel, if the connection is one to a proxy.
#[derive(Debug)]
pub(super) struct Tunnel {
    pub(super) proxies: Arc<Proxies>,
    /// For the connection to a proxy that uses TLS.
    pub(super) tls: Tls,
    pub(super) user_agent: HeaderValue,
    pub(super) log: Log,
}

impl<In: Transport> Connector<In> for Tunnel {
    type Out = Either<In, Tunnelled>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        let target = target(details)?;
        let Some(proxy) = self.proxies.route(&target) else { return Ok(Some(Either::A(transport))) };
        let mut transport: Box<dyn Transport> = Box::new(transport);
        if proxy.origin.scheme() == Scheme::Https {
            transport =
                Box::new(self.tls.wrap(transport, &proxy.origin, details).map_err(|error| with_proxy(error, proxy))?);
        }
        self.open(&mut *transport, proxy, &target, details).map_err(|error| self.name_failure(error, proxy))?;
        self.log.debug(|| format!("tunnel through the proxy {}", proxy.origin));
        Ok(Some(Either::B(Tunnelled(transport))))
    }
}

impl Tunnel {
    fn open(
        &self,
        transport: &mut dyn Transport,
        proxy: &Proxy,
        target: &Origin,
        details: &ConnectionDetails,
    ) -> Result<(), Error> {
        let request = self.request(proxy, target);
        let too_long = || Failure::Proxy { reason: "the request for a tunnel is too long".to_owned(), status: None };
        let output = transport.buffers().output().get_mut(..request.len()).ok_or_else(|| too_long().into_ureq())?;
        output.copy_from_slice(request.as_bytes());
        transport.transmit_output(request.len(), remaining(details))?;
        let mut interim = Interim::default();
        loop {
            let goes_on = transport.await_input(remaining(details))?;
            let buffers = transport.buffers();
            interim.pass_over(buffers);
            let input = buffers.input();
            let mut headers = [EMPTY_HEADER; MOST_HEADERS];
            let mut response = Response::new(&mut headers);
            let refused = |status: Option<u16>, reason: String| {
                let reason = format!("the proxy {} {}", proxy.origin, beginning(&reason, QUOTED));
                Err(Failure::Proxy { reason, status }.into_ureq())
            };
            match response.parse(input) {
                Ok(Status::Complete(length)) => {
                    let status = response.code.unwrap_or_default();
                    if !matches!(status, 200..=299) {
                        // The proxy may echo the credentials that it was sent.
                        let reason = proxy.without_credentials(response.reason.unwrap_or_default());
                        return refused(Some(status), format!("answered {status} {reason}").trim_end().to_owned());
                    }
                    buffers.input_consume(length);
                    // The host sends nothing before a request, so more bytes would be taken for its answer.
                    let has_more = !buffers.input().is_empty();
                    return if has_more { refused(None, "sent more than its answer".to_owned()) } else { Ok(()) };
                }
                Ok(Status::Partial) if !goes_on => {
                    return refused(None, "closed the connection without an answer".to_owned());
                }
                // The buffer is full, so no more bytes can be read.
                Ok(Status::Partial) if buffers.input_append_buf().is_empty() => {
                    return refused(None, "sent a head that is too long".to_owned());
                }
                Ok(Status::Partial) => {}
                Err(error) => return refused(None, format!("sent an answer that is not HTTP: {error}")),
            }
        }
    }

    fn request(&self, proxy: &Proxy, target: &Origin) -> Zeroizing<String> {
        let address = format!("{}:{}", target.host_in_url(), target.port());
        let authorization = proxy.authorization.as_ref().map_or("", |value| value.expose());
        let user_agent = self.user_agent.to_str().unwrap_or_default();
        let room = 2 * address.len() + user_agent.len() + authorization.len() + 100;
        let mut request = Zeroizing::new(String::with_capacity(room));
        for part in ["CONNECT ", &address, " HTTP/1.1\r\nHost: ", &address, "\r\nUser-Agent: ", user_agent, "\r\n"] {
            request.push_str(part);
        }
        if !authorization.is_empty() {
            for part in ["Proxy-Authorization: ", authorization, "\r\n"] {
                request.push_str(part);
            }
        }
        request.push_str("\r\n");
        request
    }

    fn name_failure(&self, error: Error, proxy: &Proxy) -> Error {
        match error {
            Error::Timeout(ureq::Timeout::Connect) => error,
            Error::Timeout(_) => Failure::Deadline(Phase::Tunnel).into_ureq(),
            Error::Other(_) => error,
            other => {
                let reason = format!("the proxy {}: {other}", proxy.origin);
                Failure::Proxy { reason, status: None }.into_ureq()
            }
        }
    }
}

/// Names the proxy in a failure of TLS with it, so that it does not look like a failure of TLS with the host.
fn with_proxy(error: Error, proxy: &Proxy) -> Error {
    match error {
        Error::Other(inner) => match inner.downcast::<Failure>() {
            Ok(failure) => match *failure {
                Failure::Tls { cause, reason } => {
                    Failure::Tls { cause, reason: format!("with the proxy {}: {reason}", proxy.origin) }.into_ureq()
                }
                Failure::Handshake { .. } => {
                    Failure::Handshake { peer: format!("the proxy {}", proxy.origin) }.into_ureq()
                }
                other => other.into_ureq(),
            },
            Err(other) => Error::Other(other),
        },
        other => other,
    }
}

/// A connection through a proxy. TLS with the host follows, even if there is TLS with the proxy.
#[derive(Debug)]
pub(super) struct Tunnelled(Box<dyn Transport>);

impl Transport for Tunnelled {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }
}
