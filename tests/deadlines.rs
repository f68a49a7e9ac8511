//! One deadline per call, exact to 50 ms, wherever the peer stalls or sends slowly.
#![allow(missing_docs, reason = "a test program has no users of its items")]

mod support;

use std::thread;
use std::time::Duration;

use support::abi::{Client, Setup, name};
use support::answers::{JOB_ID, answer, headed};
use support::hanging_listener::HangingListener;
use support::patience::{TOLERANCE, in_time};
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

const TIMEOUT: Duration = Duration::from_millis(700);
const PROMISED: Duration = Duration::from_millis(50);

const ENDLESS: &str = "200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000";

fn stalling(script: Script) -> ScriptedServer {
    ScriptedServer::start([script], Afterwards::RepeatLast)
}

fn drip(bytes: &[u8]) -> Step {
    Step::Drip(bytes.to_vec(), Duration::from_millis(20))
}

fn setup(url: &str) -> Setup {
    Setup::with_token(url).timeout_ms(u32::try_from(TIMEOUT.as_millis()).expect("is small")).max_retries(0)
}

/// The call ends with CBJ_ERROR_TIMEOUT when its time is up, and says what it was doing.
fn ends_in_time(row: &str, client: &Client, doing: &str) {
    in_time(row, TIMEOUT + PROMISED, || {
        let (result, took) = client.timed(JOB_ID);
        let failure = result.expect_err(row);
        assert_eq!(name(failure.status), "CBJ_ERROR_TIMEOUT", "{row}: {failure:?}");
        assert!(failure.message.contains(doing), "{row}: {}", failure.message);
        assert!(took >= TIMEOUT, "{row}: only {took:?}");
        took
    });
}

#[test]
fn connecting() {
    let listener = HangingListener::bind(([127, 0, 0, 1], 0).into());
    for url in [listener.url(), listener.url().replace("http:", "https:")] {
        ends_in_time(&url, &setup(&url).client(), "connecting");
    }
}

#[test]
fn a_shorter_time_to_connect() {
    let listener = HangingListener::bind(([127, 0, 0, 1], 0).into());
    let client = Setup::with_token(&listener.url()).connect_timeout_ms(300).max_retries(0).client();
    let (result, took) = client.timed(JOB_ID);
    let failure = result.expect_err("nobody accepts");
    assert_eq!(name(failure.status), "CBJ_ERROR_CONNECT", "{failure:?}");
    assert!(failure.message.contains("300 ms"), "{}", failure.message);
    assert!((Duration::from_millis(300)..Duration::from_millis(300) + TOLERANCE).contains(&took), "{took:?}");
}

/// Linux has no TCP to a broadcast address: the attempt fails before anything is sent.
#[test]
fn an_address_that_cannot_even_be_tried() {
    let client = Setup::with_token("https://255.255.255.255").timeout_ms(20_000).max_retries(0).client();
    let (result, took) = client.timed(JOB_ID);
    let failure = result.expect_err("there is no way");
    assert_eq!(name(failure.status), "CBJ_ERROR_CONNECT", "{failure:?}");
    assert!(failure.message.contains("255.255.255.255:443: Network is unreachable"), "{}", failure.message);
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn the_tls_handshake() {
    // The head of a record that announces 16384 bytes of handshake.
    let record = [&[22, 3, 3, 0x40, 0][..], &[2; 1000]].concat();
    for (row, script) in [
        ("silent", vec![Step::Stall]),
        ("silent after the hello", vec![Step::ReadSome, Step::Stall]),
        ("dripping", vec![Step::ReadSome, drip(&record), Step::Stall]),
    ] {
        let server = stalling(script);
        ends_in_time(row, &setup(&server.url().replace("http:", "https:")).client(), "TLS handshake");
    }
}

#[test]
fn the_answer() {
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX: ".to_vec();
    for (row, steps, doing) in [
        ("no head", vec![Step::Stall], "waiting"),
        ("half a head", vec![Step::Send(head.clone()), Step::Stall], "answer"),
        ("a dripping head", vec![Step::Send(head), drip(&[b'x'; 2000])], "answer"),
        ("half a body", vec![Step::Send(headed(ENDLESS, "{")), Step::Stall], "reading"),
        ("a dripping body", vec![Step::Send(headed(ENDLESS, "{")), drip(&[b' '; 2000])], "reading"),
    ] {
        let server = stalling([Step::Request].into_iter().chain(steps).collect());
        ends_in_time(row, &setup(&server.url()).client(), doing);
    }
}

#[test]
fn the_second_attempt() {
    // The first attempt ends at once. After the wait, nobody answers the second attempt.
    let busy = vec![Step::Request, Step::Send(answer("503 Service Unavailable", ""))];
    in_time("the second attempt", TIMEOUT + PROMISED, || {
        let server = ScriptedServer::start([busy.clone(), vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
        let client = Setup::with_token(&server.url()).timeout_ms(700).max_retries(5).client();
        let (result, took) = client.timed(JOB_ID);
        let failure = result.expect_err("nobody answers");
        assert_eq!(name(failure.status), "CBJ_ERROR_TIMEOUT", "{failure:?}");
        assert!(took >= TIMEOUT, "only {took:?}");
        took
    });
}

#[test]
fn the_token_that_another_thread_fetches() {
    let identity = stalling(vec![Step::Request, Step::Stall]);
    let client = Setup::new()
        .base_url(&identity.url())
        .identity_url(&identity.url())
        .client_secret("id", "secret")
        .timeout_ms(700)
        .max_retries(0)
        .client();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (result, took) = client.timed(JOB_ID);
                let failure = result.expect_err("there is no token");
                assert_eq!(name(failure.status), "CBJ_ERROR_TIMEOUT", "{failure:?}");
                // Four threads on a machine that may be busy: only the other rows check that the time is exact.
                assert!((TIMEOUT..TIMEOUT + TOLERANCE).contains(&took), "{took:?}");
            });
        }
    });
}
