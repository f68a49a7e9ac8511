//! Which jobs a summary names, and how many it counts.

use cloudbackupjobs::ffi::*;

use crate::client;
use crate::support::abi::Job;
use crate::support::abi_many::{Query, Summary};
use crate::support::list_server::{ListServer, job_at, page};

const STATES: [(cbj_state, &str); 6] = [
    (CBJ_STATE_UNKNOWN, "Waiting"),
    (CBJ_STATE_IN_PROGRESS, "In Progress"),
    (CBJ_STATE_FINISHED, "Finished"),
    (CBJ_STATE_FAILED, "Failed"),
    (CBJ_STATE_FINISHED_WITH_EXCEPTION, "Finished with Exception"),
    (CBJ_STATE_PARTIALLY_FINISHED, "Partially Finished"),
];

/// The summary of these jobs, in pages of `size`.
fn summary(jobs: &[String], size: usize) -> Summary {
    let (pages, total): (Vec<Vec<String>>, usize) = (jobs.chunks(size).map(<[_]>::to_vec).collect(), jobs.len());
    let server = ListServer::start(move |asked| page(&pages[asked.page()], &format!(r#""totalCount":{total}"#)));
    client(&server).summarize_jobs(&Query::ever()).expect("is a summary")
}

fn id(job: Option<Job>) -> Option<String> {
    job.and_then(|job| job.id)
}

/// Latest, latest that ended, and the latest in each state.
fn named(summary: &Summary) -> [Option<String>; 8] {
    let [unknown, running, finished, failed, exception, partially] =
        STATES.map(|(state, _)| id(summary.latest_in_state(state)));
    let (latest, ended) = (id(summary.latest()), id(summary.latest_ended()));
    [latest, ended, unknown, running, finished, failed, exception, partially]
}

/// Jobs of a week, each day one in each state, with ids that say day and state. Those that have ended took longer the
/// earlier they began: which job ended last is not which began last.
fn week() -> Vec<String> {
    let mut jobs = Vec::new();
    for day in 1..=7 {
        for (state, text) in STATES {
            let start = format!("2026-11-{day:02}T0{state}:00:00Z");
            let finish = if state > 1 { format!("2026-11-{:02}T0{state}:00:00Z", 20 - day) } else { String::new() };
            jobs.push(job_at(&format!("{day}/{state}"), text, &start, &finish));
        }
    }
    jobs
}

/// The same jobs in another order: every eleventh, again and again.
fn mixed(jobs: &[String]) -> Vec<String> {
    (0..jobs.len()).map(|place| jobs[place * 11 % jobs.len()].clone()).collect()
}

#[test]
fn the_latest_are_found_in_every_order_and_page_size() {
    let oldest_first = week();
    let newest_first: Vec<String> = oldest_first.iter().rev().cloned().collect();
    let mixed = mixed(&oldest_first);
    let expected = ["7/5", "1/5", "7/0", "7/1", "7/2", "7/3", "7/4", "7/5"].map(|id| Some(id.to_owned()));
    for (order, jobs) in [("oldest first", &oldest_first), ("newest first", &newest_first), ("mixed", &mixed)] {
        for size in [1, 2, 5, 100] {
            let summary = summary(jobs, size);
            assert_eq!(named(&summary), expected, "{order}, pages of {size}");
            assert_eq!((summary.count(), summary.total_count(), summary.is_complete()), (42, 42, 1), "{order}");
            for (state, text) in STATES {
                assert_eq!(summary.count_in_state(state), 7, "{order}: {text}");
            }
        }
    }
}

/// One state at a time, so that every slot is filled by this state alone.
#[test]
fn every_state_has_its_own_place_and_count() {
    for (state, text) in STATES {
        let jobs = [
            job_at("early", text, "2026-11-01T00:00:00Z", "2026-11-09T00:00:00Z"),
            job_at("late", text, "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z"),
        ];
        let summary = summary(&jobs, 10);
        assert_eq!(id(summary.latest()).as_deref(), Some("late"), "{text}");
        let ended = if cbj_state_is_terminal(state) == 1 { Some("early") } else { None };
        assert_eq!(id(summary.latest_ended()).as_deref(), ended, "{text}");
        for (other, _) in STATES {
            let expected = if other == state { (Some("late"), 2) } else { (None, 0) };
            let found = id(summary.latest_in_state(other));
            assert_eq!((found.as_deref(), summary.count_in_state(other)), expected, "{text}: {other}");
        }
    }
}

/// The first question of a nightly check, while the next run is under way.
#[test]
fn a_run_under_way_is_the_latest_and_has_not_ended() {
    let summary = summary(
        &[
            job_at("running", "In Progress", "2026-11-24T03:00:00Z", ""),
            job_at("last night", "Finished", "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z"),
        ],
        10,
    );
    assert_eq!(id(summary.latest()).as_deref(), Some("running"));
    assert_eq!(id(summary.latest_ended()).as_deref(), Some("last night"));
}

#[test]
fn of_equal_starts_the_later_finish_decides_and_then_the_first_in_the_list() {
    let at = |id: &str, finish: &str| job_at(id, "Finished", "2026-11-24T01:00:00Z", finish);
    let (short, long) = (at("short", "2026-11-24T01:30:00Z"), at("long", "2026-11-24T02:00:00Z"));
    for jobs in [[short.clone(), long.clone()], [long, short]] {
        assert_eq!(id(summary(&jobs, 1).latest()).as_deref(), Some("long"));
    }
    let twins = ["a", "b", "c"].map(|id| at(id, "2026-11-24T01:30:00Z"));
    for size in [1, 3] {
        let summary = summary(&twins, size);
        assert_eq!([summary.latest(), summary.latest_ended()].map(id), [(); 2].map(|()| Some("a".to_owned())));
    }
    // Of equal finishes the later start.
    let jobs = ["02", "03", "01"]
        .map(|hour| job_at(hour, "Failed", &format!("2026-11-24T{hour}:00:00Z"), "2026-11-24T09:00:00Z"));
    assert_eq!(id(summary(&jobs, 10).latest_ended()).as_deref(), Some("03"));
}

/// The service may leave the end out, or send one that cannot be read.
#[test]
fn a_run_whose_end_is_not_known_does_not_hide_behind_an_older_one() {
    let night = |id: &str, state: &str, night: u32, finish: &str| {
        job_at(id, state, &format!("2026-11-{night}T01:00:00Z"), finish)
    };
    for finish in ["", "0001-01-01T00:00:00Z", "this morning"] {
        let (before, last) =
            (night("before", "Finished", 23, "2026-11-23T02:00:00Z"), night("last", "Failed", 24, finish));
        for jobs in [[before.clone(), last.clone()], [last, before]] {
            for size in [1, 2] {
                assert_eq!(id(summary(&jobs, size).latest_ended()).as_deref(), Some("last"), "{finish:?}");
            }
        }
    }
    // It began before the other one ended.
    let jobs = [night("long", "Finished", 23, "2026-11-24T01:30:00Z"), night("short", "Failed", 24, "")];
    assert_eq!(id(summary(&jobs, 2).latest_ended()).as_deref(), Some("long"));
}

#[test]
fn a_time_that_cannot_be_read_is_older_than_every_other() {
    let old = job_at("old", "Finished", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z");
    let unreadable = job_at("unreadable", "Finished", "last night", "this morning");
    for jobs in [[old.clone(), unreadable.clone()], [unreadable.clone(), old]] {
        for size in [1, 2] {
            let summary = summary(&jobs, size);
            assert_eq!(named(&summary)[..2], [(); 2].map(|()| Some("old".to_owned())));
            assert_eq!((summary.count(), summary.count_in_state(CBJ_STATE_FINISHED)), (2, 2));
        }
    }
    // Better than none.
    let summary = summary(&[unreadable], 1);
    assert_eq!(named(&summary)[..2], [(); 2].map(|()| Some("unreadable".to_owned())));
}

#[test]
fn of_no_job_there_is_nothing_to_say() {
    let server = ListServer::with_pages([page::<String>([], r#""totalCount":0"#)]);
    let summary = client(&server).summarize_jobs(&Query::ever()).expect("is a summary");
    assert_eq!(named(&summary), [(); 8].map(|()| None));
    assert_eq!((summary.count(), summary.total_count(), summary.is_complete()), (0, 0, 1));
    for (state, _) in STATES {
        assert_eq!(summary.count_in_state(state), 0);
    }
}

#[test]
fn a_number_that_is_no_state_has_no_job_and_no_count() {
    let summary = summary(&week(), 50);
    for number in [-1, 6, i32::MIN, i32::MAX] {
        assert_eq!((summary.latest_in_state(number), summary.count_in_state(number)), (None, -1), "{number}");
    }
}

#[test]
fn a_job_that_comes_twice_counts_once() {
    let running = job_at("J", "In Progress", "2026-11-24T01:00:00Z", "");
    let ended = job_at("J", "Failed", "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z");
    let other = job_at("K", "Finished", "2026-11-23T01:00:00Z", "2026-11-23T02:00:00Z");
    let server = ListServer::with_pages([
        page([&running, &running], r#""totalCount":2"#),
        page([&ended, &other], r#""totalCount":2"#),
    ]);
    let summary = client(&server).summarize_jobs(&Query::ever()).expect("is a summary");
    assert_eq!((summary.count(), summary.is_complete()), (2, 1));
    assert_eq!(id(summary.latest()).as_deref(), Some("J"));
    let counts = STATES.map(|(state, _)| summary.count_in_state(state));
    assert_eq!(counts, [0, 1, 1, 0, 0, 0]);
    assert_eq!(summary.latest_in_state(CBJ_STATE_FAILED), None);
}

/// The jobs of a summary have everything that other jobs have, and stay until the summary is freed.
#[test]
fn the_jobs_of_a_summary_are_whole_and_its_own() {
    let entry = r#"{"id":"J","state":"Failed","startTime":"2026-11-24T01:00:00Z","finishTime":"2026-11-24T02:00:00Z","duration":"1","jobErrors":[{"value":"No licence","number":2}]}"#;
    let (jobs, later) = ([week(), vec![entry.to_owned()]].concat(), week());
    let later = later.into_iter().chain([job_at("new", "Failed", "2026-11-20T00:00:00Z", "")]);
    // Written once: a page has the time at which it is written.
    let pages = [page(&jobs, r#""totalCount":44"#), page(later, r#""totalCount":44"#)];
    let server = ListServer::start(move |asked| pages[asked.page().min(1)].clone());
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    let listed = iter.rest().expect("has no failure").into_iter().find(|job| job.id.as_deref() == Some("J"));
    let summary = client.summarize_jobs(&Query::ever()).expect("is a summary");
    drop((iter, client, server));
    let jobs = [summary.latest(), summary.latest_ended(), summary.latest_in_state(CBJ_STATE_FAILED)];
    for job in jobs {
        assert_eq!(job, listed);
        let job = job.expect("is there");
        assert_eq!((job.json.as_str(), job.errors.len(), job.request_id.as_deref()), (entry, 1, Some("request-1")));
    }
    assert_eq!((summary.count(), summary.is_complete()), (44, 1));
}
