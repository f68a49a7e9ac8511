//! TLS above a connection.
//!
//! ureq's own connector reports neither the negotiated version and cipher nor a typed reason for a failure. It also
//! makes its configuration anew for every request that has a deadline.

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

/// For how many servers a session is kept. A client has two servers.
const SESSIONS: usize = 16;

/// Wraps the connection in TLS if the URL is https.
pub(super) struct Tls {
    pub(super) config: Arc<ClientConfig>,
    pub(super) log: Log,
}

/// The configuration of TLS that trusts certificates from `authorities`.
pub(super) fn configure(authorities: Arc<RootCertStore>) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?;
    Ok(builder.with_root_certificates(authorities).with_no_client_auth())
}

/// A copy with its own cache of sessions, which make the next handshake shorter. The original cache is not touched:
/// after a fork, a thread that the child does not have may hold its lock.
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
    /// Makes the TLS handshake with `peer` on `transport`.
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
        let mut underlying = Underlying { transport, records: Records::default() };
        underlying.transport.set_timeout(remaining(details));
        session.complete_io(&mut underlying).map_err(|error| name_failure(Error::from(error)))?;
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
        Ok(TlsStream { buffers, session, underlying })
    }
}

/// The remaining time to connect, of which look-up and TCP connection have used a part.
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
        // The end of a connection says nothing about certificates, whoever ended it.
        Error::Io(io) => match io.kind() {
            Io::UnexpectedEof | Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::NotConnected => {
                Failure::Handshake { peer: "the server, or a gateway before it,".to_owned() }.into_ureq()
            }
            // What the system reports, e.g. that no host answers or that memory is short, says nothing about them either.
            _ if io.raw_os_error().is_some() => Failure::Network(format!("{io}, during the TLS handshake")).into_ureq(),
            _ => tls_failure::from_io_error(&io).into_ureq(),
        },
        other => Failure::Tls { cause: TlsCause::Other, reason: other.to_string() }.into_ureq(),
    }
}

/// A TLS connection as ureq uses it.
pub(super) struct TlsStream {
    buffers: LazyBuffers,
    session: ClientConnection,
    underlying: Underlying,
}

/// The connection under TLS.
struct Underlying {
    transport: TransportAdapter,
    records: Records,
}

/// Follows the record boundaries in the received bytes: rustls does not tell whether it holds an incomplete record.
#[derive(Debug, Default)]
struct Records {
    /// How many bytes of the next record's header have arrived.
    header: usize,
    /// The last two bytes of the header that have arrived. In a complete header they are the length of the payload (RFC
    /// 8446 section 5.1).
    length: u16,
    /// How many bytes of the current record's payload are still to come.
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

impl Underlying {
    fn is_open(&mut self) -> bool {
        self.transport.get_mut().is_open()
    }
}

impl Read for Underlying {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let amount = self.transport.read(bytes)?;
        self.records.follow(&bytes[..amount]);
        Ok(amount)
    }
}

impl Write for Underlying {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.transport.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.transport.flush()
    }
}

impl TlsStream {
    /// Reads and processes the bytes that have arrived, without waiting for more: a server may send session tickets and
    /// key updates at any time. Returns false if anything else has arrived.
    fn process_unrequested(&mut self) -> bool {
        self.underlying
            .transport
            .set_timeout(NextTimeout { after: time::Duration::from_secs(0), ..NextTimeout::default() });
        loop {
            match self.session.read_tls(&mut self.underlying) {
                Ok(0) => return false,
                Ok(_) => {}
                Err(error) => return matches!(Error::from(error), Error::Timeout(_)) && self.underlying.is_open(),
            }
            if !self.session.process_new_packets().is_ok_and(|state| is_idle(&state)) {
                return false;
            }
        }
    }
}

/// Whether there is no unread data and no close_notify from the peer.
fn is_idle(state: &IoState) -> bool {
    state.plaintext_bytes_to_read() == 0 && !state.peer_has_closed()
}

impl Transport for TlsStream {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    /// Not through rustls's own streams, which report a failed write only with the next operation. Then the message
    /// would say that the call was waiting for the answer.
    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.underlying.transport.set_timeout(timeout);
        let output = &mut self.buffers.output()[..amount];
        let accepted = self.session.writer().write_all(output);
        secret::wipe(output);
        accepted?;
        while self.session.wants_write() {
            if self.session.write_tls(&mut self.underlying)? == 0 {
                return Err(Error::Io(Io::WriteZero.into()));
            }
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.underlying.transport.set_timeout(timeout);
        let room = self.buffers.input_append_buf();
        let amount = Stream::new(&mut self.session, &mut self.underlying).read(room)?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    /// Whether the connection is open and idle: no layer holds unread data or an incomplete record, and the peer has
    /// sent no close_notify.
    fn is_open(&mut self) -> bool {
        if !self.underlying.is_open() && !self.process_unrequested() {
            return false;
        }
        self.buffers.input().is_empty()
            && self.underlying.records.is_between_two()
            && self.session.process_new_packets().is_ok_and(|state| is_idle(&state))
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

// Not derived, because rustls shows a long configuration that helps nobody.
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
