//! Kinds on the command line of the program, and the program without snmpd.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::daemon::{PATIENCE, credentials, folder};
use super::super::job::{ID, envelope, with_errors};
use super::super::runs::{failed, finished, in_progress, listed};
use super::super::support::answers::{answer, ok};
use super::super::support::list_server::{ListServer, PATH};
use super::super::support::scripted_server::Step;
use super::{BASE, PROGRAM, SANITIZED_PROGRAM, converse};

#[test]
fn the_program_is_clean_with_kinds() {
    let server = ListServer::start(|asked| match asked.number % 4 {
        _ if asked.target.starts_with(&format!("{PATH}/")) => {
            vec![Step::Send(ok(envelope(&with_errors("Failed"))))]
        }
        0 => vec![Step::Send(answer("503 Service Unavailable", ""))],
        1 => listed(&[]),
        _ => listed(&[failed("B", 2.0), finished("A", 1.0), in_progress("C", 0.1)]),
    });
    let arguments =
        ["--refresh=1", "--stale=1m", "--object-type=teams,onedrive/backup/EUR", "--critical=teams.failed_runs=0", ID];
    let is_valgrind = std::env::var_os("CBJ_TEST_VALGRIND").is_some();
    let (answers, status, complaints) =
        converse(if is_valgrind { &PROGRAM } else { &SANITIZED_PROGRAM }, &server.url(), &arguments, 0);
    assert_eq!(answers[8], format!("{BASE}.1.1.0\ninteger\n1\n"));
    assert_eq!((status, complaints.as_str()), (Some(0), ""));

    // Answers that replace others, and failures among them, while snmpd walks.
    let folder = folder("snmp-rounds");
    let mut command = if is_valgrind { Command::new("valgrind") } else { Command::new(&*SANITIZED_PROGRAM) };
    if is_valgrind {
        command.args([
            "--quiet",
            "--error-exitcode=99",
            "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect",
        ]);
        command.arg(&*PROGRAM);
    }
    command.arg("--config").arg(credentials(&folder, &server.url())).args(arguments).env_clear();
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("starts");
    let mut input = child.stdin.take().expect("is piped");
    let before = server.asked().len();
    let begin = Instant::now();
    while server.asked().len() < before + 15 {
        assert!(begin.elapsed() < PATIENCE, "{:?}", server.asked());
        for column in 4..31 {
            write!(input, "getnext\n{BASE}.1.4.1.{column}\n").expect("it reads");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    drop(input);
    let output = child.wait_with_output().expect("ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn wrong_kinds_are_refused() {
    for (arguments, words) in [
        (&["--object-type=exchange"][..], "--object-type: 'exchange' is not one of the kinds exchange-online, "),
        (&["--object-type=teams,"], ""),
        (&["--object-type=teams,,onedrive"], "--object-type: '' is not one of the kinds"),
        (&["--object-type=teams/x"], "--object-type: 'x' is not one of the job types backup, "),
        (&["--object-type=teams", "--job-type=x"], "--object-type: 'x' is not one of the job types"),
        (&["--object-type=teams/backup/E U"], "--object-type: 'E U' is not a location"),
        (&["--object-type=teams", "--location=E/U"], "--object-type: 'E/U' is not a location"),
        (&["--object-type=teams", "--lookback=1h"], "the lookback of 1 h is shorter than "),
        (&["--object-type=teams", "--critical=x.runs=1:"], "--critical: 'x' is not one of the kinds"),
        (&["--warning", "fialed=1", "J"], "cloudbackup_pass: --warning: 'fialed' is not one of the numbers"),
        (&["--secret=x", "J"], "cloudbackup_pass: --secret: "),
        (&["--object-type="], "there are no kinds and there are no job ids"),
        (&["--lookback=1h", "J"], ""),
    ] {
        let mut command = Command::new(&*SANITIZED_PROGRAM);
        let output = command.args(arguments).env_clear().stdin(Stdio::null()).output().expect("starts");
        let complaint = String::from_utf8_lossy(&output.stderr);
        // Without words, the program is content, and ends with its input.
        let expected = if words.is_empty() { Some(0) } else { Some(2) };
        assert!(output.status.code() == expected && complaint.contains(words), "{arguments:?}: {output:?}");
        assert!(!words.is_empty() || complaint.is_empty(), "{arguments:?}: {complaint}");
    }
}

/// As many numbers as SNMP allows: a long base, and the longest location.
#[test]
fn the_longest_identifier_is_answered() {
    let location = "L".repeat(64);
    let base = ".1".repeat(56);
    let cell = format!("{base}.1.4.1.4.7.1.64{}", ".76".repeat(64));
    for (base, words) in [(base.clone(), ""), (base.clone() + ".1", "--base: ")] {
        let mut command = Command::new(&*SANITIZED_PROGRAM);
        command.arg(format!("--object-type=teams/backup/{location}")).arg(format!("--base={base}")).env_clear();
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        let asked = format!("get\n{cell}\ngetnext\n{base}.1.4.1.3\ngetnext\n{cell}\n");
        // The program that refuses its options may have ended.
        let _ = child.stdin.take().expect("is piped").write_all(asked.as_bytes());
        let output = child.wait_with_output().expect("ends");
        let (answer, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(complaint.contains(words) && complaint.is_empty() == words.is_empty(), "{complaint}");
        if words.is_empty() {
            let first = format!("{cell}\nstring\nteams/backup/{location}\n");
            assert!(answer.starts_with(&format!("{first}{first}{base}.1.4.1.5.7.1.64.76")), "{answer}");
        }
    }
}
