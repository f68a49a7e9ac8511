//! What the library promises to a program on Windows. Small C programs show it, run by wine.
//!
//! Left out unless `CBJ_TEST_TARGET=x86_64-pc-windows-gnu`; `.ci/platform x86_64-pc-windows-gnu` sets it, and builds the
//! library before. The programs print nothing if all is well, so each of them also shows that the library does not print.
#![allow(missing_docs, reason = "a test program has no interface")]

mod access;
mod asks;
mod cancel;
mod deadlines;
mod environment;
mod examples;
mod library;
mod lookups;
mod paths;
mod program;
#[path = "../support/mod.rs"]
mod support;
mod surroundings;
mod system_trust;
mod threads;
#[path = "../tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod tls_server;
#[path = "../proxies/tunnel.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod tunnel;
mod unload;
mod wine;
mod winsock;

use support::answers::{JOB, ok, page};
use support::scripted_server::{Afterwards, Script, ScriptedServer, Service, Step};

/// A server over plain HTTP that runs this script on every connection.
fn plain(script: Script) -> ScriptedServer {
    ScriptedServer::start([script], Afterwards::RepeatLast)
}

/// Answers every request with this.
fn always(answer: Vec<u8>) -> Script {
    vec![Step::Behave(answer)]
}

/// Answers as the service does: a list of three jobs on three pages, and any job.
fn service() -> Script {
    let pages = ["J1", "J2", "J3"].map(|id| ok(page(id, 3, "")));
    let lines = ["pageIndex=0&", "pageIndex=1&", "pageIndex=2&"];
    vec![Step::Serve(Service::by_line(lines.into_iter().zip(pages).chain([("", ok(JOB))])))]
}
