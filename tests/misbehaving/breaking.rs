//! Connections that send nothing, send too slowly, or break. A break before the first byte of the answer is
//! CBJ_ERROR_NETWORK; later, the end of the stream is CBJ_ERROR_PROTOCOL (truncated) and a reset CBJ_ERROR_NETWORK.

use std::time::Duration;

use cloudbackupjobs::ffi::*;

use crate::support::abi::Setup;
use crate::support::answers::{JOB, JOB_ID, answer, chunk, chunked, headed, ok};
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};
use crate::{SHORT, TOLERANCE, answers_and_closes, check, fails, succeeds};

const HALF_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: appl";

/// The head of an answer with [`JOB`] in it, and a part of the body.
fn half_body() -> Vec<u8> {
    let whole = ok(JOB);
    whole[..whole.len() - JOB.len() / 2].to_vec()
}

fn sends(bytes: impl Into<Vec<u8>>, then: Step) -> Script {
    vec![Step::Request, Step::Send(bytes.into()), then]
}

/// Slower than every deadline here. But its first bytes would satisfy the kernel's own read timeout.
fn drips(first: &[u8], rest: &[u8]) -> Script {
    let slowly = Step::Drip(rest.to_vec(), Duration::from_millis(40));
    vec![Step::Request, Step::Send(first.to_vec()), slowly, Step::Stall]
}

#[test]
fn the_deadline_holds() {
    let late = |name: &str, script, words: &str| {
        // If an answer is not complete at the deadline, the error says nothing about it, not even its status.
        fails(name, script, CBJ_ERROR_TIMEOUT, 0, [words, "600 ms for the whole call"]).retryable(true)
    };
    let (waiting, reading) = ("waiting for the answer", "reading the answer");
    // If the time is up between two bytes, ureq ends the call without knowing whether it was waiting or reading.
    let either = "the answer";
    let (head, body) = (ok(""), JOB.as_bytes());
    let unavailable = headed("503 Service Unavailable\r\nContent-Length: 500", "busy");
    check(vec![
        late("accepts and never reads or answers", vec![Step::Stall], waiting),
        late("reads and never answers", vec![Step::Request, Step::Stall], waiting),
        late("stalls in the head", sends(HALF_HEAD, Step::Stall), reading),
        late("stalls after the head", sends(headed("200 OK\r\nContent-Length: 500", ""), Step::Stall), reading),
        late("stalls in the body", sends(half_body(), Step::Stall), reading),
        late("stalls in a chunk", sends(chunked("400\r\n{"), Step::Stall), reading),
        late("stalls before the last chunk", sends(chunked(chunk(JOB)), Step::Stall), reading),
        late("never closes a body that has no length", sends(headed("200 OK", JOB), Step::Stall), reading),
        late("drips the head", drips(b"", &head), either),
        late("drips the body", drips(&headed(&format!("200 OK\r\nContent-Length: {}", JOB.len()), ""), body), either),
        late("drips blanks before the body", drips(&chunked(""), &b"1\r\n \r\n".repeat(100)), either),
        // A caller may want to see the 503, but the deadline is more important: the body might have said that the
        // failure is final.
        late("stalls in the body of an error", sends(unavailable, Step::Stall), reading),
    ]);
}

#[test]
fn the_connection_breaks_before_the_answer() {
    let broken = |name: &str, script| fails(name, script, CBJ_ERROR_NETWORK, 0, ["connection broke"]).retryable(true);
    check(vec![
        broken("closes at once", vec![Step::Close]),
        broken("closes after the request", vec![Step::Request, Step::Close]),
        broken("resets in the request", vec![Step::ReadSome, Step::Reset]),
        broken("resets after the request", vec![Step::Request, Step::Reset]),
        broken("resets after thinking", vec![Step::Request, Step::Pause(Duration::from_millis(50)), Step::Reset]),
    ]);
}

#[test]
fn a_reset_as_soon_as_the_connection_is_made() {
    let server = ScriptedServer::start([vec![Step::Reset]], Afterwards::RepeatLast);
    let client = Setup::with_token(&server.url()).timeout_ms(600).max_retries(0).client();
    for _ in 0..20 {
        let (result, elapsed) = client.timed(JOB_ID);
        let failure = result.expect_err("nobody answers");
        // Within microseconds, the reset comes during the request or still during connect().
        assert!([CBJ_ERROR_NETWORK, CBJ_ERROR_CONNECT].contains(&failure.status), "{failure:?}");
        assert_eq!((failure.http_status, failure.is_retryable), (0, 1), "{failure:?}");
        assert!(elapsed < SHORT + TOLERANCE, "{elapsed:?}");
    }
    assert_eq!(server.connections(), 20);
}

#[test]
fn the_head_is_cut() {
    let cut = |name: &str, bytes: &[u8]| {
        fails(name, answers_and_closes(bytes), CBJ_ERROR_PROTOCOL, 0, ["the answer was cut short"])
    };
    let reset = |name: &str, bytes: &[u8]| {
        // The contract does not mention this case. It is like a reset in the body, only a moment earlier.
        fails(name, sends(bytes, Step::Reset), CBJ_ERROR_NETWORK, 0, ["connection broke"])
    };
    check(vec![
        cut("after one byte", b"H"),
        cut("in the version", b"HTTP/1."),
        cut("in the status", b"HTTP/1.1 2"),
        cut("in the status line", b"HTTP/1.1 200 O"),
        cut("after the status line", b"HTTP/1.1 200 OK\r\n"),
        cut("in a header", HALF_HEAD),
        cut("before the empty line", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"),
        cut("in the empty line", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r"),
        cut("after an informational answer", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        reset("reset in the status line", b"HTTP/1.1 2"),
        reset("reset in a header", HALF_HEAD),
    ]);
}

#[test]
fn the_body_is_cut() {
    let cut = |name: &str, bytes: Vec<u8>| {
        fails(name, answers_and_closes(bytes), CBJ_ERROR_PROTOCOL, 200, ["the answer was cut short", "HTTP 200"])
            .retryable(true)
    };
    let reset = |name: &str, bytes: Vec<u8>| {
        fails(name, sends(bytes, Step::Reset), CBJ_ERROR_NETWORK, 200, ["connection broke"]).retryable(true)
    };
    let first_half = chunk(&JOB[..100]);
    check(vec![
        cut("before the body", headed("200 OK\r\nContent-Length: 500", "")),
        cut("in the body", half_body()),
        cut("one byte before the end", answer("200 OK", JOB)[..answer("200 OK", JOB).len() - 1].to_vec()),
        // The JSON is complete, but the answer is not: nobody knows what the missing bytes were.
        cut("after JSON that is whole", headed(&format!("200 OK\r\nContent-Length: {}", JOB.len() + 1), JOB)),
        cut("before the first chunk", chunked("")),
        cut("in the size of the first chunk", chunked("1")),
        cut("after the size of the first chunk", chunked("100\r\n")),
        cut("in a chunk", chunked("100\r\n{\"statusCode\":")),
        cut("after a chunk's data", chunked(first_half.trim_end())),
        cut("between chunks", chunked(&first_half)),
        cut("in the size of the second chunk", chunked(format!("{first_half}1"))),
        cut("before the last chunk, the JSON being whole", chunked(chunk(JOB))),
        cut("in the size of the last chunk, the JSON being whole", chunked(format!("{}0", chunk(JOB)))),
        reset("reset before the body", headed("200 OK\r\nContent-Length: 500", "")),
        reset("reset in the body", half_body()),
        reset("reset in a chunk", chunked("100\r\n{\"statusCode\":")),
        reset("reset in a body that has no length", headed("200 OK", &JOB[..100])),
        // Only an orderly close ends a body without a length.
        reset("reset after JSON that is whole, in a body that has no length", headed("200 OK", JOB)),
    ]);
}

#[test]
fn a_close_that_is_no_break() {
    let whole = |name: &str, bytes: Vec<u8>| succeeds(name, answers_and_closes(bytes));
    check(vec![
        whole("after the body", ok(JOB)),
        whole("after a body that has no length", headed("200 OK", JOB)),
        whole("after the last chunk", chunked(format!("{}0\r\n\r\n", chunk(JOB)))),
        // Every byte of the body has come; the missing empty line contains nothing.
        whole("before the empty line after the last chunk", chunked(format!("{}0\r\n", chunk(JOB)))),
        whole("as announced", headed("200 OK\r\nConnection: close", JOB)),
    ]);
}

#[test]
fn a_cut_body_without_length_is_seen_by_its_json() {
    // HTTP does not show that this body is not complete; its text does.
    let script = answers_and_closes(headed("200 OK", &JOB[..100]));
    check(vec![fails("cut", script, CBJ_ERROR_PROTOCOL, 200, ["not JSON", "EOF"])]);
}
