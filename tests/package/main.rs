//! The packages that `packaging/package` made: what they need from a system, what is in them, and that they work where they
//! are unpacked, without the repository.
//!
//! `CBJ_TEST_PACKAGE` names the folder of the packages. Each target of `packaging/targets` that has a tarball there is
//! tested. Without the variable the tests are left out; `.ci/night` sets it.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

#[path = "../support/mod.rs"]
mod support;

mod bill;
mod elf;
mod licences;
mod packages;
mod used;
mod windows;
