//! The C example, compiled as a user compiles it, shared and static: what it prints about a job, and every status that
//! a test can provoke. Under valgrind if `CBJ_TEST_VALGRIND` is set.
#![allow(missing_docs, reason = "a test program")]

#[path = "tls/front.rs"]
mod front;
#[path = "tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod server;
mod support;

use std::path::PathBuf;
use std::process::Output;
use std::sync::LazyLock;

use support::answers;
use support::c_program::{self, Linking};
use support::closed_port::ClosedPort;
use support::sandbox::{self, Options, Sandbox};
use support::scripted_server::{Afterwards, ScriptedServer, Service, Step};

static SHARED: LazyLock<PathBuf> = LazyLock::new(|| c_program::compile("examples/c/job_details.c", Linking::Shared));
static STATIC: LazyLock<PathBuf> = LazyLock::new(|| c_program::compile("examples/c/job_details.c", Linking::Static));

/// The environment of a program that uses a sandbox.
struct Environment {
    base_url: String,
    identity_url: String,
}

impl Environment {
    fn of(sandbox: &Sandbox) -> Self {
        Self { base_url: sandbox.base_url(), identity_url: sandbox.identity_url() }
    }

    fn variables(&self) -> Vec<(&str, &str)> {
        vec![
            ("TZ", "UTC"),
            ("CBJ_BASE_URL", &self.base_url),
            ("CBJ_IDENTITY_URL", &self.identity_url),
            ("CBJ_CLIENT_ID", "sandbox-client"),
            ("CBJ_CLIENT_SECRET", "sandbox-secret"),
        ]
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("prints UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("prints UTF-8")
}

#[test]
fn the_job_is_printed_by_shared_and_static_program_alike() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let environment = Environment::of(&sandbox);
    for program in [&*SHARED, &*STATIC] {
        let output = c_program::run(program, &[sandbox::FINISHED], &environment.variables());
        assert_eq!(stderr(&output), "");
        let printed = stdout(&output);
        let (printed, request_id) = printed.split_once("  Request id  ").expect("ends with the request id");
        assert_eq!(
            printed,
            "Job FB20241015105312327583\n  \
             State       Finished\n  \
             Started     2024-12-02 07:52:25 +0000   (2024-12-02T07:52:25Z)\n  \
             Finished    2024-12-02 07:53:04 +0000   (2024-12-02T07:53:04Z)\n  \
             Took        39 s\n  \
             Objects     12 in all: 12 successful, 0 failed, 0 skipped\n"
        );
        assert!(request_id.contains(':'));
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn a_job_comes_over_tls_if_the_certificate_is_trusted() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let base_url = front::in_front_of(&sandbox.base_url());
    let environment = Environment { identity_url: format!("{base_url}/connect/token"), base_url };
    let ca_file = server::certificate("ca.pem");
    for program in [&*SHARED, &*STATIC] {
        let trusting = [environment.variables(), vec![("CBJ_CA_FILE", &*ca_file)]].concat();
        let output = c_program::run(program, &[sandbox::FINISHED], &trusting);
        assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)));
        assert!(stdout(&output).contains("  Took        39 s\n"), "{}", stdout(&output));
    }
    assert_eq!(sandbox.job_requests(), 2);
    assert_fails(sandbox::FINISHED, &environment.variables(), "TLS", "unknown issuer");
    assert_eq!(sandbox.job_requests(), 2);
}

#[test]
fn every_kind_of_job_is_printed() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let environment = Environment::of(&sandbox);
    for (id, words) in [
        (sandbox::IN_PROGRESS, "  Finished    -\n  Took        -\n"),
        (sandbox::FAILED, "2147484043 x Access is denied."),
        (sandbox::FINISHED_WITH_EXCEPTION, "  State       Finished with Exception\n"),
        (sandbox::PARTIALLY_FINISHED, "  Took        3 h 10 min 0 s\n"),
        (sandbox::UNKNOWN_STATE, "Awaiting Approval   (not a state that this version knows)\n"),
        (sandbox::COUNT_SPELLING, "204 in all: 198 successful, 1 failed, 5 skipped"),
        (sandbox::COUNTS_AS_TEXT, "5000000118 in all"),
        (sandbox::RATE_LIMITED_ONCE, "  State       Finished\n"),
    ] {
        let output = c_program::run(&SHARED, &[id], &environment.variables());
        assert_eq!((stderr(&output).as_str(), output.status.code()), ("", Some(0)));
        assert!(stdout(&output).contains(words), "{}", stdout(&output));
    }
}

/// The example computes the distance from UTC, because Windows has no `%z`. TZ has it with the opposite sign.
#[test]
fn times_are_local_with_their_distance_from_utc() {
    let answer = answers::ok(answers::JOB.replace("2024-12-02T07:52:25Z", "2024-12-31T22:52:25Z"));
    let service = Service::by_line([("", answer)]);
    let server = ScriptedServer::start([vec![Step::Serve(service)]], Afterwards::RepeatLast);
    for (zone, started) in [
        ("UTC", "2024-12-31 22:52:25 +0000"),
        ("IST-5:30", "2025-01-01 04:22:25 +0530"),
        ("LINT-14", "2025-01-01 12:52:25 +1400"),
        ("NST3:30", "2024-12-31 19:22:25 -0330"),
        ("AOE12", "2024-12-31 10:52:25 -1200"),
    ] {
        let environment = [("CBJ_BASE_URL", &*server.url()), ("CBJ_ACCESS_TOKEN", "token"), ("TZ", zone)];
        let printed = stdout(&c_program::run(&SHARED, &[answers::JOB_ID], &environment));
        let line = format!("  Started     {started}   (2024-12-31T22:52:25Z)\n");
        assert!(printed.contains(&line), "{zone}: {printed}");
    }
}

#[test]
fn the_example_compiles_for_windows_without_a_warning() {
    let compiler = "x86_64-w64-mingw32-gcc";
    if !c_program::is_installed(compiler) {
        assert!(std::env::var_os("CI").is_none(), "CI has {compiler}");
        return;
    }
    let mut command = std::process::Command::new(compiler);
    command.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-O1", "-c", "-o", "/dev/null", "-I"]);
    command.arg(c_program::root().join("include")).arg(c_program::root().join("examples/c/job_details.c"));
    let output = command.output().expect("is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the program, which must fail, and checks its output: nothing from the library itself, and one line that says
/// what is wrong.
fn assert_fails(job_id: &str, variables: &[(&str, &str)], status: &str, words: &str) {
    let output = c_program::run(&SHARED, &[job_id], variables);
    let printed = stderr(&output);
    assert_eq!((stdout(&output).as_str(), output.status.code()), ("", Some(1)), "{printed}");
    assert!(printed.contains(&format!("\n  Status      CBJ_ERROR_{status}\n")), "{status}: {printed}");
    assert!(printed.lines().next().is_some_and(|line| line.contains(words)), "{words}: {printed}");
    let labels = ["Status", "HTTP", "Details", "Try again", "Request id", "Trace id"];
    for line in printed.lines().skip(1) {
        assert!(labels.iter().any(|label| line.starts_with(&format!("  {label}"))), "who printed {line:?}?");
    }
}

#[test]
fn every_refusal_is_printed() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let environment = Environment::of(&sandbox);
    for (id, status, words) in [
        ("..", "INVALID_ARGUMENT", "Nothing was sent"),
        (sandbox::UNKNOWN, "NOT_FOUND", "no job"),
        (sandbox::MISSING, "NOT_FOUND", "404"),
        (sandbox::NO_PERMISSION, "PERMISSION", "microsoft365backup.jobInfo.read.all"),
        (sandbox::RATE_LIMITED, "RATE_LIMITED", "429"),
        (sandbox::SERVER_BUSY, "SERVER", "(3 attempts)"),
        (sandbox::ERROR_IN_ENVELOPE, "SERVER", "500"),
    ] {
        let mut variables = environment.variables();
        // Less than the 30 s that the rate limit asks to wait.
        variables.push(("CBJ_TIMEOUT_MS", "20000"));
        assert_fails(id, &variables, status, words);
    }
    let mut variables = environment.variables();
    variables.push(("CBJ_CLIENT_SECRET", "wrong"));
    assert_fails(sandbox::FINISHED, &variables, "AUTHENTICATION", "invalid_client");
    variables.push(("CBJ_ACCESS_TOKEN", "token"));
    assert_fails(sandbox::FINISHED, &variables, "CONFIG", "access_token and client_secret");
    assert_fails(sandbox::FINISHED, &[], "CONFIG", "data_center is missing");
    assert_fails(sandbox::FINISHED, &[("CBJ_DATA_CENTER", "mars")], "CONFIG", "\"mars\"");
}

#[test]
fn every_failure_of_the_network_is_printed() {
    let server = |script| ScriptedServer::start([script], Afterwards::RepeatLast);
    let rejects = r#"{"statusCode":400,"message":"Bad Request","errors":[{"code":"InvalidParameter","field":"jobId","message":"no"}]}"#;
    let servers = [
        ("REJECTED", "jobId", server(vec![Step::Request, Step::Send(answers::answer("400 Bad Request", rejects))])),
        ("PROTOCOL", "<html>", server(vec![Step::Request, Step::Send(answers::ok("<html>"))])),
        (
            "PROTOCOL",
            "cut short",
            server(vec![Step::Request, Step::Send(answers::headed("200 OK\r\nContent-Length: 99", "{"))]),
        ),
        ("NETWORK", "broke", server(vec![Step::Request, Step::Reset])),
        ("TIMEOUT", "waiting for the answer", server(vec![Step::Request, Step::Stall])),
    ];
    // A call takes longer under valgrind.
    let timeout = [("CBJ_TIMEOUT_MS", "3000"), ("CBJ_ACCESS_TOKEN", "token")];
    for (status, words, server) in &servers {
        let url = server.url();
        assert_fails("J", &[&timeout[..], &[("CBJ_BASE_URL", url.as_str())]].concat(), status, words);
    }
    let no_tls = server(vec![Step::ReadSome, Step::Send(answers::answer("400 Bad Request", "plain HTTP"))]);
    let plain = no_tls.url().replace("http:", "https:");
    assert_fails("J", &[&timeout[..], &[("CBJ_BASE_URL", plain.as_str())]].concat(), "TLS", "no TLS connection");
    // A label of 64 characters is not a valid name, so no server outside this machine is asked for it.
    let nameless = format!("https://{}.invalid", "x".repeat(64));
    assert_fails("J", &[&timeout[..], &[("CBJ_BASE_URL", nameless.as_str())]].concat(), "RESOLVE", "resolved");
    let closed = ClosedPort::new();
    let nobody = format!("http://{}", closed.address());
    assert_fails("J", &[&timeout[..], &[("CBJ_BASE_URL", nobody.as_str())]].concat(), "CONNECT", "refused");
}

#[test]
fn handles_of_lists_and_of_shared_clients_are_freed_in_any_order() {
    let pages = ["J1", "J2", "J3"].map(|id| answers::ok(answers::page(id, 3, "")));
    let lines = ["pageIndex=0&", "pageIndex=1&", "pageIndex=2&"];
    let broken = ("pageIndex=1&pageSize=50&location=BROKEN", answers::answer("503 Service Unavailable", ""));
    let jobs = [("RUNNING", answers::ok(answers::job_in("In Progress"))), ("", answers::ok(answers::JOB))];
    let service = Service::by_line([broken].into_iter().chain(lines.into_iter().zip(pages)).chain(jobs));
    let server = ScriptedServer::start([vec![Step::Serve(service)]], Afterwards::RepeatLast);
    let environment = [("CBJ_BASE_URL", &*server.url()), ("CBJ_ACCESS_TOKEN", "token")];
    for linking in [Linking::Shared, Linking::Static] {
        let output = c_program::run(&c_program::compile("tests/c/lists.c", linking), &[], &environment);
        assert_eq!((stdout(&output).as_str(), stderr(&output).as_str()), ("", ""), "{linking:?}");
        assert_eq!(output.status.code(), Some(0), "{linking:?}");
    }
}

#[test]
fn wrong_usage_is_told() {
    let output = c_program::run(&SHARED, &[], &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("usage: "));
    let output = c_program::run(&SHARED, &["J"], &[("CBJ_TIMEOUT_MS", "soon")]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        stderr(&output),
        "Configuration: the environment variable CBJ_TIMEOUT_MS is \"soon\", wanted a whole number from 0 to 4294967295.\n  Status      CBJ_ERROR_CONFIG\n  Try again   after a change\n"
    );
}
