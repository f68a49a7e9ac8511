//! Reads strict JSON in one pass: known members go into fields, unknown members are only checked.
//!
//! The value of a known member is not interpreted ([`Value`]) before the end of the object: if members have the same
//! name, the last one counts. An error names the member.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::escape;
use super::value::{Unreadable, Value};

/// The text of a whole document. It finds members by their place.
#[derive(Clone, Copy)]
pub(crate) struct Document<'a>(&'a str);

impl<'a> Document<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text)
    }

    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    /// Where `part` begins. It must be a part of the document.
    fn place(self, part: &str) -> usize {
        part.as_ptr().addr() - self.0.as_ptr().addr()
    }

    /// The document from the value of the member `name` on. The value is not read yet.
    pub(super) fn value_of(self, name: Name<'_, 'a>) -> &'a str {
        after_mark(self.after(Value(name.raw)), ':')
    }

    /// The document after `part`.
    fn after(self, part: Value<'a>) -> &'a str {
        &self.0[self.place(part.0) + part.0.len()..]
    }

    /// The value at the beginning of `from`, before the member `next`.
    pub(super) fn value_before(self, from: &'a str, next: Name<'_, 'a>) -> &'a str {
        let value = from[..self.place(next.raw) - self.place(from)].trim_ascii_end();
        value.strip_suffix(',').unwrap_or(value).trim_ascii_end()
    }

    /// The value at the beginning of `from`, before the end of the document's object.
    pub(super) fn last_value(self, from: &'a str) -> &'a str {
        let value = from.trim_ascii_end();
        value.strip_suffix('}').unwrap_or(value).trim_ascii_end()
    }
}

/// `text` without the `mark` at its beginning, and without the blanks around the mark.
fn after_mark(text: &str, mark: char) -> &str {
    let text = text.trim_ascii_start();
    text.strip_prefix(mark).unwrap_or(text).trim_ascii_start()
}

/// Receives the members of an object one by one, in their order.
pub(super) trait Object<'de> {
    /// Takes the value of the member `name` out of `members`. It must do so even if the value is not needed.
    fn member<A: MapAccess<'de>>(&mut self, name: Name<'_, 'de>, members: &mut A) -> Result<(), A::Error>;
}

/// A member's name, and where it stands.
#[derive(Clone, Copy)]
pub(crate) struct Name<'n, 'de> {
    pub(super) text: &'n str,
    /// The name with its quotes as a part of the document.
    pub(super) raw: &'de str,
}

/// The member's value; `None` where it is null.
pub(super) fn value<'de, A: MapAccess<'de>>(members: &mut A) -> Result<Option<Value<'de>>, A::Error> {
    Ok(Value::new(members.next_value::<&'de RawValue>()?).unless_null())
}

/// Skips a value that is not needed.
pub(super) fn skip<'de, A: MapAccess<'de>>(members: &mut A) -> Result<(), A::Error> {
    members.next_value::<IgnoredAny>().map(drop)
}

/// Reads an object into an [`Object`].
pub(super) struct Reading<'o, O>(pub(super) &'o mut O);

impl<'de, O: Object<'de>> Visitor<'de> for Reading<'_, O> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        // Names are read as RawValue, too: otherwise a lone surrogate in a name would make the whole document
        // unreadable.
        while let Some(name) = members.next_key::<&'de RawValue>()? {
            let name = name.get();
            let between_quotes = &name[1..name.len() - 1];
            if between_quotes.contains('\\') {
                let text = escape::decode(between_quotes);
                self.0.member(Name { text: &text, raw: name }, &mut members)?;
            } else {
                self.0.member(Name { text: between_quotes, raw: name }, &mut members)?;
            }
        }
        Ok(())
    }
}

impl<'de, O: Object<'de>> DeserializeSeed<'de> for Reading<'_, O> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// Reads `text`, which must be one JSON value. Returns false, and does not change `object`, if the value is not an
/// object.
pub(super) fn read<'de>(text: &'de str, object: &mut impl Object<'de>) -> Result<bool, Unreadable> {
    if !text.trim_ascii_start().starts_with('{') {
        serde_json::from_str::<IgnoredAny>(text)?;
        return Ok(false);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Reading(object).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(true)
}

/// The wanted members of an object, by their names.
pub(super) struct Members<'de, const N: usize> {
    names: [&'static str; N],
    pub(super) values: [Option<Value<'de>>; N],
    /// The last value, whether it is wanted or not.
    last: Option<Value<'de>>,
}

impl<const N: usize> Members<'_, N> {
    pub(super) fn new(names: [&'static str; N]) -> Self {
        Self { names, values: [None; N], last: None }
    }
}

impl<'de, const N: usize> Object<'de> for Members<'de, N> {
    fn member<A: MapAccess<'de>>(&mut self, name: Name<'_, 'de>, members: &mut A) -> Result<(), A::Error> {
        let value = Value::new(members.next_value::<&'de RawValue>()?);
        self.last = Some(value);
        if let Some(index) = self.names.iter().position(|wanted| *wanted == name.text) {
            self.values[index] = value.unless_null();
        }
        Ok(())
    }
}

/// Receives the elements of a list one by one, in their order.
pub(super) trait ListReader<'de, const N: usize> {
    /// The wanted members of an element.
    const NAMES: [&'static str; N];

    /// Takes an element that is an object.
    fn object(&mut self, index: usize, values: [Option<Value<'de>>; N]);

    /// Takes an element of another kind.
    fn other(&mut self, index: usize, value: Value<'de>);
}

/// Reads a list into a [`ListReader`]. `document` is the whole text, and `from` its part from the list on.
pub(super) struct ReadingList<'l, 'de, L, const N: usize> {
    pub(super) list: &'l mut L,
    pub(super) document: Document<'de>,
    pub(super) from: &'de str,
}

impl<'de, L: ListReader<'de, N>, const N: usize> Visitor<'de> for ReadingList<'_, 'de, L, N> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        // serde cannot tell the kind of the next element, but its place is known.
        let mut from = after_mark(self.from, '[');
        for index in 0.. {
            if from.starts_with('{') {
                let mut members = Members::new(L::NAMES);
                elements.next_element_seed(Reading(&mut members))?;
                self.list.object(index, members.values);
                let end = match members.last {
                    Some(last) => self.document.after(last),
                    None => after_mark(from, '{'),
                };
                from = after_mark(end, '}');
            } else {
                let Some(element) = elements.next_element::<&'de RawValue>()?.map(Value::new) else { break };
                self.list.other(index, element);
                from = self.document.after(element);
            }
            from = after_mark(from, ',');
        }
        Ok(())
    }
}

impl<'de, L: ListReader<'de, N>, const N: usize> DeserializeSeed<'de> for ReadingList<'_, 'de, L, N> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

/// Reads `value` into `list`. Returns false, and does not change `list`, if the value is not a list.
pub(super) fn read_list<'de, const N: usize>(
    value: Value<'de>,
    list: &mut impl ListReader<'de, N>,
) -> Result<bool, Unreadable> {
    if !value.0.starts_with('[') {
        return Ok(false);
    }
    let reading = ReadingList { list, document: Document::new(value.0), from: value.0 };
    reading.deserialize(&mut serde_json::Deserializer::from_str(value.0))?;
    Ok(true)
}

/// The values of the members `names` of the object `text`. `None` if `text` is not an object.
pub(super) fn members<'de, const N: usize>(
    text: &'de str,
    names: [&'static str; N],
) -> Result<Option<[Option<Value<'de>>; N]>, Unreadable> {
    let mut members = Members::new(names);
    Ok(read(text, &mut members)?.then_some(members.values))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members `names` of a text that is an object.
    fn object<'a, const N: usize>(text: &'a str, names: [&'static str; N]) -> [Option<Value<'a>>; N] {
        members(text, names).expect("is JSON").expect("is an object")
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
            "{\"a\n\":1}",
            "{\"a\" 1}",
            "{\"a\":}",
            "{\"x\":[1,]}",
            "{\"x\":\"\\x\"}",
        ] {
            assert!(matches!(members(text, ["a"]), Err(Unreadable::NotJson(_))), "{text}");
        }
        assert!(members("[1]", ["a"]).expect("is JSON").is_none());
    }

    #[test]
    fn of_members_with_one_name_the_last_counts() {
        let raw = |text| object(text, ["a"])[0].map(Value::raw);
        assert_eq!(raw(r#"{"a":1,"b":3,"a":[2]}"#), Some("[2]"));
        assert_eq!(raw(r#"{"a":1,"a":null}"#), None);
        assert_eq!(raw(r#"{"a":1,"\u0061":2}"#), Some("2"));
    }

    #[test]
    fn a_name_that_is_no_text_hides_nothing() {
        assert_eq!(object(r#"{"\ud800":1,"a":2}"#, ["a"])[0].map(Value::raw), Some("2"));
    }

    #[test]
    fn deep_nesting_does_not_use_the_stack() {
        let deep = format!("{{\"x\":{}{},\"a\":1}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(object(&deep, ["a"])[0].map(Value::raw), Some("1"));
    }

    /// The elements of a list, as the reader receives them.
    #[derive(Default)]
    struct Seen(Vec<String>);

    impl<'de> ListReader<'de, 2> for Seen {
        const NAMES: [&'static str; 2] = ["a", "b"];

        fn object(&mut self, index: usize, values: [Option<Value<'de>>; 2]) {
            self.0.push(format!("{index} {:?}", values.map(|value| value.map(Value::raw))));
        }

        fn other(&mut self, index: usize, value: Value<'de>) {
            self.0.push(format!("{index} {}", value.raw()));
        }
    }

    #[test]
    fn a_list_is_read_whatever_is_in_it_and_however_it_is_written() {
        for list in [
            r#"[{"a":1,"b":"}"},{},null,[1,[2]],"]",{"c":{"a":3}},-1.5,{"b":[],"c":"\""},{"c":1},true]"#,
            "[ {\n\"a\" :\t1 , \"b\" : \"}\" } ,\r\n{ } , null , [1,[2]] , \"]\" ,{ \"c\" : {\"a\":3} } , -1.5 , \
             { \"b\" : [] , \"c\" : \"\\\"\" } , {\"c\":1} ,true ]",
        ] {
            let mut seen = Seen::default();
            assert_eq!(read_list(Value(list), &mut seen), Ok(true));
            let expected = [
                r#"0 [Some("1"), Some("\"}\"")]"#,
                "1 [None, None]",
                "2 null",
                "3 [1,[2]]",
                "4 \"]\"",
                "5 [None, None]",
                "6 -1.5",
                r#"7 [None, Some("[]")]"#,
                "8 [None, None]",
                "9 true",
            ];
            assert_eq!(seen.0, expected, "{list}");
        }
        assert_eq!(read_list(Value("{}"), &mut Seen::default()), Ok(false));
        let mut none = Seen::default();
        assert_eq!((read_list(Value("[ ]"), &mut none), none.0.len()), (Ok(true), 0));
        for list in ["[", "[1", "[{}", "[{},", "[{},]", "[{\"a\"}]", "[{\"a\":1]", "[1 2]", "[{}{}]"] {
            assert!(read_list(Value(list), &mut Seen::default()).is_err(), "{list}");
        }
    }
}
