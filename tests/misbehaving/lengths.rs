//! The real and the stated length of an answer: Content-Length, chunks, `max_response_bytes`, and bytes beyond the end.

use std::time::Duration;

use cloudbackupjobs::ffi::*;

use crate::support::abi::Setup;
use crate::support::answers::{JOB, JOB_ID, answer, chunk, chunked, headed, job_named, ok};
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};
use crate::{LARGEST, Row, answers, answers_and_closes, behave, check, fails, succeeds};

/// [`JOB`] made `bytes` bytes long; the last byte ends the JSON.
fn stretched(bytes: usize) -> String {
    JOB.replace("\"message\":\"\"", &format!("\"message\":\"{}\"", "x".repeat(bytes - JOB.len())))
}

fn chunks(text: &str) -> Vec<u8> {
    let chunks: String =
        text.as_bytes().chunks(1000).map(|part| chunk(std::str::from_utf8(part).expect("is ASCII"))).collect();
    chunked(chunks + "0\r\n\r\n")
}

#[test]
fn content_length() {
    let length = JOB.len();
    let with = |lengths: &str| answers(headed(&format!("200 OK\r\n{lengths}"), JOB));
    let bad = |name: &str, lengths: &str| fails(name, with(lengths), CBJ_ERROR_PROTOCOL, 0, ["not HTTP"]);
    let too_large = |name: &str, lengths: &str| {
        fails(name, with(lengths), CBJ_ERROR_PROTOCOL, 200, ["larger than 65536 bytes", "max_response_bytes"])
            .retryable(false)
    };
    check(vec![
        too_large("2^64-1", "Content-Length: 18446744073709551615"),
        too_large("2^63", "Content-Length: 9223372036854775808"),
        too_large("one byte too many", "Content-Length: 65537"),
        bad("2^64", "Content-Length: 18446744073709551616"),
        bad("twenty nines", "Content-Length: 99999999999999999999"),
        bad("negative", "Content-Length: -1"),
        bad("signed", &format!("Content-Length: +{length}")),
        bad("fractional", &format!("Content-Length: {length}.0")),
        bad("hexadecimal", "Content-Length: 0x100"),
        bad("text", "Content-Length: many"),
        bad("empty", "Content-Length:"),
        bad("two that differ", &format!("Content-Length: {length}\r\nContent-Length: {}", length - 1)),
        bad("a list that differs", &format!("Content-Length: {length}, {}", length - 1)),
        succeeds("two that agree", with(&format!("Content-Length: {length}\r\nContent-Length: {length}"))),
        succeeds("leading zeros", with(&format!("Content-Length: 000{length}"))),
        // RFC 9112 section 6.3: the transfer coding overrides the length.
        succeeds(
            "beside chunks",
            answers(headed(
                "200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked",
                format!("{}0\r\n\r\n", chunk(JOB)),
            )),
        ),
    ]);
}

#[test]
fn chunked_bodies() {
    let (first, second) = (chunk(&JOB[..100]), chunk(&JOB[100..]));
    let with = |chunks: String| answers(chunked(chunks));
    let bad = |name: &str, chunks: String| fails(name, with(chunks), CBJ_ERROR_PROTOCOL, 200, ["HTTP 200"]);
    let forever = |name: &str, first: &str, again: &str| {
        let endless = Step::SendForever(again.repeat(500).into_bytes());
        let script = vec![Step::Request, Step::Send(chunked(first)), endless];
        fails(name, script, CBJ_ERROR_PROTOCOL, 200, ["HTTP 200"])
    };
    check(vec![
        bad("size in words", format!("{first}zz\r\n{second}0\r\n\r\n")),
        bad("negative size", format!("{first}-5\r\n{second}0\r\n\r\n")),
        bad("no size", format!("{first}\r\n{second}0\r\n\r\n")),
        bad("size beyond 64 bits", format!("{first}10000000000000000\r\n{second}")),
        bad("no CRLF after the data", format!("{}{second}0\r\n\r\n", first.trim_end())),
        bad("data longer than the size", format!("5\r\n{JOB}\r\n0\r\n\r\n")),
        bad("not chunked at all", format!("{JOB}\r\n")),
        fails(
            "not chunked at all, and no line",
            answers_and_closes(chunked(JOB)),
            CBJ_ERROR_PROTOCOL,
            200,
            ["HTTP 200"],
        ),
        bad("empty", "0\r\n\r\n".to_owned()),
        forever("endless size", "", "1"),
        forever("endless extension", "5;x=", "x"),
        succeeds("several", with(format!("{first}{second}0\r\n\r\n"))),
        succeeds("upper case, zeros and an extension", with(format!("00{:X};a=b\r\n{JOB}\r\n0\r\n\r\n", JOB.len()))),
        succeeds("trailers", with(format!("{first}{second}0\r\nX-Test: x\r\nContent-Length: 5\r\n\r\n"))),
        // Each trailer is complete and allowed, so only the deadline ends the call.
        fails(
            "endless trailers",
            vec![
                Step::Request,
                Step::Send(chunked(format!("{first}{second}0\r\n"))),
                Step::SendForever(b"X-Test: x\r\n".repeat(500)),
            ],
            CBJ_ERROR_TIMEOUT,
            0,
            ["reading the answer"],
        ),
    ]);
}

#[test]
fn the_largest_answer() {
    let too_large = |name: &str, script| {
        fails(name, script, CBJ_ERROR_PROTOCOL, 200, ["larger than 65536 bytes", "Raise max_response_bytes"])
            .retryable(false)
    };
    let forever = |first: Vec<u8>, again: &str| {
        vec![Step::Request, Step::Send(first), Step::SendForever(again.repeat(500).into_bytes())]
    };
    let head = headed("200 OK\r\nContent-Length: 65537", "");
    check(vec![
        succeeds("just as large as allowed", answers(ok(stretched(LARGEST)))),
        succeeds("in chunks", answers(chunks(&stretched(LARGEST)))),
        succeeds("without length", answers_and_closes(headed("200 OK", stretched(LARGEST)))),
        too_large("one byte larger, in chunks", answers(chunks(&stretched(LARGEST + 1)))),
        too_large("one byte larger, without length", answers_and_closes(headed("200 OK", stretched(LARGEST + 1)))),
        // No byte of the body is sent, so only the length can be the reason.
        too_large("announced and never sent", vec![Step::Request, Step::Send(head), Step::Stall]),
        too_large("endless chunks", forever(chunked(""), "5\r\nxxxxx\r\n")),
        too_large("one endless chunk", forever(chunked("ffffffffffffffff\r\n"), "xxxxx")),
        too_large("endless without length", forever(headed("200 OK", ""), "xxxxx")),
        too_large("JSON, and endless blanks after it", forever(headed("200 OK", JOB), "     ")),
    ]);
}

/// An answer that nobody asked for, sent before the next request on the same connection.
fn smuggled() -> Vec<u8> {
    ok(job_named("SMUGGLED"))
}

#[test]
fn bytes_beyond_the_end_answer_nothing() {
    let then = |first: Vec<u8>| answers([first, smuggled()].concat());
    let no_job = |name: &str, first: Vec<u8>| fails(name, then(first), CBJ_ERROR_NOT_FOUND, 204, ["contains no job"]);
    let unread = |name: &str, bytes: Vec<u8>, words: &str| -> Row {
        fails(name, answers(bytes), CBJ_ERROR_PROTOCOL, 200, [words])
    };
    check(vec![
        succeeds("a whole answer after the body", then(ok(JOB))),
        succeeds("a whole answer after the last chunk", then(chunked(format!("{}0\r\n\r\n", chunk(JOB))))),
        succeeds("blanks after the body", answers([ok(JOB), b"\r\n\r\n".to_vec()].concat())),
        succeeds("a long body after the body", answers([ok(JOB), vec![b'x'; 100_000]].concat())),
        no_job("a whole answer after one that has no body", then_no_content()),
        fails(
            "a whole answer after 304",
            then(headed("304 Not Modified\r\nContent-Length: 500", "")),
            CBJ_ERROR_REJECTED,
            304,
            ["304"],
        ),
        fails("a whole answer after an error", then(answer("403 Forbidden", "")), CBJ_ERROR_PERMISSION, 403, ["403"]),
        unread("a length that cuts the JSON", headed("200 OK\r\nContent-Length: 100", JOB), "not JSON"),
        unread("a length of zero", headed("200 OK\r\nContent-Length: 0", JOB), "empty"),
    ]);
}

fn then_no_content() -> Vec<u8> {
    headed("204 No Content", "")
}

#[test]
fn bytes_that_come_after_the_call_answer_nothing() {
    let script = vec![
        Step::Request,
        Step::Send(ok(JOB)),
        Step::Pause(Duration::from_millis(20)),
        Step::Send(smuggled()),
        behave(),
    ];
    let server = ScriptedServer::start([script, vec![behave()]], Afterwards::RepeatLast);
    let client = Setup::with_token(&server.url()).max_retries(0).client();
    let id = || client.get_job(JOB_ID, None).expect("is served").id;
    assert_eq!(id().as_deref(), Some(JOB_ID));
    server.wait_until_sent(2);
    assert_eq!(id().as_deref(), Some(crate::NEXT_JOB_ID));
    assert_eq!(server.connections(), 2);
}
