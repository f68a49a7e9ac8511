//! Answers that break off under TLS. Anybody on the way can make an end without close_notify, so it never completes an
//! answer.

use crate::client;
use crate::server::Server;
use crate::support::abi::name;
use crate::support::answers::{JOB, JOB_ID, chunk, chunked, headed, ok};
use crate::support::scripted_server::{Script, Step};

/// Instead of an HTTP status, if only timing decides whether the head was read.
const EITHER: i32 = -1;

fn sends(bytes: impl Into<Vec<u8>>, end: Step) -> Script {
    vec![Step::Request, Step::Send(bytes.into()), end]
}

#[test]
fn an_answer_that_is_not_whole() {
    let half = headed(&format!("200 OK\r\nContent-Length: {}", JOB.len()), &JOB[..100]);
    let endless = headed("200 OK", JOB);
    let (protocol, network, tls) = ("CBJ_ERROR_PROTOCOL", "CBJ_ERROR_NETWORK", "CBJ_ERROR_TLS");
    let garbage = Step::SendBelow(b"\x17\x03\x03\0\x20no record of this connection, at all".to_vec());
    let rows: [(&str, Script, &str, i32); 14] = [
        ("closed before the answer", vec![Step::Request, Step::Close], network, 0),
        ("cut before the answer", vec![Step::Request, Step::Cut], network, 0),
        ("reset before the answer", vec![Step::Request, Step::Reset], network, 0),
        ("closed in the head", sends("HTTP/1.1 2", Step::Close), protocol, 0),
        ("cut in the head", sends("HTTP/1.1 2", Step::Cut), protocol, 0),
        ("closed in the body", sends(half.clone(), Step::Close), protocol, 200),
        ("cut in the body", sends(half.clone(), Step::Cut), protocol, 200),
        ("reset in the body", sends(half.clone(), Step::Reset), network, 200),
        ("closed between chunks", sends(chunked(chunk(&JOB[..100])), Step::Close), protocol, 200),
        ("cut between chunks", sends(chunked(chunk(&JOB[..100])), Step::Cut), protocol, 200),
        // RFC 9112 section 8: under TLS only a close_notify completes a body without a length.
        ("cut where the end is the end of the body", sends(endless, Step::Cut), protocol, 200),
        (
            "cut in a record",
            vec![Step::Request, Step::SendBelow(b"\x17\x03\x03\0\x20x".to_vec()), Step::Cut],
            network,
            0,
        ),
        // Bytes that do not belong to this TLS connection: something on the way has added them.
        ("garbage before the answer", vec![Step::Request, garbage.clone(), Step::Stall], tls, 0),
        // The head may have been decrypted before the garbage came, or together with it.
        ("garbage in the body", vec![Step::Request, Step::Send(half), garbage, Step::Stall], tls, EITHER),
    ];
    for (row, script, status, http_status) in rows {
        let server = Server::default().start([script, vec![Step::Behave(ok(JOB))]]);
        let client = client(&server);
        let failure = client.get_job(JOB_ID, None).expect_err(row);
        assert_eq!(name(failure.status), status, "{row}: {failure:?}");
        let expected = if http_status == EITHER { &[0, 200][..] } else { &[http_status][..] };
        assert!(expected.contains(&failure.http_status), "{row}: {failure:?}");
        assert_eq!((server.connections(), server.requests().len()), (1, 1), "{row}: {failure:?}");
        client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}, the next call: {failure:?}"));
    }
}

#[test]
fn an_answer_that_is_whole() {
    let chunks = chunked(format!("{}0\r\n\r\n", chunk(JOB)));
    for (row, script) in [
        ("closed", sends(ok(JOB), Step::Close)),
        ("cut", sends(ok(JOB), Step::Cut)),
        ("cut after the last chunk", sends(chunks, Step::Cut)),
        ("closed where the end is the end of the body", sends(headed("200 OK", JOB), Step::Close)),
    ] {
        let server = Server::default().start([script, vec![Step::Behave(ok(JOB))]]);
        let client = client(&server);
        for call in 0..2 {
            client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}, {call}: {failure:?}"));
        }
        assert_eq!(server.connections(), 2, "{row}");
    }
}

#[test]
fn a_kept_connection_on_which_tls_fails_is_replaced() {
    // On a new connection such bytes would say something about the server; here they concern only this connection.
    let alert = b"\x15\x03\x03\0\x02\x02\x50".to_vec();
    let garbage = b"\x17\x03\x03\0\x20no record of this connection, at all".to_vec();
    for (row, bytes) in [("alert", alert), ("garbage", garbage)] {
        let script = vec![Step::Request, Step::Send(ok(JOB)), Step::Request, Step::SendBelow(bytes), Step::Stall];
        let server = Server::default().start([script, vec![Step::Behave(ok(JOB))]]);
        let client = client(&server);
        for call in 0..2 {
            client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}, {call}: {failure:?}"));
        }
        assert_eq!((server.connections(), server.requests().len()), (2, 3), "{row}");
    }
}

#[test]
fn a_connection_that_was_closed_is_replaced() {
    for end in [Step::Close, Step::Cut, Step::Reset] {
        for begin in [vec![], vec![Step::Request]] {
            let script = [sends(ok(JOB), Step::Pause(std::time::Duration::ZERO)), begin, vec![end.clone()]].concat();
            let row = format!("{:?}", &script[3..]);
            let server = Server::default().start([script, vec![Step::Behave(ok(JOB))]]);
            let client = client(&server);
            for call in 0..2 {
                client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}, {call}: {failure:?}"));
            }
            assert_eq!(server.connections(), 2, "{row}");
        }
    }
}
