//! Clients that share connections and a token: what they have in common, and what each of them has for itself.
#![allow(missing_docs, reason = "a test program")]

mod support;

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::sync::{Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;
use support::abi::{Client, Failure, Job, Setup, name};
use support::answers::{self, JOB, JOB_ID, answer, ok};
use support::patience::TOLERANCE;
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

fn start(scripts: impl IntoIterator<Item = Script>) -> ScriptedServer {
    ScriptedServer::start(scripts, Afterwards::RepeatLast)
}

fn answering() -> Script {
    vec![Step::Behave(ok(JOB))]
}

fn stalling() -> Script {
    vec![Step::Request, Step::Stall]
}

fn client_of(server: &ScriptedServer) -> Client {
    Setup::with_token(&server.url()).max_retries(0).client()
}

fn status(result: &Result<Job, Failure>) -> String {
    result.as_ref().map_or_else(|failure| name(failure.status), |_| "CBJ_OK".to_owned())
}

/// Waits until the server has read this many requests.
fn wait_for_requests(server: &ScriptedServer, count: usize) {
    let begin = Instant::now();
    while server.requests().len() < count {
        assert!(begin.elapsed() < Duration::from_secs(20), "no request");
        thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn one_connection_serves_them_one_after_the_other() {
    let server = start([answering()]);
    let first = client_of(&server);
    let second = first.share();
    let third = second.share();
    for client in [&first, &second, &third, &first, &third] {
        client.get_job(JOB_ID, None).expect("is there");
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 5));
}

#[test]
fn they_may_be_freed_in_any_order() {
    for freed_first in 0..3 {
        let server = start([answering()]);
        let first = client_of(&server);
        first.get_job(JOB_ID, None).expect("is there");
        let second = first.share();
        let mut clients = vec![second.share(), second, first];
        drop(clients.remove(freed_first));
        for client in clients.drain(..) {
            client.get_job(JOB_ID, None).expect("is there");
        }
        assert_eq!(server.connections(), 1, "{freed_first}");
    }
}

/// A client that gets its tokens from `identity`.
fn with_secret(server: &ScriptedServer, identity: &ScriptedServer) -> Client {
    let setup = Setup::new().base_url(&server.url()).identity_url(&identity.url());
    setup.client_secret("id", "s3cret").max_retries(0).client()
}

#[test]
fn one_token_is_enough_for_all() {
    let (server, identity) = (start([answering()]), start([vec![Step::Behave(answers::token("issued"))]]));
    let first = with_secret(&server, &identity);
    let second = first.share();
    second.get_job(JOB_ID, None).expect("is there");
    first.get_job(JOB_ID, None).expect("is there");
    drop((first, second));
    assert_eq!(identity.requests().len(), 1);

    // Also if many threads need the first one at the same time.
    let slow = vec![Step::Request, Step::Pause(Duration::from_millis(300)), Step::Send(answers::token("issued"))];
    let identity = start([slow]);
    let first = with_secret(&server, &identity);
    thread::scope(|scope| {
        for _ in 0..8 {
            let shared = first.share();
            scope.spawn(move || shared.get_job(JOB_ID, None).expect("is there"));
        }
    });
    assert_eq!(identity.requests().len(), 1);
}

#[test]
fn a_token_that_one_is_given_counts_for_all() {
    let server = start([answering()]);
    let first = client_of(&server);
    let second = first.share();
    first.get_job(JOB_ID, None).expect("is there");
    assert_eq!(second.set_access_token("second-token"), CBJ_OK);
    first.get_job(JOB_ID, None).expect("is there");
    let third = first.share();
    assert_eq!(first.set_access_token("third-token"), CBJ_OK);
    drop(first);
    second.get_job(JOB_ID, None).expect("is there");
    third.get_job(JOB_ID, None).expect("is there");
    let tokens = ["token-of-the-host", "second-token", "third-token", "third-token"];
    for (request, token) in server.requests().iter().zip(tokens) {
        assert!(request.head.to_lowercase().contains(&format!("\r\nauthorization: bearer {token}")), "{request:?}");
    }
}

#[test]
fn a_cancel_ends_the_calls_of_one_and_no_others() {
    let slow =
        vec![Step::Request, Step::AwaitRequests(2), Step::Pause(Duration::from_millis(300)), Step::Send(ok(JOB))];
    // The first connection for a call of each that meets the other; the next for calls after that.
    let server = start([slow, stalling(), answering()]);
    let first = client_of(&server);
    let second = first.share();
    thread::scope(|scope| {
        let goes_on = scope.spawn(|| first.get_job(JOB_ID, None));
        wait_for_requests(&server, 1);
        let ends = scope.spawn(|| second.timed(JOB_ID));
        wait_for_requests(&server, 2);
        second.cancel();
        let (ended, took) = ends.join().expect("no panic");
        assert_eq!(status(&ended), "CBJ_ERROR_CANCELLED");
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert_eq!(status(&goes_on.join().expect("no panic")), "CBJ_OK");
    });
    assert_eq!(status(&second.get_job(JOB_ID, None)), "CBJ_ERROR_CANCELLED");
    // A client that is made of a cancelled one is not.
    let third = second.share();
    assert_eq!(status(&third.get_job(JOB_ID, None)), "CBJ_OK");
    // Nor does the others' resume take a cancel back.
    first.resume();
    third.resume();
    assert_eq!(status(&second.get_job(JOB_ID, None)), "CBJ_ERROR_CANCELLED");
    second.resume();
    first.cancel();
    assert_eq!(status(&second.get_job(JOB_ID, None)), "CBJ_OK");
    assert_eq!(status(&first.get_job(JOB_ID, None)), "CBJ_ERROR_CANCELLED");
}

#[test]
fn a_call_on_a_connection_that_the_other_made_is_ended_by_its_own_cancel() {
    let pause = Step::Pause(Duration::from_millis(300));
    let kept =
        vec![Step::Request, Step::Send(ok(JOB)), Step::Request, pause, Step::Send(ok(JOB)), Step::Request, Step::Stall];
    let server = start([kept, answering()]);
    let maker = client_of(&server);
    let user = maker.share();
    maker.get_job(JOB_ID, None).expect("is there");
    thread::scope(|scope| {
        let call = scope.spawn(|| user.get_job(JOB_ID, None));
        wait_for_requests(&server, 2);
        maker.cancel();
        assert_eq!(status(&call.join().expect("no panic")), "CBJ_OK", "the maker's cancel");
        let call = scope.spawn(|| user.timed(JOB_ID));
        wait_for_requests(&server, 3);
        user.cancel();
        let (ended, took) = call.join().expect("no panic");
        assert_eq!(status(&ended), "CBJ_ERROR_CANCELLED");
        assert!(took < Duration::from_secs(10), "{took:?}");
    });
    assert_eq!(server.connections(), 1);
    maker.resume();
    maker.get_job(JOB_ID, None).expect("is there");
}

#[test]
fn a_cancelled_fetch_of_the_token_is_fetched_by_another() {
    let (server, identity) = (start([answering()]), start([stalling(), vec![Step::Behave(answers::token("issued"))]]));
    let first = with_secret(&server, &identity);
    let second = first.share();
    thread::scope(|scope| {
        let fetches = scope.spawn(|| first.get_job(JOB_ID, None));
        wait_for_requests(&identity, 1);
        let waits = scope.spawn(|| second.get_job(JOB_ID, None));
        thread::sleep(Duration::from_millis(200));
        first.cancel();
        assert_eq!(status(&fetches.join().expect("no panic")), "CBJ_ERROR_CANCELLED");
        assert_eq!(status(&waits.join().expect("no panic")), "CBJ_OK");
    });
    assert_eq!(identity.requests().len(), 2);
}

/// Calls in vain, and checks that it takes `promised`.
#[track_caller]
fn ends_after(client: &Client, promised: Duration) {
    let (result, took) = client.timed(JOB_ID);
    assert_eq!(status(&result), "CBJ_ERROR_TIMEOUT");
    assert!((promised..promised + TOLERANCE).contains(&took), "{took:?} of {promised:?}");
    let message = result.expect_err("is none").message;
    assert!(message.contains(&format!("({} ms for the whole call)", promised.as_millis())), "{message}");
}

#[test]
fn each_has_a_time_of_its_own() {
    const LONG: Duration = Duration::from_millis(4300);
    const SHORT: Duration = Duration::from_millis(300);
    let server = start([stalling()]);
    let first = Setup::with_token(&server.url()).max_retries(0).timeout_ms(60_000).client();
    assert_eq!(first.set_timeout_ms(4300), CBJ_OK);
    // It begins with the time that the first one has now, and the first one's next change does not count for it.
    let second = first.share();
    assert_eq!(first.set_timeout_ms(60_000), CBJ_OK);
    let third = second.share();
    assert_eq!(third.set_timeout_ms(300), CBJ_OK);
    thread::scope(|scope| {
        let call = scope.spawn(|| ends_after(&second, LONG));
        wait_for_requests(&server, 1);
        // From another thread, for calls that begin from now on: the call under way keeps its time.
        assert_eq!(second.set_timeout_ms(300), CBJ_OK);
        ends_after(&second, SHORT);
        ends_after(&third, SHORT);
        assert_eq!(second.set_timeout_ms(0), CBJ_ERROR_INVALID_ARGUMENT);
        ends_after(&second, SHORT);
        call.join().expect("no panic");
    });
}

#[test]
fn a_call_under_way_gets_no_more_time() {
    let server = start([stalling()]);
    let client = Setup::with_token(&server.url()).max_retries(0).timeout_ms(700).client();
    thread::scope(|scope| {
        let call = scope.spawn(|| ends_after(&client, Duration::from_millis(700)));
        wait_for_requests(&server, 1);
        assert_eq!(client.set_timeout_ms(60_000), CBJ_OK);
        call.join().expect("no panic");
    });
}

#[test]
fn each_of_many_threads_may_have_one() {
    const THREADS: usize = 12;
    const CALLS: usize = 20;
    let (server, identity) = (start([answering()]), start([vec![Step::Behave(answers::token("issued"))]]));
    let first = with_secret(&server, &identity);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (own, first) = (first.share(), &first);
            scope.spawn(move || {
                for call in 0..CALLS {
                    assert_eq!(status(&own.get_job(JOB_ID, None)), "CBJ_OK", "{number}");
                    if number % 3 == 0 {
                        own.cancel();
                        assert_eq!(status(&own.get_job(JOB_ID, None)), "CBJ_ERROR_CANCELLED", "{number}");
                        own.resume();
                    }
                    // A new one may be made at any moment, also of one that others use.
                    let passing = if call % 2 == 0 { own.share() } else { first.share() };
                    assert_eq!(status(&passing.get_job(JOB_ID, None)), "CBJ_OK", "{number}");
                }
            });
        }
    });
    assert_eq!((server.requests().len(), identity.requests().len()), (2 * THREADS * CALLS, 1));
    assert!(server.connections() <= THREADS, "{}", server.connections());
}

/// What a log function calls, and with which result. One for each test that has such a function.
struct Inner {
    client: OnceLock<Client>,
    results: Mutex<Vec<String>>,
}

static INNER: [Inner; 2] = [const { Inner { client: OnceLock::new(), results: Mutex::new(Vec::new()) } }; 2];

impl Inner {
    fn results(&self) -> Vec<String> {
        self.results.lock().expect("no panic").clone()
    }
}

/// Calls with another client, in the middle of a call: between its connection and its request.
unsafe extern "C-unwind" fn call_with_the_other<const TEST: usize>(
    _: *mut c_void,
    _: cbj_log_level,
    message: *const c_char,
) {
    thread_local! { static IS_INSIDE: Cell<bool> = const { Cell::new(false) }; }
    // SAFETY: the library passes a string.
    let message = unsafe { std::ffi::CStr::from_ptr(message) }.to_string_lossy();
    if !message.starts_with("connected to ") || IS_INSIDE.replace(true) {
        return;
    }
    let Inner { client, results } = &INNER[TEST];
    let result = status(&client.get().expect("was set").get_job(JOB_ID, None));
    results.lock().expect("no panic").push(result);
    IS_INSIDE.set(false);
}

#[test]
fn a_log_function_may_call_with_another_one_in_the_middle_of_a_call() {
    let closes = vec![Step::Request, Step::Send(answer("200 OK\r\nConnection: close", JOB))];
    // For each call the connection of the outer client comes first. In the third call it stalls.
    let server = start([closes.clone(), closes.clone(), closes.clone(), stalling(), closes]);
    let outer =
        Setup::with_token(&server.url()).max_retries(0).log_to(call_with_the_other::<0>, CBJ_LOG_DEBUG).client();
    let inner = &INNER[0];
    let other = inner.client.get_or_init(|| outer.share());
    assert_eq!(status(&outer.get_job(JOB_ID, None)), "CBJ_OK");
    // Cancelled is the inner call alone.
    other.cancel();
    assert_eq!(status(&outer.get_job(JOB_ID, None)), "CBJ_OK");
    other.resume();
    assert_eq!(inner.results(), ["CBJ_OK", "CBJ_ERROR_CANCELLED"]);
    // After the inner call, the outer call is still ended by the outer client's cancel.
    thread::scope(|scope| {
        let call = scope.spawn(|| outer.timed(JOB_ID));
        wait_for_requests(&server, 5);
        outer.cancel();
        let (ended, took) = call.join().expect("no panic");
        assert_eq!(status(&ended), "CBJ_ERROR_CANCELLED");
        assert!(took < Duration::from_secs(10), "{took:?}");
    });
    assert_eq!(inner.results().len(), 3);
}

/// The inner call needs the token that the outer call is fetching on the same thread, and must not wait for it.
#[test]
fn a_log_function_may_call_with_another_one_while_the_token_is_fetched() {
    let (server, identity) = (start([answering()]), start([vec![Step::Behave(answers::token("issued"))]]));
    let setup = Setup::new().base_url(&server.url()).identity_url(&identity.url()).client_secret("id", "s3cret");
    let outer = setup.max_retries(0).log_to(call_with_the_other::<1>, CBJ_LOG_DEBUG).client();
    INNER[1].client.get_or_init(|| outer.share());
    let (result, took) = outer.timed(JOB_ID);
    assert_eq!(status(&result), "CBJ_OK");
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(INNER[1].results()[0], "CBJ_OK");
    assert_eq!(identity.requests().len(), 2);
}
