//! Pages that fail after the first: nothing is lost, nothing comes twice, and the next call asks for the same page again.

use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;

use crate::support::abi::{Failure, Setup, name};
use crate::support::abi_many::{JobIter, Query};
use crate::support::answers::{answer, headed, refusal, token};
use crate::support::list_server::{ListServer, PATH, ids, page_of, sends};
use crate::support::scripted_server::{Script, Step};
use crate::{client, setup};

/// A server with three pages of two jobs. The second page fails with these scripts before it comes.
fn failing(failures: impl IntoIterator<Item = Script>) -> ListServer {
    let failures: Vec<Script> = failures.into_iter().collect();
    ListServer::start(move |asked| match (asked.page(), asked.number.checked_sub(1)) {
        (1, Some(number)) if number < failures.len() => failures[number].clone(),
        (page, _) => page_of(ids(2 * page, 2), r#""totalCount":6"#),
    })
}

fn sends_with(head: &str, body: &str) -> Script {
    vec![Step::Send(answer(head, body))]
}

/// The failure of the second page. What comes before it and after it is checked.
fn failure_between(row: &str, server: &ListServer, iter: &mut JobIter) -> Failure {
    let mut found = Vec::new();
    let failure = loop {
        match iter.next() {
            Ok(job) => found.extend(job.unwrap_or_else(|| panic!("{row}: the list ends")).id),
            Err(failure) => break failure,
        }
    };
    assert_eq!((&found, iter.is_complete(), iter.total_count()), (&ids(0, 2), 0, 6), "{row}");
    assert_eq!(iter.ids(), ids(2, 4), "{row}");
    assert_eq!(iter.is_complete(), 1, "{row}");
    // The same page again, and every other page once.
    let pages = server.pages();
    assert_eq!((pages[0], pages[pages.len() - 1]), (0, 2), "{row}: {pages:?}");
    assert!(pages[1..pages.len() - 1].iter().all(|page| *page == 1) && pages.len() >= 4, "{row}: {pages:?}");
    failure
}

#[test]
fn after_every_kind_of_failure_the_list_goes_on_where_it_was() {
    let truncated = vec![Step::Send(headed("200 OK\r\nContent-Length: 10000", r#"{"data":[{"id":"X"},"#)), Step::Close];
    for (row, failures, outcome) in [
        ("503", vec![sends_with("503 Service Unavailable", "")], "CBJ_ERROR_SERVER"),
        (
            "500 with an envelope",
            vec![sends_with("500 Internal Server Error", &refusal(500, "No."))],
            "CBJ_ERROR_SERVER",
        ),
        ("429", vec![sends_with("429 Too Many Requests", "")], "CBJ_ERROR_RATE_LIMITED"),
        ("a status in the envelope", vec![sends(refusal(403, "No."))], "CBJ_ERROR_PERMISSION"),
        ("truncated", vec![truncated], "CBJ_ERROR_PROTOCOL"),
        ("no JSON", vec![sends("<html>")], "CBJ_ERROR_PROTOCOL"),
        ("an unreadable entry", vec![page_of_broken()], "CBJ_ERROR_PROTOCOL"),
        ("not HTTP", vec![vec![Step::Send(b"SSH-2.0-OpenSSH_9.6\r\n".to_vec()), Step::Close]], "CBJ_ERROR_PROTOCOL"),
        // A connection that was kept open is replaced once.
        ("closed twice", vec![vec![Step::Close], vec![Step::Close]], "CBJ_ERROR_NETWORK"),
        ("reset twice", vec![vec![Step::Reset], vec![Step::Reset]], "CBJ_ERROR_NETWORK"),
    ] {
        let server = failing(failures);
        let mut iter = client(&server).list_jobs(&Query::ever()).expect("is a list");
        let failure = failure_between(row, &server, &mut iter);
        assert_eq!(name(failure.status), outcome, "{row}: {failure:?}");
        assert!(failure.message.contains("pageIndex=1"), "{row}: {failure:?}");
    }
}

/// Two jobs, of which only the first one can be read.
fn page_of_broken() -> Script {
    sends(format!(r#"{{"data":[{{"id":"{}"}},null],"metadata":{{"totalCount":6}}}}"#, ids(2, 1)[0]))
}

#[test]
fn a_page_may_fail_again_and_again() {
    let server = failing([(); 5].map(|()| sends_with("503 Service Unavailable", "")));
    let mut iter = client(&server).list_jobs(&Query::ever()).expect("is a list");
    let mut failures = 0;
    let mut found = Vec::new();
    loop {
        match iter.next() {
            Ok(Some(job)) => found.extend(job.id),
            Ok(None) => break,
            Err(_) => failures += 1,
        }
        assert!(failures <= 5, "the page never comes");
    }
    assert_eq!((failures, found, iter.is_complete()), (5, ids(0, 6), 1));
}

/// A page that a link brought is asked for by that link again.
#[test]
fn a_linked_page_is_asked_for_again_by_its_link() {
    let server = ListServer::start(|asked| match asked.number {
        0 => page_of(["a"], r#""nextLink":"?cursor=x""#),
        1 => vec![Step::Send(answer("503 Service Unavailable", ""))],
        _ => page_of(["b"], ""),
    });
    let mut iter = client(&server).list_jobs(&Query::ever()).expect("is a list");
    iter.rest().expect_err("the second page fails");
    assert_eq!(iter.ids(), ["b"]);
    let targets: Vec<String> = server.asked().into_iter().skip(1).map(|asked| asked.target).collect();
    assert_eq!(targets, [format!("{PATH}?cursor=x"), format!("{PATH}?cursor=x")]);
}

#[test]
fn a_page_is_retried_as_any_call_is() {
    let busy = || sends_with("503 Service Unavailable\r\nRetry-After: 0", "");
    let server = failing([busy(), vec![Step::Close], busy()]);
    let mut iter = setup(&server).max_retries(2).client().list_jobs(&Query::ever()).expect("is a list");
    assert_eq!((iter.ids(), iter.is_complete()), (ids(0, 6), 1));
    assert_eq!(server.pages(), [0, 1, 1, 1, 1, 2]);
}

#[test]
fn the_wait_that_the_service_asks_for_is_kept() {
    let server = failing([sends_with("429 Too Many Requests\r\nRetry-After: 1", "")]);
    let mut iter = setup(&server).max_retries(1).client().list_jobs(&Query::ever()).expect("is a list");
    let begin = Instant::now();
    assert_eq!(iter.ids(), ids(0, 6));
    assert!(begin.elapsed() >= Duration::from_secs(1), "only {:?}", begin.elapsed());
    // Without retries the caller learns of it.
    let server = failing([sends_with("429 Too Many Requests\r\nRetry-After: 7", "")]);
    let mut iter = client(&server).list_jobs(&Query::ever()).expect("is a list");
    let failure = failure_between("429", &server, &mut iter);
    assert_eq!((failure.retry_after_ms, failure.is_retryable), (7000, 1));
}

#[test]
fn a_kept_connection_that_was_closed_is_replaced_unnoticed() {
    let server = failing([vec![Step::Close]]);
    let mut iter = client(&server).list_jobs(&Query::ever()).expect("is a list");
    assert_eq!((iter.ids(), server.connections()), (ids(0, 6), 2));
    assert_eq!(server.pages(), [0, 1, 1, 2]);
}

/// Each page has the client's time, so a list may take longer than that; a page may not.
#[test]
fn every_page_has_the_clients_time() {
    let server = ListServer::start(|asked| {
        let pause = Step::Pause(if asked.number == 8 { Duration::from_secs(15) } else { Duration::from_millis(300) });
        [vec![pause], page_of(ids(asked.page(), 1), r#""totalCount":10"#)].concat()
    });
    let mut iter =
        setup(&server).timeout_ms(2000).max_retries(0).client().list_jobs(&Query::ever()).expect("is a list");
    let begin = Instant::now();
    for number in 0..8 {
        assert_eq!(iter.next().expect("has the time").and_then(|job| job.id), ids(number, 1).pop());
    }
    assert!(begin.elapsed() > Duration::from_millis(2050), "only {:?}", begin.elapsed());
    let begin = Instant::now();
    let failure = iter.next().expect_err("the page is late");
    assert_eq!(name(failure.status), "CBJ_ERROR_TIMEOUT", "{failure:?}");
    assert!(failure.message.contains("(2000 ms for the whole call)"), "{failure:?}");
    assert!((Duration::from_secs(2)..Duration::from_secs(10)).contains(&begin.elapsed()), "{:?}", begin.elapsed());
    assert_eq!(iter.ids(), ids(8, 2));
}

#[test]
fn a_token_that_is_refused_on_a_page_is_renewed() {
    let identity = ListServer::start(|asked| vec![Step::Send(token(&format!("token-{}", asked.number)))]);
    let server = failing([sends_with("401 Unauthorized", "")]);
    let client = Setup::new()
        .base_url(&server.url())
        .identity_url(&identity.url())
        .client_secret("id", "secret")
        .max_retries(0)
        .client();
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    assert_eq!((iter.ids(), server.pages()), (ids(0, 6), vec![0, 1, 1, 2]));
    let asked = server.asked();
    let sent: Vec<_> = asked.iter().map(|asked| asked.header("authorization").expect("is sent")).collect();
    assert_eq!(sent, ["Bearer token-0", "Bearer token-0", "Bearer token-1", "Bearer token-1"]);
    assert_eq!(identity.asked().len(), 2);
}

#[test]
fn a_host_with_its_own_tokens_goes_on_with_a_new_one() {
    let server = ListServer::start(|asked| match (asked.page(), asked.header("authorization")) {
        (1, Some("Bearer token-of-the-host")) => vec![Step::Send(answer("401 Unauthorized", ""))],
        (page, _) => page_of(ids(2 * page, 2), r#""totalCount":6"#),
    });
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    let failure = iter.rest().expect_err("the token is refused");
    assert_eq!((name(failure.status), failure.http_status), ("CBJ_ERROR_AUTHENTICATION".to_owned(), 401));
    assert_eq!(client.set_access_token("another-token"), CBJ_OK);
    assert_eq!((iter.ids(), iter.is_complete()), (ids(2, 4), 1));
    let sent = server.asked().last().and_then(|asked| asked.header("authorization").map(str::to_owned));
    assert_eq!(sent.as_deref(), Some("Bearer another-token"));
}

/// A first page that fails gives no iterator, and the next call begins anew.
#[test]
fn a_list_that_does_not_begin_has_no_handle() {
    let server = ListServer::with_pages([sends_with("503 Service Unavailable", ""), page_of(["a"], "")]);
    let client = client(&server);
    // The wrapper checks that the handle is NULL, and that the error is not.
    let failure = client.list_jobs(&Query::ever()).err().expect("the first page fails");
    assert_eq!(name(failure.status), "CBJ_ERROR_SERVER");
    assert_eq!(client.list_jobs(&Query::ever()).expect("is a list").ids(), ["a"]);
    assert_eq!(server.asked()[1].page(), 0);
}
