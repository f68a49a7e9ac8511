//! Cancelling calls, whatever they wait for.

use crate::support::answers::{JOB, answer, headed, job_in, ok, page};
use crate::support::c_program::{Linking, compile};
use crate::support::hanging_listener::HangingListener;
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};
use crate::{run, server};

fn cancel(threads: &str, what: &str, environment: &[(&str, &str)]) {
    run(&compile("tests/c/cancel.c", Linking::Shared), &[threads, what], environment);
}

fn cancel_at(url: &str) {
    cancel_calls("4", "get", url);
}

fn cancel_calls(threads: &str, what: &str, url: &str) {
    let ca_file = server::certificate("ca.pem");
    cancel(threads, what, &[("CBJ_BASE_URL", url), ("CBJ_ACCESS_TOKEN", "token"), ("CBJ_CA_FILE", &ca_file)]);
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
    cancel("8", "get", &environment);
}

#[test]
fn a_wait_that_sleeps_between_two_polls() {
    cancel_calls("4", "wait", &plain(vec![Step::Behave(ok(job_in("In Progress")))]).url());
    // And one that sleeps because the service asked for it.
    cancel_calls(
        "4",
        "wait",
        &plain(vec![Step::Behave(answer("429 Too Many Requests\r\nRetry-After: 3000", ""))]).url(),
    );
}

#[test]
fn a_wait_that_polls() {
    cancel_calls("4", "wait", &plain(vec![Step::Request, Step::Stall]).url());
    let server = server::Server::default().start([vec![Step::Request, Step::Stall]]);
    cancel_calls("4", "wait", &server.url().replace("http:", "https:"));
}

#[test]
fn a_list_and_a_summary_that_wait_for_a_page() {
    let first = ok(page("J1", 2, "next-page"));
    for what in ["list", "summarize"] {
        cancel_calls("4", what, &plain(vec![Step::Request, Step::Stall]).url());
        // The second page does not come. Another thread could get a first page on this connection.
        let second = [Step::Request, Step::Send(first.clone()), Step::Request, Step::Stall];
        cancel_calls("1", what, &plain(second.into()).url());
    }
}

#[test]
fn a_cancel_that_comes_while_another_one_is_taken_back() {
    // Every call must make a connection.
    let closes = answer("200 OK\r\nContent-Type: application/json\r\nConnection: close", JOB);
    let server = plain(vec![Step::Request, Step::Send(closes)]);
    let environment = [("CBJ_BASE_URL", &*server.url()), ("CBJ_ACCESS_TOKEN", "token")];
    run(&compile("tests/c/cancel_while_resuming.c", Linking::Shared), &[], &environment);
}
