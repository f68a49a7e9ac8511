//! Certificates as credentials: which files are accepted, which are refused and why, and what is sent to the identity
//! service.
#![cfg(feature = "certificate")]
#![allow(missing_docs, reason = "a test program")]

mod accepted;
mod assertion;
mod costly;
mod jwt;
mod modes;
mod passwords;
mod refused;
#[path = "../support/mod.rs"]
mod support;

use support::abi::{Client, Failure, Setup, name};
use support::answers::{JOB, ok, token};
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

const CLIENT_ID: &str = "2f1a9c1e-7d0b-4c56-9a3e-0c5d8e4b6a17";

fn always(answer: Vec<u8>) -> Script {
    vec![Step::Behave(answer)]
}

/// A scripted identity service and a scripted service.
struct Services {
    identity: ScriptedServer,
    service: ScriptedServer,
}

impl Services {
    fn start(identity: impl IntoIterator<Item = Script>, service: impl IntoIterator<Item = Script>) -> Self {
        Self {
            identity: ScriptedServer::start(identity, Afterwards::RepeatLast),
            service: ScriptedServer::start(service, Afterwards::RepeatLast),
        }
    }

    /// Both behave correctly.
    fn behaving() -> Self {
        Self::start([always(token("token-1"))], [always(ok(JOB))])
    }

    fn identity_url(&self) -> String {
        format!("{}/connect/token", self.identity.url())
    }

    fn setup(&self) -> Setup {
        Setup::new().base_url(&self.service.url()).identity_url(&self.identity_url()).timeout_ms(10_000)
    }
}

/// `cbj_client_new` with this certificate; nothing is sent.
fn try_client(path: &str, password: Option<&str>) -> Result<Client, Failure> {
    let nowhere = Setup::new().base_url("http://127.0.0.1:1").identity_url("http://127.0.0.1:1/connect/token");
    nowhere.client_certificate(CLIENT_ID, path, password).try_client()
}

/// Checks a refusal, whose message must name the option and the file.
fn assert_refused(row: &str, path: &str, password: Option<&str>, words: &[&str]) {
    let failure = try_client(path, password).map(|_| ()).expect_err(row);
    assert_eq!(name(failure.status), "CBJ_ERROR_CONFIG", "{row}: {failure:?}");
    let beginning = format!("Configuration: client_certificate {path:?} ");
    assert!(failure.message.starts_with(&beginning), "{row}: {failure:?}");
    // The words must not be found in the path.
    let reason = &failure.message[beginning.len()..];
    for word in words {
        assert!(reason.contains(word), "{row}: no {word:?} in {failure:?}");
    }
    if let Some(password) = password.filter(|password| !password.is_empty()) {
        assert!(!failure.message.contains(password), "{row}: {failure:?}");
    }
    assert_eq!((failure.http_status, failure.is_retryable), (0, 0), "{row}: {failure:?}");
}
