//! Text that Rust and C read in place.

use std::ffi::c_char;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// UTF-8 text that is followed by a NUL and holds no other.
///
/// Every string that a handle gives out is stored once, in this form: Rust borrows it as `&str`, C as
/// `const char *`, and neither side copies. Those of one document share its memory.
#[derive(Clone)]
pub(crate) struct Text {
    memory: Arc<String>,
    place: Range<usize>,
}

/// A document in which every text ends with a NUL.
#[derive(Clone)]
pub(crate) struct Texts(Arc<String>);

impl Texts {
    /// Copies a JSON document, its quotes replaced by NULs: so every string in it that has no escape stands there as C
    /// wants it.
    pub(crate) fn of_json(document: &str) -> Self {
        let bytes = document.bytes().map(|byte| if byte == b'"' { 0 } else { byte }).collect();
        // One ASCII byte for another leaves it UTF-8.
        Self(Arc::new(String::from_utf8(bytes).unwrap_or_default()))
    }

    /// The text at `place` if it is `expected`, which holds no NUL, and a NUL follows it.
    pub(crate) fn get(&self, place: Range<usize>, expected: &str) -> Option<Text> {
        let is_it = self.0.get(place.clone()) == Some(expected) && self.0.as_bytes().get(place.end) == Some(&0);
        is_it.then(|| Text { memory: Arc::clone(&self.0), place })
    }
}

impl Text {
    /// Copies `text`. A U+0000 inside it becomes U+FFFD, because C would end there and lose the rest.
    pub(crate) fn new(text: &str) -> Self {
        let mut stored = String::with_capacity(text.len() + 1);
        if text.contains('\0') {
            stored.push_str(&text.replace('\0', "\u{FFFD}"));
        } else {
            stored.push_str(text);
        }
        let place = 0..stored.len();
        stored.push('\0');
        Self { memory: Arc::new(stored), place }
    }

    /// The text without its NUL.
    pub(crate) fn as_str(&self) -> &str {
        &self.memory[self.place.clone()]
    }

    /// The text as C reads it; valid for as long as `self` is neither dropped nor changed.
    pub(crate) fn as_ptr(&self) -> *const c_char {
        // To the end of the memory, for the NUL belongs to it.
        self.memory[self.place.start..].as_ptr().cast()
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_in_its_only_nul() {
        let text = Text::new("a\0b");
        assert_eq!(text.as_str(), "a\u{FFFD}b");
        assert_eq!(&**text.memory, "a\u{FFFD}b\0");
        assert_eq!(Text::new("").as_str(), "");
    }

    #[test]
    fn a_document_lends_what_ends_with_a_quote() {
        let texts = Texts::of_json(r#"{"a":"ü","b":12}"#);
        let text = texts.get(6..8, "ü").expect("is there");
        assert_eq!(text.as_str(), "ü");
        // No text, another one, more than one, beyond the end, inside a character.
        for (place, expected) in [(14..16, "12"), (6..8, "o"), (2..8, "a\":\"ü"), (16..99, ""), (7..8, "")] {
            assert_eq!(texts.get(place.clone(), expected), None, "{place:?}");
        }
    }
}
