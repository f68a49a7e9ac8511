//! The library as it is installed: what is in its files, and programs outside the repository that find and use it.
//! `packaging/install` makes the tree from the packed crate, and then the tree is moved, because it must work wherever it
//! lies.
//!
//! Needs cmake, meson and pkg-config. Outside CI the tests run with `CBJ_TEST_INSTALL=1`, and those whose program is not
//! installed are left out. With `CBJ_TEST_CARGO_C=1` the tree is compared with the one that cargo-c makes.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

#[path = "../support/mod.rs"]
mod support;

mod abi;
mod archive;
mod cargo_c;
mod consumers;
mod dependency;
mod elf;
mod starting;
mod tree;
mod versions;
