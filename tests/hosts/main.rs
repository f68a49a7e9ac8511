//! Hazards for programs that embed the library. A small C program shows each.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

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
mod year;

use support::answers::{JOB, ok, page};
use support::c_program;
use support::scripted_server::{Service, Step};

/// Answers as the service does: a list of three jobs on three pages, and any job.
fn service() -> Step {
    let pages = ["J1", "J2", "J3"].map(|id| ok(page(id, 3, "")));
    let lines = ["pageIndex=0&", "pageIndex=1&", "pageIndex=2&"];
    Step::Serve(Service::by_line(lines.into_iter().zip(pages).chain([("", ok(JOB))])))
}

/// Runs a C program with a client's environment. Its standard error is the test's message.
fn run(program: &std::path::Path, arguments: &[&str], environment: &[(&str, &str)]) {
    run_to_end(program, arguments, environment);
}

/// As [`run`]. Returns what the program has printed.
fn run_to_end(program: &std::path::Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = c_program::run(program, arguments, environment);
    let [printed, said] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{}: {:?}\n{printed}{said}", program.display(), output.status);
    printed.into_owned()
}
