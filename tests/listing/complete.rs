//! What a caller learns about what is missing: `is_complete`, the number of missing jobs, the total and the log.

use cloudbackupjobs::ffi::*;

use crate::setup;
use crate::support::abi::Lines;
use crate::support::abi_many::{Query, Summary};
use crate::support::list_server::{ListServer, ids, job_at, page, page_of, sends};

/// What a list says at its end.
struct End {
    ids: Vec<String>,
    total: i64,
    is_complete: i32,
    missing: i64,
    warnings: Vec<String>,
}

/// Lists everything, and makes a summary, which must say the same.
fn end(server: &ListServer, query: &Query) -> End {
    let lines = Lines::new();
    let client = setup(server).max_retries(0).log(lines, CBJ_LOG_DEBUG).client();
    let mut iter = client.list_jobs(query).expect("is a list");
    let ids = iter.ids();
    let warnings = lines.of(CBJ_LOG_WARN);
    let summary: Summary = client.summarize_jobs(query).expect("is a summary");
    assert_eq!(summary.count(), i64::try_from(ids.len()).expect("are few"));
    assert_eq!((summary.total_count(), summary.is_complete()), (iter.total_count(), iter.is_complete()));
    assert_eq!(summary.missing_count(), iter.missing_count());
    let of_the_summary = &lines.of(CBJ_LOG_WARN)[warnings.len()..];
    assert_eq!(of_the_summary, warnings);
    let (total, is_complete, missing) = (iter.total_count(), iter.is_complete(), iter.missing_count());
    End { ids, total, is_complete, missing, warnings }
}

#[test]
fn a_complete_list_says_so_and_warns_of_nothing() {
    for (metadata, total) in [
        (r#""totalCount":3,"nextLink":"""#, 3),
        (r#""totalNumber":"3","nextLink":null"#, 3),
        (r#""nextLink":"""#, -1),
        ("", -1),
        // It says fewer than it sends: nothing is known to be missing.
        (r#""totalCount":1"#, 1),
        (r#""totalCount":0"#, 0),
    ] {
        let server = ListServer::with_pages([page_of(ids(0, 3), metadata)]);
        let end = end(&server, &Query::ever());
        assert_eq!((end.ids, end.total, end.is_complete), (ids(0, 3), total, 1), "{metadata}");
        assert_eq!(end.missing, 0, "{metadata}");
        assert_eq!(end.warnings, [""; 0], "{metadata}");
    }
}

#[test]
fn the_end_must_be_reached_before_a_list_is_complete() {
    let server = ListServer::start(|asked| page_of(ids(2 * asked.page(), 2), r#""totalCount":4"#));
    let client = setup(&server).client();
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    for _ in 0..4 {
        assert_eq!((iter.is_complete(), iter.total_count()), (0, 4));
        assert_eq!(iter.missing_count(), -1);
        iter.next().expect("has no failure").expect("is a job");
    }
    assert_eq!((iter.next(), iter.is_complete(), iter.total_count()), (Ok(None), 1, 4));
    assert_eq!(iter.missing_count(), 0);
    // Without a total, a link is all that says that there is more.
    let server = ListServer::with_pages([page_of(["a"], r#""nextLink":"more""#), page_of(["b"], r#""nextLink":"""#)]);
    let mut iter = setup(&server).client().list_jobs(&Query::ever()).expect("is a list");
    for id in ["a", "b"] {
        assert_eq!((iter.is_complete(), iter.total_count()), (0, -1));
        assert_eq!(iter.next().expect("has no failure").and_then(|job| job.id).as_deref(), Some(id));
    }
    assert_eq!((iter.next(), iter.is_complete()), (Ok(None), 1));
}

#[test]
fn fewer_jobs_than_the_total_is_incomplete() {
    let server = ListServer::start(|asked| match asked.page() {
        0 => page_of(ids(0, 3), r#""totalCount":7"#),
        _ => page_of([""; 0], r#""totalCount":7"#),
    });
    let end = end(&server, &Query::ever());
    assert_eq!((end.ids, end.total, end.is_complete), (ids(0, 3), 7, 0));
    assert_eq!(end.missing, 4);
    let [warning] = &end.warnings[..] else { panic!("one line: {:?}", end.warnings) };
    assert!(warning.contains("incomplete: the service says that there are 7 jobs, and its pages have 3"), "{warning}");
}

/// A service may count all jobs in the rows of a page: where a page has no row, its total is 0.
#[test]
fn an_empty_page_takes_nothing_from_the_total() {
    for last in [r#"{"data":[],"metadata":{"totalCount":0}}"#, r#"{"data":null,"metadata":{"totalNumber":"0"}}"#] {
        let server = ListServer::start(move |asked| match asked.page() {
            0 => page_of(ids(0, 3), r#""totalCount":7"#),
            _ => sends(last),
        });
        let end = end(&server, &Query::ever());
        assert_eq!((end.ids, end.total, end.is_complete, end.missing), (ids(0, 3), 7, 0, 4), "{last}");
        assert_eq!(end.warnings.len(), 1, "{last}");
    }
    // It may count more than before.
    let server = ListServer::start(|asked| match asked.page() {
        0 => page_of(ids(0, 3), r#""totalCount":7"#),
        _ => page_of([""; 0], r#""totalCount":8"#),
    });
    assert_eq!(end(&server, &Query::ever()).missing, 5);
}

/// The service counts whole days: jobs outside of the query's time are not missing.
#[test]
fn jobs_outside_of_the_time_are_not_missing() {
    let at = |id: &str, start: &str| job_at(id, "Finished", start, start);
    let jobs =
        [at("in", "2026-11-24T12:00:00Z"), at("out", "2026-11-23T12:00:00Z"), at("out too", "2026-11-25T12:00:00Z")];
    let query = Query::ever().since(1_795_478_400_000).until(1_795_478_400_000 + 86_400_000);
    let whole = ListServer::with_pages([page(&jobs, r#""totalCount":3"#)]);
    let complete = end(&whole, &query);
    assert_eq!((complete.ids, complete.total, complete.is_complete), (vec!["in".to_owned()], 3, 1));
    assert_eq!(complete.warnings, [""; 0]);
    let server = ListServer::with_pages([page(&jobs, r#""totalCount":4"#)]);
    let end = end(&server, &query);
    assert_eq!((end.ids, end.is_complete, end.warnings.len()), (vec!["in".to_owned()], 0, 1));
    assert_eq!(end.missing, 1);
    // A job outside is new as well: the second page is asked for, and brings nothing new.
    assert_eq!(&server.pages()[..2], [0, 1]);
}

/// A page with jobs of another time only does not end a list.
#[test]
fn a_page_with_nothing_in_the_time_is_no_end() {
    let server = ListServer::start(|asked| match asked.page() {
        0 => page([job_at("new", "Finished", "2026-11-25T12:00:00Z", "")], r#""totalCount":3"#),
        1 => page([job_at("old", "Finished", "2026-11-22T12:00:00Z", "")], r#""totalCount":3"#),
        _ => page([job_at("in", "Finished", "2026-11-24T12:00:00Z", "")], r#""totalCount":3"#),
    });
    let query = Query::ever().since(1_795_478_400_000).until(1_795_478_400_000 + 86_400_000);
    let end = end(&server, &query);
    assert_eq!((end.ids, end.is_complete), (vec!["in".to_owned()], 1));
}

fn endless() -> ListServer {
    ListServer::start(|asked| page_of(ids(2 * asked.page(), 2), r#""totalCount":1000,"nextLink":"more""#))
}

#[test]
fn a_list_gives_up_at_max_jobs() {
    for most in [1, 2, 3, 4, 7] {
        let server = endless();
        let query = Query::ever().page_size(2).max_jobs(most);
        let end = end(&server, &query);
        assert_eq!((end.ids, end.is_complete), (ids(0, most as usize), 0), "{most}");
        // The service has 1000 jobs, but how many of the others are in the query's time, it does not say.
        assert_eq!(end.missing, -1, "{most}");
        let [warning] = &end.warnings[..] else { panic!("one line: {:?}", end.warnings) };
        assert!(warning.contains("incomplete") && warning.contains("max_jobs"), "{warning}");
        assert!(warning.contains(&format!("gave up after {most} jobs")), "{warning}");
        // Half as many pages as jobs, and no page more; the same for the summary.
        assert_eq!(server.asked().len(), 2 * most.div_ceil(2) as usize, "{most}");
    }
}

#[test]
fn exactly_max_jobs_are_a_complete_list() {
    for most in [4, 5] {
        let server = ListServer::start(|asked| page_of(ids(2 * asked.page(), 2), r#""totalCount":4"#));
        let end = end(&server, &Query::ever().max_jobs(most));
        assert_eq!((end.ids, end.is_complete, end.warnings.len()), (ids(0, 4), 1, 0), "{most}");
    }
}

/// Jobs outside of the query's time do not count for `max_jobs`, but a service that knows no filter at all may send them
/// for ever.
#[test]
fn a_service_that_sends_other_times_for_ever_is_given_up() {
    let server = ListServer::start(|asked| {
        let jobs = ids(1000 * asked.page(), 1000);
        page(jobs.iter().map(|id| job_at(id, "Finished", "2001-01-01T00:00:00Z", "")), r#""nextLink":"more""#)
    });
    let end = end(&server, &Query::new().page_size(1000).max_jobs(5));
    assert_eq!((end.ids.len(), end.is_complete, end.missing), (0, 0, -1));
    let [warning] = &end.warnings[..] else { panic!("one line: {:?}", end.warnings) };
    assert!(warning.contains("gave up after 0 jobs in its time and 10000 outside"), "{warning}");
    assert_eq!(server.asked().len(), 20);
}

#[test]
fn by_default_a_list_gives_up_at_10000_jobs() {
    let server = ListServer::start(|asked| page_of(ids(1000 * asked.page(), 1000), r#""nextLink":"more""#));
    let client = setup(&server).client();
    let summary = client.summarize_jobs(&Query::ever().page_size(1000)).expect("is a summary");
    assert_eq!((summary.count(), summary.is_complete(), server.asked().len()), (10_000, 0, 10));
}

/// A page that is full, from a service that says nothing about other pages. Nothing is known to be missing, so only the log
/// has it.
#[test]
fn a_page_without_metadata_that_may_be_one_of_many_is_worth_a_warning() {
    // A service may send fewer jobs for a page than it is asked for; 10 is its documented default.
    for (jobs, page_size) in [(10, 10), (10, 50), (20, 1000), (2, 2)] {
        let server = ListServer::with_pages([page_of(ids(0, jobs), "")]);
        let full = end(&server, &Query::ever().page_size(page_size));
        assert_eq!((full.ids.len(), full.is_complete), (jobs, 1));
        let [warning] = &full.warnings[..] else { panic!("{jobs} of {page_size}: {:?}", full.warnings) };
        assert!(warning.contains("may be incomplete") && warning.contains("page_size"), "{warning}");
    }
    for (jobs, page_size, metadata) in [(9, 50, ""), (0, 50, ""), (1, 2, ""), (10, 10, r#""nextLink":"""#)] {
        let server = ListServer::with_pages([page_of(ids(0, jobs), metadata)]);
        let whole = end(&server, &Query::ever().page_size(page_size));
        assert_eq!((whole.is_complete, whole.warnings.len()), (1, 0), "{jobs} of {page_size}");
    }
}

/// A server that sends its first page again and again, because it knows no page numbers and the link to its next page cannot
/// be followed.
#[test]
fn a_next_page_without_new_jobs_is_worth_a_warning() {
    for link in ["token", "?pageIndex=0", "https://other.example/?cursor=x"] {
        let metadata = format!(r#""nextLink":"{link}""#);
        let server = ListServer::with_pages([page_of(ids(0, 2), &metadata)]);
        let circle = end(&server, &Query::ever());
        assert_eq!((circle.ids, circle.is_complete), (ids(0, 2), 1), "{link}");
        let [warning] = &circle.warnings[..] else { panic!("one line: {:?}", circle.warnings) };
        assert!(warning.contains("may be incomplete") && warning.contains("names a next page"), "{warning}");
        // The total says that nothing is missing.
        let server = ListServer::with_pages([page_of(ids(0, 2), &format!(r#""totalCount":2,{metadata}"#))]);
        let whole = end(&server, &Query::ever());
        assert_eq!((whole.ids, whole.is_complete, whole.warnings.len()), (ids(0, 2), 1, 0), "{link}");
    }
}

#[test]
fn every_page_is_a_line_of_the_log() {
    let server = ListServer::start(|asked| page_of(ids(asked.page(), 1), r#""totalCount":3"#));
    let lines = Lines::new();
    let client = setup(&server).log(lines, CBJ_LOG_INFO).client();
    client.list_jobs(&Query::ever()).expect("is a list").ids();
    let lines = lines.of(CBJ_LOG_INFO);
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (number, line) in lines.iter().enumerate() {
        let page = format!("GET /backup/m365/cloudbackupjobs?pageIndex={number}&pageSize=50: status 200, ");
        assert!(line.starts_with(&page) && line.ends_with("attempts 1, request id request-1"), "{line}");
    }
}

/// Freed before its end, a list has nothing to say.
#[test]
fn a_list_that_is_left_early_warns_of_nothing() {
    let server = endless();
    let lines = Lines::new();
    let client = setup(&server).log(lines, CBJ_LOG_DEBUG).client();
    drop(client.list_jobs(&Query::ever()).expect("is a list"));
    assert_eq!((lines.of(CBJ_LOG_WARN), server.asked().len()), (vec![], 1));
}
