//! `cbj_client_cancel`, from another thread and from a handler of console events.

use crate::program::{client_of, compile, holds, is_asked};
use crate::support::answers::{JOB, answer, ok};
use crate::support::c_program::Linking;
use crate::support::hanging_listener::HangingListener;
use crate::support::scripted_server::Step;
use crate::{always, plain};

#[test]
fn a_cancel_ends_calls_wherever_they_wait() {
    if !is_asked() {
        return;
    }
    let program = compile("cancel", Linking::Shared);
    let silent = HangingListener::bind(([127, 0, 0, 1], 0).into());
    let silent_handshake = plain(vec![Step::Stall]);
    let silent_answer = plain(vec![Step::Request, Step::Stall]);
    let busy = plain(always(answer("429 Too Many Requests\r\nRetry-After: 3000", "")));
    for (what, url) in [
        ("get", silent.url()),
        ("get", silent_handshake.url().replace("http:", "https:")),
        ("get", silent_answer.url()),
        ("list", silent_answer.url()),
        ("wait", busy.url()),
    ] {
        holds(&program, &[what, "thread"], &client_of(&url));
    }
}

#[test]
fn a_cancel_from_a_console_handler() {
    if !is_asked() {
        return;
    }
    let server = plain(vec![Step::Request, Step::Stall]);
    holds(&compile("cancel", Linking::Shared), &["get", "console"], &client_of(&server.url()));
}

#[test]
fn a_cancel_costs_little_and_keeps_the_last_error() {
    if !is_asked() {
        return;
    }
    let server = plain(always(ok(JOB)));
    holds(&compile("cancel_cheap", Linking::Shared), &[], &client_of(&server.url()));
}
