//! The list in which the service explains an error.

use std::borrow::Cow;
use std::fmt;

use crate::model::{Arena, Entries, Entry, List, Source, TextRef};

/// The service's `errors` list. It owns its texts.
#[derive(Clone, Default)]
pub(crate) struct Details {
    arena: Arena,
    list: List,
}

/// One entry of the service's `errors` list (ApiError).
#[derive(Clone, Copy)]
pub struct ErrorDetail<'a>(Entry<'a>);

/// The service's `errors` list, in its order.
#[derive(Clone)]
pub struct ErrorDetails<'a>(Entries<'a>);

impl Details {
    /// An empty list with room for `bytes` of text.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self { arena: Arena::with_capacity(bytes), list: List::default() }
    }

    /// Appends an entry: code, field and message.
    pub(crate) fn push(&mut self, texts: [Option<impl Source>; 3]) {
        self.list.push(&mut self.arena, texts, None);
    }

    pub(crate) fn get(&self, index: usize) -> Option<ErrorDetail<'_>> {
        self.list.get(&self.arena, index).map(ErrorDetail)
    }

    pub(crate) fn iter(&self) -> ErrorDetails<'_> {
        ErrorDetails(self.list.iter(&self.arena))
    }

    /// The same list with `replace` applied to each text.
    pub(super) fn map(&self, replace: impl for<'a> Fn(&'a str) -> Cow<'a, str>) -> Self {
        let mut mapped = Self::default();
        for detail in self.iter() {
            let texts = [detail.code(), detail.field(), detail.message()].map(|text| text.map(&replace));
            mapped.push(texts.each_ref().map(Option::as_deref));
        }
        mapped
    }

    /// The same list without its unused memory.
    pub(crate) fn trimmed(self) -> Self {
        Self { arena: self.arena.trimmed(), list: self.list }
    }
}

impl<'a> ErrorDetail<'a> {
    pub(crate) fn code_text(self) -> Option<TextRef<'a>> {
        self.0.text(0)
    }

    pub(crate) fn field_text(self) -> Option<TextRef<'a>> {
        self.0.text(1)
    }

    pub(crate) fn message_text(self) -> Option<TextRef<'a>> {
        self.0.text(2)
    }

    /// The texts that are present.
    pub(super) fn texts(self) -> impl Iterator<Item = &'a str> {
        [self.code(), self.field(), self.message()].into_iter().flatten()
    }

    /// The service's code, e.g. `InvalidParameter`.
    #[must_use]
    pub fn code(&self) -> Option<&'a str> {
        self.code_text().map(TextRef::as_str)
    }

    /// The field that the error is about.
    #[must_use]
    pub fn field(&self) -> Option<&'a str> {
        self.field_text().map(TextRef::as_str)
    }

    /// The service's text.
    #[must_use]
    pub fn message(&self) -> Option<&'a str> {
        self.message_text().map(TextRef::as_str)
    }
}

impl fmt::Debug for ErrorDetail<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorDetail")
            .field("code", &self.code())
            .field("field", &self.field())
            .field("message", &self.message())
            .finish()
    }
}

impl<'a> Iterator for ErrorDetails<'a> {
    type Item = ErrorDetail<'a>;

    fn next(&mut self) -> Option<ErrorDetail<'a>> {
        self.0.next().map(ErrorDetail)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for ErrorDetails<'_> {}

impl fmt::Debug for ErrorDetails<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
