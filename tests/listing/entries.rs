//! Answers that are no page, and entries that are no job.

use crate::client;
use crate::support::abi::{Failure, name};
use crate::support::abi_many::Query;
use crate::support::answers::{answer, ok};
use crate::support::list_server::{ListServer, job, page, page_of, sends};
use crate::support::scripted_server::{Script, Step};

/// The failure of a list whose first page is this, and which is also that of a summary.
fn failure_of(script: Script) -> Failure {
    let server = ListServer::with_pages([script]);
    let client = client(&server);
    let failure = client.list_jobs(&Query::ever()).err().expect("is no list");
    let again = client.summarize_jobs(&Query::ever()).err().expect("is no summary");
    assert_eq!((again.status, &again.message), (failure.status, &failure.message));
    failure
}

fn sends_with(head: &str, body: &str) -> Script {
    vec![Step::Send(answer(head, body))]
}

#[test]
fn a_first_page_without_a_list_is_not_found() {
    for (row, script, http_status) in [
        ("null", sends(r#"{"statusCode":200,"data":null}"#), 200),
        ("missing", sends(r#"{"statusCode":200,"message":""}"#), 200),
        ("null although there are jobs", sends(r#"{"data":null,"metadata":{"totalCount":3}}"#), 200),
        ("no content", sends_with("204 No Content", ""), 204),
        ("404", sends_with("404 Not Found", ""), 404),
    ] {
        let failure = failure_of(script);
        assert_eq!((name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_NOT_FOUND", http_status), "{row}");
        assert_eq!(failure.is_retryable, 0, "{row}");
    }
    let failure = failure_of(sends(r#"{"message":"No such location.","data":null,"requestId":"r","traceId":"t"}"#));
    assert!(failure.message.contains("the answer contains no list of jobs (No such location.)"), "{failure:?}");
    assert!(failure.message.contains("On a tenant that is not Multi-Geo name no location."), "{failure:?}");
    assert_eq!((failure.request_id.as_deref(), failure.trace_id.as_deref()), (Some("r"), Some("t")));
}

#[test]
fn data_of_another_kind_is_no_list() {
    for data in ["{}", r#"{"id":"J"}"#, r#""jobs""#, "7", "true"] {
        let failure = failure_of(sends(format!(r#"{{"data":{data},"requestId":"r"}}"#)));
        assert_eq!(name(failure.status), "CBJ_ERROR_PROTOCOL", "{data}");
        let words = format!("the member data is {data}, wanted the jobs, a list");
        assert!(failure.message.contains(&words), "{failure:?}");
        assert_eq!(failure.request_id.as_deref(), Some("r"));
    }
}

#[test]
fn what_is_no_envelope_is_no_list() {
    for body in ["", "[]", "<html>", r#"{"data":[}"#, r#"{"data":[{"id":"J"},]}"#, "\u{0}", r#"{"data":[{"id":"J"}]"#] {
        let failure = failure_of(sends(body));
        assert_eq!(name(failure.status), "CBJ_ERROR_PROTOCOL", "{body}: {failure:?}");
    }
}

/// Whether the service sent a list of errors is read for each job by itself.
#[test]
fn each_job_says_whether_its_errors_were_sent() {
    let entries = [
        r#"{"id":"a","jobErrors":[{"number":1}]}"#,
        r#"{"id":"b"}"#,
        r#"{"id":"c","jobErrors":[]}"#,
        r#"{"id":"d","jobErrors":null}"#,
    ];
    let server = ListServer::with_pages([page(entries, "")]);
    let jobs = client(&server).list_jobs(&Query::ever()).expect("is a list").rest().expect("are jobs");
    let found: Vec<_> = jobs.iter().map(|job| (job.has_error_list, job.errors.len())).collect();
    assert_eq!(found, [(1, 1), (0, 0), (1, 0), (0, 0)]);
}

/// An entry that cannot be read fails the page, and the message names its place.
#[test]
fn the_place_of_an_unreadable_entry_is_named() {
    for (entry, place) in [
        ("null", "data[3] is null"),
        ("{}", "data[3] is {}"),
        ("7", "data[3] is 7"),
        (r#""J""#, r#"data[3] is "J""#),
        ("[]", "data[3] is []"),
        (r#"{"id":["J"]}"#, r#"data[3].id is ["J"]"#),
        (r#"{"id":"J","state":{}}"#, "data[3].state is {}"),
        (r#"{"id":"J","backupDetails":[]}"#, "data[3].backupDetails is []"),
        (r#"{"id":"J","backupDetails":{"failedNumber":-1}}"#, "data[3].backupDetails.failedNumber is -1"),
        (r#"{"id":"J","backupDetails":{"skippedCount":"x"}}"#, r#"data[3].backupDetails.skippedCount is "x""#),
        (r#"{"id":"J","jobErrors":{}}"#, "data[3].jobErrors is {}"),
        (r#"{"id":"J","jobErrors":[{},5]}"#, "data[3].jobErrors[1] is 5"),
        (r#"{"id":"J","jobErrors":[{"number":1.5}]}"#, "data[3].jobErrors[0].number is 1.5"),
    ] {
        let jobs = [&job("0"), &job("1"), &job("2"), entry, &job("4")].map(str::to_owned);
        let failure = failure_of(page(&jobs, ""));
        assert_eq!(name(failure.status), "CBJ_ERROR_PROTOCOL", "{entry}");
        assert!(failure.message.contains(&format!("the member {place}, wanted ")), "{failure:?}");
        assert_eq!((failure.is_retryable, failure.request_id.as_deref()), (0, Some("request-1")), "{entry}");
    }
}

#[test]
fn the_first_unreadable_entry_is_the_one_that_is_named() {
    let failure = failure_of(page([job("0"), "null".to_owned(), r#"{"id":[]}"#.to_owned()], ""));
    assert!(failure.message.contains("data[1] is null"), "{failure:?}");
    let failure = failure_of(page(["null"], ""));
    assert!(failure.message.contains("data[0] is null"), "{failure:?}");
}

/// Also if the entry would not have been returned: nobody knows what it is.
#[test]
fn an_entry_outside_of_the_time_must_be_readable_too() {
    let entry = r#"{"id":"J","startTime":"2001-01-01T00:00:00Z","backupDetails":{"failedNumber":-1}}"#;
    let server = ListServer::with_pages([page([entry], "")]);
    let failure = client(&server).list_without_query().err().expect("is no list");
    assert!(failure.message.contains("data[0].backupDetails.failedNumber"), "{failure:?}");
}

/// Of members with one name the last one counts, here as everywhere.
#[test]
fn the_last_data_counts() {
    let body = format!(r#"{{"data":[null],"data":[{}],"data":[{},{}]}}"#, job("a"), job("a"), job("b"));
    let server = ListServer::with_pages([sends(body)]);
    assert_eq!(client(&server).list_jobs(&Query::ever()).expect("is a list").ids(), ["a", "b"]);
}

#[test]
fn the_status_in_the_envelope_counts() {
    for (status, outcome, retryable) in [
        (400, "CBJ_ERROR_REJECTED", 0),
        (403, "CBJ_ERROR_PERMISSION", 0),
        (404, "CBJ_ERROR_NOT_FOUND", 0),
        (429, "CBJ_ERROR_RATE_LIMITED", 1),
        (500, "CBJ_ERROR_SERVER", 1),
    ] {
        let body = format!(r#"{{"statusCode":{status},"message":"No.","data":[{}],"traceId":"t"}}"#, job("J"));
        let failure = failure_of(sends(body));
        let outcome_found = (name(failure.status), failure.http_status, failure.is_retryable);
        assert_eq!(outcome_found, (outcome.to_owned(), status, retryable), "{failure:?}");
        assert!(failure.message.contains("No."), "{failure:?}");
        assert_eq!(failure.trace_id.as_deref(), Some("t"));
    }
}

#[test]
fn a_page_larger_than_allowed_is_refused() {
    let server = ListServer::with_pages([page_of(["a"], ""), page([job(&"x".repeat(10_000))], "")]);
    let client = crate::setup(&server).max_response_bytes(5000).client();
    client.list_jobs(&Query::ever()).expect("is small enough");
    let failure = client.list_jobs(&Query::ever()).err().expect("is too large");
    assert_eq!(name(failure.status), "CBJ_ERROR_PROTOCOL", "{failure:?}");
    assert!(failure.message.contains("5000"), "{failure:?}");
}

/// The message names the page by its URL, so that an operator can ask for it by hand.
#[test]
fn a_message_names_the_page() {
    let server = ListServer::start(|asked| match asked.page() {
        0 => page_of(["a"], r#""totalCount":3"#),
        _ => vec![Step::Send(ok("[]"))],
    });
    let mut iter = client(&server).list_jobs(&Query::ever()).expect("is a list");
    let failure = iter.rest().expect_err("is no page");
    let url = format!("GET {}/backup/m365/cloudbackupjobs?pageIndex=1&pageSize=50: ", server.url());
    assert!(failure.message.starts_with(&url), "{failure:?}");
}
