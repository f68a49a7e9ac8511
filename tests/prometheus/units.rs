//! The systemd units. Nothing here runs systemd: systemd-analyze reads the units, and strace shows that the plugin makes
//! no system call that the service forbids.

use std::collections::BTreeSet;
use std::process::Command;

use super::build::plugin;
use super::daemon::{folder, is_missing};
use super::support::c_program::take_configuration_away;
use super::support::sandbox::{Options, Sandbox};
use super::{read, succeeds};

/// The arguments of the plugin in the service, without its path.
pub fn arguments() -> Vec<String> {
    let unit = read("cloudbackup.service").replace("\\\n", " ");
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("has a command");
    line.split_whitespace().skip(1).map(str::to_owned).collect()
}

/// The same, with other values for these options.
pub fn arguments_with(values: &[(&str, &str)]) -> Vec<String> {
    let mut arguments = arguments();
    for (option, value) in values {
        let start = format!("{option}=");
        let argument = arguments.iter_mut().find(|argument| argument.starts_with(&start));
        *argument.unwrap_or_else(|| panic!("no {option}")) = format!("{start}{value}");
    }
    arguments
}

/// The values of a setting that may come several times.
fn settings(key: &str) -> Vec<String> {
    let unit = read("cloudbackup.service");
    let start = format!("{key}=");
    unit.lines().filter_map(|line| line.strip_prefix(&start)).map(str::to_owned).collect()
}

#[test]
fn systemd_analyze_accepts_the_units() {
    if is_missing("systemd-analyze") {
        return;
    }
    let folder = folder("units");
    // The program must exist; everything else stays as it is.
    let service = read("cloudbackup.service");
    let program = "/usr/lib/nagios/plugins/check_cloudbackup_job";
    assert!(service.contains(&format!("ExecStart={program} ")), "the README installs it there");
    let service = service.replace(program, plugin().to_str().expect("UTF-8"));
    for (name, text) in [("cloudbackup.service", service), ("cloudbackup.timer", read("cloudbackup.timer"))] {
        std::fs::write(folder.join(name), text).expect("target is writable");
    }
    let verify = |unit: &str| {
        let mut command = Command::new("systemd-analyze");
        command.args(["verify", "--man=no"]).arg(folder.join(unit)).env("SYSTEMD_LOG_LEVEL", "warning");
        // It complains of other units, too; one that it cannot take is only a warning to it.
        let said = succeeds(&mut command);
        assert!(!said.contains("cloudbackup"), "{unit}: {said}");
    };
    verify("cloudbackup.service");
    verify("cloudbackup.timer");
    // 0 is closed, 100 is open. A service without settings has 96.
    let mut security = Command::new("systemd-analyze");
    security.args(["security", "--offline=true", "--threshold=15", "--no-pager"]);
    succeeds(security.arg(folder.join("cloudbackup.service")));
}

/// The system calls in a set of systemd, with those of the sets in it.
fn calls_in(set: &str) -> BTreeSet<String> {
    let listed = succeeds(Command::new("systemd-analyze").args(["syscall-filter", "--no-pager", set]));
    let mut calls = BTreeSet::new();
    for line in listed.lines().skip(1).map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('@') {
            calls.extend(calls_in(line));
        } else {
            calls.insert(line.to_owned());
        }
    }
    calls
}

#[test]
fn the_plugin_makes_no_system_call_that_the_service_forbids() {
    if is_missing("systemd-analyze") || is_missing("strace") {
        return;
    }
    let mut allowed = BTreeSet::new();
    for filter in settings("SystemCallFilter") {
        let (is_removed, sets) = filter.strip_prefix('~').map_or((false, filter.as_str()), |sets| (true, sets));
        for call in sets.split(' ').flat_map(calls_in) {
            let _ = if is_removed { allowed.remove(&call) } else { allowed.insert(call) };
        }
    }
    // systemd adds what any program needs to start.
    allowed.extend(calls_in("@default"));
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let folder = folder("strace");
    let (trace, output) = (folder.join("trace"), folder.join("cloudbackup.prom"));
    let config = super::stack::credentials(&folder, &sandbox);
    let values = [("--config", config.as_path()), ("--output", output.as_path())];
    let values = values.map(|(option, path)| (option, path.to_str().expect("UTF-8")));
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o"]).arg(&trace).arg(plugin()).args(arguments_with(&values));
    take_configuration_away(&mut command);
    succeeds(&mut command);
    let trace = std::fs::read_to_string(&trace).expect("was written");
    let made: BTreeSet<&str> = trace
        .lines()
        .filter_map(|line| line.split_whitespace().nth(1)?.split_once('(').map(|(name, _)| name))
        // The program is started before the filter goes for it.
        .filter(|name| name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
        .collect();
    assert!(made.contains("connect") && made.contains("rename"), "{made:?}");
    let forbidden: Vec<&&str> = made.iter().filter(|name| !allowed.contains(**name)).collect();
    assert!(forbidden.is_empty(), "{forbidden:?}");
    let written = std::fs::read_to_string(&output).expect("was written");
    assert!(written.contains("\ncloudbackup_up 1\n"), "{written}");
}
