//! The plugin behind a real NRPE daemon, asked by `check_nrpe`, in both versions of the protocol.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::build::static_plugin;
use super::daemon::{Daemon, credentials, free_port, is_missing};
use super::job::{ID, service, with, with_errors};
use super::runs::{EXCHANGE_ONLINE, ONEDRIVE, failed, finished, service_of};
use super::support::c_program::root;
use super::support::patience::TOLERANCE;
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// As the service numbers object types.
const ANY: &str = "0";
const TEAMS_CHAT: &str = "9";

struct Nrpe {
    _daemon: Daemon,
    port: u16,
    folder: PathBuf,
}

/// Started by root, NRPE works as another user, whom the folder of the tests may be closed to.
fn open_folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("cloudbackupjobs-{}-{name}", std::process::id()));
    std::fs::create_dir(&folder).expect("is writable");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).expect("is ours");
    folder
}

fn id(option: &str) -> String {
    let output = Command::new("id").arg(option).output().expect("id is there");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

impl Nrpe {
    fn start(name: &str, url: &str, extra: &str) -> Self {
        let folder = open_folder(name);
        let file = credentials(&folder, url);
        let plugin = folder.join("check_cloudbackup_job");
        std::fs::copy(static_plugin(), &plugin).expect("is writable");
        let is_root = id("-u") == "0";
        let (user, group) = if is_root { ("nagios".to_owned(), "nagios".to_owned()) } else { (id("-un"), id("-gn")) };
        if is_root {
            let given = Command::new("chown").arg(&user).arg(&file).status();
            assert!(given.expect("chown is there").success());
        }
        let port = free_port();
        let definition = std::fs::read_to_string(root().join("examples/agents/nagios/nrpe.cfg")).expect("is there");
        let definition = definition
            .replace("/usr/lib/nagios/plugins/check_cloudbackup_job", &plugin.display().to_string())
            .replace("/etc/nagios/cloudbackup.json", &file.display().to_string())
            .replace("FB20241015105312327583", ID);
        let conf = folder.join("nrpe.cfg");
        let text = format!(
            "server_address=127.0.0.1\nserver_port={port}\nallowed_hosts=127.0.0.1\npid_file={}/pid\nnrpe_user={user}\nnrpe_group={group}\n{extra}\n{definition}\n\
             command[whole]={} -j {ID} --config {} -v -t 3\n",
            folder.display(),
            plugin.display(),
            file.display(),
        );
        std::fs::write(&conf, text).expect("is writable");
        let mut command = Command::new("/usr/sbin/nrpe");
        let mut daemon = Daemon::start(command.arg("-c").arg(&conf).arg("-f").env("TZ", "UTC"), &folder);
        daemon.await_port(port);
        Self { _daemon: daemon, port, folder }
    }

    fn check(&self, options: &[&str], command: &str) -> Output {
        let mut check = Command::new("/usr/lib/nagios/plugins/check_nrpe");
        check.args(["-H", "127.0.0.1", "-p", &self.port.to_string(), "-t", "9", "-c", command]).args(options);
        check.output().expect("is installed")
    }
}

impl Drop for Nrpe {
    fn drop(&mut self) {
        // It is empty of everything that matters; a test that failed has said why.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn check_nrpe_gets_line_numbers_and_status_and_version_2_whole_lines() {
    if is_missing("nrpe") || is_missing("check_nrpe") {
        return;
    }
    let errors: Vec<Value> = (1..=30)
        .map(|number| json!({"value": format!("{number} Der Zugriff auf das Postfach „Zoë“ wurde verweigert."), "number": number, "url": "https://learn.example.com/cloud-backup/error-codes/exchange-0042"}))
        .collect();
    let server = service(&with(with_errors("Failed"), json!({"jobErrors": errors})));
    let nrpe = Nrpe::start("nrpe", &server.url(), "");
    for (version, options) in [(2, &["-2"][..]), (3, &["-3"]), (4, &[])] {
        let output = nrpe.check(options, "check_cloudbackup_job");
        let printed = String::from_utf8(output.stdout).expect("is cut between characters");
        assert_eq!(output.status.code(), Some(2), "{version}: {printed}");
        assert!(
            printed.starts_with(&format!("BACKUP CRITICAL - {ID}: Failed, 4 of 200 objects failed (>0), 3 h ago | ")),
            "{version}: {printed}"
        );
        assert!(
            printed.contains("'failed'=4;0;;0;200") && printed.contains("'duration'=3600s"),
            "{version}: {printed}"
        );
        assert!(printed.trim_end().ends_with(" more lines") && printed.len() <= 1024, "{version}: {printed}");
    }
    // Without a limit version 2 cuts where its packet ends, and the newer ones do not.
    let whole = String::from_utf8(nrpe.check(&[], "whole").stdout).expect("UTF-8");
    assert!(whole.contains("30 x 30 Der Zugriff") && whole.len() > 2048, "{whole}");
    let cut = nrpe.check(&["-2"], "whole");
    assert!(cut.stdout.len() <= 1024 && !String::from_utf8_lossy(&cut.stdout).contains("more lines"));
}

#[test]
fn a_hanging_service_is_told_in_time_and_nrpe_ends_what_takes_longer() {
    if is_missing("nrpe") || is_missing("check_nrpe") {
        return;
    }
    let server = ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
    // The time of the plugin is longer: NRPE ends it, with its own words, and lives on.
    let nrpe = Nrpe::start("nrpe-hanging", &server.url(), "command_timeout=2");
    let begin = Instant::now();
    let output = nrpe.check(&[], "check_cloudbackup_job");
    // The plugin's own time would be 10 s.
    assert!(begin.elapsed() < Duration::from_secs(2) + TOLERANCE, "{:?}", begin.elapsed());
    assert_ne!(output.status.code(), Some(0), "{output:?}");
    // The plugin is ended by the same signal, and there is no second one that hangs.
    let listed = || {
        let listed =
            Command::new("pgrep").args(["-f", "nrpe-hanging/cloudbackup.json"]).output().expect("pgrep is there");
        String::from_utf8_lossy(&listed.stdout).into_owned()
    };
    let begin = Instant::now();
    while !listed().is_empty() {
        assert!(begin.elapsed() < TOLERANCE, "{}", listed());
        std::thread::sleep(Duration::from_millis(20));
    }
    // With the plugin's time before NRPE's, as it should be, the operator reads what hung.
    let nrpe = Nrpe::start("nrpe-in-time", &server.url(), "command_timeout=6");
    let output = nrpe.check(&[], "whole");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed.starts_with(&format!("BACKUP UNKNOWN - {ID}: no answer from the API within 3 s\nGET "))
            && printed.contains("the time was up"),
        "{printed}"
    );
    assert_eq!(output.status.code(), Some(3));
}

#[test]
fn each_kind_has_a_command_and_several_kinds_fit_into_version_2() {
    if is_missing("nrpe") || is_missing("check_nrpe") {
        return;
    }
    let errors: Vec<Value> = (1..=9)
        .map(|number| json!({"value": format!("{number} Der Zugriff auf das Postfach „Zoë“ wurde verweigert."), "number": number, "url": "https://learn.example.com/cloud-backup"}))
        .collect();
    let bad = with(failed("FB20261123220000000001", 3.0), json!({"jobErrors": errors}));
    let server = service_of([
        (EXCHANGE_ONLINE, vec![bad.clone(), finished("FB20261122220000000001", 27.0)]),
        (ONEDRIVE, vec![finished("IB20261123220000000002", 4.0)]),
        (TEAMS_CHAT, vec![finished("IB20261119220000000003", 100.0)]),
        (ANY, vec![bad]),
    ]);
    let nrpe = Nrpe::start("nrpe-kinds", &server.url(), "");
    for (command, status, line) in [
        ("cloudbackup_api", 0, "BACKUP OK - API answers"),
        ("cloudbackup_exchange_online", 2, "BACKUP CRITICAL - exchange-online: "),
        // Not its 26 hours: it runs once a week.
        ("cloudbackup_teams_chat", 0, "BACKUP OK - teams-chat: success 4 d ago"),
        ("cloudbackup_all", 2, "BACKUP CRITICAL - exchange-online: no success for 27 h (>26 h); 2 of 3 kinds OK"),
    ] {
        for options in [&["-2"][..], &[]] {
            let output = nrpe.check(options, command);
            let printed = String::from_utf8(output.stdout).expect("is cut between characters");
            assert_eq!(output.status.code(), Some(status), "{command} {options:?}: {printed}");
            assert!(printed.starts_with(line) && printed.len() <= 1024, "{command} {options:?}: {printed}");
            // Whole numbers: a monitoring system takes half a number for another one.
            let numbers = printed.split('|').nth(1).unwrap_or_default().lines().next().unwrap_or_default();
            assert!(numbers.split_whitespace().all(|number| number.matches(';').count() >= 3), "{command}: {numbers}");
            if command != "cloudbackup_api" {
                assert!(numbers.contains("_since_success="), "{command}: {printed}");
            }
        }
    }
}
