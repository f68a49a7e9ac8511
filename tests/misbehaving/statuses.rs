//! Refusals: every status with every kind of body. The status decides the result of the call. The body can only say
//! why, even if it is not complete.

use cloudbackupjobs::ffi::*;

use crate::support::answers::{JOB, answer, headed, refusal};
use crate::support::scripted_server::{Script, Step};
use crate::{Row, answers, answers_and_closes, check, fails, succeeds};

/// Status, reason, the result of the call, and whether the call is retryable.
const REFUSALS: [(u16, &str, cbj_status, bool); 20] = [
    (400, "Bad Request", CBJ_ERROR_REJECTED, false),
    (401, "Unauthorized", CBJ_ERROR_AUTHENTICATION, false),
    (403, "Forbidden", CBJ_ERROR_PERMISSION, false),
    (404, "Not Found", CBJ_ERROR_NOT_FOUND, false),
    (405, "Method Not Allowed", CBJ_ERROR_REJECTED, false),
    (407, "Proxy Authentication Required", CBJ_ERROR_REJECTED, false),
    (408, "Request Timeout", CBJ_ERROR_REJECTED, true),
    (409, "Conflict", CBJ_ERROR_REJECTED, false),
    (413, "Payload Too Large", CBJ_ERROR_REJECTED, false),
    (418, "I'm a teapot", CBJ_ERROR_REJECTED, false),
    (422, "Unprocessable Entity", CBJ_ERROR_REJECTED, false),
    (429, "Too Many Requests", CBJ_ERROR_RATE_LIMITED, true),
    (499, "Client Closed Request", CBJ_ERROR_REJECTED, false),
    (500, "Internal Server Error", CBJ_ERROR_SERVER, true),
    (501, "Not Implemented", CBJ_ERROR_SERVER, false),
    (502, "Bad Gateway", CBJ_ERROR_SERVER, true),
    (503, "Service Unavailable", CBJ_ERROR_SERVER, true),
    (504, "Gateway Timeout", CBJ_ERROR_SERVER, true),
    (505, "HTTP Version Not Supported", CBJ_ERROR_SERVER, false),
    (599, "Network Connect Timeout", CBJ_ERROR_SERVER, true),
];

/// A row for each status: `script` gets its status line and its number.
fn each(body: &str, script: impl Fn(&str, u16) -> Script, words: &[&str]) -> Vec<Row> {
    REFUSALS
        .iter()
        .map(|&(status, reason, outcome, retryable)| {
            let words = words.iter().map(|word| (*word).to_owned()).chain([format!("HTTP {status}")]);
            let script = script(&format!("{status} {reason}"), status);
            fails(format!("{status} with {body}"), script, outcome, status, words).retryable(retryable)
        })
        .collect()
}

#[test]
fn with_an_envelope() {
    let script = |line: &str, status: u16| {
        answers(answer(&format!("{line}\r\nContent-Type: application/json"), refusal(status, "It is so.")))
    };
    check(each("an envelope", script, &["It is so.", "Code1 Field1: Said so."]));
}

#[test]
fn with_a_problem() {
    let script = |line: &str, status: u16| {
        let problem = format!(
            r#"{{"type":"https://httpwg.org/#{status}","title":"It is so","status":{status},"detail":"Because","traceId":"t"}}"#
        );
        answers(answer(&format!("{line}\r\nContent-Type: application/problem+json"), problem))
    };
    check(each("a problem", script, &["It is so; Because"]));
}

#[test]
fn with_a_page() {
    const PAGE: &str = "<html>\r\n<head><title>It is so</title></head>\r\n<body>nginx</body>\r\n</html>";
    let script = |line: &str, _| answers(answer(&format!("{line}\r\nContent-Type: text/html"), PAGE));
    check(each("a page", script, &["<html> <head><title>It is so</title></head>"]));
}

#[test]
fn with_nothing() {
    check(each("nothing", |line, _| answers(answer(line, "")), &["no text"]));
}

#[test]
fn with_a_body_that_is_not_whole() {
    let head = |line: &str| headed(&format!("{line}\r\nContent-Length: 5000"), "<html>It is so");
    let chunks = |line: &str| headed(&format!("{line}\r\nTransfer-Encoding: chunked"), "40\r\n<html>It is so");
    let oversized = |line: &str| headed(&format!("{line}\r\nContent-Length: 18446744073709551615"), "<html>");
    let endless = |line: &str| {
        let page = headed(line, "<html>It is so");
        vec![Step::Request, Step::Send(page), Step::SendForever(b"x".repeat(1000))]
    };
    check(each("a body cut", |line, _| answers_and_closes(head(line)), &["<html>It is so"]));
    check(each("chunks cut", |line, _| answers_and_closes(chunks(line)), &["<html>It is so"]));
    check(each(
        "a body reset",
        |line, _| vec![Step::Request, Step::Send(head(line)), Step::Reset],
        &["<html>It is so"],
    ));
    check(each("a body too large", |line, _| answers(oversized(line)), &[]));
    check(each("a body without end", |line, _| endless(line), &["<html>It is so"]));
    // The text that came together with the unreadable chunk is lost, but the status is not.
    let unreadable = |line: &str| headed(&format!("{line}\r\nTransfer-Encoding: chunked"), "5\r\n<html\r\nzz\r\n");
    check(each("a bad chunk", |line, _| answers(unreadable(line)), &[]));
}

#[test]
fn with_a_body_that_is_not_text() {
    let script = |line: &str, _| answers(answer(line, b"\xff\xfe\0\x01\x1b[31m"));
    check(each("bytes", script, &["\u{fffd}\u{fffd}"]));
}

#[test]
fn nothing_of_the_token_comes_back() {
    let echo = refusal(400, "No use for Bearer token-of-the-host");
    check(vec![
        fails("400", answers(answer("400 Bad Request", &echo)), CBJ_ERROR_REJECTED, 400, ["Bearer [secret]"]),
        fails("page", answers(answer("502 Bad", "<p>token-of-the-host")), CBJ_ERROR_SERVER, 502, ["<p>[secret]"]),
        fails("200", answers(answer("200 OK", "token-of-the-host")), CBJ_ERROR_PROTOCOL, 200, ["[secret]"]),
    ]);
}

#[test]
fn redirects_are_not_followed() {
    let redirect = |status: u16| {
        // To this server: a client that followed the redirect would get a job, and its request would be counted.
        let bytes = answer(&format!("{status} Elsewhere\r\nLocation: /elsewhere"), "<p>Elsewhere</p>");
        fails(status.to_string(), answers(bytes), CBJ_ERROR_REJECTED, status, ["Redirects are not followed"])
            .retryable(false)
    };
    let without_location = answer("302 Found", "");
    check([300, 301, 302, 303, 305, 307, 308, 399].map(redirect).into());
    check(vec![
        fails("no location", answers(without_location), CBJ_ERROR_REJECTED, 302, ["Redirects are not followed"]),
        // The request had no condition, so the answer cannot be "not modified".
        fails("304", answers(headed("304 Not Modified", "")), CBJ_ERROR_REJECTED, 304, ["304 Not Modified"]),
    ]);
}

#[test]
fn success_without_a_body() {
    let no_content = headed("204 No Content", "");
    check(vec![
        fails("204", answers(no_content), CBJ_ERROR_NOT_FOUND, 204, ["contains no job"]).retryable(false),
        fails("205", answers(answer("205 Reset Content", "")), CBJ_ERROR_PROTOCOL, 205, ["empty"]),
        fails("202", answers(answer("202 Accepted", "")), CBJ_ERROR_PROTOCOL, 202, ["empty"]),
        succeeds("201 with a job", answers(answer("201 Created", JOB))),
    ]);
}
