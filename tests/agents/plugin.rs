//! `check_cloudbackup_job`: which verdict a job gets, and in which words; a row for each option, state and threshold.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use super::build::{plugin, sanitized_plugin};
use super::job::{ID, ago, environment, hours, job, running, service, with, with_errors};
use super::support::c_program;
use super::support::scripted_server::ScriptedServer;

pub const VERDICTS: [&str; 4] = ["OK", "WARNING", "CRITICAL", "UNKNOWN"];

pub fn check(program: &Path, server: &ScriptedServer, options: &[&str]) -> Output {
    let url = server.url();
    c_program::run(program, &[&["-j", ID], options].concat(), &environment(&url))
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("prints UTF-8")
}

struct Row {
    job: Value,
    options: &'static [&'static str],
    exit: i32,
    /// The first line after verdict and id, without the performance data.
    says: &'static str,
}

fn row(job: Value, options: &'static [&'static str], exit: i32, says: &'static str) -> Row {
    Row { job, options, exit, says }
}

fn counts(total: i64, failed: i64, successful: i64, skipped: i64) -> Value {
    json!({"backupDetails": {"totalNumber": total, "failedNumber": failed, "successfulNumber": successful,
        "skippedNumber": skipped}})
}

fn states() -> Vec<Row> {
    let failed = || with_errors("Failed");
    vec![
        row(job("Finished"), &[], 0, "Finished, 200 of 200 objects successful in 1 h, ended 3 h ago"),
        row(failed(), &[], 2, "Failed, 4 of 200 objects failed in 1 h, ended 3 h ago: The item is checked out. (3 x)"),
        row(
            with_errors("Finished with Exception"),
            &[],
            1,
            "Finished with Exception, 4 of 200 objects failed in 1 h, ended 3 h ago: The item is checked out. (3 x)",
        ),
        row(
            with(job("PARTIALLY_FINISHED"), json!({"backupDetails": null})),
            &[],
            1,
            "Partially Finished in 1 h, ended 3 h ago",
        ),
        row(running(), &[], 0, "In Progress for 2 h, 200 of 200 objects done"),
        row(
            job("Paused|Held"),
            &[],
            3,
            "in the state 'Paused¦Held', which this version does not know, 200 of 200 objects successful in 1 h, ended 3 h ago",
        ),
        row(
            with(job(""), json!({"state": null, "finishTime": "", "startTime": null, "duration": null})),
            &[],
            3,
            "the service sent no state, 200 of 200 objects successful",
        ),
        // Each can be another.
        row(
            failed(),
            &["--state", "failed=warning"],
            1,
            "Failed, 4 of 200 objects failed in 1 h, ended 3 h ago: The item is checked out. (3 x)",
        ),
        row(failed(), &["--state", "failed=ok"], 0, "Failed, 4 of 200 objects failed in 1 h, ended 3 h ago"),
        row(
            with_errors("Finished with Exception"),
            &["--state=Finished_With exception=CRITICAL"],
            2,
            "Finished with Exception, 4 of 200 objects failed in 1 h, ended 3 h ago: The item is checked out. (3 x)",
        ),
        row(
            job("partially finished"),
            &["--state", "partially-finished=0"],
            0,
            "Partially Finished, 200 of 200 objects successful in 1 h, ended 3 h ago",
        ),
        row(running(), &["--state", "in-progress=unknown"], 3, "In Progress for 2 h, 200 of 200 objects done"),
        row(
            job("Waiting"),
            &["--state", "unknown=ok"],
            0,
            "in the state 'Waiting', which this version does not know, 200 of 200 objects successful in 1 h, ended 3 h ago",
        ),
        row(
            job("Finished"),
            &["--state", "finished=2", "--state", "finished=1"],
            1,
            "Finished, 200 of 200 objects successful in 1 h, ended 3 h ago",
        ),
    ]
}

/// Thresholds on a job with 4 failed objects of 200, 6 skipped, that took an hour and ended three hours ago.
fn thresholds() -> Vec<Row> {
    let finished = || with_errors("Finished");
    const REST: &str = "Finished, 4 of 200 objects failed in 1 h, ended 3 h ago";
    vec![
        row(finished(), &["-w", "4"], 0, REST),
        row(
            finished(),
            &["-w", "3"],
            1,
            "4 objects failed (warning above 3); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            finished(),
            &["-w", "3", "-c", "failed=0:3"],
            2,
            "4 objects failed (critical above 3); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            finished(),
            &["--critical", "failed=5:"],
            2,
            "4 objects failed (critical below 5); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(finished(), &["-c", "~:4"], 0, REST),
        row(finished(), &["-c", "4:4"], 0, REST),
        row(
            finished(),
            &["-c", "@3:4"],
            2,
            "4 objects failed (critical from 3 to 4); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            finished(),
            &["-c", "5:7"],
            2,
            "4 objects failed (critical outside 5 to 7); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(finished(), &["-c", "@5:7"], 0, REST),
        row(
            finished(),
            &["-w", "1%"],
            1,
            "2 % of the objects failed (warning above 1 %); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(finished(), &["-w", "failed=2%,failed_percent=2.5"], 0, REST),
        row(
            finished(),
            &["--warning", "skipped=5"],
            1,
            "6 objects skipped (warning above 5); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            finished(),
            &["-c", "errors=3"],
            2,
            "4 errors occurred (critical above 3); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            finished(),
            &["-c", "total=201:,successful=199:"],
            2,
            "200 objects in all (critical below 201); 190 objects successful (critical below 199); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            finished(),
            &["-w", "duration=59m,age=170m", "-c", "duration=2h"],
            1,
            "took 1 h (warning above 59 min); ended 3 h ago (warning above 2 h 50 min); Finished, 4 of 200 objects failed in 1 h",
        ),
        row(finished(), &["-w", "duration=1h", "-c", "age=1d"], 0, REST),
        row(finished(), &["-w", "duration=3600s", "-c", "age=0.5w"], 0, REST),
        row(
            finished(),
            &["-w", "duration=3599", "-c", "running=1"],
            1,
            "took 1 h (warning above 59 min 59 s); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            running(),
            &["-w", "running=90min"],
            1,
            "has been running for 2 h (warning above 1 h 30 min); In Progress for 2 h, 200 of 200 objects done",
        ),
        // What an ended job has does not trip for one that runs.
        row(running(), &["-c", "age=1,duration=1,running=3h"], 0, "In Progress for 2 h, 200 of 200 objects done"),
        // The worst first; the state before what is no worse.
        row(
            with_errors("Partially Finished"),
            &["-w", "3", "-c", "skipped=1"],
            2,
            "6 objects skipped (critical above 1); Partially Finished, 4 of 200 objects failed in 1 h, ended 3 h ago: The item is checked out. (3 x); 4 objects failed (warning above 3)",
        ),
        row(
            with_errors("Failed"),
            &["-w", "3", "-c", "skipped=1"],
            2,
            "Failed, 4 of 200 objects failed in 1 h, ended 3 h ago: The item is checked out. (3 x); 6 objects skipped (critical above 1); 4 objects failed (warning above 3)",
        ),
    ]
}

/// What the service does not say neither passes nor fails.
fn absent() -> Vec<Row> {
    let at_the_end_of_time = || json!({"finishTime": "9999-12-31T23:59:59Z", "duration": null});
    vec![
        row(
            with(job("Finished"), json!({"finishTime": null, "duration": null})),
            &["-w", "age=26h,duration=2h"],
            3,
            "duration cannot be judged: the finish time is missing; age cannot be judged: the finish time is missing; Finished, 200 of 200 objects successful",
        ),
        row(
            with(job("Finished"), json!({"finishTime": "soon|ish", "duration": "long"})),
            &["-c", "age=@0:1"],
            3,
            "age cannot be judged: the finish time 'soon¦ish' is not a date that can be read; Finished, 200 of 200 objects successful",
        ),
        row(
            with(job("Finished"), json!({"finishTime": "1900-01-01T00:00:00Z", "duration": "-1"})),
            &["-c", "age=26h,duration=1h"],
            3,
            "duration cannot be judged: the finish time '1900-01-01T00:00:00Z' is a placeholder; age cannot be judged: the finish time '1900-01-01T00:00:00Z' is a placeholder; Finished, 200 of 200 objects successful",
        ),
        row(
            with(job("Finished"), at_the_end_of_time()),
            &["-c", "age=26h"],
            3,
            "age cannot be judged: the finish time '9999-12-31T23:59:59Z' is in the future; check the clock of this machine; Finished, 200 of 200 objects successful",
        ),
        row(
            with(job("Finished"), json!({"startTime": "0001-01-01T00:00:00Z", "duration": null})),
            &["-c", "duration=1h"],
            3,
            "duration cannot be judged: the start time '0001-01-01T00:00:00Z' is not a date that can be read; Finished, 200 of 200 objects successful, ended 3 h ago",
        ),
        row(
            with(job("Finished"), json!({"startTime": ago(hours(1)), "duration": null})),
            &["-c", "duration=1h"],
            3,
            "duration cannot be judged: the finish time is before the start time; Finished, 200 of 200 objects successful, ended 3 h ago",
        ),
        // The service's own figure is as good where its times are missing.
        row(
            with(job("Finished"), json!({"startTime": null, "duration": "2.5"})),
            &["-c", "duration=2h"],
            2,
            "took 2 h 30 min (critical above 2 h); Finished, 200 of 200 objects successful in 2 h 30 min, ended 3 h ago",
        ),
        // A clock that is a little ahead is no reason to wake anybody.
        row(
            with(
                job("Finished"),
                json!({"finishTime": (chrono::Utc::now() + std::time::Duration::from_secs(100)).to_rfc3339(),
                "startTime": null, "duration": null}),
            ),
            &["-c", "age=26h"],
            0,
            "Finished, 200 of 200 objects successful, ended 0 s ago",
        ),
        row(
            with(running(), json!({"startTime": null, "finishTime": "0001-01-01T00:00:00Z"})),
            &["-c", "running=24h,age=1h"],
            3,
            "running cannot be judged: the start time is missing; In Progress, 200 of 200 objects done",
        ),
        row(
            with(job("Finished"), json!({"backupDetails": null})),
            &["-c", "failed=1,failed=1%"],
            3,
            "failed cannot be judged: the service did not send it; failed_percent cannot be judged: the counts are missing or contradict each other; Finished in 1 h, ended 3 h ago",
        ),
        row(
            with(job("Finished"), counts(3, 5, 3, 0)),
            &["-c", "99%"],
            3,
            "failed_percent cannot be judged: the counts are missing or contradict each other; Finished, 5 of 3 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            with(job("Finished"), counts(0, 0, 0, 0)),
            &["-c", "1%"],
            0,
            "Finished, 0 of 0 objects successful in 1 h, ended 3 h ago",
        ),
        row(
            with(with_errors("Finished"), json!({"jobErrors": [{"value": "Once or more."}]})),
            &["-c", "errors=5"],
            3,
            "errors cannot be judged: the service did not send it; Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        // Worse than not known is known to be bad.
        row(
            with(with_errors("Finished"), json!({"finishTime": null, "duration": null})),
            &["-w", "3", "-c", "age=26h"],
            1,
            "4 objects failed (warning above 3); age cannot be judged: the finish time is missing; Finished, 4 of 200 objects failed",
        ),
        row(
            with(job("Finished"), json!({"id": "FB20200101000000000009"})),
            &[],
            3,
            "the service answered about another job, FB20200101000000000009; Finished, 200 of 200 objects successful in 1 h, ended 3 h ago",
        ),
    ]
}

fn known_noise() -> Vec<Row> {
    let noisy = || with_errors("Finished with Exception");
    const BOTH: &[&str] = &["--ignore-error", "checked out", "--ignore-error", "changed.*moved"];
    vec![
        row(
            noisy(),
            &["--ignore-error", "^The item is"],
            1,
            "Finished with Exception, 4 of 200 objects failed in 1 h, ended 3 h ago: The file was changed ¦ moved. (1 x)",
        ),
        row(
            noisy(),
            BOTH,
            0,
            "Finished with Exception, 4 of 200 objects failed in 1 h, ended 3 h ago, with ignored errors only",
        ),
        // Three objects failed and three occurrences are known, but there is an error that is not.
        row(
            with(noisy(), counts(200, 3, 191, 6)),
            &["--ignore-error", "checked out"],
            1,
            "Finished with Exception, 3 of 200 objects failed in 1 h, ended 3 h ago: The file was changed ¦ moved. (1 x)",
        ),
        // Five objects failed and four errors are known: something is not listed.
        row(
            with(noisy(), counts(200, 5, 190, 5)),
            BOTH,
            1,
            "Finished with Exception, 5 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(with_errors("Failed"), BOTH, 2, "Failed, 4 of 200 objects failed in 1 h, ended 3 h ago"),
        row(
            with_errors("Finished"),
            &["--ignore-error", "checked out", "-w", "errors=1"],
            0,
            "Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
        row(
            with_errors("Finished"),
            &["--ignore-error", "CHECKED", "-w", "errors=1"],
            1,
            "4 errors occurred (warning above 1); Finished, 4 of 200 objects failed in 1 h, ended 3 h ago",
        ),
    ]
}

/// Each row is made when its turn comes: under valgrind minutes go by, and its times are to be so long ago then.
fn judge(rows: fn() -> Vec<Row>) {
    for place in 0..rows().len() {
        let Row { job, options, exit, says } = rows().swap_remove(place);
        let server = service(&job);
        for program in [plugin(), sanitized_plugin()] {
            let output = check(program, &server, options);
            let printed = stdout(&output);
            let verdict = VERDICTS[usize::try_from(exit).expect("is not negative")];
            let (text, _) = printed.split_once(" | ").unwrap_or_else(|| panic!("{options:?}: {printed} {output:?}"));
            assert_eq!(text, format!("BACKUP {verdict} - {ID}: {says}"), "{options:?}");
            assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(exit), b"".as_slice()), "{options:?}");
        }
    }
}

#[test]
fn every_state_has_its_verdict_and_can_be_given_another() {
    judge(states);
}

#[test]
fn every_threshold_trips_outside_of_its_range_and_nowhere_else() {
    judge(thresholds);
}

#[test]
fn what_the_service_does_not_say_neither_passes_nor_fails() {
    judge(absent);
}

#[test]
fn known_errors_excuse_no_more_than_they_explain() {
    judge(known_noise);
}

#[test]
fn credentials_come_from_a_file_and_the_environment_and_the_rest_goes_to_the_service() {
    let server = service(&job("Finished"));
    let file = c_program::scratch_dir().join("check.json");
    let text = json!({"base_url": server.url(), "access_token": "token-of-the-file"}).to_string();
    std::fs::write(&file, text).expect("target is writable");
    let is_private = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&file, is_private).expect("is ours");
    let file = file.to_str().expect("UTF-8");
    // The file wins over the environment, and what it does not have comes from there.
    let output = c_program::run(
        plugin(),
        &["--job", ID, "--config", file, "--location", "EUR", "--timeout", "5s"],
        &[("CBJ_ACCESS_TOKEN", "token-of-the-environment"), ("CBJ_USER_AGENT", "night-watch")],
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let head = server.requests()[0].head.to_ascii_lowercase();
    for part in
        [format!("/{ID}?location=eur ").to_ascii_lowercase().as_str(), "bearer token-of-the-file", "night-watch"]
    {
        assert!(head.contains(part), "{part}: {head}");
    }
    let missing = c_program::run(plugin(), &["-j", ID, "--config", "/nonexistent/check.json"], &[]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(stdout(&missing).starts_with(&format!("BACKUP UNKNOWN - {ID}: ")), "{}", stdout(&missing));
    assert!(stdout(&missing).contains("/nonexistent/check.json"));
}
