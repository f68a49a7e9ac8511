//! Sizes of chunks that are larger than this machine's memory can be.
//!
//! ureq counts the bytes of a chunk in a `usize`. Where that has 32 bits, ureq takes a size of 4 GiB for no number, and the
//! answer for something else than HTTP. So there such a size is replaced, before ureq sees it, by the largest that ureq can
//! count. The body then turns out to be too large, or cut short, as it does on a machine with 64 bits.

use httparse::{EMPTY_HEADER, Header, Response, Status, parse_chunk_size};
use ureq::unversioned::transport::Buffers;

use super::interim::MOST_FIELDS;
use crate::secret::Zeroizing;

/// Whether a chunk can have a size that ureq cannot count.
pub(super) const ARE_NEEDED: bool = usize::BITS < u64::BITS;

/// The largest size that ureq can count.
pub(super) const LARGEST: u64 = usize::MAX as u64;

/// Follows the chunks of one answer in the bytes that arrive.
#[derive(Debug, Default)]
pub(super) struct ChunkSizes {
    next: Next,
    /// How many bytes at the end of the input are the beginning of a size that is not complete.
    pending: usize,
}

/// What the next byte belongs to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Next {
    #[default]
    Head,
    Size,
    /// A chunk of which so many bytes are still to come. They include the line break after it.
    Chunk(u64),
    /// Anything else. The rest of the answer has no size that matters.
    Rest,
}

impl ChunkSizes {
    /// Follows the `new` bytes at the end of the input. Bytes before them may have been consumed meanwhile, except for an
    /// incomplete head or size. Replaces a size that is larger than `largest`.
    pub(super) fn follow(&mut self, buffers: &mut dyn Buffers, new: usize, largest: u64) {
        let input = buffers.input();
        let unread = if self.next == Next::Head { input.len() } else { self.pending + new };
        let Some(mut at) = input.len().checked_sub(unread) else {
            self.next = Next::Rest;
            return;
        };
        while at < input.len() {
            match self.next {
                Next::Head => match end_of_head(&input[at..]) {
                    Some(end) => (at, self.next) = (at + end, Next::Size),
                    None if is_incomplete(&input[at..]) => break,
                    None => self.next = Next::Rest,
                },
                Next::Size => match parse_chunk_size(&input[at..]) {
                    Ok(Status::Partial) => break,
                    Ok(Status::Complete((_, size))) if size > largest => {
                        self.next = Next::Rest;
                        replace(buffers, at, largest);
                        return;
                    }
                    // After the last chunk there are only trailers.
                    Ok(Status::Complete((_, 0))) | Err(_) => self.next = Next::Rest,
                    Ok(Status::Complete((length, size))) => (at, self.next) = (at + length, Next::Chunk(size + 2)),
                },
                Next::Chunk(left) => {
                    let come = usize::try_from(left).unwrap_or(usize::MAX).min(input.len() - at);
                    at += come;
                    let left = left - come as u64;
                    self.next = if left == 0 { Next::Size } else { Next::Chunk(left) };
                }
                Next::Rest => return,
            }
        }
        self.pending = input.len() - at;
    }
}

/// The length of a complete head after which chunks come.
fn end_of_head(input: &[u8]) -> Option<usize> {
    let mut fields = [EMPTY_HEADER; MOST_FIELDS];
    let mut response = Response::new(&mut fields);
    let Ok(Status::Complete(length)) = response.parse(input) else { return None };
    // Version 1.0 has no chunks. Otherwise ureq looks for this word.
    let is_coding = |field: &&Header<'_>| field.name.eq_ignore_ascii_case("transfer-encoding");
    let is_chunked = |field: &Header<'_>| {
        field.value.split(|byte| *byte == b',').any(|coding| coding.trim_ascii().eq_ignore_ascii_case(b"chunked"))
    };
    let has_chunks = response.version == Some(1) && response.headers.iter().filter(is_coding).any(is_chunked);
    has_chunks.then_some(length)
}

fn is_incomplete(head: &[u8]) -> bool {
    let mut fields = [EMPTY_HEADER; MOST_FIELDS];
    matches!(Response::new(&mut fields).parse(head), Ok(Status::Partial))
}

/// Replaces the size that begins at `at` in the input by `size`, with as many digits.
fn replace(buffers: &mut dyn Buffers, at: usize, size: u64) {
    // The answer may hold a token.
    let mut input = Zeroizing::new(buffers.input().to_vec());
    let digits = input[at..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    input[at..at + digits].copy_from_slice(format!("{size:0digits$x}").as_bytes());
    // The input can be read, and it can be appended to, but not be changed.
    buffers.input_consume(input.len());
    buffers.input_append_buf()[..input.len()].copy_from_slice(&input);
    buffers.input_appended(input.len());
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::unversioned::transport::LazyBuffers;

    /// As on a machine with 32 bits.
    const LARGEST: u64 = u32::MAX as u64;

    const HEAD: &str = "HTTP/1.1 200 OK\r\nDate: today\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n";

    /// What ureq sees if the bytes arrive in these parts. It consumes complete chunks and heads at once, or never.
    fn seen(parts: &[&[u8]], consumes: bool) -> Vec<u8> {
        let (mut sizes, mut seen) = (ChunkSizes::default(), Vec::new());
        let mut buffers = LazyBuffers::new(4096, 1);
        for part in parts {
            buffers.input_append_buf()[..part.len()].copy_from_slice(part);
            buffers.input_appended(part.len());
            sizes.follow(&mut buffers, part.len(), LARGEST);
            let kept = if sizes.next == Next::Head { buffers.input().len() } else { sizes.pending };
            let consumed = if consumes { buffers.input().len() - kept } else { 0 };
            seen.extend_from_slice(&buffers.input()[..consumed]);
            buffers.input_consume(consumed);
        }
        seen.extend_from_slice(buffers.input());
        seen
    }

    fn check(sent: &str, expected: &str) {
        for split in 0..=sent.len() {
            for consumes in [true, false] {
                let (before, after) = sent.as_bytes().split_at(split);
                let seen = seen(&[before, after], consumes);
                assert_eq!(String::from_utf8_lossy(&seen), expected, "split at {split}, {consumes}");
            }
        }
        let bytes: Vec<&[u8]> = sent.as_bytes().chunks(1).collect();
        assert_eq!(String::from_utf8_lossy(&seen(&bytes, true)), expected, "byte by byte");
    }

    #[test]
    fn a_size_that_cannot_be_counted_becomes_the_largest_that_can() {
        let before = format!("{HEAD}3\r\nabc\r\n00000010;a=b\r\n100000000\r\n12345\r\n");
        for (size, counted) in [
            ("100000000", "0ffffffff"),
            ("ffffffffffffffff", "00000000ffffffff"),
            ("0FFFFFFFFFFFFFFF", "00000000ffffffff"),
            ("123456789a ;x=1", "00ffffffff ;x=1"),
        ] {
            check(&format!("{before}{size}\r\ndata"), &format!("{before}{counted}\r\ndata"));
        }
    }

    #[test]
    fn everything_else_is_left_as_it_is() {
        let large = "100000000\r\nx";
        for same in [
            format!("{HEAD}ffffffff\r\n{large}"),
            format!("{HEAD}fffffffe\r\n{large}"),
            // More than 64 bits, no number, and the trailers of an answer that has ended.
            format!("{HEAD}10000000000000000\r\nx"),
            format!("{HEAD}-1\r\n{large}"),
            format!("{HEAD}zz\r\n{large}"),
            format!("{HEAD}0\r\n{large}"),
            // Bodies without chunks may look as if they had some.
            format!("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{large}"),
            format!("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{large}"),
            format!("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{large}"),
            format!("SSH-2.0-OpenSSH_9.6\r\n{large}"),
            String::new(),
        ] {
            check(&same, &same);
        }
    }
}
