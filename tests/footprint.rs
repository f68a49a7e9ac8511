//! How many bytes the library costs its host. Only release builds show it: `cargo test --release --test footprint`.
#![cfg(not(debug_assertions))]
#![allow(missing_docs, reason = "a test program")]

#[path = "tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod server;
mod support;

use std::process::Command;

use support::answers;
use support::c_program::{self, Linking, library_dir, scratch_dir};
use support::scripted_server::Step;

/// With certificates and all that they need: PKCS#12, ciphers of thirty years. Without them 2.6 MB.
const LARGEST: u64 = if cfg!(feature = "certificate") { 3_000_000 } else { 2_600_000 };

#[test]
fn the_stripped_shared_library_is_as_small_as_the_documents_say() {
    let stripped = scratch_dir().join("stripped.so");
    let strip =
        Command::new("strip").arg("-o").arg(&stripped).arg(library_dir().join("libcloudbackupjobs.so")).status();
    assert!(strip.expect("strip is installed beside the C compiler").success());
    let bytes = stripped.metadata().expect("is there").len();
    assert!(bytes <= LARGEST, "{bytes} bytes");
}

#[test]
fn a_c_program_has_less_than_8_mb_resident_after_a_fetch_over_tls() {
    for linking in [Linking::Shared, Linking::Static] {
        let program = c_program::compile("tests/c/resident.c", linking);
        let server = server::Server::default().start([vec![Step::Behave(answers::ok(answers::JOB))]]);
        let url = server.url().replace("http:", "https:");
        let output = c_program::run(&program, &[&url, &server::certificate("ca.pem"), answers::JOB_ID], &[]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let kib: u64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("is a number");
        assert!(kib > 1000 && kib * 1024 < 8_000_000, "{kib} KiB, {linking:?}");
    }
}

/// Without optimization, a TLS handshake alone needs more.
#[test]
fn a_thread_with_64_kib_of_stack_is_enough_for_everything() {
    for linking in [Linking::Shared, Linking::Static] {
        let answers = [
            answers::ok(answers::JOB),
            answers::answer("500 Internal Server Error", "{\"message\":\"broken\"}"),
            answers::ok("{\"data\":[1,"),
        ];
        let script = answers.into_iter().flat_map(|bytes| [Step::Request, Step::Send(bytes)]).collect();
        let server = server::Server::default().start([script]);
        let url = server.url().replace("http:", "https:");
        let ca_file = server::certificate("ca.pem");
        let environment = [("CBJ_BASE_URL", &*url), ("CBJ_ACCESS_TOKEN", "token"), ("CBJ_CA_FILE", &*ca_file)];
        let program = c_program::compile("tests/c/small_stack.c", linking);
        let output = c_program::run(&program, &[], &environment);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
