//! TLS above a connection.
//!
//! ureq's own connector tells neither the version and cipher that were agreed on nor, by type, why there is no
//! connection; and it makes its configuration anew for every request that has a deadline.

use std::fmt;
use std::io::{ErrorKind as Io, Read, Write};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, HandshakeKind, RootCertStore, StreamOwned};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter, time,
};
use zeroize::Zeroize;

use super::failure::{Failure, Phase};
use super::tls_failure::{self, TlsCause};
use crate::config::bare_host;
use crate::log::Log;

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
        let host = details.uri.host().unwrap_or_default();
        self.wrap(Box::new(transport), host, details).map(|stream| Some(Either::B(stream)))
    }
}

impl Tls {
    /// Shakes hands with `host` on `transport`.
    pub(super) fn wrap(
        &self,
        transport: Box<dyn Transport>,
        host: &str,
        details: &ConnectionDetails,
    ) -> Result<TlsStream, Error> {
        let other = |reason: String| Failure::Tls { cause: TlsCause::Other, reason }.into_ureq();
        let name = ServerName::try_from(bare_host(host)).map_err(|error| other(format!("{host}: {error}")))?;
        let mut connection = ClientConnection::new(Arc::clone(&self.config), name.to_owned())
            .map_err(|error| other(error.to_string()))?;
        let mut adapter = TransportAdapter::new(transport, Arc::clone(&details.current_time));
        adapter.set_timeout(remaining(details));
        connection.complete_io(&mut adapter).map_err(|error| name_failure(Error::from(error)))?;
        self.log.debug(|| {
            let version = connection.protocol_version().map(|version| format!("{version:?}")).unwrap_or_default();
            let cipher = connection.negotiated_cipher_suite().map(|suite| format!("{:?}", suite.suite()));
            let resumed = connection.handshake_kind() == Some(HandshakeKind::Resumed);
            format!(
                "TLS with {host}: {}, {}{}",
                version.replace('_', "."),
                cipher.unwrap_or_default(),
                if resumed { ", session resumed" } else { "" }
            )
        });
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(TlsStream { buffers, stream: StreamOwned::new(connection, adapter) })
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
            _ => tls_failure::of_io(&io).into_ureq(),
        },
        other => Failure::Tls { cause: TlsCause::Other, reason: other.to_string() }.into_ureq(),
    }
}

/// TLS as ureq uses it.
pub(super) struct TlsStream {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl Transport for TlsStream {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.sock.set_timeout(timeout);
        let output = &self.buffers.output()[..amount];
        Ok(self.stream.write_all(output)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.sock.set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
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

/// Overwrites what went through the buffers: tokens and secrets among it.
pub(super) fn wipe(buffers: &mut LazyBuffers) {
    buffers.output().zeroize();
    let unread = buffers.input().len();
    buffers.input_consume(unread);
    buffers.input_append_buf().zeroize();
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
