//! Hazards for programs that embed the library. A small C program shows each.
#![allow(missing_docs, reason = "a test program")]

mod cancel;
mod fork;
mod fork_while_held;
mod lookups;
#[path = "../tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod server;
#[path = "../support/mod.rs"]
mod support;
mod surroundings;
mod unload;

use support::c_program;

/// Runs a C program with a client's environment. Its standard error is the test's message.
fn run(program: &std::path::Path, arguments: &[&str], environment: &[(&str, &str)]) {
    let output = c_program::run(program, arguments, environment);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {:?}\n{said}", program.display(), output.status);
}
