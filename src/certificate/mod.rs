//! A certificate and its private key from a PEM or a PKCS#12 file. With them the client proves its identity to the
//! identity service. This room needs only files and the log.

mod decryption;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod key;
mod pem;
mod pkcs12;
mod x509;

use std::fmt;
use std::path::Path;

use der::Decode;

use crate::file;
use crate::log::Log;
use crate::secret::Zeroizing;
use crate::time::{unix_seconds_now, utc_text};
use decryption::Budget;
use key::PrivateKey;
use x509::Certificate;

/// A certificate that expires within this time causes a warning.
const EXPIRES_SOON_SECONDS: i64 = 30 * 24 * 3600;

/// The hash by which the identity service knows a certificate.
pub(crate) type Thumbprint = [u8; ring::digest::SHA1_OUTPUT_LEN];

/// A checked certificate and its key.
pub(crate) struct ClientCertificate {
    key: Box<PrivateKey>,
    thumbprint: Thumbprint,
}

/// The content of a file.
#[derive(Default)]
struct Found {
    /// As DER, in the order of the file.
    certificates: Vec<Vec<u8>>,
    /// The first key.
    key: Option<EncodedKey>,
    /// Whether everybody who can read the file can use the key.
    is_open: bool,
}

/// A private key as the file encodes it.
enum EncodedKey {
    Pkcs1(Zeroizing<Vec<u8>>),
    Pkcs8(Zeroizing<Vec<u8>>),
    /// SEC 1: an EC key.
    Sec1,
}

impl ClientCertificate {
    /// Reads the file at `path`. The error says what is wrong. It contains neither the path nor anything from the file.
    pub(crate) fn load(path: &Path, password: Option<&str>, log: &Log) -> Result<Self, String> {
        let content = file::read(path)?;
        content.must_not_be_empty()?;
        let found = find(&content.bytes, password, &mut Budget::for_a_file())?;
        if found.is_open {
            content.must_be_private()?;
        } else if let Some(exposed) = &content.exposed {
            log.warn(|| {
                format!("The certificate {} {exposed}. Only its password protects the key.", file::quoted(path))
            });
        }
        let (der, certificate, key) = matching(&found)?;
        let until = check_validity(&certificate, unix_seconds_now())?;
        if until.saturating_sub(unix_seconds_now()) < EXPIRES_SOON_SECONDS {
            let (path, until) = (file::quoted(path), utc_text(until));
            log.warn(|| format!("The certificate {path} expires at {until}: renew it."));
        }
        Ok(Self { key: Box::new(key), thumbprint: thumbprint(der) })
    }

    /// The SHA-1 of the certificate. It names the certificate and protects nothing.
    pub(crate) fn thumbprint(&self) -> &Thumbprint {
        &self.thumbprint
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256: `RS256`.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        self.key.sign(message)
    }
}

/// What is in a file.
fn find(bytes: &[u8], password: Option<&str>, budget: &mut Budget) -> Result<Found, String> {
    if bytes.windows(pem::BEGIN.len()).any(|bytes| bytes == pem::BEGIN.as_bytes()) {
        // PEM is ASCII; the text around it may be in any encoding.
        let ascii = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '?' };
        pem::read(&Zeroizing::new(bytes.iter().map(ascii).collect::<String>()), password, budget)
    } else if bytes.first() == Some(&0x30) {
        // Every DER file begins with a SEQUENCE.
        pkcs12::read(bytes, password, budget)
    } else {
        Err("is neither PEM nor PKCS#12 (.pfx, .p12)".to_owned())
    }
}

/// The first key and its certificate. The other certificates may be those of its issuers.
fn matching(found: &Found) -> Result<(&[u8], Certificate<'_>, PrivateKey), String> {
    if found.certificates.is_empty() {
        return Err("contains no certificate".to_owned());
    }
    let encoded =
        found.key.as_ref().ok_or("contains no private key; the certificate and its key must be in one file")?;
    let read = |der| {
        Certificate::from_der(der).map_err(|error| format!("contains a certificate that cannot be read: {error}"))
    };
    // A certificate that cannot be read is reported before a problem with the key.
    for der in &found.certificates {
        read(der)?;
    }
    let key = PrivateKey::read(encoded)?;
    for der in &found.certificates {
        let certificate = read(der)?;
        if key.belongs_to(&certificate) {
            return Ok((der, certificate, key));
        }
    }
    Err("contains a private key that does not belong to its certificate".to_owned())
}

/// The end of the certificate's validity, in Unix seconds.
fn check_validity(certificate: &Certificate, now: i64) -> Result<i64, String> {
    let validity = certificate.validity();
    let seconds = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    let (from, until) = (seconds(validity.not_before), seconds(validity.not_after));
    let clock = utc_text(now);
    if now > until {
        return Err(format!("expired at {}; this machine's clock says {clock}", utc_text(until)));
    }
    if now < from {
        return Err(format!("is not valid before {}; this machine's clock says {clock}", utc_text(from)));
    }
    Ok(until)
}

fn thumbprint(der: &[u8]) -> Thumbprint {
    let mut thumbprint = Thumbprint::default();
    thumbprint.copy_from_slice(ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref());
    thumbprint
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}
