//! Text that Rust and C read without a copy.

use std::ffi::c_char;
use std::fmt;

use memchr::memchr;

/// UTF-8 text that is followed by a NUL and contains no other NUL.
///
/// Every string that a handle returns is stored once, in this form. Rust borrows it as `&str`, C as `const char *`, and
/// neither side copies it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextRef<'a>(&'a str);

impl<'a> TextRef<'a> {
    /// `text` must end with its NUL.
    pub(super) fn new(text: &'a str) -> Self {
        debug_assert_eq!(text.find('\0'), text.len().checked_sub(1));
        Self(text)
    }

    /// The text without its NUL.
    pub(crate) fn as_str(self) -> &'a str {
        &self.0[..self.0.len() - 1]
    }

    /// The text as C reads it; valid as long as its owner is neither dropped nor changed.
    pub(crate) fn as_ptr(self) -> *const c_char {
        self.0.as_ptr().cast()
    }
}

/// A text that owns its memory.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Text(Box<str>);

impl Text {
    /// Copies `text`. A U+0000 inside it becomes U+FFFD, because a C string would end there and lose the rest.
    pub(crate) fn new(text: &str) -> Self {
        let mut stored = String::with_capacity(text.len() + 1);
        push_without_nul(&mut stored, text);
        stored.push('\0');
        Self(stored.into_boxed_str())
    }

    pub(crate) fn get(&self) -> TextRef<'_> {
        TextRef::new(&self.0)
    }

    /// The text without its NUL.
    pub(crate) fn as_str(&self) -> &str {
        self.get().as_str()
    }
}

/// Appends `text` with every U+0000 replaced by U+FFFD.
pub(super) fn push_without_nul(stored: &mut String, text: &str) {
    if memchr(0, text.as_bytes()).is_some() {
        stored.push_str(&text.replace('\0', "\u{FFFD}"));
    } else {
        stored.push_str(text);
    }
}

impl fmt::Debug for TextRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

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
        assert_eq!(&*text.0, "a\u{FFFD}b\0");
        assert_eq!(Text::new("").as_str(), "");
    }
}
