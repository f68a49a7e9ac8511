//! A certificate and its private key, out of a PEM or a PKCS#12 file: how the client proves to the identity service who it
//! is. Rests on nothing but files and the log.

mod decryption;
mod key;
mod pem;
mod pkcs12;
mod x509;

use std::fmt;
use std::path::Path;

use der::Decode;
use zeroize::Zeroizing;

use crate::file;
use crate::log::Log;
use crate::time::{unix_seconds_now, utc_text};
use decryption::Budget;
use key::PrivateKey;
use x509::Certificate;

/// How long before its end a certificate is worth a warning.
const EXPIRES_SOON_SECONDS: i64 = 30 * 24 * 3600;

/// Of the certificate, as the identity service knows it.
pub(crate) type Thumbprint = [u8; ring::digest::SHA1_OUTPUT_LEN];

/// A certificate that was judged, with the key that belongs to it.
pub(crate) struct ClientCertificate {
    key: Box<PrivateKey>,
    thumbprint: Thumbprint,
}

/// What was found in a file, certificates in its order.
#[derive(Default)]
struct Found {
    /// DER.
    certificates: Vec<Vec<u8>>,
    /// The first one.
    key: Option<EncodedKey>,
    /// Whether whoever can read the file has the key.
    is_open: bool,
}

/// A private key as it stands in the file.
enum EncodedKey {
    Pkcs1(Zeroizing<Vec<u8>>),
    Pkcs8(Zeroizing<Vec<u8>>),
    /// SEC 1: an EC key.
    Sec1,
}

impl ClientCertificate {
    /// Reads the file at `path`. The error says what is wrong with it, without its path or anything that is in it.
    pub(crate) fn load(path: &Path, password: Option<&str>, log: &Log) -> Result<Self, String> {
        let content = file::read(path)?;
        content.must_not_be_empty()?;
        let mut budget = Budget::for_a_file();
        let found = if content.bytes.windows(pem::BEGIN.len()).any(|bytes| bytes == pem::BEGIN.as_bytes()) {
            // What counts is ASCII; the text around it may be in any encoding.
            let ascii = |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { '?' };
            pem::read(&Zeroizing::new(content.bytes.iter().map(ascii).collect::<String>()), password, &mut budget)?
        } else if content.bytes.first() == Some(&0x30) {
            // A SEQUENCE, as every DER file begins.
            pkcs12::read(&content.bytes, password, &mut budget)?
        } else {
            return Err("is neither PEM nor PKCS#12 (.pfx, .p12)".to_owned());
        };
        if found.is_open {
            content.must_be_private()?;
        } else if let Some(exposed) = &content.exposed {
            log.warn(|| format!("The certificate {path:?} {exposed}. Only its password protects the key."));
        }
        let (der, certificate, key) = matching(&found)?;
        let until = check_validity(&certificate, unix_seconds_now())?;
        if until.saturating_sub(unix_seconds_now()) < EXPIRES_SOON_SECONDS {
            log.warn(|| format!("The certificate {path:?} expires at {}: renew it.", utc_text(until)));
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

/// The first key and the certificate that it belongs to; the others may be those of its issuers.
fn matching(found: &Found) -> Result<(&[u8], Certificate<'_>, PrivateKey), String> {
    if found.certificates.is_empty() {
        return Err("holds no certificate".to_owned());
    }
    let encoded = found.key.as_ref().ok_or("holds no private key; both belong into one file")?;
    let read =
        |der| Certificate::from_der(der).map_err(|error| format!("holds a certificate that cannot be read: {error}"));
    // What cannot be read is told before what is wrong with the key.
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
    Err("holds a private key that does not belong to its certificate".to_owned())
}

/// Until when it is valid, in Unix seconds.
fn check_validity(certificate: &Certificate, now: i64) -> Result<i64, String> {
    let validity = certificate.validity();
    let seconds = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    let (from, until) = (seconds(validity.not_before), seconds(validity.not_after));
    let clock = utc_text(now);
    if now > until {
        return Err(format!("expired at {}; this machine's clock says {clock}", utc_text(until)));
    }
    if now < from {
        return Err(format!("is valid from {} on only; this machine's clock says {clock}", utc_text(from)));
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
