//! Iterators whose client is cancelled, or is gone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;
use cloudbackupjobs::{Config, ErrorKind, LogLevel};

use crate::support::abi::{Client, Lines, name};
use crate::support::abi_many::Query;
use crate::support::list_server::{ListServer, ids, page_of};
use crate::support::patience::TOLERANCE;
use crate::support::scripted_server::Step;
use crate::{client, setup};

fn three_pages() -> ListServer {
    ListServer::start(|asked| page_of(ids(2 * asked.page(), 2), r#""totalCount":6"#))
}

#[test]
fn an_iterator_may_be_used_and_freed_after_its_client() {
    let server = three_pages();
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    let unused = client.list_jobs(&Query::ever()).expect("is a list");
    drop(client);
    assert_eq!((iter.ids(), iter.is_complete()), (ids(0, 6), 1));
    // Still on the client's connection.
    assert_eq!((server.connections(), server.asked().len()), (1, 4));
    drop(iter);
    drop(unused);
}

/// Failures and retries need what the client had, too.
#[test]
fn a_failure_after_the_client_is_gone_is_a_failure() {
    let server = ListServer::start(|asked| match asked.number {
        1 => vec![Step::Close],
        2 => vec![Step::Send(crate::support::answers::answer("503 Service Unavailable", ""))],
        _ => page_of(ids(2 * asked.page(), 2), r#""totalCount":4"#),
    });
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    drop(client);
    let failure = iter.rest().expect_err("the second page fails");
    assert_eq!(name(failure.status), "CBJ_ERROR_SERVER");
    assert_eq!(iter.ids(), ids(2, 2));
}

/// Cancels as soon as the server has `requests` requests.
fn cancel_at(server: &ListServer, client: &Client, requests: usize) -> Instant {
    let begin = Instant::now();
    while server.asked().len() < requests {
        assert!(begin.elapsed() < Duration::from_secs(20), "the request does not come");
        thread::sleep(Duration::from_millis(5));
    }
    let cancelled = Instant::now();
    // SAFETY: a live client.
    unsafe { cbj_client_cancel(client.as_ptr()) };
    cancelled
}

#[test]
fn cancel_ends_the_fetch_of_a_page_and_the_page_is_asked_for_again() {
    let server = ListServer::start(|asked| match asked.number {
        1 => vec![Step::Stall],
        _ => page_of(ids(2 * asked.page(), 2), r#""totalCount":6"#),
    });
    let client = client(&server);
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    let cancelled = thread::scope(|scope| {
        let canceller = scope.spawn(|| cancel_at(&server, &client, 2));
        let failure = iter.rest().expect_err("is cancelled");
        let ended = Instant::now();
        assert_eq!((name(failure.status).as_str(), failure.is_retryable), ("CBJ_ERROR_CANCELLED", 0), "{failure:?}");
        ended - canceller.join().expect("does not panic")
    });
    assert!(cancelled < TOLERANCE, "{cancelled:?}");
    // Until it is taken back, nothing is sent any more.
    let failure = iter.next().expect_err("is still cancelled");
    assert_eq!((name(failure.status).as_str(), server.asked().len()), ("CBJ_ERROR_CANCELLED", 2));
    for list in [client.list_jobs(&Query::ever()).err(), client.summarize_jobs(&Query::ever()).err()] {
        assert_eq!(list.map(|failure| failure.status), Some(CBJ_ERROR_CANCELLED));
    }
    // SAFETY: a live client.
    unsafe { cbj_client_resume(client.as_ptr()) };
    assert_eq!((iter.ids(), iter.is_complete(), server.pages()), (ids(2, 4), 1, vec![0, 1, 1, 2]));
}

/// A cancel ends every call to come, also one that needs no page. The jobs of the page are not lost.
#[test]
fn jobs_that_have_come_are_given_out_after_the_resume() {
    let server = three_pages();
    let lines = Lines::new();
    let client = setup(&server).log(lines, CBJ_LOG_ERROR).client();
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    // SAFETY: a live client.
    unsafe { cbj_client_cancel(client.as_ptr()) };
    let failure = iter.next().expect_err("is cancelled");
    assert_eq!(name(failure.status), "CBJ_ERROR_CANCELLED");
    assert_eq!(lines.of(CBJ_LOG_ERROR), std::slice::from_ref(&failure.message));
    assert!(failure.message.starts_with("Listing jobs: the call was cancelled."), "{failure:?}");
    // SAFETY: a live client.
    unsafe { cbj_client_resume(client.as_ptr()) };
    assert_eq!(iter.ids(), ids(0, 6));
}

#[test]
fn cancel_ends_a_summary_between_and_in_its_pages() {
    let server = ListServer::start(|asked| match asked.number {
        3 => vec![Step::Stall],
        _ => page_of(ids(2 * asked.page(), 2), r#""nextLink":"more""#),
    });
    let client = client(&server);
    thread::scope(|scope| {
        let canceller = scope.spawn(|| cancel_at(&server, &client, 4));
        let failure = client.summarize_jobs(&Query::ever()).err().expect("is cancelled");
        let ended = Instant::now();
        assert_eq!(name(failure.status), "CBJ_ERROR_CANCELLED", "{failure:?}");
        let took = ended - canceller.join().expect("does not panic");
        assert!(took < TOLERANCE, "{took:?}");
    });
}

/// A summary is one call, also between two pages: `resume` waits for its end, so that the cancel is not lost.
#[test]
fn a_cancel_between_two_pages_is_not_lost_by_a_resume() {
    let server = three_pages();
    let [is_read, is_cancelled] = [(); 2].map(|()| Arc::new(AtomicBool::new(false)));
    let wait_for = |flag: &AtomicBool| {
        while !flag.load(Ordering::SeqCst) {
            thread::sleep(Duration::from_millis(1));
        }
    };
    // The log gets the line about a page when the page has been read, and the call of the page is over.
    let (read, cancelled) = (Arc::clone(&is_read), Arc::clone(&is_cancelled));
    let log = move |level: LogLevel, _: &str| {
        if level == LogLevel::Info && !read.swap(true, Ordering::SeqCst) {
            wait_for(&cancelled);
            // Time for the resume, which would not have to wait if the call were over.
            thread::sleep(Duration::from_millis(300));
        }
    };
    let config = Config::new().base_url(server.url()).access_token("t").log(LogLevel::Info, log);
    let client = cloudbackupjobs::Client::new(&config).expect("is complete");
    thread::scope(|scope| {
        scope.spawn(|| {
            wait_for(&is_read);
            client.cancel();
            is_cancelled.store(true, Ordering::SeqCst);
            client.resume();
        });
        let error = client.summarize_jobs(&cloudbackupjobs::Query::new()).expect_err("is cancelled");
        assert_eq!(error.kind(), ErrorKind::Cancelled, "{error}");
    });
    assert_eq!(server.asked().len(), 1);
}

/// Each iterator belongs to one thread, and a client to all of them.
#[test]
fn many_threads_list_at_once_with_one_client() {
    let server = three_pages();
    let client = setup(&server).client();
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
                    assert_eq!((iter.ids(), iter.is_complete()), (ids(0, 6), 1));
                    assert_eq!(client.summarize_jobs(&Query::ever()).expect("is a summary").count(), 6);
                }
            });
        }
    });
    assert_eq!(server.asked().len(), 8 * 5 * 6);
}
