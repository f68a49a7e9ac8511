//! Lists and summaries of jobs, through the C ABI and over real sockets: what is sent, how the pages are read whatever a
//! server does with them, and what a caller learns about what is missing.
#![allow(missing_docs, reason = "a test program")]

mod cancel;
mod complete;
mod entries;
mod failures;
mod going_on;
mod kinds;
mod links;
mod memory;
mod period;
mod secrets;
mod sent;
mod summary;
mod summary_pages;
#[path = "../support/mod.rs"]
mod support;

use support::abi::{Client, Setup};
use support::counting::Counting;
use support::list_server::ListServer;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn setup(server: &ListServer) -> Setup {
    Setup::with_token(&server.url())
}

/// A client that retries nothing.
fn client(server: &ListServer) -> Client {
    setup(server).max_retries(0).client()
}
