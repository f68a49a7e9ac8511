//! What the program prints on a terminal: colours and a line of progress. Elsewhere it prints neither.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use super::program::{program, run, running, start, variables};
use super::support::c_program::{is_installed, take_configuration_away};
use super::support::sandbox::{Options, Sandbox};

/// Runs a command on a terminal of its own, and ends with its status. With "stdout" before the command, stdout alone is not
/// a terminal. What the terminal gets goes to stdout, the rest to stderr.
const ON_A_TERMINAL: &str = r"
import os, pty, subprocess, sys
master, slave = pty.openpty()
kept = [sys.argv[1] == 'stdout', False]
child = subprocess.Popen(sys.argv[2:], stdin=slave, stdout=sys.stderr if kept[0] else slave, stderr=slave)
os.close(slave)
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    os.write(1, data)
sys.exit(child.wait())
";

/// What came to the terminal, and the rest.
fn on_a_terminal(sandbox: &Sandbox, kept: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Option<Output> {
    if !is_installed("python3") {
        assert!(std::env::var_os("CI").is_none(), "CI has python3");
        eprintln!("left out: python3 is not installed");
        return None;
    }
    let mut command = Command::new("python3");
    take_configuration_away(&mut command);
    command.args(["-c", ON_A_TERMINAL, kept]).arg(program()).args(arguments).stdin(Stdio::null());
    command.env_remove("NO_COLOR").env("TERM", "xterm").envs(variables(sandbox)).envs(environment.iter().copied());
    Some(command.output().expect("python3 starts"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn states_are_coloured_where_that_is_wanted() {
    let sandbox = start(Options::default());
    let latest = ["latest"];
    let Some(coloured) = on_a_terminal(&sandbox, "", &latest, &[]) else { return };
    let said = text(&coloured.stdout);
    assert_eq!(coloured.status.code(), Some(1), "{said}");
    for words in ["\u{1b}[32mFinished ", "\u{1b}[1;31mFailed ", "\u{1b}[33mFinished with Exception  \u{1b}[0m"] {
        assert!(said.contains(words), "{words:?}: {said:?}");
    }
    for environment in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let plain = on_a_terminal(&sandbox, "", &latest, &[environment]).expect("as before");
        assert!(text(&plain.stdout).contains("  Failed  "));
        assert!(!text(&plain.stdout).contains('\u{1b}'), "{environment:?}");
    }
    // It is set, but empty.
    let coloured = on_a_terminal(&sandbox, "", &latest, &[("NO_COLOR", "")]).expect("as before");
    assert!(text(&coloured.stdout).contains("\u{1b}[1;31mFailed "));
    let to_a_file = on_a_terminal(&sandbox, "stdout", &latest, &[]).expect("as before");
    assert!(text(&to_a_file.stderr).contains("  Failed  ") && !text(&to_a_file.stderr).contains('\u{1b}'));
    assert_eq!(text(&to_a_file.stdout), "");
    assert!(!run(&sandbox, &latest).stdout.contains('\u{1b}'));
    let json = on_a_terminal(&sandbox, "", &["latest", "--json"], &[]).expect("as before");
    assert!(!text(&json.stdout).contains('\u{1b}'));
}

#[test]
fn a_wait_shows_its_progress_on_a_terminal_only() {
    let sandbox = start(Options { run_time: Duration::from_secs(3), ..Options::default() });
    let id = running(&sandbox).id.clone();
    let arguments = ["wait", id.as_str(), "--interval", "1s", "--timeout", "1m", "--json"];
    let Some(output) = on_a_terminal(&sandbox, "stdout", &arguments, &[]) else { return };
    let (progress, kept) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{progress}{kept}");
    let lines: Vec<&str> = progress.split('\r').collect();
    assert_eq!(lines[0], "", "each line is written over the one before");
    assert!(lines[1].starts_with("in-progress for ") && lines[1].contains(" objects, 0 failed"), "{lines:?}");
    assert!(lines.len() >= 4, "{lines:?}");
    assert!(!progress.contains('\n') && lines.iter().all(|line| line.len() < 80), "{lines:?}");
    // At the end the line is empty, and the cursor at its beginning.
    assert_eq!((lines[lines.len() - 2].trim(), lines[lines.len() - 1]), ("", ""), "{lines:?}");
    let job: serde_json::Value = serde_json::from_str(&kept).expect("is JSON");
    assert_eq!((&job["state"], &job["id"]), (&"finished".into(), &id.as_str().into()));
}

/// The thread that shows the progress must not delay the end, nor the line stay behind.
#[test]
fn the_progress_ends_with_the_wait() {
    let sandbox = start(Options::default());
    let id = running(&sandbox).id.clone();
    let Some(output) = on_a_terminal(&sandbox, "", &["wait", &id, "--interval", "1s", "--timeout", "1s"], &[]) else {
        return;
    };
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(5), "{said}");
    let (progress, message) =
        said.rsplit_once('\r').map(|(before, _)| before.rsplit_once('\r').expect("two")).expect("a line");
    assert!(progress.contains("in-progress for "), "{said}");
    assert!(message.starts_with("cloudbackupjobs: Waiting for the job \""), "{said:?}");
}
