//! Waiting for the end of a job: what ends the wait, what does not, and when it asks.
#![allow(missing_docs, reason = "a test program")]

mod support;

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;
use support::abi::{Lines, Setup, name};
use support::answers::{JOB, JOB_ID, answer, headed, job_in, ok};
use support::c_program::{self, Linking};
use support::patience::{TOLERANCE, there};
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

/// Answers one request after the other on one connection, and the last answer again and again.
fn answering(answers: impl IntoIterator<Item = Vec<u8>>) -> Script {
    let mut answers: Vec<_> = answers.into_iter().collect();
    let last = answers.pop().expect("there is an answer");
    let steps = answers.into_iter().flat_map(|answer| [Step::Request, Step::Send(answer)]);
    steps.chain([Step::Behave(last)]).collect()
}

fn start(script: Script) -> ScriptedServer {
    ScriptedServer::start([script], Afterwards::RepeatLast)
}

fn running() -> Vec<u8> {
    ok(job_in("In Progress"))
}

/// A client whose calls make one attempt.
fn setup(server: &ScriptedServer) -> Setup {
    Setup::with_token(&server.url()).max_retries(0)
}

#[test]
fn each_of_the_four_terminal_states_ends_it() {
    for (text, state) in [
        ("Finished", CBJ_STATE_FINISHED),
        ("Failed", CBJ_STATE_FAILED),
        ("Finished with Exception", CBJ_STATE_FINISHED_WITH_EXCEPTION),
        ("Partially Finished", CBJ_STATE_PARTIALLY_FINISHED),
    ] {
        let server = start(answering([ok(job_in(text)), running()]));
        let job = setup(&server).client().wait_job(JOB_ID, 10, 20_000).expect(text);
        assert_eq!((job.state, job.state_text.as_deref()), (state, Some(text)));
        assert_eq!(server.requests().len(), 1, "{text}");
    }
}

#[test]
fn no_other_state_ends_it_and_one_connection_is_enough() {
    let others = ["\"In Progress\"", "\"Awaiting Approval\"", "\"\"", "null", "\"0\"", "6", "-2", "\"-3\""];
    let mut answers: Vec<_> = others.iter().map(|text| ok(JOB.replace("\"Finished\"", text))).collect();
    answers.push(ok(JOB.replace("\"state\":\"Finished\",", "")));
    answers.push(ok(JOB));
    let polls = answers.len();
    let server = start(answering(answers));
    let job = setup(&server).client().wait_job_at(JOB_ID, Some("EUR"), 10, 20_000).expect("ends");
    assert_eq!(job.state, CBJ_STATE_FINISHED);
    let requests = server.requests();
    assert_eq!((requests.len(), server.connections()), (polls, 1));
    let line = format!("GET /backup/m365/cloudbackupjobs/{JOB_ID}?location=EUR HTTP/1.1");
    assert!(requests.iter().all(|request| request.head.starts_with(&line)), "{requests:?}");
}

#[test]
fn a_failure_that_may_pass_does_not_end_it() {
    let rate_limited = answer("429 Too Many Requests\r\nRetry-After: 1", "");
    let first = vec![
        Step::Request,
        Step::Send(answer("503 Service Unavailable", "")),
        Step::Request,
        Step::Send(answer("500 Internal Server Error", "{}")),
        Step::Request,
        Step::Reset,
    ];
    let truncated = vec![Step::Request, Step::Send(headed("200 OK\r\nContent-Length: 9999", "{")), Step::Close];
    let unanswered = vec![Step::Request, Step::Close];
    let stalls = vec![Step::Request, Step::Stall];
    let scripts = [first, truncated, unanswered, stalls, answering([rate_limited, running(), ok(JOB)])];
    let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
    let begin = Instant::now();
    // The poll that is not answered ends when the client's own time is up, not when the time of the wait is.
    let job = setup(&server).timeout_ms(700).client().wait_job(JOB_ID, 10, 60_000).expect("ends");
    assert_eq!(job.state, CBJ_STATE_FINISHED);
    assert!((Duration::from_millis(1700)..Duration::from_secs(20)).contains(&begin.elapsed()), "{:?}", begin.elapsed());
    let at: Vec<_> = server.requests().iter().map(|request| request.at).collect();
    assert_eq!((at.len(), server.connections()), (9, 5));
    assert!(at[6] - at[5] >= Duration::from_millis(700), "{at:?}");
    assert!(at[7] - at[6] >= Duration::from_secs(1), "Retry-After: {at:?}");
    assert!(at[8] - at[7] < Duration::from_secs(1) + TOLERANCE, "{at:?}");
}

#[test]
fn any_other_failure_ends_it_at_once() {
    for (status, bytes) in [
        ("PERMISSION", answer("403 Forbidden", "")),
        ("NOT_FOUND", answer("404 Not Found", "")),
        ("NOT_FOUND", ok(r#"{"statusCode":200,"data":null}"#)),
        ("AUTHENTICATION", answer("401 Unauthorized", "")),
        ("REJECTED", answer("400 Bad Request", "")),
        ("PROTOCOL", ok("<html>")),
        ("PROTOCOL", ok(JOB.replace("\"failedNumber\":0", "\"failedNumber\":-1"))),
    ] {
        let server = start(answering([running(), bytes, ok(JOB)]));
        let begin = Instant::now();
        let failure = setup(&server).client().wait_job(JOB_ID, 10, 60_000).expect_err(status);
        assert_eq!(name(failure.status), format!("CBJ_ERROR_{status}"), "{failure:?}");
        assert_eq!(server.requests().len(), 2, "{status}");
        assert!(begin.elapsed() < Duration::from_secs(10), "{status}: {:?}", begin.elapsed());
    }
}

#[test]
fn nothing_is_sent_for_arguments_that_make_no_sense() {
    let server = start(answering([ok(JOB)]));
    let client = setup(&server).client();
    for (id, location, timeout_ms, words) in
        [(JOB_ID, None, 0, "0"), ("..", None, 1000, "\"..\""), (JOB_ID, Some("a b"), 1000, "a b")]
    {
        let failure = client.wait_job_at(id, location, 10, timeout_ms).expect_err(words);
        assert_eq!(name(failure.status), "CBJ_ERROR_INVALID_ARGUMENT", "{failure:?}");
        assert!(failure.message.contains(words), "{failure:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[test]
fn the_time_of_the_wait_ends_it() {
    for script in [answering([running()]), vec![Step::Request, Step::Stall]] {
        let server = start(script);
        let begin = Instant::now();
        let failure = setup(&server).client().wait_job(JOB_ID, 50, 500).expect_err("the job does not end");
        let took = begin.elapsed();
        assert!((Duration::from_millis(500)..Duration::from_millis(500) + TOLERANCE).contains(&took), "{took:?}");
        assert_eq!((name(failure.status).as_str(), failure.is_retryable), ("CBJ_ERROR_TIMEOUT", 1), "{failure:?}");
        assert!(failure.message.contains("the time is up (500 ms)"), "{failure:?}");
    }
}

/// What `tests/c/waits.c` saw.
struct Seen {
    pauses: Vec<u64>,
    /// The last line, without "ended". It has the URL of the server as "URL".
    end: String,
}

/// Waits on a clock that runs ahead while the wait sleeps.
fn on_a_fast_clock(script: Script, interval_ms: u32, timeout_ms: u32) -> Seen {
    let server = start(script);
    let seen = on_a_fast_clock_at(&server.url(), interval_ms, timeout_ms);
    Seen { end: seen.end.replace(&server.url(), "URL"), ..seen }
}

fn on_a_fast_clock_at(url: &str, interval_ms: u32, timeout_ms: u32) -> Seen {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        // For `syscall`.
        c_program::compile_as("cc", &["-std=c99", "-D_GNU_SOURCE"], "tests/c/waits.c", Linking::Shared)
    });
    let arguments = [interval_ms.to_string(), timeout_ms.to_string()];
    let environment = [("CBJ_BASE_URL", url)];
    let output = c_program::run(&PROGRAM, &[&arguments[0], &arguments[1]], &environment);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let pause = |line: &str| line.strip_prefix("pauses ")?.strip_suffix(" ms")?.parse().ok();
    let end = printed.lines().last().and_then(|line| line.strip_prefix("ended ")).expect("says how it ended");
    Seen { pauses: printed.lines().filter_map(pause).collect(), end: end.to_owned() }
}

#[test]
fn polls_are_spread_by_a_tenth_of_the_interval() {
    for (interval, polls) in [(30_000_u64, 0), (20_000, 20_000)] {
        let Seen { pauses, end } = on_a_fast_clock(answering([running()]), polls, 3_600_000);
        let took = end.strip_prefix("CBJ_ERROR_TIMEOUT after ").and_then(|rest| rest.split(' ').next()?.parse().ok());
        let late = took.and_then(|ms: u64| Duration::from_millis(ms).checked_sub(Duration::from_secs(3600)));
        assert!(late.is_some_and(|late| late < there(Duration::from_millis(100))), "{end}");
        // The last poll has its own rule.
        let (last_two, spread) = pauses.split_last_chunk::<2>().map(|(before, last)| (last, before)).expect("many");
        let (least, most) = (spread.iter().min().expect("many"), spread.iter().max().expect("many"));
        let tenth = interval / 10;
        assert!(*least >= interval - tenth && *most <= interval + tenth, "{pauses:?}");
        // The chance that more than a hundred pauses are closer together is less than one in a thousand millions.
        assert!(most - least > tenth, "{pauses:?}");
        assert!(spread.len() as u64 >= 3_600_000 / (interval + tenth) - 2, "{pauses:?}");
        assert!((900..=1000).contains(&last_two[1]), "{pauses:?}");
    }
}

#[test]
fn the_last_poll_comes_shortly_before_the_end() {
    // The last pause is a second, a tenth of the wait, or the interval.
    for (interval, timeout, last_pause) in [(3_600_000, 100_000, 1000), (3_600_000, 8000, 800), (700, 60_000, 700)] {
        let Seen { pauses, end } = on_a_fast_clock(answering([running()]), interval, timeout);
        assert!(end.starts_with("CBJ_ERROR_TIMEOUT after "), "{end}");
        let last = pauses.last().expect("there are some");
        assert!((last_pause - 500..=last_pause).contains(last), "{timeout}: {pauses:?}");
        if interval > timeout {
            assert_eq!(pauses.len(), 2, "{pauses:?}");
            let Seen { pauses, end } = on_a_fast_clock(answering([running(), ok(JOB)]), interval, timeout);
            assert!(end.starts_with("CBJ_OK after ") && end.ends_with(": Finished"), "{end}");
            assert!(pauses.len() == 1 && pauses[0] < u64::from(timeout), "{timeout}: {pauses:?}");
        }
    }
}

#[test]
fn a_poll_comes_no_sooner_than_the_service_asks() {
    let limited = |seconds: u32| answer(&format!("429 Too Many Requests\r\nRetry-After: {seconds}"), "");
    let Seen { pauses, end } = on_a_fast_clock(answering([limited(120), running(), ok(JOB)]), 10_000, 3_600_000);
    assert!(end.starts_with("CBJ_OK after "), "{end}");
    assert!(pauses.len() == 2 && pauses[0] == 120_000 && pauses[1] <= 11_000, "{pauses:?}");
    // An interval that is longer than that stays.
    let Seen { pauses, .. } = on_a_fast_clock(answering([limited(5), ok(JOB)]), 10_000, 3_600_000);
    assert!(pauses.len() == 1 && pauses[0] >= 9000, "{pauses:?}");
    // There is no poll before the time that the service asked for, even if the wait ends earlier.
    let Seen { pauses, end } = on_a_fast_clock(answering([limited(120), ok(JOB)]), 10_000, 60_000);
    assert!(end.starts_with("CBJ_ERROR_TIMEOUT after 60"), "{end}");
    assert!(end.contains("No state was seen. The last poll failed: GET ") && end.contains("HTTP 429"), "{end}");
    assert_eq!(pauses.len(), 1, "{pauses:?}");
}

#[test]
fn a_service_that_cannot_be_reached_does_not_end_it() {
    let Seen { pauses, end } = on_a_fast_clock_at("http://127.0.0.1:1", 10_000, 60_000);
    assert!(pauses.len() >= 6, "{pauses:?}");
    assert!(end.starts_with("CBJ_ERROR_TIMEOUT after 60"), "{end}");
    assert!(end.contains("No state was seen. The last poll failed: GET http://127.0.0.1:1/backup"), "{end}");
    assert!(end.contains("127.0.0.1:1: Connection refused"), "{end}");
}

#[test]
fn the_message_names_the_last_state_and_the_last_failure() {
    let message = |script| {
        let Seen { end, .. } = on_a_fast_clock(script, 10_000, 60_000);
        let (head, message) = end.split_once(" ms: ").expect("says how long it took");
        assert!(head.starts_with("CBJ_ERROR_TIMEOUT after 60"), "{end}");
        let begin = "Waiting for the job \"J\": the time is up (60000 ms). ";
        message.strip_prefix(begin).unwrap_or_else(|| panic!("{end}")).to_owned()
    };
    let busy = || answer("503 Service Unavailable", "");
    let asked = "The last poll failed: GET URL/backup/m365/cloudbackupjobs/J: ";
    assert_eq!(
        message(answering([busy(), ok(job_in("Awaiting Approval")), running()])),
        "The last state was \"In Progress\". Allow more time."
    );
    let no_state = ok(JOB.replace("\"Finished\"", "null"));
    assert_eq!(message(answering([no_state])), "The last state was none. Allow more time.");
    let after = |state: &str, message: &str| {
        let failed = message.strip_prefix(&format!("{state} {asked}"));
        failed.unwrap_or_else(|| panic!("{message}")).to_owned()
    };
    let running_then = |last| message(answering([running(), last]));
    let failed = after("The last state was \"In Progress\".", &running_then(busy()));
    assert!(failed.starts_with("HTTP 503"), "{failed}");
    assert!(after("No state was seen.", &message(answering([busy()]))).starts_with("HTTP 503"));
}

#[test]
fn the_message_says_how_long_the_last_poll_had() {
    let script = vec![Step::Request, Step::Send(running()), Step::Request, Step::Stall];
    let Seen { end, .. } = on_a_fast_clock(script, 3_600_000, 60_000);
    let (_, failed) = end.split_once("The last state was \"In Progress\". The last poll failed: GET URL").expect(&end);
    let (_, had) = failed.split_once("the time was up while waiting for the answer (").expect(&end);
    let (ms, rest) = had.split_once(" ms for the whole call). ").expect(&end);
    assert!((900..=1000).contains(&ms.parse().expect(&end)), "{end}");
    assert_eq!(rest, "Try again, or allow more time.");
}

#[test]
fn the_log_has_the_failure_of_the_wait_and_of_each_poll() {
    let server = start(answering([answer("503 Service Unavailable", ""), running()]));
    let lines = Lines::new();
    let client = setup(&server).log(lines, CBJ_LOG_ERROR).client();
    let time_is_up = client.wait_job(JOB_ID, 200, 1000).expect_err("does not end");
    let refused = client.wait_job(JOB_ID, 200, 0).expect_err("no time");
    client.cancel();
    let cancelled = client.wait_job(JOB_ID, 200, 1000).expect_err("is cancelled");
    let logged = lines.of(CBJ_LOG_ERROR);
    let ([poll, rest @ ..], [.., _, _, last]) = (&logged[..], &logged[..]) else { panic!("{logged:?}") };
    assert!(poll.contains("HTTP 503"), "{logged:?}");
    assert!(rest.contains(&time_is_up.message), "{logged:?}");
    assert!(rest.contains(&refused.message), "{logged:?}");
    assert_eq!(*last, cancelled.message);
}
