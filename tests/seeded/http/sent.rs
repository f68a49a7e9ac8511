//! Whether a text was sent, be it in chunks.

/// Whether `text` stands in `sent`. Sizes of chunks, with the line breaks around them, may stand anywhere in it.
pub fn contains(sent: &[u8], text: &[u8]) -> bool {
    (0..sent.len()).any(|begin| sent[begin] == text[0] && matches(&sent[begin..], text))
}

/// Whether `sent` begins with `text`. Each pair of positions is looked at once: a text may itself look like a chunk's size.
fn matches(sent: &[u8], text: &[u8]) -> bool {
    let mut open = vec![(0, 0)];
    let mut seen = std::collections::HashSet::new();
    while let Some((mut at, mut matched)) = open.pop() {
        loop {
            if matched == text.len() {
                return true;
            }
            if let Some(length) = chunk_border(&sent[at..])
                && seen.insert((at, matched))
            {
                open.push((at + length, matched));
            }
            if sent.get(at) != Some(&text[matched]) {
                break;
            }
            (at, matched) = (at + 1, matched + 1);
        }
    }
    false
}

/// The length of a line break, the size of a chunk with its extensions, and another line break.
fn chunk_border(sent: &[u8]) -> Option<usize> {
    let line = sent.strip_prefix(b"\r\n")?;
    // ureq passes over white space before the size.
    let size = line.trim_ascii_start();
    size.first().filter(|byte| byte.is_ascii_hexdigit())?;
    let end = size.iter().position(|byte| *byte == b'\n')?;
    Some(2 + line.len() - size.len() + end + 1)
}

#[test]
fn a_text_is_found_in_whatever_chunks_it_was_sent() {
    assert!(contains(b"x{\"a\":1}y", b"{\"a\":1}"));
    assert!(contains(b"3\r\n{\"a\r\n04;x=y\r\n\":1}\r\n0\r\n\r\n", b"{\"a\":1}"));
    assert!(contains(b"{\"a\r\n 04 ;x=y\r\n\":1}", b"{\"a\":1}"));
    assert!(contains(b"{\"a\r\n\n4\r\n\":1}", b"{\"a\":1}"));
    assert!(contains(b"{\r\na\r\n1\r\n}", b"{\r\na}"));
    assert!(contains(b"{\r\na\r\n}", b"{\r\na\r\n}"));
    assert!(!contains(b"{\"a\":\r\n1}", b"{\"a\":1}"));
    assert!(!contains(b"{\"a\":12}", b"{\"a\":1}"));
    assert!(!contains(b"", b"{}"));
}
