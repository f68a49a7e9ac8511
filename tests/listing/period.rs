//! The exact filter on the start time, and what else a listed job is.

use cloudbackupjobs::ffi::*;

use crate::client;
use crate::support::abi::Job;
use crate::support::abi_many::Query;
use crate::support::answers::ok;
use crate::support::list_server::{ListServer, job, job_at, page, sends};
use crate::support::scripted_server::Step;

const SINCE: i64 = 1_795_478_400_000; // 2026-11-24T00:00:00Z
const UNTIL: i64 = SINCE + 3_600_000;

fn at(id: &str, start: &str) -> String {
    job_at(id, "Finished", start, "2026-11-24T05:00:00Z")
}

fn found(jobs: &[String], query: &Query) -> Vec<String> {
    let server = ListServer::with_pages([page(jobs, "")]);
    client(&server).list_jobs(query).expect("is a list").ids()
}

fn jobs_at_both_ends() -> Vec<String> {
    vec![
        at("a second before", "2026-11-23T23:59:59Z"),
        at("a millisecond before", "2026-11-23T23:59:59.999Z"),
        at("at since", "2026-11-24T00:00:00Z"),
        at("between", "2026-11-24T00:30:00Z"),
        at("at since in another zone", "2026-11-24T01:00:00+01:00"),
        at("a millisecond before until", "2026-11-24T00:59:59.999Z"),
        at("at until", "2026-11-24T01:00:00Z"),
        at("after until", "2026-11-25T01:00:00Z"),
    ]
}

#[test]
fn the_filter_is_exact_at_both_ends() {
    let jobs = jobs_at_both_ends();
    let inside = ["at since", "between", "at since in another zone", "a millisecond before until"];
    assert_eq!(found(&jobs, &Query::ever().since(SINCE).until(UNTIL)), inside);
    let from_since = [&inside[..], &["at until", "after until"]].concat();
    assert_eq!(found(&jobs, &Query::ever().since(SINCE)), from_since);
    let before_until = [&["a second before", "a millisecond before"], &inside[..]].concat();
    assert_eq!(found(&jobs, &Query::ever().until(UNTIL)), before_until);
    assert_eq!(found(&jobs, &Query::ever()).len(), jobs.len());
    // CBJ_NO_TIME takes a limit away that was set before.
    let no_limit = Query::ever().since(SINCE).until(UNTIL).since(CBJ_NO_TIME).until(CBJ_NO_TIME);
    assert_eq!(found(&jobs, &no_limit).len(), jobs.len());
    assert_eq!(found(&jobs, &Query::ever().since(SINCE).until(SINCE)), [""; 0]);
}

#[test]
fn it_is_the_start_that_counts_and_not_the_finish() {
    let jobs = [
        job_at("began before", "Finished", "2026-11-23T22:00:00Z", "2026-11-24T00:30:00Z"),
        job_at("ended after", "Finished", "2026-11-24T00:30:00Z", "2026-11-24T22:00:00Z"),
    ];
    assert_eq!(found(&jobs, &Query::ever().since(SINCE).until(UNTIL)), ["ended after"]);
}

#[test]
fn a_job_whose_start_cannot_be_read_is_kept() {
    let jobs = [
        at("a word", "yesterday"),
        at("empty", ""),
        at("never set", "0001-01-01T00:00:00Z"),
        at("never set in another zone", "0001-01-01T00:00:00+08:00"),
        r#"{"id":"missing","state":"Failed"}"#.to_owned(),
        r#"{"id":"null","state":"Failed","startTime":null}"#.to_owned(),
        r#"{"id":"a number","state":"Failed","startTime":5}"#.to_owned(),
        r#"{"id":"an object","state":"Failed","startTime":{}}"#.to_owned(),
        at("outside", "2026-11-23T00:00:00Z"),
    ];
    let kept =
        ["a word", "empty", "never set", "never set in another zone", "missing", "null", "a number", "an object"];
    assert_eq!(found(&jobs, &Query::ever().since(SINCE).until(UNTIL)), kept);
}

#[test]
fn a_summary_counts_the_same_jobs() {
    let server = ListServer::with_pages([page(jobs_at_both_ends(), r#""totalCount":8"#)]);
    let summary = client(&server).summarize_jobs(&Query::ever().since(SINCE).until(UNTIL)).expect("is a summary");
    assert_eq!((summary.count(), summary.total_count(), summary.is_complete()), (4, 8, 1));
    let latest = summary.latest().expect("there is one");
    assert_eq!(latest.id.as_deref(), Some("a millisecond before until"));
}

/// A listed job is what the details endpoint gives for the same members.
#[test]
fn a_listed_job_has_everything_that_a_job_has() {
    let entry = r#"{"id":"FB1","state":"Finished with Exception","startTime":"2026-11-24T00:00:00Z","finishTime":"2026-11-24T00:40:12.5Z","duration":"0.67","backupDetails":{"totalCount":"9007199254740993","failedNumber":2,"successfulCount":3,"skippedNumber":0},"jobErrors":[{"isErrorCode":true,"value":"A \"quoted\" caf\u00e9","url":"https://x.example/1","number":7},{}],"new":[1]}"#;
    let beside = r#""requestId":"request-7","timestamp":"2026-11-24T12:00:00Z","traceId":"trace-7""#;
    let list = format!(r#"{{"data":[{},{entry},{}],{beside}}}"#, job("before"), job("after"));
    let details = format!(r#"{{"data":{entry},{beside}}}"#);
    let server = ListServer::start(move |asked| match asked.number {
        0 => sends(&list),
        _ => vec![Step::Send(ok(&details))],
    });
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    let listed = iter.rest().expect("has no failure").swap_remove(1);
    let job = client.get_job("FB1", None).expect("is there");
    assert_eq!(listed, job);
    assert_eq!((listed.json.as_str(), listed.errors.len()), (entry, 2));
    assert_eq!(listed.counts, [9_007_199_254_740_993, 2, 3, 0]);
    assert_eq!(listed.request_id.as_deref(), Some("request-7"));
    assert_eq!(listed.state, CBJ_STATE_FINISHED_WITH_EXCEPTION);
}

/// Each job is a handle of its own: it stays when its iterator, its client and the other jobs of its page are gone.
#[test]
fn a_job_outlives_everything_it_came_from() {
    let server = ListServer::with_pages([page([job("first"), job("second")], "")]);
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    let [first, second] = [(); 2].map(|()| {
        let job = iter.next_handle().expect("has no failure").expect("is not the end");
        // SAFETY: a fresh handle that has no other owner.
        unsafe { Box::from_raw(job) }
    });
    cbj_job_free(Some(first));
    drop(iter);
    drop(client);
    drop(server);
    let second_job = Job::copy(&second);
    assert_eq!((second_job.id.as_deref(), second_job.request_id.as_deref()), (Some("second"), Some("request-1")));
    assert_eq!(second_job.json, job("second"));
    cbj_job_free(Some(second));
}
