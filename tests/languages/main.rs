//! The library called from other languages: what each declares is what the manifest has, and each prints of a job, and
//! of an error, what the C program prints.
//!
//! What is not installed is left out, but not in CI.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

#[path = "../support/mod.rs"]
mod support;

mod ctrl_c;
mod declarations;
mod languages;
mod options;
mod packages;
mod report;
