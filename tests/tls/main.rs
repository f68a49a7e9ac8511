//! TLS: which servers the client trusts, what it says about the others, and connections that break under TLS.
#![allow(missing_docs, reason = "a test program has no users of its items")]

mod answers;
mod ca_file;
mod closed;
mod real_servers;
mod requests;
mod resumption;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod system_trust;

use std::sync::Arc;
use std::time::Duration;

use cloudbackupjobs::ffi::*;
use server::{Server, TLS12, TLS13, certificate};
use support::abi::{Client, Failure, Setup, name};
use support::answers::{JOB, JOB_ID, answer, ok};
use support::patience::TOLERANCE;
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step, Wire};

fn serves() -> Script {
    vec![Step::Behave(ok(JOB))]
}

/// A client of the server with the name `host`. It trusts the authority in the file `ca`, or the bundled authorities.
fn setup(server: &ScriptedServer, host: &str, ca: Option<&str>) -> Setup {
    let setup = Setup::with_token(&format!("https://{host}:{}", server.address().port())).timeout_ms(10_000);
    match ca {
        Some(ca) => setup.ca_file(&certificate(ca)),
        None => setup,
    }
}

fn client(server: &ScriptedServer) -> Client {
    setup(server, "127.0.0.1", Some("ca.pem")).max_retries(0).client()
}

#[test]
fn a_trusted_server_is_asked() {
    for (row, host, versions) in [
        ("by its address, any version", "127.0.0.1", rustls::ALL_VERSIONS),
        ("by its name", "localhost", rustls::ALL_VERSIONS),
        ("TLS 1.2", "127.0.0.1", TLS12),
        ("TLS 1.3", "127.0.0.1", TLS13),
    ] {
        let server = Server { versions, ..Server::default() }.start([serves()]);
        let client = setup(&server, host, Some("ca.pem")).max_retries(0).client();
        for call in 0..3 {
            let job = client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}, {call}: {failure:?}"));
            assert_eq!(job.id.as_deref(), Some(JOB_ID), "{row}");
        }
        // One handshake for all calls.
        assert_eq!(server.connections(), 1, "{row}");
    }
}

/// Checks that the client refused the server: one attempt, and no byte of the request.
fn assert_refused(row: &str, server: &ScriptedServer, failure: &Failure, words: &[&str]) {
    assert_eq!((name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_TLS", 0), "{row}: {failure:?}");
    assert_eq!(failure.is_retryable, 0, "{row}: {failure:?}");
    assert!(failure.message.starts_with("GET https://"), "{row}: {failure:?}");
    for word in words {
        assert!(failure.message.contains(word), "{row}: no {word:?} in {failure:?}");
    }
    assert_eq!((server.connections(), server.requests().len()), (1, 0), "{row}: {failure:?}");
}

/// Today's date in UTC, in the format of messages.
fn utc_today() -> String {
    chrono::Utc::now().date_naive().to_string()
}

#[test]
fn a_certificate_that_does_not_prove_the_host_is_refused() {
    /// Row, certificate of the server, authority, host, words.
    type Row<'a> = (&'a str, &'a str, Option<&'a str>, &'a str, &'a [&'a str]);
    let unknown = &["of an unknown issuer", "inspecting proxy? Set the CA file", "ca_file", "trust"];
    let clock = format!("this machine's clock says {}", &utc_today());
    let expired = &["expired at 2021-01-01T00:00:00Z", clock.as_str(), "renew the certificate"];
    let not_yet_valid =
        &["not yet valid, but from 2119-01-01T00:00:00Z on", clock.as_str(), "Check this machine's clock"];
    let rows: [Row<'_>; 9] = [
        ("unknown authority", "server.pem", None, "127.0.0.1", unknown),
        ("another authority", "server.pem", Some("authority-as-server.pem"), "127.0.0.1", unknown),
        (
            "another host",
            "other-host.pem",
            Some("ca.pem"),
            "127.0.0.1",
            &["not for 127.0.0.1 but for", "other.example", "Check the host name in the URL"],
        ),
        (
            "another host, by name",
            "other-host.pem",
            Some("ca.pem"),
            "localhost",
            &["not for localhost but for", "other.example", "Check the host name in the URL"],
        ),
        ("no host", "no-names.pem", Some("ca.pem"), "localhost", &["not for localhost but for no host at all"]),
        ("expired", "expired.pem", Some("ca.pem"), "127.0.0.1", expired),
        ("not yet valid", "not-yet-valid.pem", Some("ca.pem"), "127.0.0.1", not_yet_valid),
        (
            "authority as server",
            "authority-as-server.pem",
            Some("authority-as-server.pem"),
            "127.0.0.1",
            &["of an authority (CA:TRUE) as its own", "needs its own certificate (CA:FALSE)"],
        ),
        ("authority as server, unknown", "authority-as-server.pem", None, "127.0.0.1", &[]),
    ];
    for (row, certificate, ca, host, words) in rows {
        for versions in [TLS12, TLS13] {
            let server = Server { certificate, versions, ..Server::default() }.start([serves()]);
            let client = setup(&server, host, ca).max_retries(2).client();
            let failure = client.get_job(JOB_ID, None).expect_err(row);
            assert_refused(row, &server, &failure, words);
        }
    }
}

#[test]
fn a_server_that_demands_a_certificate_is_told_apart() {
    for versions in [TLS12, TLS13] {
        let server = Server { versions, demands_certificate: true, ..Server::default() }.start([serves()]);
        let failure = client(&server).get_job(JOB_ID, None).expect_err("the client has none");
        assert_refused("demands a certificate", &server, &failure, &["the server ended the handshake with the alert"]);
    }
}

#[test]
fn what_is_no_tls_is_refused() {
    let says = |bytes: &[u8]| vec![Step::Send(bytes.to_vec()), Step::Stall];
    let plain = answer("400 Bad Request", "The plain HTTP request was sent to HTTPS port");
    let rows: [(&str, Script, &[&str]); 7] = [
        ("plain HTTP", says(&plain), &["is not TLS", "Check the port in the URL"]),
        ("SSH", says(b"SSH-2.0-OpenSSH_9.6\r\n"), &["is not TLS", "Check the port in the URL"]),
        ("NUL bytes", says(&[0; 64]), &["is not TLS"]),
        ("random bytes", says(b"\x8f\x1a\x93\xd5\x07\xee\x42\x9c\x60\xb1\x2f\xfa"), &["is not TLS"]),
        (
            "TLS 1.0 at most",
            says(b"\x15\x03\x01\0\x02\x02\x46"),
            &["speaks neither TLS 1.2 nor TLS 1.3", "must support TLS 1.2 or 1.3"],
        ),
        ("handshake failure", says(b"\x15\x03\x03\0\x02\x02\x28"), &["HandshakeFailure"]),
        ("unknown name", says(b"\x15\x03\x03\0\x02\x02\x70"), &["UnrecognisedName"]),
    ];
    for (row, script, words) in rows {
        // Not a TLS server.
        let server = ScriptedServer::start([script], Afterwards::RepeatLast);
        let client = setup(&server, "127.0.0.1", Some("ca.pem")).max_retries(2).client();
        let failure = client.get_job(JOB_ID, None).expect_err(row);
        assert_refused(row, &server, &failure, words);
    }
}

/// Connections that end before the handshake. This is not how a peer refuses a certificate, but how an overloaded or
/// restarting gateway behaves.
#[test]
fn a_handshake_that_breaks_off_is_tried_again() {
    let half = || Step::Send(b"\x16\x03\x03\x40\0\x02".to_vec());
    let goodbye = Step::Send(b"\x15\x03\x03\0\x02\x01\0".to_vec());
    let rows: [(&str, Script); 6] = [
        ("half a handshake", vec![Step::ReadSome, half(), Step::Close]),
        ("closes", vec![Step::ReadSome, Step::Close]),
        ("closes with close_notify", vec![Step::ReadSome, goodbye, Step::Close]),
        ("closes at once", vec![Step::Close]),
        ("resets", vec![Step::ReadSome, Step::Reset]),
        ("resets in the handshake", vec![Step::ReadSome, half(), Step::Reset]),
    ];
    for (row, script) in rows {
        for max_retries in [0, 2] {
            let server = ScriptedServer::start([script.clone()], Afterwards::RepeatLast);
            let client = setup(&server, "127.0.0.1", Some("ca.pem")).max_retries(max_retries).client();
            let failure = client.get_job(JOB_ID, None).expect_err(row);
            let row = format!("{row}, {max_retries} retries: {failure:?}");
            assert_eq!((name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_NETWORK", 0), "{row}");
            assert_eq!((failure.is_retryable, server.connections()), (1, max_retries as usize + 1), "{row}");
            let words = "the server, or a gateway before it, ended it during the TLS handshake";
            assert!(failure.message.contains(words), "{row}");
            for misleading in ["certificate", "CA file", "clock"] {
                assert!(!failure.message.contains(misleading), "{row}");
            }
        }
    }
}

#[test]
fn a_handshake_after_one_that_broke_off_succeeds() {
    for end in [Step::Close, Step::Reset] {
        let first = std::sync::atomic::AtomicBool::new(true);
        let config = Arc::new(Server::default().config());
        let wrap = move |socket| -> Box<dyn Wire> {
            if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
                return Box::new(socket);
            }
            server::over_tls(socket, &config)
        };
        let scripts = [vec![Step::ReadSome, end], serves()];
        let server = ScriptedServer::start_over(Arc::new(wrap), scripts, Afterwards::RepeatLast);
        let client = setup(&server, "127.0.0.1", Some("ca.pem")).max_retries(1).client();
        client.get_job(JOB_ID, None).expect("the second handshake succeeds");
        assert_eq!(server.connections(), 2);
    }
}

#[test]
fn a_handshake_that_does_not_end() {
    let hello = b"\x16\x03\x03\x40\0\x02".repeat(100);
    let rows = [
        ("never answers", vec![Step::Stall]),
        ("drips", vec![Step::Drip(hello, Duration::from_millis(40)), Step::Stall]),
    ];
    let (short, long) = (400, 10_000);
    for (row, script) in rows {
        // Time to connect, time for the call, retries; status, attempts, and the longest time of the call.
        for (connect, whole, retries, status, attempts, longest) in [
            (short, long, 0, CBJ_ERROR_CONNECT, 1, short),
            // Tried again like every failed connection; the waits before the retries are at most 250 ms and 500 ms.
            (short, long, 2, CBJ_ERROR_CONNECT, 3, 3 * short + 750),
            (long, short, 2, CBJ_ERROR_TIMEOUT, 1, short),
            // Both times are up: the call's time counts.
            (short, short, 2, CBJ_ERROR_TIMEOUT, 1, short),
        ] {
            let server = ScriptedServer::start([script.clone()], Afterwards::RepeatLast);
            let client = setup(&server, "127.0.0.1", Some("ca.pem"))
                .connect_timeout_ms(connect)
                .timeout_ms(whole)
                .max_retries(retries)
                .client();
            let (result, elapsed) = client.timed(JOB_ID);
            let failure = result.expect_err("there is no handshake");
            let row = format!("{row}, {connect} of {whole} ms, {retries} retries: {failure:?}");
            assert_eq!((failure.status, failure.http_status), (status, 0), "{row}");
            assert_eq!((failure.is_retryable, server.connections()), (1, attempts), "{row}");
            assert!(elapsed < Duration::from_millis(longest.into()) + TOLERANCE, "{row}: {elapsed:?}");
            assert!(failure.message.contains("400 ms"), "{row}");
        }
    }
}
