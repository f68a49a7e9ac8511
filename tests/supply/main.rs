//! The supply chain: which crates may be in `Cargo.lock`, that a build can be repeated by somebody else, and that a release is
//! what its maintainer signed. `.ci/supply` runs these tests with everything that they need.
//!
//! `CBJ_TEST_SUPPLY=1` asks for the tests that need cargo-deny, and `CBJ_TEST_TWICE=1` for those that build releases twice.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

#[path = "../support/mod.rs"]
mod support;

mod allowed;
mod command;
mod release;
mod signatures;
mod twice;
