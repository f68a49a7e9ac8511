//! The plugin in a real collectd: kinds of jobs.

use std::collections::BTreeSet;
use std::path::Path;

use super::super::build::{COLLECTD, compile};
use super::super::daemon::folder;
use super::super::job::{envelope, job};
use super::super::runs::{EXCHANGE_ONLINE, SHAREPOINT_ONLINE, failed, finished, in_progress, listed, run};
use super::super::support::answers::{answer, ok};
use super::super::support::c_program::{SANITIZED, root};
use super::super::support::list_server::{Asked, ListServer, PATH};
use super::super::support::scripted_server::{Script, Step};
use super::{asan, configure, is_left_out, start, values};

fn refuses(status: &str) -> Script {
    vec![Step::Send(answer(status, ""))]
}

/// A server that answers each kind by itself. `answers` takes the number of the object type, and how often it was asked
/// for before.
fn service(answers: impl Fn(&str, usize) -> Script + Send + Sync + 'static) -> ListServer {
    let counts = std::sync::Mutex::new(std::collections::BTreeMap::new());
    ListServer::start(move |asked| {
        assert!(asked.target.starts_with(&format!("{PATH}?")), "{}", asked.target);
        let kind = asked.parameter("objectType").expect("every list is of a kind").to_owned();
        let mut counts = counts.lock().expect("no answer panicked");
        let count = counts.entry(kind.clone()).or_insert(0);
        *count += 1;
        answers(&kind, *count - 1)
    })
}

fn verdicts(folder: &Path, instance: &str) -> Vec<f64> {
    values(folder, &format!("cloudbackup-{instance}/gauge-verdict"))
}

/// The notifications, without their times.
fn notifications(log: &str, instance: &str) -> Vec<String> {
    let of_instance =
        format!("plugin = cloudbackup, plugin_instance = {instance}, type = gauge, type_instance = verdict");
    let lines = log.lines().filter_map(|line| line.split_once("Notification: ")).map(|(_, line)| line.to_owned());
    lines.filter(|line| line.contains(&of_instance)).collect()
}

#[test]
fn values_and_notifications_of_kinds() {
    if is_left_out() {
        return;
    }
    let server = service(|kind, before| match (kind, before) {
        (EXCHANGE_ONLINE, 0 | 1) => listed(&[finished("FB-monday", 3.0)]),
        (EXCHANGE_ONLINE, 2 | 3) => listed(&[failed("FB-tuesday", 7.0), finished("FB-monday", 31.0)]),
        (EXCHANGE_ONLINE, 4) => refuses("503 Service Unavailable"),
        (EXCHANGE_ONLINE, _) => listed(&[finished("FB-wednesday", 1.0)]),
        ("7", _) => listed(&[in_progress("IB-first", 1.0)]),
        _ => listed(&[in_progress("IB-now", 2.0), run("IB-before", "Finished with Exception", 6.0, 5.0)]),
    });
    let folder = folder("collectd-kinds");
    // What stands at the top is for all blocks, wherever it stands; what stands in a block wins.
    let file = configure(
        &folder,
        &compile(&COLLECTD, "gcc", SANITIZED),
        "{credentials}\nTimeout 2\nOnUnavailable \"critical\"\n<Kind \"Exchange Online\">\nOnUnavailable \"unknown\"\n</Kind>\n\
         <Kind \"onedrive/restore/EUR\">\n</Kind>\n<Kind \"teams\">\n</Kind>\n\
         Success \"finished,finished-with-exception\"\n\
         State \"finished-with-exception=ok\"\n",
    );
    let mut daemon = start(&folder, &file, &server.url(), Some(&asan()));
    daemon.wait("the verdicts do not come", |_| {
        verdicts(&folder, "exchange_online").len() >= 7 && verdicts(&folder, "onedrive_restore_eur").len() >= 6
    });
    let asked: Vec<Asked> = server.asked();
    daemon.stop();
    let log = daemon.log();
    assert!(!log.contains("Sanitizer") && !log.contains("runtime error"), "{log}");

    // A list for each kind in each round, whatever the number of values.
    for (number, request) in asked.iter().enumerate() {
        let query = |name| request.parameter(name);
        let expected = [["1", "1", "-"], ["3", "2", "EUR"], ["7", "1", "-"]][number % 3];
        assert_eq!(
            ["objectType", "jobType", "location"].map(|name| query(name).unwrap_or("-")),
            expected,
            "{request:?}"
        );
    }

    assert_eq!(verdicts(&folder, "exchange_online")[..6], [0.0, 0.0, 2.0, 2.0, 3.0, 0.0]);
    let all = |series: &str| values(&folder, &format!("cloudbackup-{series}"));
    // No state and no numbers while the service refused.
    assert_eq!(all("exchange_online/gauge-state")[..5], [2.0, 2.0, 3.0, 3.0, 2.0]);
    for (series, expected) in [
        ("count-runs", [1.0, 1.0, 1.0, 1.0, 1.0]),
        ("count-failed_runs", [0.0, 0.0, 1.0, 1.0, 0.0]),
        ("percent-failed_runs_percent", [0.0, 0.0, 100.0, 100.0, 0.0]),
        ("count-total", [200.0, 200.0, 200.0, 200.0, 200.0]),
        ("count-failed", [0.0, 0.0, 4.0, 4.0, 0.0]),
        ("percent-failed_percent", [0.0, 0.0, 2.0, 2.0, 0.0]),
        ("duration-duration", [3600.0, 3600.0, 3600.0, 3600.0, 3600.0]),
    ] {
        assert_eq!(all(&format!("exchange_online/{series}"))[..5], expected, "{series}");
    }
    let is_hours = |seconds: f64, hours: f64| (hours * 3600.0..hours * 3600.0 + 60.0).contains(&seconds);
    for (series, expected) in
        [("duration-since_success", [3.0, 3.0, 31.0, 31.0, 1.0]), ("duration-since_run", [3.0, 3.0, 7.0, 7.0, 1.0])]
    {
        let seconds = all(&format!("exchange_online/{series}"));
        assert!(
            seconds.iter().zip(expected).all(|(seconds, hours)| is_hours(*seconds, hours)),
            "{series}: {seconds:?}"
        );
    }
    assert!(all("exchange_online/duration-running").is_empty());
    assert!(verdicts(&folder, "onedrive_restore_eur").iter().all(|verdict| *verdict == 0.0), "{log}");
    assert!(all("onedrive_restore_eur/gauge-state").iter().all(|state| *state == 4.0));
    assert!(all("onedrive_restore_eur/duration-running").iter().all(|seconds| is_hours(*seconds, 2.0)));
    assert!(all("onedrive_restore_eur/duration-since_success").iter().all(|seconds| is_hours(*seconds, 5.0)));

    // A kind that never ended a run has no state, and no numbers of a run.
    assert!(!all("teams/duration-running").is_empty() && !all("teams/count-runs").is_empty());
    for series in ["gauge-state", "count-total", "duration-age", "duration-since_run", "duration-since_success"] {
        assert!(all(&format!("teams/{series}")).is_empty(), "{series}");
    }

    // A name for each kind: no job id is part of one.
    let names = std::fs::read_dir(folder.join("csv/test")).expect("is there");
    let names: BTreeSet<String> =
        names.map(|name| name.expect("is readable").file_name().into_string().expect("UTF-8")).collect();
    assert_eq!(
        names.iter().map(String::as_str).collect::<Vec<_>>(),
        ["cloudbackup-exchange_online", "cloudbackup-onedrive_restore_eur", "cloudbackup-teams", "load"]
    );

    let told = notifications(&log, "exchange_online");
    assert_eq!(told.len(), 3, "{log}");
    for (line, severity, begin, end) in [
        (&told[0], "FAILURE", "BACKUP CRITICAL - exchange-online: no success for 31 h (>26 h)", "; FB-tuesday"),
        (&told[1], "WARNING", "BACKUP UNKNOWN - exchange-online: ", ""),
        (&told[2], "OKAY", "BACKUP OK - exchange-online: success 60 min ago", "; FB-wednesday"),
    ] {
        assert!(line.starts_with(&format!("severity = {severity}, ")), "{line}");
        assert!(line.contains(&format!("message = {begin}")) && line.ends_with(end), "{line}");
    }
    // The log has the numbers, too.
    assert!(
        log.contains("Failed, 4 of 200 objects failed, ended 7 h ago; success 31 h ago (>26 h); 1 of 1 run failed"),
        "{log}"
    );
    assert!(notifications(&log, "onedrive_restore_eur").is_empty(), "{log}");
}

#[test]
fn the_last_list_stands_in_for_a_service_that_is_away() {
    if is_left_out() {
        return;
    }
    let server = service(|kind, before| match (kind, before) {
        // The limit is reached while the service is away: what stands in is judged anew.
        (SHAREPOINT_ONLINE, 0) => listed(&[finished("A", 1.0 - 34.0 / 3600.0)]),
        (_, 0) => listed(&[finished("A", 1.0)]),
        ("9", _) => refuses("403 Forbidden"),
        ("7", 6..) => listed(&[finished("B", 1.0)]),
        _ => refuses("503 Service Unavailable"),
    });
    let folder = folder("collectd-stale");
    let file = configure(
        &folder,
        &compile(&COLLECTD, "cc", &[]),
        "{credentials}\nTimeout 2\nStale \"1h\"\n\
         <Kind \"exchange-online\">\n</Kind>\n\
         <Kind \"sharepoint-online\">\nCritical \"since_success=1h\"\n</Kind>\n\
         <Kind \"onedrive\">\nStale \"0\"\n</Kind>\n\
         <Kind \"microsoft-365-groups\">\nStale \"3s\"\n</Kind>\n\
         <Kind \"teams\">\n</Kind>\n\
         <Kind \"teams-chat\">\n</Kind>\n",
    );
    let mut daemon = start(&folder, &file, &server.url(), None);
    // The service fails all the time, and is asked each second all the same.
    daemon.wait("the verdicts do not come", |_| verdicts(&folder, "exchange_online").len() >= 9);
    daemon.stop();
    let log = daemon.log();
    assert!(verdicts(&folder, "exchange_online").iter().all(|verdict| *verdict == 0.0), "{log}");
    // The time goes on.
    let since = values(&folder, "cloudbackup-exchange_online/duration-since_success");
    assert!(since.len() >= 9 && since.is_sorted() && since[8] >= since[0] + 6.0, "{since:?}");
    let late = verdicts(&folder, "sharepoint_online");
    assert!(late[0] == 0.0 && late[8] == 2.0 && late.iter().all(|verdict| [0.0, 2.0].contains(verdict)), "{late:?}");
    assert_eq!(verdicts(&folder, "onedrive")[..3], [0.0, 3.0, 3.0]);
    let short = verdicts(&folder, "microsoft_365_groups");
    assert!(short[..2] == [0.0, 0.0] && short[6..].iter().all(|verdict| *verdict == 3.0), "{short:?}");
    // A refusal is no outage.
    assert_eq!(verdicts(&folder, "teams_chat")[..3], [0.0, 3.0, 3.0]);
    for (kind, times) in [("exchange-online", 1), ("teams", 1), ("onedrive", 0), ("teams-chat", 0)] {
        let told =
            log.lines().filter(|line| line.contains(&format!("cloudbackup: {kind}: ")) && line.ends_with("stands in"));
        assert_eq!(told.count(), times, "{kind}: {log}");
    }
    assert!(log.contains(" s ago, stands in"), "{log}");
}

#[test]
fn wrong_blocks_for_kinds_are_logged_and_collectd_lives() {
    if is_left_out() {
        return;
    }
    let module = compile(&COLLECTD, "cc", &[]);
    for (name, block, words) in [
        (
            "name",
            "<Kind \"exchange\">\n</Kind>",
            "cloudbackup: Kind 'exchange' is not one of the kinds exchange-online, ",
        ),
        ("number", "<Kind 5>\n</Kind>", "cloudbackup: Kind takes one text in quotes"),
        (
            "location",
            "<Kind \"teams\">\nLocation \"EUR\"\n</Kind>",
            "cloudbackup: Location is not one of Instance, Warning",
        ),
        (
            "twice",
            "<Kind \"teams\">\n</Kind>\n<Kind \"Teams/Backup\">\n</Kind>",
            "cloudbackup: Kind teams: 'teams' is the plugin instance of an earlier block, too",
        ),
        (
            "instance",
            "<Kind \"teams\">\n</Kind>\n<Job \"J\">\nInstance \"teams\"\n</Job>",
            "cloudbackup: Job J: 'teams' is the plugin instance of an earlier block, too",
        ),
        (
            "lookback",
            "<Kind \"teams\">\nLookback \"1h\"\n</Kind>",
            "cloudbackup: Kind teams: the lookback of 1 h is shorter than ",
        ),
        (
            "top",
            "<Kind \"teams\">\n</Kind>\nWarning \"age=soon\"",
            "cloudbackup: Warning 'soon' is not a range for age",
        ),
        ("top-alone", "Stale \"soon\"", "cloudbackup: Stale 'soon' is not a time"),
        ("optional", "<Kind \"teams\">\nOptional \"x\"\n</Kind>", "cloudbackup: Optional 'x' is not one of the kinds"),
    ] {
        let folder = folder(&format!("collectd-kind-{name}"));
        let file = configure(&folder, &module, block);
        let mut daemon = start(&folder, &file, "http://127.0.0.1:9", None);
        daemon.wait("the load does not come", |_| values(&folder, "load/load").len() >= 2);
        let log = daemon.log();
        let complaints = log.lines().filter(|line| line.contains("cloudbackup: ")).count();
        assert!(log.contains(words) && complaints == 1, "{name}: {log}");
        daemon.stop();
    }
}

#[test]
fn a_job_of_any_age_may_have_a_limit() {
    if is_left_out() {
        return;
    }
    let server = super::super::job::service(&job("Finished"));
    let folder = folder("collectd-old-job");
    // Beyond the time that is listed for kinds.
    let file = configure(
        &folder,
        &compile(&COLLECTD, "cc", &[]),
        "{credentials}\n<Job \"J\">\nInstance \"exchange_online\"\nWarning \"age=60d\"\nCritical \"age=1h\"\n</Job>",
    );
    let mut daemon = start(&folder, &file, &server.url(), None);
    daemon.wait("the verdict does not come", |_| !verdicts(&folder, "exchange_online").is_empty());
    daemon.stop();
    // The server's job has another id, and ended three hours ago.
    assert_eq!(verdicts(&folder, "exchange_online")[0], 2.0, "{}", daemon.log());
}

#[test]
fn the_sample_configuration_is_one_that_works() {
    if is_left_out() {
        return;
    }
    let server = ListServer::start(|asked| {
        if asked.target.starts_with(&format!("{PATH}/")) {
            return vec![Step::Send(ok(envelope(&job("Finished"))))];
        }
        listed(&[finished("A", 30.0)])
    });
    let folder = folder("collectd-sample");
    let sample = std::fs::read_to_string(root().join("examples/agents/collectd/cloudbackup.conf")).expect("is there");
    let block = sample.split("<Plugin cloudbackup>\n").nth(1).and_then(|rest| rest.split("</Plugin>").next());
    let block = block.expect("is there").replace("ConfigFile \"/etc/collectd/cloudbackup.json\"", "{credentials}");
    // With what is commented out: a setting, a block or its end has no blank after its sign.
    let block = block.replace("\t#\t", "\t").replace("\t#<", "\t<");
    let block: String = block
        .lines()
        .map(|line| line.strip_prefix("\t\t#").filter(|rest| !rest.starts_with(' ')).unwrap_or(line).to_owned() + "\n")
        .collect();
    let file = configure(&folder, &compile(&COLLECTD, "cc", &[]), &block);
    let mut daemon = start(&folder, &file, &server.url(), None);
    daemon.wait("the verdicts do not come", |_| !verdicts(&folder, "one-mailbox").is_empty());
    daemon.stop();
    let log = daemon.log();
    for (instance, verdict) in
        [("exchange_online", 2.0), ("onedrive", 2.0), ("teams_chat", 0.0), ("onedrive_eur", 2.0), ("one-mailbox", 3.0)]
    {
        assert_eq!(verdicts(&folder, instance).first(), Some(&verdict), "{instance}: {log}");
    }
}
