//! The judgement on kinds of jobs: a row for each thing that must come out right.

mod listed;
mod runs;
mod settings;
mod unknown;

use std::path::PathBuf;
use std::process::Output;
use std::sync::LazyLock;

use serde_json::Value;

use super::build::{WARNINGS, sources_in};
use super::job::environment;
use super::runs::{EXCHANGE_ONLINE, service_of};
use super::support::c_program::{self, Linking, library_dir, root, sanitizers, scratch_dir};
use super::support::list_server::ListServer;

/// Judges a kind: `tests/c/judges_kinds.c` with the files of `shared`.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let made = scratch_dir().join("judges_kinds");
    let mut command = c_program::compiler("cc");
    command.args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-g"]).args(WARNINGS).args(sanitizers());
    command.arg("-I").arg(root().join("include")).arg("-I").arg(root().join("examples/agents/shared"));
    command.arg(root().join("tests/c/judges_kinds.c")).args(sources_in("shared"));
    c_program::link(&mut command, Linking::Shared, &library_dir());
    c_program::make(command, &made);
    made
});

fn judges(server: &ListServer, arguments: &[&str]) -> Output {
    let url = server.url();
    c_program::run(&PROGRAM, arguments, &environment(&url))
}

/// The result about `exchange-online`, which has these runs.
fn judged_by(server: &ListServer, settings: &[&str]) -> Value {
    let output = judges(server, &[&["exchange-online"], settings].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{output:?}"))
}

fn judged(runs: &[Value], settings: &[&str]) -> Value {
    judged_by(&service_of([(EXCHANGE_ONLINE, runs.to_vec())]), settings)
}

struct Row {
    what: &'static str,
    runs: Vec<Value>,
    settings: &'static [&'static str],
    verdict: &'static str,
    summary: &'static str,
    line: &'static str,
}

fn row(
    what: &'static str,
    runs: Vec<Value>,
    settings: &'static [&'static str],
    verdict: &'static str,
    summary: &'static str,
    line: &'static str,
) -> Row {
    Row { what, runs, settings, verdict, summary, line }
}

fn check(rows: Vec<Row>) {
    for Row { what, runs, settings, verdict, summary, line } in rows {
        let got = judged(&runs, settings);
        assert_eq!(
            (&got["verdict_text"], &got["summary"], &got["line"]),
            (&verdict.into(), &summary.into(), &line.into()),
            "{what}"
        );
    }
}
