//! What the tests share. Each test program uses a part of it.
#![allow(dead_code, missing_docs, clippy::print_stderr, reason = "shared by test programs that each use a part of it")]

pub mod abi;
pub mod abi_many;
pub mod answers;
pub mod c_header;
pub mod c_program;
pub mod canary;
pub mod client_certificate;
pub mod closed_port;
pub mod counting;
pub mod dll;
pub mod hanging_listener;
pub mod list_server;
pub mod manifest;
pub mod patience;
#[path = "../../examples/sandbox/service.rs"]
pub mod sandbox;
pub mod scripted_server;
pub mod target;
pub mod targets;
