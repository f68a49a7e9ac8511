//! Limits, the time of grace, and settings that are wrong.

use chrono::{TimeDelta, Utc};
use serde_json::json;

use super::super::job::with;
use super::super::runs::{failed, finished, service_of};
use super::{judged, judges};

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
