//! The judgement on kinds of jobs: a row for each thing that must come out right.

use std::path::PathBuf;
use std::process::Output;
use std::sync::LazyLock;

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::build::{SANITIZED, WARNINGS, sources_in};
use super::job::{ago, environment, hours, with};
use super::runs::{EXCHANGE_ONLINE, failed, finished, in_progress, listed, run, service_of};
use super::support::answers::answer;
use super::support::c_program::{self, library_dir, root, scratch_dir};
use super::support::list_server::{ListServer, page, sends};
use super::support::scripted_server::Step;

/// Judges a kind: `tests/c/judges_kinds.c` with the files of `shared`.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let made = scratch_dir().join("judges_kinds");
    let dir = library_dir();
    let mut command = std::process::Command::new("cc");
    command.args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-g"]).args(WARNINGS);
    if std::env::var_os("CBJ_TEST_VALGRIND").is_none() {
        command.args(SANITIZED);
    }
    command.arg("-I").arg(root().join("include")).arg("-I").arg(root().join("examples/agents/shared"));
    command.arg(root().join("tests/c/judges_kinds.c")).args(sources_in("shared"));
    command.arg("-L").arg(&dir).args(["-lcloudbackupjobs", "-lm", "-Wl,--disable-new-dtags"]);
    command.arg(format!("-Wl,-rpath,{}", dir.display())).arg("-o").arg(&made);
    let output = command.output().expect("cc is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    made
});

fn judges(server: &ListServer, arguments: &[&str]) -> Output {
    let url = server.url();
    c_program::run(&PROGRAM, arguments, &environment(&url))
}

/// The result about `exchange-online`, which has these runs.
fn judged_by(server: &ListServer, settings: &[&str]) -> Value {
    let output = judges(server, &[&["exchange-online"], settings].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}{output:?}"))
}

fn judged(runs: &[Value], settings: &[&str]) -> Value {
    judged_by(&service_of([(EXCHANGE_ONLINE, runs.to_vec())]), settings)
}

struct Row {
    what: &'static str,
    runs: Vec<Value>,
    settings: &'static [&'static str],
    verdict: &'static str,
    summary: &'static str,
    line: &'static str,
}

fn row(
    what: &'static str,
    runs: Vec<Value>,
    settings: &'static [&'static str],
    verdict: &'static str,
    summary: &'static str,
    line: &'static str,
) -> Row {
    Row { what, runs, settings, verdict, summary, line }
}

fn check(rows: Vec<Row>) {
    for Row { what, runs, settings, verdict, summary, line } in rows {
        let got = judged(&runs, settings);
        assert_eq!(
            (&got["verdict_text"], &got["summary"], &got["line"]),
            (&verdict.into(), &summary.into(), &line.into()),
            "{what}"
        );
    }
}

#[test]
fn the_last_run_decides_beside_the_last_success() {
    let noisy = |ended| with(failed("IB2", ended), json!({"state": "Finished with Exception"}));
    check(vec![
        row(
            "last night's run succeeded",
            vec![finished("IB1", 33.0), finished("IB2", 9.0)],
            &[],
            "OK",
            "success 9 h ago, 0 of 1 run failed in 24 h",
            "Finished, 200 of 200 objects successful, ended 9 h ago; 0 of 1 run failed in 24 h; IB2",
        ),
        row(
            "the last run failed, and the one before succeeded",
            vec![failed("IB2", 7.0), finished("IB1", 21.0)],
            &[],
            "CRITICAL",
            "Failed, 4 of 200 objects failed, 7 h ago",
            "Failed, 4 of 200 objects failed, ended 7 h ago; success 21 h ago; 1 of 2 runs failed in 24 h; IB2",
        ),
        row(
            "the last success is too long ago",
            vec![finished("IB1", 31.0), failed("IB2", 7.0), failed("IB3", 19.0)],
            &[],
            "CRITICAL",
            "no success for 31 h (>26 h)",
            "Failed, 4 of 200 objects failed, ended 7 h ago; success 31 h ago (>26 h); 2 of 2 runs failed in 24 h; IB2",
        ),
        row(
            "no success within the lookback",
            vec![failed("IB2", 30.0)],
            &[],
            "CRITICAL",
            "no success in 15 d (>26 h)",
            "Failed, 4 of 200 objects failed, ended 30 h ago; no success in 15 d (>26 h); no run ended in 24 h; IB2",
        ),
        row(
            "a retry that succeeded",
            vec![failed("IB1", 7.0), finished("IB2", 5.0)],
            &[],
            "OK",
            "success 5 h ago, 1 of 2 runs failed in 24 h",
            "Finished, 200 of 200 objects successful, ended 5 h ago; 1 of 2 runs failed in 24 h; IB2",
        ),
        row(
            "a limit of one's own replaces the default",
            vec![finished("IB1", 31.0)],
            &["Critical=since_success=8d", "Warning=since_success=30h"],
            "WARNING",
            "no success for 31 h (>30 h)",
            "Finished, 200 of 200 objects successful, ended 31 h ago; success 31 h ago (>30 h); no run ended in 24 h; IB1",
        ),
        row(
            "a limit for the age of any run replaces the default, too",
            vec![failed("IB1", 31.0)],
            &["Critical=since_run=30h", "State=failed=ok"],
            "CRITICAL",
            "no run ended for 31 h (>30 h)",
            "Failed, 4 of 200 objects failed, ended 31 h ago (>30 h); no success in 15 d; no run ended in 24 h; IB1",
        ),
        row(
            "with exceptions is a warning, and no success",
            vec![finished("IB1", 27.0), noisy(3.0)],
            &["Critical=since_success=30h"],
            "WARNING",
            "Finished with Exception, 4 of 200 objects failed, 3 h ago",
            "Finished with Exception, 4 of 200 objects failed, ended 3 h ago; success 27 h ago; 0 of 1 run failed in 24 h; IB2",
        ),
        row(
            "unless it counts as one",
            vec![finished("IB1", 27.0), noisy(3.0)],
            &["Success=finished,Finished with exception", "State=finished-with-exception=ok"],
            "OK",
            "success 3 h ago, 0 of 1 run failed in 24 h",
            "Finished with Exception, 4 of 200 objects failed, ended 3 h ago; 0 of 1 run failed in 24 h; IB2",
        ),
        row(
            "ignored errors excuse it",
            vec![finished("IB1", 20.0), noisy(3.0)],
            &["IgnoreError=checked out"],
            "OK",
            "success 20 h ago, 0 of 2 runs failed in 24 h",
            "Finished with Exception, 4 of 200 objects failed with ignored errors only, ended 3 h ago; success 20 h ago; 0 of 2 runs failed in 24 h; IB2",
        ),
    ]);
}

#[test]
fn a_late_run_is_not_overdue_while_one_is_running() {
    let late = |began| vec![finished("IB1", 30.0), in_progress("IB2", began)];
    check(vec![
        row(
            "it began in time",
            late(6.0),
            &[],
            "OK",
            "success 30 h ago, in progress for 6 h",
            "Finished, 200 of 200 objects successful, ended 30 h ago; in progress for 6 h, waiting for the run in progress; no run ended in 24 h; IB1",
        ),
        row(
            "it began too late",
            late(3.0),
            &[],
            "CRITICAL",
            "no success for 30 h (>26 h)",
            "Finished, 200 of 200 objects successful, ended 30 h ago; in progress for 3 h; success 30 h ago (>26 h); no run ended in 24 h; IB1",
        ),
        row(
            "it runs for too long",
            late(6.0),
            &["Critical=running=5h"],
            "CRITICAL",
            "no success for 30 h (>26 h)",
            "Finished, 200 of 200 objects successful, ended 30 h ago; in progress for 6 h (>5 h); success 30 h ago (>26 h); no run ended in 24 h; IB1",
        ),
        row(
            "it runs for too long, and nothing is overdue yet",
            vec![finished("IB1", 20.0), in_progress("IB2", 6.0)],
            &["Warning=running=5h"],
            "WARNING",
            "in progress for 6 h (>5 h)",
            "Finished, 200 of 200 objects successful, ended 20 h ago; in progress for 6 h (>5 h); 0 of 1 run failed in 24 h; IB1",
        ),
        row(
            "without a limit, it may run as long as the age allows",
            vec![finished("IB1", 40.0), in_progress("IB2", 27.0)],
            &[],
            "CRITICAL",
            "no success for 40 h (>26 h)",
            "Finished, 200 of 200 objects successful, ended 40 h ago; in progress for 27 h; success 40 h ago (>26 h); no run ended in 24 h; IB1",
        ),
        row(
            "a limit that is longer excuses for longer",
            vec![finished("IB1", 40.0), in_progress("IB2", 27.0)],
            &["Critical=running=30h"],
            "OK",
            "success 40 h ago, in progress for 27 h",
            "Finished, 200 of 200 objects successful, ended 40 h ago; in progress for 27 h, waiting for the run in progress; no run ended in 24 h; IB1",
        ),
        row(
            "the age of any run is excused in the same way",
            late(6.0),
            &["Critical=since_run=26h"],
            "OK",
            "success 30 h ago, in progress for 6 h",
            "Finished, 200 of 200 objects successful, ended 30 h ago; in progress for 6 h, waiting for the run in progress; no run ended in 24 h; IB1",
        ),
        row(
            "a run that failed is not excused by the next one",
            vec![finished("IB1", 20.0), failed("IB2", 5.0), in_progress("IB3", 1.0)],
            &[],
            "CRITICAL",
            "Failed, 4 of 200 objects failed, 5 h ago",
            "Failed, 4 of 200 objects failed, ended 5 h ago; in progress for 60 min; success 20 h ago; 1 of 2 runs failed in 24 h; IB2",
        ),
        row(
            "what began before the last run that ended is not in progress",
            vec![in_progress("IB1", 50.0), finished("IB2", 30.0)],
            &[],
            "CRITICAL",
            "no success for 30 h (>26 h)",
            "Finished, 200 of 200 objects successful, ended 30 h ago; success 30 h ago (>26 h); no run ended in 24 h; IB2",
        ),
        row(
            "the first run of all is in progress",
            vec![in_progress("IB1", 2.0)],
            &["GraceUntil=2100-01-01"],
            "OK",
            "in progress for 2 h",
            "no run ended in 15 d; in progress for 2 h; IB1",
        ),
        row(
            "but after the time of grace that is too late",
            vec![in_progress("IB1", 2.0)],
            &["GraceUntil=2026-01-01T00:00Z"],
            "CRITICAL",
            "no success in 15 d (>26 h)",
            "no run ended in 15 d; in progress for 2 h; no success in 15 d (>26 h); IB1",
        ),
    ]);
}

#[test]
fn nothing_ran_at_all() {
    const NONE: &str = "nothing ran in 15 d";
    check(vec![
        row("nothing ran", vec![], &[], "CRITICAL", NONE, NONE),
        row("as the operator wants it", vec![], &["OnNone=warning"], "WARNING", NONE, NONE),
        row("in another time", vec![], &["Lookback=48h"], "CRITICAL", "nothing ran in 2 d", "nothing ran in 2 d"),
        row(
            "the kind is optional",
            vec![],
            &["Optional=teams,exchange-online"],
            "OK",
            "nothing ran in 15 d, and it is optional",
            NONE,
        ),
        row("every kind is optional", vec![], &["Optional="], "OK", "nothing ran in 15 d, and it is optional", NONE),
        row("another kind is optional", vec![], &["Optional=teams"], "CRITICAL", NONE, NONE),
        row("only restores are optional", vec![], &["Optional=exchange-online/restore"], "CRITICAL", NONE, NONE),
        row(
            "the kind is new",
            vec![],
            &["GraceUntil=exchange-online=2100-01-01"],
            "OK",
            "nothing ran in 15 d, and the kind is new",
            NONE,
        ),
        row("another kind is new", vec![], &["GraceUntil=teams=2100-01-01"], "CRITICAL", NONE, NONE),
        // An optional kind that runs is judged as any other.
        row(
            "an optional kind that failed",
            vec![failed("IB1", 3.0)],
            &["Optional=", "Critical=since_run=26h"],
            "CRITICAL",
            "Failed, 4 of 200 objects failed, 3 h ago",
            "Failed, 4 of 200 objects failed, ended 3 h ago; no success in 15 d; 1 of 1 run failed in 24 h; IB1",
        ),
        row(
            "a new kind that failed",
            vec![failed("IB1", 3.0)],
            &["GraceUntil=2100-01-01"],
            "CRITICAL",
            "Failed, 4 of 200 objects failed, 3 h ago",
            "Failed, 4 of 200 objects failed, ended 3 h ago; no success in 15 d; 1 of 1 run failed in 24 h; IB1",
        ),
    ]);
}

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
fn every_number_can_have_a_limit() {
    let last = || with(failed("IB2", 3.0), json!({"state": "Finished"}));
    let rows: &[(&[&str], &str, &str)] = &[
        (&["Warning=0"], "WARNING", "Finished, 4 of 200 objects failed (>0), 3 h ago"),
        (&["Critical=1%"], "CRITICAL", "4 of 200 objects failed (2 %, >1 %)"),
        (&["Warning=skipped=5"], "WARNING", "6 objects skipped (>5)"),
        (&["Warning=duration=30m"], "WARNING", "took 60 min (>30 min)"),
        (&["Warning=successful=195:"], "WARNING", "190 objects successful (<195)"),
        (&["Warning=errors=3"], "WARNING", "4 errors occurred (>3)"),
        (&["Warning=failed_unignored=0", "IgnoreError=checked out"], "OK", ""),
        (&["Warning=failed_unignored=0"], "WARNING", "4 of 200 objects failed (>0)"),
        (&["Warning=failed_runs=0"], "WARNING", "1 of 3 runs failed in 24 h (>0)"),
        (&["Warning=failed_runs=0", "Window=6h"], "OK", ""),
        (&["Critical=failed_runs_percent=30"], "CRITICAL", "1 of 3 runs failed in 24 h (>30 %)"),
        (&["Warning=runs=4:"], "WARNING", "1 of 3 runs failed in 24 h (<4)"),
        (&["Warning=since_run=2h"], "WARNING", "no run ended for 3 h (>2 h)"),
        (&["Warning=failed=10 , age=2h"], "WARNING", "no run ended for 3 h (>2 h)"),
        (&["Warning=age=2h"], "WARNING", "no run ended for 3 h (>2 h)"),
        // Limits by kind: the last one that names the kind counts, whatever is said for all.
        (&["Critical=exchange-online.failed=3", "Critical=failed=10"], "CRITICAL", "4 of 200 objects failed (>3)"),
        (&["Critical=exchange-online.failed=3,exchange-online.failed=4"], "OK", ""),
        (&["Critical=teams.failed=3, onedrive.failed=0"], "OK", ""),
        (&["Critical=exchange-online/restore.failed=0"], "OK", ""),
        (&["Critical=Exchange Online/backup.failed=0"], "CRITICAL", "4 of 200 objects failed (>0)"),
        (&["Critical=exchange-online/backup/EUR.failed=0"], "OK", ""),
    ];
    for (settings, verdict, says) in rows {
        let runs = [finished("IB0", 20.0), failed("IB1", 9.0), last()];
        let got = judged(&runs, settings);
        assert_eq!(got["verdict_text"], *verdict, "{settings:?}: {got}");
        assert!(got["summary"].as_str().expect("is text").contains(says), "{settings:?}: {got}");
        // The line has the same number with the same limit.
        let limit = says.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(limit, _)| limit);
        assert!(got["line"].as_str().expect("is text").contains(limit), "{settings:?}: {got}");
    }
    // A number that has a limit and did not come.
    let bare = with(last(), json!({"backupDetails": null, "jobErrors": null}));
    for (settings, says) in [
        (["Warning=failed=0"], "failed of the last run cannot be judged: the service did not send it"),
        (["Critical=errors=0"], "errors of the last run cannot be judged: the service did not send it"),
    ] {
        let got = judged(std::slice::from_ref(&bare), &settings);
        assert_eq!((&got["verdict_text"], &got["summary"]), (&"UNKNOWN".into(), &says.into()));
        assert!(got["metrics"]["errors"].is_null() && got["metrics"]["failed"].is_null(), "{got}");
    }
}

#[test]
fn the_result_as_json_has_all_of_it() {
    let runs = [finished("IB1", 31.0), failed("IB2", 7.0), in_progress("IB3", 1.0)];
    let got = judged(&runs, &[]);
    let saved = judged(&runs, &["Saved=1"]);
    for name in ["kind", "verdict", "summary", "line", "run", "success", "running", "window", "missing_jobs", "details"]
    {
        assert!(!got[name].is_null(), "{name}: {got}");
        if name != "details" {
            assert_eq!(got[name], saved[name], "{name}");
        }
    }
    assert_eq!(
        (&got["object_type"], &got["job_type"], &got["location"]),
        (&"exchange-online".into(), &"backup".into(), &Value::Null)
    );
    assert_eq!(
        (&got["run"]["job_id"], &got["run"]["state"], &got["run"]["state_text"]),
        (&"IB2".into(), &3.into(), &"Failed".into())
    );
    assert_eq!(got["run"]["errors"][0]["url"], "https://learn.example.com/e/19");
    assert_eq!((&got["success"]["job_id"], &got["running"]["job_id"]), (&"IB1".into(), &"IB3".into()));
    assert_eq!(got["running"]["finish_time"], Value::Null);
    assert_eq!(
        got["window"],
        json!({"seconds": 86400, "runs": {"failed": 1, "finished-with-exception": 0,
        "partially-finished": 0, "unknown": 0, "in-progress": 1, "finished": 0}})
    );
    assert_eq!(got["metrics"]["since_success"]["critical"], "93600");
    // Nobody knows a success before the lookback, so the default is no longer than that.
    assert_eq!(judged(&runs, &["Lookback=24h"])["metrics"]["since_run"]["critical"], Value::Null);
    assert_eq!(judged(&[finished("IB1", 2.0)], &["Lookback=24h"])["metrics"]["since_success"]["critical"], "86400");
    assert_eq!(
        (&got["metrics"]["runs"]["value"], &got["metrics"]["failed_runs_percent"]["value"]),
        (&1.into(), &100.into())
    );
    assert_eq!(
        (&got["missing_jobs"], &got["request_id"], &got["error"]),
        (&0.into(), &"request-1".into(), &Value::Null)
    );
    let details: Vec<&str> = got["details"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(details.iter().any(|line| line.starts_with("4 x The item is checked out.")), "{details:?}");
    assert!(details.iter().any(|line| line.starts_with("In progress: IB3, started ")), "{details:?}");
    assert!(details.iter().any(|line| line.starts_with("Last success: IB1, ended ")), "{details:?}");
    assert!(details.contains(&"Request id request-1"), "{details:?}");

    // With the time, ages grow, and nothing is asked again.
    let later = judged(&[finished("IB1", 9.0)], &["Now=72000", "Saved=1"]);
    assert_eq!(
        (&later["verdict_text"], &later["summary"]),
        (&"CRITICAL".into(), &"no success for 29 h (>26 h)".into())
    );
}

#[test]
fn a_kind_is_one_request_and_its_details_are_none() {
    // A job that the list has is judged by the list. The details endpoint may not have it: it may be in another location.
    let server = service_of([(EXCHANGE_ONLINE, vec![finished("IB1", 9.0)])]);
    assert_eq!(judged_by(&server, &[])["verdict"], 0);
    let asked = server.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].parameter("jobType"), asked[0].parameter("pageSize")), (Some("1"), Some("100")));
    assert_eq!((asked[0].parameter("location"), asked[0].parameter("objectType")), (None, Some(EXCHANGE_ONLINE)));

    // Every page counts.
    let pages = ListServer::start(|asked| {
        page(
            [match asked.page() {
                0 => finished("IB1", 31.0).to_string(),
                _ => failed("IB2", 7.0).to_string(),
            }],
            r#""totalCount":2"#,
        )
    });
    assert_eq!(judged_by(&pages, &[])["run"]["job_id"], "IB2");
    assert_eq!(pages.asked().len(), 2);

    // Another type of job, and a location.
    let server = ListServer::start(|_| listed(&[finished("RS1", 90.0)]));
    let output = judges(&server, &["onedrive/restore/EUR"]);
    let got: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    assert_eq!(
        (&got["kind"], &got["job_type"], &got["location"]),
        (&"onedrive/restore/EUR".into(), &"restore".into(), &"EUR".into())
    );
    // Nobody restores by a schedule.
    assert_eq!((&got["verdict"], &got["summary"]), (&0.into(), &"success 3 d ago".into()));
    let asked = &server.asked()[0];
    assert_eq!(
        (asked.parameter("jobType"), asked.parameter("objectType"), asked.parameter("location")),
        (Some("2"), Some("3"), Some("EUR"))
    );
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

#[test]
fn a_wrong_setting_is_refused_with_its_reason() {
    let server = service_of([]);
    for (kind, settings, says) in [
        ("exchange", &[][..], "'exchange' is not one of the kinds exchange-online, sharepoint-online, onedrive,"),
        (
            "onedrive/backups",
            &[],
            "'backups' is not one of the job types backup, restore, export, deletion, retention, all",
        ),
        ("onedrive/backup/E U", &[], "'E U' is not a location such as EUR"),
        ("onedrive/backup/EUR/x", &[], "'EUR/x' is not a location such as EUR"),
        ("onedrive", &["Lookback=20h"], "the lookback of 20 h is shorter than the window of 24 h"),
        ("onedrive", &["Critical=since_success=20d"], "the lookback of 15 d is shorter than a limit of 20 d"),
        ("onedrive", &["Warning=teams.running=20d"], "the lookback of 15 d is shorter than a limit of 20 d"),
        ("onedrive", &["Window=16d"], "the lookback of 15 d is shorter than the window of 16 d"),
        ("onedrive", &["Lookback=soon"], "'soon' is not a time such as 90s, 15m, 26h, 15d or 2w"),
        ("onedrive", &["Lookback=0"], "'0' is not a time"),
        ("onedrive", &["Critical=exchange.failed=1"], "'exchange' is not one of the kinds"),
        ("onedrive", &["Critical=onedrive.fail=1"], "'fail' is not one of the numbers total, failed,"),
        (
            "onedrive",
            &["Success=in-progress"],
            "'in-progress' is not one of the states of a run that has ended: failed, finished-with-exception, partially-finished, finished",
        ),
        ("onedrive", &["OnNone=bad"], "'bad' is not one of ok, warning, critical, unknown"),
        ("onedrive", &["GraceUntil=tomorrow"], "'tomorrow' is not a time such as 2026-12-01 or 2026-12-01T06:00Z"),
        ("onedrive", &["GraceUntil=2026-02-29"], "'2026-02-29' is not a time"),
        ("onedrive", &["GraceUntil=teems=2026-12-01"], "'teems' is not one of the kinds"),
        ("onedrive", &["Optional=teams,teems"], "'teems' is not one of the kinds"),
    ] {
        let output = judges(&server, &[&[kind], settings].concat());
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{kind} {settings:?}: {said}");
        assert!(said.contains(says), "{kind} {settings:?}: {said}");
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_time_of_grace_ends_in_its_time_zone() {
    let at = |minutes: i64, form: &str| (Utc::now() + TimeDelta::minutes(minutes)).format(form).to_string();
    for (until, verdict) in [
        (at(2, "%Y-%m-%dT%H:%MZ"), "OK"),
        (at(-2, "%Y-%m-%dT%H:%MZ"), "CRITICAL"),
        (at(2, "%Y-%m-%dT%H:%M:%S"), "OK"),
        // An hour east of Greenwich it is an hour later on the clock.
        (at(62, "%Y-%m-%dT%H:%M+01:00"), "OK"),
        (at(58, "%Y-%m-%dT%H:%M+01:00"), "CRITICAL"),
        (at(-88, "%Y-%m-%dT%H:%M-01:30"), "OK"),
        (at(24 * 60, "%Y-%m-%d"), "OK"),
        (at(0, "%Y-%m-%d"), "CRITICAL"),
    ] {
        let setting = format!("GraceUntil={until}");
        assert_eq!(judged(&[], &[&setting])["verdict_text"], verdict, "{setting}");
    }
}
