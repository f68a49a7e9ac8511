//! Reads strict JSON in one pass: known members go into fields, unknown members are only checked.
//!
//! The value of a known member is not interpreted ([`Value`]) before the end of the object: if members have the same
//! name, the last one counts. An error names the member.
//!
//! serde_json makes its machine code anew for every type that it reads into. So there is one type for all objects and one
//! for all lists, which read into an [`Object`] or into [`Elements`] by virtual calls.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::escape;
use super::value::{Unreadable, Value};

/// Receives the members of an object one by one, in their order.
pub(super) trait Object<'de> {
    /// Takes the value of the member `name`. It must do so even if the value is not needed.
    fn member(&mut self, name: &str, member: &mut Member<'_, 'de>) -> Result<(), Stop>;
}

/// Receives the elements of a list one by one, in their order.
pub(super) trait Elements<'de> {
    /// Receives the members of the next element, which is an object.
    fn object(&mut self) -> &mut dyn Object<'de>;

    /// Takes the element whose members [`Elements::object`] has received. `json` is its text.
    fn end(&mut self, index: usize, json: &'de str);

    /// Takes an element of another kind.
    fn other(&mut self, index: usize, value: Value<'de>);
}

/// Says that the document cannot be read. The reason is kept where it was found.
pub(crate) struct Stop;

/// The value of one member.
pub(crate) struct Member<'m, 'de> {
    source: &'m mut dyn Source<'de>,
    /// The document from the object on.
    object: &'de str,
    /// The name with its quotes, as a part of the document.
    name: &'de str,
    /// The document behind the value, when it was taken.
    behind: &'de str,
}

impl<'de> Member<'_, 'de> {
    /// The name, as the document has it.
    pub(super) fn name(&self) -> Value<'de> {
        Value(self.name)
    }

    /// Whether the value begins with `mark`, which says of what kind it is.
    pub(super) fn begins_with(&self, mark: char) -> bool {
        self.from().starts_with(mark)
    }

    /// The document from the value on. Looked for only where it is needed: most values are taken as they are.
    fn from(&self) -> &'de str {
        after_mark(after(self.object, self.name), b':')
    }

    /// Takes the value; `None` where it is null.
    pub(super) fn value(&mut self) -> Result<Option<Value<'de>>, Stop> {
        let value = self.source.value()?;
        self.behind = after(self.object, value.raw());
        Ok(value.unless_null())
    }

    /// Reads the value, which is an object. Returns its text.
    pub(super) fn object(&mut self, object: &mut dyn Object<'de>) -> Result<&'de str, Stop> {
        let from = self.from();
        self.behind = self.source.object(ReadingObject { object, from })?;
        Ok(before(from, self.behind))
    }

    /// Reads the value, which is a list. Returns its text.
    pub(super) fn list(&mut self, list: &mut dyn Elements<'de>) -> Result<&'de str, Stop> {
        let from = self.from();
        self.behind = self.source.list(ReadingList { list, from })?;
        Ok(before(from, self.behind))
    }
}

/// Where values come from: serde's `MapAccess` without its type.
trait Source<'de> {
    fn value(&mut self) -> Result<Value<'de>, Stop>;

    /// Returns the document behind the object.
    fn object(&mut self, reading: ReadingObject<'_, 'de>) -> Result<&'de str, Stop>;

    /// Returns the document behind the list.
    fn list(&mut self, reading: ReadingList<'_, 'de>) -> Result<&'de str, Stop>;
}

struct Values<'m, A, E> {
    members: &'m mut A,
    /// Why a value could not be read.
    error: Option<E>,
}

impl<'de, A: MapAccess<'de>> Values<'_, A, A::Error> {
    fn next<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Stop> {
        self.members.next_value_seed(seed).map_err(|error| {
            self.error = Some(error);
            Stop
        })
    }
}

impl<'de, A: MapAccess<'de>> Source<'de> for Values<'_, A, A::Error> {
    fn value(&mut self) -> Result<Value<'de>, Stop> {
        self.next(std::marker::PhantomData::<&'de RawValue>).map(Value::new)
    }

    fn object(&mut self, reading: ReadingObject<'_, 'de>) -> Result<&'de str, Stop> {
        self.next(reading)
    }

    fn list(&mut self, reading: ReadingList<'_, 'de>) -> Result<&'de str, Stop> {
        self.next(reading)
    }
}

/// Reads the object at the beginning of `from`, which is a part of the document. Returns the document behind it.
struct ReadingObject<'o, 'de> {
    object: &'o mut dyn Object<'de>,
    from: &'de str,
}

impl<'de> Visitor<'de> for ReadingObject<'_, 'de> {
    type Value = &'de str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<&'de str, A::Error> {
        let object = self.from;
        let mut behind = after_mark(object, b'{');
        // Names are read as RawValue, too: otherwise a lone surrogate in a name would make the whole document
        // unreadable.
        while let Some(name) = members.next_key::<&'de RawValue>()? {
            let name = name.get();
            let mut values = Values { members: &mut members, error: None };
            let mut member = Member { source: &mut values, object, name, behind };
            let between_quotes = &name[1..name.len() - 1];
            let decoded = decoded(between_quotes);
            let taken = self.object.member(decoded.as_deref().unwrap_or(between_quotes), &mut member);
            behind = member.behind;
            if taken.is_err() {
                return Err(values.error.unwrap_or_else(|| A::Error::custom("a value was not taken")));
            }
        }
        Ok(after_mark(behind, b'}'))
    }
}

/// A name, given without its quotes, if it has escapes. A long one is not decoded: no known name is so long, and the memory for
/// it would come on top of that for the member.
fn decoded(name: &str) -> Option<String> {
    const LONGEST: usize = 256;
    let has_escapes = name.len() <= LONGEST && name.as_bytes().contains(&b'\\');
    has_escapes.then(|| escape::decode(name).into_owned())
}

impl<'de> DeserializeSeed<'de> for ReadingObject<'_, 'de> {
    type Value = &'de str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'de str, D::Error> {
        deserializer.deserialize_map(self)
    }
}

/// Reads the list at the beginning of `from`, which is a part of the document. Returns the document behind it.
struct ReadingList<'l, 'de> {
    list: &'l mut dyn Elements<'de>,
    from: &'de str,
}

impl<'de> Visitor<'de> for ReadingList<'_, 'de> {
    type Value = &'de str;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<&'de str, A::Error> {
        // serde cannot tell the kind of the next element, but its place is known.
        let mut from = after_mark(self.from, b'[');
        for index in 0.. {
            let behind = if from.starts_with('{') {
                let object = self.list.object();
                let Some(behind) = elements.next_element_seed(ReadingObject { object, from })? else { break };
                self.list.end(index, before(from, behind));
                behind
            } else {
                let Some(element) = elements.next_element::<&'de RawValue>()? else { break };
                let element = Value::new(element);
                self.list.other(index, element);
                &from[element.raw().len()..]
            };
            from = after_mark(behind, b',');
        }
        Ok(after_mark(from, b']'))
    }
}

impl<'de> DeserializeSeed<'de> for ReadingList<'_, 'de> {
    type Value = &'de str;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<&'de str, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

/// `document` behind `part`, which must be a part of it.
fn after<'de>(document: &'de str, part: &str) -> &'de str {
    &document[part.as_ptr().addr() - document.as_ptr().addr() + part.len()..]
}

/// `text` behind the `mark` at its beginning, and behind the blanks around the mark.
fn after_mark(text: &str, mark: u8) -> &str {
    let bytes = text.as_bytes();
    let blanks = |from: usize| from + bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let begin = blanks(0);
    &text[blanks(begin + usize::from(bytes.get(begin) == Some(&mark)))..]
}

/// The value at the beginning of `from`. `behind` is the end of `from`, behind the value and blanks.
fn before<'de>(from: &'de str, behind: &str) -> &'de str {
    from[..from.len() - behind.len()].trim_ascii_end()
}

/// Reads `text`, which must be one JSON value. Returns false, and does not change `object`, if the value is not an
/// object.
pub(super) fn read<'de>(text: &'de str, object: &mut dyn Object<'de>) -> Result<bool, Unreadable> {
    let from = text.trim_ascii_start();
    if !from.starts_with('{') {
        serde_json::from_str::<IgnoredAny>(text)?;
        return Ok(false);
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    ReadingObject { object, from }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(true)
}

/// Reads `value` into `list`. Returns false, and does not change `list`, if the value is not a list.
pub(super) fn read_list<'de>(value: Value<'de>, list: &mut dyn Elements<'de>) -> Result<bool, Unreadable> {
    if !value.0.starts_with('[') {
        return Ok(false);
    }
    ReadingList { list, from: value.0 }.deserialize(&mut serde_json::Deserializer::from_str(value.0))?;
    Ok(true)
}

/// The wanted members of an object, by their names.
pub(super) struct Members<'de, const N: usize> {
    names: &'static [&'static str; N],
    pub(super) values: [Option<Value<'de>>; N],
}

impl<const N: usize> Members<'_, N> {
    pub(super) fn new(names: &'static [&'static str; N]) -> Self {
        Self { names, values: [None; N] }
    }
}

impl<'de, const N: usize> Object<'de> for Members<'de, N> {
    fn member(&mut self, name: &str, member: &mut Member<'_, 'de>) -> Result<(), Stop> {
        let value = member.value()?;
        if let Some(index) = self.names.iter().position(|wanted| *wanted == name) {
            self.values[index] = value;
        }
        Ok(())
    }
}

/// The values of the members `names` of the object `text`. `None` if `text` is not an object.
pub(super) fn members<'de, const N: usize>(
    text: &'de str,
    names: &'static [&'static str; N],
) -> Result<Option<[Option<Value<'de>>; N]>, Unreadable> {
    let mut members = Members::new(names);
    Ok(read(text, &mut members)?.then_some(members.values))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members `names` of a text that is an object.
    fn object<'a, const N: usize>(text: &'a str, names: &'static [&'static str; N]) -> [Option<Value<'a>>; N] {
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
            assert!(matches!(members(text, &["a"]), Err(Unreadable::NotJson(_))), "{text}");
        }
        assert!(members("[1]", &["a"]).expect("is JSON").is_none());
    }

    #[test]
    fn of_members_with_one_name_the_last_counts() {
        let raw = |text| object(text, &["a"])[0].map(Value::raw);
        assert_eq!(raw(r#"{"a":1,"b":3,"a":[2]}"#), Some("[2]"));
        assert_eq!(raw(r#"{"a":1,"a":null}"#), None);
        assert_eq!(raw(r#"{"a":1,"\u0061":2}"#), Some("2"));
    }

    #[test]
    fn a_name_that_is_no_text_hides_nothing() {
        assert_eq!(object(r#"{"\ud800":1,"a":2}"#, &["a"])[0].map(Value::raw), Some("2"));
    }

    #[test]
    fn deep_nesting_does_not_use_the_stack() {
        let deep = format!("{{\"x\":{}{},\"a\":1}}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(object(&deep, &["a"])[0].map(Value::raw), Some("1"));
    }

    /// The elements of a list, as the reader receives them.
    struct Seen<'de> {
        lines: Vec<String>,
        texts: Vec<&'de str>,
        members: Members<'de, 2>,
    }

    impl Default for Seen<'_> {
        fn default() -> Self {
            Self { lines: Vec::new(), texts: Vec::new(), members: Members::new(&["a", "b"]) }
        }
    }

    impl<'de> Elements<'de> for Seen<'de> {
        fn object(&mut self) -> &mut dyn Object<'de> {
            self.members = Members::new(&["a", "b"]);
            &mut self.members
        }

        fn end(&mut self, index: usize, json: &'de str) {
            self.lines.push(format!("{index} {:?}", self.members.values.map(|value| value.map(Value::raw))));
            self.texts.push(json);
        }

        fn other(&mut self, index: usize, value: Value<'de>) {
            self.lines.push(format!("{index} {}", value.raw()));
            self.texts.push(value.raw());
        }
    }

    /// Reads nothing but the object or list in the member `x`.
    #[derive(Default)]
    struct Inner<'de> {
        list: Seen<'de>,
        members: Option<Members<'de, 2>>,
        text: &'de str,
    }

    impl<'de> Object<'de> for Inner<'de> {
        fn member(&mut self, name: &str, member: &mut Member<'_, 'de>) -> Result<(), Stop> {
            if name != "x" {
                return member.value().map(drop);
            }
            self.text = if member.begins_with('[') {
                member.list(&mut self.list)?
            } else {
                member.object(self.members.insert(Members::new(&["a", "b"])))?
            };
            Ok(())
        }
    }

    #[test]
    fn the_text_of_an_inner_value_is_known() {
        for (value, count) in [
            ("{}", None),
            ("{ }", None),
            (r#"{"a":1}"#, None),
            ("{ \"a\" : { \"b\" : [ ] } , \"c\":\"}\" }", None),
            ("[]", Some(0)),
            ("[ ]", Some(0)),
            (r#"[1,{},"]"]"#, Some(3)),
            ("[ { \"x\" : [1] } , { } , 2 ]", Some(3)),
        ] {
            for document in [
                format!(r#"{{"x":{value}}}"#),
                format!(r#"{{"y":1,"x":{value},"z":[2]}}"#),
                format!(" {{ \"y\" : 1 ,\n\"x\" :\t{value}\r\n, \"z\" : [2] }} "),
                format!("{{ \"x\" : {value} }}\n"),
            ] {
                let mut inner = Inner::default();
                assert_eq!(read(&document, &mut inner), Ok(true), "{document}");
                assert_eq!(inner.text, value, "{document}");
                assert_eq!((inner.members.is_none(), inner.list.texts.len()), (count.is_some(), count.unwrap_or(0)));
            }
        }
        for document in [r#"{"x":{"a":1]}"#, r#"{"x":[{"a":1,}]}"#, r#"{"x":[{"a":1}"#, r#"{"x":{"a":}}"#] {
            let error = read(document, &mut Inner::default()).expect_err(document);
            assert!(matches!(&error, Unreadable::NotJson(reason) if reason.contains("line 1 column")), "{error}");
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
            assert_eq!(seen.lines, expected, "{list}");
            let texts: Vec<String> = seen.texts.iter().map(|text| text.replace([' ', '\n', '\t'], "")).collect();
            assert_eq!(format!("[{}]", texts.join(",")), list.replace([' ', '\n', '\t', '\r'], ""));
        }
        assert_eq!(read_list(Value("{}"), &mut Seen::default()), Ok(false));
        let mut none = Seen::default();
        assert_eq!((read_list(Value("[ ]"), &mut none), none.lines.len()), (Ok(true), 0));
        for list in ["[", "[1", "[{}", "[{},", "[{},]", "[{\"a\"}]", "[{\"a\":1]", "[1 2]", "[{}{}]"] {
            assert!(read_list(Value(list), &mut Seen::default()).is_err(), "{list}");
        }
    }
}
