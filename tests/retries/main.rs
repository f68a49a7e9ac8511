//! What a call tries again, how often and when. The tests count the requests at a real server.
#![allow(missing_docs, reason = "a test program has no users of its items")]

mod identity;
mod retry_after;
mod reuse;
#[path = "../support/mod.rs"]
mod support;

use std::thread;
use std::time::Duration;

use cloudbackupjobs::ffi::*;
use support::abi::{Client, Failure, Setup, name};
use support::answers::{JOB, JOB_ID, answer, chunk, chunked, headed, ok, refusal};
use support::patience::TOLERANCE;
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

/// One answer on each connection, so that each connection is one request.
fn answers(bytes: impl Into<Vec<u8>>) -> Script {
    vec![Step::Request, Step::Send(bytes.into()), Step::Close]
}

fn status(status: u16) -> Vec<u8> {
    answer(&format!("{status} Whatever"), refusal(status, "It is so."))
}

fn client(server: &ScriptedServer, max_retries: u32) -> Client {
    Setup::with_token(&server.url()).timeout_ms(10_000).max_retries(max_retries).client()
}

/// The number of attempts in the message.
fn attempts(failure: &Failure) -> usize {
    match failure.message.rsplit_once(" (") {
        Some((_, note)) => note.strip_suffix(" attempts)").and_then(|count| count.parse().ok()).unwrap_or(1),
        None => 1,
    }
}

#[test]
fn every_retry_is_made_and_no_more() {
    let rows = [
        (408, CBJ_ERROR_REJECTED),
        (429, CBJ_ERROR_RATE_LIMITED),
        (502, CBJ_ERROR_SERVER),
        (503, CBJ_ERROR_SERVER),
        (504, CBJ_ERROR_SERVER),
    ];
    // All rows run at once, because they mostly wait.
    thread::scope(|scope| {
        for (code, outcome) in rows {
            for max_retries in [0, 1, 2] {
                scope.spawn(move || {
                    let server = ScriptedServer::start([answers(status(code))], Afterwards::RepeatLast);
                    let failure = client(&server, max_retries).get_job(JOB_ID, None).expect_err("is always refused");
                    let row = format!("{code}, {max_retries} retries: {failure:?}");
                    assert_eq!(name(failure.status), name(outcome), "{row}");
                    assert_eq!(failure.http_status, i32::from(code), "{row}");
                    assert_eq!(server.requests().len(), max_retries as usize + 1, "{row}");
                    assert_eq!(attempts(&failure), max_retries as usize + 1, "{row}");
                    assert_eq!(failure.is_retryable, 1, "{row}");
                });
            }
        }
    });
}

#[test]
fn a_retry_that_succeeds_is_the_last() {
    for failures in [1, 2] {
        let scripts = vec![answers(status(503)); failures].into_iter().chain([answers(ok(JOB))]);
        let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
        let job = client(&server, 2).get_job(JOB_ID, None).expect("the last attempt succeeds");
        assert_eq!(job.id.as_deref(), Some(JOB_ID));
        assert_eq!(server.requests().len(), failures + 1);
    }
}

#[test]
fn every_attempt_is_the_same_request() {
    let scripts = [answers(status(503)), answers(status(429)), answers(ok(JOB))];
    let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
    client(&server, 2).get_job(JOB_ID, Some("EUR")).expect("the last attempt succeeds");
    let requests = server.requests();
    assert!(requests[0].head.starts_with(&format!("GET /backup/m365/cloudbackupjobs/{JOB_ID}?location=EUR HTTP/1.1")));
    assert!(requests.iter().all(|request| request.head == requests[0].head), "{requests:?}");
}

#[test]
fn the_status_in_the_envelope_is_tried_again_too() {
    let scripts = [answers(ok(refusal(503, "Busy"))), answers(ok(JOB))];
    let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
    client(&server, 1).get_job(JOB_ID, None).expect("the second attempt succeeds");
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_refused_connection_is_tried_again() {
    thread::scope(|scope| {
        for max_retries in [0, 1, 2] {
            scope.spawn(move || {
                // Nobody listens on the first port.
                let client = Setup::with_token("http://127.0.0.1:1").max_retries(max_retries).client();
                let failure = client.get_job(JOB_ID, None).expect_err("is refused");
                assert_eq!(name(failure.status), "CBJ_ERROR_CONNECT", "{failure:?}");
                assert_eq!(failure.http_status, 0, "{failure:?}");
                assert_eq!(attempts(&failure), max_retries as usize + 1, "{failure:?}");
            });
        }
    });
}

#[test]
fn attempts_of_several_kinds_share_the_retries() {
    let server = ScriptedServer::start([answers(status(503))], Afterwards::Refuse);
    let failure = client(&server, 2).get_job(JOB_ID, None).expect_err("is refused");
    // The error is that of the last attempt.
    assert_eq!((name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_CONNECT", 0), "{failure:?}");
    assert_eq!((server.requests().len(), attempts(&failure)), (1, 3), "{failure:?}");
}

/// Connections that break before or within the answer, for any request: the result, and the HTTP status.
fn breaks() -> Vec<(&'static str, Script, cbj_status, i32)> {
    let sends = |bytes: Vec<u8>, end| vec![Step::Request, Step::Send(bytes), end];
    let cut = headed("200 OK\r\nContent-Length: 500", "{");
    let chunks = || chunked(chunk(&JOB[..100]));
    vec![
        ("closed at once", vec![Step::Close], CBJ_ERROR_NETWORK, 0),
        ("closed after the request", vec![Step::Request, Step::Close], CBJ_ERROR_NETWORK, 0),
        ("reset in the request", vec![Step::ReadSome, Step::Reset], CBJ_ERROR_NETWORK, 0),
        ("reset after the request", vec![Step::Request, Step::Reset], CBJ_ERROR_NETWORK, 0),
        ("head cut", sends(b"HTTP/1.1 2".to_vec(), Step::Close), CBJ_ERROR_PROTOCOL, 0),
        ("head reset", sends(b"HTTP/1.1 2".to_vec(), Step::Reset), CBJ_ERROR_NETWORK, 0),
        ("body cut", sends(cut.clone(), Step::Close), CBJ_ERROR_PROTOCOL, 200),
        ("body reset", sends(cut, Step::Reset), CBJ_ERROR_NETWORK, 200),
        ("chunks cut", sends(chunks(), Step::Close), CBJ_ERROR_PROTOCOL, 200),
        ("chunks reset", sends(chunks(), Step::Reset), CBJ_ERROR_NETWORK, 200),
    ]
}

#[test]
fn a_connection_that_breaks_is_tried_again() {
    thread::scope(|scope| {
        for (row, script, _, _) in breaks() {
            scope.spawn(move || {
                let server = ScriptedServer::start([script.clone(), script, answers(ok(JOB))], Afterwards::RepeatLast);
                let job = client(&server, 2).get_job(JOB_ID, None);
                assert!(job.is_ok(), "{row}: {job:?}");
                assert_eq!(server.connections(), 3, "{row}");
            });
        }
    });
}

#[test]
fn a_connection_that_breaks_each_time_is_the_failure() {
    thread::scope(|scope| {
        for (row, script, status, http_status) in breaks() {
            for max_retries in [0, 2] {
                let script = script.clone();
                scope.spawn(move || {
                    let server = ScriptedServer::start([script], Afterwards::RepeatLast);
                    let failure = client(&server, max_retries).get_job(JOB_ID, None).expect_err(row);
                    let row = format!("{row}, {max_retries} retries: {failure:?}");
                    assert_eq!((failure.status, failure.http_status), (status, http_status), "{row}");
                    assert_eq!(failure.is_retryable, 1, "{row}");
                    let made = max_retries as usize + 1;
                    assert_eq!((server.connections(), attempts(&failure)), (made, made), "{row}");
                });
            }
        }
    });
}

#[test]
fn no_retry_for_a_broken_connection_is_begun_without_time_for_it() {
    let late = vec![Step::Request, Step::Pause(Duration::from_millis(450)), Step::Reset];
    let server = ScriptedServer::start([late], Afterwards::RepeatLast);
    // The wait before the retry is at least 125 ms.
    let client = Setup::with_token(&server.url()).timeout_ms(500).max_retries(2).client();
    let (result, elapsed) = client.timed(JOB_ID);
    let failure = result.expect_err("breaks");
    assert!([CBJ_ERROR_NETWORK, CBJ_ERROR_TIMEOUT].contains(&failure.status), "{failure:?}");
    assert_eq!((server.connections(), attempts(&failure)), (1, 1), "{failure:?}");
    assert!(elapsed < Duration::from_millis(500) + TOLERANCE, "{elapsed:?}");
}

#[test]
fn what_no_retry_mends_is_not_tried_again() {
    let refused = |code| (answers(status(code)), None);
    let ends = |script: Script, status: cbj_status| (script, Some(status));
    let rows = [400, 401, 403, 404, 405, 413, 422, 425, 500, 501, 505, 302, 304, 600].map(refused);
    let rows = rows.into_iter().chain([
        // The status decides the result, even if the answer is not complete.
        ends(answers(headed("404 Not Found\r\nContent-Length: 500", "{")), CBJ_ERROR_NOT_FOUND),
        ends(answers(headed("200 OK\r\nContent-Length: 18446744073709551615", "{")), CBJ_ERROR_PROTOCOL),
        ends(answers("SSH-2.0-OpenSSH_9.6\r\n"), CBJ_ERROR_PROTOCOL),
        ends(answers(ok("OK")), CBJ_ERROR_PROTOCOL),
        ends(answers(ok("{}")), CBJ_ERROR_NOT_FOUND),
    ]);
    for (script, status) in rows {
        let row = format!("{script:?}");
        let server = ScriptedServer::start([script, answers(ok(JOB))], Afterwards::RepeatLast);
        let failure = client(&server, 2).get_job(JOB_ID, None).expect_err(&row);
        assert!(status.is_none_or(|status| failure.status == status), "{row}: {failure:?}");
        assert_eq!((server.connections(), attempts(&failure)), (1, 1), "{row}: {failure:?}");
        // If the service is not ready or has failed, the same call may succeed later, but not at once.
        assert_eq!(failure.is_retryable, i32::from([425, 500].contains(&failure.http_status)), "{row}: {failure:?}");
    }
}

#[test]
fn a_call_that_has_no_time_left_is_not_tried_again() {
    let server = ScriptedServer::start([vec![Step::Request, Step::Stall], answers(ok(JOB))], Afterwards::RepeatLast);
    let client = Setup::with_token(&server.url()).timeout_ms(500).max_retries(2).client();
    let (result, elapsed) = client.timed(JOB_ID);
    assert_eq!(name(result.expect_err("is never answered").status), "CBJ_ERROR_TIMEOUT");
    assert_eq!(server.requests().len(), 1);
    assert!(elapsed < Duration::from_millis(500) + TOLERANCE, "{elapsed:?}");
}

#[test]
fn the_deadline_is_for_all_attempts_together() {
    let slowly = vec![Step::Request, Step::Pause(Duration::from_millis(200)), Step::Send(status(503)), Step::Close];
    let server = ScriptedServer::start([slowly], Afterwards::RepeatLast);
    let client = Setup::with_token(&server.url()).timeout_ms(900).max_retries(1000).client();
    let (result, elapsed) = client.timed(JOB_ID);
    let failure = result.expect_err("is never served");
    assert!(elapsed < Duration::from_millis(900) + TOLERANCE, "{elapsed:?}");
    // This depends on chance: the time was too short for another wait, or was up during an attempt.
    assert!([CBJ_ERROR_SERVER, CBJ_ERROR_TIMEOUT].contains(&failure.status), "{failure:?}");
    assert!((2..=4).contains(&server.requests().len()), "{failure:?}");
    // The last attempt may have begun with too little time left to send its request.
    let unsent = attempts(&failure) - server.requests().len();
    assert!(unsent == 0 || (unsent == 1 && failure.status == CBJ_ERROR_TIMEOUT), "{failure:?}");
}
