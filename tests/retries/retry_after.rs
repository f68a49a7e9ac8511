//! `Retry-After`: the call waits if its time allows it, and the caller learns it in any case.

use std::time::Duration;

use cloudbackupjobs::ffi::*;

use crate::support::abi::{Failure, Setup, name};
use crate::support::answers::{JOB, JOB_ID, answer, ok, refusal};
use crate::support::scripted_server::{Afterwards, ScriptedServer};
use crate::{answers, attempts, client};

fn with(status: u16, headers: &str) -> Vec<u8> {
    answer(&format!("{status} Whatever\r\n{headers}"), refusal(status, "Busy"))
}

/// A date, and a date 1 s later. Both are long past, so the second is in the future only by the answer's own clock.
const NOW: &str = "Date: Sun, 06 Nov 1994 08:49:37 GMT";
const IN_ONE_SECOND: &str = "Retry-After: Sun, 06 Nov 1994 08:49:38 GMT";

#[test]
fn it_is_waited_for() {
    for (row, headers) in [
        ("seconds", "Retry-After: 1"),
        ("date", &format!("{NOW}\r\n{IN_ONE_SECOND}")),
        ("both ways round", &format!("{IN_ONE_SECOND}\r\n{NOW}")),
    ] {
        for status in [429, 503] {
            let scripts = [answers(with(status, headers)), answers(ok(JOB))];
            let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
            let (result, elapsed) = client(&server, 1).timed(JOB_ID);
            assert!(result.is_ok(), "{row}, {status}: {result:?}");
            assert!(elapsed >= Duration::from_secs(1), "{row}, {status}: {elapsed:?}");
            assert_eq!(server.requests().len(), 2, "{row}, {status}");
        }
    }
}

/// The failure of a call that has 10 s and one retry, and the number of its requests. A wait that does not fit must not
/// begin: the call ends long before its time is up.
fn asked_to_wait(headers: &str) -> (Failure, usize) {
    let server = ScriptedServer::start([answers(with(503, headers))], Afterwards::RepeatLast);
    let (result, elapsed) = client(&server, 1).timed(JOB_ID);
    let failure = result.expect_err("is always refused");
    assert_eq!((name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_SERVER", 503), "{failure:?}");
    assert!(elapsed < Duration::from_secs(5), "{headers}: {elapsed:?}");
    assert_eq!(attempts(&failure), server.requests().len(), "{failure:?}");
    (failure, server.requests().len())
}

#[test]
fn a_wait_that_does_not_fit_is_told_and_not_begun() {
    for (headers, ms, words) in [
        ("Retry-After: 3600", 3_600_000, "asks to wait 3600 s"),
        ("Retry-After: 10", 10_000, "asks to wait 10 s"),
        ("Retry-After: 4294967295", 4_294_967_295_000, "asks to wait"),
        ("Retry-After: 99999999999999999999", 4_294_967_295_000, "asks to wait"),
        (
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 09:49:37 GMT",
            3_600_000,
            "asks to wait 3600 s",
        ),
        // RFC 9110 section 5.6.7: a recipient must accept the two obsolete forms too.
        (
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sunday, 06-Nov-94 09:49:37 GMT",
            3_600_000,
            "asks to wait 3600 s",
        ),
        (
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun Nov  6 09:49:37 1994",
            3_600_000,
            "asks to wait 3600 s",
        ),
    ] {
        let (failure, requests) = asked_to_wait(headers);
        assert_eq!((failure.retry_after_ms, requests), (ms, 1), "{headers}: {failure:?}");
        assert!(failure.message.contains(words) && failure.is_retryable == 1, "{headers}: {failure:?}");
    }
}

#[test]
fn what_does_not_name_a_time_is_ignored() {
    for value in [
        "soon",
        "-5",
        "+5",
        "1.5",
        "1 s",
        "5, 6",
        "0x10",
        "",
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "Wed, 21 Oct",
        "\u{663}",
    ] {
        let (failure, requests) = asked_to_wait(&format!("Retry-After: {value}"));
        assert_eq!((failure.retry_after_ms, requests), (-1, 2), "{value}: {failure:?}");
        assert!(!failure.message.contains("asks to wait"), "{value}: {failure:?}");
    }
}

#[test]
fn a_time_that_has_passed_asks_for_no_wait() {
    for headers in [
        "Retry-After: 0",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:49:37 GMT",
        "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nRetry-After: Sun, 06 Nov 1994 08:00:00 GMT",
        "Retry-After: Sun, 06 Nov 1994 08:00:00 GMT",
    ] {
        let (failure, requests) = asked_to_wait(headers);
        assert_eq!((failure.retry_after_ms, requests), (0, 2), "{headers}: {failure:?}");
    }
}

#[test]
fn the_deadline_is_nearer_than_the_wait() {
    let server = ScriptedServer::start([answers(with(429, "Retry-After: 2"))], Afterwards::RepeatLast);
    let client = Setup::with_token(&server.url()).timeout_ms(1_500).max_retries(5).client();
    let (result, elapsed) = client.timed(JOB_ID);
    let failure = result.expect_err("is always refused");
    assert_eq!((failure.status, failure.retry_after_ms), (CBJ_ERROR_RATE_LIMITED, 2_000), "{failure:?}");
    assert!(elapsed < Duration::from_millis(1_500), "{elapsed:?}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn it_is_told_where_nothing_is_tried_again() {
    for (status, max_retries, outcome) in
        [(429, 0, CBJ_ERROR_RATE_LIMITED), (413, 2, CBJ_ERROR_REJECTED), (500, 2, CBJ_ERROR_SERVER)]
    {
        let server = ScriptedServer::start([answers(with(status, "Retry-After: 7"))], Afterwards::RepeatLast);
        let failure = client(&server, max_retries).get_job(JOB_ID, None).expect_err("is refused");
        assert_eq!((failure.status, failure.retry_after_ms), (outcome, 7_000), "{failure:?}");
        assert_eq!(server.requests().len(), 1, "{failure:?}");
    }
}
