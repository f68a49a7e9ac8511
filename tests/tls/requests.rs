//! Requests that cannot be sent completely. They are longer than what the kernel buffers for a peer that does not read:
//! on Linux 4 MiB to be sent, and a little that the peer's side has received.

use std::thread;
use std::time::Duration;

use cloudbackupjobs::ffi::*;

use crate::server::{Server, TLS12, TLS13, certificate};
use crate::serves;
use crate::support::abi::Setup;
use crate::support::answers::JOB_ID;
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

/// The servers: plain HTTP, and both versions of TLS.
fn servers(script: &Script) -> [(&'static str, ScriptedServer); 3] {
    let tls = |versions| Server { versions, ..Server::default() }.start([script.clone(), serves()]);
    [
        ("plain", ScriptedServer::start([script.clone(), serves()], Afterwards::RepeatLast)),
        ("TLS 1.2", tls(TLS12)),
        ("TLS 1.3", tls(TLS13)),
    ]
}

/// A client whose request for a token contains a secret of `size` bytes.
fn setup(row: &str, server: &ScriptedServer, size: usize) -> Setup {
    let url = if row == "plain" { server.url() } else { server.url().replace("http:", "https:") };
    let secret = "x".repeat(size);
    Setup::new().base_url(&url).identity_url(&url).ca_file(&certificate("ca.pem")).client_secret("id", &secret)
}

/// Makes the handshake over TLS, and does nothing else.
fn handshake() -> Step {
    Step::Send(Vec::new())
}

#[test]
fn a_peer_that_does_not_read_is_left_in_time() {
    let never_reads = vec![handshake(), Step::Pause(Duration::from_secs(10)), Step::Cut];
    thread::scope(|scope| {
        for (row, server) in servers(&never_reads) {
            scope.spawn(move || {
                // The time to connect does not limit the request.
                let client = setup(row, &server, 6 * 1024 * 1024)
                    .connect_timeout_ms(1500)
                    .timeout_ms(3000)
                    .max_retries(0)
                    .client();
                let (result, elapsed) = client.timed(JOB_ID);
                let failure = result.expect_err(row);
                assert_eq!((failure.status, failure.http_status), (CBJ_ERROR_TIMEOUT, 0), "{row}: {failure:?}");
                assert!(failure.message.contains("the time was up while the request was sent"), "{row}: {failure:?}");
                assert!(elapsed >= Duration::from_millis(3000), "{row}: {elapsed:?}");
            });
        }
    });
}

#[test]
fn a_peer_that_goes_away_is_a_broken_connection() {
    for end in [Step::Reset, Step::Cut] {
        for (name, server) in servers(&vec![handshake(), Step::ReadSome, end.clone()]) {
            let row = format!("{name}, {end:?}");
            let client = setup(name, &server, 1024 * 1024).timeout_ms(20_000).max_retries(0).client();
            let failure = client.get_job(JOB_ID, None).expect_err(&row);
            assert_eq!((failure.status, failure.http_status), (CBJ_ERROR_NETWORK, 0), "{row}: {failure:?}");
            assert!(failure.message.contains("connection broke"), "{row}: {failure:?}");
        }
    }
}
