//! How much memory lists and summaries take. The Rust types are those in the handles.

use cloudbackupjobs::{Client, Config, Job, JobSummary, Query};

use crate::support::counting::measured;
use crate::support::list_server::{ListServer, ids, job, page, page_of};

fn client(server: &ListServer) -> Client {
    let config =
        Config::new().base_url(server.url()).access_token("token-of-the-host").timeout_ms(60_000).max_retries(0);
    Client::new(&config).expect("is complete")
}

fn ever(page_size: u32) -> Query {
    Query::new().since(None).page_size(page_size).expect("is allowed")
}

/// A client that has its connection.
fn warm(server: &ListServer) -> Client {
    let client = client(server);
    client.list_jobs(&ever(1)).expect("is a list");
    client
}

/// The memory of a job beside its texts.
const HANDLE: usize = 1024;

#[test]
fn a_job_does_not_keep_its_page() {
    let padding = format!(r#"{{"id":"large","new":"{}"}}"#, "x".repeat(2_000_000));
    let jobs: Vec<String> = ids(0, 1000).iter().map(|id| job(id)).chain([padding]).collect();
    let length = jobs[500].len();
    let server = ListServer::with_pages([page(&jobs, "")]);
    let client = warm(&server);
    let (kept, _, bytes) = measured(|| {
        let mut iter = client.list_jobs(&ever(1000)).expect("is a list");
        iter.nth(500).expect("is there").expect("has no failure")
    });
    assert_eq!(kept.id(), ids(500, 1).first().map(String::as_str));
    assert!(bytes < 3 * length + HANDLE, "a job of {length} bytes keeps {bytes}");
}

/// The JSON text of an entry, its members once more, and the handle.
#[test]
fn an_entry_takes_no_more_than_its_texts() {
    let jobs: Vec<String> = ids(0, 1000).iter().map(|id| job(id)).collect();
    let length: usize = jobs.iter().map(String::len).sum();
    let server = ListServer::with_pages([page(&jobs, "")]);
    let client = warm(&server);
    let (jobs, most, bytes) = measured(|| {
        let iter = client.list_jobs(&ever(1000)).expect("is a list");
        iter.collect::<Result<Vec<_>, _>>().expect("has no failure")
    });
    assert_eq!(jobs.len(), 1000);
    // The id, the state, two times, the duration, and a NUL for each.
    let members = "IB00000".len() + "Finished".len() + 2 * "2026-11-24T01:00:00Z".len() + "1.000".len() + 6;
    // The vector has grown to the next power of two.
    let handles = 1024 * size_of::<Job>();
    let expected = length + 1000 * members + handles;
    assert!(bytes < expected + 1000 * 8, "1000 jobs of {length} bytes keep {bytes}, expected {expected}");
    assert!(most < 3 * length + 1000 * HANDLE + 256 * 1024, "1000 jobs of {length} bytes take {most}");
}

#[test]
fn a_page_takes_three_times_its_size() {
    let size = 4 * 1024 * 1024 + 1024;
    let of_one = |name: &str, member: &str, unit: &str, end: &str| {
        let filled = unit.repeat(size / unit.len());
        (name.to_owned(), vec![format!(r#"{{"id":"J","jobErrors":[],{member}{filled}{end}}}"#)])
    };
    let mut pages = vec![
        of_one("a job of one unknown text", r#""new":""#, "x", r#"""#),
        of_one("a job of one text", r#""startTime":""#, "x", r#"""#),
        of_one("a job of one text of escapes", r#""startTime":""#, r"\t", r#"""#),
        of_one("a job with a long name of escapes", r#"""#, r"\t", r#"":1"#),
        of_one("a job with one error", r#""jobErrors":[{"value":""#, "x", r#""}]"#),
        of_one("a job with small errors", r#""jobErrors":["#, r#"{"number":7,"value":"x"},"#, "{}]"),
        of_one("a job with empty errors", r#""jobErrors":["#, "{},", "{}]"),
    ];
    let with_error = |size: usize| format!(r#"{{"id":"J{size}","jobErrors":[{{"value":"{}"}}]}}"#, "x".repeat(size));
    pages.push(("jobs of any size".to_owned(), (8..20).map(|power| with_error(1 << power)).collect()));
    pages.push(("smaller and smaller jobs".to_owned(), (8..20).rev().map(|power| with_error(1 << power)).collect()));
    for (name, jobs) in pages {
        let (count, length) = (jobs.len(), jobs.iter().map(String::len).sum::<usize>());
        let server = ListServer::with_pages([page(&jobs, "")]);
        drop(jobs);
        let client = warm(&server);
        let (jobs, most, kept) = measured(|| {
            let iter = client.list_jobs(&ever(1000)).expect("is a list");
            iter.collect::<Result<Vec<_>, _>>().expect("has no failure")
        });
        assert_eq!(jobs.len(), count, "{name}");
        assert!(most <= 3 * length + 1024 * 1024, "{name}: {most} bytes for a page of {length}");
        assert!(kept <= 2 * length + 4096 + count * HANDLE, "{name}: {kept} bytes of a page of {length}");
    }
}

/// The most memory that a summary of `count` jobs takes, and the memory of its result.
fn summary_of(count: usize, size: usize) -> (usize, usize) {
    let server = ListServer::start(move |asked| {
        let first = size * asked.page();
        page_of(ids(first, count.saturating_sub(first).min(size)), &format!(r#""totalCount":{count}"#))
    });
    let client = warm(&server);
    let query = ever(u32::try_from(size).expect("is small"));
    let (summary, most, bytes): (JobSummary, _, _) = measured(|| client.summarize_jobs(&query).expect("is a summary"));
    assert_eq!((summary.count(), summary.is_complete()), (i64::try_from(count).expect("is small"), true));
    (most, bytes)
}

#[test]
fn a_summary_takes_constant_memory() {
    let (most, bytes) = summary_of(100, 50);
    let (most_of_many, bytes_of_many) = summary_of(10_000, 50);
    // 16 bytes tell a job from others, in a table that may be half empty and is copied when it grows.
    assert!(most_of_many < most + 1024 * 1024, "{most_of_many} for 10,000 jobs, {most} for 100");
    assert!(bytes_of_many < bytes + 4096, "{bytes_of_many} for 10,000 jobs, {bytes} for 100");
}

/// The jobs that are not named are not made.
#[test]
fn a_summary_keeps_only_its_jobs() {
    let (most, bytes) = summary_of(1000, 1000);
    let body: usize = ids(0, 1000).iter().map(|id| job(id).len() + 1).sum();
    assert!(bytes < 8 * 1024, "{bytes}");
    assert!(most < 2 * body + 256 * 1024, "{most} for a page of {body}");
}
