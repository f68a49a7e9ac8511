//! `check_cloudbackup_job`: the verdict on a job, and its words. There is a row for each state, option and threshold.

mod thresholds;

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use super::build::{plugin, sanitized_plugin, static_plugin};
use super::job::{ID, environment, job, running, service, with, with_errors};
use super::support::c_program;
use super::support::scripted_server::ScriptedServer;
use super::{front, server};

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
    /// The first line, without the verdict, the id and the performance data.
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
        row(job("Finished"), &[], 0, "Finished, 200 of 200 objects successful, 3 h ago"),
        row(failed(), &[], 2, "Failed, 4 of 200 objects failed, 3 h ago"),
        row(
            with_errors("Finished with Exception"),
            &[],
            1,
            "Finished with Exception, 4 of 200 objects failed, 3 h ago",
        ),
        row(with(job("PARTIALLY_FINISHED"), json!({"backupDetails": null})), &[], 1, "Partially Finished, 3 h ago"),
        row(running(), &[], 0, "In Progress for 2 h, 200 of 200 objects done"),
        row(
            job("Paused|Held"),
            &[],
            3,
            "in the state 'Paused¦Held', which this version does not know, 200 of 200 objects successful, 3 h ago",
        ),
        row(
            with(job(""), json!({"state": null, "finishTime": "", "startTime": null, "duration": null})),
            &[],
            3,
            "the service sent no state, 200 of 200 objects successful",
        ),
        // Each can be another.
        row(failed(), &["--state", "failed=warning"], 1, "Failed, 4 of 200 objects failed, 3 h ago"),
        row(failed(), &["--state", "failed=ok"], 0, "Failed, 4 of 200 objects failed, 3 h ago"),
        row(
            with_errors("Finished with Exception"),
            &["--state=Finished_With exception=CRITICAL"],
            2,
            "Finished with Exception, 4 of 200 objects failed, 3 h ago",
        ),
        row(
            job("partially finished"),
            &["--state", "partially-finished=0"],
            0,
            "Partially Finished, 200 of 200 objects successful, 3 h ago",
        ),
        row(running(), &["--state", "in-progress=unknown"], 3, "In Progress for 2 h, 200 of 200 objects done"),
        row(
            job("Waiting"),
            &["--state", "unknown=ok"],
            0,
            "in the state 'Waiting', which this version does not know, 200 of 200 objects successful, 3 h ago",
        ),
        row(
            job("Finished"),
            &["--state", "finished=2", "--state", "finished=1"],
            1,
            "Finished, 200 of 200 objects successful, 3 h ago",
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
            "Finished with Exception, 4 of 200 objects failed, 3 h ago",
        ),
        row(noisy(), BOTH, 0, "Finished with Exception, 4 of 200 objects failed with ignored errors only, 3 h ago"),
        // Three objects failed and three occurrences are known, but there is an error that is not.
        row(
            with(noisy(), counts(200, 3, 191, 6)),
            &["--ignore-error", "checked out"],
            1,
            "Finished with Exception, 3 of 200 objects failed, 3 h ago",
        ),
        // Five objects failed and four errors are known: something is not listed.
        row(
            with(noisy(), counts(200, 5, 190, 5)),
            BOTH,
            1,
            "Finished with Exception, 5 of 200 objects failed, 3 h ago",
        ),
        row(with_errors("Failed"), BOTH, 2, "Failed, 4 of 200 objects failed, 3 h ago"),
        row(
            with_errors("Finished"),
            &["--ignore-error", "checked out", "-w", "errors=1"],
            0,
            "Finished, 4 of 200 objects failed, 3 h ago",
        ),
        row(
            with_errors("Finished"),
            &["--ignore-error", "CHECKED", "-w", "errors=1"],
            1,
            "Finished, 4 of 200 objects failed, 4 errors occurred (>1), 3 h ago",
        ),
    ]
}

/// Makes each row right before its check: valgrind takes minutes, and the times of a row must be right then.
fn judge(rows: fn() -> Vec<Row>) {
    // Compiling takes long on a busy machine, so it comes first.
    let programs = [plugin(), sanitized_plugin()];
    for place in 0..rows().len() {
        for program in programs {
            let Row { job, options, exit, says } = rows().swap_remove(place);
            let output = check(program, &service(&job), options);
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
        &["--job", ID, "--config", file, "--location", "EUR", "--timeout", "50s"],
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

#[test]
fn a_job_is_checked_over_tls_if_the_certificate_is_trusted() {
    let server = service(&job("Finished"));
    let url = front::in_front_of(&server.url());
    let ca_file = server::certificate("ca.pem");
    let trusting = [environment(&url), vec![("CBJ_CA_FILE", &*ca_file)]].concat();
    for program in [plugin(), sanitized_plugin(), static_plugin()] {
        let output = c_program::run(program, &["-j", ID], &trusting);
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()), "{output:?}");
    }
    let output = c_program::run(plugin(), &["-j", ID], &environment(&url));
    assert_eq!(output.status.code(), Some(3));
    assert!(stdout(&output).contains("CBJ_ERROR_TLS"), "{}", stdout(&output));
    assert_eq!(server.requests().len(), 3);
}
