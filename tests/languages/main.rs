//! The library called from other languages: each prints of a job, and of an error, what the C program prints, and what a
//! binding lacks has a reason.
//!
//! What is not installed is left out, but not in CI.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

#[path = "../support/mod.rs"]
mod support;

mod all_targets;
mod choices;
mod closing;
mod complete;
mod ctrl_c;
mod dotnet;
mod extremes;
mod idiom;
#[allow(dead_code, reason = "the generator reads the rest of the table")]
mod languages;
mod libraries;
mod lists;
mod many;
mod options;
mod packages;
mod report;
mod windows;
