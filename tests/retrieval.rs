//! Retrieving jobs through the C ABI from the sandbox: what is sent, and what comes back for every kind of job.
#![allow(missing_docs, reason = "a test program")]

mod support;

use cloudbackupjobs::ffi::*;
use support::abi::{self, Client, Setup};
use support::sandbox::{self, Options, Sandbox};

fn start() -> Sandbox {
    Sandbox::start(Options::default()).expect("the sandbox starts")
}

fn setup(sandbox: &Sandbox) -> Setup {
    Setup::new()
        .base_url(&sandbox.base_url())
        .identity_url(&sandbox.identity_url())
        .client_secret("sandbox-client", "sandbox-secret")
}

fn client(sandbox: &Sandbox) -> Client {
    setup(sandbox).client()
}

#[test]
fn the_documented_job_arrives_whole() {
    let sandbox = start();
    let job = client(&sandbox).get_job(sandbox::FINISHED, None).expect("is there");
    assert_eq!(job.id.as_deref(), Some(sandbox::FINISHED));
    assert_eq!((job.state, job.state_text.as_deref()), (CBJ_STATE_FINISHED, Some("Finished")));
    assert_eq!((job.start_ms, job.start_text.as_deref()), (1_733_125_945_000, Some("2024-12-02T07:52:25Z")));
    assert_eq!((job.finish_ms, job.finish_text.as_deref()), (1_733_125_984_000, Some("2024-12-02T07:53:04Z")));
    assert_eq!(job.elapsed_ms, 39_000);
    assert_eq!((job.duration_hours, job.duration_text.as_deref()), (0.011, Some("0.011")));
    assert_eq!(job.counts, [12, 0, 12, 0]);
    assert!(job.errors.is_empty());
    assert!(job.request_id.is_some_and(|id| id.contains(':')));
    assert!(job.trace_id.is_some_and(|id| id.starts_with("00-")));
    assert!(job.response_time_ms > 1_700_000_000_000);
    assert!(job.json.starts_with(r#"{"id":"FB20241015105312327583","state":"Finished""#), "{}", job.json);
}

#[test]
fn every_state_is_told_apart() {
    let sandbox = start();
    let client = client(&sandbox);
    for (id, state, text, terminal) in [
        (sandbox::IN_PROGRESS, CBJ_STATE_IN_PROGRESS, "In Progress", 0),
        (sandbox::FINISHED, CBJ_STATE_FINISHED, "Finished", 1),
        (sandbox::FAILED, CBJ_STATE_FAILED, "Failed", 1),
        (sandbox::FINISHED_WITH_EXCEPTION, CBJ_STATE_FINISHED_WITH_EXCEPTION, "Finished with Exception", 1),
        (sandbox::PARTIALLY_FINISHED, CBJ_STATE_PARTIALLY_FINISHED, "PartiallyFinished", 1),
        (sandbox::UNKNOWN_STATE, CBJ_STATE_UNKNOWN, "Awaiting Approval", 0),
    ] {
        let job = client.get_job(id, None).expect(id);
        assert_eq!((job.state, job.state_text.as_deref()), (state, Some(text)));
        assert_eq!(cbj_state_is_terminal(job.state), terminal, "{text}");
    }
}

#[test]
fn what_a_running_job_does_not_have_yet_is_absent() {
    let job = client(&start()).get_job(sandbox::IN_PROGRESS, None).expect("is there");
    assert_eq!((job.finish_ms, job.finish_text), (CBJ_NO_TIME, None));
    assert_eq!(job.elapsed_ms, -1);
    assert!(job.duration_hours.is_nan());
    assert_eq!(job.duration_text, None);
}

#[test]
fn top_errors_and_large_counts_arrive() {
    let job = client(&start()).get_job(sandbox::FAILED, None).expect("is there");
    assert_eq!(job.counts, [2_147_501_209, 2_147_489_977, 8_741, 2_491]);
    let occurrences: Vec<_> = job.errors.iter().map(|error| error.occurrences).collect();
    assert_eq!(occurrences, [2_147_484_043, 5_121, 812, 1]);
    assert!(job.errors[0].url.as_deref().is_some_and(|url| url.starts_with("https://")));
    assert_eq!(job.errors[2].message.as_deref(), Some("The mailbox “Zoë Müller – 会議室” could not be found."));
    let last = &job.errors[3];
    assert_eq!(last.message.as_deref(), Some("The worker's connection was closed 🔌 \"unexpectedly\"."));
    assert_eq!((last.url.as_deref(), last.has_code), (None, 0));
}

#[test]
fn both_spellings_of_the_counts_and_digits_in_strings_are_read() {
    let sandbox = start();
    let client = client(&sandbox);
    assert_eq!(client.get_job(sandbox::COUNT_SPELLING, None).expect("is there").counts, [204, 1, 198, 5]);
    let job = client.get_job(sandbox::COUNTS_AS_TEXT, None).expect("is there");
    assert_eq!(job.counts, [5_000_000_118, 0, 5_000_000_101, 17]);
    assert_eq!(client.get_job(sandbox::UNKNOWN_STATE, None).expect("is there").counts, [-1; 4]);
}

#[test]
fn the_location_is_sent_only_when_given() {
    let sandbox = start();
    let without = client(&sandbox);
    let with = setup(&sandbox).location("EUR").client();
    let target = |location: &str| {
        let seen = sandbox.last_request().expect("something was asked");
        assert_eq!(seen.target, format!("/backup/m365/cloudbackupjobs/{}{location}", sandbox::MULTI_GEO));
    };
    let missing = without.get_job(sandbox::MULTI_GEO, None).expect_err("the central location does not have it");
    assert_eq!(missing.status, CBJ_ERROR_NOT_FOUND);
    assert!(missing.message.contains("Multi-Geo"), "{}", missing.message);
    target("");
    assert!(without.get_job(sandbox::MULTI_GEO, Some("EUR")).is_ok());
    target("?location=EUR");
    assert!(with.get_job(sandbox::MULTI_GEO, None).is_ok());
    target("?location=EUR");
    assert_eq!(with.get_job(sandbox::MULTI_GEO, Some("NAM")).expect_err("elsewhere").status, CBJ_ERROR_NOT_FOUND);
    target("?location=NAM");
}

#[test]
fn the_request_is_as_documented() {
    let sandbox = start();
    let client = Setup::new()
        .base_url(&format!("{}/", sandbox.base_url()))
        .access_token(&sandbox.issue_token())
        .user_agent("my-monitor/3.1 (site A)")
        .client();
    client.get_job(sandbox::FINISHED, None).expect("is there");
    let seen = sandbox.last_request().expect("something was asked");
    assert_eq!(seen.target, format!("/backup/m365/cloudbackupjobs/{}", sandbox::FINISHED));
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert!(seen.header("authorization").is_some_and(|value| value.starts_with("Bearer ")));
    let agent = format!("my-monitor/3.1 (site A) cloudbackupjobs/{}", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen.header("user-agent"), Some(agent.as_str()));
    assert_eq!(sandbox.token_requests(), 0);
}

#[test]
fn an_id_is_one_path_segment_whatever_is_in_it() {
    let sandbox = start();
    let client = client(&sandbox);
    for (id, segment) in [
        ("a/b", "a%2Fb"),
        ("../x", "..%2Fx"),
        ("a b?c=d&e#f", "a%20b%3Fc%3Dd%26e%23f"),
        ("%2e%2e", "%252e%252e"),
        ("ünï\u{1F600}", "%C3%BCn%C3%AF%F0%9F%98%80"),
        ("a\\b;c+d", "a%5Cb%3Bc%2Bd"),
        ("-._~", "-._~"),
    ] {
        assert_eq!(client.get_job(id, None).expect_err(id).status, CBJ_ERROR_NOT_FOUND, "{id}");
        let seen = sandbox.last_request().expect("something was asked");
        assert_eq!(seen.target, format!("/backup/m365/cloudbackupjobs/{segment}"));
    }
}

#[test]
fn what_could_be_misunderstood_is_refused_before_anything_is_sent() {
    let sandbox = start();
    let client = client(&sandbox);
    let long = "x".repeat(257);
    for (id, location, words) in [
        ("", None, "is empty"),
        (".", None, "\".\""),
        ("..", None, "\"..\""),
        (long.as_str(), None, "257 bytes"),
        ("a\nb", None, "control character"),
        ("a\u{7f}", None, "control character"),
        ("a\u{85}", None, "control character"),
        (sandbox::FINISHED, Some(""), "location"),
        (sandbox::FINISHED, Some("EUR&x=1"), "location"),
        (sandbox::FINISHED, Some("EUR\r\nX: y"), "location"),
        (sandbox::FINISHED, Some("EUR NAM"), "location"),
        (sandbox::FINISHED, Some("%45UR"), "location"),
        (sandbox::FINISHED, Some("EUR#"), "location"),
    ] {
        let failure = client.get_job(id, location).expect_err("is refused");
        assert_eq!(failure.status, CBJ_ERROR_INVALID_ARGUMENT, "{}", failure.message);
        assert_eq!((failure.http_status, failure.is_retryable), (0, 0));
        assert!(failure.message.contains(words) && failure.message.contains("Nothing was sent"), "{}", failure.message);
    }
    assert_eq!((sandbox.job_requests(), sandbox.token_requests()), (0, 0));
    // The longest allowed id is sent.
    assert_eq!(client.get_job(&long[1..], None).expect_err("is unknown").status, CBJ_ERROR_NOT_FOUND);
}

#[test]
fn every_refusal_of_the_service_is_told_apart() {
    let sandbox = start();
    let client = setup(&sandbox).max_retries(0).client();
    for (id, status, http_status, retry_after_ms, retryable, words) in [
        (sandbox::UNKNOWN, CBJ_ERROR_NOT_FOUND, 200, -1, 0, "no job"),
        (sandbox::MISSING, CBJ_ERROR_NOT_FOUND, 404, -1, 0, "data center"),
        (sandbox::NO_PERMISSION, CBJ_ERROR_PERMISSION, 403, -1, 0, "microsoft365backup.jobInfo.read.all"),
        (sandbox::RATE_LIMITED, CBJ_ERROR_RATE_LIMITED, 429, 30_000, 1, "30 s"),
        (sandbox::SERVER_BUSY, CBJ_ERROR_SERVER, 503, -1, 1, "<html>"),
        (sandbox::ERROR_IN_ENVELOPE, CBJ_ERROR_SERVER, 500, -1, 1, "HTTP 200"),
    ] {
        let failure = client.get_job(id, None).expect_err(id);
        assert_eq!(abi::name(failure.status), abi::name(status), "{}", failure.message);
        assert_eq!(failure.http_status, http_status);
        assert_eq!(failure.retry_after_ms, retry_after_ms);
        assert_eq!(failure.is_retryable, retryable);
        assert!(failure.message.starts_with("GET http://127.0.0.1:"), "{}", failure.message);
        assert!(failure.message.contains(words), "{}", failure.message);
    }
}

#[test]
fn the_services_own_words_and_ids_are_in_the_error() {
    let failure = client(&start()).get_job(sandbox::NO_PERMISSION, None).expect_err("is refused");
    assert!(failure.request_id.is_some() && failure.trace_id.is_some());
    assert_eq!(failure.details.len(), 1);
    assert_eq!(failure.details[0][0].as_deref(), Some("InsufficientPermission"));
    assert!(failure.message.contains("InsufficientPermission"), "{}", failure.message);
}

#[test]
fn a_rate_limit_and_a_bad_gateway_are_waited_out() {
    let sandbox = start();
    let client = client(&sandbox);
    let (job, time) = client.timed(sandbox::RATE_LIMITED_ONCE);
    assert!(job.is_ok() && time.as_millis() >= 1000, "{job:?} {time:?}");
    assert!(client.get_job(sandbox::BAD_GATEWAY_ONCE, None).is_ok());
    assert_eq!(sandbox.job_requests(), 4);
}

#[test]
fn a_slow_service_ends_at_the_deadline() {
    let sandbox = start();
    sandbox.set_latency(std::time::Duration::from_secs(3));
    let client =
        Setup::new().base_url(&sandbox.base_url()).access_token(&sandbox.issue_token()).timeout_ms(300).client();
    let (job, time) = client.timed(sandbox::FINISHED);
    let failure = job.expect_err("is late");
    assert_eq!(abi::name(failure.status), "CBJ_ERROR_TIMEOUT");
    assert!((300..550).contains(&time.as_millis()), "{time:?}");
    assert!(
        failure.message.contains("300 ms") && failure.message.contains("waiting for the answer"),
        "{}",
        failure.message
    );
}

#[test]
fn many_threads_share_a_client() {
    let sandbox = start();
    let client = client(&sandbox);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert_eq!(client.get_job(sandbox::FINISHED, None).expect("is there").counts[0], 12);
                }
            });
        }
    });
    assert_eq!((sandbox.job_requests(), sandbox.token_requests()), (320, 1));
}
