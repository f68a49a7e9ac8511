//! Scripted servers that speak TLS, with the committed certificates.

use std::io::{self, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion};

use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Wire};

pub const TLS12: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];
pub const TLS13: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];

type Stream = StreamOwned<ServerConnection, TcpStream>;

impl Wire for Stream {
    fn socket(&self) -> &TcpStream {
        &self.sock
    }

    fn say_goodbye(&mut self) {
        self.conn.send_close_notify();
        // The peer may have gone; then nobody needs the message.
        let _ = self.conn.write_tls(&mut self.sock);
    }

    fn frame(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        self.conn.writer().write_all(bytes)?;
        take_output(&mut self.conn)
    }

    fn frame_key_update(&mut self) -> io::Result<Vec<u8>> {
        self.conn.refresh_traffic_keys().map_err(io::Error::other)?;
        take_output(&mut self.conn)
    }
}

/// Takes what would be written to the socket next.
fn take_output(connection: &mut ServerConnection) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    while connection.wants_write() {
        connection.write_tls(&mut output)?;
    }
    Ok(output)
}

/// TLS on an accepted connection.
pub fn over_tls(socket: TcpStream, config: &Arc<ServerConfig>) -> Box<dyn Wire> {
    let connection = ServerConnection::new(Arc::clone(config)).expect("the configuration is complete");
    Box::new(StreamOwned::new(connection, socket))
}

/// The path of a committed file.
pub fn certificate(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "certificates", name].iter().collect();
    path.into_os_string().into_string().expect("the repository's path is UTF-8")
}

/// The content of a committed file.
pub fn pem(name: &str) -> String {
    std::fs::read_to_string(certificate(name)).expect("is committed")
}

/// The properties of a server.
pub struct Server<'a> {
    /// The file of its certificate.
    pub certificate: &'a str,
    pub versions: &'static [&'static SupportedProtocolVersion],
    /// Whether the server demands a certificate of the client.
    pub demands_certificate: bool,
}

impl Default for Server<'_> {
    fn default() -> Self {
        Self { certificate: "server.pem", versions: rustls::ALL_VERSIONS, demands_certificate: false }
    }
}

impl Server<'_> {
    pub fn start(&self, scripts: impl IntoIterator<Item = Script>) -> ScriptedServer {
        let config = Arc::new(self.config());
        let wrap = move |socket| over_tls(socket, &config);
        ScriptedServer::start_over(Arc::new(wrap), scripts, Afterwards::RepeatLast)
    }

    pub fn config(&self) -> ServerConfig {
        let mut provider = rustls::crypto::ring::default_provider();
        if std::env::var_os("CBJ_TEST_VALGRIND").is_some() {
            // Valgrind 3.19 takes the tags of ring's AES-GCM for uninitialised.
            provider.cipher_suites.retain(|suite| format!("{suite:?}").contains("CHACHA20"));
        }
        let provider = Arc::new(provider);
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(self.versions)
            .expect("the provider has these versions");
        let builder = if self.demands_certificate {
            let mut roots = RootCertStore::empty();
            roots.add(read("ca.pem")).expect("is an authority");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().expect("has an authority"))
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from_pem_file(certificate("key.pem")).expect("is a key");
        builder.with_single_cert(vec![read(self.certificate)], key).expect("the key is the certificate's")
    }
}

fn read(name: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(certificate(name)).expect("is a certificate")
}
