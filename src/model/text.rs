//! Text that Rust and C read in place.

use std::ffi::c_char;
use std::fmt;

/// UTF-8 text that ends in a NUL and holds no other.
///
/// Every string that a handle gives out is stored once, in this form: Rust borrows it as `&str`, C as
/// `const char *`, and neither side copies.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Text(Box<str>);

impl Text {
    /// Copies `text`. A U+0000 inside it becomes U+FFFD, because C would end there and lose the rest.
    pub(crate) fn new(text: &str) -> Self {
        let mut stored = String::with_capacity(text.len() + 1);
        if text.contains('\0') {
            stored.push_str(&text.replace('\0', "\u{FFFD}"));
        } else {
            stored.push_str(text);
        }
        stored.push('\0');
        Self(stored.into_boxed_str())
    }

    /// The text without its NUL.
    pub(crate) fn as_str(&self) -> &str {
        &self.0[..self.0.len() - 1]
    }

    /// The text as C reads it; valid for as long as `self` is neither dropped nor moved out of its owner.
    pub(crate) fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr().cast()
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
