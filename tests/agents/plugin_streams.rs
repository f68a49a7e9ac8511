//! `check_cloudbackup_job`: the standard streams, also closed ones.

use std::process::{Command, Output};

use super::build::plugin;
use super::daemon::folder;
use super::job::{ID, environment, job, service};
use super::plugin::{check, stdout};
use super::support::c_program;

/// Runs the plugin with these streams closed. It ends with status 77 if a connection gets the number of one.
fn run_without(streams: &str, url: &str, options: &[&str]) -> Output {
    let shim = c_program::compile_preload("tests/c/low_socket.c");
    let closing: String = streams.chars().map(|stream| format!(" {stream}>&-")).collect();
    let mut command = Command::new("sh");
    // The shell and the plugin may have different C libraries.
    let script = format!("export LD_PRELOAD=\"$SHIM\"; exec \"$0\" \"$@\"{closing}");
    command.arg("-c").arg(script).arg(plugin()).args(["-j", ID, "-vv"]).args(options);
    command.env_clear().envs(environment(url)).env("SHIM", shim).output().expect("sh is there")
}

#[test]
fn no_connection_gets_the_number_of_a_closed_stream() {
    let file = folder("plugin-closed").join("result");
    let path = file.to_str().expect("UTF-8");
    for streams in ["", "0", "1", "2", "01", "02", "12", "012"] {
        let server = service(&job("Finished"));
        let url = server.url();
        let output = run_without(streams, &url, &[]);
        // What cannot be written has not been said.
        let exit = if streams.contains('1') { 3 } else { 0 };
        assert_eq!(output.status.code(), Some(exit), "{streams}: {output:?}");
        assert_eq!(stdout(&output).starts_with("BACKUP OK - "), exit == 0, "{streams}: {output:?}");
        let said = String::from_utf8_lossy(&output.stderr);
        let complaint = "check_cloudbackup_job: cannot write standard output: Bad file descriptor\n";
        assert_eq!(said.contains(complaint), exit == 3 && !streams.contains('2'), "{streams}: {said}");
        // A file is written whatever is closed.
        let output = run_without(streams, &url, &["--output", path]);
        assert_eq!(output.status.code(), Some(0), "{streams}: {output:?}");
        let written = std::fs::read_to_string(&file).expect("was written");
        assert!(written.starts_with("BACKUP OK - ") && written.ends_with(" 0 skipped\n"), "{written}");
        std::fs::remove_file(&file).expect("is there");
        assert_eq!(server.requests().len(), 2, "{streams}");
    }
}

#[test]
fn the_log_comes_after_the_output() {
    let server = service(&job("Finished"));
    let url = server.url();
    // Icinga reads both streams from one pipe.
    let mut command = Command::new("sh");
    command.args(["-c", "exec \"$0\" \"$@\" 2>&1"]).arg(plugin()).args(["-j", ID, "-vvv"]);
    let output = command.env_clear().envs(environment(&url)).output().expect("sh is there");
    let printed = stdout(&output);
    let (result, log) = printed.split_once(" 0 skipped\n").expect("has both");
    assert!(result.starts_with("BACKUP OK - ") && !result.contains("debug: "), "{printed}");
    assert!(log.contains("info: GET ") && log.contains("debug: "), "{printed}");
    assert_eq!(check(plugin(), &server, &["-v"]).stderr, b"");
}
