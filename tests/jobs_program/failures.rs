//! Failures: what is said, and with which exit status.

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use super::program::{program, run, run_with, start, variables};
use super::support::c_program::{scratch_dir, take_configuration_away};
use super::support::sandbox::{self, Options};

#[test]
fn without_an_answer_nothing_is_printed() {
    let sandbox = start(Options::default());
    for (arguments, words) in [
        (&["show", sandbox::UNKNOWN][..], "the answer contains no job"),
        (&["wait", sandbox::MISSING], "404"),
        (&["show", sandbox::NO_PERMISSION, "--json"], "microsoft365backup.jobInfo.read.all"),
    ] {
        let said = run(&sandbox, arguments);
        assert_eq!((said.status, said.stdout.as_str()), (Some(3), ""), "{said:?}");
        assert!(said.stderr.starts_with("cloudbackupjobs: ") && said.stderr.contains(words), "{said:?}");
        assert!(said.stderr.contains("\n  Request id  "), "{said:?}");
    }
    for command in [&["latest"][..], &["list"], &["show", "J"], &["wait", "J"]] {
        let said = run_with(&[], command);
        assert_eq!((said.status, said.stdout.as_str()), (Some(3), ""), "{said:?}");
        assert!(said.stderr.starts_with("cloudbackupjobs: Configuration: data_center is missing"), "{said:?}");
    }
    // Nothing was sent: the command line is wrong.
    let said = run(&sandbox, &["show", ".."]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(2), ""), "{said:?}");
}

#[test]
fn a_file_can_have_the_configuration() {
    let sandbox = start(Options::default());
    let file = scratch_dir().join("config.json");
    let text = serde_json::json!({"base_url": sandbox.base_url(), "identity_url": sandbox.identity_url(),
        "client_id": "sandbox-client", "client_secret": "sandbox-secret"});
    std::fs::write(&file, text.to_string()).expect("target is writable");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("is ours");
    let file = file.to_str().expect("UTF-8");
    let said = run_with(&[], &["show", sandbox::FINISHED, "--config", file]);
    assert_eq!((said.status, said.stderr.as_str()), (Some(0), ""));
    // The file wins, and the environment supplies what it lacks.
    let environment = [("CBJ_BASE_URL", "http://127.0.0.1:1".to_owned()), ("CBJ_LOCATION", "EUR".to_owned())];
    let said = run_with(&environment, &["list", "--config", file]);
    assert_eq!((said.status, said.stderr.as_str()), (Some(0), ""));
    assert!(sandbox.last_request().expect("one").target.contains("location=EUR"));
    let said = run_with(&[], &["show", sandbox::FINISHED, "--config", "/nowhere/config.json"]);
    assert_eq!(said.status, Some(3));
    assert!(said.stderr.contains("/nowhere/config.json"), "{said:?}");
}

#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let sandbox = start(Options::default());
    let mut command = Command::new(program());
    take_configuration_away(&mut command);
    let full = std::fs::File::options().write(true).open("/dev/full").expect("is there");
    command.args(["list", "--json"]).envs(variables(&sandbox)).stdout(Stdio::from(full));
    let output = command.output().expect("starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), said.as_ref()), (Some(3), "cloudbackupjobs: cannot write the output\n"));
}
