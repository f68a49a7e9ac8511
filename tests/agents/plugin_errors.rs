//! `check_cloudbackup_job`: what it says when there is no job, and of options that are wrong.

use super::build::{plugin, sanitized_plugin};
use super::job::{ID, answering, environment, job, refusing, service};
use super::plugin::{VERDICTS, check, stdout};
use super::support::answers::{answer, ok};
use super::support::c_program::{self, root};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};
use super::support::target;

/// The rows of the table in `verdicts.c`: the name of an error, and its verdict.
pub fn failures() -> Vec<(String, usize)> {
    let source = std::fs::read_to_string(root().join("examples/agents/shared/verdicts.c")).expect("is there");
    let table = source.split("jc_failures[JC_FAILURES] = {").nth(1).and_then(|rest| rest.split("};").next());
    let rows = table.expect("is there").lines().filter_map(|line| {
        let (name, rest) = line.split_once('"')?.1.split_once('"')?;
        let verdict = rest.split("JC_").nth(1)?.split(',').next()?;
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
    // The name of an error, who fails so, what the first line says, and words of the line after it.
    let servers: Vec<(&str, ScriptedServer, &str, &str)> = vec![
        ("authentication", refusing("401 Unauthorized"), "access token refused (401)", "HTTP 401"),
        (
            "permission",
            refusing("403 Forbidden"),
            "permission missing (403)",
            "Grant the app registration the permission",
        ),
        ("not-found", answering(ok(r#"{"statusCode":200,"data":null}"#)), "no such job", "the answer contains no job"),
        ("rejected", refusing("400 Bad Request"), "API rejects the request (400)", "HTTP 400"),
        ("rate-limited", refusing("429 Too Many Requests"), "API answers 429", "ask less often"),
        ("server", refusing("500 Internal Server Error"), "API answers 500", "HTTP 500"),
        ("network", script(vec![Step::Request, Step::Reset]), "connection to the API broke", "127.0.0.1"),
        ("timeout", script(vec![Step::Request, Step::Stall]), "no answer from the API within 2 s", "time"),
        (
            "protocol",
            answering(ok(r#"{"statusCode":200,"data":{"id":"FB2026"#)),
            "answer of the API cannot be read",
            "JSON",
        ),
    ];
    let mut rows: Vec<(&str, String, &str, &str, &str)> =
        servers.iter().map(|(name, server, line, words)| (*name, server.url(), ID, *line, *words)).collect();
    let https = no_tls.url().replace("http:", "https:");
    rows.push(("tls", https, ID, "no TLS connection to the API", "no TLS connection: "));
    rows.push(("connect", refused, ID, "API cannot be reached", "refused"));
    rows.push(("resolve", nameless, ID, "name of the API does not resolve", "resolved"));
    // What is wrong on this machine is short, and says what to do.
    rows.push(("config", "neither a URL".to_owned(), ID, "base_url", "CBJ_ERROR_CONFIG"));
    rows.push(("invalid-argument", servers[0].1.url(), "..", "\"..\"", "CBJ_ERROR_INVALID_ARGUMENT"));
    let table = failures();
    assert_eq!(table.len(), 16);
    for (name, verdict) in &table {
        // A signal's row is in plugin_deadline.rs. A defect of the library cannot be provoked.
        if name == "cancelled" || name == "internal" {
            continue;
        }
        let (_, url, id, line, words) =
            rows.iter().find(|row| row.0 == name).unwrap_or_else(|| panic!("no row for {name}"));
        let environment = environment(url);
        for (option, expected) in
            [(None, *verdict), (Some(format!("--on-{name}=ok")), 0), (Some(format!("--on-{name}=1")), 1)]
        {
            // Of what fails for another reason the time must not be up before, on a busy machine and under valgrind either.
            let limit = if name == "timeout" { "2" } else { "55" };
            let options: Vec<&str> = ["-j", id, "-t", limit].into_iter().chain(option.as_deref()).collect();
            let output = c_program::run(plugin(), &options, &environment);
            let printed = stdout(&output);
            assert_eq!(output.status.code(), i32::try_from(expected).ok(), "{name} {options:?}: {printed}");
            let mut lines = printed.lines();
            let first =
                lines.next().and_then(|first| first.strip_prefix(&format!("BACKUP {} - {id}: ", VERDICTS[expected])));
            let first = first.unwrap_or_else(|| panic!("{name}: {printed}"));
            // Under valgrind or qemu the plugin may begin so late that its alarm comes before the library's own end.
            let is_late = std::env::var_os("CBJ_TEST_VALGRIND").is_some() || target::patience() > 1;
            if name == "timeout" && is_late {
                assert!([*line, "no answer within 2 s (--timeout)"].contains(&first), "{printed}");
                continue;
            }
            let is_local = ["config", "invalid-argument"].contains(&name.as_str());
            assert!(if is_local { first.contains(line) } else { first == *line }, "{name}: {line}: {printed}");
            assert!(lines.next().is_some_and(|second| second.contains(words)), "{name}: {words}: {printed}");
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
        assert!(lines[0].ends_with(": permission missing (403)"), "{printed}");
        assert!(lines[1].starts_with("GET http://127.0.0.1:") && lines[1].contains("Not ¦ you"), "{printed}");
        assert_eq!(
            lines[2..],
            [
                "The service said: Code1 Field1 Said so.",
                "CBJ_ERROR_PERMISSION, HTTP 403",
                "Request id request-1",
                "Trace id trace-1"
            ]
        );
    }
    let excused = stdout(&check(plugin(), &server, &["--on-permission=ok"]));
    assert!(excused.ends_with("\nCBJ_ERROR_PERMISSION, HTTP 403\n"), "a good result has no ids: {excused}");
    let busy = answering(answer("429 Too Many Requests\r\nRetry-After: 77", ""));
    assert!(stdout(&check(plugin(), &busy, &[])).contains("CBJ_ERROR_RATE_LIMITED, HTTP 429, try again in 77 s"));
}

/// Credentials for this identity service. The service at the base URL is not asked.
fn credentials(identity_url: &str) -> Vec<(&str, &str)> {
    vec![
        ("CBJ_BASE_URL", "http://127.0.0.1:1"),
        ("CBJ_IDENTITY_URL", identity_url),
        ("CBJ_CLIENT_ID", "an-app"),
        ("CBJ_CLIENT_SECRET", "no-secret"),
        ("CBJ_MAX_RETRIES", "0"),
    ]
}

#[test]
fn the_first_line_says_who_failed_and_all_else_follows() {
    const PAGE: &str = "<html><head><title>Bad Gateway</title></head><body>nginx</body></html>";
    let page = |status: &str| answering(answer(&format!("{status}\r\nContent-Type: text/html"), PAGE));
    let gone = refusing("200 OK").url();
    for (server, is_identity, retries, line, words) in [
        (page("503 Service Unavailable"), false, "2", "API answers 503 (3 attempts)", "Service Unavailable"),
        (page("502 Bad Gateway"), false, "0", "API answers 502", "nginx"),
        (page("404 Not Found"), false, "0", "no such job (404)", "HTTP 404"),
        (page("200 OK"), false, "0", "answer of the API cannot be read", "text/html"),
        (page("302 Found"), false, "0", "API answers 302, a redirect", "Redirects are not followed"),
        (refusing("408 Request Timeout"), false, "0", "API answers 408", "waited too long"),
        (refusing("422 Unprocessable Entity"), false, "0", "API rejects the request (422)", "Correct the problem"),
        (
            refusing("429 Too Many Requests\r\nRetry-After: 30"),
            false,
            "0",
            "API answers 429, try again in 30 s",
            "ask less often",
        ),
        (
            refusing("503 Service Unavailable\r\nRetry-After: 90"),
            false,
            "3",
            "API answers 503, try again in 90 s",
            "asks to wait 90 s",
        ),
        (
            refusing("400 Bad Request"),
            true,
            "0",
            "credentials refused by the identity service (400)",
            "Check the client id",
        ),
        (page("404 Not Found"), true, "0", "identity service answers 404", "issues no tokens"),
        (page("503 Service Unavailable"), true, "0", "identity service answers 503", "identity service"),
        (page("200 OK"), true, "0", "answer of the identity service cannot be read", "POST "),
    ] {
        let url = server.url();
        let mut environment = if is_identity { credentials(&url) } else { environment(&url) };
        environment.push(("CBJ_MAX_RETRIES", retries));
        let output = c_program::run(plugin(), &["-j", ID], &environment);
        let printed = stdout(&output);
        let mut lines = printed.lines();
        let first = lines.next().and_then(|first| first.split_once(&format!(" - {ID}: ")));
        assert_eq!(first.map(|(_, line)| line), Some(line), "{printed}");
        assert!(lines.next().is_some_and(|second| second.contains(words)), "{words}: {printed}");
    }
    let printed = stdout(&c_program::run(plugin(), &["-j", ID], &credentials(&gone)));
    assert!(
        printed.starts_with(&format!("BACKUP UNKNOWN - {ID}: identity service cannot be reached\nPOST ")),
        "{printed}"
    );
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
            "'fialed' is not one of the numbers total, failed, failed_percent, successful, skipped, failed_unignored, errors, duration, age, running",
        ),
        // A job does not have the numbers of a kind.
        (&["-c", "since_success=26h"], "since_success is a number of kinds (--latest), and a job does not have it"),
        (&["-w", "runs=1:,failed=1"], "runs is a number of kinds (--latest)"),
        (&["-w", "teams.failed=1"], "a range for a kind needs --latest"),
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
    let nothing = c_program::run(plugin(), &[], &[]);
    let says = "BACKUP UNKNOWN - nothing to check: use --latest --object-type=KIND, or -j ID; see --help\n";
    assert_eq!((stdout(&nothing).as_str(), nothing.status.code()), (says, Some(3)));
}
