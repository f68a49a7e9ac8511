//! Forking.

use crate::support::answers::{JOB, answer, ok};
use crate::support::c_program::{Linking, compile};
use crate::support::client_certificate::Scratch;
use crate::support::sandbox::{Options, Sandbox};
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};
use crate::support::target;
use crate::{run, server, service};

/// How often the program forks. Every fork may come at an unlucky moment. A fork of an emulated process is slow.
fn forks() -> usize {
    100 / target::patience() as usize
}

/// How many children fork a grandchild that forks, too.
fn with_grandchildren() -> usize {
    forks() / 10
}

fn fork(linking: Linking, threads: &str, environment: &[(&str, &str)]) {
    run(&compile("tests/c/fork.c", linking), &[&forks().to_string(), threads, "kept"], environment);
}

#[test]
fn parent_and_child_make_connections_of_their_own() {
    for linking in [Linking::Shared, Linking::Static] {
        let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
        fork(linking, "0", &[("CBJ_BASE_URL", &server.url()), ("CBJ_ACCESS_TOKEN", "token")]);
        // One connection of the parent, and one of each forked process.
        assert_eq!(server.connections(), 1 + forks() + 2 * with_grandchildren(), "{linking:?}");
    }
}

#[test]
fn the_other_threads_may_be_inside_calls() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    fork(Linking::Shared, "4", &[("CBJ_BASE_URL", &server.url()), ("CBJ_ACCESS_TOKEN", "token")]);
}

#[test]
fn the_other_threads_may_be_connecting() {
    let closes = answer("200 OK\r\nContent-Type: application/json\r\nConnection: close", JOB);
    let server = ScriptedServer::start([vec![Step::Request, Step::Send(closes)]], Afterwards::RepeatLast);
    let environment = [("CBJ_BASE_URL", &*server.url()), ("CBJ_ACCESS_TOKEN", "token")];
    run(&compile("tests/c/fork.c", Linking::Shared), &[&forks().to_string(), "4", "closed"], &environment);
}

#[test]
fn another_thread_may_be_held_up_after_it_has_opened_a_socket_or_a_file() {
    // The program has functions of its own for this, which the library calls only if it is linked at run time.
    let program = compile("tests/c/fork_during_open.c", Linking::Shared);
    let token_file = Scratch::private("token", "token");
    let ca_file = server::certificate("ca.pem");
    for what in [&["socket"][..], &["file", "ca.pem"], &["file", ".token"], &["handler"]] {
        let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
        let environment = [
            ("CBJ_BASE_URL", &*server.url()),
            ("CBJ_ALLOW_HTTP", "1"),
            ("CBJ_ACCESS_TOKEN_FILE", token_file.path()),
            ("CBJ_CA_FILE", &ca_file),
        ];
        run(&program, what, &environment);
    }
}

#[test]
fn over_tls_too() {
    for threads in ["0", "3"] {
        let server = server::Server::default().start([vec![Step::Behave(ok(JOB))]]);
        let url = server.url().replace("http:", "https:");
        let ca_file = server::certificate("ca.pem");
        let environment = [("CBJ_BASE_URL", &*url), ("CBJ_ACCESS_TOKEN", "token"), ("CBJ_CA_FILE", &*ca_file)];
        fork(Linking::Shared, threads, &environment);
    }
}

#[test]
fn the_children_begin_with_the_parents_access_token() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
    let environment = [
        ("CBJ_BASE_URL", &*base_url),
        ("CBJ_IDENTITY_URL", &*identity_url),
        ("CBJ_CLIENT_ID", "sandbox-client"),
        ("CBJ_CLIENT_SECRET", "sandbox-secret"),
    ];
    fork(Linking::Shared, "2", &environment);
    assert_eq!(sandbox.token_requests(), 1);
}

#[test]
fn the_hosts_own_handlers_may_free_a_client_or_make_a_call() {
    let program = compile("tests/c/fork_handlers.c", Linking::Shared);
    for what in ["free", "call"] {
        let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
        let environment = [("CBJ_BASE_URL", &*server.url()), ("CBJ_ACCESS_TOKEN", "token")];
        run(&program, &[what, "20", "0"], &environment);
        // One connection of the parent, one of each child, and those of the freed clients.
        let freed = if what == "free" { 2 * 20 } else { 0 };
        assert_eq!(server.connections(), 1 + 20 + freed, "{what}");
    }
}

#[test]
fn clients_that_share_and_a_list_that_is_half_read() {
    let program = compile("tests/c/fork_shared.c", Linking::Shared);
    for (threads, over_tls) in [("0", false), ("4", false), ("3", true)] {
        let ca_file = server::certificate("ca.pem");
        let (server, url) = if over_tls {
            let server = server::Server::default().start([vec![service()]]);
            let url = server.url().replace("http:", "https:");
            (server, url)
        } else {
            let server = ScriptedServer::start([vec![service()]], Afterwards::RepeatLast);
            let url = server.url();
            (server, url)
        };
        let environment = [("CBJ_BASE_URL", &*url), ("CBJ_ACCESS_TOKEN", "token"), ("CBJ_CA_FILE", &*ca_file)];
        let forks = 10 * forks().div_ceil(25);
        run(&program, &[&forks.to_string(), threads], &environment);
        if threads == "0" {
            // One of the parent, one of each child, and one of each grandchild.
            assert_eq!(server.connections(), 1 + forks + forks / 10);
        }
    }
}
