//! Connections that were kept open and that the server has closed since: they are not used.

use std::thread;
use std::time::Duration;

use cloudbackupjobs::ffi::CBJ_LOG_INFO;

use crate::server::{Server, TLS12, TLS13};
use crate::support::abi::Lines;
use crate::support::answers::{JOB, JOB_ID, ok};
use crate::support::scripted_server::Step;
use crate::{serves, setup};

/// Makes a call, waits for this time, and makes another call. Returns whether the second call notices that the server has
/// closed the connection before it sends its request. If it does not notice, it sends the request in vain, and again on a new
/// connection.
fn is_noticed(versions: &'static [&'static rustls::SupportedProtocolVersion], end: Step, after: Duration) -> bool {
    let script = vec![Step::Request, Step::Send(ok(JOB)), end];
    let server = Server { versions, ..Server::default() }.start([script, serves()]);
    let lines = Lines::new();
    let client = setup(&server, "127.0.0.1", Some("ca.pem")).log(lines, CBJ_LOG_INFO).max_retries(0).client();
    client.get_job(JOB_ID, None).expect("the first connection serves it");
    thread::sleep(after);
    client.get_job(JOB_ID, None).expect("the second connection serves it");
    assert_eq!(server.connections(), 2);
    lines.of(CBJ_LOG_INFO)[1].contains("attempts 1,")
}

#[test]
fn a_closed_connection_gets_no_request() {
    for versions in [TLS12, TLS13] {
        for end in [Step::Close, Step::Cut] {
            // The server's end may take some time to come.
            let mut times = (0..12).map(|power| Duration::from_millis(1 << power));
            assert!(times.any(|after| is_noticed(versions, end.clone(), after)), "{versions:?}, {end:?}");
        }
    }
}
