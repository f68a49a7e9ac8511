//! What a host sees of its own process, and what its children inherit.

use crate::program::{client_of, compile, holds, is_asked, run, said};
use crate::support::answers::{JOB, ok};
use crate::support::c_program::Linking;
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};
use crate::{plain, service};

/// The members of `struct state` in `state.h` that a program can change without a debugger.
const CHANGEABLE: [&str; 15] = [
    "error_mode",
    "thread_error_mode",
    "folder",
    "dll_folder",
    "environment",
    "locale",
    "thread_locale",
    "x87_control",
    "mxcsr",
    "priority_class",
    "thread_priority",
    "affinity",
    "filter",
    "streams",
    "windows",
];

#[test]
fn the_process_stays_as_it_is() {
    if !is_asked() {
        return;
    }
    let program = compile("surroundings", Linking::Shared);
    let (server, failing) = (plain(service()), plain(vec![Step::Request, Step::Reset]));
    let (url, failing_url) = (server.url(), failing.url());
    let environment = [&client_of(&url)[..], &[("FAILING_URL", &failing_url)]].concat();
    holds(&program, &[], &environment);
    // The comparison notices each change.
    for member in CHANGEABLE {
        let output = run(&program, &[member], &environment);
        assert!(!output.status.success(), "{member}: {}", said(&output));
        assert!(said(&output).contains(&format!("changed: {member}")), "{member}: {}", said(&output));
    }
}

#[test]
fn a_child_inherits_no_socket() {
    if !is_asked() {
        return;
    }
    let stalls = || vec![Step::Request, Step::Stall];
    let server = ScriptedServer::start(
        [vec![Step::Request, Step::Send(ok(JOB)), Step::Request, Step::Stall], stalls()],
        Afterwards::RepeatLast,
    );
    holds(&compile("inherit", Linking::Shared), &[], &client_of(&server.url()));
}
