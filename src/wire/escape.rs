//! Decodes the escapes in JSON strings (RFC 8259 section 7), in text that is known to be JSON.
//!
//! serde_json would refuse a lone surrogate (`"\ud800"`). The grammar of JSON allows it, and one bad character in an
//! error's text must not hide the job: it becomes U+FFFD. U+0000 becomes U+FFFD, too, because a C string would end
//! there and lose the rest.

use std::borrow::Cow;

use memchr::memchr;

use crate::json_escape::escape;

const BACKSLASH: u8 = b'\\';
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// The length of a lone surrogate, which is written like an escape but does not stand for a character.
const LONE_SURROGATE: usize = r"\ud800".len();

/// Decodes the text between the quotes of a JSON string.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if memchr(BACKSLASH, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    decode_into(text, &mut decoded);
    Cow::Owned(decoded)
}

/// The same, appended to `decoded`. The result is never longer than `text`.
pub(super) fn decode_into(text: &str, decoded: &mut String) {
    let mut rest = text;
    while let Some(place) = memchr(BACKSLASH, rest.as_bytes()) {
        decoded.push_str(&rest[..place]);
        rest = &rest[place..];
        let (length, character) = match escape(rest.as_bytes()) {
            Some((length, '\0')) => (length, REPLACEMENT),
            Some(escape) => escape,
            None => (rest.len().min(LONE_SURROGATE), REPLACEMENT),
        };
        decoded.push(character);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_decoded() {
        for (text, decoded) in [
            ("", ""),
            ("plain ü", "plain ü"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u0041\u00fC\u20ac\ufeff", "Aü€\u{feff}"),
            (r"\ud83d\ude00!", "\u{1F600}!"),
            (r"a\u0000b", "a\u{FFFD}b"),
            // Surrogates that are not a pair: each is one character that cannot be read.
            (r"\ud800", "\u{FFFD}"),
            (r"\ud800!", "\u{FFFD}!"),
            (r"\ud800\n", "\u{FFFD}\n"),
            (r"\ud800A", "\u{FFFD}A"),
            (r"\ud800\ud83d\ude00", "\u{FFFD}\u{1F600}"),
            (r"\ude00\ud83d", "\u{FFFD}\u{FFFD}"),
            (r"\\u0041", "\\u0041"),
        ] {
            assert_eq!(decode(text), decoded, "{text}");
            assert!(decode(text).len() <= text.len(), "{text}");
        }
    }
}
