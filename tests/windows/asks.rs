//! One call, over plain HTTP and over TLS: the job, and what is wrong.

use std::path::PathBuf;
use std::sync::LazyLock;

use crate::program::{compile, is_asked, run, said};
use crate::support::answers::{self, JOB, JOB_ID, answer, ok};
use crate::support::c_program::Linking;
use crate::support::closed_port::ClosedPort;
use crate::support::scripted_server::Step;
use crate::tls_server::{Server, TLS12, TLS13, certificate};
use crate::{always, plain};

static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| compile("ask", Linking::Shared));
static STATIC: LazyLock<PathBuf> = LazyLock::new(|| compile("ask", Linking::Static));

/// What `ask.c` prints with these arguments.
pub fn ask(arguments: &[&str]) -> String {
    let output = run(&PROGRAM, arguments, &[]);
    assert!(output.status.success(), "{arguments:?}: {:?}\n{}", output.status, said(&output));
    // A text stream of Windows ends its lines with CR LF.
    said(&output).replace("\r\n", "\n")
}

fn found() -> String {
    format!("CBJ_OK {JOB_ID}\n")
}

#[track_caller]
fn assert_status(said: &str, status: &str, words: &str) {
    assert!(said.starts_with(&format!("{status} ")) && said.contains(words), "{status}, {words:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn a_job_by_the_dll_and_by_the_static_library() {
    if !is_asked() {
        return;
    }
    let server = plain(always(ok(JOB)));
    let base = format!("base_url={}", server.url());
    assert_eq!(ask(&[&base, "access_token=token", "times=3"]), found().repeat(3));
    assert_eq!(server.connections(), 1);
    assert_eq!(said(&run(&STATIC, &[&base, "access_token=token"], &[])).replace('\r', ""), found());
}

#[test]
fn what_is_wrong_is_told() {
    if !is_asked() {
        return;
    }
    for (status, words, sent) in [
        ("CBJ_ERROR_PERMISSION", "403", answer("403 Forbidden", answers::refusal(403, "no"))),
        ("CBJ_ERROR_NOT_FOUND", "404", answer("404 Not Found", "")),
        ("CBJ_ERROR_SERVER", "503", answer("503 Service Unavailable", "")),
        ("CBJ_ERROR_PROTOCOL", "<html>", ok("<html>")),
    ] {
        let server = plain(always(sent));
        let base = format!("base_url={}", server.url());
        assert_status(&ask(&[&base, "access_token=token", "max_retries=0"]), status, words);
    }
    let reset = plain(vec![Step::Request, Step::Reset]);
    let closed = ClosedPort::new();
    // A label of 64 characters is not a valid name, so no server outside this machine is asked for it.
    let nameless = format!("base_url=https://{}.invalid", "x".repeat(64));
    for (status, words, base) in [
        ("CBJ_ERROR_NETWORK", "broke", format!("base_url={}", reset.url())),
        ("CBJ_ERROR_CONNECT", "refused", format!("base_url=http://{}", closed.address())),
        ("CBJ_ERROR_RESOLVE", "resolved", nameless),
    ] {
        assert_status(&ask(&[&base, "access_token=token", "max_retries=0"]), status, words);
    }
}

#[test]
fn a_handshake_with_a_trusted_server() {
    if !is_asked() {
        return;
    }
    let ca = format!("ca_file={}", certificate("ca.pem"));
    for versions in [TLS12, TLS13] {
        let server = Server { versions, ..Server::default() }.start([always(ok(JOB))]);
        let base = format!("base_url=https://localhost:{}", server.address().port());
        assert_eq!(ask(&[&base, "access_token=token", &ca, "times=2"]), found().repeat(2));
        assert_eq!((server.connections(), server.requests().len()), (1, 2));
    }
}

#[test]
fn a_server_that_does_not_prove_its_name_is_refused() {
    if !is_asked() {
        return;
    }
    for (certificate_of_server, ca, words) in [
        ("server.pem", Some("authority-as-server.pem"), "of an unknown issuer"),
        ("server.pem", None, "of an unknown issuer"),
        ("other-host.pem", Some("ca.pem"), "not for localhost but for"),
        ("expired.pem", Some("ca.pem"), "expired at 2021-01-01T00:00:00Z"),
    ] {
        let server = Server { certificate: certificate_of_server, ..Server::default() }.start([always(ok(JOB))]);
        let base = format!("base_url=https://localhost:{}", server.address().port());
        let ca = ca.map(|ca| format!("ca_file={}", certificate(ca)));
        let arguments: Vec<&str> = [&*base, "access_token=token"].into_iter().chain(ca.as_deref()).collect();
        assert_status(&ask(&arguments), "CBJ_ERROR_TLS", words);
        assert_eq!(server.requests().len(), 0, "{certificate_of_server}");
    }
}

/// The largest answer that is allowed if nothing else is configured, in one piece and over TLS.
#[test]
fn an_answer_of_eight_mebibytes() {
    if !is_asked() {
        return;
    }
    let long = format!("{JOB}{}", " ".repeat(8 * 1024 * 1024 - JOB.len()));
    let longer = format!("{long} ");
    let ca = format!("ca_file={}", certificate("ca.pem"));
    let (plain_server, tls_server) = (plain(always(ok(&long))), Server::default().start([always(ok(&long))]));
    for server in [plain_server.url(), tls_server.url().replace("http:", "https:")] {
        assert_eq!(ask(&[&format!("base_url={server}"), "access_token=token", &ca]), found());
    }
    let server = plain(always(ok(longer)));
    let said = ask(&[&format!("base_url={}", server.url()), "access_token=token"]);
    assert_status(&said, "CBJ_ERROR_PROTOCOL", "larger than");
}
