//! What ran last, what runs now, and that nothing ran.

use serde_json::json;

use super::super::job::with;
use super::super::runs::{failed, finished, in_progress};
use super::{check, row};

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
            "success 3 h ago, 0 of 2 runs failed in 24 h",
            "Finished with Exception, 4 of 200 objects failed with ignored errors only, ended 3 h ago; 0 of 2 runs failed in 24 h; IB2",
        ),
        row(
            "every night",
            vec![finished("IB1", 50.0), with(noisy(27.0), json!({"id": "IB0"})), noisy(3.0)],
            &["IgnoreError=checked out"],
            "OK",
            "success 3 h ago, 0 of 1 run failed in 24 h",
            "Finished with Exception, 4 of 200 objects failed with ignored errors only, ended 3 h ago; 0 of 1 run failed in 24 h; IB2",
        ),
        row(
            "a run with an error that is not ignored is no success",
            vec![finished("IB1", 50.0), noisy(3.0)],
            &["IgnoreError=locked"],
            "CRITICAL",
            "no success for 2 d (>26 h)",
            "Finished with Exception, 4 of 200 objects failed, ended 3 h ago; success 2 d ago (>26 h); 0 of 1 run failed in 24 h; IB2",
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
