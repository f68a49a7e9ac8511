//! A JSON value in an answer, not yet interpreted, and why an answer cannot be read.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::escape;
use crate::model::Source;
use crate::quote::beginning;
use crate::secret::{Secret, Zeroizing};

/// Why an answer cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("the answer is empty")]
    Empty,
    #[error("the answer is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
    #[error("the answer is not JSON: {0}")]
    NotJson(String),
    #[error("the member {member} is {found}, wanted {wanted}")]
    Member { member: String, found: String, wanted: &'static str },
}

impl Unreadable {
    pub(super) fn member(member: &str, found: Value<'_>, wanted: &'static str) -> Self {
        Self::Member { member: member.to_owned(), found: beginning(found.0, 60), wanted }
    }

    /// The same error with the name of the object or list that contains the member.
    pub(super) fn within(self, parent: &str) -> Self {
        match self {
            Self::Member { member, found, wanted } => {
                Self::Member { member: format!("{parent}{member}"), found, wanted }
            }
            other => other,
        }
    }
}

impl From<serde_json::Error> for Unreadable {
    fn from(error: serde_json::Error) -> Self {
        Self::NotJson(error.to_string())
    }
}

/// The text of an answer. A byte order mark is skipped, as RFC 8259 section 8.1 allows.
pub(crate) fn utf8(body: &[u8]) -> Result<&str, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|error| Unreadable::NotUtf8(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.trim_ascii().is_empty() { Err(Unreadable::Empty) } else { Ok(text) }
}

/// The JSON text of a value in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Value<'a>(pub(super) &'a str);

impl<'a> Value<'a> {
    pub(super) fn new(raw: &'a RawValue) -> Self {
        Self(raw.get())
    }

    pub(super) fn unless_null(self) -> Option<Self> {
        (self.0 != "null").then_some(self)
    }

    /// The value as a string. `None` if it is not a string.
    pub(super) fn string(self) -> Option<Cow<'a, str>> {
        self.string_in_quotes().map(escape::decode)
    }

    /// The value as a string that is a secret, without another copy in memory. `None` if it is not a string.
    pub(super) fn secret(self) -> Option<Secret> {
        let text = self.string_in_quotes()?;
        let mut secret = Zeroizing::new(String::with_capacity(text.len()));
        escape::decode_into(text, &mut secret);
        Some(Secret::from(secret))
    }

    /// The value as a string with its escapes. `None` if it is not a string.
    pub(super) fn string_in_quotes(self) -> Option<&'a str> {
        self.0.strip_prefix('"')?.strip_suffix('"')
    }

    /// The value itself if it is text: a string, or a number or boolean in its JSON spelling. `None` for an empty
    /// string.
    pub(super) fn text(self, member: &str) -> Result<Option<Self>, Unreadable> {
        if self.0.starts_with(['{', '[']) {
            return Err(Unreadable::member(member, self, "text"));
        }
        Ok(self.as_sent())
    }

    /// The value itself, of any kind. `None` for an empty string.
    pub(super) fn as_sent(self) -> Option<Self> {
        (self.0 != "\"\"").then_some(self)
    }

    /// The value's text without the quotes and escapes of JSON.
    pub(super) fn plain(self) -> Cow<'a, str> {
        self.string().unwrap_or(Cow::Borrowed(self.0))
    }

    /// The same for a value that should be short, such as a number or a time. `None` if it is too long for that:
    /// decoding it is not worth the memory.
    pub(super) fn brief(self) -> Option<Cow<'a, str>> {
        const LONGEST: usize = 4096;
        (self.0.len() <= LONGEST).then(|| self.plain())
    }

    /// The first `limit` characters of the value's text, with a mark if the text was cut. The rest is not decoded.
    pub(super) fn beginning(self, limit: usize) -> String {
        // The longest form of a character is a pair of surrogates, each of them escaped.
        let most = "\\ud83d\\ude00".len() * (limit + 1);
        let part = self.string_in_quotes().unwrap_or(self.0);
        let end = part.char_indices().map(|(place, _)| place).take_while(|place| *place <= most).last().unwrap_or(0);
        let part = if part.len() <= most { part } else { &part[..end] };
        let is_string = self.0.starts_with('"');
        beginning(&if is_string { escape::decode(part) } else { Cow::Borrowed(part) }, limit)
    }

    /// The value as a count: a whole number from 0 to 2^63-1, or a string of its digits. `None` for an empty string.
    pub(super) fn count(self, member: &str) -> Result<Option<i64>, Unreadable> {
        const WANTED: &str = "a whole number from 0 to 9223372036854775807, or its digits in a string";
        let digits = self.brief().ok_or_else(|| Unreadable::member(member, self, WANTED))?;
        if digits.is_empty() {
            return Ok(None);
        }
        // `parse` alone would take a sign.
        if digits.as_bytes()[0].is_ascii_digit()
            && let Ok(count) = digits.parse()
        {
            return Ok(Some(count));
        }
        Err(Unreadable::member(member, self, WANTED))
    }

    /// The value as true or false. `None` if it is neither.
    pub(super) fn flag(self) -> Option<bool> {
        let text = self.brief()?;
        [("true", true), ("false", false)]
            .into_iter()
            .find(|(spelling, _)| text.eq_ignore_ascii_case(spelling))
            .map(|(_, flag)| flag)
    }

    /// The value's JSON text.
    pub(super) fn raw(self) -> &'a str {
        self.0
    }
}

impl Source for Value<'_> {
    fn write_to(&self, memory: &mut String) {
        match self.string_in_quotes() {
            Some(text) => escape::decode_into(text, memory),
            None => memory.push_str(self.0),
        }
    }
}

/// `value` as a string. `None` if it is not a string.
pub(crate) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    Value::new(value).string()
}

/// `value` as a string that is a secret. `None` if it is not a string.
pub(crate) fn secret(value: &RawValue) -> Option<Secret> {
    Value::new(value).secret()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::json::members;

    /// The members `names` of a text that is an object.
    fn object<'a, const N: usize>(text: &'a str, names: &'static [&'static str; N]) -> [Option<Value<'a>>; N] {
        members(text, names).expect("is JSON").expect("is an object")
    }

    #[test]
    fn text_is_decoded_once_and_nothing_is_lost() {
        let names = &["a", "b", "c", "d", "e", "missing", "key", "a2", "f"];
        let values = object(
            r#"{"a":"x\u0000\ud83d\ude00","b":"\ud800!","c":12.50,"d":"","e":null,"k\u0065y":"v","f":[1],"a2":true}"#,
            names,
        );
        let text = |index: usize| {
            let text = values[index].map_or(Ok(None), |value| value.text(names[index]));
            text.map(|text| text.map(|text| text.plain().into_owned()))
        };
        let expected =
            [Some("x\u{FFFD}\u{1F600}"), Some("\u{FFFD}!"), Some("12.50"), None, None, None, Some("v"), Some("true")];
        for (index, expected) in expected.into_iter().enumerate() {
            assert_eq!(text(index), Ok(expected.map(str::to_owned)), "{}", names[index]);
        }
        let error = text(8).expect_err("a list is no text");
        assert_eq!(error.to_string(), "the member f is [1], wanted text");
    }

    #[test]
    fn counts_are_whole_numbers_or_their_digits() {
        let many_zeros = format!("\"{}1\"", "0".repeat(10_000));
        for (value, count) in [
            ("0", Ok(Some(0))),
            ("12", Ok(Some(12))),
            ("\"12\"", Ok(Some(12))),
            ("\"007\"", Ok(Some(7))),
            ("\"\\u0031\"", Ok(Some(1))),
            ("9223372036854775807", Ok(Some(i64::MAX))),
            ("\"\"", Ok(None)),
            ("null", Ok(None)),
            ("9223372036854775808", Err(())),
            ("-1", Err(())),
            ("\"-1\"", Err(())),
            ("\"+1\"", Err(())),
            ("1.0", Err(())),
            ("1e3", Err(())),
            ("\" 1\"", Err(())),
            ("\"many\"", Err(())),
            ("true", Err(())),
            ("{}", Err(())),
            ("[1]", Err(())),
            (&many_zeros, Err(())),
        ] {
            let text = format!("{{\"n\":{value}}}");
            let found = object(&text, &["n"])[0].map_or(Ok(None), |value| value.count("n"));
            assert_eq!(found.clone().map_err(|_| ()), count, "{value}");
            if let Err(error) = found {
                let quoted = beginning(value, 60);
                assert!(error.to_string().starts_with(&format!("the member n is {quoted}, wanted a whole")), "{error}");
            }
        }
    }

    #[test]
    fn flags_are_read_in_any_spelling() {
        let values = object(r#"{"a":true,"b":"False","c":1,"d":null}"#, &["a", "b", "c", "d", "e"]);
        let flags = values.map(|value| value.and_then(Value::flag));
        assert_eq!(flags, [Some(true), Some(false), None, None, None]);
    }

    #[test]
    fn a_beginning_is_cut_where_the_text_is_and_not_its_escapes() {
        for (text, limit, beginning) in [
            (r#"{"a":"short"}"#, 10, "short"),
            (r#"{"a":"abcdef"}"#, 3, "abc…"),
            (r#"{"a":"\ud83d\ude00\ud83d\ude00\ud83d\ude00"}"#, 2, "\u{1F600}\u{1F600}…"),
            (r#"{"a":"\ud83d\ude00\ud83d\ude00"}"#, 2, "\u{1F600}\u{1F600}"),
            (r#"{"a":"üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüü"}"#, 2, "üü…"),
            ("{\"a\":123456}", 3, "123…"),
        ] {
            let value = object(text, &["a"])[0].expect("is there");
            assert_eq!(value.beginning(limit), beginning, "{text}");
        }
    }
}
