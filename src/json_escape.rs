//! Reads one escape in a JSON string (RFC 8259 section 7).

/// The escape at the beginning of `text`: its length and its character. `None` if `text` does not begin with an escape;
/// half of a surrogate pair is not an escape.
pub(crate) fn escape(text: &[u8]) -> Option<(usize, char)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?, 16).ok()
    };
    let character = match text.get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        same @ (b'"' | b'\\' | b'/') => char::from(*same),
        _ => {
            let first = unit(0)?;
            let second = unit(6).filter(|_| (0xd800..0xdc00).contains(&first));
            let character = char::decode_utf16([first].into_iter().chain(second)).next()?.ok()?;
            return Some((6 * character.len_utf16(), character));
        }
    };
    Some((2, character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_read_and_nothing_else() {
        for (text, found) in [
            (r#"\"x"#, Some((2, '"'))),
            (r"\\x", Some((2, '\\'))),
            (r"\/", Some((2, '/'))),
            (r"\bx", Some((2, '\u{8}'))),
            (r"\f", Some((2, '\u{c}'))),
            (r"\n", Some((2, '\n'))),
            (r"\r", Some((2, '\r'))),
            (r"\t", Some((2, '\t'))),
            (r"\u0041A", Some((6, 'A'))),
            (r"\u00fC", Some((6, 'ü'))),
            (r"\u0000", Some((6, '\0'))),
            (r"\ud83d\ude00!", Some((12, '\u{1F600}'))),
            (r"\ud83d", None),
            (r"\ud83d\u0041", None),
            (r"\ude00\ud83d", None),
            (r"\u12", None),
            (r"\u+123", None),
            (r"\x", None),
            (r"\", None),
        ] {
            assert_eq!(escape(text.as_bytes()), found, "{text}");
        }
    }
}
