//! Which authorities are trusted.

use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};

use crate::config::Trusted;
use crate::error::{Error, ErrorKind};
use crate::file;
#[cfg(feature = "system-trust")]
use crate::sys::{is_out_of_descriptors, is_out_of_memory, without_fork};

/// Reads the authorities that `trusted` names. They are not read again later.
pub(super) fn authorities(trusted: &Trusted) -> Result<Arc<RootCertStore>, Error> {
    let wrong = |reason: String| Error::new(ErrorKind::Config, format!("Configuration: {reason}."));
    let store = match trusted {
        Trusted::Bundled => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
        Trusted::System => {
            from_system().map_err(|reason| wrong(format!("trust is set to the system's store, which {reason}")))?
        }
        Trusted::File(path) => {
            from_file(path).map_err(|reason| wrong(format!("ca_file {} {reason}", file::quoted(path))))?
        }
    };
    Ok(Arc::new(store))
}

fn from_file(path: &Path) -> Result<RootCertStore, String> {
    let content = file::read(path)?;
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&content.bytes) {
        let certificate = certificate.map_err(|error| format!("is not a PEM file: {}", explain(&error)))?;
        store.add(certificate).map_err(|error| format!("contains a certificate that cannot be read: {error}"))?;
    }
    if store.is_empty() {
        return Err("contains no certificate (-----BEGIN CERTIFICATE-----)".to_owned());
    }
    Ok(store)
}

/// Explains the error to an operator; the crate's own texts are for programmers.
fn explain(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { .. } => "a section has no end".to_owned(),
        pem::Error::Base64Decode(reason) => format!("{reason} in its base64"),
        other => other.to_string(),
    }
}

/// Certificates that cannot be read are skipped, as other programs do: system stores hold some that no standard allows
/// any more. But a lack of descriptors or memory passes, and without the certificates that it hides the client would
/// refuse good servers as long as it lives.
#[cfg(feature = "system-trust")]
fn from_system() -> Result<RootCertStore, String> {
    // The child of a fork would keep the file that is being read.
    let found = without_fork(rustls_native_certs::load_native_certs);
    let passes = |error: &&rustls_native_certs::Error| match &error.kind {
        rustls_native_certs::ErrorKind::Io { inner, .. } => is_out_of_descriptors(inner) || is_out_of_memory(inner),
        _ => false,
    };
    if let Some(error) = found.errors.iter().find(passes) {
        return Err(format!("cannot be read: {error}"));
    }
    let mut store = RootCertStore::empty();
    let (_, unreadable) = store.add_parsable_certificates(found.certs);
    if !store.is_empty() {
        return Ok(store);
    }
    let reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(": {}", reasons.join("; ")) };
    Err(format!(
        "contains no readable certificate ({unreadable} unreadable){reasons}; add authorities to it (on \
         Linux: install ca-certificates), or set SSL_CERT_FILE or SSL_CERT_DIR, or ca_file"
    ))
}

#[cfg(not(feature = "system-trust"))]
fn from_system() -> Result<RootCertStore, String> {
    Err("cannot be used: this library was built without the feature system-trust".to_owned())
}
