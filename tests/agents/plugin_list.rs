//! `check_cloudbackup_job --list-kinds`: which kinds ran in the last 30 days.

use serde_json::{Value, json};

use super::build::{plugin, sanitized_plugin};
use super::job::environment;
use super::plugin::stdout;
use super::plugin_kinds::latest;
use super::runs::{finished, listed};
use super::support::answers::answer;
use super::support::c_program;
use super::support::list_server::{Asked, ListServer};
use super::support::scripted_server::{Script, Step};

fn refusal(status: &str) -> Script {
    vec![Step::Send(answer(status, ""))]
}

/// Mailboxes ran, OneDrive ran 20 days ago; `other` answers about what is number 10.
fn tenant(other: &'static str) -> ListServer {
    ListServer::start(move |asked: &Asked| match asked.parameter("objectType") {
        Some("1") => listed(&[finished("IB1", 5.0)]),
        Some("3") => listed(&[finished("IB2", 480.0)]),
        Some("10") if !other.is_empty() => refusal(other),
        _ => listed(&[]),
    })
}

fn list(server: &ListServer, options: &[&str]) -> (Option<i32>, String, String) {
    let url = server.url();
    let output = c_program::run(sanitized_plugin(), &[&["--list-kinds"], options].concat(), &environment(&url));
    (output.status.code(), stdout(&output), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn the_names_and_the_options_can_be_copied() {
    let server = tenant("");
    let text = "exchange-online\nonedrive\n\n--latest --object-type=exchange-online,onedrive\n";
    assert_eq!(list(&server, &[]), (Some(0), text.to_owned(), String::new()));
    assert_eq!((server.connections(), server.asked().len()), (1, 12));
    let since = server.asked()[0].parameter("startTime").map(str::to_owned);
    assert!(server.asked().iter().all(|asked| asked.parameter("jobType") == Some("1")), "{since:?}");
    // What it prints is taken.
    let options: Vec<&str> = text.lines().last().expect("has lines").split(' ').skip(1).collect();
    assert!(stdout(&latest(plugin(), &server, &options)).contains("[OK] exchange-online: "));
    let (exit, text, _) = list(&server, &["--format", "json"]);
    let kinds: Value = serde_json::from_str(&text).expect("is JSON");
    let kind = |name: &str| json!({"kind": name, "object_type": name, "job_type": "backup", "location": ""});
    assert_eq!((exit, kinds), (Some(0), json!([kind("exchange-online"), kind("onedrive")])));
    // Another type of jobs, in a location, has other names.
    let (_, text, _) = list(&server, &["--job-type=restore", "--location=EUR"]);
    assert!(text.ends_with("--object-type=exchange-online/restore/EUR,onedrive/restore/EUR\n"), "{text}");
    let asked = server.asked();
    let last = asked.last().expect("asks");
    assert_eq!((last.parameter("jobType"), last.parameter("location")), (Some("2"), Some("EUR")));
    let nobody = ListServer::start(|_| listed(&[]));
    assert_eq!(list(&nobody, &[]), (Some(0), "no kind has run in the last 30 days\n".to_owned(), String::new()));
    assert_eq!(list(&nobody, &["--format=json"]).1, "[]\n");
}

#[test]
fn a_list_that_is_not_known_is_not_a_shorter_list() {
    let server = tenant("503 Service Unavailable");
    for options in [&[][..], &["--on-unavailable=ok"]] {
        let (exit, text, _) = list(&server, options);
        let verdict = if options.is_empty() { "UNKNOWN" } else { "OK" };
        assert!(text.starts_with(&format!("BACKUP {verdict} - API answers 503\n")), "{text}");
        assert_eq!(exit, Some(3));
    }
    let (exit, text, _) = list(&server, &["--format=json"]);
    let failure: Value = serde_json::from_str(&text).expect("is JSON");
    assert_eq!((exit, &failure["status"], &failure["verdict"]), (Some(3), &json!("CBJ_ERROR_SERVER"), &json!(3)));
    // A kind that the service does not take is told, and the others are listed.
    let server = tenant("400 Bad Request");
    let (exit, text, said) = list(&server, &[]);
    assert_eq!((exit, said.as_str()), (Some(0), ""));
    assert!(text.contains("--object-type=exchange-online,onedrive\nnot listed: power-bi: "), "{text}");
    let (exit, text, said) = list(&server, &["--format=json"]);
    assert!(serde_json::from_str::<Value>(&text).is_ok_and(|kinds| kinds[1]["kind"] == "onedrive"), "{text}");
    assert!(exit == Some(0) && said.starts_with("not listed: power-bi: "), "{said}");
    let none = ListServer::start(|_| refusal("400 Bad Request"));
    let (exit, text, _) = list(&none, &[]);
    assert!(exit == Some(3) && text.starts_with("BACKUP UNKNOWN - "), "{text}");
}

#[test]
fn other_formats_have_no_room_for_names() {
    for format in ["checkmk", "prometheus", "influx"] {
        let output = c_program::run(plugin(), &["--list-kinds", "--format", format], &[]);
        assert_eq!(output.status.code(), Some(3), "{format}");
    }
    let output = c_program::run(plugin(), &["--list-kinds", "--format=checkmk"], &[]);
    assert_eq!(stdout(&output), "3 \"Cloud Backup\" - --list-kinds prints names or, with --format json, JSON\n");
}
