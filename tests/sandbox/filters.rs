//! The parameters of the list.

use crate::service::*;
use crate::{ask, fixed, list, start};
use std::collections::BTreeSet;

/// The ids of all jobs for which this holds.
fn expected(sandbox: &Sandbox, wanted: impl Fn(&Run) -> bool) -> BTreeSet<&str> {
    sandbox.runs().iter().filter(|run| wanted(run)).map(|run| run.id.as_str()).collect()
}

fn assert_lists(sandbox: &Sandbox, query: &str, wanted: impl Fn(&Run) -> bool) {
    let answer = list(sandbox, &format!("{query}&pageSize=1000"));
    let expected = expected(sandbox, wanted);
    assert_eq!(BTreeSet::from_iter(answer.ids()), expected, "{query}");
    assert_eq!(answer.body["metadata"]["totalCount"], expected.len(), "{query}");
}

#[test]
fn each_filter_lists_its_jobs_and_no_others() {
    let sandbox = start(fixed());
    let day = |run: &Run| run.start.format("%Y-%m-%d").to_string();
    assert_lists(&sandbox, "jobType=0", |_| true);
    assert_lists(&sandbox, "jobType=1", |run| run.job_type == BACKUP);
    assert_lists(&sandbox, "jobType=2", |run| run.job_type == RESTORE);
    assert_lists(&sandbox, "jobType=3", |_| false);
    assert_lists(&sandbox, "objectType=0", |_| true);
    assert_lists(&sandbox, "objectType=7", |run| run.object_type == TEAMS);
    assert_lists(&sandbox, "objectType=12", |_| false);
    assert_lists(&sandbox, "jobState=0", |_| true);
    assert_lists(&sandbox, "jobState=1", |run| run.finish > sandbox.runs()[0].start);
    assert_lists(&sandbox, "jobState=3", |run| run.outcome == State::Failed);
    assert_lists(&sandbox, "jobState=4", |run| run.outcome == State::FinishedWithException);
    assert_lists(&sandbox, "jobState=5", |run| run.outcome == State::PartiallyFinished);
    assert_lists(&sandbox, "location=EUR", |run| run.location == "EUR");
    assert_lists(&sandbox, "location=NAM", |run| run.location == "NAM");
    assert_lists(&sandbox, "location=PrimaryGeoLocation", |run| run.location == "NAM");
    assert_lists(&sandbox, "location=JPN", |_| false);
    // The first day is in the range, the last one is not.
    assert_lists(&sandbox, "startTime=2026-11-16", |run| day(run).as_str() >= "2026-11-16");
    assert_lists(&sandbox, "finishTime=2026-11-16", |run| day(run).as_str() < "2026-11-16");
    assert_lists(&sandbox, "startTime=2026-11-01&finishTime=2026-11-02", |run| day(run) == "2026-11-01");
    assert_lists(&sandbox, "startTime=2026-11-01&finishTime=2026-11-01", |_| false);
    assert_lists(
        &sandbox,
        "startTime=2026-11-10&finishTime=2026-11-17&jobType=1&objectType=3&jobState=2&location=EUR",
        |run| {
            (run.job_type, run.object_type, run.location, run.outcome) == (BACKUP, ONEDRIVE, "EUR", State::Finished)
                && ("2026-11-10".."2026-11-17").contains(&day(run).as_str())
        },
    );
}

#[test]
fn the_filters_leave_something_to_see() {
    let sandbox = start(fixed());
    for query in ["jobType=2", "jobState=1", "jobState=3", "jobState=4", "location=EUR", "startTime=2026-11-17"] {
        assert!(!list(&sandbox, query).ids().is_empty(), "{query}");
    }
}

#[test]
fn the_documented_sample_is_accepted() {
    let sandbox = start(fixed());
    let sample = "StartTime=2024-10-24&FinishTime=2026-12-25&ObjectType=0&PageSize=50&PageIndex=1&Location=NAM";
    assert_eq!(list(&sandbox, sample).ids().len(), 50);
    assert_eq!(list(&sandbox, &sample.to_uppercase().replace("NAM", "JPN")).ids().len(), 0);
}

#[test]
fn without_parameters_the_first_ten_are_listed() {
    let sandbox = start(fixed());
    let answer = ask(&sandbox, LIST_PATH);
    assert_eq!(answer.ids(), list(&sandbox, "pageSize=10&pageIndex=0").ids());
    assert_eq!(answer.ids().len(), 10);
}

#[test]
fn what_is_not_documented_is_refused() {
    let sandbox = start(fixed());
    for (query, field) in [
        ("startTime=2026-11-17T00:00:00Z", "startTime"),
        ("startTime=2026-11-17%2000:00", "startTime"),
        ("startTime=2026-1-7", "startTime"),
        ("startTime=+2026-11-17", "startTime"),
        ("startTime=2026-02-30", "startTime"),
        ("finishTime=", "finishTime"),
        ("finishTime=17.11.2026", "finishTime"),
        ("startTime=2026-11-17&finishTime=2026-11-16", "finishTime"),
        ("jobType=6", "jobType"),
        ("jobType=Backup", "jobType"),
        ("jobType=-1", "jobType"),
        ("jobType=", "jobType"),
        ("objectType=13", "objectType"),
        ("objectType=257", "objectType"),
        ("jobState=6", "jobState"),
        ("jobState=%2B1", "jobState"),
        ("location=", "location"),
        ("pageIndex=-1", "pageIndex"),
        ("pageIndex=1.0", "pageIndex"),
        ("pageIndex=3000000000", "pageIndex"),
        ("pageSize=0", "pageSize"),
        ("pageSize=ten", "pageSize"),
        ("pageSize=10&PageSize=10", "PageSize"),
        ("location=EUR&location=NAM", "location"),
        ("top=5", "top"),
        ("page=1&size=2", "page"),
        ("pageSize", ""),
        ("pageSize=10&", ""),
    ] {
        let answer = list(&sandbox, query);
        assert_eq!(answer.status, 400, "{query}: {}", answer.body);
        let error = &answer.body["errors"][0];
        assert_eq!((&error["code"], &error["field"]), (&"InvalidParameter".into(), &field.into()), "{query}");
        assert!(error["message"].as_str().is_some_and(|message| !message.is_empty()), "{query}");
        assert!(answer.body.get("data").is_none() && answer.body.get("metadata").is_none(), "{query}");
    }
}
