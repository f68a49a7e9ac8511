//! `examples/agents/prometheus`: the rules by promtool, the systemd units by systemd-analyze and strace, the dashboard by
//! Grafana's published types, and all of it with the plugin, a real node exporter and a real Prometheus.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program")]

#[allow(dead_code, reason = "tests/agents uses all of it")]
#[path = "../agents/build.rs"]
mod build;
#[allow(dead_code, reason = "tests/agents uses all of it")]
#[path = "../agents/daemon.rs"]
mod daemon;
mod dashboard;
mod live;
mod readme;
mod rules;
mod stack;
#[path = "../support/mod.rs"]
mod support;
mod units;

use std::path::PathBuf;
use std::process::{Command, Output};

use support::c_program::root;

/// A file of the folder that is tested.
fn file(name: &str) -> PathBuf {
    root().join("examples/agents/prometheus").join(name)
}

fn read(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs a program that has to succeed, and gives what it printed on both streams.
fn succeeds(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{command:?}: {status}\n{said}");
    said
}
