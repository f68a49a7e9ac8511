//! The assertion with which a certificate proves who the client is: a JWT (RFC 7519, RFC 7523 section 3).
//!
//! Service page: "Use AvePoint Graph API", section "Authentication and Authorization", with a certificate.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};

use crate::certificate::ClientCertificate;
use crate::secret::Zeroizing;
use crate::time::unix_seconds_now;

/// The assertion is valid from this long before now, because the identity service's clock may be behind this machine's.
const BACKDATED_SECONDS: i64 = 300;

/// How long from now the assertion is valid. It is used at once, so this time is only for a clock that is ahead.
const LIFETIME_SECONDS: i64 = 300;

/// An assertion for one request of a token from `audience`, the token URL.
pub(super) fn assertion(
    certificate: &ClientCertificate,
    client_id: &str,
    audience: &str,
) -> Result<Zeroizing<String>, String> {
    let thumbprint = certificate.thumbprint();
    let hex = thumbprint.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02X}");
        hex
    });
    let header =
        format!(r#"{{"alg":"RS256","typ":"JWT","kid":"{hex}","x5t":"{}"}}"#, BASE64_URL_SAFE_NO_PAD.encode(thumbprint));
    let now = unix_seconds_now();
    let (client_id, audience) = (json_text(client_id)?, json_text(audience)?);
    let claims = format!(
        r#"{{"iss":{client_id},"sub":{client_id},"aud":{audience},"jti":"{}","nbf":{},"exp":{}}}"#,
        uuid()?,
        (now - BACKDATED_SECONDS).max(0),
        now + LIFETIME_SECONDS
    );
    let mut assertion = Zeroizing::new(String::with_capacity(2048));
    BASE64_URL_SAFE_NO_PAD.encode_string(header, &mut assertion);
    assertion.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(claims, &mut assertion);
    let signature = certificate.sign(assertion.as_bytes())?;
    assertion.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut assertion);
    Ok(assertion)
}

fn json_text(text: &str) -> Result<String, String> {
    serde_json::to_string(text).map_err(|error| error.to_string())
}

/// A random UUID (RFC 9562 section 5.4).
fn uuid() -> Result<String, String> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| "the system gives no random numbers".to_owned())?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = |range: std::ops::Range<usize>| bytes[range].iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Ok([hex(0..4), hex(4..6), hex(6..8), hex(8..10), hex(10..16)].join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_are_random_ones_and_differ() {
        let (a, b) = (uuid().expect("is made"), uuid().expect("is made"));
        assert_ne!(a, b);
        for uuid in [a, b] {
            let parts: Vec<usize> = uuid.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{uuid}");
            assert_eq!(&uuid[14..15], "4", "{uuid}");
            assert!(matches!(&uuid[19..20], "8" | "9" | "a" | "b"), "{uuid}");
        }
    }
}
