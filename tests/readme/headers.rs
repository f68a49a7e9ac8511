//! The programs in the first comments of the headers compile and run.

use super::page;
use super::programs::{environment, last_backup, list_of};
use super::support::c_program::{self, Linking, scratch_dir};
use super::support::sandbox::{self, Options, Sandbox};

/// The program after "IN SHORT" in the first comment of a header.
fn in_short(header: &str) -> String {
    let text = page::file(&format!("include/{header}"));
    let rest = text
        .split("IN SHORT\n")
        .nth(1)
        .and_then(|rest| rest.split(" * TO DO THIS").next()?.split(" * A thin layer").next())
        .expect("has a program");
    let lines =
        rest.lines().filter_map(|line| line.strip_prefix(" *").map(|line| line.strip_prefix("     ").unwrap_or("")));
    lines.map(|line| format!("{line}\n")).collect()
}

/// A text with one thing in another's place.
fn replaced(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "no {old} in\n{text}");
    text.replace(old, new)
}

#[test]
fn the_c_program() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    // Not the real service.
    let urls = format!(
        "cbj_config_set_base_url(config, \"{}\"); cbj_config_set_identity_url(config, \"{}\");",
        sandbox.base_url(),
        sandbox.identity_url()
    );
    let program = replaced(&in_short("cloudbackupjobs.h"), "cbj_config_set_data_center(config, \"us\");", &urls);
    let program = replaced(&program, "\"client id\", \"client secret\"", "\"sandbox-client\", \"sandbox-secret\"");
    let run = |name: &str, program: &str| {
        let source = scratch_dir().join(name);
        std::fs::write(&source, program).expect("target is writable");
        let program = c_program::compile(source.to_str().expect("a UTF-8 path"), Linking::Shared);
        let output = c_program::run(&program, &[], &[]);
        [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned())
    };
    let failed = last_backup(&sandbox, sandbox::SHAREPOINT_ONLINE).counts.failed;
    assert_eq!(run("in_short.c", &program), [format!("failed, {failed} objects failed\n"), String::new()]);
    let wrong = replaced(&program, "sandbox-secret", "wrong-secret");
    let [stdout, stderr] = run("in_short_wrong.c", &wrong);
    assert!(stdout.is_empty() && stderr.contains("invalid_client"), "{stdout}{stderr}");
    let silent = list_of(r#"{"id":"FB1","state":"Failed","finishTime":"2026-11-24T01:02:03Z"}"#);
    let none = list_of("");
    for ((server, _), expected) in [
        (silent, "failed, the service did not say how many failed\n"),
        (none, "no backup has ended in the last 7 days\n"),
    ] {
        let program = replaced(&program, &sandbox.base_url(), &server.url());
        let program = replaced(
            &program,
            "cbj_config_set_client_secret(config, \"sandbox-client\", \"sandbox-secret\");",
            "cbj_config_set_access_token(config, \"token\");",
        );
        assert_eq!(run("in_short_other.c", &program), [expected, ""]);
    }
}

#[test]
fn the_cpp_program() {
    // A newcomer may have no C++ compiler; CI has.
    if std::env::var_os("CI").is_none() && !c_program::is_installed("g++") {
        return;
    }
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let source = scratch_dir().join("in_short.cpp");
    std::fs::write(&source, in_short("cloudbackupjobs.hpp")).expect("target is writable");
    let path = source.to_str().expect("a UTF-8 path");
    let program = c_program::compile_as("g++", &["-std=c++17"], path, Linking::Shared);
    let environment = environment(&sandbox);
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let output = c_program::run(&program, &[], &environment);
    let said = String::from_utf8_lossy(&output.stdout);
    let last = last_backup(&sandbox, sandbox::SHAREPOINT_ONLINE);
    assert_eq!(said.lines().next(), Some(format!("{}: Failed", last.id).as_str()));
    assert_eq!((said.lines().nth(1), output.status.code()), (Some(last.id.as_str()), Some(2)));
    // Whatever the time of day is: all of these days, but for one that may have grown too old meanwhile.
    let days = chrono::Utc::now() - chrono::Days::new(7);
    let is_listed = |run: &&sandbox::Run| {
        (run.job_type, run.object_type) == (sandbox::BACKUP, sandbox::SHAREPOINT_ONLINE) && run.start >= days
    };
    let mut expected: Vec<_> = sandbox.runs().iter().filter(is_listed).collect();
    expected.sort_by_key(|run| std::cmp::Reverse(run.start));
    let expected: Vec<&str> = expected.iter().map(|run| run.id.as_str()).collect();
    let listed: Vec<&str> = said.lines().skip(1).collect();
    assert!(expected.len() >= 5 && listed.starts_with(&expected) && listed.len() <= expected.len() + 1, "{said}");
    let unconfigured = c_program::run(&program, &[], &[]);
    assert_eq!(unconfigured.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&unconfigured.stderr).contains("data_center is missing"));
}
