//! How a summary reads its pages: one deadline, one connection, and no half of a summary.

use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;

use crate::support::abi::name;
use crate::support::abi_many::Query;
use crate::support::answers::answer;
use crate::support::list_server::{ListServer, ids, page_of};
use crate::support::scripted_server::Step;
use crate::{client, setup};

#[test]
fn all_pages_are_read_on_one_connection() {
    let server = ListServer::start(|asked| page_of(ids(50 * asked.page(), 50), r#""totalCount":500"#));
    let summary = client(&server).summarize_jobs(&Query::ever()).expect("is a summary");
    assert_eq!((summary.count(), summary.is_complete()), (500, 1));
    assert_eq!((server.pages(), server.connections()), ((0..10).collect(), 1));
}

/// What a nightly check asks: did everything run.
#[test]
fn twelve_kinds_cost_twelve_requests_on_one_connection() {
    let server = ListServer::start(|asked| {
        let kind: usize = asked.parameter("objectType").and_then(|number| number.parse().ok()).expect("is sent");
        page_of(ids(100 * kind, kind), &format!(r#""totalCount":{kind},"nextLink":"""#))
    });
    let client = client(&server);
    for kind in CBJ_OBJECT_TYPE_EXCHANGE_ONLINE..=CBJ_OBJECT_TYPE_POWER_APPS {
        let summary = client.summarize_jobs(&Query::ever().object_type(kind)).expect("is a summary");
        assert_eq!((summary.count(), summary.is_complete()), (kind.into(), 1));
        assert_eq!(
            summary.latest().and_then(|job| job.id),
            ids(100 * usize::try_from(kind).expect("is positive"), 1).pop()
        );
    }
    assert_eq!((server.asked().len(), server.connections()), (12, 1));
}

/// Every page comes within the client's time, but all of them together take 10 s.
#[test]
fn all_pages_share_one_deadline() {
    let server = ListServer::start(|asked| {
        let page = page_of(ids(asked.page(), 1), r#""totalCount":50"#);
        [vec![Step::Pause(Duration::from_millis(200))], page].concat()
    });
    let client = setup(&server).timeout_ms(1500).max_retries(0).client();
    let begin = Instant::now();
    let failure = client.summarize_jobs(&Query::ever()).err().expect("takes too long");
    let took = begin.elapsed();
    assert_eq!(name(failure.status), "CBJ_ERROR_TIMEOUT", "{failure:?}");
    assert!(failure.message.contains("(1500 ms for the whole call)"), "{failure:?}");
    assert!((Duration::from_millis(1500)..Duration::from_secs(8)).contains(&took), "{took:?}");
    assert!((2..=8).contains(&server.asked().len()), "{}", server.asked().len());
}

/// A wait that would pass the deadline is not begun, as in every call.
#[test]
fn a_wait_beyond_the_deadline_is_not_begun() {
    let server = ListServer::start(|asked| match asked.page() {
        0 => page_of(ids(0, 1), r#""totalCount":2"#),
        _ => vec![Step::Send(answer("429 Too Many Requests\r\nRetry-After: 60", ""))],
    });
    let begin = Instant::now();
    let failure = setup(&server).timeout_ms(20_000).client().summarize_jobs(&Query::ever()).err().expect("is refused");
    assert_eq!((name(failure.status).as_str(), failure.retry_after_ms), ("CBJ_ERROR_RATE_LIMITED", 60_000));
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

#[test]
fn a_page_that_fails_fails_the_summary() {
    for failing in [0, 1, 4] {
        let server = ListServer::start(move |asked| match asked.number {
            number if number == failing => vec![Step::Send(answer("500 Internal Server Error", ""))],
            _ => page_of(ids(asked.page(), 1), r#""totalCount":5"#),
        });
        let client = client(&server);
        // The wrapper checks that there is no handle.
        let failure = client.summarize_jobs(&Query::ever()).err().expect("fails");
        assert_eq!((name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_SERVER", 500));
        assert!(failure.message.contains(&format!("pageIndex={failing}")), "{failure:?}");
        assert_eq!(server.asked().len(), failing + 1);
        // The next one begins with the first page.
        let summary = client.summarize_jobs(&Query::ever()).expect("is a summary");
        assert_eq!((summary.count(), server.asked()[failing + 1].page()), (5, 0));
    }
}

#[test]
fn a_page_of_a_summary_is_retried_as_any_call_is() {
    let server = ListServer::start(|asked| match asked.number {
        1 => vec![Step::Send(answer("503 Service Unavailable\r\nRetry-After: 0", ""))],
        2 => vec![Step::Close],
        _ => page_of(ids(asked.page(), 1), r#""totalCount":3"#),
    });
    let summary = setup(&server).client().summarize_jobs(&Query::ever()).expect("is a summary");
    assert_eq!((summary.count(), summary.is_complete(), server.pages()), (3, 1, vec![0, 1, 1, 1, 2]));
}

#[test]
fn a_summary_stops_where_a_list_stops() {
    for (metadata, requests, is_complete) in
        [(r#""nextLink":"?pageIndex=0""#, 2, 1), (r#""totalCount":9"#, 2, 0), ("", 1, 1)]
    {
        let server = ListServer::with_pages([page_of(ids(0, 2), metadata)]);
        let summary = client(&server).summarize_jobs(&Query::ever()).expect("is a summary");
        assert_eq!(
            (summary.count(), summary.is_complete(), server.asked().len()),
            (2, is_complete, requests),
            "{metadata}"
        );
    }
}

#[test]
fn a_summary_gives_up_at_max_jobs() {
    let server = ListServer::start(|asked| page_of(ids(2 * asked.page(), 2), r#""totalCount":100"#));
    let summary = client(&server).summarize_jobs(&Query::ever().max_jobs(3)).expect("is a summary");
    assert_eq!((summary.count(), summary.total_count(), summary.is_complete()), (3, 100, 0));
    assert_eq!(server.asked().len(), 2);
}
