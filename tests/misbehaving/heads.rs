//! Answers that are not HTTP, or hardly: banners of other protocols, malformed heads, heads without end.

use std::time::Duration;

use cloudbackupjobs::ffi::*;

use crate::support::abi::{Setup, name};
use crate::support::answers::{JOB, JOB_ID, answer, headed, ok};
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};
use crate::{Row, TOLERANCE, answers, answers_and_closes, check, fails, succeeds};

const EARLY_HINTS: &[u8] = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n";

fn not_http(name: &str, script: Script) -> Row {
    fails(name, script, CBJ_ERROR_PROTOCOL, 0, ["the answer is not HTTP", "Check the base URL"]).retryable(false)
}

#[test]
fn another_protocol() {
    // Sent by the server before it has read anything, as such servers do; and it waits for the client's next word.
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
        // RFC 9112 section 5.2 lets a client unfold the line. No server has reason to fold one, so refusing is the
        // safe half of the choice; what matters is that no line is ever taken for another.
        not_http("folded line", with("X-Test: a\r\n b")),
        not_http("more headers than any server sends", with("X-Test: x\r\n".repeat(150).trim_end())),
        // ureq-proto refuses it. RFC 9110 section 15.2 would have the headers ignored; nobody sends 100 to a GET.
        not_http(
            "100 with headers",
            answers(
                [b"HTTP/1.1 100 Continue\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n".as_slice(), &ok(JOB)].concat(),
            ),
        ),
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
fn informational_answers_without_end() {
    let slowly = |answer: &str| {
        let one = [Step::Send(answer.as_bytes().to_vec()), Step::Pause(Duration::from_millis(20))];
        [vec![Step::Request], one.into_iter().cycle().take(100).collect()].concat()
    };
    // Each is whole and allowed, so the deadline is all that ends them.
    let late = |name: &str, answer| fails(name, slowly(answer), CBJ_ERROR_TIMEOUT, 0, ["reading the answer"]);
    check(vec![
        late("100", "HTTP/1.1 100 Continue\r\n\r\n"),
        late("103", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    ]);
}

#[test]
fn a_flood_of_informational_answers() {
    let flood = Step::SendForever(EARLY_HINTS.repeat(500));
    let server = ScriptedServer::start([vec![Step::Request, flood]], Afterwards::RepeatLast);
    let deadline = Duration::from_millis(600);
    let client = Setup::with_token(&server.url()).timeout_ms(600).max_retries(0).client();
    let (result, elapsed) = client.timed(JOB_ID);
    let status = result.expect_err("there is no answer").status;
    // To give up before the deadline is as good.
    assert!([CBJ_ERROR_TIMEOUT, CBJ_ERROR_PROTOCOL].contains(&status), "{}", name(status));
    assert!(elapsed < deadline + TOLERANCE, "{elapsed:?}");
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
        // All of it is there with the first read: more than a head may have, and less than a body.
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
        fails(status.to_string(), script, CBJ_ERROR_PROTOCOL, status, ["no HTTP status"])
    };
    let switched = headed("101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: h2c", "");
    check(vec![
        odd(600),
        odd(999),
        fails("101", answers(switched), CBJ_ERROR_PROTOCOL, 101, ["no HTTP status"]),
        // An informational answer is not the answer; nothing else comes.
        fails("199", answers_and_closes("HTTP/1.1 199 Whatever\r\n\r\n"), CBJ_ERROR_PROTOCOL, 0, ["cut short"]),
    ]);
}
