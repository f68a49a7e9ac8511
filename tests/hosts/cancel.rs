//! Cancelling calls, whatever they wait for.

use crate::support::answers::{JOB, answer, headed};
use crate::support::c_program::{Linking, compile};
use crate::support::hanging_listener::HangingListener;
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};
use crate::{run, server};

fn cancel(threads: &str, environment: &[(&str, &str)]) {
    run(&compile("tests/c/cancel.c", Linking::Shared), &[threads], environment);
}

fn cancel_at(url: &str) {
    cancel(
        "4",
        &[("CBJ_BASE_URL", url), ("CBJ_ACCESS_TOKEN", "token"), ("CBJ_CA_FILE", &server::certificate("ca.pem"))],
    );
}

fn plain(script: Script) -> ScriptedServer {
    ScriptedServer::start([script], Afterwards::RepeatLast)
}

const ENDLESS: &str = "200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000";

#[test]
fn a_call_that_waits_for_the_answer() {
    cancel_at(&plain(vec![Step::Request, Step::Stall]).url());
    let server = server::Server::default().start([vec![Step::Request, Step::Stall]]);
    cancel_at(&server.url().replace("http:", "https:"));
}

#[test]
fn a_call_that_waits_for_the_rest_of_the_answer() {
    cancel_at(&plain(vec![Step::Request, Step::Send(headed(ENDLESS, "{")), Step::Stall]).url());
    let drip = Step::Drip(vec![b' '; 20_000], std::time::Duration::from_millis(1));
    cancel_at(&plain(vec![Step::Request, Step::Send(headed(ENDLESS, "{")), drip]).url());
}

#[test]
fn a_call_that_never_has_to_wait() {
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(1000);
    cancel_at(&plain(vec![Step::Request, Step::SendForever(interim)]).url());
}

#[test]
fn a_call_that_connects() {
    cancel_at(&HangingListener::bind(([127, 0, 0, 1], 0).into()).url());
}

#[test]
fn a_call_in_the_tls_handshake() {
    cancel_at(&plain(vec![Step::Stall]).url().replace("http:", "https:"));
}

#[test]
fn a_call_that_waits_before_it_tries_again() {
    let busy = answer("503 Service Unavailable\r\nRetry-After: 10", "");
    cancel_at(&plain(vec![Step::Behave(busy)]).url());
}

#[test]
fn calls_that_wait_for_a_token_and_for_the_thread_that_fetches_it() {
    let server = plain(vec![Step::Request, Step::Stall]);
    let environment = [
        ("CBJ_BASE_URL", &*server.url()),
        ("CBJ_IDENTITY_URL", &*server.url()),
        ("CBJ_CLIENT_ID", "id"),
        ("CBJ_CLIENT_SECRET", "secret"),
    ];
    cancel("8", &environment);
}

#[test]
fn a_cancel_that_comes_while_another_one_is_taken_back() {
    // Every call must make a connection.
    let closes = answer("200 OK\r\nContent-Type: application/json\r\nConnection: close", JOB);
    let server = plain(vec![Step::Request, Step::Send(closes)]);
    let environment = [("CBJ_BASE_URL", &*server.url()), ("CBJ_ACCESS_TOKEN", "token")];
    run(&compile("tests/c/cancel_while_resuming.c", Linking::Shared), &[], &environment);
}
