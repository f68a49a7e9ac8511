//! The files of certificates, for the fuzz targets.

use super::decryption::Budget;
use super::{Thumbprint, find, matching, thumbprint};

/// A certificate and its key, as far as they show.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened {
    /// The SHA-1 of the certificate.
    pub thumbprint: Thumbprint,
    /// The public key in the certificate, as PKCS#1.
    pub public_key: Vec<u8>,
    /// The signature of `message`.
    pub signature: Vec<u8>,
}

/// Opens the content of a file within `nanoseconds`, and signs `message`. Also returns how much of the time was spent.
pub fn open(file: &[u8], password: Option<&str>, nanoseconds: u64, message: &[u8]) -> (Result<Opened, String>, u64) {
    let mut budget = Budget::of(nanoseconds);
    let opened = find(file, password, &mut budget).and_then(|found| {
        let (der, certificate, key) = matching(&found)?;
        let public_key = certificate.public_key().subject_public_key.raw_bytes().to_vec();
        Ok(Opened { thumbprint: thumbprint(der), public_key, signature: key.sign(message)? })
    });
    (opened, nanoseconds - budget.left())
}
