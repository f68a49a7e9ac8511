//! What only a Rust program calls: the accessors of jobs, errors, lists and summaries, which the C ABI does not use.
#![allow(missing_docs, reason = "a test program")]

mod support;

use std::time::{Duration, SystemTime};

use cloudbackupjobs::{Client, Config, ErrorKind, Job, JobState, Query};
use support::answers::{self, JOB, JOB_ID, ok, page};
use support::scripted_server::{Afterwards, ScriptedServer, Service, Step};

const FULL: &str = r#"{"id":"J","state":"FinishedWithException","startTime":"2024-12-02T07:52:25.250Z","finishTime":"2024-12-02T07:53:05Z","duration":"0.011","backupDetails":{"totalNumber":20,"failedNumber":2,"successfulNumber":15,"skippedNumber":3},"jobErrors":[{"value":"too large","url":"https://example.com/1","number":7,"isErrorCode":true},{"value":"locked"}]}"#;

fn at(unix_ms: u64) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(unix_ms))
}

fn read(data: &str, around: &str) -> Job {
    Job::from_envelope(format!(r#"{{"data":{data}{around}}}"#).as_bytes()).expect("is an answer with a job")
}

fn client(server: &ScriptedServer) -> Client {
    let config = Config::new().base_url(server.url()).access_token("token").allow_http(true).max_retries(0);
    Client::new(&config).expect("the configuration is complete")
}

#[test]
fn a_job_tells_what_the_service_sent() {
    let job = read(FULL, r#","requestId":"R:1","traceId":"00-t","timestamp":"2026-04-22T07:25:12.304891Z""#);
    assert_eq!((job.id(), job.state()), (Some("J"), JobState::FinishedWithException));
    assert_eq!(job.state_text(), Some("FinishedWithException"));
    assert_eq!((job.start_time(), job.finish_time()), (at(1_733_125_945_250), at(1_733_125_985_000)));
    assert_eq!(job.start_time_text(), Some("2024-12-02T07:52:25.250Z"));
    assert_eq!(job.finish_time_text(), Some("2024-12-02T07:53:05Z"));
    assert_eq!((job.elapsed(), job.duration_hours()), (Some(Duration::from_millis(39_750)), Some(0.011)));
    assert_eq!(job.duration_text(), Some("0.011"));
    let counts = [job.total_count(), job.failed_count(), job.successful_count(), job.skipped_count()];
    assert_eq!(counts, [20, 2, 15, 3].map(Some));
    assert_eq!((job.request_id(), job.trace_id()), (Some("R:1"), Some("00-t")));
    assert_eq!((job.response_time(), job.json()), (at(1_776_842_712_304), FULL));
}

#[test]
fn the_top_errors_of_a_job_are_told_in_their_order() {
    let job = read(FULL, "");
    assert!(job.has_error_list());
    let mut errors = job.errors();
    assert_eq!((errors.len(), errors.size_hint()), (2, (2, Some(2))));
    let first = errors.next().expect("is sent");
    assert_eq!((first.message(), first.url()), (Some("too large"), Some("https://example.com/1")));
    assert_eq!((first.occurrences(), first.has_code()), (Some(7), Some(true)));
    assert_eq!(errors.len(), 1);
    let second = errors.next().expect("is sent");
    assert_eq!((second.message(), second.url()), (Some("locked"), None));
    assert_eq!((second.occurrences(), second.has_code()), (None, None));
    assert!(errors.next().is_none());
}

#[test]
fn what_the_service_does_not_send_is_absent() {
    let job = read(r#"{"id":"J"}"#, "");
    assert_eq!((job.state(), job.state_text()), (JobState::Unknown, None));
    assert_eq!((job.start_time(), job.finish_time(), job.elapsed()), (None, None, None));
    assert_eq!((job.start_time_text(), job.finish_time_text()), (None, None));
    assert_eq!((job.duration_hours(), job.duration_text()), (None, None));
    let counts = [job.total_count(), job.failed_count(), job.successful_count(), job.skipped_count()];
    assert_eq!(counts, [None; 4]);
    assert_eq!((job.has_error_list(), job.errors().len()), (false, 0));
    assert_eq!((job.request_id(), job.trace_id(), job.response_time()), (None, None, None));
}

#[test]
fn a_time_before_1970_is_a_time() {
    let job = read(r#"{"id":"J","startTime":"1969-12-31T23:59:58.500Z","finishTime":"1970-01-01T00:00:00Z"}"#, "");
    assert_eq!(job.start_time(), SystemTime::UNIX_EPOCH.checked_sub(Duration::from_millis(1500)));
    assert_eq!((job.finish_time(), job.elapsed()), (at(0), Some(Duration::from_millis(1500))));
}

#[test]
fn an_error_tells_what_the_service_sent() {
    let refusal = r#"{"statusCode":429,"message":"slow down","errors":[{"code":"TooMany","field":"page","message":"wait"},{"code":"X"}],"data":null,"requestId":"R:2","traceId":"00-x"}"#;
    let script = vec![Step::Behave(answers::answer("429 Too Many Requests\r\nRetry-After: 90", refusal))];
    let server = ScriptedServer::start([script], Afterwards::RepeatLast);
    let error = client(&server).get_job(JOB_ID).expect_err("is refused");
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::RateLimited, Some(429)));
    assert!(error.message().contains("slow down"), "{error}");
    assert_eq!(error.to_string(), error.message());
    assert_eq!((error.request_id(), error.trace_id()), (Some("R:2"), Some("00-x")));
    assert_eq!((error.retry_after(), error.is_retryable()), (Some(Duration::from_secs(90)), true));
    assert_eq!((error.details().len(), error.details().size_hint()), (2, (2, Some(2))));
    let details: Vec<_> = error.details().map(|detail| (detail.code(), detail.field(), detail.message())).collect();
    assert_eq!(details, [(Some("TooMany"), Some("page"), Some("wait")), (Some("X"), None, None)]);

    let error = client(&server).get_job("..").expect_err("is no id");
    assert_eq!((error.kind(), error.http_status(), error.is_retryable()), (ErrorKind::InvalidArgument, None, false));
    assert_eq!((error.request_id(), error.trace_id(), error.retry_after()), (None, None, None));
    assert_eq!(error.details().len(), 0);
}

/// Lists two jobs on two pages. The service says that it has `total`. Any other job is [`JOB`].
fn listing(total: usize) -> ScriptedServer {
    let pages = ["J1", "J2"].map(|id| ok(page(id, total, "")));
    let lines = ["pageIndex=0&", "pageIndex=1&"].into_iter().zip(pages);
    let none = ok(format!(r#"{{"statusCode":200,"data":[],"metadata":{{"totalCount":{total},"nextLink":""}}}}"#));
    let service = Service::by_line(lines.chain([("pageIndex=", none), ("", ok(JOB))]));
    ScriptedServer::start([vec![Step::Serve(service)]], Afterwards::RepeatLast)
}

/// `Duration::MAX` is the usual way to name no limit.
#[test]
fn a_wait_takes_any_duration() {
    let answer = |state: &str| vec![Step::Behave(answers::ok(answers::job_in(state)))];
    let ended = ScriptedServer::start([answer("Finished")], Afterwards::RepeatLast);
    let job = client(&ended).wait_job(answers::JOB_ID, Duration::MAX, Duration::MAX).expect("has ended");
    assert_eq!(job.state(), JobState::Finished);
    let running = ScriptedServer::start([answer("In Progress")], Afterwards::RepeatLast);
    let client = client(&running);
    // Chance makes each pause up to a tenth longer.
    for _ in 0..10 {
        let error = client.wait_job(answers::JOB_ID, Duration::MAX, Duration::from_millis(50)).expect_err("runs");
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
}

#[test]
fn a_list_tells_whether_it_is_complete() {
    for (total, missing) in [(2, 0), (5, 3)] {
        let server = listing(total);
        let mut jobs = client(&server).list_jobs(&Query::new()).expect("is a list");
        assert_eq!((jobs.missing_count(), jobs.is_complete()), (None, false), "{total}");
        let ids: Vec<_> =
            jobs.by_ref().map(|job| job.expect("is listed").id().expect("has an id").to_owned()).collect();
        assert_eq!(ids, ["J1", "J2"], "{total}");
        assert_eq!(jobs.total_count(), i64::try_from(total).ok());
        assert_eq!((jobs.missing_count(), jobs.is_complete()), (Some(missing), missing == 0), "{total}");
    }
}

#[test]
fn a_summary_tells_the_latest_jobs_and_the_counts() {
    for (total, missing) in [(2, 0), (5, 3)] {
        let server = listing(total);
        let summary = client(&server).summarize_jobs(&Query::new()).expect("is summarized");
        for latest in [summary.latest(), summary.latest_ended(), summary.latest_in_state(JobState::Finished)] {
            assert!(latest.is_some_and(|job| job.id() == Some("J1") || job.id() == Some("J2")), "{latest:?}");
        }
        assert!(summary.latest_in_state(JobState::Failed).is_none());
        assert_eq!((summary.count(), summary.count_in_state(JobState::Finished)), (2, 2));
        assert_eq!(summary.count_in_state(JobState::Failed), 0);
        assert_eq!(summary.total_count(), i64::try_from(total).ok());
        assert_eq!((summary.missing_count(), summary.is_complete()), (Some(missing), missing == 0), "{total}");
    }
}
