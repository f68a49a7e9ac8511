//! The program `cloudbackupjobs` (`examples/c/jobs/`), compiled with sanitizers: each command, its text, its JSON, its exit
//! statuses, terminals and signals. Under valgrind instead if `CBJ_TEST_VALGRIND` is set.
//!
//! What needs python3 (a terminal), mandoc or clang is left out where that is not installed, except in CI.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

mod failures;
mod latest;
mod list;
mod program;
mod show;
mod sources;
#[path = "../support/mod.rs"]
mod support;
mod terminal;
mod usage;
mod wait;
