//! Commands that the tests start, and folders that they work in.

use std::env;
use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::support::c_program::scratch_dir;

/// A command without what cargo tells its tests, which is not for a cargo that they start; and without a user's settings of git.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_") && text != "CARGO_HOME" || text.starts_with("RUST") && text != "RUSTUP_HOME" {
            command.env_remove(name);
        }
    }
    command.envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", ""), ("LC_ALL", "C.UTF-8"), ("TZ", "UTC")]);
    command
}

pub fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

/// What a command prints on both streams.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs a command that must succeed; its output.
pub fn succeeds(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{command:?}\n{}", said(&output));
    String::from_utf8(output.stdout).expect("is text")
}

/// Runs a command that must fail, and say this.
pub fn refuses(command: &mut Command, because: &str) {
    let output = run(command);
    assert!(!output.status.success(), "{command:?} succeeds\n{}", said(&output));
    assert!(said(&output).contains(because), "{command:?} does not say {because}\n{}", said(&output));
}

/// An empty folder of this name.
pub fn empty_folder(name: &str) -> PathBuf {
    let folder = scratch_dir().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("target is writable");
    }
    std::fs::create_dir_all(&folder).expect("target is writable");
    folder
}
