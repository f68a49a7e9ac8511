//! The thresholds of `check_cloudbackup_job`, and numbers that cannot be compared with them.

use std::time::Duration;

use serde_json::json;

use super::super::job::{ago, hours, job, running, with, with_errors};
use super::{Row, counts, judge, row};

/// Thresholds on a job with 4 failed objects of 200, 6 skipped, that took an hour and ended three hours ago.
fn thresholds() -> Vec<Row> {
    let finished = || with_errors("Finished");
    const REST: &str = "Finished, 4 of 200 objects failed, 3 h ago";
    vec![
        row(finished(), &["-w", "4"], 0, REST),
        row(finished(), &["-w", "3"], 1, "Finished, 4 of 200 objects failed (>3), 3 h ago"),
        row(finished(), &["-w", "3", "-c", "failed=0:3"], 2, "Finished, 4 of 200 objects failed (>3), 3 h ago"),
        row(finished(), &["--critical", "failed=5:"], 2, "Finished, 4 of 200 objects failed (<5), 3 h ago"),
        row(finished(), &["-c", "~:4"], 0, REST),
        row(finished(), &["-c", "4:4"], 0, REST),
        row(finished(), &["-c", "@3:4"], 2, "Finished, 4 of 200 objects failed (3 to 4), 3 h ago"),
        row(finished(), &["-c", "5:7"], 2, "Finished, 4 of 200 objects failed (not 5 to 7), 3 h ago"),
        row(finished(), &["-c", "@5:7"], 0, REST),
        row(finished(), &["-w", "1%"], 1, "Finished, 4 of 200 objects failed (2 %, >1 %), 3 h ago"),
        row(finished(), &["-w", "failed=2%,failed_percent=2.5"], 0, REST),
        row(
            finished(),
            &["--warning", "skipped=5"],
            1,
            "Finished, 4 of 200 objects failed, 6 objects skipped (>5), 3 h ago",
        ),
        row(finished(), &["-c", "errors=3"], 2, "Finished, 4 of 200 objects failed, 4 errors occurred (>3), 3 h ago"),
        row(
            finished(),
            &["-c", "total=201:,successful=199:"],
            2,
            "Finished, 4 objects failed, 200 objects in all (<201), 190 objects successful (<199), 3 h ago",
        ),
        row(
            finished(),
            &["-w", "duration=59m,age=170m", "-c", "duration=2h"],
            1,
            "Finished, 4 of 200 objects failed, took 60 min (>59 min), 3 h ago (>170 min)",
        ),
        row(finished(), &["-w", "duration=1h", "-c", "age=1d"], 0, REST),
        row(finished(), &["-w", "duration=3600s", "-c", "age=0.5w"], 0, REST),
        row(
            finished(),
            &["-w", "duration=3599", "-c", "running=1"],
            1,
            "Finished, 4 of 200 objects failed, took 60 min (>3599 s), 3 h ago",
        ),
        row(running(), &["-w", "running=90min"], 1, "In Progress for 2 h (>90 min), 200 of 200 objects done"),
        // What an ended job has does not trip for one that runs.
        row(running(), &["-c", "age=1,duration=1,running=3h"], 0, "In Progress for 2 h, 200 of 200 objects done"),
        // Neither of these states is left out.
        row(
            with_errors("Partially Finished"),
            &["-w", "3", "-c", "skipped=1"],
            2,
            "Partially Finished, 4 of 200 objects failed (>3), 6 objects skipped (>1), 3 h ago",
        ),
        row(
            with_errors("Failed"),
            &["-w", "3", "-c", "skipped=1"],
            2,
            "Failed, 4 of 200 objects failed (>3), 6 objects skipped (>1), 3 h ago",
        ),
    ]
}

/// Each number is there once, with its limit beside it.
fn said_once() -> Vec<Row> {
    let finished = || with_errors("Finished");
    let exception = || with_errors("Finished with Exception");
    let old = || with(job("Finished"), json!({"startTime": ago(hours(32)), "finishTime": ago(hours(31))}));
    let later = || with(old(), json!({"finishTime": ago(hours(31) + Duration::from_secs(30 * 60 + 30))}));
    let days = || with(job("Finished"), json!({"finishTime": ago(hours(73)), "startTime": ago(hours(73))}));
    vec![
        row(finished(), &["-w", "3", "-c", "1%"], 2, "Finished, 4 of 200 objects failed (>3; 2 %, >1 %), 3 h ago"),
        row(
            finished(),
            &["-c", "failed_percent=@1:3"],
            2,
            "Finished, 4 of 200 objects failed (2 %, 1 to 3 %), 3 h ago",
        ),
        row(old(), &["-c", "age=26h"], 2, "Finished, 31 h ago (>26 h)"),
        // One unit would look like the limit.
        row(later(), &["-c", "age=31h"], 2, "Finished, 31 h 30 min ago (>31 h)"),
        row(days(), &["-c", "age=1d"], 2, "Finished, 3 d ago (>24 h)"),
        row(days(), &["-c", "age=4d:"], 2, "Finished, 3 d ago (<4 d)"),
        row(job("Finished"), &["-c", "successful=201:"], 2, "Finished, 200 objects successful (<201), 3 h ago"),
        row(job("Finished"), &["-c", "failed=1:"], 2, "Finished, 0 of 200 objects failed (<1), 3 h ago"),
        row(running(), &["-c", "successful=201:"], 2, "In Progress for 2 h, 200 of 200 objects done (<201)"),
        // The failed objects are the exception, unless the state is judged worse than they are.
        row(exception(), &["-w", "failed=0"], 1, "4 of 200 objects failed (>0), 3 h ago"),
        row(exception(), &["-c", "failed=1%"], 2, "4 of 200 objects failed (2 %, >1 %), 3 h ago"),
        row(
            exception(),
            &["-w", "skipped=5"],
            1,
            "Finished with Exception, 4 of 200 objects failed, 6 objects skipped (>5), 3 h ago",
        ),
        row(
            exception(),
            &["-w", "failed=0", "--state=finished-with-exception=critical"],
            2,
            "Finished with Exception, 4 of 200 objects failed (>0), 3 h ago",
        ),
    ]
}

/// Failed objects that ignored errors explain count for `failed`, and not for `failed_unignored`.
fn unignored() -> Vec<Row> {
    const SOME: &str = "checked out";
    let finished = || with_errors("Finished");
    let without_number = || with(finished(), json!({"jobErrors": [{"value": "The item is checked out."}]}));
    vec![
        row(finished(), &["-c", "failed_unignored=3"], 2, "Finished, 4 of 200 objects failed (>3), 3 h ago"),
        row(finished(), &["-c", "failed_unignored=3,failed=3"], 2, "Finished, 4 of 200 objects failed (>3), 3 h ago"),
        row(
            finished(),
            &["-c", "failed_unignored=0", "--ignore-error", SOME],
            2,
            "Finished, 4 of 200 objects failed, 1 of them not ignored (>0), 3 h ago",
        ),
        row(
            finished(),
            &["-c", "failed_unignored=1", "--ignore-error", SOME],
            0,
            "Finished, 4 of 200 objects failed, 3 h ago",
        ),
        // Three occurrences can be of two objects.
        row(
            with(finished(), counts(200, 2, 198, 0)),
            &["-c", "failed_unignored=0", "--ignore-error", SOME],
            0,
            "Finished, 2 of 200 objects failed, 3 h ago",
        ),
        row(
            without_number(),
            &["-c", "failed_unignored=0", "--ignore-error", SOME],
            3,
            "failed_unignored cannot be judged: the service did not send how many objects failed, or how often an ignored error occurred; Finished, 4 of 200 objects failed, 3 h ago",
        ),
        row(without_number(), &["-c", "failed_unignored=4"], 0, "Finished, 4 of 200 objects failed, 3 h ago"),
        row(
            with(finished(), json!({"backupDetails": null})),
            &["-c", "failed_unignored=0"],
            3,
            "failed_unignored cannot be judged: the service did not send how many objects failed, or how often an ignored error occurred; Finished, 3 h ago",
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
            "duration cannot be judged: the start time '0001-01-01T00:00:00Z' is not a date that can be read; Finished, 200 of 200 objects successful, 3 h ago",
        ),
        row(
            with(job("Finished"), json!({"startTime": ago(hours(1)), "duration": null})),
            &["-c", "duration=1h"],
            3,
            "duration cannot be judged: the finish time is before the start time; Finished, 200 of 200 objects successful, 3 h ago",
        ),
        // The service's own figure is as good where its times are missing.
        row(
            with(job("Finished"), json!({"startTime": null, "duration": "2.5"})),
            &["-c", "duration=2h"],
            2,
            "Finished, took 2 h 30 min (>2 h), 3 h ago",
        ),
        // A clock that is a little ahead is no reason to wake anybody.
        row(
            with(
                job("Finished"),
                json!({"finishTime": (chrono::Utc::now() + Duration::from_secs(100)).to_rfc3339(),
                "startTime": null, "duration": null}),
            ),
            &["-c", "age=26h"],
            0,
            "Finished, 200 of 200 objects successful, 0 s ago",
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
            "failed cannot be judged: the service did not send it; failed_percent cannot be judged: the counts are missing or contradict each other; Finished, 3 h ago",
        ),
        row(
            with(job("Finished"), counts(3, 5, 3, 0)),
            &["-c", "99%"],
            3,
            "failed_percent cannot be judged: the counts are missing or contradict each other; Finished, 5 of 3 objects failed, 3 h ago",
        ),
        row(
            with(job("Finished"), counts(0, 0, 0, 0)),
            &["-c", "1%"],
            0,
            "Finished, 0 of 0 objects successful, 3 h ago",
        ),
        row(
            with(with_errors("Finished"), json!({"jobErrors": [{"value": "Once or more."}]})),
            &["-c", "errors=5"],
            3,
            "errors cannot be judged: the service did not send it; Finished, 4 of 200 objects failed, 3 h ago",
        ),
        row(
            with(job("Finished"), json!({"jobErrors": null})),
            &["-c", "errors=5"],
            3,
            "errors cannot be judged: the service did not send it; Finished, 200 of 200 objects successful, 3 h ago",
        ),
        row(job("Finished"), &["-c", "errors=0"], 0, "Finished, 200 of 200 objects successful, 3 h ago"),
        // Worse than not known is known to be bad.
        row(
            with(with_errors("Finished"), json!({"finishTime": null, "duration": null})),
            &["-w", "3", "-c", "age=26h"],
            1,
            "Finished, 4 of 200 objects failed (>3); age cannot be judged: the finish time is missing",
        ),
        row(
            with(job("Finished"), json!({"id": "FB20200101000000000009"})),
            &[],
            3,
            "the service answered about another job, FB20200101000000000009; Finished, 200 of 200 objects successful, 3 h ago",
        ),
    ]
}

#[test]
fn every_threshold_trips_outside_of_its_range_and_nowhere_else() {
    judge(thresholds);
}

#[test]
fn every_number_is_said_once_with_its_limit() {
    judge(said_once);
}

#[test]
fn failed_objects_count_without_those_that_ignored_errors_explain() {
    judge(unignored);
}

#[test]
fn what_the_service_does_not_say_neither_passes_nor_fails() {
    judge(absent);
}
