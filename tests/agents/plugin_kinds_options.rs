//! `check_cloudbackup_job --latest`: its options.

use std::time::Duration;

use super::build::{plugin, sanitized_plugin};
use super::job::environment;
use super::plugin::{VERDICTS, stdout};
use super::plugin_kinds::{latest, night};
use super::runs::{EXCHANGE_ONLINE, failed, finished, in_progress, listed, service_of};
use super::support::c_program;
use super::support::list_server::ListServer;

#[test]
fn what_to_check_is_said_once() {
    let server = night();
    let url = server.url();
    let one = "use only one of -j, --latest with --object-type, and --list-kinds; see --help";
    for (options, words) in [
        (&["-j", "FB1", "--latest"][..], one),
        (&["-j", "FB1", "--object-type=teams"], one),
        (&["--list-kinds", "--latest"], one),
        (&["--list-kinds", "--object-type=teams"], one),
        (&["--list-kinds", "-j", "FB1"], one),
        (&["-j", "FB1", "--job-type=restore"], "--job-type is for --latest and --list-kinds"),
        (
            &["--latest"],
            "--latest needs the kinds of jobs: --object-type=exchange-online,onedrive; --list-kinds prints",
        ),
        (&["--object-type="], "--object-type: no kind is named"),
        (
            &["--object-type=exchange-onlin"],
            "--object-type: 'exchange-onlin' is not one of the kinds exchange-online, sharepoint-online, onedrive,",
        ),
        (&["--object-type=teams,,onedrive"], "--object-type: '' is not one of the kinds"),
        (&["--object-type=teams/back"], "--object-type: 'back' is not one of the job types backup, restore"),
        (&["--object-type=teams", "--job-type=back"], "--object-type: 'back' is not one of the job types"),
        (&["--object-type=teams/backup/a b"], "'a b' is not a location"),
        (&["--object-type=teams", "--location=a b"], "'a b' is not a location"),
        (&["--object-type=teams,Teams"], "--object-type: 'Teams' is given twice"),
        (&["--object-type=teams", "--object-type=teams/backup"], "--object-type: 'teams/backup' is given twice"),
        (&["--object-type=any,teams"], "--object-type: 'any' asks only whether the API answers"),
        (&["--object-type=teams", "--object-type=any"], "--object-type: 'any' asks only whether the API answers"),
        (&["--object-type=teams", "--lookback=2d", "-c", "since_success=3d"], "lookback"),
        (&["--object-type=teams", "--lookback=2d", "--window=3d"], "lookback"),
        (&["--object-type=teams", "--lookback=soon"], "--lookback: "),
        (&["--object-type=teams", "--window=soon"], "--window: "),
        (&["--object-type=teams", "--success=done"], "--success: "),
        (&["--object-type=teams", "--on-none=bad"], "--on-none: 'bad' is not one of ok, warning, critical, unknown"),
        (&["--object-type=teams", "--on-unavailable=bad"], "--on-unavailable: 'bad' is not one of ok"),
        (&["--object-type=teams", "--optional=tems"], "--optional: 'tems' is not one of the kinds"),
        (&["--object-type=teams", "--grace-until=soon"], "--grace-until: "),
        (&["--object-type=teams", "-c", "tems.since_success=8d"], "--critical: 'tems' is not one of the kinds"),
    ] {
        let output = c_program::run(sanitized_plugin(), options, &environment(&url));
        let printed = stdout(&output);
        assert!(printed.starts_with("BACKUP UNKNOWN - ") && printed.contains(words), "{options:?}: {printed}");
        assert_eq!((output.status.code(), printed.lines().count()), (Some(3), 1), "{options:?}: {printed}");
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn names_lend_their_missing_parts() {
    let server = ListServer::start(|_| listed(&[finished("IB1", 5.0)]));
    for (options, expected) in [
        (&["--object-type=Exchange_Online"][..], vec![("1", "1", None)]),
        (&["--object-type", "exchange-online", "--job-type", "restore"], vec![("1", "2", None)]),
        // Whatever comes first.
        (&["--job-type=restore", "--object-type=onedrive, teams/export"], vec![("3", "2", None), ("7", "3", None)]),
        (
            &["--object-type=onedrive,teams//NAM", "--location=EUR"],
            vec![("3", "1", Some("EUR")), ("7", "1", Some("NAM"))],
        ),
    ] {
        let before = server.asked().len();
        let output = latest(plugin(), &server, options);
        assert_eq!(output.status.code(), Some(0), "{options:?}: {output:?}");
        let asked = &server.asked()[before..];
        let parts: Vec<_> = asked
            .iter()
            .map(|page| {
                let part = |name| page.parameter(name);
                (part("objectType").unwrap_or_default(), part("jobType").unwrap_or_default(), part("location"))
            })
            .collect();
        assert_eq!(parts, expected, "{options:?}");
    }
    // --object-type alone says enough.
    let url = server.url();
    let output = c_program::run(plugin(), &["--object-type=teams"], &environment(&url));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn each_setting_is_an_option() {
    let server = service_of([
        (EXCHANGE_ONLINE, vec![failed("FB1", 2.0), finished("FB2", 14.0)]),
        ("7", vec![finished("FB3", 50.0)]),
        ("9", vec![in_progress("FB5", 3.0), finished("FB4", 20.0)]),
    ]);
    let tomorrow = (chrono::Utc::now() + Duration::from_secs(86400)).format("%Y-%m-%d").to_string();
    let until = format!("--grace-until=onedrive={tomorrow}");
    let new = ["--object-type=onedrive", &until];
    let rows: Vec<(&[&str], usize)> = vec![
        (&["--object-type=exchange-online"], 2),
        (&["--object-type=exchange-online", "--state=failed=warning"], 1),
        (&["--object-type=exchange-online", "--success=finished,failed"], 2),
        (
            &[
                "--object-type=exchange-online",
                "--success=finished,failed",
                "--state=failed=ok",
                "-c",
                "since_success=3h",
            ],
            0,
        ),
        (&["--object-type=exchange-online", "--state=failed=ok", "-c", "since_success=3h"], 2),
        (&["--object-type=teams"], 2),
        (&["--object-type=teams", "--critical", "teams.since_success=8d"], 0),
        (&["--object-type=teams", "--critical=onedrive.since_success=8d"], 2),
        (&["--object-type=teams", "-c", "since_success=8d", "--warning=since_success=2d, failed=0"], 1),
        // A later range adds to an earlier one, and replaces only the same.
        (&["--object-type=teams", "-c", "since_success=8d", "-c", "runs=1:"], 2),
        (&["--object-type=teams", "-c", "since_success=8d", "-c", "runs=0:"], 0),
        (&["--object-type=teams", "-c", "since_success=1d", "-c", "since_success=8d"], 0),
        (&["--object-type=teams", "-c", "since_success=8d", "-c", "runs=1:", "--window=3d"], 0),
        (&["--object-type=teams", "--lookback=1d"], 2),
        (&["--object-type=teams", "--lookback=1d", "--on-none=warning"], 1),
        (&["--object-type=onedrive"], 2),
        (&["--object-type=onedrive", "--on-none", "unknown"], 3),
        (&["--object-type=onedrive", "--optional"], 0),
        (&["--object-type=onedrive", "--optional=onedrive,power-bi"], 0),
        (&["--object-type=onedrive", "--optional=power-bi"], 2),
        (&new, 0),
        (&["--object-type=onedrive", "--grace-until=2026-01-01"], 2),
        (&["--object-type=onedrive", "--grace-until=onedrive=2026-01-01"], 2),
        (&["--object-type=teams-chat"], 0),
        (&["--object-type=teams-chat", "-w", "teams-chat.running=2h"], 1),
        (
            &[
                "--object-type=exchange-online",
                "--state=failed=ok",
                "-w",
                "failed_unignored=0",
                "--ignore-error=checked out",
            ],
            0,
        ),
        (&["--object-type=exchange-online", "--state=failed=ok", "-w", "failed_unignored=0"], 1),
    ];
    for (options, verdict) in rows {
        let output = latest(plugin(), &server, options);
        let printed = stdout(&output);
        assert_eq!(output.status.code(), i32::try_from(verdict).ok(), "{options:?}: {printed}");
        assert!(printed.starts_with(&format!("BACKUP {} - ", VERDICTS[verdict])), "{options:?}: {printed}");
    }
}
