//! The texts of one handle in one piece of memory.
//!
//! A service may send a list of millions of empty entries. A structure for each would take many times the memory of
//! the answer, so a list is kept as texts, too: an entry takes no more memory here than in the answer.

use memchr::memchr;

use super::text::{TextRef, push_without_nul};

/// Texts one after the other, each with a NUL behind it.
#[derive(Clone, Default)]
pub(crate) struct Arena(String);

/// Where a text stands in its arena.
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
    /// An empty arena with room for `bytes`. One that grows would be copied, and be there twice meanwhile.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
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

    /// The same without the memory that was reserved and is not used, where that is worth a move.
    pub(crate) fn trimmed(mut self) -> Self {
        const WORTH_A_MOVE: usize = 4096;
        if self.0.capacity() - self.0.len() > WORTH_A_MOVE {
            self.0.shrink_to_fit();
        }
        self
    }

    /// From `start` to the next NUL, and where the text after it begins.
    fn text_at(&self, start: usize) -> (TextRef<'_>, usize) {
        let rest = &self.0[start..];
        let next = memchr(0, rest.as_bytes()).map_or(rest.len(), |end| end + 1);
        (TextRef::new(&rest[..next]), start + next)
    }
}

/// An entry of a list: up to three texts, and a yes or no.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Entry<'a> {
    pub(crate) texts: [Option<TextRef<'a>>; 3],
    pub(crate) flag: Option<bool>,
}

/// Entries that stand one after the other in an arena.
///
/// Each is one character that says what there is of it, and then its texts.
#[derive(Debug, Clone, Default)]
pub(crate) struct List {
    count: usize,
    /// Where every [`STRIDE`]-th entry begins, the first one included: to find one without reading all before it.
    landmarks: Vec<usize>,
}

const STRIDE: usize = 64;

// The bits of an entry's first character. One is always set, which makes it a visible character.
const VISIBLE: u8 = 0x40;
const TEXTS: [u8; 3] = [0x01, 0x02, 0x04];
const IS_FALSE: u8 = 0x08;
const IS_TRUE: u8 = 0x10;

impl List {
    /// Appends an entry. All entries of a list stand in the same arena, with nothing between them.
    pub(crate) fn push<T: Source>(&mut self, arena: &mut Arena, texts: [Option<T>; 3], flag: Option<bool>) {
        if self.count.is_multiple_of(STRIDE) {
            self.landmarks.push(arena.0.len());
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
        self.from(arena, index).next()
    }

    pub(crate) fn iter<'a>(&self, arena: &'a Arena) -> Entries<'a> {
        self.from(arena, 0)
    }

    /// The entries from `index` on.
    fn from<'a>(&self, arena: &'a Arena, index: usize) -> Entries<'a> {
        let (Some(&start), true) = (self.landmarks.get(index / STRIDE), index < self.count) else {
            return Entries { arena, start: 0, left: 0 };
        };
        let mut entries = Entries { arena, start, left: self.count - (index - index % STRIDE) };
        for _ in 0..index % STRIDE {
            entries.next();
        }
        entries
    }
}

/// The entries of a list in their order.
#[derive(Clone)]
pub(crate) struct Entries<'a> {
    arena: &'a Arena,
    /// Of the next entry.
    start: usize,
    left: usize,
}

impl<'a> Iterator for Entries<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        self.left = self.left.checked_sub(1)?;
        let bits = self.arena.0.as_bytes()[self.start];
        self.start += 1;
        let texts = TEXTS.map(|bit| {
            (bits & bit != 0).then(|| {
                let (text, next) = self.arena.text_at(self.start);
                self.start = next;
                text
            })
        });
        let flag = (bits & (IS_FALSE | IS_TRUE) != 0).then_some(bits & IS_TRUE != 0);
        Some(Entry { texts, flag })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Entries<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(entry: Entry<'_>) -> ([Option<&str>; 3], Option<bool>) {
        (entry.texts.map(|text| text.map(TextRef::as_str)), entry.flag)
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
        assert_eq!((arena.0.len(), list.landmarks.len()), (10 * STRIDE, 10));
    }
}
