//! A real Zabbix server with its database, its frontend and `zabbix_agentd` with our module: the template is imported as an
//! operator would do it, and has to raise and close the right problems. Everything runs on loopback.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

mod api;
#[path = "../agents/build.rs"]
#[allow(dead_code, reason = "this program builds some of the artifacts")]
mod build;
#[path = "../agents/daemon.rs"]
#[allow(dead_code, reason = "this program needs less of it than the tests of the agents")]
mod daemon;
mod database;
#[path = "../agents/job.rs"]
#[allow(dead_code, reason = "this program needs less of it than the tests of the agents")]
mod job;
mod night;
mod pictures;
mod server;
#[path = "../support/mod.rs"]
mod support;
mod template;
mod tenant;
mod tolerated;
mod watched;
