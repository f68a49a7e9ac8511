//! Programs that make up their input by chance, from a seed. `turns` says how to run one for long, and how to see a failure
//! again.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

mod call;
mod figures;
mod http;
mod mutation;
mod oom;
mod pages;
mod race;
mod sending;
mod services;
#[path = "../support/mod.rs"]
mod support;
mod syscalls;
mod tls;
#[path = "../tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod tls_server;
mod turns;
