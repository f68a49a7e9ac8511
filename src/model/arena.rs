//! The texts of one handle in one piece of memory.
//!
//! A service may send a list of millions of empty entries. A structure for each entry would take many times the memory
//! of the answer. So a list is kept as texts, too: an entry takes no more memory here than in the answer.

use std::sync::Arc;

use memchr::memchr;

use super::text::{TextRef, push_without_nul};

/// Texts one after the other, each followed by a NUL.
#[derive(Clone, Default)]
pub(crate) struct Arena(String);

/// Texts that several owners share.
#[derive(Clone, Default)]
pub(crate) struct SharedTexts(Arc<str>);

impl SharedTexts {
    pub(crate) fn get(&self, span: Span) -> TextRef<'_> {
        TextRef::new(&self.0[span.start..=span.end])
    }
}

/// The place of a text in its arena.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    start: usize,
    /// The place of the NUL.
    end: usize,
}

/// What can be written into an arena as text.
pub(crate) trait Source {
    /// Appends the text, without a U+0000.
    fn write_to(&self, memory: &mut String);
}

impl Source for &str {
    fn write_to(&self, memory: &mut String) {
        push_without_nul(memory, self);
    }
}

impl Arena {
    /// An empty arena with room for `bytes`. An arena that grows is copied, and for a while takes its memory twice.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Makes room for `bytes` in all, unless there is room already.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.0.reserve_exact(bytes.saturating_sub(self.0.len()));
    }

    /// How many bytes the texts have, with their NULs.
    pub(crate) fn length(&self) -> usize {
        self.0.len()
    }

    /// Removes all texts. The memory stays.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn push(&mut self, text: impl Source) -> Span {
        let start = self.0.len();
        text.write_to(&mut self.0);
        let end = self.0.len();
        self.0.push('\0');
        Span { start, end }
    }

    pub(crate) fn get(&self, span: Span) -> TextRef<'_> {
        TextRef::new(&self.0[span.start..=span.end])
    }

    /// Copies `texts` into one piece of memory that several owners can share. They are first written to the spare
    /// memory of this arena, whose content does not change.
    pub(crate) fn share<const N: usize>(
        &mut self,
        texts: [Option<impl Source>; N],
    ) -> (SharedTexts, [Option<Span>; N]) {
        let base = self.0.len();
        let spans = texts.map(|text| {
            let Span { start, end } = self.push(text?);
            Some(Span { start: start - base, end: end - base })
        });
        let shared = SharedTexts(Arc::from(&self.0[base..]));
        self.0.truncate(base);
        (shared, spans)
    }

    /// The texts in memory of their own, without unused memory. This arena keeps its memory for other texts, unless there is
    /// so much of it that a copy would be too much.
    pub(crate) fn detach(&mut self) -> Self {
        const LARGE: usize = 4096;
        if self.0.len() <= LARGE {
            return Self(self.0.as_str().to_owned());
        }
        let mut texts = std::mem::take(&mut self.0);
        texts.shrink_to_fit();
        Self(texts)
    }

    /// The same arena without its unused memory, if there is enough of it to be worth a move.
    pub(crate) fn trimmed(mut self) -> Self {
        const WORTH_A_MOVE: usize = 4096;
        if self.0.capacity() - self.0.len() > WORTH_A_MOVE {
            self.0.shrink_to_fit();
        }
        self
    }
}

/// Entries one after the other in an arena.
///
/// Each entry is one character that says which parts the entry has, followed by its texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    count: usize,
    /// Where entries begin, so that an entry is found without reading all entries before it: each of the first
    /// [`STRIDE`] entries, because many lists have no more, and every [`STRIDE`]-th of the others.
    begins: Vec<usize>,
}

const STRIDE: usize = 64;

// The bits of an entry's first character. `VISIBLE` is always set, which makes it a visible character.
const VISIBLE: u8 = 0x40;
const TEXTS: [u8; 3] = [0x01, 0x02, 0x04];
const IS_FALSE: u8 = 0x08;
const IS_TRUE: u8 = 0x10;

impl List {
    /// Appends an entry: up to three texts and a flag. All entries of a list must be in the same arena, with nothing
    /// between them.
    pub(crate) fn push<T: Source>(&mut self, arena: &mut Arena, texts: [Option<T>; 3], flag: Option<bool>) {
        if self.count < STRIDE || self.count.is_multiple_of(STRIDE) {
            self.begins.push(arena.0.len());
        }
        self.count += 1;
        let of_flag = match flag {
            None => 0,
            Some(false) => IS_FALSE,
            Some(true) => IS_TRUE,
        };
        let of_texts = texts.iter().zip(TEXTS).filter(|(text, _)| text.is_some()).map(|(_, bit)| bit).sum::<u8>();
        arena.0.push(char::from(VISIBLE | of_flag | of_texts));
        for text in texts.into_iter().flatten() {
            arena.push(text);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn get<'a>(&self, arena: &'a Arena, index: usize) -> Option<Entry<'a>> {
        if index >= self.count {
            return None;
        }
        let (place, skipped) = match index.checked_sub(STRIDE) {
            None => (index, 0),
            Some(beyond) => (STRIDE + beyond / STRIDE, beyond % STRIDE),
        };
        let mut entry = Entry::at(arena, *self.begins.get(place)?);
        for _ in 0..skipped {
            entry = Entry(entry.after());
        }
        Some(entry)
    }

    pub(crate) fn iter<'a>(&self, arena: &'a Arena) -> Entries<'a> {
        let next = self.begins.first().map_or("", |begin| &arena.0[*begin..]);
        Entries { next, left: self.count }
    }
}

/// An entry of a list: the text of the arena from the entry's first character on.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a>(&'a str);

impl<'a> Entry<'a> {
    fn at(arena: &'a Arena, begin: usize) -> Self {
        Self(&arena.0[begin..])
    }

    fn has(self, bit: u8) -> bool {
        self.0.as_bytes().first().is_some_and(|bits| bits & bit != 0)
    }

    /// The text at `number`, which is 0, 1 or 2.
    pub(crate) fn text(self, number: usize) -> Option<TextRef<'a>> {
        let mut rest = self.0.get(1..)?;
        for _ in TEXTS.into_iter().take(number).filter(|bit| self.has(*bit)) {
            rest = split_text(rest).1;
        }
        self.has(*TEXTS.get(number)?).then(|| split_text(rest).0)
    }

    pub(crate) fn flag(self) -> Option<bool> {
        self.has(IS_FALSE | IS_TRUE).then(|| self.has(IS_TRUE))
    }

    /// The arena from the next entry on.
    fn after(self) -> &'a str {
        let rest = self.0.get(1..).unwrap_or_default();
        TEXTS.into_iter().filter(|bit| self.has(*bit)).fold(rest, |rest, _| split_text(rest).1)
    }
}

/// The text at the beginning of `memory`, and the memory after its NUL.
fn split_text(memory: &str) -> (TextRef<'_>, &str) {
    let next = memchr(0, memory.as_bytes()).map_or(memory.len(), |end| end + 1);
    let (text, rest) = memory.split_at(next);
    (TextRef::new(text), rest)
}

/// The entries of a list in their order.
#[derive(Clone)]
pub(crate) struct Entries<'a> {
    /// The arena from the next entry on.
    next: &'a str,
    left: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.left = self.left.checked_sub(1)?;
        let entry = Entry(self.next);
        self.next = entry.after();
        Some(entry)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Entries<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_much_unused_memory_is_given_back() {
        for (unused, kept) in [(0, 0), (4096, 4096), (4097, 0)] {
            let mut arena = Arena::with_capacity(10 + unused);
            arena.push("123456789");
            assert_eq!(arena.trimmed().0.capacity(), 10 + kept, "{unused}");
        }
    }

    fn shown(entry: Entry<'_>) -> ([Option<&str>; 3], Option<bool>) {
        ([0, 1, 2].map(|number| entry.text(number).map(TextRef::as_str)), entry.flag())
    }

    #[test]
    fn texts_are_kept_apart() {
        let mut arena = Arena::default();
        let spans = ["a", "", "ü\0", "b"].map(|text| arena.push(text));
        assert_eq!(spans.map(|span| arena.get(span).as_str()), ["a", "", "ü\u{FFFD}", "b"]);
        assert_eq!(arena.0, "a\0\0ü\u{FFFD}\0b\0");
    }

    #[test]
    fn every_entry_is_found_by_its_number() {
        let (mut arena, mut list) = (Arena::default(), List::default());
        arena.push("before");
        let texts = |index: usize| {
            let text = |bit: usize| (index & bit != 0).then(|| format!("{index}ü{bit}"));
            [text(1), text(2), text(4)]
        };
        let flag = |index: usize| [None, Some(false), Some(true)][index % 3];
        let count = 3 * STRIDE + 5;
        for index in 0..count {
            let texts = texts(index);
            list.push(&mut arena, texts.each_ref().map(Option::as_deref), flag(index));
        }
        assert_eq!(list.len(), count);
        for (index, entry) in list.iter(&arena).enumerate() {
            let texts = texts(index);
            let expected = (texts.each_ref().map(Option::as_deref), flag(index));
            assert_eq!(shown(entry), expected, "{index}");
            assert_eq!(list.get(&arena, index).map(shown), Some(expected), "{index}");
        }
        assert_eq!(list.iter(&arena).len(), count);
        for index in [count, count + STRIDE, usize::MAX] {
            assert!(list.get(&arena, index).is_none(), "{index}");
        }
        assert!(List::default().get(&arena, 0).is_none());
    }

    #[test]
    fn an_empty_entry_takes_a_byte() {
        let (mut arena, mut list) = (Arena::default(), List::default());
        for _ in 0..10 * STRIDE {
            list.push::<&str>(&mut arena, [None; 3], None);
        }
        assert_eq!((arena.0.len(), list.begins.len()), (10 * STRIDE, STRIDE + 9));
    }
}
