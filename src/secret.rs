//! Secrets, and how they are removed from the texts of a server, which may echo what it was sent.

mod encoded;

use std::borrow::Cow;
use std::fmt;
use std::ops::{Deref, DerefMut, Range};

use memchr::{memchr, memchr2, memmem};
use zeroize::Zeroize;

use crate::json_escape::escape;

pub(crate) use encoded::is_encoded_in;

/// Replaces a secret in a text.
pub(crate) const HIDDEN: &str = "[secret]";

/// A shorter secret may occur in any text by chance. Removing it would ruin the text, and the words around the gaps
/// would reveal the secret. This is also the length of [`HIDDEN`], so that a text never gets longer.
const SHORTEST_HIDDEN: usize = HIDDEN.len();

/// A secret that looks like a word and is shorter than this may be a word, e.g. "password" or "Identity".
const LONGEST_WORD: usize = 20;

/// A value that is wiped when it is dropped, as by the type of this name in `zeroize`. That one makes the code that wipes
/// part of every function that drops a value, which costs the library 17 KB.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Zeroizing<T: Zeroize>(T);

impl<T: Zeroize> Zeroizing<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(value)
    }
}

impl<T: Zeroize> Drop for Zeroizing<T> {
    #[inline(never)]
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> Deref for Zeroizing<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> DerefMut for Zeroizing<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl AsRef<[u8]> for Zeroizing<Vec<u8>> {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A secret, token or password: wiped when dropped, and never shown by `Debug`.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Secret(Zeroizing<String>);

impl Secret {
    pub(crate) fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text itself, for immediate use. The caller must not keep a copy.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl From<Zeroizing<String>> for Secret {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// Overwrites what was sent. Every request does this. `Zeroize` writes byte by byte, which takes a microsecond for a
/// token; this is one `memset`, and `black_box` keeps the compiler from removing it.
pub(crate) fn wipe(sent: &mut [u8]) {
    sent.fill(0);
    std::hint::black_box(sent);
}

/// What happened to a secret in a server's text, the worst case last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Echo {
    /// The text does not contain the secret.
    Nothing,
    /// The secret was in the text and was removed.
    Hidden,
    /// The secret is in the text and cannot be removed: none of the text may be shown.
    Withheld,
}

/// Whether `secret` can be removed from a text so that the rest may be shown. A short secret or a word cannot: a reader
/// of "invalid_[secret]; The [secret] is unknown" knows the secret.
pub(crate) fn can_be_hidden(secret: &str) -> bool {
    let looks_like_a_word = secret.bytes().skip(1).all(|byte| byte.is_ascii_lowercase());
    secret.len() >= SHORTEST_HIDDEN && (secret.len() >= LONGEST_WORD || !looks_like_a_word)
}

/// `text` without `secret`, so that it may be shown.
pub(crate) fn conceal<'a>(text: &'a str, secret: &str) -> Cow<'a, str> {
    let holds_it = !secret.is_empty() && text.contains(secret);
    let hidden = match holds_it {
        true if can_be_hidden(secret) => Cow::Owned(text.replace(secret, HIDDEN)),
        true => Cow::Owned(HIDDEN.to_owned()),
        false => Cow::Borrowed(text),
    };
    if is_encoded_in(hidden.as_bytes(), secret) { Cow::Owned(HIDDEN.to_owned()) } else { hidden }
}

/// Removes `secret` from `text`, also if JSON writes it with escapes (`\u002B` for a plus sign). If the secret [cannot
/// be hidden](can_be_hidden) and `text` is a JSON object, every string that contains the secret is removed.
///
/// The time is linear for every text and secret. The work is done in the memory of `text`, or in twice that memory if
/// `text` contains a backslash.
pub(crate) fn hide(text: &mut Vec<u8>, secret: &str) -> Echo {
    if secret.is_empty() {
        return Echo::Nothing;
    }
    let finder = memmem::Finder::new(secret);
    if !can_be_hidden(secret) {
        return match text.trim_ascii_start().starts_with(b"{") {
            true => hide_strings(text, &finder),
            false if holds(text, &finder) => Echo::Withheld,
            false => Echo::Nothing,
        };
    }
    let mut gaps = Gaps::new(text);
    while let Some(start) = finder.find(gaps.rest()) {
        gaps.fill(start, secret.len(), HIDDEN);
    }
    let mut found = gaps.close();
    if memchr(b'\\', text).is_some() {
        let plain = unescaped(text);
        let mut gaps = Gaps::new(text);
        let mut searched = 0;
        while let Some(start) = finder.find(&plain[searched..]) {
            let before = length_with_escapes(gaps.rest(), start);
            let length = length_with_escapes(&gaps.rest()[before..], secret.len());
            gaps.fill(before, length, HIDDEN);
            searched += start + secret.len();
        }
        found |= gaps.close();
    }
    if found { Echo::Hidden } else { Echo::Nothing }
}

/// Whether `text` contains a secret, with or without escapes.
fn holds(text: &[u8], secret: &memmem::Finder<'_>) -> bool {
    secret.find(text).is_some() || memchr(b'\\', text).is_some() && secret.find(&unescaped(text)).is_some()
}

/// Replaces the strings of a JSON text that contain a secret. The names of members stay, because without them the text
/// has another meaning. If a name contains the secret, or anything that is not a string, the text cannot be shown.
fn hide_strings(text: &mut Vec<u8>, secret: &memmem::Finder<'_>) -> Echo {
    let (mut gaps, mut searched, mut stays) = (Gaps::new(text), 0, false);
    while let Some(string) = next_string(gaps.rest(), searched) {
        let rest = gaps.rest();
        searched = string.end;
        if holds(&rest[string.clone()], secret) {
            if rest[string.end..].trim_ascii_start().starts_with(b":") {
                stays = true;
            } else {
                // With escapes, too: what is not JSON may have them outside of strings.
                stays |= holds(&rest[..string.start], secret);
                // A shorter string has no room for it, and becomes empty, which counts as no text.
                let hidden = if string.len() < HIDDEN.len() + 2 { "\"\"" } else { "\"[secret]\"" };
                gaps.fill(string.start, string.len(), hidden);
                searched = 0;
            }
        }
    }
    stays |= holds(gaps.rest(), secret);
    match (gaps.close(), stays) {
        (_, true) => Echo::Withheld,
        (true, false) => Echo::Hidden,
        (false, false) => Echo::Nothing,
    }
}

/// The place of the next string of a JSON text from `start` on, with its quotes.
fn next_string(text: &[u8], start: usize) -> Option<Range<usize>> {
    let start = start + memchr(b'"', &text[start..])?;
    let mut end = start + 1;
    loop {
        end += memchr2(b'"', b'\\', text.get(end..)?)?;
        if text[end] == b'"' {
            return Some(start..end + 1);
        }
        end += 2;
    }
}

/// Replaces parts of a text from its beginning to its end, in its own memory.
struct Gaps<'a> {
    text: &'a mut Vec<u8>,
    written: usize,
    read: usize,
}

impl<'a> Gaps<'a> {
    fn new(text: &'a mut Vec<u8>) -> Self {
        Self { text, written: 0, read: 0 }
    }

    /// The part that was not searched yet.
    fn rest(&self) -> &[u8] {
        &self.text[self.read..]
    }

    /// Keeps the next `before` bytes, and replaces the `length` bytes after them by `with`, which must not be longer.
    fn fill(&mut self, before: usize, length: usize, with: &str) {
        self.keep(before);
        self.text[self.written..self.written + with.len()].copy_from_slice(with.as_bytes());
        self.written += with.len();
        self.read += length;
    }

    fn keep(&mut self, length: usize) {
        self.text.copy_within(self.read..self.read + length, self.written);
        self.written += length;
        self.read += length;
    }

    /// Keeps the rest. Returns whether anything was replaced.
    fn close(mut self) -> bool {
        let found = self.read > 0;
        self.keep(self.text.len() - self.read);
        self.text[self.written..].zeroize();
        self.text.truncate(self.written);
        found
    }
}

/// `text` with every escape of JSON replaced by its character.
fn unescaped(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut plain = Zeroizing::new(text.to_vec());
    encoded::decode(&mut plain, b'\\', |rest, decoded| {
        escape(rest).map(|(length, character)| (length, character.encode_utf8(decoded).len()))
    });
    plain
}

/// How many bytes at the beginning of `text` stand for `plain` bytes of [`unescaped`].
fn length_with_escapes(text: &[u8], mut plain: usize) -> usize {
    let mut length = 0;
    while plain > 0 && length < text.len() {
        let next = &text[length..text.len().min(length + plain)];
        let before = memchr(b'\\', next).unwrap_or(next.len());
        length += before;
        plain -= before;
        if plain > 0 && length < text.len() {
            let (escaped, stands_for) =
                escape(&text[length..]).map_or((1, 1), |(length, character)| (length, character.len_utf8()));
            length += escaped;
            plain = plain.saturating_sub(stands_for);
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str, secret: &str) -> (String, Echo) {
        let mut text = text.as_bytes().to_vec();
        let echo = hide(&mut text, secret);
        (String::from_utf8_lossy(&text).into_owned(), echo)
    }

    #[test]
    fn a_secret_is_hidden_wherever_it_stands() {
        let secret = "s3cret-\"+ü\u{1f600}";
        for (text, clean) in [
            (format!("a {secret}, a {secret}s{secret}{secret}."), "a [secret], a [secret]s[secret][secret]."),
            (r#"{"a":"s3cret-\"+ü😀\n"}"#.to_owned(), r#"{"a":"[secret]\n"}"#),
            (r#"{"a\\":"s3cret-\u0022\u002b\u00FC\ud83d\uDE00\\"}"#.to_owned(), r#"{"a\\":"[secret]\\"}"#),
            (r#"\u0073\u0033cret-\"+ü😀s3cret-"+ü😀\"#.to_owned(), r"[secret][secret]\"),
        ] {
            assert_eq!(hidden(&text, secret), (clean.to_owned(), Echo::Hidden));
        }
        for text in ["", "nothing", "s3cret-", r"s3cret-\u0022\u002", r"\", r"\u12", r"\ud83d\ud83d", r"\u+123"] {
            assert_eq!(hidden(text, secret), (text.to_owned(), Echo::Nothing));
        }
        assert_eq!(hidden(r"\ud83d-s3cret-1", "s3cret-1"), (r"\ud83d-[secret]".to_owned(), Echo::Hidden));
        assert_eq!(hidden("x", ""), ("x".to_owned(), Echo::Nothing));
    }

    #[test]
    fn a_secret_that_would_ruin_a_text_withholds_it() {
        for secret in ["s", "client", "password", "Identity"] {
            assert!(!can_be_hidden(secret), "{secret}");
            let text = format!("x {secret} y");
            assert_eq!(hidden(&text, secret), (text.clone(), Echo::Withheld), "{secret}");
            assert_eq!(conceal(&text, secret), HIDDEN);
            assert_eq!(hidden("012", secret), ("012".to_owned(), Echo::Nothing), "{secret}");
        }
        assert_eq!(hidden(r"\u0073", "s").1, Echo::Withheld);
        for (text, clean, echo) in [
            (r#"{"a":"it was wrong","b":"so"}"#, r#"{"a":"[secret]","b":"so"}"#, Echo::Hidden),
            (r#" {"a":["wrong", "wr\u006fng, indeed\"" ] }"#, r#" {"a":["", "[secret]" ] }"#, Echo::Hidden),
            (r#"{"a":"right\"","b":1}"#, r#"{"a":"right\"","b":1}"#, Echo::Nothing),
            (r#"{"wrong" :"wrong"}"#, r#"{"wrong" :""}"#, Echo::Withheld),
            (r#"{"a":wrong,"b":"it was wrong"}"#, r#"{"a":wrong,"b":"[secret]"}"#, Echo::Withheld),
            (r#"{\u0077rong,"b":"wrong"}"#, r#"{\u0077rong,"b":""}"#, Echo::Withheld),
            (r#"{"a":"wrong"#, r#"{"a":"wrong"#, Echo::Withheld),
            (r#"{"a":"wrong\"#, r#"{"a":"wrong\"#, Echo::Withheld),
        ] {
            assert_eq!(hidden(text, "wrong"), (clean.to_owned(), echo));
        }
        for secret in ["passw0rd", "correct horse", "pass-word", "abcdefghijklmnopqrst"] {
            assert!(can_be_hidden(secret), "{secret}");
            assert_eq!(conceal(&format!("x {secret} y"), secret), "x [secret] y");
        }
    }

    #[test]
    fn time_and_memory_are_linear_in_the_text() {
        let size = 8 << 20;
        for (text, secret) in [
            ("a".repeat(size), "a".repeat(16_000)),
            ("a".repeat(size), format!("{}b", "a".repeat(16_000))),
            ("a".repeat(size), format!("b{}", "a".repeat(16_000))),
            ("abcdefg1".repeat(size / 8), "abcdefg1".to_owned()),
            (format!("{}\\", "a".repeat(size)), "a".repeat(20)),
            (r"\u0061".repeat(size / 6), "a".repeat(20)),
            (format!("{{{}", r#""a""#.repeat(size / 3)), "a".to_owned()),
            (format!("{{{}", "\"".repeat(size)), "\"".to_owned()),
            (format!("{{{}", "\\\"".repeat(size / 2)), "\"".to_owned()),
        ] {
            let mut text = text.into_bytes();
            let (length, capacity) = (text.len(), text.capacity());
            let begin = std::time::Instant::now();
            hide(&mut text, &secret);
            // Quadratic time would take ten minutes. On an emulated machine whose cores are all taken, linear time takes two.
            assert!(begin.elapsed() < std::time::Duration::from_secs(300), "{:?}", begin.elapsed());
            assert!(text.len() <= length && text.capacity() == capacity);
        }
    }
}
