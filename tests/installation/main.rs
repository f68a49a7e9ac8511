//! The library as it is installed: what is in its files, and programs outside the repository that find and use it. The
//! tree is made by `packaging/install` from the packed crate, and then moved, for an installed tree must work wherever it
//! lies.
//!
//! Wants cargo-c, cmake, meson and pkg-config; outside CI what is not there is left out.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

#[path = "../support/mod.rs"]
mod support;

mod abi;
mod archive;
mod consumers;
mod dependency;
mod elf;
mod tree;
mod versions;
