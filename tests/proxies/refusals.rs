//! Proxies that make no tunnel.

use std::time::Duration;

use cloudbackupjobs::ffi::*;

use super::support::abi::{Setup, name};
use super::support::answers::JOB_ID;
use super::support::closed_port::ClosedPort;
use super::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

const TARGET: &str = "https://graph.invalid";

/// A client whose proxy runs `script` on every connection.
fn through(script: Script) -> (ScriptedServer, Setup) {
    let proxy = ScriptedServer::start([script], Afterwards::RepeatLast);
    let url = format!("http://user:s3cret@{}", proxy.address());
    let setup = Setup::with_token(TARGET).proxy(&url).timeout_ms(10_000).max_retries(1);
    (proxy, setup)
}

fn says(head: &str) -> Script {
    vec![Step::Request, Step::Send(format!("{head}\r\nConnection: close\r\n\r\n").into_bytes()), Step::Close]
}

const INTERIM: &[u8] = b"HTTP/1.1 100 Continue\r\nServer: x\r\n\r\n";

fn sends(bytes: &[u8]) -> Script {
    vec![Step::Request, Step::Send(bytes.to_vec()), Step::Close]
}

#[test]
fn the_proxys_answer_is_told_with_what_to_do() {
    let once = 1;
    let again = 2;
    let rows: [(Script, usize, i32, &[&str]); 22] = [
        (
            says("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\""),
            once,
            0,
            &["answered 407 Proxy Authentication Required", "http://user:password@host:port"],
        ),
        (says("HTTP/1.0 403 Filtered"), once, 0, &["answered 403 Filtered", "does not allow this host and port"]),
        (says("HTTP/1.1 405 Method Not Allowed"), once, 0, &["answered 405", "does not know CONNECT"]),
        (says("HTTP/1.1 501 Not Implemented"), once, 0, &["answered 501", "does not know CONNECT"]),
        (says("HTTP/1.1 400 Bad Request"), once, 0, &["answered 400 Bad Request"]),
        (says("HTTP/1.1 302 Found\r\nLocation: http://portal.invalid/"), once, 0, &["answered 302 Found"]),
        (says("HTTP/1.1 500 "), again, 1, &["answered 500"]),
        (says("HTTP/1.1 502 Bad Gateway"), again, 1, &["answered 502 Bad Gateway", "cannot reach the host"]),
        (says("HTTP/1.1 503 Service Unavailable"), again, 1, &["answered 503", "cannot reach the host"]),
        (says("HTTP/1.1 504 Gateway Timeout"), again, 1, &["answered 504"]),
        // It echoes the credentials in the place of a reason.
        (says("HTTP/1.1 407 Basic dXNlcjpzM2NyZXQ="), once, 0, &["answered 407 Basic [secret]"]),
        (says("HTTP/1.1 407 Who is dXNlcjpzM2NyZXQ=?"), once, 0, &["answered 407 Who is [secret]?"]),
        (says("HTTP/1.1 407 dXNlcjpzM2NyZXQ, decoded"), once, 0, &["answered 407 [secret], decoded"]),
        // A short password is hidden together with the words around it.
        (says("HTTP/1.1 407 user has not the password s3cret"), once, 0, &["answered 407 [secret]. "]),
        (says("SSH-2.0-OpenSSH_9.6"), again, 1, &["sent an answer that is not HTTP", "is it a proxy"]),
        (vec![Step::Request, Step::Close], again, 1, &["closed the connection without an answer"]),
        // The second answer would come through the tunnel before the request was sent.
        (sends(b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"), again, 1, &["sent more than its answer"]),
        (sends(INTERIM), again, 1, &["closed the connection without an answer"]),
        (sends(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), again, 1, &["answered 101 Switching Protocols"]),
        (vec![Step::Request, Step::Send(b"HTTP/1.1 200 OK\r\nX: ".to_vec()), Step::Close], again, 1, &["closed"]),
        (vec![Step::ReadSome, Step::Reset], again, 1, &["reset"]),
        (
            vec![Step::Request, Step::Send(b"HTTP/1.1 200 OK\r\n".to_vec()), Step::SendForever(b"X: y\r\n".to_vec())],
            again,
            1,
            &["the proxy"],
        ),
    ];
    for (script, attempts, is_retryable, words) in rows {
        let row = format!("{script:?}");
        let (proxy, setup) = through(script);
        let failure = setup.client().get_job(JOB_ID, None).expect_err(&row);
        let row = format!("{row}: {failure:?}");
        assert_eq!((name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_CONNECT", 0), "{row}");
        let proxy_name = format!("the proxy http://{}", proxy.address());
        for word in words.iter().chain(&["GET https://graph.invalid/", proxy_name.as_str()]) {
            assert!(failure.message.contains(word), "no {word:?} in {row}");
        }
        for secret in ["dXNlcjpzM2NyZXQ", "s3cret"] {
            assert!(!failure.message.contains(secret), "{row}");
        }
        assert_eq!((proxy.connections(), failure.is_retryable), (attempts, is_retryable), "{row}");
    }
}

/// A key may stand in the place of the user, and a blank of the password may become a tab.
#[test]
fn no_form_of_the_credentials_is_told() {
    for (user, reason, told) in [
        ("KEY-1234567890", "unknown user KEY-1234567890", "answered 407 unknown user [secret]."),
        ("KEY-1234567890:", "unknown user KEY-1234567890", "answered 407 unknown user [secret]."),
        ("user:s3cret%20w0rd", "no s3cret\tw0rd here", "answered 407 no [secret] here."),
        ("user:s3cret%20%20w0rd", "no s3cret  w0rd here", "answered 407 no [secret] here."),
        ("user:p%2Bss%2Fw0rd", "no p%2bss%2fw0rd", "answered 407 [secret]."),
    ] {
        let script = says(&format!("HTTP/1.1 407 {reason}"));
        let proxy = ScriptedServer::start([script], Afterwards::RepeatLast);
        let url = format!("http://{user}@{}", proxy.address());
        let setup = Setup::with_token(TARGET).proxy(&url).max_retries(0);
        let failure = setup.client().get_job(JOB_ID, None).expect_err("is refused");
        assert!(failure.message.contains(told), "{user}: {failure:?}");
    }
}

#[test]
fn a_proxy_that_does_not_answer_is_left_in_time() {
    let drip = b"HTTP/1.1 200 Connection established and more of it\r\n".repeat(50);
    for script in [
        vec![Step::Request, Step::Stall],
        vec![Step::Request, Step::Drip(drip, Duration::from_millis(30))],
        vec![Step::Request, Step::SendForever(INTERIM.repeat(500))],
    ] {
        for (connect, whole, status, words) in [
            (500, 9000, CBJ_ERROR_CONNECT, "not made within 500 ms"),
            (9000, 500, CBJ_ERROR_TIMEOUT, "the time was up while the proxy made the connection (500 ms"),
        ] {
            let (_proxy, setup) = through(script.clone());
            let client = setup.connect_timeout_ms(connect).timeout_ms(whole).max_retries(0).client();
            let (job, time) = client.timed(JOB_ID);
            let failure = job.expect_err("there is no tunnel");
            assert_eq!(failure.status, status, "{failure:?}");
            assert!(failure.message.contains(words), "{failure:?}");
            assert!((490..750).contains(&time.as_millis()), "{time:?}");
        }
    }
}

#[test]
fn a_proxy_that_is_not_there_is_named() {
    let closed = ClosedPort::new();
    let free = closed.address();
    // A label of 64 characters is not a valid name, so no server outside this machine is asked for it.
    let nameless = format!("{}.invalid", "x".repeat(64));
    for (proxy, status, words) in [
        (format!("http://user:s3cret@{free}"), CBJ_ERROR_CONNECT, format!("the proxy http://{free}: {free}: ")),
        (
            format!("http://user:s3cret@{nameless}:1"),
            CBJ_ERROR_RESOLVE,
            format!("the proxy http://{nameless}:1: {nameless}: "),
        ),
    ] {
        let client = Setup::with_token(TARGET).proxy(&proxy).timeout_ms(10_000).max_retries(0).client();
        let failure = client.get_job(JOB_ID, None).expect_err("is not there");
        assert_eq!(failure.status, status, "{failure:?}");
        assert!(failure.message.contains(&words), "{failure:?}");
    }
}
