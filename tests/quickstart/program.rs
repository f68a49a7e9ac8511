//! The program as a newcomer starts it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use super::support::c_program::{is_installed, library_dir, root, take_configuration_away};
use super::support::sandbox::{self, Options, Sandbox};

/// The program, built as `cargo run` does it.
fn program() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = library_dir().parent().expect("target/PROFILE").to_owned();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--locked", "--offline", "--quiet", "--example", "quickstart", "--target-dir"]);
        cargo.arg(folder.parent().expect("target")).current_dir(root());
        if folder.ends_with("release") {
            cargo.arg("--release");
        }
        let output = cargo.output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        folder.join("examples/quickstart")
    });
    &PROGRAM
}

fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    take_configuration_away(&mut command);
    command.env("TZ", "UTC").stdin(Stdio::null());
    command
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("prints UTF-8")
}

#[test]
fn without_configuration_it_starts_the_sandbox() {
    let output = command(program()).output().expect("starts");
    let said = stdout(&output);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{said}");
    assert!(
        said.starts_with("No CBJ_* variable is set, so this program asks the sandbox at http://127.0.0.1:"),
        "{said}"
    );
    for words in [
        "\nKIND  ",
        "\nexchange-online  ",
        "  running ",
        "\nsharepoint-online     Failed  ",
        "\n\nteams, IB",
        " × Access is denied.",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!said.contains('\u{1b}'), "{said:?}");
}

#[test]
fn with_configuration_it_asks_the_service() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let configured = || {
        let mut command = command(program());
        command.env("CBJ_BASE_URL", sandbox.base_url()).env("CBJ_IDENTITY_URL", sandbox.identity_url());
        command.env("CBJ_CLIENT_ID", "sandbox-client").env("CBJ_CLIENT_SECRET", "sandbox-secret");
        command
    };
    let output = configured().output().expect("starts");
    assert!(stdout(&output).starts_with("Backups of the last 7 days. Now: 20"), "{output:?}");
    assert_eq!(sandbox.job_requests(), 12);
    assert!(sandbox.requests().iter().all(|request| request.target.contains("jobType=1")), "backups alone");

    let output = configured().args([sandbox::FAILED, sandbox::UNKNOWN]).output().expect("starts");
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.starts_with(&format!("Job {}\n  State       Failed\n", sandbox::FAILED)), "{said}");
    assert!(
        said.contains("\n  Objects     2,147,501,209 in all: 8,741 successful, 2,147,489,977 failed, 2,491 skipped\n")
    );
    assert!(said.contains("\n  Took        1 h 47 min 24 s\n"), "{said}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("the answer contains no job"), "{output:?}");

    let output = configured().env("CBJ_CLIENT_SECRET", "wrong").output().expect("starts");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(1), ""));
    assert!(String::from_utf8_lossy(&output.stderr).contains("invalid_client"), "{output:?}");
    let output = configured().env("CBJ_TIMEOUT_MS", "soon").output().expect("starts");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_terminal_gets_colours_unless_it_or_its_user_has_none() {
    if !is_installed("python3") {
        assert!(std::env::var_os("CI").is_none(), "CI has python3");
        eprintln!("left out: python3 is not installed");
        return;
    }
    let on_a_terminal = |environment: &[(&str, &str)]| {
        let mut command = command("python3");
        command.args(["-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"]).arg(program());
        command.env_remove("NO_COLOR").env("TERM", "xterm").envs(environment.iter().copied());
        let output = command.output().expect("python3 starts");
        assert!(stdout(&output).contains("KIND "), "{output:?}");
        stdout(&output).contains('\u{1b}')
    };
    assert!(on_a_terminal(&[]));
    assert!(on_a_terminal(&[("NO_COLOR", "")]));
    assert!(!on_a_terminal(&[("NO_COLOR", "1")]));
    assert!(!on_a_terminal(&[("TERM", "dumb")]));
}
