//! One HTTP exchange, within a deadline and with bounded memory. What an answer means is not decided here.
//!
//! A connection is made by four links of ureq's chain: [`dial`] looks the host up and connects, [`tunnel`] asks the
//! proxy, [`tls`] makes the TLS handshake, and [`tracking`] records whether a byte of the answer has come. Each link
//! classifies its own failures, because ureq reports all of them as input/output errors: a name that does not resolve
//! would look like a certificate that does not match.

mod chunk_sizes;
mod classify;
mod connect;
mod deadline;
mod dial;
mod failure;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
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

/// Buffers received bytes; a response head must fit in it. With ureq's default of 128 KiB for each direction and layer,
/// an idle TLS connection costs half a megabyte.
const BUFFER: usize = 32 * 1024;

/// Buffers bytes to send. A request has a few hundred bytes and a token.
const OUTPUT_BUFFER: usize = 17 * 1024;

// ureq sends a head in parts, but each line must fit in the output buffer, and so must the whole request to a proxy.
// The configuration refuses longer values, because its message can name the option. The assertions make sure that every
// value it accepts fits.
const _: () = {
    let header = "Proxy-Authorization: Basic \r\n\r\n".len();
    // The path of a job has up to three characters for each byte of its id.
    let request_line = LONGEST_URL + 1024;
    let own_name = 64;
    let base64 = LONGEST_PROXY.div_ceil(3) * 4;
    assert!(request_line <= OUTPUT_BUFFER);
    assert!(header + LONGEST_TOKEN <= OUTPUT_BUFFER);
    assert!(header + LONGEST_USER_AGENT + own_name <= OUTPUT_BUFFER);
    assert!(2 * LONGEST_URL + LONGEST_USER_AGENT + own_name + header + base64 + 128 <= OUTPUT_BUFFER);
};

/// How long an unused connection is kept: longer than the usual polling interval of a monitoring system, which is one
/// minute. If the service closes it earlier, [`crate::policy::Retry::FreshConnection`] replaces it.
const IDLE_AGE: Duration = Duration::from_secs(240);

/// How many unused connections are kept, in all and to one host. More may be in use at the same time.
const IDLE_CONNECTIONS: usize = 16;

/// Sends requests and keeps connections open between them. Shared by threads, not by processes.
pub(crate) struct Http {
    agent: ureq::Agent,
    basis: Basis,
}

/// The settings, which never change and are the same in a forked child.
#[derive(Clone)]
struct Basis {
    tls: Arc<ClientConfig>,
    proxies: Arc<Proxies>,
    timeout: Duration,
    connect_timeout: Duration,
    user_agent: HeaderValue,
    log: Log,
}

/// The conditions of one attempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) deadline: Deadline,
    /// Ends the attempt early.
    pub(crate) interrupt: &'a Interrupt,
    /// Use a new connection, because a kept one has just failed, and the other kept ones may be stale, too.
    pub(crate) fresh_connection: bool,
}

/// The answer to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The body, or only its beginning if `incomplete` is set.
    pub(crate) body: Vec<u8>,
    /// Why the body is incomplete.
    pub(crate) incomplete: Option<Failure>,
}

impl Answer {
    /// The header's value, if it is visible ASCII.
    pub(crate) fn header(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    /// Hides `secret` in every part of the answer that a message may quote.
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
    /// Reads the trusted certificates. Opens no connection and starts no thread.
    pub(crate) fn new(settings: &Settings) -> Result<Self, Error> {
        let tls = tls::configure(trust::authorities(&settings.trusted)?)
            .map_err(|error| Error::new(ErrorKind::Internal, format!("TLS cannot be set up: {error}.")))?;
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .map_err(|error| Error::new(ErrorKind::Config, format!("Configuration: user_agent: {error}.")))?;
        let basis = Basis {
            tls: Arc::new(tls),
            proxies: Arc::new(settings.proxies.clone()),
            timeout: settings.timeout,
            connect_timeout: settings.connect_timeout,
            user_agent,
            log: settings.log.clone(),
        };
        Ok(Self::with(basis))
    }

    /// A copy for a forked child, with its own connections and TLS sessions.
    pub(crate) fn renewed(&self) -> Self {
        Self::with(self.basis.clone())
    }

    fn with(basis: Basis) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            // By default ureq takes a proxy from the environment.
            .proxy(None)
            .timeout_global(Some(basis.timeout))
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
        let dial = Dial { lookup: Lookup::for_this_process(), proxies: Arc::clone(proxies), log: log.clone() };
        let tunnel =
            Tunnel { proxies: Arc::clone(proxies), tls: tls(), user_agent: user_agent.clone(), log: log.clone() };
        let connector = dial.chain(tunnel).chain(tls()).chain(Tracking { log: log.clone() });
        Self { agent: ureq::Agent::with_parts(config, connector, NoResolver), basis }
    }

    /// Sends `request` and reads the answer, both before the deadline. A body may have up to `largest_body` bytes.
    pub(crate) fn exchange(
        &self,
        request: Request<impl AsSendBody>,
        attempt: &Attempt,
        largest_body: u64,
    ) -> Result<Answer, Failure> {
        attempt.interrupt.during(|| self.exchange_in_call(request, attempt, largest_body))
    }

    fn exchange_in_call(
        &self,
        mut request: Request<impl AsSendBody>,
        attempt: &Attempt,
        largest_body: u64,
    ) -> Result<Answer, Failure> {
        let Attempt { deadline, fresh_connection, .. } = *attempt;
        let left = deadline.remaining();
        if left.is_zero() {
            return Err(Failure::Deadline(Phase::Start));
        }
        // Set here, because ureq would make these values anew for every request.
        let headers = request.headers_mut();
        headers.insert(header::USER_AGENT, self.basis.user_agent.clone());
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        // ureq is built without decompression.
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if fresh_connection || self.basis.timeout.abs_diff(left) > unnoticed(self.basis.timeout) {
            let idle_age = if fresh_connection { Duration::ZERO } else { IDLE_AGE };
            request = self.agent.configure_request(request).timeout_global(Some(left)).max_idle_age(idle_age).build();
        }
        let name = |phase| move |error| classify::classify(error, phase, &deadline, self.basis.connect_timeout);
        let mut response = self.agent.run(request).map_err(name(Phase::Wait))?;
        let mut body = Vec::new();
        let incomplete = read_body(response.body_mut(), largest_body, &mut body, name(Phase::Read)).err();
        match incomplete {
            // The head of an answer is useful even without the whole body. But a call that was ended early must say so.
            Some(failure @ (Failure::Deadline(_) | Failure::Cancelled)) => Err(failure),
            incomplete => {
                let (parts, _) = response.into_parts();
                Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body, incomplete })
            }
        }
    }
}

/// How much later than its deadline a call may end without a request-level timeout. The agent's own timeout begins with the
/// request, shortly after the call began. A request-level timeout would copy the agent's whole configuration.
fn unnoticed(timeout: Duration) -> Duration {
    (timeout / 1000).min(Duration::from_millis(1))
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

/// Reads up to `largest` bytes into `bytes`. If it stops early, the connection is closed, because the rest is unread.
fn read_body(
    body: &mut Body,
    largest: u64,
    bytes: &mut Vec<u8>,
    name: impl FnOnce(ureq::Error) -> Failure,
) -> Result<(), Failure> {
    if body.content_length().is_some_and(|length| length > largest) {
        return Err(Failure::TooLarge { largest });
    }
    // The announced length is trusted up to `BUFFER`. Memory for more is allocated as the bytes arrive.
    // A buffer that grows leaves copies of what it held, which may be a token.
    let announced = body.content_length().unwrap_or(BUFFER as u64).min(BUFFER as u64);
    bytes.reserve(announced as usize + 1);
    let mut reader = body.as_reader().take(largest.saturating_add(1));
    reader.read_to_end(bytes).map_err(|error| name(ureq::Error::from(error)))?;
    if bytes.capacity() - bytes.len() > BUFFER {
        // Growing has doubled the capacity each time, and the values read from the body will take memory, too.
        bytes.shrink_to_fit();
    }
    if bytes.len() as u64 > largest { Err(Failure::TooLarge { largest }) } else { Ok(()) }
}
