//! Answers that are not HTTP, or only in part: banners of other protocols, malformed heads, heads without end.

use std::time::Duration;

use cloudbackupjobs::ffi::*;

use crate::support::answers::{JOB, answer, chunk, chunked, headed, ok};
use crate::support::scripted_server::{Script, Step};
use crate::{Row, answers, answers_and_closes, behave, check, fails, succeeds};

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nServer: x\r\n\r\n";

const EARLY_HINTS: &[u8] = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n";

fn not_http(name: &str, script: Script) -> Row {
    fails(name, script, CBJ_ERROR_PROTOCOL, 0, ["the answer is not HTTP", "Check the base URL"]).retryable(false)
}

#[test]
fn another_protocol() {
    // The server sends before it has read anything, as such servers do, and then waits for the client.
    let greets = |bytes: &[u8]| vec![Step::Send(bytes.to_vec()), Step::Stall];
    let answers = |bytes: &[u8]| vec![Step::Request, Step::Send(bytes.to_vec()), Step::Stall];
    let random: Vec<u8> =
        (1..=255_u32).map(|index| index.wrapping_mul(2_654_435_761).to_be_bytes()[0] | 0x80).collect();
    check(vec![
        not_http("SSH", greets(b"SSH-2.0-OpenSSH_9.6\r\n")),
        not_http("SSH that closes", vec![Step::Send(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()), Step::Close]),
        not_http("SMTP", greets(b"220 mail.example ESMTP Postfix\r\n")),
        not_http("FTP", greets(b"220 (vsFTPd 3.0.5)\r\n")),
        not_http("MySQL", greets(b"\x4a\0\0\0\x0a8.0.36\0\x08\0\0\0")),
        not_http("TLS alert", answers(b"\x15\x03\x03\0\x02\x02\x28")),
        not_http("random bytes", answers(&random)),
        not_http("NUL bytes", answers(&[0; 64])),
        not_http("HTTP/0.9", answers_and_closes("<html><body>It works!</body></html>\n")),
        not_http("JSON without a head", answers_and_closes(JOB)),
        not_http("HTTP/2 preface", answers(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
        not_http("HTTP/2 settings", answers(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64")),
        not_http("the request, echoed", answers(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
    ]);
}

#[test]
fn a_malformed_status_line() {
    let line = |text: &str| answers(format!("{text}\r\nContent-Length: {}\r\n\r\n{JOB}", JOB.len()));
    check(vec![
        not_http("version 2", line("HTTP/2 200 OK")),
        not_http("version 1.2", line("HTTP/1.2 200 OK")),
        not_http("lower case", line("http/1.1 200 OK")),
        not_http("another protocol's version", line("ICY/1.1 200 OK")),
        not_http("status 099", line("HTTP/1.1 099 Low")),
        not_http("status 000", line("HTTP/1.1 000 Nothing")),
        not_http("status of two digits", line("HTTP/1.1 99 Low")),
        not_http("status of four digits", line("HTTP/1.1 2000 OK")),
        not_http("negative status", line("HTTP/1.1 -20 OK")),
        not_http("status in words", line("HTTP/1.1 OK")),
        not_http("no status", line("HTTP/1.1")),
        not_http("control character in the reason", line("HTTP/1.1 200 O\x01K")),
    ]);
}

#[test]
fn a_malformed_header() {
    let with = |header: &str| answers(answer(&format!("200 OK\r\n{header}"), JOB));
    check(vec![
        not_http("no colon", with("This is no header")),
        not_http("blank before the colon", with("X-Test : x")),
        not_http("blank in the name", with("X Test: x")),
        not_http("no name", with(": x")),
        not_http("NUL in the name", with("X-\0Test: x")),
        not_http("NUL in the value", with("X-Test: a\0b")),
        not_http("escape in the value", with("X-Test: \x1b[31m")),
        not_http("DEL in the value", with("X-Test: a\x7fb")),
        not_http("CR alone in the value", with("X-Test: a\rb")),
        // RFC 9112 section 5.2 lets a client unfold the line. No server has a reason to fold a line, so it is safe to
        // refuse it. A folded line must never be taken for another header.
        not_http("folded line", with("X-Test: a\r\n b")),
        not_http("more headers than any server sends", with("X-Test: x\r\n".repeat(150).trim_end())),
    ]);
}

#[test]
fn a_head_without_end() {
    let forever = |first: &str, again: &str| {
        vec![
            Step::Request,
            Step::Send(first.as_bytes().to_vec()),
            Step::SendForever(again.repeat(500).as_bytes().to_vec()),
        ]
    };
    check(vec![
        not_http("one header", forever("HTTP/1.1 200 OK\r\nX-Test: ", "x")),
        not_http("one header name", forever("HTTP/1.1 200 OK\r\n", "x")),
        not_http("many headers", forever("HTTP/1.1 200 OK\r\n", "X-Test: x\r\n")),
        not_http("one reason", forever("HTTP/1.1 200 ", "OK ")),
        not_http("empty lines before the status line", forever("", "\r\n")),
    ]);
}

#[test]
fn informational_answers_before_the_answer() {
    let before = |first: &[u8]| answers([first, &ok(JOB)].concat());
    let of_size = |size: usize| format!("HTTP/1.1 102 Processing\r\nX-Test: {}\r\n\r\n", "x".repeat(size)).into_bytes();
    let two = [CONTINUE, b"\r\n", EARLY_HINTS].concat();
    // The second part comes alone, after the pause.
    let split = |at: usize| {
        let all = [two.as_slice(), &ok(JOB)].concat();
        let pause = Step::Pause(Duration::from_millis(1));
        vec![Step::Request, Step::Send(all[..at].to_vec()), pause, Step::Send(all[at..].to_vec()), behave()]
    };
    let ended = format!("{}0\r\n\r\n", chunk(JOB));
    let rows = vec![
        succeeds("100 with fields", before(CONTINUE)),
        succeeds("103 with fields", before(EARLY_HINTS)),
        // These headers say nothing about the final answer.
        succeeds("102 with a length", before(b"HTTP/1.1 102 Processing\r\nContent-Length: many\r\n\r\n")),
        succeeds("100 with chunks", before(b"HTTP/1.1 100 Continue\r\nTransfer-Encoding: chunked\r\n\r\n")),
        succeeds("103 that closes", before(b"HTTP/1.1 103 Early Hints\r\nConnection: close\r\n\r\n")),
        succeeds("100 with fields before chunks", answers([CONTINUE, &chunked(ended)].concat())),
        succeeds("lines that end in LF", before(b"HTTP/1.1 100 Continue\nServer: x\n\n")),
        succeeds("one as long as a head may be", before(&of_size(32_000))),
        succeeds("a thousand", before(&two.repeat(500))),
        succeeds("more bytes than one head may have", before(&of_size(20_000).repeat(5))),
        succeeds(
            "one by one",
            vec![Step::Request, Step::Drip([CONTINUE, &ok(JOB)].concat(), Duration::ZERO), behave()],
        ),
        not_http("one longer than a head may be", before(&of_size(33_000))),
        not_http(
            "one with more fields than a head may have",
            before(format!("HTTP/1.1 100 Continue\r\n{}\r\n", "X-Test: x\r\n".repeat(150)).as_bytes()),
        ),
        not_http("one that is malformed", before(b"HTTP/1.1 100 Continue\r\nThis is no header\r\n\r\n")),
        fails(
            "fields, and nothing else",
            answers_and_closes(CONTINUE),
            CBJ_ERROR_PROTOCOL,
            0,
            ["the answer was cut short"],
        ),
        fails(
            "what is no job after it",
            answers([CONTINUE, &answer("403 Forbidden", "")].concat()),
            CBJ_ERROR_PERMISSION,
            403,
            ["403"],
        ),
    ];
    check(rows);
    check((1..two.len() + 20).map(|at| succeeds(format!("split at {at}"), split(at))).collect());
}

#[test]
fn informational_answers_without_end() {
    let slowly = |answer: &str| {
        let one = [Step::Send(answer.as_bytes().to_vec()), Step::Pause(Duration::from_millis(20))];
        [vec![Step::Request], one.into_iter().cycle().take(100).collect()].concat()
    };
    // Each answer is complete and allowed, so only the deadline ends the call. If the deadline comes between two
    // answers, ureq ends the call without knowing that something was read.
    let late = |name: &str, answer| fails(name, slowly(answer), CBJ_ERROR_TIMEOUT, 0, ["the answer (600 ms"]);
    check(vec![
        late("100", "HTTP/1.1 100 Continue\r\n\r\n"),
        late("100 with fields", "HTTP/1.1 100 Continue\r\nServer: x\r\n\r\n"),
        late("103", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    ]);
}

#[test]
fn a_flood_of_informational_answers() {
    let flood = |answer: &[u8]| vec![Step::Request, Step::SendForever(answer.repeat(500))];
    let late = |name: &str, script| fails(name, script, CBJ_ERROR_TIMEOUT, 0, ["600 ms for the whole call"]);
    check(vec![
        late("100", flood(b"HTTP/1.1 100 Continue\r\n\r\n")),
        late("100 with fields", flood(CONTINUE)),
        late("103", flood(EARLY_HINTS)),
    ]);
}

#[test]
fn unusual_and_allowed() {
    let head = |head: &str| answers(answer(head, JOB));
    let before = |first: &str| answers([first.as_bytes(), &ok(JOB)].concat());
    let length = JOB.len();
    check(vec![
        succeeds("no reason", head("200 ")),
        succeeds("no blank after the status", head("200")),
        succeeds("a very long reason", head(&format!("200 {}", "OK ".repeat(3000)))),
        succeeds("a reason that is not ASCII", head("200 Schön")),
        succeeds("a very long header", head(&format!("200 OK\r\nX-Test: {}", "x".repeat(12_000)))),
        succeeds("an empty header", head("200 OK\r\nX-Test:")),
        succeeds("a header that is not ASCII", head("200 OK\r\nX-Test: schön")),
        succeeds("tabs and blanks around a value", head("200 OK\r\nX-Test: \t x \t ")),
        succeeds("many headers", head(&format!("200 OK\r\n{}X-Last: x", "X-Test: x\r\n".repeat(60)))),
        succeeds("no content type", head("200 OK")),
        succeeds("a wrong content type", head("200 OK\r\nContent-Type: text/html")),
        succeeds("another 2xx", head("203 Non-Authoritative Information")),
        succeeds("100 before it", before("HTTP/1.1 100 Continue\r\n\r\n")),
        succeeds("102 before it", before("HTTP/1.1 102 Processing\r\n\r\n")),
        succeeds("103 before it", answers([EARLY_HINTS, &ok(JOB)].concat())),
        succeeds("199 before it", before("HTTP/1.1 199 Whatever\r\n\r\n")),
        // The first read brings the whole answer: more bytes than a head may have, and fewer than a body may have.
        succeeds("103 before a long one", answers([EARLY_HINTS, &ok(format!("{JOB}{}", " ".repeat(20_000)))].concat())),
        succeeds("an empty line before it", before("\r\n")),
        succeeds("lines that end in LF", answers(format!("HTTP/1.1 200 OK\nContent-Length: {length}\n\n{JOB}"))),
        succeeds("HTTP/1.0", answers_and_closes(format!("HTTP/1.0 200 OK\r\n\r\n{JOB}"))),
        succeeds(
            "HTTP/1.0 kept open",
            answers(format!("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: {length}\r\n\r\n{JOB}")),
        ),
    ]);
}

#[test]
fn no_status_of_http() {
    let odd = |status: u16| {
        let script = answers(answer(&format!("{status} Odd"), JOB.replace("\"statusCode\":200,", "")));
        fails(status.to_string(), script, CBJ_ERROR_PROTOCOL, status, ["not an HTTP status"])
    };
    let switched = headed("101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c", "");
    check(vec![
        odd(600),
        odd(999),
        fails("101", answers(switched), CBJ_ERROR_PROTOCOL, 101, ["not an HTTP status"]),
        // An informational answer is not the final answer, and no other answer comes.
        fails("199", answers_and_closes("HTTP/1.1 199 Whatever\r\n\r\n"), CBJ_ERROR_PROTOCOL, 0, ["cut short"]),
    ]);
}
