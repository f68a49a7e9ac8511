//! Strict JSON, read member by member so that an error can name the one it is about.
//!
//! Values stay unread (`RawValue`) until something asks for them: unknown members cost a scan, and the job's own
//! text can be given out exactly as it was sent.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::beginning;
use crate::model::{Text, Texts};
use crate::secret::Secret;

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
    pub(crate) fn member(member: &str, found: &RawValue, wanted: &'static str) -> Self {
        Self::Member { member: member.to_owned(), found: beginning(found.get(), 60), wanted }
    }

    /// The same with the name of the object or list that the member stands in.
    pub(crate) fn within(self, parent: &str) -> Self {
        match self {
            Self::Member { member, found, wanted } => {
                Self::Member { member: format!("{parent}{member}"), found, wanted }
            }
            other => other,
        }
    }

    fn not_json(error: &serde_json::Error) -> Self {
        Self::NotJson(error.to_string())
    }
}

/// The text of an answer. A byte order mark is passed over, as RFC 8259 section 8.1 allows.
pub(crate) fn utf8(body: &[u8]) -> Result<&str, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|error| Unreadable::NotUtf8(error.valid_up_to()))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.trim_ascii().is_empty() { Err(Unreadable::Empty) } else { Ok(text) }
}

/// The text of an answer, and where the texts in it are kept.
#[derive(Clone)]
pub(crate) struct Document<'a> {
    source: &'a str,
    texts: Texts,
}

impl<'a> Document<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        Self { source, texts: Texts::of_json(source) }
    }

    /// The text `part`, which may be a string of the source as it stands there: then it is not copied.
    fn text(&self, part: &str) -> Text {
        let start = (part.as_ptr() as usize).wrapping_sub(self.source.as_ptr() as usize);
        let kept = if start < self.source.len() { self.texts.get(start..start + part.len(), part) } else { None };
        kept.unwrap_or_else(|| Text::new(part))
    }
}

/// A member's name and its value.
type Member<'a> = (Cow<'a, str>, &'a RawValue);

/// A JSON object, its values unread.
pub(crate) struct Object<'a> {
    members: Vec<Member<'a>>,
    document: Document<'a>,
}

impl<'a> Object<'a> {
    /// Reads `text`, which must be one JSON value; `None` if that is no object.
    pub(crate) fn parse(text: &'a str) -> Result<Option<Self>, Unreadable> {
        Self::parse_as(Document::new(text))
    }

    /// The same without a copy of the text, which holds a secret.
    pub(crate) fn parse_secret(text: &'a str) -> Result<Option<Self>, Unreadable> {
        Self::parse_as(Document { source: text, texts: Texts::of_json("") })
    }

    fn parse_as(document: Document<'a>) -> Result<Option<Self>, Unreadable> {
        let text = document.source;
        let not_json = |error: serde_json::Error| Unreadable::not_json(&error);
        if text.trim_ascii_start().starts_with('{') {
            let mut deserializer = serde_json::Deserializer::from_str(text);
            let members = deserializer.deserialize_map(MembersVisitor).map_err(not_json)?;
            deserializer.end().map_err(not_json)?;
            return Ok(Some(Self { members, document }));
        }
        serde_json::from_str::<&RawValue>(text).map(|_| None).map_err(not_json)
    }

    /// Reads a value of this object, or of a list in it; `None` if it is no object.
    pub(crate) fn inner(&self, value: &'a RawValue) -> Result<Option<Self>, Unreadable> {
        if !value.get().starts_with('{') {
            return Ok(None);
        }
        let mut deserializer = serde_json::Deserializer::from_str(value.get());
        let members = deserializer.deserialize_map(MembersVisitor).map_err(|error| Unreadable::not_json(&error))?;
        Ok(Some(Self { members, document: self.document.clone() }))
    }

    /// The member's value; `None` where it is missing or null. Of members with the same name the last one counts.
    pub(crate) fn get(&self, name: &str) -> Option<&'a RawValue> {
        let member = self.members.iter().rev().find(|(key, _)| key == name);
        member.map(|(_, value)| *value).filter(|value| value.get() != "null")
    }

    /// The member as a secret; `None` where it is missing or no text. Without an escape it is copied only into that.
    pub(crate) fn secret(&self, name: &str) -> Option<Secret> {
        string(self.get(name)?).filter(|text| !text.is_empty()).map(|text| Secret::new(&text))
    }

    /// Whether the object has no members at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The member as text. Numbers and booleans keep their JSON spelling; an empty string is nothing.
    pub(crate) fn text(&self, name: &str) -> Result<Option<Text>, Unreadable> {
        let Some(value) = self.get(name) else { return Ok(None) };
        match string(value) {
            Some(text) => Ok(Some(text).filter(|text| !text.is_empty()).map(|text| self.document.text(&text))),
            None if value.get().starts_with(['{', '[']) => Err(Unreadable::member(name, value, "text")),
            None => Ok(Some(Text::new(value.get()))),
        }
    }

    /// The member as text, or nothing where it is of another kind: for what explains an error, where an
    /// unreadable explanation must not hide the error.
    pub(crate) fn text_if_any(&self, name: &str) -> Option<Text> {
        self.text(name).ok().flatten()
    }

    /// The member as a count: a whole number from 0 to 2^63-1, or a string of its digits.
    pub(crate) fn count(&self, name: &str) -> Result<Option<i64>, Unreadable> {
        const WANTED: &str = "a whole number from 0 to 9223372036854775807, or its digits in a string";
        let Some(value) = self.get(name) else { return Ok(None) };
        let digits = string(value).unwrap_or(Cow::Borrowed(value.get()));
        if digits.is_empty() {
            return Ok(None);
        }
        // `parse` alone would take a sign.
        if digits.bytes().all(|b| b.is_ascii_digit())
            && let Ok(count) = digits.parse()
        {
            return Ok(Some(count));
        }
        Err(Unreadable::member(name, value, WANTED))
    }

    /// The member as yes or no; `None` also where it is neither.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        let value = self.get(name)?;
        let text = string(value).unwrap_or(Cow::Borrowed(value.get()));
        [("true", true), ("false", false)]
            .into_iter()
            .find(|(spelling, _)| text.eq_ignore_ascii_case(spelling))
            .map(|(_, flag)| flag)
    }

    /// The member as an object.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Object<'a>>, Unreadable> {
        let Some(value) = self.get(name) else { return Ok(None) };
        self.inner(value)?.map(Some).ok_or_else(|| Unreadable::member(name, value, "an object"))
    }

    /// The member as a list of objects, read in one go; `None` where it is anything else, which the other ways to read it
    /// have words for.
    pub(crate) fn objects(&self, name: &str) -> Option<Vec<Object<'a>>> {
        let entries: Vec<Entry<'a>> = serde_json::from_str(self.get(name)?.get()).ok()?;
        let object = |entry: Entry<'a>| Object { members: entry.0, document: self.document.clone() };
        Some(entries.into_iter().map(object).collect())
    }

    /// The member as a list; empty where it is missing or null.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<&'a RawValue>, Unreadable> {
        let Some(value) = self.get(name) else { return Ok(Vec::new()) };
        if !value.get().starts_with('[') {
            return Err(Unreadable::member(name, value, "a list"));
        }
        serde_json::from_str(value.get()).map_err(|error| Unreadable::not_json(&error))
    }
}

/// The string that `value` is; `None` if it is of another kind.
///
/// A lone surrogate (`"\ud800"`) becomes U+FFFD: it is grammatical JSON, and one bad character in an error's text must
/// not hide the job.
pub(crate) fn string(value: &RawValue) -> Option<Cow<'_, str>> {
    if !value.get().starts_with('"') {
        return None;
    }
    // It is valid JSON by now, so without an escape it is what it stands for.
    let between_quotes = &value.get()[1..value.get().len() - 1];
    if !between_quotes.contains('\\') {
        return Some(Cow::Borrowed(between_quotes));
    }
    let mut deserializer = serde_json::Deserializer::from_str(value.get());
    deserializer.deserialize_bytes(BytesVisitor).ok().map(|bytes| match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
    })
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Vec<Member<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(8);
        // Keys go through RawValue too: only so are they borrowed where nothing in them is escaped.
        while let Some(key) = map.next_key::<Key<'de>>()? {
            members.push((key.0, map.next_value()?));
        }
        Ok(members)
    }
}

/// An object in a list.
struct Entry<'de>(Vec<Member<'de>>);

impl<'de> serde_core::Deserialize<'de> for Entry<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor).map(Self)
    }
}

struct Key<'de>(Cow<'de, str>);

impl<'de> serde_core::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Key(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

struct BytesVisitor;

impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(bytes))
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        Ok(Cow::Owned(bytes.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object<'_> {
        Object::parse(text).expect("is JSON").expect("is an object")
    }

    #[test]
    fn only_strict_json_is_read() {
        for text in [
            "{\"a\":1,}",
            "{// comment\n\"a\":1}",
            "{'a':1}",
            "{\"a\":NaN}",
            "{\"a\":01}",
            "{\"a\":1} x",
            "{\"a\":\"\n\"}",
        ] {
            assert!(matches!(Object::parse(text), Err(Unreadable::NotJson(_))), "{text}");
        }
        assert!(Object::parse("[1]").expect("is JSON").is_none());
    }

    #[test]
    fn text_is_decoded_once_and_nothing_is_lost() {
        let object = object(
            r#"{"a":"x\u0000\ud83d\ude00","b":"\ud800!","c":12.50,"d":"","e":null,"k\u0065y":"v","f":[1],"a2":true}"#,
        );
        let text = |name| object.text(name).map(|text| text.map(|text| text.as_str().to_owned()));
        assert_eq!(text("a"), Ok(Some("x\u{FFFD}\u{1F600}".to_owned())));
        assert_eq!(text("b").map(|text| text.map(|text| text.ends_with('!'))), Ok(Some(true)));
        assert_eq!(text("c"), Ok(Some("12.50".to_owned())));
        assert_eq!(text("d"), Ok(None));
        assert_eq!(text("e"), Ok(None));
        assert_eq!(text("missing"), Ok(None));
        assert_eq!(text("key"), Ok(Some("v".to_owned())));
        assert_eq!(text("a2"), Ok(Some("true".to_owned())));
        let error = text("f").expect_err("a list is no text");
        assert_eq!(error.to_string(), "the member f is [1], wanted text");
    }

    #[test]
    fn counts_are_whole_numbers_or_their_digits() {
        for (value, count) in [
            ("0", Ok(Some(0))),
            ("12", Ok(Some(12))),
            ("\"12\"", Ok(Some(12))),
            ("\"007\"", Ok(Some(7))),
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
        ] {
            let text = format!("{{\"n\":{value}}}");
            let found = object(&text).count("n");
            assert_eq!(found.clone().map_err(|_| ()), count, "{value}");
            if let Err(error) = found {
                assert!(error.to_string().starts_with(&format!("the member n is {value}, wanted a whole")), "{error}");
            }
        }
    }

    #[test]
    fn flags_are_read_in_any_spelling() {
        let object = object(r#"{"a":true,"b":"False","c":1,"d":null}"#);
        assert_eq!(
            ["a", "b", "c", "d", "e"].map(|name| object.flag(name)),
            [Some(true), Some(false), None, None, None]
        );
    }

    #[test]
    fn deep_nesting_does_not_use_the_stack() {
        let deep = format!("{{\"x\":{}{},\"a\":1}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(object(&deep).count("a"), Ok(Some(1)));
    }
}
