//! Ctrl-C while a call waits: each language's program ends as the comment of its file says, and a client whose call was
//! ended so can be used again.

use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::languages::{LANGUAGES, Program, with_program};
use super::lists::{pages, script};
use super::report::{command, is_here, programs, said};
use crate::support::answers::{JOB, ok};
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// How long a call waits for an answer that does not come.
const CALL: Duration = Duration::from_secs(5);

/// Starts a program, waits until the server has this many requests, and sends it the signal that Ctrl-C sends. What it
/// said, and how long it then took to end.
fn interrupted(program: &Program, arguments: &[&str], server: &ScriptedServer, requests: usize) -> (Output, Duration) {
    let base_url = server.url();
    let timeout = CALL.as_millis().to_string();
    let environment = [("CBJ_BASE_URL", &*base_url), ("CBJ_ACCESS_TOKEN", "t"), ("CBJ_TIMEOUT_MS", &timeout)];
    let mut command = command(program, arguments, &environment);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
    let began = Instant::now();
    while server.requests().len() < requests {
        let ended = child.try_wait().expect("can be asked");
        assert!(ended.is_none() && began.elapsed() < Duration::from_secs(60), "{command:?}: no request, {ended:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
    // The call is inside of the library, and waits.
    std::thread::sleep(Duration::from_millis(100));
    interrupt(&child);
    let began = Instant::now();
    let output = child.wait_with_output().expect("the program ends");
    (output, began.elapsed())
}

fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill is there");
    assert!(status.success(), "kill");
}

#[test]
fn ctrl_c_ends_a_program_as_its_file_says() {
    for (language, program) in programs() {
        let server = ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
        let (output, took) = interrupted(program, &["FB1"], &server, 1);
        assert!(!output.status.success(), "{}", language.name);
        assert_eq!(took < CALL / 2, language.ends_at_once, "{}: {took:?}", language.name);
    }
}

#[test]
fn ctrl_c_ends_a_list_and_a_wait_as_its_file_says() {
    for (language, program) in programs() {
        for arguments in [&["list"][..], &["summary"], &["wait", "FB1"]] {
            let server = ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
            let (output, took) = interrupted(program, arguments, &server, 1);
            assert!(!output.status.success(), "{}: {arguments:?}", language.name);
            assert_eq!(took < CALL / 2, language.ends_at_once, "{}: {arguments:?}: {took:?}", language.name);
        }
    }
}

/// The program in `ctrl_c_in_list/` catches the interrupt and goes on with the list: no job is lost.
#[test]
fn a_list_goes_on_after_ctrl_c() {
    for language in LANGUAGES.iter().filter(|language| language.name == "Python" && is_here(language)) {
        let program = with_program(language, "ctrl_c_in_list");
        let [first, second, third] = pages(5);
        let begin = vec![Step::Request, Step::Send(first), Step::Request, Step::Stall];
        let server = ScriptedServer::start([begin, script([second, third])], Afterwards::Refuse);
        let (output, took) = interrupted(&program, &[], &server, 2);
        let expected = "IB3\nIB2\ninterrupted\nIB1\nIB4\nIB5\nTrue\n".to_owned();
        assert_eq!(said(&output), (expected, String::new(), Some(0)), "{}", language.name);
        assert!(took < CALL / 2, "{}: {took:?}", language.name);
    }
}

/// The programs in `ctrl_c/` catch the interrupt and call again. In Python a cancel of the program's own stays.
#[test]
fn a_client_goes_on_after_ctrl_c() {
    for language in LANGUAGES.iter().filter(|language| is_here(language)) {
        let said_of_cancel = match language.name {
            "Python" => "CBJ_ERROR_CANCELLED\n",
            "Ruby" => "",
            _ => continue,
        };
        let program = with_program(language, "ctrl_c");
        let scripts = [vec![Step::Request, Step::Stall], vec![Step::Behave(ok(JOB))]];
        let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
        let (output, took) = interrupted(&program, &["FB1"], &server, 1);
        let expected = format!("interrupted\nFinished\n{said_of_cancel}");
        assert_eq!(said(&output), (expected, String::new(), Some(0)), "{}", language.name);
        assert!(took < CALL / 2, "{}: {took:?}", language.name);
    }
}
