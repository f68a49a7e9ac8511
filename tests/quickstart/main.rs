//! `cargo run --example quickstart`: the table, plain and in colour, its width, what is said of failures, and the example in
//! README.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

mod program;
#[path = "../../examples/quickstart/report.rs"]
mod report;
#[path = "../support/mod.rs"]
mod support;
mod table;
#[allow(dead_code, reason = "the example uses all of it")]
#[path = "../../examples/quickstart/text.rs"]
mod text;
