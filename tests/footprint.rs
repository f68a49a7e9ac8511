//! How many bytes the library costs its host, as it is installed.
//!
//! These tests do nothing unless `CBJ_TEST_RELEASE` is set, because the build with link-time optimisation takes some
//! minutes. They start that build themselves, with the features that they were compiled with:
//!
//!     CBJ_TEST_RELEASE=1 cargo test --test footprint
//!     CBJ_TEST_RELEASE=1 cargo test --no-default-features --test footprint
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

#[path = "tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod server;
mod support;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use support::answers;
use support::c_program::{self, Linking, root, scratch_dir};
use support::scripted_server::Step;

/// The most bytes of the stripped shared library: 2.5 MB and 2.3 MB, as the documents round them. The certificates need PKCS#12
/// and the ciphers of thirty years.
const LARGEST: u64 = if cfg!(feature = "certificate") { 2_550_000 } else { 2_300_000 };

/// The folder of the libraries, built by the command of README. `None`: nobody asks for the test.
fn built() -> Option<PathBuf> {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir));
        let mut cargo = Command::new(env!("CARGO"));
        // `cargo test` sets these for the tests. ring's build script watches them, and would run again.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(&name);
            }
        }
        cargo.current_dir(root()).args(["rustc", "--locked", "--release", "--lib"]);
        cargo.args(["--crate-type", "cdylib,staticlib", "--target-dir"]).arg(&target);
        if !cfg!(all(feature = "certificate", feature = "system-trust")) {
            let features =
                [("certificate", cfg!(feature = "certificate")), ("system-trust", cfg!(feature = "system-trust"))];
            let on =
                features.into_iter().filter(|(_, is_on)| *is_on).map(|(name, _)| name).collect::<Vec<_>>().join(",");
            cargo.args(["--no-default-features", "--features", &on]);
        }
        assert!(cargo.status().expect("cargo is there").success());
        target.join("release")
    });
    if env::var_os("CBJ_TEST_RELEASE").is_none() {
        eprintln!("left out: CBJ_TEST_RELEASE asks for it");
        return None;
    }
    Some(FOLDER.clone())
}

fn compile(source: &str, linking: Linking, dir: &Path) -> PathBuf {
    c_program::compile_against(dir, "cc", &["-std=c99", "-D_POSIX_C_SOURCE=200809L"], source, linking)
}

#[test]
fn the_stripped_shared_library_is_as_small_as_the_documents_say() {
    let Some(dir) = built() else { return };
    let stripped = scratch_dir().join("stripped.so");
    let strip = Command::new("strip").arg("-o").arg(&stripped).arg(dir.join("libcloudbackupjobs.so")).status();
    assert!(strip.expect("strip is installed beside the C compiler").success());
    let bytes = stripped.metadata().expect("is there").len();
    assert!(bytes <= LARGEST, "{bytes} bytes");
}

#[test]
fn a_c_program_has_less_than_8_mb_resident_after_a_fetch_over_tls() {
    let Some(dir) = built() else { return };
    for linking in [Linking::Shared, Linking::Static] {
        let program = compile("tests/c/resident.c", linking, &dir);
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
    let Some(dir) = built() else { return };
    for linking in [Linking::Shared, Linking::Static] {
        let answers = [
            answers::ok(answers::JOB),
            answers::answer("500 Internal Server Error", "{\"message\":\"broken\"}"),
            answers::ok("{\"data\":[1,"),
            answers::ok(answers::page("J1", 1, "")),
        ];
        let steps = answers.into_iter().flat_map(|bytes| [Step::Request, Step::Send(bytes)]);
        let script = steps.chain([Step::Behave(answers::ok(answers::page("J1", 1, "")))]).collect();
        let server = server::Server::default().start([script]);
        let url = server.url().replace("http:", "https:");
        let ca_file = server::certificate("ca.pem");
        let environment = [("CBJ_BASE_URL", &*url), ("CBJ_ACCESS_TOKEN", "token"), ("CBJ_CA_FILE", &*ca_file)];
        let program = compile("tests/c/small_stack.c", linking, &dir);
        let output = c_program::run(&program, &[], &environment);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
