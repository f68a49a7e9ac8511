//! The escapes in JSON strings (RFC 8259 section 7), in text that was found to be JSON.
//!
//! serde_json would refuse a lone surrogate (`"\ud800"`). It is grammatical JSON, and one bad character in an error's
//! text must not hide the job: it becomes U+FFFD. So does U+0000, because C would end there and lose the rest.

use std::borrow::Cow;

use memchr::memchr;

const BACKSLASH: u8 = b'\\';
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// What stands between the quotes of a JSON string, decoded.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    if memchr(BACKSLASH, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut decoded = String::with_capacity(text.len());
    decode_into(text, &mut decoded);
    Cow::Owned(decoded)
}

/// The same, appended to `decoded`. It never takes more bytes than `text`.
pub(super) fn decode_into(text: &str, decoded: &mut String) {
    let mut rest = text;
    while let Some(place) = memchr(BACKSLASH, rest.as_bytes()) {
        decoded.push_str(&rest[..place]);
        let (character, after) = escaped(&rest[place + 1..]);
        decoded.push(character);
        rest = after;
    }
    decoded.push_str(rest);
}

/// The character of the escape whose backslash stood before `text`, and what comes after it.
fn escaped(text: &str) -> (char, &str) {
    let mut after = text.chars();
    let character = match after.next() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return from_hex(after.as_str()),
        // A quote, a backslash or a slash.
        Some(itself) => itself,
        None => REPLACEMENT,
    };
    (character, after.as_str())
}

/// The character of the four digits that `text` begins with, or of eight with `\u` between them: a surrogate pair.
fn from_hex(text: &str) -> (char, &str) {
    let Some((first, after)) = unit(text) else { return (REPLACEMENT, "") };
    if let 0xd800..=0xdbff = first
        && let Some((second @ 0xdc00..=0xdfff, after)) = after.strip_prefix("\\u").and_then(unit)
    {
        let code_point = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
        return (char::from_u32(code_point).unwrap_or(REPLACEMENT), after);
    }
    // A surrogate alone is no character.
    let character = char::from_u32(first).filter(|character| *character != '\0').unwrap_or(REPLACEMENT);
    (character, after)
}

fn unit(text: &str) -> Option<(u32, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    Some((u32::from_str_radix(digits, 16).ok()?, after))
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
            // Surrogates that are no pair: each is one character that cannot be read.
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
