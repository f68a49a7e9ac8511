//! Connections that were kept open and that the server closed meanwhile: they are replaced once, which is not counted
//! as a retry.

use std::thread;

use crate::support::abi::{Client, Failure, Job, name};
use crate::support::answers::{JOB, JOB_ID, ok};
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};
use crate::{attempts, client, status};

/// A connection that serves one request, and does `end` for the second.
fn serves_one_then(end: impl IntoIterator<Item = Step>) -> Script {
    [Step::Request, Step::Send(ok(JOB))].into_iter().chain(end).collect()
}

fn serves() -> Script {
    vec![Step::Behave(ok(JOB))]
}

/// A client after its first call, so that it has an open connection.
fn connected(server: &ScriptedServer, max_retries: u32) -> Client {
    let client = client(server, max_retries);
    client.get_job(JOB_ID, None).expect("the first call is served");
    client
}

fn fails(client: &Client, status: &str) -> Failure {
    let failure = client.get_job(JOB_ID, None).expect_err("nobody serves it");
    assert_eq!(name(failure.status), status, "{failure:?}");
    failure
}

fn serve_twice(first: Script) -> (ScriptedServer, Result<Job, Failure>) {
    let server = ScriptedServer::start([first, serves()], Afterwards::RepeatLast);
    let result = connected(&server, 0).get_job(JOB_ID, None);
    (server, result)
}

#[test]
fn a_connection_is_kept() {
    let server = ScriptedServer::start([serves()], Afterwards::RepeatLast);
    let client = connected(&server, 0);
    for _ in 0..5 {
        client.get_job(JOB_ID, None).expect("is served");
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 6));
}

#[test]
fn one_that_was_closed_is_replaced() {
    // Row, what happens to the connection, and how many requests the server reads in total.
    for (row, end, requests) in [
        ("closed after the answer, keep-alive promised", vec![Step::Close], 2),
        ("reset after the answer", vec![Step::Reset], 2),
        ("closed when the next request comes", vec![Step::Request, Step::Close], 3),
        ("reset when the next request comes", vec![Step::Request, Step::Reset], 3),
    ] {
        let (server, result) = serve_twice(serves_one_then(end));
        assert!(result.is_ok(), "{row}: {result:?}");
        assert_eq!((server.connections(), server.requests().len()), (2, requests), "{row}");
    }
}

#[test]
fn once_an_answer_has_begun_it_is_not_replaced() {
    for (row, end, status) in [("cut", Step::Close, "CBJ_ERROR_PROTOCOL"), ("reset", Step::Reset, "CBJ_ERROR_NETWORK")]
    {
        let script = || serves_one_then([Step::Request, Step::Send(b"HTTP/1.1 2".to_vec()), end.clone()]);
        let server = ScriptedServer::start([script(), serves()], Afterwards::RepeatLast);
        let failure = fails(&connected(&server, 0), status);
        assert_eq!((server.connections(), attempts(&failure)), (1, 1), "{row}: {failure:?}");

        // This takes one of the retries.
        let server = ScriptedServer::start([script(), serves()], Afterwards::RepeatLast);
        connected(&server, 1).get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}: {failure:?}"));
        assert_eq!((server.connections(), server.requests().len()), (2, 3), "{row}");
    }
}

#[test]
fn a_replacement_that_breaks_too_is_tried_again_as_any_other() {
    for max_retries in [0, 2] {
        for end in [Step::Close, Step::Reset] {
            let breaks = vec![Step::Request, end];
            let scripts = [serves_one_then([Step::Request, Step::Reset]), breaks];
            let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
            let failure = fails(&connected(&server, max_retries), "CBJ_ERROR_NETWORK");
            let retries = max_retries as usize;
            let came = (server.connections(), server.requests().len());
            assert_eq!(came, (2 + retries, 3 + retries), "{failure:?}");
            assert_eq!(attempts(&failure), 2 + retries, "{failure:?}");
        }
    }
}

#[test]
fn a_replacement_uses_no_retry_up() {
    let refuses = || vec![Step::Request, Step::Send(status(503)), Step::Close];
    let scripts = [serves_one_then([Step::Request, Step::Reset]), refuses(), serves()];
    let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
    connected(&server, 1).get_job(JOB_ID, None).expect("the replacement is refused, and tried again");
    assert_eq!(server.connections(), 3);

    let scripts = [serves_one_then([Step::Request, Step::Reset]), refuses()];
    let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
    let failure = fails(&connected(&server, 1), "CBJ_ERROR_SERVER");
    assert_eq!((server.connections(), attempts(&failure)), (3, 3), "{failure:?}");
}

#[test]
fn a_replacement_that_cannot_be_made_is_a_failed_connection() {
    let scripts = [serves_one_then([Step::Request, Step::Reset])];
    let server = ScriptedServer::start(scripts, Afterwards::Refuse);
    fails(&connected(&server, 0), "CBJ_ERROR_CONNECT");
}

#[test]
fn the_replacement_is_none_of_the_others_that_were_kept() {
    // A firewall that drops idle connections drops all of them: each is reset when it is used.
    for kept in [2, 5] {
        let stale = [
            Step::Request,
            // Wait, so that no connection is free before all are made.
            Step::AwaitRequests(kept),
            Step::Send(ok(JOB)),
            Step::Request,
            Step::Reset,
        ];
        let scripts = vec![stale.to_vec(); kept].into_iter().chain([serves()]);
        let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
        let client = client(&server, 0);
        thread::scope(|scope| {
            for _ in 0..kept {
                scope.spawn(|| client.get_job(JOB_ID, None).expect("is served"));
            }
        });
        assert_eq!(server.connections(), kept);
        let result = client.get_job(JOB_ID, None);
        assert!(result.is_ok(), "{kept} kept: {result:?}");
        assert_eq!(server.connections(), kept + 1);
    }
}

#[test]
fn connections_of_failed_calls_are_kept_too() {
    let script =
        vec![Step::Request, Step::Send(status(403)), Step::Request, Step::Send(status(404)), Step::Behave(ok(JOB))];
    let server = ScriptedServer::start([script], Afterwards::RepeatLast);
    let client = client(&server, 0);
    assert_eq!(fails(&client, "CBJ_ERROR_PERMISSION").http_status, 403);
    assert_eq!(fails(&client, "CBJ_ERROR_NOT_FOUND").http_status, 404);
    client.get_job(JOB_ID, None).expect("is served");
    assert_eq!(server.connections(), 1);
}
