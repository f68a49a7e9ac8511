//! Interim answers: heads with a status below 200 that may come before the final answer (RFC 9110 section 15.2).
//!
//! ureq refuses a "100 Continue" that has header fields. In other interim answers it takes header fields for the
//! framing of a body. So interim answers are removed before ureq sees them.

use httparse::{EMPTY_HEADER, Response, Status};
use ureq::unversioned::transport::Buffers;

/// The most header fields in one head: ureq's limit for the final answer.
pub(super) const MOST_FIELDS: usize = 128;

/// Where the status code begins in a status line: after "HTTP/1.1 ".
const STATUS: usize = 9;

/// Removes the interim answers of one exchange.
#[derive(Debug, Default)]
pub(super) struct Interim {
    /// Whether the final answer has begun.
    is_over: bool,
}

/// What an input begins with.
enum Beginning {
    /// A complete interim answer of this many bytes.
    Interim(usize),
    /// Too few bytes to tell, or an incomplete interim answer.
    Unknown,
    /// Anything else.
    Other,
}

impl Interim {
    /// Whether the input begins with the final answer, or with a part of it.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Removes complete interim answers from the beginning of the input, until the final answer begins. Their number
    /// needs no limit: they take no memory, and the call's deadline ends them.
    pub(super) fn pass_over(&mut self, buffers: &mut dyn Buffers) {
        while !self.is_over {
            match beginning(buffers.input()) {
                Beginning::Interim(length) => buffers.input_consume(length),
                Beginning::Unknown => return,
                Beginning::Other => self.is_over = true,
            }
        }
    }
}

fn beginning(input: &[u8]) -> Beginning {
    // Empty lines before a status line are ignored.
    let empty = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    match input.get(empty + STATUS) {
        None => return Beginning::Unknown,
        Some(b'1') => {}
        Some(_) => return Beginning::Other,
    }
    let mut fields = [EMPTY_HEADER; MOST_FIELDS];
    let mut response = Response::new(&mut fields);
    match response.parse(input) {
        Ok(Status::Partial) => Beginning::Unknown,
        // 101 is a final answer: after it the connection changes to another protocol.
        Ok(Status::Complete(length)) if matches!(response.code, Some(100 | 102..=199)) => Beginning::Interim(length),
        // The reader of the answer refuses a malformed head.
        Ok(Status::Complete(_)) | Err(_) => Beginning::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::unversioned::transport::LazyBuffers;

    fn with(bytes: &[u8]) -> LazyBuffers {
        let mut buffers = LazyBuffers::new(4096, 1);
        append(&mut buffers, bytes);
        buffers
    }

    fn append(buffers: &mut LazyBuffers, bytes: &[u8]) {
        buffers.input_append_buf()[..bytes.len()].copy_from_slice(bytes);
        buffers.input_appended(bytes.len());
    }

    const FINAL: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";

    #[test]
    fn the_answer_itself_is_left_as_it_is_wherever_the_interim_ones_are_split() {
        let interim = b"HTTP/1.1 100 Continue\r\nDate: today\r\n\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n";
        let all = [interim, FINAL].concat();
        for split in 0..=all.len() {
            let mut interim = Interim::default();
            let mut buffers = with(&all[..split]);
            interim.pass_over(&mut buffers);
            append(&mut buffers, &all[split..]);
            interim.pass_over(&mut buffers);
            assert_eq!(buffers.input(), FINAL, "split at {split}");
            // A body that looks like an interim answer is not removed.
            let body = FINAL.len() - b"HTTP/1.1 100 Continue\r\n\r\n".len();
            buffers.input_consume(body);
            interim.pass_over(&mut buffers);
            assert_eq!(buffers.input(), &FINAL[body..], "split at {split}");
        }
    }

    #[test]
    fn what_is_none_is_left_as_it_is() {
        for bytes in [
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "HTTP/1.1 099 Low\r\n\r\n",
            "HTTP/1.1 1000 High\r\n\r\n",
            "HTTP/1.1 100 Continue\r\nno field\r\n\r\n",
            "SSH-2.0-O1enSSH_9.6\r\n",
            "",
        ] {
            let mut buffers = with(bytes.as_bytes());
            Interim::default().pass_over(&mut buffers);
            assert_eq!(buffers.input(), bytes.as_bytes());
        }
    }
}
