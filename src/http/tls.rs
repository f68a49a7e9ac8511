//! TLS above a connection.
//!
//! ureq's own connector tells neither the version and cipher that were agreed on nor, by type, why there is no
//! connection; and it makes its configuration anew for every request that has a deadline.

use std::fmt;
use std::io::{self, ErrorKind as Io, Read, Write};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, HandshakeKind, IoState, RootCertStore, Stream};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter, time,
};

use super::dial::target;
use super::failure::{Failure, Phase, TlsCause};
use super::socket::wipe;
use super::tls_failure;
use crate::log::Log;
use crate::origin::Origin;
use crate::secret;

/// How many servers' sessions are kept. A client has two servers.
const SESSIONS: usize = 16;

/// Wraps the connection in TLS where the URL is https.
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    pub(super) log: Log,
}

/// How TLS is spoken with servers that `authorities` vouch for.
pub(super) fn configure(authorities: Arc<RootCertStore>) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
    Ok(builder.with_root_certificates(authorities).with_no_client_auth())
}

/// The same with a place of its own for sessions, which make the next handshake shorter. The other place is not looked
/// at: after a fork, a thread that the child does not have may hold its lock.
pub(super) fn without_sessions(config: &ClientConfig) -> Arc<ClientConfig> {
    let mut config = config.clone();
    config.resumption = Resumption::in_memory_sessions(SESSIONS);
    Arc::new(config)
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, TlsStream>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        if !details.needs_tls() {
            return Ok(Some(Either::A(transport)));
        }
        self.wrap(Box::new(transport), &target(details)?, details).map(|stream| Some(Either::B(stream)))
    }
}

impl Tls {
    /// Shakes hands with `peer` on `transport`.
    pub(super) fn wrap(
        &self,
        transport: Box<dyn Transport>,
        peer: &Origin,
        details: &ConnectionDetails,
    ) -> Result<TlsStream, Error> {
        let other = |reason: String| Failure::Tls { cause: TlsCause::Other, reason }.into_ureq();
        let host = peer.host_in_url();
        let name = ServerName::try_from(peer.host()).map_err(|error| other(format!("{host}: {error}")))?;
        let mut session = ClientConnection::new(Arc::clone(&self.config), name.to_owned())
            .map_err(|error| other(error.to_string()))?;
        let transport = TransportAdapter::new(transport, Arc::clone(&details.current_time));
        let mut below = Below { transport, records: Records::default() };
        below.transport.set_timeout(remaining(details));
        session.complete_io(&mut below).map_err(|error| name_failure(Error::from(error)))?;
        self.log.debug(|| {
            let version = session.protocol_version().map(|version| format!("{version:?}")).unwrap_or_default();
            let cipher = session.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
            let resumed = session.handshake_kind() == Some(HandshakeKind::Resumed);
            format!(
                "TLS with {host}: {}, {}{}",
                version.replace('_', "."),
                cipher.unwrap_or_default(),
                if resumed { ", session resumed" } else { "" }
            )
        });
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(TlsStream { buffers, session, below })
    }
}

/// What is left of the time to connect: look-up and connection took some of it.
pub(super) fn remaining(details: &ConnectionDetails) -> NextTimeout {
    let mut timeout = details.timeout;
    if let (time::Instant::Exact(begin), time::Duration::Exact(allowed)) = (details.now, timeout.after) {
        timeout.after = time::Duration::Exact(allowed.saturating_sub(begin.elapsed()));
    }
    timeout
}

fn name_failure(error: Error) -> Error {
    match error {
        Error::Timeout(ureq::Timeout::Connect) => error,
        Error::Other(_) => error,
        Error::Timeout(_) => Failure::Deadline(Phase::Handshake).into_ureq(),
        // A connection that ends says nothing about certificates, whoever ended it.
        Error::Io(io) => match io.kind() {
            Io::UnexpectedEof | Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::NotConnected => {
                Failure::Handshake { peer: "the server, or a gateway before it,".to_owned() }.into_ureq()
            }
            Io::TimedOut | Io::HostUnreachable | Io::NetworkUnreachable => {
                Failure::Network(format!("{io}, during the TLS handshake")).into_ureq()
            }
            _ => tls_failure::from_io_error(&io).into_ureq(),
        },
        other => Failure::Tls { cause: TlsCause::Other, reason: other.to_string() }.into_ureq(),
    }
}

/// TLS as ureq uses it.
pub(super) struct TlsStream {
    buffers: LazyBuffers,
    session: ClientConnection,
    below: Below,
}

/// What TLS is spoken on.
struct Below {
    transport: TransportAdapter,
    records: Records,
}

/// Where in the peer's records the bytes end that have come in. rustls does not tell whether it holds a part of one.
#[derive(Debug, Default)]
struct Records {
    /// How much of the next record's header has come.
    header: usize,
    /// The last two bytes that have come of a header. Those of a whole one are the length of what follows (RFC 8446
    /// section 5.1).
    length: u16,
    /// How much of the record is still to come after its header.
    rest: usize,
}

impl Records {
    const HEADER: usize = 5;

    fn follow(&mut self, mut bytes: &[u8]) {
        while let Some((&first, after)) = bytes.split_first() {
            if self.rest > 0 {
                let come = self.rest.min(bytes.len());
                self.rest -= come;
                bytes = &bytes[come..];
                continue;
            }
            self.length = self.length << 8 | u16::from(first);
            self.header += 1;
            if self.header == Self::HEADER {
                self.header = 0;
                self.rest = self.length.into();
            }
            bytes = after;
        }
    }

    fn is_between_two(&self) -> bool {
        self.header == 0 && self.rest == 0
    }
}

impl Below {
    fn is_open(&mut self) -> bool {
        self.transport.get_mut().is_open()
    }
}

impl Read for Below {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let amount = self.transport.read(bytes)?;
        self.records.follow(&bytes[..amount]);
        Ok(amount)
    }
}

impl Write for Below {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.transport.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.transport.flush()
    }
}

impl TlsStream {
    /// Reads and processes what has arrived, without waiting for more: a server may send tickets and new keys at any
    /// time. Returns false if there was anything else.
    fn take_in(&mut self) -> bool {
        self.below.transport.set_timeout(NextTimeout { after: time::Duration::from_secs(0), ..NextTimeout::default() });
        loop {
            match self.session.read_tls(&mut self.below) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) => return matches!(Error::from(error), Error::Timeout(_)) && self.below.is_open(),
            }
            if !self.session.process_new_packets().is_ok_and(|state| expects_nothing(&state)) {
                return false;
            }
        }
    }
}

/// Whether the peer has neither sent data that nobody has read nor said goodbye.
fn expects_nothing(state: &IoState) -> bool {
    state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed()
}

impl Transport for TlsStream {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    /// rustls's own streams report a failed write only with the next operation. Then the message would say that the call
    /// was waiting for the answer.
    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.below.transport.set_timeout(timeout);
        let output = &mut self.buffers.output()[..amount];
        let accepted = self.session.writer().write_all(output);
        secret::wipe(output);
        accepted?;
        while self.session.wants_write() {
            if self.session.write_tls(&mut self.below)? == 0 {
                return Err(Error::Io(Io::WriteZero.into()));
            }
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.below.transport.set_timeout(timeout);
        let room = self.buffers.input_append_buf();
        let amount = Stream::new(&mut self.session, &mut self.below).read(room)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    /// Whether the connection is between two answers: no layer holds data that nobody has read, or a part of a record,
    /// and the peer has not said goodbye.
    fn is_open(&mut self) -> bool {
        if !self.below.is_open() && !self.take_in() {
            return false;
        }
        self.buffers.input().is_empty()
            && self.below.records.is_between_two()
            && self.session.process_new_packets().is_ok_and(|state| expects_nothing(&state))
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl Drop for TlsStream {
    fn drop(&mut self) {
        wipe(&mut self.buffers);
    }
}

// What rustls would show of its configuration is much, and helps nobody.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsStream")
    }
}
