//! A look-up that does not end: wine asks the resolver of this machine, and a scripted one takes its place.

use std::path::PathBuf;
use std::process::Command;

use crate::program::{compile, holds, is_asked};
use crate::support::c_program::{Linking, root, scratch_dir};

/// Compiles `tests/c/resolver.c` for this machine.
fn resolver() -> PathBuf {
    let object = scratch_dir().join("resolver.so");
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-D_GNU_SOURCE", "-shared", "-fPIC", "-o"]).arg(&object);
    command.arg(root().join("tests/c/resolver.c")).arg("-lpthread");
    let output = command.output().expect("cc is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    object
}

#[test]
fn a_deadline_and_a_cancel_end_a_look_up() {
    if !is_asked() {
        return;
    }
    let resolver = resolver();
    let environment = |settings| {
        [
            ("CBJ_BASE_URL", "https://a.example"),
            ("CBJ_ACCESS_TOKEN", "token"),
            ("LD_PRELOAD", resolver.to_str().expect("UTF-8")),
            ("CBJ_FAKE_RESOLVER", settings),
        ]
    };
    holds(&compile("deadline", Linking::Shared), &["looked up"], &environment("delay_ms=30000;fail=again"));
    holds(&compile("cancel", Linking::Shared), &["get", "thread"], &environment("delay_ms=3000;fail=again"));
}
