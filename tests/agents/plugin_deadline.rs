//! `check_cloudbackup_job`: done in time, whatever happens, and never without a line.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::build::plugin;
use super::daemon::folder;
use super::job::{ID, environment};
use super::support::c_program;
use super::support::hanging_listener::HangingListener;
use super::support::patience::{in_time, there};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// The promise is 100 ms, and the program has to start and to end.
fn promised() -> Duration {
    there(Duration::from_millis(250))
}

/// How long the plugin takes at most until it waits for the service.
fn start() -> Duration {
    there(Duration::from_millis(400))
}

struct Ended {
    printed: String,
    complained: String,
    exit: Option<i32>,
    after: Duration,
}

/// Runs the plugin against a URL; `signal` is sent after so much time.
fn run(url: &str, options: &[&str], signal: Option<(&str, Duration)>) -> Ended {
    let mut command = Command::new(plugin());
    command.args(["-j", ID]).args(options).env_clear().envs(environment(url)).stdin(Stdio::null());
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    if let Some((signal, after)) = signal {
        std::thread::sleep(after);
        let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }
    let exit = child.wait().expect("ends").code();
    let after = begin.elapsed();
    let (mut printed, mut complained) = (String::new(), String::new());
    child.stdout.take().expect("is piped").read_to_string(&mut printed).expect("UTF-8");
    child.stderr.take().expect("is piped").read_to_string(&mut complained).expect("UTF-8");
    Ended { printed, complained, exit, after }
}

fn stalling() -> ScriptedServer {
    ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast)
}

#[test]
fn the_timeout_is_kept_wherever_the_service_hangs() {
    let hanging = HangingListener::bind("127.0.0.1:0".parse().expect("an address"));
    let drip = vec![
        Step::Request,
        Step::Drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n".repeat(50), Duration::from_millis(20)),
    ];
    let (stalls, drips) = (stalling(), ScriptedServer::start([drip], Afterwards::RepeatLast));
    for url in [hanging.url(), stalls.url(), drips.url()] {
        for (option, seconds) in [("0.6", 0.6), ("1200ms", 1.2)] {
            let expected = Duration::from_secs_f64(seconds);
            in_time(&url, expected + promised(), || {
                let ended = run(&url, &["-t", option], None);
                let line = format!("BACKUP UNKNOWN - {ID}: no answer ");
                assert!(ended.printed.starts_with(&line), "{url}: {}", ended.printed);
                assert!(ended.printed.contains("CBJ_ERROR_TIMEOUT"), "{url}: {}", ended.printed);
                assert_eq!((ended.exit, ended.complained.as_str()), (Some(3), ""));
                assert!(ended.after >= expected - Duration::from_millis(30), "{url}: {:?}", ended.after);
                ended.after
            });
        }
    }
}

#[test]
fn a_signal_ends_the_check_at_once_with_a_line() {
    let server = stalling();
    let url = server.url();
    let after = start();
    for (signal, options, exit, line) in [
        ("TERM", &[][..], 3, "BACKUP UNKNOWN - {ID}: ended by a signal before there was an answer\n"),
        ("INT", &[], 3, "BACKUP UNKNOWN - {ID}: ended by a signal before there was an answer\n"),
        (
            "HUP",
            &["--on-cancelled=warning"],
            1,
            "BACKUP WARNING - {ID}: ended by a signal before there was an answer\n",
        ),
        ("ALRM", &[], 3, "BACKUP UNKNOWN - {ID}: no answer within 10 s (--timeout)\n"),
        ("ALRM", &["--on-timeout", "critical"], 2, "BACKUP CRITICAL - {ID}: no answer within 10 s (--timeout)\n"),
        ("TERM", &["--format", "checkmk"], 0, "3 \"Cloud Backup {ID}\" - ended by a signal before there was an answer"),
    ] {
        in_time(signal, after + promised(), || {
            let ended = run(&url, options, Some((signal, after)));
            assert!(ended.printed.starts_with(&line.replace("{ID}", ID)), "{signal}: {}", ended.printed);
            assert_eq!((ended.exit, ended.complained.as_str()), (Some(exit), ""), "{signal}");
            ended.after
        });
    }
}

#[test]
fn what_has_no_deadline_of_its_own_ends_in_time_too() {
    let slow = c_program::compile_preload("tests/c/slow_open.c");
    let folder = folder("plugin-slow");
    let (config, textfile) = (folder.join("slow.json"), folder.join("last-words.prom"));
    std::fs::write(&config, "{}").expect("target is writable");
    let run = |subject: &[&str], options: &[&str]| {
        let mut ended = (None, String::new());
        in_time("a slow open", Duration::from_millis(700) + promised(), || {
            let begin = Instant::now();
            let mut command = Command::new(plugin());
            command.args(subject).args(["-t", "700ms", "--config"]).arg(&config).args(options);
            let output = command.env_clear().env("LD_PRELOAD", &slow).output().expect("starts");
            assert!(begin.elapsed() > Duration::from_millis(600), "{:?}", begin.elapsed());
            ended = (output.status.code(), String::from_utf8(output.stdout).expect("UTF-8"));
            begin.elapsed()
        });
        ended
    };
    let line = format!("BACKUP UNKNOWN - {ID}: no answer within 0.7 s (--timeout)\nCBJ_ERROR_TIMEOUT\n");
    assert_eq!(run(&["-j", ID], &[]), (Some(3), line));
    // The last words go where the output goes.
    let path = textfile.to_str().expect("UTF-8");
    let to_file = ["--format", "prometheus", "--output", path];
    assert_eq!(run(&["-j", ID], &to_file), (Some(0), String::new()));
    let written = std::fs::read_to_string(&textfile).expect("was written");
    assert!(written.contains("} 13\n") && written.contains("cloudbackup_job_retrieved{"), "{written}");
    let kinds = ["--latest", "--object-type=teams,onedrive"];
    assert_eq!(run(&kinds, &to_file), (Some(0), String::new()));
    let written = std::fs::read_to_string(&textfile).expect("was written");
    assert!(written.contains("\ncloudbackup_up 0\n"), "{written}");
    assert_eq!(written.matches("\ncloudbackup_kind_verdict{").count(), 2, "{written}");
    let (exit, printed) = run(&kinds, &[]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!((exit, lines[0]), (Some(3), "BACKUP UNKNOWN - no answer within 0.7 s (--timeout)"));
    assert_eq!(lines[1], "[UNKNOWN] teams: no answer within 0.7 s (--timeout)");
}

#[test]
fn signals_that_the_scheduler_blocked_and_a_pipe_that_it_closed_change_nothing() {
    let server = stalling();
    let url = server.url();
    in_time("a blocked signal", promised(), || {
        // env of coreutils can block signals; a shell cannot.
        let mut command = Command::new("env");
        command
            .arg("--block-signal=ALRM,TERM")
            .arg(plugin())
            .args(["-j", ID, "-t", "5"])
            .env_clear()
            .envs(environment(&url));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("env is there");
        // Nobody reads what it says.
        drop(child.stdout.take());
        std::thread::sleep(start());
        let killed = Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status();
        assert!(killed.expect("is there").success());
        let begin = Instant::now();
        let exit = child.wait().expect("ends").code();
        let took = begin.elapsed();
        assert_eq!(exit, Some(3));
        let mut complained = String::new();
        child.stderr.take().expect("is piped").read_to_string(&mut complained).expect("UTF-8");
        assert_eq!(complained, "check_cloudbackup_job: cannot write standard output: Broken pipe\n");
        took
    });
}
