//! `cloudbackupjobs list`.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::program::{list_answer, run, run_at, server, start};
use super::support::answers;
use super::support::sandbox::{Options, Run, Sandbox};

/// The ids that the program lists.
fn listed(sandbox: &Sandbox, arguments: &[&str]) -> Vec<String> {
    let said = run(sandbox, &[&["list", "--json"], arguments].concat());
    assert_eq!((said.status, said.stderr.as_str()), (Some(0), ""), "{arguments:?}");
    let mut ids: Vec<String> =
        said.json_lines().iter().map(|job| job["id"].as_str().expect("text").to_owned()).collect();
    ids.sort();
    ids
}

/// The ids of the runs that are to be listed now.
fn expected(sandbox: &Sandbox, is_listed: &dyn Fn(&Run, DateTime<Utc>) -> bool) -> Vec<String> {
    let now = Utc::now();
    let mut ids: Vec<String> =
        sandbox.runs().iter().filter(|run| is_listed(run, now)).map(|run| run.id.clone()).collect();
    ids.sort();
    ids
}

fn is_since(run: &Run, now: DateTime<Utc>, hours: i64) -> bool {
    run.start >= now - TimeDelta::hours(hours)
}

#[test]
fn each_filter_filters() {
    const WEEK: i64 = 7 * 24;
    let sandbox = start(Options::default());
    let check = |arguments: &[&str], is_listed: &dyn Fn(&Run, DateTime<Utc>) -> bool| {
        loop {
            let before = expected(&sandbox, is_listed);
            let listed = listed(&sandbox, arguments);
            // Time goes on: a run may just have become older than the limit.
            if expected(&sandbox, is_listed) == before {
                assert!(!before.is_empty(), "{arguments:?} tests nothing");
                assert_eq!(listed, before, "{arguments:?}");
                return;
            }
        }
    };
    check(&[], &|run, now| is_since(run, now, WEEK));
    check(&["--since", "26h"], &|run, now| is_since(run, now, 26));
    check(&["--since", "2w", "--until", "7d"], &|run, now| is_since(run, now, 2 * WEEK) && !is_since(run, now, WEEK));
    check(&["--kind", "Exchange Online"], &|run, now| is_since(run, now, WEEK) && run.object_type == 1);
    check(&["--type", "restore", "--since=5w"], &|run, now| is_since(run, now, 5 * WEEK) && run.job_type == 2);
    check(&["--state", "FINISHED_with-exception"], &|run, now| {
        is_since(run, now, WEEK) && run.outcome as i32 == 4 && run.finish < now
    });
    check(&["--state", "in-progress"], &|run, now| is_since(run, now, WEEK) && run.finish >= now);
    check(&["--location", "EUR"], &|run, now| is_since(run, now, WEEK) && run.location == "EUR");
    check(&["--since", "2w", "--location", "EUR", "--kind", "onedrive", "--state", "finished"], &|run, now| {
        is_since(run, now, 2 * WEEK) && run.location == "EUR" && run.object_type == 3 && run.outcome as i32 == 2
    });
}

/// Around the start of a run, so that a date that is read wrongly finds another number of runs.
#[test]
fn dates_are_local_unless_they_say_otherwise() {
    let sandbox = start(Options::default());
    let long_ago = Utc::now() - TimeDelta::days(3);
    let old = sandbox.runs().iter().filter(|run| run.start < long_ago).max_by_key(|run| run.start).expect("has one");
    // POSIX counts to the west: the first zone is an hour east of Greenwich.
    for (form, zone, minutes_east) in [
        ("%Y-%m-%d %H:%M:%S", "XXX-01:00", 60),
        ("%Y-%m-%dT%H:%M:%S", "XXX+03:30", -210),
        ("%Y-%m-%dT%H:%M:%SZ", "XXX-01:00", 0),
        ("%Y-%m-%d %H:%M:%S +0230", "XXX-01:00", 150),
        ("%Y-%m-%dT%H:%M:%S-01:00", "UTC", -60),
    ] {
        let mut variables = super::program::variables(&sandbox);
        variables[0].1 = zone.to_owned();
        let listed = |time: DateTime<Utc>| {
            let since = (time + TimeDelta::minutes(minutes_east)).format(form).to_string();
            let said = super::program::run_with(&variables, &["list", "--json", "--since", &since]);
            assert_eq!((said.status, said.stderr.as_str()), (Some(0), ""), "{since}");
            said.json_lines().len()
        };
        let later = sandbox.runs().iter().filter(|run| run.start > old.start).count();
        assert_eq!(listed(old.start), later + 1, "{form} {zone}");
        assert_eq!(listed(old.start + TimeDelta::seconds(1)), later, "{form} {zone}");
    }
    // Without seconds, and without a time of day.
    let midnight = old.start.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
    for (form, time) in [("%Y-%m-%d", midnight), ("%Y-%m-%d %H:%M", midnight + TimeDelta::hours(12))] {
        let since = time.format(form).to_string();
        let expected = sandbox.runs().iter().filter(|run| run.start >= time).count();
        assert_eq!(run(&sandbox, &["list", "--json", "--since", &since]).json_lines().len(), expected, "{since}");
    }
}

#[test]
fn a_line_has_the_job() {
    let job = json!({"id": "IB1", "state": "Partially Finished", "startTime": "2026-01-31T23:05:00Z",
        "finishTime": "2026-02-01T02:15:00Z", "backupDetails": {"totalNumber": 12345, "failedNumber": 0}});
    let bare = json!({"id": "IB2", "startTime": "yesterday"});
    let arguments = ["list", "--since", "2026-01-01"];
    let said = run_at(&server([list_answer(&[job, bare], 2)]), &arguments);
    assert_eq!((said.status, said.stderr.as_str()), (Some(0), ""));
    assert_eq!(
        said.stdout,
        "JOB                       STATE                    STARTED                 TOOK     OBJECTS   FAILED\n\
         IB1                       Partially Finished       2026-01-31 23:05 +0000  3h10m      12345        0\n\
         IB2                       -                        yesterday               -              -        -\n"
    );
    let said = run_at(&server([list_answer(&[], 0)]), &arguments);
    assert_eq!((said.status, said.stdout.as_str()), (Some(0), "There is no such job.\n"));
    let said = run_at(&server([list_answer(&[], 0)]), &["list", "--json"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(0), ""));
}

#[test]
fn no_more_than_wanted_are_listed_and_what_is_missing_is_told() {
    let sandbox = start(Options::default());
    let said = run(&sandbox, &["list", "--max", "3", "--json"]);
    assert_eq!((said.status, said.json_lines().len(), said.stderr.as_str()), (Some(0), 3, ""));

    let jobs = [json!({"id": "J1"}), json!({"id": "J2"})];
    let said = run_at(&server([list_answer(&jobs, 9), list_answer(&[], 9)]), &["list"]);
    assert_eq!(said.status, Some(0));
    assert_eq!(said.stderr, "cloudbackupjobs: jobs are missing: 2 are listed; the service says that the days have 9\n");
}

#[test]
fn a_page_that_fails_keeps_the_jobs_before_it() {
    let jobs: Vec<Value> = (0..50).map(|number| json!({"id": format!("J{number}")})).collect();
    let refused = answers::answer("400 Bad Request", answers::refusal(400, "No such page"));
    let said = run_at(&server([list_answer(&jobs, 99), refused]), &["list", "--json"]);
    assert_eq!((said.status, said.json_lines().len()), (Some(3), 50));
    assert!(said.stderr.starts_with("cloudbackupjobs: GET ") && said.stderr.contains("No such page"), "{said:?}");
}
