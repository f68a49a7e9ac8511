//! `cloudbackupjobs latest`.

use serde_json::{Value, json};

use super::program::{job_answer, list_answer, run, run_at, server, start};
use super::support::answers;
use super::support::sandbox::Options;

/// Those of the sandbox that have backups.
const KINDS: [&str; 7] =
    ["exchange-online", "sharepoint-online", "onedrive", "microsoft-365-groups", "teams", "teams-chat", "power-bi"];

#[test]
fn every_kind_that_had_a_run_has_a_row() {
    let sandbox = start(Options::default());
    let said = run(&sandbox, &["latest"]);
    assert_eq!((said.status, said.stderr.as_str()), (Some(1), ""));
    let rows: Vec<&str> = said.stdout.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(
        rows[0].split_whitespace().collect::<Vec<_>>(),
        ["KIND", "LAST", "RUN", "ENDED", "AGO", "OBJECTS", "FAILED", "NOW"]
    );
    let kinds: Vec<&str> = rows[1..].iter().map(|row| row.split(' ').next().expect("a word")).collect();
    assert_eq!(kinds, KINDS);
    assert_eq!(sandbox.job_requests(), 12, "one request for each kind");
    for (kind, words) in [
        ("exchange-online", "  Finished  "),
        ("sharepoint-online", "  Failed  "),
        ("teams", "  Finished with Exception  "),
    ] {
        assert!(said.row(kind).contains(words), "{said:?}");
    }
    // A run a day: the last one that ended more than three days ago can be a few minutes older than four.
    let stopped = said.row("power-bi");
    assert!(stopped.contains("  3d") || stopped.contains("  4d00h"), "{said:?}");
    assert!(
        said.row("exchange-online").contains(" running 7m")
            || said.row("exchange-online").contains(" running 6m")
            || said.row("exchange-online").contains(" running 8m"),
        "{said:?}"
    );
    assert!(said.row("onedrive").ends_with("  -"), "{said:?}");
    // The errors of what was not fine, with their links, and of nothing else.
    let (_, reasons) = said.stdout.split_once("\n\n").expect("has reasons");
    assert!(reasons.starts_with("sharepoint-online  IB"), "{reasons}");
    assert!(reasons.contains(" x Access is denied. The app profile lacks the permission to read this site.\n"));
    assert!(reasons.contains("\n  https://learn.example.com/cloud-backup/error-codes/sharepoint-0003\n"), "{reasons}");
    assert!(reasons.contains("\n\nteams  IB"), "{reasons}");
    assert_eq!(reasons.matches("  IB").count(), 2, "{reasons}");
}

#[test]
fn kinds_can_be_named() {
    let sandbox = start(Options::default());
    for (arguments, status) in [
        (&["latest", "onedrive"][..], 0),
        (&["latest", "OneDrive", "exchange_online"], 0),
        (&["latest", "teams"], 4),
        (&["latest", "teams", "sharepoint-online", "onedrive"], 1),
        // It has not run for three days.
        (&["latest", "power-bi", "--since", "2d"], 1),
        (&["latest", "power-bi", "--since", "2w"], 0),
        // Nobody backs these up.
        (&["latest", "power-apps"], 1),
    ] {
        let said = run(&sandbox, arguments);
        assert_eq!((said.status, said.stderr.as_str()), (Some(status), ""), "{arguments:?} {said:?}");
    }
    let said = run(&sandbox, &["latest", "power-apps", "onedrive"]);
    assert!(said.row("power-apps").contains("no run"), "{said:?}");
    let said = run(&sandbox, &["latest", "--type", "retention"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(1), "No kind of object had a run.\n"));
}

#[test]
fn a_location_can_be_named() {
    let sandbox = start(Options::default());
    let said = run(&sandbox, &["latest", "--location", "EUR", "--json"]);
    let kinds: Vec<Value> =
        said.json()["kinds"].as_array().expect("a list").iter().map(|row| row["kind"].clone()).collect();
    assert_eq!((said.status, kinds), (Some(0), vec![json!("onedrive")]));
}

#[test]
fn json_has_the_jobs() {
    let sandbox = start(Options::default());
    let said = run(&sandbox, &["latest", "--json"]);
    assert_eq!((said.status, said.stderr.as_str()), (Some(1), ""));
    let document = said.json();
    let rows = document["kinds"].as_array().expect("a list");
    assert_eq!(rows.iter().map(|row| row["kind"].as_str().expect("text")).collect::<Vec<_>>(), KINDS);
    let [exchange, sharepoint] = [&rows[0], &rows[1]];
    assert_eq!(exchange["running"]["state"], "in-progress");
    assert_eq!(exchange["running"]["finishTime"], Value::Null);
    assert_eq!(exchange["lastRun"]["state"], "finished");
    assert_eq!(exchange["error"], Value::Null);
    assert_eq!(exchange["isComplete"], true);
    assert!(exchange["jobs"].as_i64().is_some_and(|jobs| jobs > 20), "{exchange}");
    assert_eq!(sharepoint["running"], Value::Null);
    assert_eq!(sharepoint["lastRun"]["stateText"], "Failed");
    assert!(sharepoint["failedJobs"].as_i64().is_some_and(|jobs| jobs >= 1), "{sharepoint}");
    let url = "https://learn.example.com/cloud-backup/error-codes/sharepoint-0003";
    assert_eq!(sharepoint["lastRun"]["errors"][0]["url"], url);
}

fn minutes_ago(minutes: i64) -> String {
    (chrono::Utc::now() - chrono::TimeDelta::minutes(minutes)).to_rfc3339()
}

#[test]
fn a_kind_without_an_answer_does_not_hide_the_others() {
    let job = json!({"id": "J1", "state": "Finished", "startTime": minutes_ago(120), "finishTime": minutes_ago(60)});
    let refused = || answers::answer("404 Not Found", answers::refusal(404, "No licence"));
    let given = || [list_answer(std::slice::from_ref(&job), 1), refused()];
    let said = run_at(&server(given()), &["latest", "teams", "power-bi"]);
    assert_eq!(said.status, Some(3), "{said:?}");
    assert!(said.row("teams").contains("  Finished  ") && said.row("teams").contains("  1h00m"), "{said:?}");
    assert!(said.row("power-bi").ends_with("  not known"), "{said:?}");
    assert!(said.stderr.starts_with("cloudbackupjobs: power-bi: GET "), "{said:?}");
    assert!(said.stderr.ends_with("  Request id  request-1\n"), "{said:?}");

    let said = run_at(&server(given()), &["latest", "teams", "power-bi", "--json"]);
    let document = said.json();
    assert_eq!(document["kinds"][0]["error"], Value::Null);
    assert!(document["kinds"][1]["error"].as_str().is_some_and(|text| text.contains("404")), "{document}");
    assert_eq!(document["kinds"][1]["lastRun"], Value::Null);
    assert_eq!(document["kinds"][1]["jobs"], Value::Null);

    // Where no kind has an answer, one reason is enough.
    let said = run_at(&server([refused(), refused()]), &["latest", "teams", "power-bi"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(3), ""));
    // Not only the number: the port of the server may have it, too.
    assert_eq!(said.stderr.matches("HTTP 404").count(), 1, "{said:?}");
}

/// What the service has said before stays known.
#[test]
fn a_service_that_goes_away_hides_no_run_that_failed() {
    let failed = json!({"id": "J1", "state": "Failed", "startTime": minutes_ago(120), "finishTime": minutes_ago(60)});
    let refused = || answers::answer("403 Forbidden", answers::refusal(403, "No permission"));
    for (arguments, row) in
        [(&["latest", "teams", "onedrive", "power-bi"][..], "power-bi"), (&["latest", "teams", "onedrive"], "onedrive")]
    {
        let server = server([list_answer(std::slice::from_ref(&failed), 1), refused()]);
        let said = run_at(&server, arguments);
        assert_eq!((said.status, server.requests().len()), (Some(1), 2), "{said:?}");
        assert!(said.row("teams").contains("  Failed  ") && said.row(row).ends_with("  not known"), "{said:?}");
        assert!(said.stderr.starts_with("cloudbackupjobs: onedrive: GET "), "{said:?}");
        assert_eq!(said.stderr.contains("\ncloudbackupjobs: power-bi: not asked\n"), row == "power-bi", "{said:?}");
    }
    let server = server([list_answer(std::slice::from_ref(&failed), 1), refused()]);
    let said = run_at(&server, &["latest", "teams", "onedrive", "power-bi", "--json"]);
    assert_eq!((said.status, said.json()["kinds"][0]["lastRun"]["id"].as_str()), (Some(1), Some("J1")));
    let errors: Vec<String> = (0..3).map(|kind| said.json()["kinds"][kind]["error"].to_string()).collect();
    assert!(errors[0] == "null" && errors[1].contains("403") && errors[2] == "\"not asked\"", "{errors:?}");
}

/// The service may leave the end of a run out. A run whose state is unknown may be later than one that seems to run.
#[test]
fn the_last_run_is_the_last_one_whatever_is_known_of_it() {
    let finished =
        json!({"id": "A", "state": "Finished", "startTime": minutes_ago(1560), "finishTime": minutes_ago(1500)});
    let failed = json!({"id": "B", "state": "Failed", "startTime": minutes_ago(60), "finishTime": null});
    for jobs in [[finished.clone(), failed.clone()], [failed, finished.clone()]] {
        let said = run_at(&server([list_answer(&jobs, 2)]), &["latest", "teams"]);
        assert_eq!(said.status, Some(1), "{said:?}");
        assert!(said.row("teams").contains("  Failed  ") && said.stdout.contains("\nteams  B\n"), "{said:?}");
    }
    let hanging = json!({"id": "B", "state": "In Progress", "startTime": minutes_ago(1000)});
    let approval = json!({"id": "C", "state": "Awaiting Approval", "startTime": minutes_ago(90)});
    let said = run_at(&server([list_answer(&[finished, hanging, approval], 3)]), &["latest", "teams"]);
    assert_eq!(said.status, Some(4), "{said:?}");
    assert!(said.row("teams").ends_with("  Awaiting Approval 1h30m"), "{said:?}");
}

#[test]
fn what_would_fail_for_every_kind_ends_the_program() {
    let refused = || answers::answer("403 Forbidden", answers::refusal(403, "No permission"));
    let server = server((0..12).map(|_| refused()));
    let said = run_at(&server, &["latest"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(3), ""), "{said:?}");
    assert!(said.stderr.starts_with("cloudbackupjobs: exchange-online: GET "), "{said:?}");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn what_is_absent_or_unknown_is_told() {
    let approval = json!({"id": "J1", "state": "Awaiting\u{1b}Approval", "startTime": minutes_ago(90)});
    let said = run_at(&server([list_answer(&[approval], 1)]), &["latest", "teams"]);
    assert_eq!((said.status, said.stderr.as_str()), (Some(4), ""), "{said:?}");
    assert!(said.row("teams").contains("  none has ended  "), "{said:?}");
    assert!(said.row("teams").ends_with("  Awaiting Approval 1h30m"), "{said:?}");

    // A job that has a state and nothing else.
    let bare = json!({"id": "J1", "state": "Failed"});
    let said = run_at(&server([list_answer(std::slice::from_ref(&bare), 1)]), &["latest", "teams"]);
    assert_eq!(said.status, Some(1), "{said:?}");
    let cells: Vec<&str> = said.row("teams").split_whitespace().collect();
    assert_eq!(cells, ["teams", "Failed", "-", "-", "-", "-", "-"]);

    // The service says that there are more jobs than it sends.
    let said = run_at(&server([list_answer(&[bare], 7), list_answer(&[], 7)]), &["latest", "teams"]);
    assert!(said.stderr.contains("teams: the service did not send all of its jobs"), "{said:?}");
    assert_eq!(said.status, Some(1), "{said:?}");
    // One of those that are missing may be the last run, and may have failed.
    let fine = json!({"id": "J1", "state": "Finished", "startTime": minutes_ago(120), "finishTime": minutes_ago(60)});
    let said = run_at(&server([list_answer(&[fine], 7), list_answer(&[], 7)]), &["latest", "teams"]);
    assert_eq!(said.status, Some(3), "{said:?}");
    assert!(said.row("teams").contains("  Finished  "), "{said:?}");
}

#[test]
fn an_answer_of_another_kind_is_a_failure() {
    let said = run_at(&server([job_answer(&json!({"id": "J1"}))]), &["latest", "teams"]);
    assert_eq!((said.status, said.stdout.as_str()), (Some(3), ""), "{said:?}");
}
