//! What is not known is no good news and no failed backup: dates, clocks, incomplete lists, a service that is away.

use serde_json::{Value, json};

use super::super::job::{ago, hours, with};
use super::super::runs::{failed, finished, run};
use super::super::support::answers::answer;
use super::super::support::list_server::{ListServer, page, sends};
use super::super::support::scripted_server::Step;
use super::{check, judged, judged_by, row};

#[test]
fn what_is_not_known_is_unknown() {
    let undated =
        |id, state| with(run(id, state, 2.0, 1.0), json!({"startTime": "soon", "finishTime": "", "duration": null}));
    let without_end = with(finished("IB2", 3.0), json!({"finishTime": "1900-01-01T00:00:00Z"}));
    check(vec![
        row(
            "a state of tomorrow",
            vec![finished("IB1", 9.0), run("IB2", "Throttled|Held", 2.0, 1.0)],
            &[],
            "UNKNOWN",
            "the latest run is in the state 'Throttled¦Held', which this version does not know",
            "Finished, 200 of 200 objects successful, ended 9 h ago; 0 of 1 run failed in 24 h; the latest run is in the state 'Throttled¦Held', which this version does not know; IB1",
        ),
        row(
            "a state of tomorrow that is allowed",
            vec![finished("IB1", 9.0), run("IB2", "", 2.0, 1.0)],
            &["State=unknown=ok"],
            "OK",
            "success 9 h ago, 0 of 1 run failed in 24 h",
            "Finished, 200 of 200 objects successful, ended 9 h ago; 0 of 1 run failed in 24 h; the service sent no state for the latest run; IB1",
        ),
        row(
            "a state of tomorrow that is over",
            vec![run("IB1", "Throttled", 12.0, 11.0), finished("IB2", 9.0)],
            &[],
            "OK",
            "success 9 h ago, 0 of 1 run failed in 24 h",
            "Finished, 200 of 200 objects successful, ended 9 h ago; 0 of 1 run failed in 24 h; IB2",
        ),
        row(
            "a run without dates that may be the latest",
            vec![finished("IB1", 9.0), undated("IB2", "Failed")],
            &[],
            "UNKNOWN",
            "1 run has no date that can be read, and may be the latest",
            "Finished, 200 of 200 objects successful, ended 9 h ago; 0 of 1 run failed in 24 h; 1 run has no date that can be read, and may be the latest; IB1",
        ),
        row(
            "a success without dates makes nothing worse",
            vec![finished("IB1", 9.0), undated("IB2", "Finished")],
            &[],
            "OK",
            "success 9 h ago, 0 of 1 run failed in 24 h",
            "Finished, 200 of 200 objects successful, ended 9 h ago; 0 of 1 run failed in 24 h; IB1",
        ),
        row(
            "all dates unreadable",
            vec![undated("IB1", "Finished")],
            &[],
            "UNKNOWN",
            "since_success cannot be judged: the finish time is missing",
            "Finished, 200 of 200 objects successful; no run ended in 24 h; IB1",
        ),
        row(
            "the finish time is a placeholder: the run counts from its start",
            vec![finished("IB1", 9.0), without_end],
            &[],
            "UNKNOWN",
            "since_success cannot be judged: the finish time '1900-01-01T00:00:00Z' is a placeholder",
            "Finished, 200 of 200 objects successful; 0 of 2 runs failed in 24 h; IB2",
        ),
        row(
            "no limit for an age",
            vec![undated("IB1", "Finished")],
            &["Critical=since_success=~:"],
            "UNKNOWN",
            "since_success cannot be judged: the finish time is missing",
            "Finished, 200 of 200 objects successful; no run ended in 24 h; IB1",
        ),
    ]);
}

#[test]
fn a_clock_that_is_wrong_is_not_an_age() {
    // Up to five minutes count as nothing.
    let ahead = |minutes: f64| vec![finished("IB1", -minutes / 60.0)];
    let row_of = |minutes| judged(&ahead(minutes), &[]);
    assert_eq!(row_of(4.0)["summary"], "success 0 s ago, 0 of 1 run failed in 24 h");
    let wrong = row_of(7.0);
    assert_eq!(
        (&wrong["verdict"], &wrong["summary"]),
        (&3.into(), &"the times of 1 run are in the future; check the clock of this machine".into())
    );
    // A job that began and ended in the future is the latest, whatever else there is.
    let future = judged(&[finished("IB1", 9.0), run("IB2", "Failed", -1.0, -2.0)], &[]);
    assert_eq!((&future["verdict"], &future["run"]["job_id"]), (&3.into(), &"IB1".into()));

    // The service says what time it is.
    for (service_is, verdict, says) in [
        (ago(hours(2)), "UNKNOWN", "the clock of this machine is 2 h ahead of the service's"),
        (ago(hours(0)), "OK", "success 9 h ago, 0 of 1 run failed in 24 h"),
        ("2100-01-01T00:00:00Z".to_owned(), "UNKNOWN", "behind the service's"),
        ("never".to_owned(), "OK", "success 9 h ago, 0 of 1 run failed in 24 h"),
    ] {
        let body = json!({
            "statusCode": 200, "message": "", "errors": null, "data": [finished("IB1", 9.0)],
            "metadata": {"totalCount": 1, "nextLink": ""}, "requestId": "request-1", "timestamp": service_is, "traceId": "trace-1",
        });
        let got = judged_by(&ListServer::start(move |_| sends(body.to_string())), &[]);
        assert_eq!(got["verdict_text"], verdict, "{service_is}: {got}");
        assert!(got["summary"].as_str().expect("is text").contains(says), "{service_is}: {got}");
        let ages = ["since_success", "since_run", "age", "runs"];
        assert!(ages.iter().all(|age| got["metrics"][age].is_null() == (verdict == "UNKNOWN")), "{got}");
    }
}

/// A list of many pages may take minutes, and each page says what time it is then.
#[test]
fn a_list_that_takes_long_is_no_clock_that_is_wrong() {
    let server = ListServer::start(|asked| {
        let later = chrono::TimeDelta::minutes(if asked.page() == 0 { 0 } else { 7 });
        let body = json!({
            "data": [finished(&format!("IB{}", asked.page()), 9.0)], "metadata": {"totalCount": 2},
            "timestamp": (chrono::Utc::now() + later).to_rfc3339(),
        });
        sends(body.to_string())
    });
    let got = judged_by(&server, &[]);
    assert_eq!(
        (&got["verdict_text"], &got["summary"]),
        (&"OK".into(), &"success 9 h ago, 0 of 2 runs failed in 24 h".into())
    );
}

/// A placeholder is no time: in seconds since 1970 it is negative, and an enormous number for a reader that knows no minus.
#[test]
fn a_placeholder_is_no_time_in_any_form() {
    let finish = |time: &str| with(finished("IB1", 9.0), json!({"finishTime": time}));
    for (time, is_time) in [("1900-01-01T00:00:00Z", false), ("2100-01-01T00:00:00Z", false), (&*ago(hours(9)), true)] {
        let got = judged(&[finish(time)], &[]);
        for run in ["run", "success"] {
            assert_eq!(got[run]["finish_time"].is_i64(), is_time, "{time}: {got}");
            assert!(got[run]["start_time"].is_i64(), "{time}: {got}");
        }
    }
}

#[test]
fn an_incomplete_list_is_unknown_and_says_how_many_are_missing() {
    let part = |runs: &[Value]| page(runs.iter().map(Value::to_string), r#""totalCount":4,"nextLink":"""#);
    let finished_only = part(&[finished("IB1", 9.0)]);
    let got = judged_by(&ListServer::start(move |_| finished_only.clone()), &[]);
    assert_eq!((&got["verdict"], &got["missing_jobs"]), (&3.into(), &3.into()));
    assert_eq!(got["summary"], "the list is incomplete: 3 jobs are missing");
    assert!(
        got["line"].as_str().expect("is text").contains("; the list is incomplete: 3 jobs are missing; IB1"),
        "{got}"
    );
    // What is known to be bad stays bad.
    let failed_only = part(&[failed("IB1", 9.0)]);
    let got = judged_by(&ListServer::start(move |_| failed_only.clone()), &["Critical=since_run=26h"]);
    assert_eq!(got["verdict_text"], "CRITICAL");
    // An empty page of a list with jobs does not say that nothing ran.
    let nothing = part(&[]);
    let got = judged_by(&ListServer::start(move |_| nothing.clone()), &[]);
    assert_eq!((&got["verdict_text"], &got["summary"]), (&"UNKNOWN".into(), &"nothing ran in 15 d".into()));
}

#[test]
fn a_service_that_is_away_is_unknown_and_no_failed_backup() {
    for (status, settings, verdict, says) in [
        ("503 Service Unavailable", &[][..], "UNKNOWN", "503"),
        ("503 Service Unavailable", &["OnUnavailable=critical"], "CRITICAL", "503"),
        ("503 Service Unavailable", &["OnUnavailable=critical", "OnError=server=ok"], "OK", "503"),
        ("429 Too Many Requests", &["OnUnavailable=warning"], "WARNING", "429"),
        ("404 Not Found", &[], "UNKNOWN", "404"),
        ("404 Not Found", &["OnError=not-found=critical"], "CRITICAL", "404"),
        ("403 Forbidden", &["OnUnavailable=critical"], "UNKNOWN", "403"),
    ] {
        let body = answer(status, "");
        let server = ListServer::start(move |_| vec![Step::Send(body.clone())]);
        let got = judged_by(&server, settings);
        assert_eq!(got["verdict_text"], verdict, "{status} {settings:?}: {got}");
        assert!(got["summary"].as_str().expect("is text").contains(says), "{got}");
        assert!(got["run"].is_null() && got["window"].is_null() && got["metrics"] == json!({}), "{got}");
        assert!(!got["error"].is_null(), "{got}");
    }
}

#[test]
fn the_last_answer_stands_in_for_a_service_that_is_away() {
    let (server, refused) = ("Status=8", "Status=4");
    for (settings, status, says) in [
        (
            ["Stale=15m", "Now=840", server],
            "CBJ_OK",
            "The service is away: CBJ_ERROR_SERVER. All of this is from its answer of 20",
        ),
        (["Stale=15m", "Now=960", server], "CBJ_ERROR_SERVER", "CBJ_ERROR_SERVER"),
        (["Stale=0", "Now=60", server], "CBJ_ERROR_SERVER", "CBJ_ERROR_SERVER"),
        (["Stale=15m", "Now=60", refused], "CBJ_ERROR_PERMISSION", "CBJ_ERROR_PERMISSION"),
    ] {
        let got = judged(&[failed("IB1", 3.0)], &settings);
        assert_eq!(got["status"], status, "{settings:?}: {got}");
        assert_eq!(got["verdict_text"], if status == "CBJ_OK" { "CRITICAL" } else { "UNKNOWN" }, "{settings:?}: {got}");
        let details = got["details"].as_array().expect("a list");
        assert!(
            details.iter().any(|line| line.as_str().is_some_and(|line| line.contains(says))),
            "{settings:?}: {got}"
        );
    }
}
