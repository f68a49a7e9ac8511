//! The table, of a sandbox with a fixed time and of jobs that the tests make up.

use std::time::SystemTime;

use chrono::{DateTime, FixedOffset, Utc};
use cloudbackupjobs::{Client, Config, ErrorKind, ObjectType};
use serde_json::{Value, json};

use super::report::{Row, ask, report, since};
use super::support::answers;
use super::support::sandbox::{Options, Sandbox};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};
use super::text::{count, cut, short_duration, wrapped};

fn time(text: &str) -> DateTime<FixedOffset> {
    text.parse().expect("is a time")
}

/// The report of the sandbox at six in the morning, in a zone.
fn of_the_sandbox(now: DateTime<FixedOffset>, has_colour: bool) -> String {
    let options = Options { start_time: Some(SystemTime::from(now)), ..Options::default() };
    let sandbox = Sandbox::start(options).expect("the sandbox starts");
    let config = Config::new().base_url(sandbox.base_url()).identity_url(sandbox.identity_url());
    let client = Client::new(&config.client_secret("sandbox-client", "sandbox-secret")).expect("is complete");
    let rows = ask(&client, since(now)).expect("the sandbox answers");
    assert_eq!(sandbox.job_requests(), 12, "one request for each kind");
    assert_eq!(sandbox.token_requests(), 1);
    report(&rows, now, has_colour)
}

/// Rows of the kinds from Exchange Online on: each has these jobs.
fn rows(kinds: &[Vec<Value>]) -> Vec<Row> {
    let mut script = Vec::new();
    for number in 0..12 {
        let jobs: &[Value] = kinds.get(number).map_or(&[], Vec::as_slice);
        let metadata = json!({"totalCount": jobs.len(), "nextLink": ""});
        let answer = json!({"statusCode": 200, "message": "", "data": jobs, "metadata": metadata});
        script.extend([Step::Request, Step::Send(answers::ok(answer.to_string()))]);
    }
    let server = ScriptedServer::start([script], Afterwards::Refuse);
    ask(&client_of(&server), SystemTime::UNIX_EPOCH).expect("the server answers")
}

fn client_of(server: &ScriptedServer) -> Client {
    Client::new(&Config::new().base_url(server.url()).access_token("token")).expect("is complete")
}

const NOW: &str = "2026-11-25T06:00:00+01:00";

#[test]
fn times_are_local() {
    let [in_berlin, in_new_york] =
        ["2026-11-25T06:00:00+01:00", "2026-11-25T00:00:00-05:00"].map(|now| of_the_sandbox(time(now), false));
    let [berlin, new_york] = [&in_berlin, &in_new_york].map(|text| text.lines().next().expect("a line"));
    assert_eq!(berlin, "Backups of the last 7 days. Now: 2026-11-25 06:00 +01:00; times are local.");
    assert_eq!(new_york, "Backups of the last 7 days. Now: 2026-11-25 00:00 -05:00; times are local.");
    let ended = |text: &str, kind: &str| {
        let row = text.lines().find(|line| line.starts_with(kind)).expect("has a row").to_owned();
        let at = row.find("2026-").expect("has a time");
        DateTime::parse_from_str(&format!("{} +0000", &row[at..at + 16]), "%Y-%m-%d %H:%M %z").expect("is a time")
    };
    let hours = (ended(&in_berlin, "teams ") - ended(&in_new_york, "teams ")).num_hours();
    assert_eq!(hours, 6);
}

#[test]
fn colours_change_nothing_but_colours() {
    let [plain, coloured] = [false, true].map(|has_colour| of_the_sandbox(time(NOW), has_colour));
    assert!(!plain.contains('\u{1b}'));
    let mut without = String::new();
    for (number, part) in coloured.split('\u{1b}').enumerate() {
        without.push_str(if number == 0 { part } else { part.split_once('m').expect("a colour ends").1 });
    }
    let trimmed: Vec<&str> = without.lines().map(str::trim_end).collect();
    assert_eq!(trimmed, plain.lines().collect::<Vec<_>>());
    for words in [
        "\u{1b}[32mFinished ",
        "\u{1b}[1;31mFailed ",
        "\u{1b}[33mFinished with Exception\u{1b}[0m",
        "\u{1b}[36mrunning ",
        // Its last run is days ago.
        "\u{1b}[33m3d",
    ] {
        assert!(coloured.contains(words), "{words:?}: {coloured:?}");
    }
}

#[test]
fn only_kinds_with_backups_have_a_row() {
    let job = json!({"id": "J", "state": "Finished", "startTime": "2026-11-25T01:00:00Z", "finishTime": "2026-11-25T02:00:00Z"});
    let printed = report(&rows(&[vec![], vec![job], vec![]]), time(NOW), false);
    let kinds: Vec<&str> = printed.lines().skip(3).map(|line| line.split(' ').next().expect("a word")).collect();
    assert_eq!(kinds, ["sharepoint-online"], "{printed}");
    assert!(
        printed.ends_with("sharepoint-online  Finished  2026-11-25 03:00  3h00m        ?       ?  -\n"),
        "{printed}"
    );
    let nothing = report(&rows(&[]), time(NOW), false);
    assert!(nothing.ends_with("\n\nNo kind of object had a backup.\n"), "{nothing}");
}

#[test]
fn what_has_not_ended_and_what_is_unknown() {
    let running = json!({"id": "J1", "state": "In Progress", "startTime": "2026-11-25T04:00:00Z"});
    let strange = json!({"id": "J2", "state": "Awaiting\nApproval"});
    let ended = json!({"id": "J3", "state": "Partially Finished", "finishTime": "later",
        "jobErrors": [{"value": "All\u{1b}[2Jgone", "url": "https://learn.example.com/a"}, {"number": 1234}]});
    let printed = report(&rows(&[vec![running], vec![strange], vec![ended]]), time(NOW), false);
    let lines: Vec<&str> = printed.lines().skip(3).collect();
    assert_eq!(
        lines,
        [
            "exchange-online    none has ended      -      -          -       -  running 1h00m",
            "sharepoint-online  none has ended      -      -          -       -  Awaiting Approval",
            "onedrive           Partially Finished  -      -          ?       ?  -",
            "",
            "onedrive, J3:",
            "      ? × All [2Jgone",
            "          https://learn.example.com/a",
            "  1,234 × (without a text)",
        ]
    );
}

#[test]
fn no_line_is_longer_than_100_characters() {
    let long = "x".repeat(300);
    let words = "many words ".repeat(40);
    let hostile = json!({"id": long, "state": long, "startTime": "1990-01-01T00:00:00Z", "finishTime": "1990-01-02T00:00:00Z",
        "backupDetails": {"totalNumber": i64::MAX, "failedNumber": i64::MAX},
        "jobErrors": [{"value": words, "number": i64::MAX}]});
    let mut failed = hostile.clone();
    failed["state"] = "Failed".into();
    failed["id"] = format!("F{long}").into();
    let kinds = vec![vec![hostile.clone(), failed.clone()]; 12];
    let printed = report(&rows(&kinds), time(NOW), false);
    assert!(printed.contains("microsoft-365-groups") && printed.contains("9.22e18"), "{printed}");
    assert!(printed.lines().any(|line| line.chars().count() > 95), "{printed}");
    for line in printed.lines() {
        assert!(line.chars().count() <= 100, "{line}");
        assert_eq!(line, line.trim_end());
    }
}

#[test]
fn a_kind_without_an_answer_does_not_hide_the_others() {
    let refused = answers::answer("404 Not Found", answers::refusal(404, "No licence"));
    let empty = answers::ok(json!({"statusCode": 200, "message": "", "data": []}).to_string());
    let mut script = vec![Step::Request, Step::Send(refused)];
    script.extend((1..12).flat_map(|_| [Step::Request, Step::Send(empty.clone())]));
    let server = ScriptedServer::start([script], Afterwards::Refuse);
    let rows = ask(&client_of(&server), SystemTime::UNIX_EPOCH).expect("the others have answers");
    let printed = report(&rows, time(NOW), false);
    assert!(printed.contains("\nexchange-online  not known  -      -          -       -  -\n"), "{printed}");
    assert!(printed.contains("\n\nexchange-online: GET\n") && printed.contains("No licence"), "{printed}");
    // A link is not broken.
    let mut others = printed.lines().filter(|line| !line.starts_with("http://"));
    assert!(others.all(|line| line.chars().count() <= 100), "{printed}");

    let refused = answers::answer("404 Not Found", answers::refusal(404, "Wrong data center"));
    let script = (0..12).flat_map(|_| [Step::Request, Step::Send(refused.clone())]).collect();
    let server = ScriptedServer::start([script], Afterwards::Refuse);
    let error = ask(&client_of(&server), SystemTime::UNIX_EPOCH).err().expect("no kind has an answer");
    assert!(error.to_string().contains("Wrong data center"), "{error}");

    let forbidden = answers::answer("403 Forbidden", answers::refusal(403, "No"));
    let server = ScriptedServer::start([vec![Step::Request, Step::Send(forbidden), Step::Stall]], Afterwards::Refuse);
    let error = ask(&client_of(&server), SystemTime::UNIX_EPOCH).err().expect("every kind would have this failure");
    assert_eq!((error.kind(), server.requests().len()), (ErrorKind::Permission, 1));
}

#[test]
fn jobs_that_are_missing_are_told() {
    let page = |jobs: &[Value]| {
        let answer = json!({"statusCode": 200, "message": "", "data": jobs, "metadata": {"totalCount": 9}});
        [Step::Request, Step::Send(answers::ok(answer.to_string()))]
    };
    let job = json!({"id": "J", "state": "Finished"});
    let script = [page(&[job]), page(&[])].concat();
    let server = ScriptedServer::start([script], Afterwards::Refuse);
    let query = cloudbackupjobs::Query::new().object_type(ObjectType::TEAMS);
    let summary = client_of(&server).summarize_jobs(&query);
    let printed = report(&[Row { kind: ObjectType::TEAMS, summary }], time(NOW), false);
    assert!(
        printed.ends_with("\nteams: the service did not send all jobs, so a later run may be missing.\n"),
        "{printed}"
    );
}

#[test]
fn numbers_and_texts() {
    let seconds = |seconds| short_duration(std::time::Duration::from_secs(seconds));
    let written = [0, 59, 60, 3599, 3600, 86399, 86400, 8_000_000].map(seconds);
    assert_eq!(written, ["0s", "59s", "1m", "59m", "1h00m", "23h59m", "1d00h", "92d14h"]);
    let counts = [None, Some(0), Some(999), Some(1000), Some(2_147_501_209)].map(count);
    assert_eq!(counts, ["?", "0", "999", "1,000", "2,147,501,209"]);
    assert_eq!([cut("äöü", 3), cut("äöüx", 3)], ["äöü", "äö…"]);
    assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    assert_eq!(wrapped("a longerthanthat b", 4), ["a", "longerthanthat", "b"]);
    assert_eq!(since(time(NOW)), SystemTime::from("2026-11-18T05:00:00Z".parse::<DateTime<Utc>>().expect("is a time")));
}
