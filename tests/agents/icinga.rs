//! The plugin under a real Icinga 2, with our check commands: what state and performance data Icinga makes of it, and whom it
//! notifies.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use super::build::plugin;
use super::daemon::{Daemon, credentials, folder, is_missing};
use super::job::{ID, envelope, with_errors};
use super::outage::{Notified, Tenants, Watched, live_through};
use super::support::answers::{answer, ok};
use super::support::c_program::root;
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

pub fn user() -> String {
    let output = Command::new("id").arg("-un").output().expect("id is there");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

pub fn group() -> String {
    let output = Command::new("id").arg("-gn").output().expect("id is there");
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// Everything that Icinga has written to files that begin with this name.
fn written(folder: &Path, name: &str) -> String {
    let files = std::fs::read_dir(folder).expect("is there").filter_map(|file| Some(file.ok()?.path()));
    let mut files: Vec<_> =
        files.filter(|file| file.file_name().is_some_and(|file| file.to_string_lossy().starts_with(name))).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect()
}

/// The options of a command of Icinga whose files are all in the folder.
fn icinga(conf: &Path, folder: &Path, options: &[&str]) -> Command {
    let mut command = Command::new("/usr/sbin/icinga2");
    command.arg("daemon").args(options).arg("-c").arg(conf);
    for (constant, name) in
        [("DataDir", "data"), ("LogDir", "logs"), ("InitRunDir", "run"), ("CacheDir", "cache"), ("SpoolDir", "spool")]
    {
        std::fs::create_dir_all(folder.join(name)).expect("is writable");
        command.arg("-D").arg(format!("{constant}={}", folder.join(name).display()));
    }
    command.arg("-D").arg(format!("RunAsUser={}", user())).arg("-D").arg(format!("RunAsGroup={}", group()));
    command.env("ICINGA2_USER", user()).env("ICINGA2_GROUP", group()).env("TZ", "UTC");
    command
}

fn start(conf: &Path, folder: &Path) -> Daemon {
    Daemon::start(&mut icinga(conf, folder, &[]), folder)
}

#[test]
fn icinga_reads_state_and_performance_data() {
    if is_missing("icinga2") {
        return;
    }
    let say = |body: Vec<u8>| [Step::Request, Step::Send(body)];
    let bad = || ok(envelope(&with_errors("Finished with Exception")));
    // Each check is a process of its own, and a connection.
    let one = |body: Vec<u8>| Vec::from(say(body));
    let server = ScriptedServer::start(
        [one(bad()), one(answer("500 Internal Server Error", "")), vec![Step::Request, Step::Stall], one(bad())],
        Afterwards::RepeatLast,
    );
    let folder = folder("icinga");
    let file = credentials(&folder, &server.url());
    // Icinga tells Graphite what it has understood of the performance data.
    let graphite = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let port = graphite.local_addr().expect("is bound").port();
    let metrics = Arc::new(Mutex::new(String::new()));
    std::thread::spawn({
        let metrics = Arc::clone(&metrics);
        move || {
            let Ok((mut stream, _)) = graphite.accept() else { return };
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = stream.read(&mut bytes) {
                metrics.lock().expect("nobody panics").push_str(&String::from_utf8_lossy(&bytes[..count]));
            }
        }
    });
    let conf = folder.join("icinga2.conf");
    let (plugins, dir) = (plugin().parent().expect("lies in a folder").display(), folder.display());
    let text = format!(
        "const PluginDir = \"{plugins}\"\nconst NodeName = \"test\"\ninclude <itl>\ninclude \"{command}\"\n\
         object CheckerComponent \"checker\" {{ }}\n\
         object PerfdataWriter \"perfdata\" {{\n service_perfdata_path = \"{dir}/service\"\n service_temp_path = \"{dir}/writing\"\n\
         host_perfdata_path = \"{dir}/host\"\n host_temp_path = \"{dir}/host-writing\"\n rotation_interval = 1s\n\
         service_format_template = \"$service.state$|$service.output$|$service.perfdata$\"\n}}\n\
         object GraphiteWriter \"graphite\" {{\n host = \"127.0.0.1\"\n port = {port}\n enable_send_thresholds = true\n}}\n\
         object Host \"tenant\" {{ check_command = \"dummy\" }}\n\
         object Service \"backup\" {{\n host_name = \"tenant\"\n check_command = \"cloudbackup_job\"\n check_interval = 1s\n retry_interval = 1s\n\
         vars.cloudbackup_job = \"{ID}\"\n vars.cloudbackup_config = \"{config}\"\n vars.cloudbackup_timeout = 1\n\
         vars.cloudbackup_warning = \"failed=3\"\n vars.cloudbackup_critical = [ \"failed=5%\", \"skipped=7\" ]\n\
         vars.cloudbackup_state = [ \"finished-with-exception=ok\" ]\n vars.cloudbackup_ignore_error = [ \"moved\" ]\n\
         vars.cloudbackup_on_timeout = \"critical\"\n vars.cloudbackup_verbose = true\n}}\n",
        command = root().join("examples/agents/nagios/icinga2.conf").display(),
        config = file.display(),
    );
    std::fs::write(&conf, text).expect("is writable");
    let mut daemon = start(&conf, &folder);
    let states = |folder: &Path| -> Vec<String> {
        let text = written(folder, "service.");
        text.lines().filter_map(|line| Some(line.split_once("|BACKUP ")?.0.to_owned())).collect()
    };
    daemon.wait("four checks are not done", |_| states(&folder).len() >= 4);
    assert_eq!(states(&folder)[..4], ["WARNING", "UNKNOWN", "CRITICAL", "WARNING"], "{}", written(&folder, "service."));
    let text = written(&folder, "service.");
    for line in [
        "WARNING|BACKUP WARNING - FB20261123220000000001: 4 of 200 objects failed (>3), 3 h ago",
        "UNKNOWN|BACKUP UNKNOWN - FB20261123220000000001: API answers 500",
        "CRITICAL|BACKUP CRITICAL - FB20261123220000000001: no answer from the API within 1 s",
    ] {
        assert!(text.lines().any(|written| written.trim_end() == line), "{line}: {text}");
    }
    assert!(text.contains("|total=200;;;0; failed=4;3;;0;200 failed_percent=2%;;5;0;100"), "{text}");
    assert!(
        text.contains(
            "\n3 x The item is checked out. https://learn.example.com/e/19\nIgnored: 1 kinds of errors, 1 occurrences\n"
        ),
        "{text}"
    );
    daemon.wait("Graphite is not told", |_| {
        metrics.lock().expect("nobody panics").matches(".perfdata.age.value").count() >= 2
    });
    let metrics = metrics.lock().expect("nobody panics").clone();
    for line in [
        "failed.value 4 ",
        "failed.warn 3 ",
        "failed.max 200 ",
        "failed_percent.crit 5 ",
        "skipped.crit 7 ",
        "duration.value 3600 ",
        "errors.value 3 ",
    ] {
        assert!(metrics.contains(&format!(".perfdata.{line}")), "{line}: {metrics}");
    }
    assert!(metrics.contains(".perfdata.age.value 10"), "{metrics}");
    daemon.stop();
}

/// A file of the folder of the plugin.
fn file(name: &str) -> String {
    std::fs::read_to_string(root().join("examples/agents/nagios").join(name)).expect("is there")
}

/// The file of the commands and services, with a second for each minute.
fn commands_in_seconds() -> String {
    let text = file("icinga2.conf");
    let is_interval = |line: &&str| line.contains("_interval = ") && line.ends_with('m');
    assert_eq!(text.lines().filter(is_interval).count(), 4, "two services have two intervals each");
    let lines = text.lines().map(|line| match line.strip_suffix('m') {
        Some(start) if is_interval(&line) => format!("{start}s\n"),
        _ => format!("{line}\n"),
    });
    lines.collect()
}

#[test]
fn icinga_takes_the_configuration_as_it_is() {
    if is_missing("icinga2") {
        return;
    }
    let folder = folder("icinga-as-it-is");
    let conf = folder.join("icinga2.conf");
    let files = ["icinga2.conf", "icinga2-tenants.conf"].map(|name| root().join("examples/agents/nagios").join(name));
    let [all, tenants] = files.map(|path| format!("include \"{}\"\n", path.display()));
    let text = format!(
        "const PluginDir = \"/usr/lib/nagios/plugins\"\nconst NodeName = \"test\"\ninclude <itl>\n{all}{tenants}"
    );
    std::fs::write(&conf, text).expect("is writable");
    let output = icinga(&conf, &folder, &["-C"]).output().expect("is installed");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && !said.contains("warning"), "{said}");
    for count in ["8 Services.", "2 Hosts.", "6 Dependencies."] {
        assert!(said.contains(&format!("Instantiated {count}")), "{count}: {said}");
    }
}

#[test]
fn every_option_of_the_plugin_has_a_variable() {
    let help = Command::new(plugin()).arg("--help").output().expect("is compiled");
    let help = String::from_utf8(help.stdout).expect("UTF-8");
    let commands = file("icinga2.conf");
    // Icinga reads the format of Nagios from standard output. The kinds are listed by the operator.
    let others = ["--format", "--output", "--service", "--label", "--list-kinds", "--help", "--version", "--on-ERROR"];
    let mut count = 0;
    for line in help.lines().filter(|line| line.starts_with("      --") || line.starts_with("  -")) {
        let option = line.split_whitespace().find(|word| word.starts_with("--")).expect("has a long name");
        let name = option.split(['=', '[']).next().expect("has a first part");
        if !others.contains(&name) {
            assert!(commands.contains(&format!("\"{name}\"")), "{name}");
            count += 1;
        }
    }
    assert!(count >= 17, "{count} options in {help}");
}

#[test]
fn the_variables_become_options() {
    if is_missing("icinga2") {
        return;
    }
    let tenants = Tenants::start();
    let folder = folder("icinga-options");
    let credentials = credentials(&folder, &tenants.url());
    // Records its arguments, and is the plugin.
    let (recorder, recorded) = (folder.join("check_cloudbackup_job"), folder.join("recorded"));
    let script = format!("#!/bin/sh\necho \"$*\" >>'{}'\nexec '{}' \"$@\"\n", recorded.display(), plugin().display());
    std::fs::write(&recorder, script).expect("is writable");
    std::fs::set_permissions(&recorder, std::fs::Permissions::from_mode(0o755)).expect("is ours");
    let conf = folder.join("icinga2.conf");
    let dir = folder.display();
    let text = format!(
        "const PluginDir = \"{dir}\"\nconst NodeName = \"test\"\ninclude <itl>\n{commands}\nobject CheckerComponent \"checker\" {{ }}\n\
         object PerfdataWriter \"perfdata\" {{\n service_perfdata_path = \"{dir}/service\"\n service_temp_path = \"{dir}/writing\"\n\
         host_perfdata_path = \"{dir}/host\"\n host_temp_path = \"{dir}/host-writing\"\n rotation_interval = 1s\n\
         service_format_template = \"$service.state$|$service.output$\"\n}}\n\
         template Host \"tenant\" {{\n check_command = \"dummy\"\n vars.cloudbackup_config = \"{config}\"\n}}\n\
         object Host \"a\" {{\n import \"tenant\"\n vars.cloudbackup_on_unavailable = \"warning\"\n vars.cloudbackup_kinds[\"several kinds\"] = {{\n\
         cloudbackup_kind = [ \"exchange-online\", \"onedrive\" ]\n cloudbackup_job_type = \"backup\"\n cloudbackup_location = \"EUR\"\n\
         cloudbackup_warning = [ \"failed=0\", \"exchange-online.failed_runs=1\" ]\n cloudbackup_critical = \"onedrive.since_success=8d\"\n\
         cloudbackup_lookback = \"20d\"\n cloudbackup_window = \"48h\"\n cloudbackup_success = \"finished,partially-finished\"\n\
         cloudbackup_on_none = \"warning\"\n cloudbackup_grace_until = [ \"onedrive=2026-12-01\" ]\n\
         cloudbackup_optional_kinds = [ \"onedrive\" ]\n cloudbackup_state = [ \"failed=warning\" ]\n cloudbackup_ignore_error = \"moved\"\n\
         cloudbackup_on_rate_limited = \"ok\"\n cloudbackup_max_output = 4000\n cloudbackup_verbose = true\n}}\n}}\n\
         object Host \"b\" {{\n import \"tenant\"\n vars.cloudbackup_kinds[\"teams\"] = {{ cloudbackup_optional = true }}\n}}\n",
        commands = commands_in_seconds(),
        config = credentials.display(),
    );
    std::fs::write(&conf, text).expect("is writable");
    let mut daemon = start(&conf, &folder);
    // Each option with its value. Icinga gives them any order.
    let options = |line: &str| -> BTreeSet<String> { line.split("--").map(|part| part.trim().to_owned()).collect() };
    let all =
        || -> BTreeSet<_> { std::fs::read_to_string(&recorded).unwrap_or_default().lines().map(options).collect() };
    daemon.wait("not every service is checked", |_| {
        all().len() >= 3 && written(&folder, "service.").matches("|BACKUP ").count() >= 4
    });
    daemon.stop();
    assert!(!written(&folder, "service.").contains("UNKNOWN"), "{}", written(&folder, "service."));
    let config = credentials.display();
    let expected = [
        format!("--latest --object-type=any --config {config} --timeout 10"),
        format!("--latest --config {config} --object-type teams --optional --timeout 10"),
        format!(
            "--latest --config {config} --critical onedrive.since_success=8d --grace-until onedrive=2026-12-01 --ignore-error moved \
             --job-type backup --location EUR --lookback 20d --max-output 4000 --object-type exchange-online --object-type onedrive \
             --on-none warning --on-rate-limited ok --on-unavailable warning --optional=onedrive --state failed=warning \
             --success finished,partially-finished --timeout 10 --verbose --warning failed=0 --warning exchange-online.failed_runs=1 --window 48h"
        ),
    ];
    assert_eq!(all(), expected.iter().map(|line| options(line)).collect());
}

pub fn lives_through_an_outage() {
    if is_missing("icinga2") {
        return;
    }
    let tenants = Tenants::start();
    let folder = folder("icinga-outage");
    let credentials = credentials(&folder, &tenants.url());
    let notified = Notified::new(&folder);
    let commands = commands_in_seconds();
    let commands = commands.replace("vars.cloudbackup_timeout = 10", "vars.cloudbackup_timeout = 2");
    let hosts = ["contoso", "fabrikam"].iter().fold(file("icinga2-tenants.conf"), |text, name| {
        let theirs = format!("/etc/icinga2/cloudbackup-{name}.json");
        assert!(text.contains(&theirs), "{text}");
        text.replace(&theirs, &credentials.display().to_string())
    });
    let conf = folder.join("icinga2.conf");
    let text = format!(
        "const PluginDir = \"{plugins}\"\nconst NodeName = \"test\"\ninclude <itl>\n{commands}\n{hosts}\n\
         object CheckerComponent \"checker\" {{ }}\nobject NotificationComponent \"notification\" {{ }}\n\
         object User \"admin\" {{ }}\n\
         object NotificationCommand \"record\" {{\n command = [ \"{program}\", \"$notification.type$ $host.name$ $service.name$\" ]\n}}\n\
         apply Notification \"record\" to Service {{\n command = \"record\"\n users = [ \"admin\" ]\n interval = 0\n assign where true\n}}\n",
        plugins = plugin().parent().expect("lies in a folder").display(),
        program = notified.program.display(),
    );
    std::fs::write(&conf, text).expect("is writable");
    let mut daemon = start(&conf, &folder);
    let watched = Watched {
        api: &["contoso backup API", "fabrikam backup API"],
        mailboxes: &["contoso backup exchange-online"],
        kinds: 7,
        services: 6,
    };
    live_through(&mut daemon, &tenants, &notified, &watched);
    daemon.stop();
}
