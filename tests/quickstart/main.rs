//! `cargo run --example quickstart`: the table, plain and in colour, its width, and what is said of failures. What README shows
//! of it is generated: tests/generated/.
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
