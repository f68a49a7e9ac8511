//! PEM (RFC 7468): certificates and keys in any order, with anything between them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use der::Decode;
use pkcs12::pbe_params::EncryptedPrivateKeyInfo;
use zeroize::{Zeroize, Zeroizing};

use super::decryption::{Password, decrypt};
use super::{EncodedKey, Found};

pub(super) const BEGIN: &str = "-----BEGIN ";
const DASHES: &str = "-----";

pub(super) fn read(text: &str, password: Option<&str>) -> Result<Found, String> {
    let mut found = Found::default();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(BEGIN) {
        let (label, after) = after
            .split_once(DASHES)
            // Else it is not the label that was read but a part of the key, which must not be repeated.
            .filter(|(label, _)| !label.contains(|c: char| c.is_lowercase() || c.is_control()))
            .ok_or("holds a -----BEGIN line that does not end")?;
        let end = format!("-----END {label}{DASHES}");
        let (body, after) = after.split_once(&end).ok_or_else(|| format!("has no {end}"))?;
        rest = after;
        match label {
            "CERTIFICATE" | "X509 CERTIFICATE" => found.certificates.push(decode(label, body)?.to_vec()),
            "PRIVATE KEY" => {
                found.is_open = true;
                found.keys.push(EncodedKey::Pkcs8(decode(label, body)?));
            }
            "RSA PRIVATE KEY" | "EC PRIVATE KEY" if body.contains("ENCRYPTED") => {
                return Err("holds a key that is encrypted in OpenSSL's old way: convert it with openssl pkcs8 -topk8"
                    .to_owned());
            }
            "RSA PRIVATE KEY" => {
                found.is_open = true;
                found.keys.push(EncodedKey::Pkcs1(decode(label, body)?));
            }
            "EC PRIVATE KEY" => found.keys.push(EncodedKey::Sec1),
            "ENCRYPTED PRIVATE KEY" => found.keys.push(EncodedKey::Pkcs8(decrypted(&decode(label, body)?, password)?)),
            // Parameters, requests, public keys: nothing that is needed.
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
        STANDARD.decode_slice(&*base64, &mut bytes).map_err(|_| format!("holds a {label} that is no base64"))?;
    bytes[length..].zeroize();
    bytes.truncate(length);
    Ok(bytes)
}

fn decrypted(der: &[u8], password: Option<&str>) -> Result<Zeroizing<Vec<u8>>, String> {
    let password = password.ok_or("holds an encrypted key and needs its password")?;
    let info = EncryptedPrivateKeyInfo::from_der(der)
        .map_err(|error| format!("holds an encrypted key that cannot be read: {error}"))?;
    decrypt(&info.encryption_algorithm, info.encrypted_data.as_bytes(), &Password::new(password))
}
