//! `check_cloudbackup_job --latest --format prometheus`, and labels.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::json;

use super::build::{plugin, sanitized_plugin};
use super::daemon::is_missing;
use super::job::with;
use super::plugin::stdout;
use super::plugin_kinds::{THREE, latest, night};
use super::runs::{EXCHANGE_ONLINE, failed, finished, in_progress, listed, service_of};
use super::support::answers::answer;
use super::support::list_server::ListServer;
use super::support::scripted_server::Step;

/// Samples without HELP and TYPE, as text before and after the last blank.
fn samples(text: &str) -> Vec<(&str, &str)> {
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.rsplit_once(' ').expect("has a value")).collect()
}

/// What Prometheus' own linter says. It is silent if all is well.
fn lint(text: &str) -> String {
    let mut linter = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("promtool is there");
    linter.stdin.take().expect("is piped").write_all(text.as_bytes()).expect("it reads");
    let output = linter.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{output:?}\n{text}");
    String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
}

#[test]
fn a_start_in_the_future_is_in_no_format() {
    let running = with(in_progress("IB2", 1.0), json!({"startTime": "2100-01-01T00:00:00Z"}));
    let server = service_of([(EXCHANGE_ONLINE, vec![running])]);
    for format in ["prometheus", "influx"] {
        let text =
            stdout(&latest(plugin(), &server, &["--object-type=exchange-online", &format!("--format={format}")]));
        assert!(!text.contains("running_start_time") && text.contains("verdict"), "{format}: {text}");
    }
}

#[test]
fn prometheus_gets_series_that_live_as_long_as_the_kind() {
    let options = [THREE, "--format=prometheus", "-c", "onedrive.running=20h", "-w", "running=~:10h"];
    let output = latest(sanitized_plugin(), &night(), &options);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()));
    let text = stdout(&output);
    let samples = samples(&text);
    let value = |name: &str, kind: &str, more: &str| {
        let series = format!("cloudbackup_{name}{{object_type=\"{kind}\",job_type=\"backup\",location=\"\"{more}}}");
        samples.iter().find(|(known, _)| *known == series).map(|(_, value)| *value)
    };
    let now = chrono::Utc::now().timestamp();
    let seconds_ago =
        |name: &str, kind: &str| value(name, kind, "").map(|time| now - time.parse::<i64>().expect("is whole"));
    let about = |hours: f64, ago: Option<i64>| {
        ago.is_some_and(|ago| (ago - 30 - i64::from((hours * 3600.0) as i32)).abs() < 60)
    };
    assert_eq!(samples[0], ("cloudbackup_up", "1"));
    assert_eq!(samples[1].0, "cloudbackup_check_time_seconds");
    assert!((0..60).contains(&(now - samples[1].1.parse::<i64>().expect("is whole"))));
    for (kind, verdict, success, run, running) in [
        ("exchange-online", "2", 31.0, 7.0, None),
        ("sharepoint-online", "0", 5.0, 5.0, None),
        ("onedrive", "0", 9.0, 9.0, Some(0.1)),
    ] {
        assert_eq!(value("kind_verdict", kind, ""), Some(verdict), "{kind}");
        assert!(about(success, seconds_ago("last_success_time_seconds", kind)), "{kind}: {text}");
        assert!(about(run, seconds_ago("last_run_time_seconds", kind)), "{kind}: {text}");
        match running {
            Some(hours) => assert!(about(hours, seconds_ago("running_start_time_seconds", kind)), "{kind}: {text}"),
            None => assert_eq!(value("running_start_time_seconds", kind, ""), None, "{kind}"),
        }
        assert_eq!(value("success_limit_seconds", kind, ""), Some("93600"), "{kind}");
        // The limit for CRITICAL, or else that for WARNING.
        let limit = if kind == "onedrive" { "72000" } else { "36000" };
        assert_eq!(value("running_limit_seconds", kind, ""), Some(limit), "{kind}");
        assert_eq!(value("window_seconds", kind, ""), Some("86400"), "{kind}");
        assert_eq!(value("missing_jobs", kind, ""), Some("0"), "{kind}");
        assert_eq!(value("last_run_objects", kind, ""), Some("200"), "{kind}");
        let is_failed = kind == "exchange-online";
        assert_eq!(
            value("last_run_state", kind, ",state=\"failed\""),
            Some(if is_failed { "1" } else { "0" }),
            "{kind}"
        );
        assert_eq!(
            value("last_run_state", kind, ",state=\"finished\""),
            Some(if is_failed { "0" } else { "1" }),
            "{kind}"
        );
    }
    for (name, expected) in [
        ("last_run_failed_objects", "4"),
        ("last_run_successful_objects", "190"),
        ("last_run_skipped_objects", "6"),
        ("last_run_error_occurrences", "4"),
        ("last_run_duration_seconds", "3600"),
    ] {
        assert_eq!(value(name, "exchange-online", ""), Some(expected), "{name}");
    }
    assert_eq!(value("window_runs", "exchange-online", ",state=\"failed\""), Some("2"));
    assert_eq!(value("window_runs", "onedrive", ",state=\"in-progress\""), Some("1"));
    // The id of a run is in one series only.
    assert_eq!(value("last_run_info", "exchange-online", ",job_id=\"FB1\""), Some("1"));
    assert_eq!(text.matches("job_id=").count(), 3);
    // Each metric is described once, and its samples follow.
    for name in samples.iter().filter_map(|(series, _)| series.split('{').next()) {
        assert_eq!(text.matches(&format!("# HELP {name} ")).count(), 1, "{name}");
        let (_, after) = text.split_once(&format!("# TYPE {name} gauge\n")).expect("has a type");
        let here = after.split("# HELP").next().unwrap_or_default();
        assert_eq!(here.matches(&format!("{name}{{")).count(), text.matches(&format!("\n{name}{{")).count(), "{name}");
    }
    assert_eq!(samples.len(), 2 + 3 * 6 + 1 + 1 + 3 + 3 * 6 + 3 * 6 + 3 * 6 + 3 - 1, "{text}");
}

#[test]
fn prometheus_lints_what_it_gets() {
    if is_missing("promtool") {
        return;
    }
    let away = ListServer::start(|asked| match asked.parameter("objectType") {
        Some(EXCHANGE_ONLINE) => listed(&[failed("FB \"1\" \\ü", 7.0), finished("FB3", 31.0)]),
        _ => vec![Step::Send(answer("503 Service Unavailable", ""))],
    });
    let location = "--object-type=exchange-online,onedrive/backup/EUR,teams/restore";
    for (server, options) in [
        (&night(), &[THREE][..]),
        (&night(), &["--object-type=any"]),
        (&night(), &["-t", "x", THREE]),
        (&night(), &["--label", "tenant=\"Zoë\" \\ {x}", "--label=site=1", THREE]),
        (&away, &[location]),
    ] {
        let text = stdout(&latest(plugin(), server, &[options, &["--format=prometheus"]].concat()));
        assert_eq!(lint(&text), "", "{options:?}\n{text}");
    }
    // When the service was not asked for a kind, nothing is known of its runs, and the limits are known.
    let text = stdout(&latest(plugin(), &away, &[location, "--format=prometheus"]));
    let located = "{object_type=\"onedrive\",job_type=\"backup\",location=\"EUR\"}";
    let of_located: Vec<_> = samples(&text).into_iter().filter(|(series, _)| series.contains("onedrive")).collect();
    assert_eq!(
        of_located,
        [
            (format!("cloudbackup_kind_verdict{located}").as_str(), "3"),
            (format!("cloudbackup_success_limit_seconds{located}").as_str(), "93600"),
            (format!("cloudbackup_window_seconds{located}").as_str(), "86400"),
        ]
    );
    // A restore has no schedule, and so no limit.
    assert!(!text.contains("success_limit_seconds{object_type=\"teams\""), "{text}");
    assert!(text.contains("\ncloudbackup_up 0\n") && text.contains("job_id=\"FB \\\"1\\\" \\\\ü\"} 1\n"), "{text}");
    // Nothing succeeded, and nothing ran.
    let never = service_of([(EXCHANGE_ONLINE, vec![failed("FB1", 7.0)])]);
    let text = stdout(&latest(plugin(), &never, &["--object-type=exchange-online,teams", "--format=prometheus"]));
    assert_eq!(lint(&text), "");
    assert!(
        !text.contains("last_success_time") && !text.contains("last_run_time_seconds{object_type=\"teams"),
        "{text}"
    );
    assert!(text.contains("cloudbackup_window_runs{object_type=\"teams\""), "{text}");
}

#[test]
fn labels_go_to_every_series() {
    let labels = ["--label", "tenant=contoso", "--label=_site2=a b,c"];
    let text = stdout(&latest(plugin(), &night(), &[&[THREE, "--format=prometheus"], &labels[..]].concat()));
    for (series, _) in samples(&text) {
        assert!(series.ends_with("tenant=\"contoso\",_site2=\"a b,c\"}"), "{series}");
    }
    assert!(text.contains("\ncloudbackup_up{tenant=\"contoso\",_site2=\"a b,c\"} 1\n"), "{text}");
    let influx = stdout(&latest(plugin(), &night(), &[&[THREE, "--format=influx"], &labels[..]].concat()));
    assert_eq!(influx.matches(r",tenant=contoso,_site2=a\ b\,c verdict=").count(), 3, "{influx}");
    // One job has them, too.
    let job = super::job::service(&super::job::job("Finished"));
    for (format, series) in [
        ("prometheus", format!("\ncloudbackup_job_verdict{{job_id=\"{}\",tenant=\"contoso\"}} 0\n", super::job::ID)),
        ("influx", format!("cloudbackup_job,job_id={},tenant=contoso verdict=0i", super::job::ID)),
    ] {
        let text = stdout(&super::plugin::check(plugin(), &job, &["--label=tenant=contoso", "--format", format]));
        assert!(format!("\n{text}").contains(&series), "{text}");
    }
    for (label, words) in [
        ("tenant", "the label 'tenant' has no value"),
        ("tenant=", "the label 'tenant' has no value"),
        ("=x", "'' is not the name of a label"),
        ("1st=x", "'1st' is not the name of a label"),
        ("a-b=x", "'a-b' is not the name of a label"),
        ("a:b=x", "'a:b' is not the name of a label"),
        ("__name__=x", "'__name__' is not the name of a label"),
        ("object_type=x", "the series have a label 'object_type' already"),
        ("job_id=x", "the series have a label 'job_id' already"),
        ("state=x", "the series have a label 'state' already"),
        ("site=b", "the label 'site' is given twice"),
    ] {
        let options = ["--label=site=a", "--label", label, "--format=influx"];
        let text = stdout(&latest(sanitized_plugin(), &night(), &[&[THREE], &options[..]].concat()));
        assert!(text.contains(&format!("message=\"--label: {words}")), "{label}: {text}");
    }
    let text = stdout(&latest(plugin(), &night(), &[THREE, "--label=tenant=contoso"]));
    assert!(text.starts_with("BACKUP UNKNOWN - --label: only the formats prometheus and influx"), "{text}");
}

#[test]
fn a_label_that_is_not_utf8_would_cost_the_whole_file() {
    use std::os::unix::ffi::OsStrExt;

    for (bytes, is_right) in [
        (&b"Zo\xc3\xab \xe4\xbc\x9a \xf0\x9f\x90\x9f"[..], true),
        (b"Zo\xeb", false),
        (b"\xc0\xaf", false),
        (b"\xe0\x80\xaf", false),
        (b"\xed\xa0\x80", false),
        (b"\xf4\x90\x80\x80", false),
        (b"\x80", false),
        (b"\xe4\xbc", false),
    ] {
        let label = [b"--label=tenant=", bytes].concat();
        let mut command = Command::new(sanitized_plugin());
        command.args(["--object-type=any", "--format=prometheus"]).arg(std::ffi::OsStr::from_bytes(&label)).env_clear();
        let output = command.output().expect("starts");
        assert_eq!(output.status.code(), Some(if is_right { 0 } else { 3 }), "{bytes:?}: {output:?}");
        assert_eq!(std::str::from_utf8(bytes).is_ok(), is_right);
    }
}
