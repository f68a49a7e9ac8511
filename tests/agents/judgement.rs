//! The parts of a judgement, one by one: durations, limits, the verdict on a number, and on a failed call.

use std::path::PathBuf;
use std::sync::LazyLock;

use super::build::{WARNINGS, sources_in};
use super::support::c_program::{self, Linking, library_dir, root, sanitizers, scratch_dir};

/// `tests/c/judge.c` with all files of `shared`.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let made = scratch_dir().join("judge");
    let agents = root().join("examples/agents/shared");
    let mut command = c_program::compiler("cc");
    command.args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-g"]).args(WARNINGS).args(sanitizers());
    command.arg("-I").arg(root().join("include")).arg("-I").arg(agents).arg(root().join("tests/c/judge.c"));
    command.args(sources_in("shared"));
    c_program::link(&mut command, Linking::Shared, &library_dir());
    c_program::make(command, &made);
    made
});

fn judge(arguments: &[&str]) -> String {
    let output = c_program::run(&PROGRAM, arguments, &[]);
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("prints UTF-8").trim_end().to_owned()
}

#[test]
fn a_short_duration_has_one_unit_and_at_least_two_of_it() {
    for (seconds, expected) in [
        ("0", "0 s"),
        ("0.9", "0 s"),
        ("39", "39 s"),
        ("119.9", "119 s"),
        ("120", "2 min"),
        ("2504", "41 min"),
        ("7199", "119 min"),
        ("7200", "2 h"),
        ("111600", "31 h"),
        ("172799", "47 h"),
        ("172800", "2 d"),
        ("62380800", "722 d"),
        ("1e300", "104166666666 d"),
    ] {
        assert_eq!(judge(&["duration", seconds]), expected, "{seconds}");
    }
}

#[test]
fn a_limit_is_said_in_few_signs_and_exactly() {
    for (metric, range, value, expected) in [
        ("age", "26h", "111600", ">26 h"),
        ("age", "3600", "7200", ">1 h"),
        ("age", "24h", "90000", ">24 h"),
        ("age", "8d", "777600", ">8 d"),
        ("age", "90m", "7200", ">90 min"),
        ("age", "3599", "3600", ">3599 s"),
        ("age", "0.5", "1", ">0.5 s"),
        ("age", "1h:2h", "60", "not 1 h to 2 h"),
        ("failed", "0", "4", ">0"),
        ("failed", "~:3", "4", ">3"),
        ("runs", "1:", "0", "<1"),
        ("runs", "5:10", "0", "not 5 to 10"),
        ("runs", "5:10", "11", "not 5 to 10"),
        ("runs", "@5:10", "7", "5 to 10"),
        ("runs", "@7:7", "7", "7"),
        ("runs", "@5", "0", "<=5"),
        ("runs", "@5:", "7", ">=5"),
        ("runs", "@~:", "7", "any"),
        ("failed_percent", "5%", "7", ">5 %"),
        ("failed_percent", "@5:10", "7", "5 to 10 %"),
        ("failed_runs_percent", "12.5", "20", ">12.5 %"),
    ] {
        assert_eq!(judge(&["limit", metric, range, value]), expected, "{metric}={range}: {value}");
    }
}

#[test]
fn the_verdict_on_a_number_is_the_worst_that_its_ranges_say() {
    for (warning, critical, value, expected) in [
        ("", "", "5", "OK"),
        ("", "", "unknown", "OK"),
        ("4", "", "5", "WARNING"),
        ("4", "", "4", "OK"),
        ("", "4", "5", "CRITICAL"),
        ("4", "9", "5", "WARNING"),
        ("4", "9", "10", "CRITICAL"),
        ("4", "9", "unknown", "UNKNOWN"),
        ("", "9", "unknown", "UNKNOWN"),
    ] {
        assert_eq!(judge(&["verdict", warning, critical, value]), expected, "{warning} {critical} {value}");
    }
}

const JOB: &str = "0";
const KIND: &str = "1";
const SERVICE: &str = "2";
/// The operator has not decided about this failure.
const UNDECIDED: &str = "-1";

#[test]
fn a_failure_is_judged_by_its_name_then_by_unavailable_then_by_what_was_asked() {
    // The rows of `jc_failures`. The verdict if a job, a kind, or the service was asked for.
    for (status, is_unavailable, job, kind, service) in [
        ("1", false, "UNKNOWN", "UNKNOWN", "UNKNOWN"),
        ("2", false, "UNKNOWN", "UNKNOWN", "UNKNOWN"),
        ("3", false, "UNKNOWN", "UNKNOWN", "UNKNOWN"),
        ("4", false, "UNKNOWN", "UNKNOWN", "UNKNOWN"),
        ("5", false, "CRITICAL", "UNKNOWN", "UNKNOWN"),
        ("6", false, "UNKNOWN", "UNKNOWN", "UNKNOWN"),
        ("7", true, "UNKNOWN", "UNKNOWN", "CRITICAL"),
        ("8", true, "UNKNOWN", "UNKNOWN", "CRITICAL"),
        ("9", true, "UNKNOWN", "UNKNOWN", "CRITICAL"),
        ("10", true, "UNKNOWN", "UNKNOWN", "CRITICAL"),
        ("11", true, "UNKNOWN", "UNKNOWN", "CRITICAL"),
        ("12", true, "UNKNOWN", "UNKNOWN", "CRITICAL"),
        ("13", true, "UNKNOWN", "UNKNOWN", "CRITICAL"),
        ("14", false, "UNKNOWN", "UNKNOWN", "UNKNOWN"),
        ("15", true, "UNKNOWN", "UNKNOWN", "CRITICAL"),
        ("16", false, "UNKNOWN", "UNKNOWN", "UNKNOWN"),
        // A status of a later version of the library.
        ("9999", false, "UNKNOWN", "UNKNOWN", "UNKNOWN"),
    ] {
        for (asked, expected) in [(JOB, job), (KIND, kind), (SERVICE, service)] {
            let verdict = |on: &str, unavailable: &str| {
                let printed = judge(&["failure", asked, status, on, unavailable, "no reason"]);
                printed.split(':').next().expect("has a verdict").to_owned()
            };
            assert_eq!(verdict(UNDECIDED, UNDECIDED), expected, "{status} {asked}");
            let with_unavailable = if is_unavailable { "WARNING" } else { expected };
            assert_eq!(verdict(UNDECIDED, "1"), with_unavailable, "{status} {asked}");
            if status != "9999" {
                assert_eq!(verdict("0", "1"), "OK", "{status} {asked}");
            }
        }
    }
}

#[test]
fn the_words_for_a_failure_are_few_and_the_message_follows() {
    const GET: &str = "GET https://api.example.com/jobs/x";
    const POST: &str = "POST https://identity.example.com/connect/token";
    for (asked, status, message, expected) in [
        (JOB, "5", format!("{GET}: HTTP 404 Not Found. Check the job id."), "no such job (404)"),
        (KIND, "5", format!("{GET}: HTTP 404 Not Found. Check the base URL."), "API answers 404"),
        (JOB, "12", format!("{GET}: the connection broke. Try again. (3 attempts)"), "connection to the API broke (3 attempts)"),
        // What the service says is not what the library says.
        (JOB, "8", format!("{GET}: HTTP 500 Internal Server Error: locked (5 attempts). Try again."), "API answers 500"),
        (JOB, "8", format!("{GET}: HTTP 500 Internal Server Error: locked (too many attempts). Try again."), "API answers 500"),
        (JOB, "12", format!("{POST}: the connection broke. Try again."), "connection to the identity service broke"),
        (JOB, "14", format!("{GET}: the call was cancelled. Resume it."), "the call was cancelled"),
        (JOB, "16", format!("{GET}: panicked. Report this."), "the library has a defect"),
        (
            JOB,
            "13",
            "Waiting for the access token that another thread fetches: the time was up while waiting for the answer (9987 ms for the whole call). Try again, or allow more time.".to_owned(),
            "no answer from the identity service within 10 s",
        ),
        (JOB, "13", format!("{GET}: the time was up while connecting (1490 ms for the whole call). Try again."), "no answer from the API within 1.5 s"),
        (JOB, "9999", format!("{GET}: something."), "CBJ_ERROR_UNKNOWN"),
    ] {
        let printed = judge(&["failure", asked, status, UNDECIDED, UNDECIDED, &message]);
        let (first, rest) = printed.split_once('\n').expect("has details");
        assert_eq!(first.split_once(": ").expect("has a verdict").1, expected, "{message}");
        assert_eq!(rest.lines().next(), Some(message.as_str()));
    }
    // What an agent says itself, and what is wrong on this machine, is the first line, and not there twice.
    for (status, message) in [("14", "the service was not asked yet"), ("2", "base_url: https://x y is not a URL")] {
        let printed = judge(&["failure", JOB, status, UNDECIDED, UNDECIDED, message]);
        assert!(printed.starts_with(&format!("UNKNOWN: {message}\nCBJ_ERROR_")), "{printed}");
        assert_eq!(printed.matches(message).count(), 1, "{printed}");
    }
}
