//! Hosts that start and stop Winsock in their own way.

use crate::program::{client_of, compile, holds, is_asked};
use crate::support::answers::{JOB, ok};
use crate::support::c_program::Linking;
use crate::support::scripted_server::{Service, Step};
use crate::{always, plain};

#[test]
fn the_library_and_the_host_do_not_take_winsock_from_each_other() {
    if !is_asked() {
        return;
    }
    let program = compile("winsock", Linking::Shared);
    for way in ["never", "around", "inside", "numbers"] {
        holds(&program, &[way], &client_of(&plain(always(ok(JOB))).url()));
    }
    let fourth_is_not_answered = Service::new(|number, _| match number {
        0..=2 => vec![Step::Send(ok(JOB))],
        _ => vec![Step::Stall],
    });
    holds(&program, &["too-often"], &client_of(&plain(vec![Step::Serve(fourth_is_not_answered)]).url()));
}
