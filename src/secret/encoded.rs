//! Secrets in the encodings of URLs, forms and HTML: a server may write what it was sent in another way.

use memchr::{memchr, memmem};
use percent_encoding::percent_decode;

use super::{Zeroizing, unescaped};

/// The longest character reference that matters: `&#1114111;`.
const LONGEST_REFERENCE: usize = 10;

/// Whether `text` has `secret` in an encoding of URLs (RFC 3986), forms or HTML; the text may be JSON. Only for a secret
/// with characters that these encodings change: a server has no reason to encode others.
pub(super) fn holds(text: &[u8], secret: &str) -> bool {
    if secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')) {
        return false;
    }
    let finder = memmem::Finder::new(secret);
    let plain = unescaped(text);
    let is_in = |decoded: Zeroizing<Vec<u8>>| finder.find(&decoded).is_some();
    memchr(b'%', &plain).is_some() && is_in(percent_decoded(&plain))
        || memchr(b'+', &plain).is_some() && is_in(percent_decoded(&with_blanks(&plain)))
        || memchr(b'&', &plain).is_some() && is_in(without_references(&plain))
}

fn percent_decoded(text: &[u8]) -> Zeroizing<Vec<u8>> {
    // If the buffer had to grow, a copy would be left in memory.
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    decoded.extend(percent_decode(text));
    decoded
}

/// `text` with a blank for each `+`, as in forms.
fn with_blanks(text: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect())
}

/// `text` with the character references of HTML replaced by their characters.
fn without_references(text: &[u8]) -> Zeroizing<Vec<u8>> {
    // A reference is never shorter than its character.
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some(start) = memchr(b'&', rest) {
        decoded.extend_from_slice(&rest[..start]);
        rest = &rest[start..];
        let length = match reference(rest) {
            Some((length, character)) => {
                decoded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                length
            }
            None => {
                decoded.push(b'&');
                1
            }
        };
        rest = &rest[length..];
    }
    decoded.extend_from_slice(rest);
    decoded
}

/// The length and the character of the reference at the beginning of `text`: those that encoders write.
fn reference(text: &[u8]) -> Option<(usize, char)> {
    let end = memchr(b';', &text[..text.len().min(LONGEST_REFERENCE)])?;
    let name = str::from_utf8(&text[1..end]).ok()?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((end + 1, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_seen_in_every_encoding() {
        let secret = "a+b/c d=<ü>'&%41";
        for text in [
            "x a%2Bb%2Fc%20d%3D%3C%C3%BC%3E%27%26%2541 y",
            "client_secret=a%2bb%2fc+d%3d%3c%c3%bc%3e'%26%2541&x=1",
            "a+b/c d=&lt;ü&gt;&#39;&amp;%41",
            "&#97;&#x2B;b&#x2f;c&#32;d&#61;&lt;&#252;&gt;&apos;&amp;%41",
            r#"{"x":"a+b\/c d=\u0026lt;\u00fc&gt;\u0026#39;&amp;%41"}"#,
        ] {
            assert!(holds(text.as_bytes(), secret), "{text}");
        }
    }

    #[test]
    fn other_texts_hold_none() {
        let secret = "a+b/c";
        for text in ["", "%", "%2", "&", "&;", "&#", "&#x;", "&amp", "a%2Bb", "a b/c", "&#99999999999;a+b", "a%20b%2Fc"]
        {
            assert!(!holds(text.as_bytes(), secret), "{text}");
        }
        assert!(!holds(b"%61bcdefgh", "abcdefgh"), "nothing encodes these");
    }
}
