//! Threads of a host.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::program::{client_of, compile, holds, is_asked};
use crate::support::answers::{JOB, answer, ok, page};
use crate::support::c_program::{Linking, root};
use crate::support::scripted_server::{Service, Step};
use crate::support::target;
use crate::tls_server::{Server, certificate};

/// Builds the library as it is installed: without optimisation it needs more stack.
fn release() -> PathBuf {
    let triple = target::triple().expect("the tests are for Windows");
    let mut build = Command::new(root().join("packaging/target"));
    build.args([triple, "cargo", "rustc", "--locked", "--release", "--lib", "--crate-type", "cdylib,staticlib"]);
    // `cargo test` sets these for the tests. ring's build script watches them, and would run again.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            build.env_remove(&name);
        }
    }
    assert!(build.current_dir(root()).status().expect("is a script").success());
    root().join("target/cross").join(triple).join("release")
}

#[expect(clippy::print_stderr, reason = "a test that is left out must say so")]
#[test]
fn a_thread_with_64_kib_of_stack_is_enough() {
    if !is_asked() {
        return;
    }
    if env::var_os("CBJ_TEST_RELEASE").is_none() {
        eprintln!("left out: CBJ_TEST_RELEASE asks for it");
        return;
    }
    let script = Service::new(|number, _| {
        vec![Step::Send(match number {
            0 => ok(JOB),
            // With the retries of the second call.
            1..=3 => answer("503 Service Unavailable", ""),
            4 => ok("{"),
            _ => ok(page("J1", 1, "")),
        })]
    });
    let server = Server::default().start([vec![Step::Serve(script)]]);
    let url = format!("https://localhost:{}", server.address().port());
    let authority = certificate("ca.pem");
    let folder = format!("Z:{}", release().display());
    let environment = [&client_of(&url)[..], &[("CBJ_CA_FILE", &authority), ("WINEPATH", &folder)]].concat();
    holds(&compile("small_stack", Linking::Shared), &[], &environment);
}
