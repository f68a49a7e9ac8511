//! One HTTP exchange, within a deadline and with bounded memory. What an answer means is not decided here.
//!
//! A connection is made by four links of ureq's chain: [`dial`] looks the host up and connects, [`tunnel`] asks the proxy,
//! [`tls`] shakes hands, and [`tracking`] knows whether a byte of the answer has come. Each link names its own failures:
//! ureq reports all of them as input/output errors, and afterwards nobody can tell a name that does not resolve from a
//! certificate that does not fit.

mod classify;
mod connect;
mod deadline;
mod dial;
mod failure;
mod interim;
mod lookup;
mod prepare;
mod socket;
mod tls;
mod tls_failure;
mod tracking;
mod trust;
mod tunnel;

use std::fmt;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Request, header};
use ureq::unversioned::transport::Connector;
use ureq::{AsSendBody, Body};

use crate::config::{LONGEST_PROXY, LONGEST_TOKEN, LONGEST_URL, LONGEST_USER_AGENT, Proxies, Settings};
use crate::error::{Error, ErrorKind};
use crate::interrupt::Interrupt;
use crate::log::Log;
use crate::secret::{self, Echo, HIDDEN};
use dial::Dial;
use lookup::{Lookup, NoResolver};
use tls::Tls;
use tracking::Tracking;
use tunnel::Tunnel;

pub(crate) use deadline::Deadline;
pub(crate) use failure::{Failure, Phase, TlsCause};
pub(crate) use prepare::prepare;

/// Of what comes in, per connection; a head has to fit. ureq's own default of 128 KiB per direction and layer makes an idle
/// TLS connection cost half a megabyte.
const BUFFER: usize = 32 * 1024;

/// Of what goes out, which is a few hundred bytes and a token.
const OUTPUT_BUFFER: usize = 17 * 1024;

// ureq sends a head in parts, but each line of it has to fit whole, and so has a proxy's whole request. What does not
// fit is refused with the configuration, where the message can name the option; so whatever is accepted has to fit.
const _: () = {
    let header = "Proxy-Authorization: Basic \r\n\r\n".len();
    // The path of a job: three characters for every byte of its id.
    let request_line = LONGEST_URL + 1024;
    let own_name = 64;
    let base64 = LONGEST_PROXY.div_ceil(3) * 4;
    assert!(request_line <= OUTPUT_BUFFER);
    assert!(header + LONGEST_TOKEN <= OUTPUT_BUFFER);
    assert!(header + LONGEST_USER_AGENT + own_name <= OUTPUT_BUFFER);
    assert!(2 * LONGEST_URL + LONGEST_USER_AGENT + own_name + header + base64 + 128 <= OUTPUT_BUFFER);
};

/// How long a connection is kept that nobody uses: longer than the usual poll of a monitoring system, which is one
/// minute. That the service may close it before is what [`crate::policy::Retry::FreshConnection`] is for.
const IDLE_AGE: Duration = Duration::from_secs(240);

/// How many connections are kept, in all and to one host. More may be in use at a time.
const IDLE_CONNECTIONS: usize = 16;

/// Sends requests and keeps connections open between them. Shared by threads, not by processes.
pub(crate) struct Http {
    agent: ureq::Agent,
    basis: Basis,
}

/// What never changes, and is the same in a forked child.
#[derive(Clone)]
struct Basis {
    tls: Arc<ClientConfig>,
    proxies: Arc<Proxies>,
    connect_timeout: Duration,
    user_agent: HeaderValue,
    log: Log,
}

/// How an exchange is to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) deadline: Deadline,
    /// What ends it early.
    pub(crate) interrupt: &'a Interrupt,
    /// On a new connection, because one that had been kept open has just failed, and others may be as stale.
    pub(crate) fresh_connection: bool,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body, or its beginning where `incomplete` says so.
    pub(crate) body: Vec<u8>,
    /// Why the body is not whole.
    pub(crate) incomplete: Option<Failure>,
}

impl Answer {
    /// The header's value where it is visible ASCII.
    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    /// Hides `secret` in everything of the answer that a message may quote.
    pub(crate) fn hide(&mut self, secret: &str) -> Echo {
        let mut echo = secret::hide(&mut self.body, secret);
        for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING] {
            let Some(value) = self.headers.get_mut(name) else { continue };
            let in_header = secret::hide(&mut value.as_bytes().to_vec(), secret);
            if in_header != Echo::Nothing {
                *value = HeaderValue::from_static(HIDDEN);
                echo = echo.max(Echo::Hidden);
            }
        }
        echo
    }
}

impl Http {
    /// Reads whose certificates are trusted; opens no connection and starts no thread. `interrupt` ends the waits of its
    /// exchanges.
    pub(crate) fn new(settings: &Settings, interrupt: Arc<Interrupt>) -> Result<Self, Error> {
        let tls = tls::configure(trust::authorities(&settings.trusted)?)
            .map_err(|error| Error::new(ErrorKind::Internal, format!("TLS cannot be set up: {error}.")))?;
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|error| Error::new(ErrorKind::Config, format!("Configuration: user_agent: {error}.")))?;
        let basis = Basis {
            tls: Arc::new(tls),
            proxies: Arc::new(settings.proxies.clone()),
            connect_timeout: settings.connect_timeout,
            user_agent,
            log: settings.log.clone(),
        };
        Ok(Self::with(basis, interrupt))
    }

    /// The same for a process that was forked: with connections and TLS sessions of its own.
    pub(crate) fn renewed(&self, interrupt: Arc<Interrupt>) -> Self {
        Self::with(self.basis.clone(), interrupt)
    }

    fn with(basis: Basis, interrupt: Arc<Interrupt>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // ureq would take one from the environment.
            .proxy(None)
            .timeout_connect(Some(basis.connect_timeout))
            .max_response_header_size(BUFFER)
            .input_buffer_size(BUFFER)
            .output_buffer_size(OUTPUT_BUFFER)
            .max_idle_age(IDLE_AGE)
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_connections_per_host(IDLE_CONNECTIONS)
            .build();
        let Basis { proxies, user_agent, log, .. } = &basis;
        let tls = tls::without_sessions(&basis.tls);
        let tls = || Tls { config: Arc::clone(&tls), log: log.clone() };
        let dial =
            Dial { lookup: Lookup::for_this_process(), interrupt, proxies: Arc::clone(proxies), log: log.clone() };
        let tunnel =
            Tunnel { proxies: Arc::clone(proxies), tls: tls(), user_agent: user_agent.clone(), log: log.clone() };
        let connector = dial.chain(tunnel).chain(tls()).chain(Tracking { log: log.clone() });
        Self { agent: ureq::Agent::with_parts(config, connector, NoResolver), basis }
    }

    /// Sends `request` and reads the answer, both before the deadline and the body up to `largest_body` bytes.
    pub(crate) fn exchange(
        &self,
        mut request: Request<impl AsSendBody>,
        attempt: &Attempt,
        largest_body: u64,
    ) -> Result<Answer, Failure> {
        let Attempt { deadline, fresh_connection, .. } = attempt;
        let left = deadline.remaining();
        if left.is_zero() {
            return Err(Failure::Deadline(Phase::Start));
        }
        // ureq would make them anew for every request.
        let headers = request.headers_mut();
        headers.insert(header::USER_AGENT, self.basis.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        // ureq is built without decompression.
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let idle_age = if *fresh_connection { Duration::ZERO } else { IDLE_AGE };
        let request = self.agent.configure_request(request).timeout_global(Some(left)).max_idle_age(idle_age).build();
        let name = |phase| move |error| classify::classify(error, phase, deadline, self.basis.connect_timeout);
        let mut response = self.agent.run(request).map_err(name(Phase::Wait))?;
        let mut body = Vec::new();
        let incomplete = read_body(response.body_mut(), largest_body, &mut body, name(Phase::Read)).err();
        match incomplete {
            // The head told what matters; only a call that was ended early must not pretend so.
            Some(failure @ (Failure::Deadline(_) | Failure::Cancelled)) => Err(failure),
            incomplete => {
                let (parts, _) = response.into_parts();
                Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, incomplete })
            }
        }
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

/// Reads up to `largest` bytes into `bytes`. Giving up early closes the connection: nobody reads the rest.
fn read_body(
    body: &mut Body,
    largest: u64,
    bytes: &mut Vec<u8>,
    name: impl FnOnce(ureq::Error) -> Failure,
) -> Result<(), Failure> {
    if body.content_length().is_some_and(|length| length > largest) {
        return Err(Failure::TooLarge { largest });
    }
    // What a server says is believed up to a point: the rest is allocated as it comes.
    let announced = body.content_length().unwrap_or_default().min(BUFFER as u64);
    bytes.reserve(announced as usize + 1);
    let mut reader = body.as_reader().take(largest.saturating_add(1));
    reader.read_to_end(bytes).map_err(|error| name(ureq::Error::from(error)))?;
    if bytes.capacity() - bytes.len() > BUFFER {
        // It was doubled again and again, and what is read out of it takes memory, too.
        bytes.shrink_to_fit();
    }
    if bytes.len() as u64 > largest { Err(Failure::TooLarge { largest }) } else { Ok(()) }
}
