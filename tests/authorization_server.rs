//! A certificate against an authorization server that is not ours: oidc-provider, which follows RFC 7523 strictly.
#![cfg(feature = "certificate")]
#![allow(missing_docs, reason = "a test program")]

mod support;

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use support::abi::{Setup, name};
use support::answers::{JOB, JOB_ID, answer, ok};
use support::c_program::{is_installed, root};
use support::client_certificate::{PASSWORD, Scratch, fixture, joined};
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

const CLIENT_ID: &str = "2f1a9c1e-7d0b-4c56-9a3e-0c5d8e4b6a17";
const SCOPE: &str = "microsoft365backup.jobInfo.read.all";

/// The folder in which `npm install` of tests/identity/package.json was run.
fn modules() -> PathBuf {
    env::var_os("CBJ_TEST_OIDC").map_or_else(|| root().join("target/oidc"), PathBuf::from)
}

/// Whether the tests are left out: a developer may not have the server, but CI has it.
fn is_left_out() -> bool {
    env::var_os("CI").is_none() && !(is_installed("node") && modules().join("node_modules/oidc-provider").is_dir())
}

/// The server, with a client whose certificate is the committed one.
struct Identity {
    process: Child,
    token_url: String,
}

impl Identity {
    fn start() -> Self {
        let mut node = Command::new("node");
        node.arg(root().join("tests/identity/server.mjs")).arg(modules()).arg(fixture("certificate.pem"));
        // The server warns about http and about its test configuration. The tests ignore this.
        node.args([CLIENT_ID, SCOPE]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = node.spawn().unwrap_or_else(|error| panic!("{node:?}: {error}"));
        let said = process.stdout.take().expect("is piped");
        let (first, line) = mpsc::channel();
        thread::spawn(move || first.send(BufReader::new(said).lines().next()));
        let line = line.recv_timeout(Duration::from_secs(30)).ok().flatten();
        let mut identity = Self { process, token_url: String::new() };
        identity.token_url = line.unwrap_or_else(|| panic!("{node:?} does not start")).expect("is text");
        identity
    }

    fn setup(&self, service: &ScriptedServer) -> Setup {
        Setup::new().base_url(&service.url()).identity_url(&self.token_url).timeout_ms(10_000)
    }
}

impl Drop for Identity {
    fn drop(&mut self) {
        // The server may have ended by itself; the tests fail then for another reason.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn service(scripts: impl IntoIterator<Item = Script>) -> ScriptedServer {
    ScriptedServer::start(scripts, Afterwards::RepeatLast)
}

fn serves() -> Script {
    vec![Step::Behave(ok(JOB))]
}

#[test]
fn it_gives_a_token_for_the_certificate() {
    if is_left_out() {
        return;
    }
    let identity = Identity::start();
    for (row, extension, names, password) in [
        ("PEM", "pem", &["certificate.pem", "key.pem"][..], None),
        ("PKCS#12", "pfx", &["openssl3.pfx"], Some(PASSWORD)),
        ("Windows", "pfx", &["windows.pfx"], Some(PASSWORD)),
    ] {
        let (file, service) = (Scratch::private(extension, joined(names)), service([serves()]));
        let client = identity.setup(&service).client_certificate(CLIENT_ID, file.path(), password).client();
        client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}: {failure:?}"));
        let head = service.requests()[0].head.to_lowercase();
        let (_, token) = head.split_once("\r\nauthorization: bearer ").expect("the token is sent on");
        assert!(token.lines().next().is_some_and(|token| token.len() > 20), "{row}: {head}");
    }
}

#[test]
fn it_gives_another_token_where_the_service_refuses_the_first() {
    if is_left_out() {
        return;
    }
    let identity = Identity::start();
    let refuses = vec![Step::Request, Step::Send(answer("401 Unauthorized", "")), Step::Close];
    let (file, service) = (Scratch::of(&["certificate.pem", "key.pem"]), service([refuses, serves()]));
    let client = identity.setup(&service).client_certificate(CLIENT_ID, file.path(), None).client();
    // The server would refuse an assertion that was used before.
    client.get_job(JOB_ID, None).expect("the second assertion is a fresh one");
    let tokens: Vec<_> = service.requests().into_iter().map(|request| request.head).collect();
    assert_eq!(tokens.len(), 2);
    assert_ne!(tokens[0], tokens[1]);
}

#[test]
fn it_refuses_another_certificate_another_client_and_a_secret() {
    if is_left_out() {
        return;
    }
    let identity = Identity::start();
    let service = service([serves()]);
    let (right, other) = (Scratch::of(&["certificate.pem", "key.pem"]), Scratch::of(&["other.pem", "other-key.pem"]));
    let same_key = Scratch::of(&["forever.pem", "key.pem"]);
    for (row, setup) in [
        ("another key", identity.setup(&service).client_certificate(CLIENT_ID, other.path(), None)),
        // The server identifies a certificate by its thumbprint.
        ("another certificate", identity.setup(&service).client_certificate(CLIENT_ID, same_key.path(), None)),
        ("another client", identity.setup(&service).client_certificate("somebody-else", right.path(), None)),
        ("a secret", identity.setup(&service).client_secret(CLIENT_ID, "s3cret")),
    ] {
        let failure = setup.client().get_job(JOB_ID, None).expect_err(row);
        assert_eq!(name(failure.status), "CBJ_ERROR_AUTHENTICATION", "{row}: {failure:?}");
        assert!(failure.message.starts_with(&format!("POST {}: ", identity.token_url)), "{row}: {failure:?}");
        assert!(failure.message.contains("invalid_client"), "{row}: {failure:?}");
    }
    assert_eq!(service.connections(), 0);
}
