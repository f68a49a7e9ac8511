//! Every language's report of a job, and of an error, is the one that the C program prints.

use std::env;
use std::process::{Command, Output};
use std::sync::LazyLock;

use super::languages::{self, LANGUAGES, Language, Program, installed_library};
use crate::support::answers;
use crate::support::c_program::{self, Linking, is_installed, library_dir, root};
use crate::support::canary;
use crate::support::sandbox::{self, Options, Sandbox};
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};

const JOBS: [&str; 10] = [
    sandbox::FINISHED,
    sandbox::IN_PROGRESS,
    sandbox::FAILED,
    sandbox::FINISHED_WITH_EXCEPTION,
    sandbox::UNKNOWN_STATE,
    sandbox::RATE_LIMITED,
    sandbox::NO_PERMISSION,
    sandbox::SERVER_BUSY,
    sandbox::UNKNOWN,
    // As it is, and refused before anything is sent.
    "not/an id\u{e9}\n",
];

/// The languages that are here, each built once.
pub fn programs() -> &'static [(&'static Language, Program)] {
    static PROGRAMS: LazyLock<Vec<(&Language, Program)>> = LazyLock::new(|| {
        let here = LANGUAGES.iter().filter(|language| is_here(language));
        here.map(|language| (language, (language.program)(&languages::path(language), "report"))).collect()
    });
    &PROGRAMS
}

/// A program of a language, in an environment without anything of ours but what is given.
pub fn command(program: &Program, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    // Whatever starts the tests may ignore it.
    let mut command = Command::new("env");
    command.arg("--default-signal=INT").args(&program.command).args(arguments);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_ascii_uppercase();
        if text.starts_with("CBJ_") || text.ends_with("_PROXY") || text.starts_with("SSL_CERT_") {
            command.env_remove(name);
        }
    }
    command.env("LD_LIBRARY_PATH", installed_library()).env("TZ", "UTC").envs(program.environment.iter().cloned());
    command.envs(environment.iter().copied());
    command
}

pub fn run(program: &Program, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let output = command(program, arguments, environment).output().expect("the program starts");
    for said in [&output.stdout, &output.stderr] {
        canary::check("the program", &String::from_utf8_lossy(said));
    }
    output
}

/// Whether everything is there that a language needs; in CI it must be.
pub fn is_here(language: &Language) -> bool {
    let missing = language.needs.iter().find(|program| !is_installed(program) && !root().join(program).exists());
    if let Some(missing) = missing {
        assert!(env::var_os("CI").is_none(), "{}: {missing} is not installed", language.name);
        eprintln!("left out: {}, for {missing} is not installed", language.name);
    }
    missing.is_none()
}

/// The same without the ids, which the sandbox gives each request anew.
fn without_ids(said: (String, String, Option<i32>)) -> (String, String, Option<i32>) {
    let without = |text: String| -> String {
        let id = |line: &str| ["  Request id  ", "  Trace id    "].into_iter().find(|label| line.starts_with(label));
        text.lines().map(|line| format!("{}\n", id(line).unwrap_or(line))).collect()
    };
    (without(said.0), without(said.1), said.2)
}

/// Standard output, standard error and exit status.
pub fn said(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("is UTF-8");
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

#[test]
fn every_language_prints_what_c_prints() {
    let c = c_program::compile("examples/c/job_details.c", Linking::Shared);
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
    let environment = [
        ("CBJ_BASE_URL", base_url.as_str()),
        ("CBJ_IDENTITY_URL", identity_url.as_str()),
        ("CBJ_CLIENT_ID", "sandbox-client"),
        ("CBJ_CLIENT_SECRET", "sandbox-secret"),
        ("CBJ_MAX_RETRIES", "0"),
    ];
    let with_utc: Vec<(&str, &str)> = environment.iter().copied().chain([("TZ", "UTC")]).collect();
    for (language, program) in programs() {
        for job in JOBS {
            let expected = without_ids(said(&c_program::run(&c, &[job], &with_utc)));
            let found = without_ids(said(&run(program, &[job], &environment)));
            assert_eq!(found, expected, "{}: {job:?}", language.name);
        }
        let unconfigured = said(&run(program, &["FB1"], &[]));
        assert_eq!(unconfigured, said(&c_program::run(&c, &["FB1"], &[])), "{}", language.name);
        assert_eq!(run(program, &[], &environment).status.code(), Some(2), "{}: wrong usage", language.name);
    }
}

/// Runs a program with an environment.
type Ask<'a> = dyn Fn(&[(&str, &str)]) -> Output + 'a;

/// Answers that no well-behaved service would send, and refusals with everything that an error can have.
#[test]
fn every_language_shows_what_is_strange() {
    let c = c_program::compile("examples/c/job_details.c", Linking::Shared);
    let job = |members: &str| ("200 OK", format!("{{\"statusCode\":200,\"data\":{{{members}}}}}"));
    let answers = [
        job(""),
        job("\"id\":\"FB1\",\"state\":\"Frozen\",\"duration\":\"0.25\",\"startTime\":\"yesterday\""),
        job("\"id\":\"\\u00e4\\u2603\\ud83d\\ude00\",\"state\":\"Failed\",\"backupDetails\":{\"totalNumber\":9007199254740993,\
             \"failedNumber\":0}"),
        job("\"startTime\":\"1900-01-01T00:00:00.999Z\",\"finishTime\":\"1900-01-02T01:01:01Z\""),
        job("\"jobErrors\":[{\"number\":4294967296},{\"value\":\"second\",\"url\":\"https://example.com\"},{\"value\":\"\"}]"),
        (
            "429 Too Many Requests\r\nRetry-After: 61",
            "{\"statusCode\":429,\"requestId\":\"r-1\",\"traceId\":\"t-1\",\"errors\":[{\"code\":\"c\",\"field\":\"f\",\
             \"message\":\"m\"},{\"message\":\"second\"},{}]}"
                .to_owned(),
        ),
        ("503 Service Unavailable", "not JSON".to_owned()),
    ];
    for (language, program) in programs() {
        for (head, body) in &answers {
            let ask = |run: &Ask| {
                let answer = answers::answer(head, body);
                let server = ScriptedServer::start([vec![Step::Request, Step::Send(answer)]], Afterwards::Refuse);
                let base_url = server.url();
                let environment = [
                    ("CBJ_BASE_URL", base_url.as_str()),
                    ("CBJ_ACCESS_TOKEN", "token"),
                    ("CBJ_MAX_RETRIES", "0"),
                    ("TZ", "UTC"),
                ];
                let (out, error, code) = said(&run(&environment));
                // Each server has a port of its own.
                let address = server.address().to_string();
                (out.replace(&address, "HOST"), error.replace(&address, "HOST"), code)
            };
            let expected = ask(&|environment| c_program::run(&c, &["FB1"], environment));
            let found = ask(&|environment| run(program, &["FB1"], environment));
            assert_eq!(found, expected, "{}: {body}", language.name);
        }
    }
}

/// A pipe of Windows has an encoding that lacks most letters.
#[test]
fn python_prints_what_the_encoding_lacks() {
    let Some((_, program)) = programs().iter().find(|(language, _)| language.name == "Python") else { return };
    let answer = answers::ok("{\"statusCode\":200,\"data\":{\"id\":\"FB1\",\"state\":\"\\u2603\"}}");
    let server = ScriptedServer::start([vec![Step::Request, Step::Send(answer)]], Afterwards::Refuse);
    let base_url = server.url();
    let environment = [("CBJ_BASE_URL", &*base_url), ("CBJ_ACCESS_TOKEN", "token"), ("PYTHONIOENCODING", "cp1252")];
    let (out, error, status) = said(&run(program, &["FB1"], &environment));
    assert!(out.contains("State       \\u2603") && status == Some(0), "{out}{error}");
}

/// Nothing is lost where the library is not there.
#[test]
fn every_language_says_that_the_library_is_missing() {
    for (language, program) in programs() {
        let nowhere = root().join("tests/languages");
        let nowhere = [("LD_LIBRARY_PATH", nowhere.to_str().expect("UTF-8")), ("CBJ_LIBRARY_FOLDER", "/nonexistent")];
        let output = run(program, &["FB1"], &nowhere);
        let (_, error, _) = said(&output);
        assert!(!output.status.success(), "{}", language.name);
        assert!(error.contains("libcloudbackupjobs.so"), "{}: {error}", language.name);
        // Those that are packages take the library's file from a variable, and say so.
        if ["Python", "Node.js"].contains(&language.name) {
            assert!(
                error.contains("name its file in the environment variable CBJ_LIBRARY"),
                "{}: {error}",
                language.name
            );
            let library = library_dir().join("libcloudbackupjobs.so");
            let found = [nowhere[0], ("CBJ_LIBRARY", library.to_str().expect("UTF-8"))];
            let (_, error, _) = said(&run(program, &["FB1"], &found));
            assert!(error.contains("CBJ_ERROR_CONFIG"), "{}: {error}", language.name);
        }
    }
}
