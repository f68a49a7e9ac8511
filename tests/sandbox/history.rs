//! The history as a function of the time at which it ends.

use crate::service::*;
use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use std::collections::{BTreeMap, BTreeSet};

const RUN_TIME: TimeDelta = TimeDelta::minutes(5);

/// Every seventh minute of a day, from its first second on; a Sunday, a leap day, and the turn of a year.
fn ends() -> Vec<DateTime<Utc>> {
    let day = Utc.with_ymd_and_hms(2026, 11, 25, 0, 0, 0).unwrap();
    let others = [
        Utc.with_ymd_and_hms(2026, 11, 22, 10, 0, 0).unwrap(),
        Utc.with_ymd_and_hms(2028, 2, 29, 23, 59, 59).unwrap(),
        Utc.with_ymd_and_hms(2027, 1, 1, 0, 0, 1).unwrap(),
    ];
    (0..1440).step_by(7).map(|minute| day + TimeDelta::minutes(minute)).chain(others).collect()
}

fn latest(runs: &[Run], job_type: u8, object_type: u8, location: &str) -> Run {
    let wanted = |run: &&Run| (run.job_type, run.object_type, run.location) == (job_type, object_type, location);
    runs.iter().filter(wanted).max_by_key(|run| run.start).expect("there is one").clone()
}

fn latest_backup(runs: &[Run], object_type: u8) -> Run {
    latest(runs, BACKUP, object_type, CENTRAL_LOCATION)
}

#[test]
fn it_depends_on_its_end_alone() {
    let end = ends()[100];
    assert_eq!(format!("{:?}", history(end, RUN_TIME)), format!("{:?}", history(end, RUN_TIME)));
    // What is past stays as it was.
    let before = |runs: Vec<Run>| -> Vec<String> {
        let (from, until) = (end - TimeDelta::days(30), end - TimeDelta::days(5));
        runs.iter().filter(|run| from < run.start && run.start < until).map(|run| format!("{run:?}")).collect()
    };
    let known = before(history(end, RUN_TIME));
    assert!(known.len() > 400);
    assert_eq!(known, before(history(end + TimeDelta::hours(7), RUN_TIME)));
}

#[test]
fn nothing_starts_in_the_future_and_one_job_is_running() {
    for end in ends() {
        let runs = history(end, RUN_TIME);
        assert!(runs.is_sorted_by_key(|run| run.start), "{end}");
        assert!(runs.iter().all(|run| run.start <= end && run.start < run.finish), "{end}");
        assert!(runs[0].start >= end - TimeDelta::days(35) && runs[0].start < end - TimeDelta::days(34), "{end}");
        let running: Vec<&Run> = runs.iter().filter(|run| run.state_at(end) == State::InProgress).collect();
        let [running] = running[..] else { panic!("{end}: {running:?}") };
        assert_eq!(running.id, latest_backup(&runs, EXCHANGE_ONLINE).id);
        assert_eq!(running.finish, end + RUN_TIME);
        // The last one ended before it began.
        let others = runs.iter().filter(|run| run.job_type == BACKUP && run.object_type == EXCHANGE_ONLINE);
        assert!(others.filter(|run| run.id != running.id).all(|run| run.finish <= running.start), "{end}");
    }
}

#[test]
fn a_running_job_grows_until_it_ends() {
    let end = ends()[50];
    let running = latest_backup(&history(end, RUN_TIME), EXCHANGE_ONLINE);
    let counts = [0, 1, 2, 3, 4, 5].map(|minutes| running.counts_at(end + TimeDelta::minutes(minutes)));
    assert!(counts.is_sorted_by(|a, b| a.successful < b.successful), "{counts:?}");
    assert!(counts[0].successful > 0 && counts.iter().all(|count| count.total == running.counts.total));
    assert_eq!(counts[5], running.counts);
    assert_eq!(running.state_at(end + RUN_TIME - TimeDelta::milliseconds(1)), State::InProgress);
    assert_eq!(running.state_at(end + RUN_TIME), State::Finished);
}

#[test]
fn the_latest_run_of_each_kind_is_as_promised_at_any_time_of_day() {
    for end in ends() {
        let runs = history(end, RUN_TIME);
        let age = |run: &Run| end - run.start;
        let a_day = TimeDelta::hours(24) + TimeDelta::minutes(10);
        let failed = latest_backup(&runs, SHAREPOINT_ONLINE);
        assert_eq!(failed.outcome, State::Failed, "{end}");
        assert!(age(&failed) < a_day && failed.counts.failed > 0, "{end}: {failed:?}");
        assert!(failed.errors.iter().any(|error| !error.message.is_empty() && error.url.is_some()), "{end}");
        let exceptions = latest_backup(&runs, TEAMS);
        assert_eq!(exceptions.outcome, State::FinishedWithException, "{end}");
        assert!(age(&exceptions) < a_day && !exceptions.errors.is_empty(), "{end}");
        let stopped = age(&latest_backup(&runs, POWER_BI));
        assert!(TimeDelta::days(3) <= stopped && stopped < TimeDelta::days(4) + TimeDelta::minutes(20), "{stopped}");
        for (object_type, location) in [
            (ONEDRIVE, CENTRAL_LOCATION),
            (ONEDRIVE, "EUR"),
            (GROUPS, CENTRAL_LOCATION),
            (TEAMS_CHAT, CENTRAL_LOCATION),
        ] {
            let run = latest(&runs, BACKUP, object_type, location);
            assert_eq!(run.outcome, State::Finished, "{end}");
            assert!(age(&run) < TimeDelta::hours(13), "{end}: {run:?}");
        }
    }
}

#[test]
fn every_week_has_many_backups_some_restores_and_some_trouble() {
    let end = ends()[10];
    let runs = history(end, RUN_TIME);
    for week in 0..5 {
        let (from, until) = (end - TimeDelta::days(7 * week + 7), end - TimeDelta::days(7 * week));
        let week: Vec<&Run> = runs.iter().filter(|run| from <= run.start && run.start < until).collect();
        let count = |wanted: &dyn Fn(&Run) -> bool| week.iter().filter(|run| wanted(run)).count();
        assert!(count(&|run| run.job_type == BACKUP) > 7 * 15, "{}", week.len());
        assert!(count(&|run| run.job_type == RESTORE) >= 2);
        assert!(count(&|run| run.location == "EUR") >= 13);
        assert!(count(&|run| run.outcome != State::Finished) >= 3);
    }
    let outcomes: BTreeSet<u8> = runs.iter().map(|run| run.outcome as u8).collect();
    assert_eq!(outcomes, BTreeSet::from([2, 3, 4, 5]));
}

#[test]
fn ids_are_distinct_and_of_the_published_shapes() {
    let mut prefixes = BTreeMap::new();
    for end in ends() {
        let runs = history(end, RUN_TIME);
        let ids: BTreeSet<&str> = runs.iter().map(|run| run.id.as_str()).collect();
        assert_eq!(ids.len(), runs.len(), "{end}");
        for run in &runs {
            let (prefix, digits) = run.id.split_at(2);
            *prefixes.entry(prefix.to_owned()).or_insert(0) += 1;
            assert_eq!(prefix == "RS", run.job_type == RESTORE, "{run:?}");
            assert_eq!(digits.len(), if prefix == "RS" { 18 } else { 20 }, "{run:?}");
            assert!(digits.bytes().all(|byte| byte.is_ascii_digit()), "{run:?}");
            assert!(digits.starts_with(&run.start.format("%Y%m%d%H%M%S").to_string()), "{run:?}");
            assert!(JOBS.iter().all(|fixed| fixed.id != run.id), "{run:?}");
        }
    }
    let prefixes: Vec<String> = prefixes.into_keys().collect();
    assert_eq!(prefixes, ["FB", "IB", "RS"]);
}

#[test]
fn counts_and_errors_add_up() {
    for run in history(ends()[0], RUN_TIME) {
        let Counts { total, failed, successful, skipped } = run.counts;
        assert_eq!(total, failed + successful + skipped, "{run:?}");
        let occurrences: u64 = run.errors.iter().map(|error| error.occurrences).sum();
        match run.outcome {
            State::Finished => assert_eq!((failed, occurrences), (0, 0), "{run:?}"),
            State::PartiallyFinished => assert_eq!((failed, occurrences), (0, 1), "{run:?}"),
            _ => assert!(failed > 0 && failed == occurrences, "{run:?}"),
        }
        assert!(run.errors.iter().all(|error| error.occurrences > 0), "{run:?}");
    }
}
