//! The thresholds of `check_cloudbackup_job`, and numbers that cannot be compared with them.

use serde_json::json;

use super::super::job::{ago, hours, job, running, with, with_errors};
use super::{Row, counts, judge, row};

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

#[test]
fn every_threshold_trips_outside_of_its_range_and_nowhere_else() {
    judge(thresholds);
}

#[test]
fn what_the_service_does_not_say_neither_passes_nor_fails() {
    judge(absent);
}
