//! `cloudbackupjobs show`.

use serde_json::{Value, json};

use super::program::{job_answer, run, run_at, running, server, start};
use super::support::sandbox::{self, Options};

#[test]
fn a_job_is_printed() {
    let sandbox = start(Options::default());
    let said = run(&sandbox, &["show", sandbox::FINISHED]);
    assert_eq!((said.status, said.stderr.as_str()), (Some(0), ""));
    let (printed, request_id) = said.stdout.split_once("  Request id  ").expect("ends with the request id");
    assert_eq!(
        printed,
        "Job FB20241015105312327583\n  \
         State       Finished\n  \
         Started     2024-12-02 07:52 +0000   (2024-12-02T07:52:25Z)\n  \
         Finished    2024-12-02 07:53 +0000   (2024-12-02T07:53:04Z)\n  \
         Took        39s\n  \
         Objects     12 in all: 12 successful, 0 failed, 0 skipped\n"
    );
    assert!(request_id.contains(':'));
}

#[test]
fn the_exit_status_is_that_of_the_job() {
    let sandbox = start(Options::default());
    for (id, status, words) in [
        (sandbox::IN_PROGRESS, 0, "  Finished    -\n"),
        (sandbox::FAILED, 1, "  Top errors  2147484043 x Access is denied."),
        (sandbox::FAILED, 1, "\n              https://learn.example.com/cloud-backup/error-codes/sharepoint-0003\n"),
        (sandbox::FINISHED_WITH_EXCEPTION, 4, "  State       Finished with Exception\n"),
        (sandbox::PARTIALLY_FINISHED, 4, "  Took        3h10m\n"),
        (sandbox::UNKNOWN_STATE, 4, "  State       Awaiting Approval\n"),
        (sandbox::UNKNOWN_STATE, 4, "  Objects     ? in all: ? successful, ? failed, ? skipped\n"),
        (running(&sandbox).id.as_str(), 0, "m"),
    ] {
        let said = run(&sandbox, &["show", id]);
        assert_eq!((said.status, said.stderr.as_str()), (Some(status), ""), "{id}");
        assert!(said.stdout.contains(words), "{words}: {said:?}");
    }
}

#[test]
fn json_has_every_value_and_null_for_what_is_absent() {
    let sandbox = start(Options::default());
    let said = run(&sandbox, &["show", sandbox::FAILED, "--json"]);
    assert_eq!((said.status, said.stderr.as_str()), (Some(1), ""));
    assert_eq!(said.stdout.lines().count(), 1);
    let job = said.json();
    assert_eq!(job["state"], "failed");
    assert_eq!(job["startTime"], "2026-11-22T22:00:07Z");
    assert_eq!(job["elapsedSeconds"], 6444);
    assert_eq!(job["failed"], 2_147_489_977_i64);
    assert_eq!(job["errors"][2]["message"], "The mailbox “Zoë Müller – 会議室” could not be found.");
    assert_eq!(job["errors"][3]["url"], Value::Null);

    let bare = run_at(&server([job_answer(&json!({"id": "J", "startTime": "soon"}))]), &["show", "J", "--json"]);
    assert_eq!(
        bare.json(),
        json!({"id": "J", "state": "unknown", "stateText": null, "startTime": null, "startTimeText": "soon",
            "finishTime": null, "finishTimeText": null, "elapsedSeconds": null, "total": null, "successful": null,
            "failed": null, "skipped": null, "errors": [], "requestId": null})
    );
}

/// Texts of the service can contain anything.
#[test]
fn a_hostile_text_does_no_harm() {
    let text = "a\u{1b}[31m\"b\\c\u{7}\nd\te\u{9b}f\u{7f}\u{e4}";
    let job = json!({"id": text, "state": text, "startTime": text, "jobErrors": [{"value": text, "url": text}]});
    let said = run_at(&server([job_answer(&job)]), &["show", "J", "--json"]);
    let read = said.json();
    for value in [&read["id"], &read["stateText"], &read["startTimeText"], &read["errors"][0]["message"]] {
        assert_eq!(value, text);
    }
    assert!(!said.stdout.trim_end().chars().any(char::is_control), "{said:?}");

    let said = run_at(&server([job_answer(&job)]), &["show", "J"]);
    let is_dangerous = |c: char| c.is_control() && c != '\n';
    assert!(!said.stdout.chars().any(is_dangerous), "{said:?}");
    assert!(said.stdout.starts_with("Job a [31m\"b\\c  d e f \u{e4}\n"), "{said:?}");
}

#[test]
fn a_job_of_another_location_needs_its_location() {
    let sandbox = start(Options::default());
    let run_in_europe = sandbox.runs().iter().find(|run| run.location == "EUR").expect("has one");
    let said = run(&sandbox, &["show", &run_in_europe.id]);
    assert_eq!(said.status, Some(3), "{said:?}");
    assert!(said.stderr.contains("name the location"), "{said:?}");
    let said = run(&sandbox, &["show", &run_in_europe.id, "--location", "EUR", "--json"]);
    assert_eq!(said.json()["id"], run_in_europe.id.as_str());
}
