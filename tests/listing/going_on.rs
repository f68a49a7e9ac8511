//! When the next page is asked for, and when a listing stops.

use crate::client;
use crate::support::abi_many::{JobIter, Query};
use crate::support::answers::headed;
use crate::support::list_server::{Asked, ListServer, ids, job, job_at, page, page_of, sends};
use crate::support::scripted_server::{Script, Step};

/// Lists everything. Returns the ids, and the numbers of the pages that were asked for.
fn list(server: &ListServer) -> (Vec<String>, Vec<usize>) {
    let mut iter = begin(server);
    (iter.ids(), server.pages())
}

fn begin(server: &ListServer) -> JobIter {
    client(server).list_jobs(&Query::ever().page_size(2)).expect("is a list")
}

/// The page of two jobs out of `count` that is asked for by its number.
fn two_of(count: usize, asked: &Asked, metadata: &str) -> Script {
    let first = 2 * asked.page();
    page_of(ids(first, count.saturating_sub(first).min(2)), metadata)
}

#[test]
fn pages_are_asked_for_until_the_total_is_there() {
    for total in [
        r#""totalCount":5"#,
        r#""totalNumber":5"#,
        r#""totalCount":"5""#,
        r#""totalNumber":"5","totalCount":null"#,
        r#""totalCount":"","totalNumber":5"#,
        r#""totalCount":5,"totalNumber":4"#,
        r#""totalNumber":5,"totalCount":{}"#,
        r#""totalNumber":5,"nextLink":"""#,
        r#""totalNumber":5,"nextLink":null"#,
    ] {
        let server = ListServer::start(move |asked| two_of(5, asked, total));
        let mut iter = begin(&server);
        assert_eq!(iter.ids(), ids(0, 5), "{total}");
        assert_eq!((iter.total_count(), iter.is_complete()), (5, 1), "{total}");
        assert_eq!(server.pages(), [0, 1, 2], "{total}");
    }
}

#[test]
fn one_page_is_all_if_nothing_says_that_there_are_more() {
    for metadata in [
        "",
        r#""totalCount":null"#,
        r#""totalCount":2"#,
        r#""totalCount":"2""#,
        r#""totalCount":-1"#,
        r#""totalCount":2.5"#,
        r#""totalCount":"many""#,
        r#""totalCount":[9]"#,
        r#""nextLink":"""#,
        r#""nextLink":null,"totalNumber":"""#,
        r#""nextLink":{},"totalNumber":true"#,
    ] {
        let server = ListServer::start(move |asked| two_of(9, asked, metadata));
        assert_eq!(list(&server), (ids(0, 2), vec![0]), "{metadata}");
    }
}

#[test]
fn metadata_of_another_type_says_nothing() {
    for metadata in
        ["", r#","metadata":null"#, r#","metadata":"x""#, r#","metadata":[{"totalCount":9}]"#, r#","metadata":7"#]
    {
        let server = ListServer::with_pages([sends(format!(r#"{{"data":[{}]{metadata}}}"#, job("only")))]);
        let mut iter = begin(&server);
        assert_eq!(iter.ids(), ["only"], "{metadata}");
        assert_eq!((iter.total_count(), iter.is_complete(), server.asked().len()), (-1, 1, 1), "{metadata}");
    }
}

/// Wherever the metadata stands in the envelope.
#[test]
fn metadata_may_come_before_the_data() {
    let server = ListServer::start(|asked| match asked.page() {
        0 => sends(format!(r#"{{"metadata":{{"totalCount":2}},"data":[{}]}}"#, job("a"))),
        _ => sends(format!(r#"{{"data":[{}],"metadata":{{"totalCount":2}}}}"#, job("b"))),
    });
    assert_eq!(list(&server), (vec!["a".to_owned(), "b".to_owned()], vec![0, 1]));
}

#[test]
fn a_next_link_goes_on_whatever_the_total_says() {
    for metadata in [r#""nextLink":"more""#, r#""nextLink":"more","totalCount":0"#, r#""nextLink":2,"totalNumber":1"#] {
        let server = ListServer::start(move |asked| match asked.page() {
            2 => two_of(6, asked, ""),
            _ => two_of(6, asked, metadata),
        });
        let (found, pages) = list(&server);
        assert_eq!((found, pages), (ids(0, 6), vec![0, 1, 2]), "{metadata}");
    }
}

/// The total that was said last counts: pages behind the first may leave it out.
#[test]
fn a_total_that_only_the_first_page_has_counts_for_all() {
    let server = ListServer::start(|asked| two_of(5, asked, if asked.page() == 0 { r#""totalCount":5"# } else { "" }));
    assert_eq!(list(&server), (ids(0, 5), vec![0, 1, 2]));
    let shrinks = ListServer::start(|asked| {
        two_of(9, asked, if asked.page() == 0 { r#""totalCount":9"# } else { r#""totalCount":4"# })
    });
    let mut iter = begin(&shrinks);
    assert_eq!((iter.total_count(), iter.is_complete()), (9, 0));
    assert_eq!(iter.ids(), ids(0, 4));
    assert_eq!((iter.total_count(), iter.is_complete(), shrinks.pages()), (4, 1, vec![0, 1]));
}

#[test]
fn a_page_that_brings_nothing_new_is_the_last() {
    // The same page for ever, with and without a link, and with a total that nothing reaches.
    for metadata in [r#""nextLink":"?pageIndex=1""#, r#""nextLink":"token""#, r#""totalCount":1000000"#] {
        let server = ListServer::with_pages([page_of(ids(0, 2), metadata)]);
        let mut iter = begin(&server);
        assert_eq!(iter.ids(), ids(0, 2), "{metadata}");
        assert_eq!(server.asked().len(), 2, "{metadata}");
        // The end stays the end: nothing is asked for again.
        assert_eq!((iter.next(), server.asked().len()), (Ok(None), 2));
    }
}

#[test]
fn a_circle_of_pages_ends() {
    let server = ListServer::start(|asked| {
        let next = (asked.page() + 1) % 3;
        page_of(ids(2 * asked.page(), 2), &format!(r#""nextLink":"?pageIndex={next}&pageSize=2""#))
    });
    assert_eq!(list(&server), (ids(0, 6), vec![0, 1, 2, 0]));
}

#[test]
fn behind_the_last_page_there_may_be_no_list() {
    let no_content = vec![Step::Send(headed("204 No Content", ""))];
    for (row, script) in [
        ("null", sends(r#"{"statusCode":200,"data":null}"#)),
        ("missing", sends(r#"{"statusCode":200,"message":""}"#)),
        ("empty", sends(r#"{"statusCode":200,"data":[]}"#)),
        ("empty, with metadata", sends(r#"{"data":[],"metadata":{"totalCount":3,"nextLink":"?pageIndex=9"}}"#)),
        ("no content", no_content),
    ] {
        // The service says 3 and has 2.
        let server = ListServer::start(move |asked| match asked.page() {
            0 => two_of(2, asked, r#""totalCount":3"#),
            _ => script.clone(),
        });
        let mut iter = begin(&server);
        assert_eq!((iter.ids(), server.pages()), (ids(0, 2), vec![0, 1]), "{row}");
        assert_eq!((iter.total_count(), iter.is_complete()), (3, 0), "{row}");
    }
}

#[test]
fn a_server_that_caps_the_page_size_is_read_to_its_end() {
    let server = ListServer::start(|asked| {
        assert_eq!(asked.parameter("pageSize"), Some("1000"));
        let first = 100 * asked.page();
        page_of(ids(first, 250_usize.saturating_sub(first).min(100)), r#""totalCount":250"#)
    });
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever().page_size(1000)).expect("is a list");
    assert_eq!((iter.ids(), iter.is_complete()), (ids(0, 250), 1));
    assert_eq!(server.pages(), [0, 1, 2]);
}

/// More entries than were asked for.
#[test]
fn a_server_that_knows_no_pages_is_read_once() {
    let server = ListServer::with_pages([page_of(ids(0, 30), r#""totalCount":30"#)]);
    assert_eq!(list(&server), (ids(0, 30), vec![0]));
}

/// A job that begins while the list is read moves all others by one place, so that the next page begins with a job that
/// came before.
#[test]
fn jobs_that_move_between_pages_come_once() {
    let server = ListServer::start(|asked| match asked.page() {
        0 => page_of(["d", "c"], r#""totalCount":4"#),
        1 => page_of(["c", "b"], r#""totalCount":5"#),
        2 => page_of(["b", "a"], r#""totalCount":5"#),
        // The total says 5, and the new job stands on the first page.
        _ => page_of(["a"], r#""totalCount":5"#),
    });
    let mut iter = begin(&server);
    assert_eq!((iter.ids(), server.pages()), (["d", "c", "b", "a"].map(str::to_owned).to_vec(), vec![0, 1, 2, 3]));
    assert_eq!((iter.total_count(), iter.is_complete()), (5, 0));
}

/// Its id tells a job from others, and nothing else does.
#[test]
fn a_job_that_changed_between_two_pages_is_the_same_job() {
    let running = job_at("J", "In Progress", "2026-11-24T01:00:00Z", "");
    let ended = job_at("J", "Failed", "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z");
    let server = ListServer::with_pages([
        page([&running, &job("K")], r#""totalCount":3"#),
        page([&ended, &job("L")], r#""totalCount":3"#),
    ]);
    let mut iter = begin(&server);
    let jobs = iter.rest().expect("has no failure");
    let found: Vec<_> = jobs.iter().map(|job| (job.id.as_deref(), job.state_text.as_deref())).collect();
    let expected = [("J", "In Progress"), ("K", "Finished"), ("L", "Finished")];
    assert_eq!(found, expected.map(|(id, state)| (Some(id), Some(state))));
    assert_eq!(iter.is_complete(), 1);
}

#[test]
fn the_same_job_twice_on_one_page_comes_once() {
    // The same id in another spelling of JSON.
    let server = ListServer::with_pages([page([job("J"), job("\\u004a"), job("j"), job("J")], r#""totalCount":2"#)]);
    let mut iter = begin(&server);
    assert_eq!((iter.ids(), iter.is_complete()), (vec!["J".to_owned(), "j".to_owned()], 1));
}

#[test]
fn jobs_without_ids_are_told_apart_by_their_text() {
    let text = |members: &str| format!(r#"{{{members}"state":"Failed"}}"#);
    let nameless = [r#""x":1,"#, r#""id":null,"x":2,"#, r#""id":"","x":3,"#].map(text);
    let server = ListServer::with_pages([
        page(&nameless, r#""totalCount":4"#),
        page([&nameless[1], &nameless[0], &job("J")], r#""totalCount":4"#),
    ]);
    let mut iter = begin(&server);
    let found: Vec<String> = iter.rest().expect("has no failure").into_iter().map(|job| job.json).collect();
    assert_eq!(found, [&nameless[..], &[job("J")]].concat());
    assert_eq!((iter.is_complete(), server.pages()), (1, vec![0, 1]));
}

#[test]
fn an_empty_list_is_a_list() {
    for body in [
        r#"{"data":[]}"#,
        r#"{"data":[],"metadata":{"totalCount":0,"nextLink":""}}"#,
        r#"{"data":null,"metadata":{"totalCount":0}}"#,
    ] {
        let server = ListServer::with_pages([sends(body)]);
        assert_eq!(list(&server), (vec![], vec![0]), "{body}");
    }
}
