//! The plugin in a real collectd, with its csv and logfile plugins: jobs by their ids.

mod kinds;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::build::{COLLECTD, compile, sources};
use super::daemon::{Daemon, credentials, folder, is_missing};
use super::job::{ID, envelope, job, with, with_errors};
use super::runs::{failed, finished, in_progress, listed};
use super::support::answers::{answer, ok};
use super::support::c_program::SANITIZED;
use super::support::list_server::{ListServer, PATH};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

fn is_left_out() -> bool {
    is_missing("collectd") || !super::build::has_what_it_needs(&COLLECTD)
}

/// The configuration of a collectd that reads every second; `block` is the plugin's.
fn configure(folder: &Path, module: &Path, block: &str) -> PathBuf {
    let plugins = folder.join("plugins");
    std::fs::create_dir(&plugins).expect("is writable");
    std::fs::copy(module, plugins.join("cloudbackup.so")).expect("is writable");
    for plugin in ["csv", "logfile", "load"] {
        std::fs::copy(format!("/usr/lib/collectd/{plugin}.so"), plugins.join(format!("{plugin}.so")))
            .expect("is writable");
    }
    let file = folder.join("collectd.conf");
    let folder = folder.display();
    let text = format!(
        "Hostname \"test\"\nFQDNLookup false\nBaseDir \"{folder}\"\nPIDFile \"{folder}/pid\"\nPluginDir \"{folder}/plugins\"\n\
         TypesDB \"/usr/share/collectd/types.db\"\nInterval 1\nReadThreads 2\nLoadPlugin logfile\n\
         <Plugin logfile>\nLogLevel \"info\"\nFile STDOUT\n</Plugin>\nLoadPlugin csv\n<Plugin csv>\nDataDir \"{folder}/csv\"\n</Plugin>\n\
         LoadPlugin load\nLoadPlugin cloudbackup\n<Plugin cloudbackup>\n{block}\n</Plugin>\n"
    );
    std::fs::write(&file, text).expect("is writable");
    file
}

fn start(folder: &Path, file: &Path, url: &str, preload: Option<&str>) -> Daemon {
    let credentials = credentials(folder, url);
    let text = std::fs::read_to_string(file).expect("was written");
    let text = text.replace("{credentials}", &format!("ConfigFile \"{}\"", credentials.display()));
    std::fs::write(file, text).expect("is writable");
    let mut command = Command::new("/usr/sbin/collectd");
    command.arg("-f").arg("-C").arg(file).env_clear();
    if let Some(library) = preload {
        // What collectd itself leaves to the end of its process is not for us to judge.
        command
            .env("LD_PRELOAD", library)
            .env("ASAN_OPTIONS", "detect_leaks=0")
            .env("UBSAN_OPTIONS", "print_stacktrace=1");
    }
    Daemon::start(&mut command, folder)
}

/// The library of the address sanitizer, which has to be loaded before a module that needs it.
fn asan() -> String {
    let found = Command::new("gcc").arg("-print-file-name=libasan.so").output().expect("gcc starts");
    String::from_utf8(found.stdout).expect("UTF-8").trim().to_owned()
}

/// The values of one series, in the order of their times.
fn values(folder: &Path, series: &str) -> Vec<f64> {
    let (plugin, name) = series.split_once('/').expect("plugin and type");
    let Ok(days) = std::fs::read_dir(folder.join("csv/test").join(plugin)) else { return Vec::new() };
    let mut files: Vec<PathBuf> = days.filter_map(|file| Some(file.ok()?.path())).collect();
    // One file for each day: NAME-YYYY-MM-DD.
    files.retain(|file| {
        file.file_name().and_then(|file| file.to_str()).is_some_and(|file| file[..file.len() - 11] == *name)
    });
    files.sort();
    let lines: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect();
    lines
        .lines()
        .filter(|line| !line.starts_with("epoch"))
        .filter_map(|line| line.split(',').nth(1)?.parse().ok())
        .collect()
}

#[test]
fn values_and_notifications_of_a_job_that_changes() {
    if is_left_out() {
        return;
    }
    let say = |body: Vec<u8>| [Step::Request, Step::Send(body)];
    let mut script = Vec::new();
    for _ in 0..2 {
        script.extend(say(ok(envelope(&with(job("Finished"), json!({"id": "a/b"}))))));
    }
    for _ in 0..2 {
        script.extend(say(ok(envelope(&with(with_errors("Failed"), json!({"id": "a/b"}))))));
    }
    script.extend(say(answer("503 Service Unavailable", "")));
    script.push(Step::Behave(ok(envelope(&with(job("Finished"), json!({"id": "a/b"}))))));
    let server = ScriptedServer::start([script], Afterwards::RepeatLast);
    let folder = folder("collectd-values");
    let asan = asan();
    let file = configure(
        &folder,
        &compile(&COLLECTD, "gcc", SANITIZED),
        "{credentials}\nTimeout 2\n<Job \"a/b\">\nOnError \"server=unknown\"\nWarning \"skipped=5\"\n</Job>",
    );
    let mut daemon = start(&folder, &file, &server.url(), Some(&asan));
    daemon.wait("the verdicts do not come", |_| {
        let verdicts = values(&folder, "cloudbackup-a_b/gauge-verdict");
        verdicts.len() >= 7 && verdicts.ends_with(&[0.0])
    });
    assert_eq!(values(&folder, "cloudbackup-a_b/gauge-verdict")[..6], [0.0, 0.0, 2.0, 2.0, 3.0, 0.0]);
    // No state, and no counts, while the service refused.
    assert_eq!(values(&folder, "cloudbackup-a_b/gauge-state")[..5], [2.0, 2.0, 3.0, 3.0, 2.0]);
    for (series, expected) in [
        ("count-total", [200.0, 200.0, 200.0]),
        ("count-failed", [0.0, 0.0, 4.0]),
        ("count-successful", [200.0, 200.0, 190.0]),
        ("count-skipped", [0.0, 0.0, 6.0]),
        ("count-failed_unignored", [0.0, 0.0, 4.0]),
        ("count-errors", [0.0, 0.0, 4.0]),
        ("percent-failed_percent", [0.0, 0.0, 2.0]),
        ("duration-duration", [3600.0, 3600.0, 3600.0]),
    ] {
        assert_eq!(values(&folder, &format!("cloudbackup-a_b/{series}"))[..3], expected, "{series}");
    }
    assert!(values(&folder, "cloudbackup-a_b/duration-age").iter().all(|age| (10_800.0..11_000.0).contains(age)));
    assert!(values(&folder, "cloudbackup-a_b/duration-running").is_empty());
    let log = daemon.log();
    let notifications: Vec<&str> = log.lines().filter(|line| line.contains("Notification: ")).collect();
    assert_eq!(notifications.len(), 3, "{log}");
    for (line, severity, words) in [
        (notifications[0], "FAILURE", "BACKUP CRITICAL - a/b: Failed, 4 of 200 objects failed"),
        (notifications[1], "WARNING", "BACKUP UNKNOWN - a/b: API answers 503"),
        (notifications[2], "OKAY", "BACKUP OK - a/b: Finished, 200 of 200 objects successful"),
    ] {
        assert!(line.contains(&format!("severity = {severity}")) && line.contains(words), "{line}");
        assert!(
            line.contains("plugin = cloudbackup, plugin_instance = a_b, type = gauge, type_instance = verdict"),
            "{line}"
        );
    }
    daemon.stop();
    let log = daemon.log();
    assert!(!log.contains("Sanitizer") && !log.contains("runtime error"), "{log}");
}

#[test]
fn a_service_that_hangs_or_cuts_off_does_not_hold_up_the_other_plugins() {
    if is_left_out() {
        return;
    }
    let module = compile(&COLLECTD, "cc", &[]);
    for (name, step, words) in [
        ("collectd-hangs", Step::Stall, "no answer from the API within 2 s"),
        ("collectd-cuts", Step::Reset, "connection to the API broke"),
    ] {
        let server = ScriptedServer::start([vec![Step::Request, step]], Afterwards::RepeatLast);
        let folder = folder(name);
        let jobs: String = (0..8).map(|number| format!("<Job \"J{number}\">\n</Job>\n")).collect();
        let file = configure(&folder, &module, &format!("{{credentials}}\nTimeout 2\n{jobs}"));
        let mut daemon = start(&folder, &file, &server.url(), None);
        let begin = Instant::now();
        // Every job gets its turn, and meanwhile the load is read each second.
        let turns = if name == "collectd-hangs" { 3 } else { 8 };
        daemon.wait("the verdicts do not come", |_| {
            (0..turns)
                .all(|number| values(&folder, &format!("cloudbackup-J{number}/gauge-verdict")).first() == Some(&3.0))
        });
        let seconds = begin.elapsed().as_secs();
        let load = values(&folder, "load/load").len() as u64;
        // A busy machine misses some; a plugin that holds the others up lets one or two pass.
        assert!(2 * load + 4 >= seconds, "{name}: {load} values in {seconds} s\n{}", daemon.log());
        let log = daemon.log();
        assert!(log.contains(&format!("BACKUP UNKNOWN - J0: {words}")), "{log}");
        assert!(values(&folder, "cloudbackup-J0/count-total").is_empty());
        let took = daemon.stop();
        assert!(took < super::daemon::PATIENCE, "{name}: {took:?}");
    }
}

#[test]
fn what_is_wrong_with_the_configuration_is_logged_and_collectd_lives() {
    if is_left_out() {
        return;
    }
    let module = compile(&COLLECTD, "cc", &[]);
    let job = format!("<Job \"{ID}\">\n</Job>");
    for (name, block, words) in [
        (
            "collectd-option",
            format!("Colour \"red\"\n{job}"),
            "cloudbackup: Colour is not one of ConfigFile, Timeout, Job",
        ),
        (
            "collectd-timeout",
            format!("Timeout 0\n{job}"),
            "cloudbackup: Timeout takes a number of seconds from 1 to 300",
        ),
        (
            "collectd-range",
            "<Job \"J\">\nWarning \"age=soon\"\n</Job>".to_owned(),
            "cloudbackup: Warning 'soon' is not a range for age",
        ),
        (
            "collectd-in-job",
            "<Job \"J\">\nColour \"red\"\n</Job>".to_owned(),
            "cloudbackup: Colour is not one of Instance, Location, Warning",
        ),
        ("collectd-number", "<Job \"J\">\nState 5\n</Job>".to_owned(), "cloudbackup: State takes one text in quotes"),
        ("collectd-no-job", String::new(), "cloudbackup: no <Kind \"NAME\"> and no <Job \"ID\"> is configured"),
        ("collectd-credentials", format!("ConfigFile \"/nonexistent/file.json\"\n{job}"), "/nonexistent/file.json"),
    ] {
        let folder = folder(name);
        let file = configure(&folder, &module, &block);
        let mut daemon = start(&folder, &file, "http://127.0.0.1:9", None);
        daemon.wait("the load does not come", |_| values(&folder, "load/load").len() >= 2);
        assert!(daemon.log().contains(words), "{name}: {}", daemon.log());
        assert!(values(&folder, &format!("cloudbackup-{ID}/gauge-verdict")).is_empty());
        daemon.stop();
    }
}

#[test]
fn collectd_after_its_fork_into_the_background() {
    if is_left_out() {
        return;
    }
    let server = super::job::service(&with_errors("Finished"));
    let folder = folder("collectd-daemon");
    let file = configure(
        &folder,
        &compile(&COLLECTD, "cc", &[]),
        &format!("{{credentials}}\n<Job \"{ID}\">\nInstance \"mailboxes\"\n</Job>"),
    );
    // Without -f: it forks after it has loaded and configured its plugins.
    let credentials = credentials(&folder, &server.url());
    let text = std::fs::read_to_string(&file).expect("was written");
    std::fs::write(
        &file,
        text.replace("{credentials}", &format!("ConfigFile \"{}\"", credentials.display()))
            .replace("File STDOUT", &format!("File \"{}/log\"", folder.display())),
    )
    .expect("is writable");
    let started = Command::new("/usr/sbin/collectd").arg("-C").arg(&file).env_clear().output().expect("starts");
    assert!(started.status.success(), "{started:?}");
    let pid = || std::fs::read_to_string(folder.join("pid")).ok().and_then(|text| text.trim().parse::<u32>().ok());
    let begin = Instant::now();
    while values(&folder, "cloudbackup-mailboxes/count-failed").len() < 2 {
        assert!(begin.elapsed() < super::daemon::PATIENCE, "{:?}", std::fs::read_to_string(folder.join("log")));
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(values(&folder, "cloudbackup-mailboxes/count-failed")[0], 4.0);
    let process = pid().expect("it wrote its number");
    assert!(Command::new("kill").arg(process.to_string()).status().expect("kill is there").success());
    while Path::new(&format!("/proc/{process}")).exists() {
        assert!(begin.elapsed() < super::daemon::PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn collectd_under_valgrind() {
    if std::env::var_os("CBJ_TEST_VALGRIND").is_none() || is_left_out() {
        return;
    }
    let server = ListServer::start(|asked| {
        if asked.target.starts_with(&format!("{PATH}/")) {
            return vec![Step::Send(ok(envelope(&with_errors("Finished with Exception"))))];
        }
        // A list, an outage, a list.
        match asked.number % 4 {
            0 => vec![Step::Send(answer("503 Service Unavailable", ""))],
            _ => listed(&[failed("B", 2.0), finished("A", 3.0), in_progress("C", 1.0)]),
        }
    });
    let folder = folder("collectd-valgrind");
    let file = configure(
        &folder,
        &compile(&COLLECTD, "cc", &[]),
        &format!(
            "{{credentials}}\nTimeout 20\nStale \"1h\"\n<Kind \"teams/backup/EUR\">\nWarning \"teams.runs=1:\"\nOptional \"\"\n\
             </Kind>\n<Job \"{ID}\">\nIgnoreError \"checked\"\n</Job>"
        ),
    );
    let credentials = credentials(&folder, &server.url());
    let text = std::fs::read_to_string(&file).expect("was written");
    std::fs::write(&file, text.replace("{credentials}", &format!("ConfigFile \"{}\"", credentials.display())))
        .expect("is writable");
    let mut command = Command::new("valgrind");
    command
        .args(["--leak-check=full", "--num-callers=30", "--keep-debuginfo=yes", "/usr/sbin/collectd", "-f", "-C"])
        .arg(&file);
    let mut daemon = Daemon::start(&mut command, &folder);
    daemon.wait("the values do not come", |_| {
        values(&folder, &format!("cloudbackup-{ID}/count-failed")).len() >= 3
            && values(&folder, "cloudbackup-teams_eur/count-failed").len() >= 5
    });
    daemon.stop();
    let log = daemon.log();
    // collectd has findings of its own. Ours have one of our sources in their stacks.
    let ours: Vec<String> = sources(&COLLECTD)
        .iter()
        .map(|file| format!("({}:", file.file_name().and_then(|name| name.to_str()).expect("UTF-8")))
        .collect();
    let findings: Vec<&str> =
        log.split("==\n").filter(|part| ours.iter().any(|file| part.contains(file.as_str()))).collect();
    assert!(log.contains("ERROR SUMMARY") && findings.is_empty(), "{findings:?}");
}
