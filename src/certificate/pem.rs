//! PEM (RFC 7468): certificates and keys in any order, with anything between them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use der::Decode;
use zeroize::Zeroize;

use super::decryption::{Budget, EncryptedPrivateKeyInfo, Password};
use super::{EncodedKey, Found};

pub(super) const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

/// Longer than any label. It limits what a message repeats.
const LONGEST_LABEL: usize = 64;

/// Uses the first key; other keys are not decrypted.
pub(super) fn read(text: &str, password: Option<&str>, budget: &mut Budget) -> Result<Found, String> {
    let mut found = Found::default();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let (label, after) = after
            .split_once(DASHES)
            // Anything else is not a label but a part of the key, which must not be repeated.
            .filter(|(label, _)| {
                label.len() <= LONGEST_LABEL && !label.contains(|c: char| c.is_lowercase() || c.is_control())
            })
            .ok_or("contains a -----BEGIN line that does not end")?;
        let end = format!("-----END {label}{DASHES}");
        let (body, after) = after.split_once(&end).ok_or_else(|| format!("has no {end}"))?;
        rest = after;
        let is_used = found.key.is_none();
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => found.certificates.push(decode(label, body)?.to_vec()),
            // A key that is not used is a secret, too.
            "PRIVATE KEY" => {
                found.is_open = true;
                if is_used {
                    found.key = Some(EncodedKey::Pkcs8(decode(label, body)?));
                }
            }
            "RSA PRIVATE KEY" | "EC PRIVATE KEY" if body.contains("ENCRYPTED") => {
                if !is_used {
                    continue;
                }
                return Err(
                    "contains a key in OpenSSL's old encryption: convert it with openssl pkcs8 -topk8".to_owned()
                );
            }
            "RSA PRIVATE KEY" => {
                found.is_open = true;
                if is_used {
                    found.key = Some(EncodedKey::Pkcs1(decode(label, body)?));
                }
            }
            "EC PRIVATE KEY" if is_used => found.key = Some(EncodedKey::Sec1),
            "ENCRYPTED PRIVATE KEY" if is_used => {
                let key = decrypted(&decode(label, body)?, password, budget)?;
                found.key = Some(EncodedKey::Pkcs8(key));
            }
            // Parameters, requests and public keys are not needed.
            _ => {}
        }
    }
    Ok(found)
}

fn decode(label: &str, body: &str) -> Result<Zeroizing<Vec<u8>>, String> {
    let mut base64: Zeroizing<Vec<u8>> = Zeroizing::new(Vec::with_capacity(body.len()));
    base64.extend(body.bytes().filter(|byte| !byte.is_ascii_whitespace()));
    let mut bytes = Zeroizing::new(vec![0; base64::decoded_len_estimate(base64.len())]);
    let length =
        STANDARD.decode_slice(&*base64, &mut bytes).map_err(|_| format!("contains a {label} that is not base64"))?;
    bytes[length..].zeroize();
    bytes.truncate(length);
    Ok(bytes)
}

fn decrypted(der: &[u8], password: Option<&str>, budget: &mut Budget) -> Result<Zeroizing<Vec<u8>>, String> {
    let password = password.ok_or("contains an encrypted key and needs its password")?;
    let info = EncryptedPrivateKeyInfo::from_der(der)
        .map_err(|error| format!("contains an encrypted key that cannot be read: {error}"))?;
    info.decrypt(&Password::new(password), budget)
}
use crate::secret::Zeroizing;
