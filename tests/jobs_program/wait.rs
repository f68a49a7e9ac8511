//! `cloudbackupjobs wait`, without a terminal, and signals.

use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::program::{job_answer, program, run, run_at, running, server, start, variables, variables_at};
use super::support::answers;
use super::support::c_program::take_configuration_away;
use super::support::patience::TOLERANCE;
use super::support::sandbox::{self, Options};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

#[test]
fn it_ends_when_the_job_does() {
    // Under valgrind, seconds pass before the first request.
    let run_time = Duration::from_secs(if std::env::var_os("CBJ_TEST_VALGRIND").is_some() { 10 } else { 2 });
    let sandbox = start(Options { run_time, ..Options::default() });
    let id = running(&sandbox).id.clone();
    let begin = Instant::now();
    let said = run(&sandbox, &["wait", &id, "--interval", "1s"]);
    // The default interval is 30 seconds.
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    assert_eq!((said.status, said.stderr.as_str()), (Some(0), ""), "no line of progress in a file");
    assert!(said.stdout.starts_with(&format!("Job {id}\n  State       Finished\n")), "{said:?}");
    assert!(sandbox.job_requests() >= 2);
    // This one ended long ago.
    let said = run(&sandbox, &["wait", sandbox::FAILED, "--json"]);
    assert_eq!((said.status, said.json()["state"].as_str()), (Some(1), Some("failed")));
}

#[test]
fn it_gives_up_when_its_time_is_up() {
    let sandbox = start(Options::default());
    let begin = Instant::now();
    let said = run(&sandbox, &["wait", &running(&sandbox).id, "--timeout", "1s"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(5), ""), "{said:?}");
    assert!(said.stderr.contains("The last state was \"In Progress\"."), "{said:?}");
    assert!(begin.elapsed() < Duration::from_secs(1) + TOLERANCE);
}

/// A refusal that may pass does not end the wait, but the job may have ended long ago.
#[test]
fn a_wait_in_vain_is_not_a_job_that_runs() {
    let busy = || answers::answer("500 Internal Server Error", answers::refusal(500, "Busy"));
    let said = run_at(&server((0..20).map(|_| busy())), &["wait", "J", "--interval", "1s", "--timeout", "2s"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(3), ""), "{said:?}");
    assert!(said.stderr.contains("Busy") && said.stderr.contains("\n  Request id  request-1\n"), "{said:?}");
    // Nor is one whose last poll had no answer at all.
    let running = job_answer(&json!({"id": "J", "state": "In Progress"}));
    let away = ScriptedServer::start([vec![Step::Request, Step::Send(running), Step::Close]], Afterwards::Refuse);
    let said = run_at(&away, &["wait", "J", "--interval", "1s", "--timeout", "3s"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(3), ""), "{said:?}");
    assert!(said.stderr.contains("The last state was \"In Progress\". The last poll failed: "), "{said:?}");
    // The end of the wait cuts the last poll off: the service may only be slow.
    let slow = server([job_answer(&json!({"id": "J", "state": "In Progress"}))]);
    let said = run_at(&slow, &["wait", "J", "--interval", "1s", "--timeout", "3s"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(5), ""), "{said:?}");
}

#[test]
fn what_passes_by_itself_does_not_end_it() {
    let busy = || answers::answer("500 Internal Server Error", answers::refusal(500, "Busy"));
    let given = [
        busy(),
        job_answer(&json!({"id": "J", "state": "In Progress"})),
        busy(),
        job_answer(&json!({"id": "J", "state": "Partially Finished"})),
    ];
    let said = run_at(&server(given), &["wait", "J", "--interval", "1s", "--timeout", "1m"]);
    assert_eq!((said.status, said.stderr.as_str()), (Some(4), ""), "{said:?}");
}

/// Runs the program until `is_inside` says that it is inside a call, and sends it a signal.
fn signalled(arguments: &[&str], environment: &[(&str, String)], signal: &str, is_inside: impl Fn() -> bool) -> Output {
    // Whoever runs the tests may ignore signals: nohup does, and a shell for what runs in the background.
    let mut command = Command::new("env");
    take_configuration_away(&mut command);
    command.arg("--default-signal").arg(program());
    command.args(arguments).envs(environment.iter().map(|(name, value)| (*name, value)));
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    send(&child, signal, is_inside);
    let sent = Instant::now();
    let output = child.wait_with_output().expect("ends");
    assert!(sent.elapsed() < TOLERANCE, "{:?}", sent.elapsed());
    output
}

fn send(child: &Child, signal: &str, is_inside: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_inside() {
        assert!(begin.elapsed() < Duration::from_secs(20), "the program asks for nothing");
        thread::sleep(Duration::from_millis(5));
    }
    let status = Command::new("kill").args([format!("-{signal}"), child.id().to_string()]).status();
    assert!(status.expect("kill is installed").success());
}

#[test]
fn a_signal_ends_it_at_once() {
    for (signal, number) in [("INT", 2), ("TERM", 15), ("HUP", 1)] {
        let sandbox = start(Options::default());
        let arguments = ["wait", &running(&sandbox).id];
        let output = signalled(&arguments, &variables(&sandbox), signal, || sandbox.job_requests() > 0);
        assert_eq!(output.status.signal(), Some(number), "{output:?}");
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    }
}

/// The other commands, too, in the midst of an answer that does not come.
#[test]
fn a_signal_ends_every_command() {
    for arguments in [&["latest"][..], &["list", "--json"], &["show", "J"]] {
        let server = ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
        let output = signalled(arguments, &variables_at(&server), "INT", || !server.requests().is_empty());
        assert_eq!(output.status.signal(), Some(2), "{output:?}");
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    }
}

/// A shell starts what runs in the background with SIGINT ignored, and nohup with SIGHUP ignored.
#[test]
fn a_signal_that_was_ignored_stays_ignored() {
    let sandbox = start(Options { run_time: Duration::from_secs(2), ..Options::default() });
    let id = running(&sandbox).id.clone();
    let mut command = Command::new("sh");
    take_configuration_away(&mut command);
    command.args(["-c", "trap '' INT; exec \"$@\"", "sh"]).arg(program());
    command.args(["wait", &id, "--interval", "1s"]).envs(variables(&sandbox));
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    send(&child, "INT", || sandbox.job_requests() > 0);
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
