//! `check_cloudbackup_job --latest`: the formats of other monitoring systems, and output in limited room.

use serde_json::{Value, json};

use super::build::{plugin, sanitized_plugin};
use super::plugin::stdout;
use super::plugin_kinds::{THREE, latest, night};
use super::runs::{ONEDRIVE, SHAREPOINT_ONLINE, failed, finished, listed};
use super::support::answers::answer;
use super::support::list_server::ListServer;
use super::support::scripted_server::Step;

#[test]
fn checkmk_gets_a_service_for_each_kind() {
    let output = latest(sanitized_plugin(), &night(), &[THREE, "--format=checkmk", "-w", "failed=3"]);
    assert_eq!(output.status.code(), Some(0));
    let printed = stdout(&output);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 3, "{printed}");
    for (line, begins, says) in [
        (
            lines[0],
            "2 \"Cloud Backup exchange-online\" since_success=",
            " no success for 31 h (>26 h)\\nFailed, 4 of 200",
        ),
        (
            lines[1],
            "0 \"Cloud Backup sharepoint-online\" since_success=",
            " success 5 h ago, 0 of 1 run failed in 24 h\\nFinished, 200 of 200",
        ),
        (
            lines[2],
            "0 \"Cloud Backup onedrive\" since_success=",
            " success 9 h ago, in progress for 6 min, 0 of 2 runs failed in 24 h\\nFinished",
        ),
    ] {
        assert!(line.starts_with(begins) && line.contains(says), "{line}");
        let numbers = line.split('"').nth(2).and_then(|rest| rest.trim_start().split(' ').next());
        for number in numbers.expect("has numbers").split('|') {
            assert_eq!(number.matches(';').count(), 3, "{line}");
        }
    }
    assert!(lines[0].contains("|failed=4;3;;0|") && lines[0].contains("|runs=2;;;0|"), "{printed}");
    assert!(lines[0].contains(r"\n4 x The item is checked out. https://learn.example.com/e/19\n"), "{printed}");
    let named = stdout(&latest(plugin(), &night(), &[THREE, "--format=checkmk", "--service", "Contoso"]));
    assert!(named.starts_with("2 \"Contoso exchange-online\" "), "{named}");
    let api = latest(plugin(), &night(), &["--object-type=any", "--format=checkmk"]);
    assert_eq!(stdout(&api), "0 \"Cloud Backup API\" - API answers\n");
}

#[test]
fn influx_gets_a_line_for_each_kind() {
    let text = stdout(&latest(sanitized_plugin(), &night(), &[THREE, "--format=influx"]));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    let begins = "cloudbackup_kind,object_type=exchange-online,job_type=backup verdict=2i,retrieved=1i,status=0i,state=3i,state_text=\"Failed\",job_id=\"FB1\",total=200i,failed=4i,";
    assert!(lines[0].starts_with(begins), "{text}");
    for part in
        [",runs=2i,failed_runs=2i,failed_runs_percent=100,", ",missing_jobs=0i,message=\"no success for 31 h (>26 h)\""]
    {
        assert!(lines[0].contains(part), "{part}: {text}");
    }
    assert!(lines[2].contains(",running_start_time=") && !lines[0].contains(",running_start_time="), "{text}");
    // Influx keeps the first type of a field: what is a count is one in every line.
    let fields = |line: &str| -> Vec<(String, bool)> {
        let (_, fields) = line.split_once(" verdict=").expect("has fields");
        let numbers =
            fields.split(',').filter_map(|field| field.split_once('=')).filter(|(_, value)| !value.starts_with('"'));
        numbers.map(|(name, value)| (name.to_owned(), value.ends_with('i'))).collect()
    };
    for (name, is_integer) in fields(lines[2]) {
        let other = fields(lines[0]).into_iter().find(|(known, _)| *known == name);
        assert!(other.is_none_or(|(_, other)| other == is_integer), "{name}: {text}");
    }
    let located = stdout(&latest(plugin(), &night(), &["--object-type=onedrive/restore/EUR", "--format=influx"]));
    assert!(
        located.starts_with("cloudbackup_kind,object_type=onedrive,job_type=restore,location=EUR verdict="),
        "{located}"
    );
    let api = stdout(&latest(plugin(), &night(), &["--object-type=any", "--format=influx"]));
    assert_eq!(api, "cloudbackup_service verdict=0i,retrieved=1i,status=0i,message=\"API answers\"\n");
}

#[test]
fn json_has_an_object_for_each_kind() {
    let output = latest(sanitized_plugin(), &night(), &[THREE, "--format=json"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    let kinds: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("is JSON")).collect();
    assert_eq!(kinds.len(), 3);
    assert_eq!(kinds[0]["kind"], "exchange-online");
    assert_eq!(kinds[0]["verdict"], 2);
    assert_eq!(kinds[0]["summary"], "no success for 31 h (>26 h)");
    assert_eq!(kinds[0]["metrics"]["since_success"]["critical"], "93600");
    assert_eq!((&kinds[0]["run"]["job_id"], &kinds[0]["success"]["job_id"]), (&json!("FB1"), &json!("FB3")));
    assert_eq!(kinds[0]["window"]["runs"]["failed"], 2);
    assert_eq!((&kinds[1]["running"], &kinds[2]["running"]["job_id"]), (&Value::Null, &json!("IB9")));
    let away = ListServer::start(|_| vec![Step::Send(answer("503 Service Unavailable\r\nRetry-After: 9", ""))]);
    let text = stdout(&latest(sanitized_plugin(), &away, &[THREE, "--format=json"]));
    assert_eq!((text.lines().count(), away.asked().len()), (3, 1));
    for line in text.lines() {
        let kind: Value = serde_json::from_str(line).expect("is JSON");
        assert_eq!((&kind["status"], &kind["error"]["http_status"]), (&json!("CBJ_ERROR_SERVER"), &json!(503)));
        assert_eq!((&kind["run"], &kind["window"], &kind["metrics"]), (&Value::Null, &Value::Null, &json!({})));
    }
    let api = stdout(&latest(plugin(), &away, &["--object-type=any", "--format=json"]));
    let api: Value = serde_json::from_str(&api).expect("is JSON");
    assert_eq!((&api["verdict"], &api["status"]), (&json!(2), &json!("CBJ_ERROR_SERVER")));
}

#[test]
fn limited_room_is_for_what_matters() {
    let twelve = "--object-type=exchange-online,sharepoint-online,onedrive,microsoft-365-groups,project-online,\
        public-folder,teams,viva-engage,teams-chat,power-bi,power-automate,power-apps";
    let server = ListServer::start(|asked| match asked.parameter("objectType") {
        Some(SHAREPOINT_ONLINE | ONEDRIVE) => listed(&[failed("FB1", 7.0), failed("FB2", 19.0), finished("FB3", 31.0)]),
        _ => listed(&[finished("IB1", 5.0)]),
    });
    let whole = stdout(&latest(plugin(), &server, &[twelve, "-v"]));
    assert!(whole.len() > 8000, "{whole}");
    let known: Vec<&str> =
        whole.split_once(" | ").and_then(|(_, rest)| rest.lines().next()).expect("has numbers").split(' ').collect();
    for size in [128, 200, 400, 800, 1024, 2000, 4096, 8191, whole.len() + 40] {
        let output = latest(sanitized_plugin(), &server, &[twelve, "-v", "--max-output", &size.to_string()]);
        let printed = stdout(&output);
        assert_eq!(output.status.code(), Some(2));
        assert!(printed.len() < size && printed.ends_with('\n'), "{size}: {}: {printed}", printed.len());
        assert!(
            printed.starts_with("BACKUP CRITICAL - sharepoint-online: no success for 31 h (>26 h)"),
            "{size}: {printed}"
        );
        let Some((_, numbers)) = printed.lines().next().and_then(|line| line.split_once(" | ")) else { continue };
        let names = |number: &str| number.split('=').next().unwrap_or_default().to_owned();
        let numbers: Vec<String> = numbers.split(' ').map(names).collect();
        assert!(numbers.iter().all(|number| known.iter().any(|other| names(other) == *number)), "{size}: {printed}");
        // A number of all kinds comes before another of any.
        let ages = numbers.iter().filter(|name| name.ends_with("_since_success")).count();
        assert!(ages == 12 || numbers.len() == ages, "{size}: {printed}");
        assert!(
            size < 1024
                || printed
                    .lines()
                    .nth(1)
                    .is_some_and(|line| line.starts_with("[CRITICAL] ") || line.starts_with("and ")),
            "{size}: {printed}"
        );
        assert!(size < 2000 || printed.contains("\n[CRITICAL] sharepoint-online: Failed, "), "{size}: {printed}");
    }
    let checkmk = stdout(&latest(sanitized_plugin(), &server, &[twelve, "-v", "--format=checkmk", "--max-output=500"]));
    assert!(checkmk.lines().count() == 12 && checkmk.lines().all(|line| line.len() < 500), "{checkmk}");
}
