//! Secrets in the encodings of URLs, forms and HTML: a server may write what it was sent in another way.

use memchr::{memchr, memchr3, memmem};

use super::unescaped;

/// The longest character reference that matters: `&#1114111;`.
const LONGEST_REFERENCE: usize = 10;

/// Whether `text` has `secret` in an encoding of URLs (RFC 3986), forms or HTML; the text may be JSON. It cannot be removed
/// then: no part of the text may be shown. Only for a secret with characters that these encodings change: a server has no
/// reason to encode others. Takes as much memory as `text`.
pub(crate) fn is_encoded_in(text: &[u8], secret: &str) -> bool {
    let is_changed = |byte: u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'.' | b'_' | b'~');
    let may_be_encoded = || memchr3(b'%', b'+', b'&', text).is_some() || memchr(b'\\', text).is_some();
    if !secret.bytes().any(is_changed) || !may_be_encoded() {
        return false;
    }
    let finder = memmem::Finder::new(secret);
    [decode_url, decode_form, decode_html].into_iter().any(|decode: fn(&mut Vec<u8>)| {
        let mut decoded = unescaped(text);
        decode(&mut decoded);
        finder.find(&decoded).is_some()
    })
}

fn decode_url(text: &mut Vec<u8>) {
    decode(text, b'%', |rest, character| {
        let digit = |place: usize| char::from(*rest.get(place)?).to_digit(16);
        character[0] = u8::try_from(16 * digit(1)? + digit(2)?).ok()?;
        Some((3, 1))
    });
}

/// As a URL, with a `+` for each blank.
fn decode_form(text: &mut Vec<u8>) {
    text.iter_mut().filter(|byte| **byte == b'+').for_each(|byte| *byte = b' ');
    decode_url(text);
}

fn decode_html(text: &mut Vec<u8>) {
    decode(text, b'&', |rest, character| {
        let end = memchr(b';', &rest[..rest.len().min(LONGEST_REFERENCE)])?;
        let name = str::from_utf8(&rest[1..end]).ok()?;
        Some((end + 1, referenced(name)?.encode_utf8(character).len()))
    });
}

/// The character of a reference: one of those that encoders write.
fn referenced(name: &str) -> Option<char> {
    let number = match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => name.strip_prefix('#')?,
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

/// Decodes `text` in its own memory. `character` gets what an encoding at the beginning of its first argument stands for,
/// and says how long both are. An encoding begins with `sign`, and is never shorter than what it stands for. A sign that
/// begins none stays.
pub(super) fn decode(text: &mut Vec<u8>, sign: u8, character: impl Fn(&[u8], &mut [u8; 4]) -> Option<(usize, usize)>) {
    let (mut read, mut written) = (0, 0);
    while let Some(before) = memchr(sign, &text[read..]) {
        text.copy_within(read..read + before, written);
        (read, written) = (read + before, written + before);
        let mut decoded = [0; 4];
        let (length, size) = character(&text[read..], &mut decoded).unwrap_or_else(|| {
            decoded[0] = sign;
            (1, 1)
        });
        text[written..written + size].copy_from_slice(&decoded[..size]);
        (read, written) = (read + length, written + size);
    }
    text.copy_within(read.., written);
    text.truncate(written + text.len() - read);
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
            assert!(is_encoded_in(text.as_bytes(), secret), "{text}");
        }
    }

    #[test]
    fn other_texts_hold_none() {
        let secret = "a+b/c";
        for text in ["", "%", "%2", "&", "&;", "&#", "&#x;", "&amp", "a%2Bb", "a b/c", "&#99999999999;a+b", "a%20b%2Fc"]
        {
            assert!(!is_encoded_in(text.as_bytes(), secret), "{text}");
        }
        assert!(!is_encoded_in(b"%61bcdefgh", "abcdefgh"), "nothing encodes these");
    }
}
