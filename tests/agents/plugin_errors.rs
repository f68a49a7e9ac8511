//! `check_cloudbackup_job`: what it says when there is no job, and of options that are wrong.

use super::build::{plugin, sanitized_plugin};
use super::job::{ID, answering, environment, job, refusing, service};
use super::plugin::{VERDICTS, check, stdout};
use super::support::answers::{answer, ok};
use super::support::c_program::{self, root};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// The rows of the table in `verdicts.c`: the name of an error, and its verdict.
fn failures() -> Vec<(String, usize)> {
    let source = std::fs::read_to_string(root().join("examples/agents/shared/verdicts.c")).expect("is there");
    let table = source.split("jc_failures[JC_FAILURES] = {").nth(1).and_then(|rest| rest.split("};").next());
    let rows = table.expect("is there").lines().filter_map(|line| {
        let (name, rest) = line.split_once('"')?.1.split_once('"')?;
        let verdict = rest.trim_matches([',', ' ', '}']).strip_prefix("JC_")?;
        Some((name.to_owned(), VERDICTS.iter().position(|name| *name == verdict)?))
    });
    rows.collect()
}

fn script(steps: Vec<Step>) -> ScriptedServer {
    ScriptedServer::start([steps], Afterwards::RepeatLast)
}

#[test]
fn every_error_has_its_verdict_and_can_be_given_another() {
    let refused = {
        let gone = refusing("200 OK");
        gone.url()
    };
    let no_tls = script(vec![Step::ReadSome, Step::Send(answer("400 Bad Request", "plain HTTP"))]);
    // A label of 64 characters is no name, so nobody outside this machine is asked for it.
    let nameless = format!("https://{}.invalid", "x".repeat(64));
    let servers: Vec<(&str, ScriptedServer, &str)> = vec![
        ("authentication", refusing("401 Unauthorized"), "HTTP 401"),
        ("permission", refusing("403 Forbidden"), "Grant the app registration the permission"),
        ("not-found", answering(ok(r#"{"statusCode":200,"data":null}"#)), "the answer contains no job"),
        ("rejected", refusing("400 Bad Request"), "HTTP 400"),
        ("rate-limited", refusing("429 Too Many Requests"), "ask less often"),
        ("server", refusing("500 Internal Server Error"), "HTTP 500"),
        ("network", script(vec![Step::Request, Step::Reset]), "127.0.0.1"),
        ("timeout", script(vec![Step::Request, Step::Stall]), "time"),
        ("protocol", answering(ok(r#"{"statusCode":200,"data":{"id":"FB2026"#)), "JSON"),
    ];
    let mut rows: Vec<(&str, String, &str, &str)> =
        servers.iter().map(|(name, server, words)| (*name, server.url(), ID, *words)).collect();
    rows.push(("tls", no_tls.url().replace("http:", "https:"), ID, "no TLS connection"));
    rows.push(("connect", refused, ID, "refused"));
    rows.push(("resolve", nameless, ID, "resolved"));
    rows.push(("config", "neither a URL".to_owned(), ID, "base_url"));
    rows.push(("invalid-argument", servers[0].1.url(), "..", "\"..\""));
    let table = failures();
    assert_eq!(table.len(), 16);
    for (name, verdict) in &table {
        // A signal's row is in plugin_deadline.rs. A defect of the library cannot be provoked.
        if name == "cancelled" || name == "internal" {
            continue;
        }
        let (_, url, id, words) = rows.iter().find(|row| row.0 == name).unwrap_or_else(|| panic!("no row for {name}"));
        let environment = environment(url);
        for (option, expected) in
            [(None, *verdict), (Some(format!("--on-{name}=ok")), 0), (Some(format!("--on-{name}=1")), 1)]
        {
            // Of what fails for another reason the time must not be up before, on a busy machine and under valgrind either.
            let limit = if name == "timeout" { "700ms" } else { "55" };
            let options: Vec<&str> = ["-j", id, "-t", limit].into_iter().chain(option.as_deref()).collect();
            let output = c_program::run(plugin(), &options, &environment);
            let printed = stdout(&output);
            assert_eq!(output.status.code(), i32::try_from(expected).ok(), "{name} {options:?}: {printed}");
            assert!(printed.starts_with(&format!("BACKUP {} - {id}: ", VERDICTS[expected])), "{name}: {printed}");
            let first = printed.lines().next().unwrap_or_default();
            assert!(first.contains(words), "{name}: {words}: {printed}");
            let status = format!("CBJ_ERROR_{}", name.to_ascii_uppercase().replace('-', "_"));
            assert!(printed.contains(&status), "{name}: {printed}");
            assert_eq!(output.stderr, b"", "{name}");
        }
    }
}

#[test]
fn a_refusal_is_explained_with_all_that_the_service_said() {
    let server = answering(answer("403 Forbidden", super::support::answers::refusal(403, "Not | you")));
    for program in [plugin(), sanitized_plugin()] {
        let printed = stdout(&check(program, &server, &[]));
        let lines: Vec<&str> = printed.lines().collect();
        assert!(lines[0].contains("Not ¦ you"), "{printed}");
        assert_eq!(
            lines[1..],
            [
                "The service said: Code1 Field1 Said so.",
                "CBJ_ERROR_PERMISSION, HTTP 403",
                "Request id request-1",
                "Trace id trace-1"
            ]
        );
    }
    let busy = answering(answer("429 Too Many Requests\r\nRetry-After: 77", ""));
    assert!(stdout(&check(plugin(), &busy, &[])).contains("CBJ_ERROR_RATE_LIMITED, HTTP 429, try again in 77 s"));
}

#[test]
fn wrong_options_are_named() {
    let server = service(&job("Finished"));
    for (options, words) in [
        (&["--colour"][..], "'--colour' is not an option"),
        (&["-x"], "'-x' is not an option"),
        (&["-H", "host"], "'-H' is not an option"),
        (&["--client-secret=s3cret"], "'--client-secret' is not an option"),
        (&["-w"], "'-w' needs an argument"),
        (&["--verbose=3"], "'--verbose' is not an option, or takes no argument"),
        (&["FB1"], "'FB1' is not an option"),
        (&["-t", "0"], "--timeout: '0' is not a time"),
        (&["-t", "soon"], "--timeout: 'soon'"),
        (&["-t", "2h"], "--timeout: '2h'"),
        (&["-t", "61m"], "--timeout: '61m'"),
        (&["-t", ""], "--timeout: ''"),
        (&["-w", "ten"], "--warning: 'ten' is not a range for failed"),
        (&["-w", ""], "--warning: '' is not a range for failed"),
        (&["-c", "10:5"], "--critical: '10:5' is not a range"),
        (&["-c", "failed=1,"], "--critical: '' is not a range"),
        (&["-c", "1e3"], "'1e3' is not a range"),
        (&["-c", "0x10"], "'0x10' is not a range"),
        (&["-c", "1234567890123456"], "is not a range"),
        (&["-c", "5h"], "'5h' is not a range for failed"),
        (
            &["-c", "age=5y"],
            "'5y' is not a range for age: use [@]start:end with start not above end, '~' for minus infinity, and the units",
        ),
        (&["-c", "skipped=5%"], "'5%' is not a range for skipped"),
        (
            &["-c", "fialed=5"],
            "'fialed' is not one of the numbers total, failed, failed_percent, successful, skipped, errors, duration, age, running",
        ),
        (&["--state", "failed"], "--state: 'failed' is not NAME=VERDICT"),
        (&["--state", "failed=bad"], "'failed=bad' is not NAME=VERDICT"),
        (&["--state", "faild=ok"], "--state: 'faild' is not one of the states failed, finished-with-exception"),
        (&["--on-timeout", "bad"], "--on-timeout: 'bad' is not one of ok, warning, critical, unknown"),
        (&["--on-nothing", "ok"], "'--on-nothing' is not an option"),
        (&["--ignore-error", "("], "--ignore-error: '(' is not a regular expression: "),
        (&["--ignore-error", ""], "--ignore-error: the regular expression is empty"),
        (&["--format", "xml"], "--format: 'xml' is not one of nagios, checkmk, prometheus, influx, json"),
        (&["--output", ""], "--output: '' is not the name of a file"),
        (&["--output", "/tmp/"], "--output: '/tmp/' is not the name of a file"),
        (&["--service", "a\"b"], "--service: 'a\"b' is empty, or contains quotes"),
        (&["--max-output", "many"], "--max-output: 'many' is not a number of bytes"),
        (&["--max-output", "127"], "--max-output: '127'"),
    ] {
        for program in [plugin(), sanitized_plugin()] {
            let output = check(program, &server, options);
            let printed = stdout(&output);
            assert!(printed.starts_with("BACKUP UNKNOWN - ") && printed.contains(words), "{options:?}: {printed}");
            assert_eq!((printed.lines().count(), output.status.code()), (1, Some(3)), "{options:?}");
            assert_eq!(output.stderr, b"", "{options:?}");
        }
    }
    assert_eq!(server.requests().len(), 0);
    let no_job = c_program::run(plugin(), &[], &[]);
    assert_eq!(stdout(&no_job), "BACKUP UNKNOWN - the job id is missing: -j ID; see --help\n");
    assert_eq!(no_job.status.code(), Some(3));
}

#[test]
fn help_and_version_are_told_and_every_option_is_tried_by_a_test() {
    for option in ["-h", "--help"] {
        let help = c_program::run(plugin(), &[option], &[]);
        assert_eq!((help.status.code(), help.stderr.as_slice()), (Some(0), b"".as_slice()));
        let help = stdout(&help);
        assert!(help.lines().all(|line| line.len() <= 115), "{help}");
        for (name, verdict) in failures() {
            assert!(help.contains(&format!("  {name:24} {}\n", VERDICTS[verdict])), "{name}: {help}");
        }
        let source = std::fs::read_to_string(root().join("examples/agents/nagios/options.c")).expect("is there");
        let table = source.split("named[] = {").nth(1).and_then(|rest| rest.split("};").next()).expect("is there");
        let tests: String = ["plugin", "plugin/thresholds", "plugin_errors", "plugin_output", "plugin_deadline"]
            .map(|name| std::fs::read_to_string(root().join(format!("tests/agents/{name}.rs"))).expect("is there"))
            .concat();
        for name in table.lines().filter_map(|line| line.split('"').nth(1)) {
            assert!(help.contains(&format!("--{name}")), "--help does not tell --{name}");
            assert!(tests.contains(&format!("\"--{name}")), "no test gives --{name}");
        }
    }
    for option in ["-V", "--version"] {
        let version = c_program::run(plugin(), &[option], &[]);
        assert_eq!(stdout(&version), format!("check_cloudbackup_job {}\n", env!("CARGO_PKG_VERSION")));
        assert_eq!(version.status.code(), Some(0));
    }
}
