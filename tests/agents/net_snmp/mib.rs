//! The MIB: sound, revised by the rules, and the names of all that is answered.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::daemon::{folder, is_missing};
use super::super::job::{ID, service, with_errors};
use super::super::runs::{EXCHANGE_ONLINE, failed, finished, service_of};
use super::super::support::c_program::{root, scratch_dir};
use super::Snmpd;

fn mib() -> PathBuf {
    root().join("examples/agents/net-snmp/CLOUDBACKUPJOBS-MIB.txt")
}

/// Where tools look for the basic MIBs of the IETF, which Debian leaves out: those of a package of npm are used. None
/// where something is missing.
fn basic_mibs(program: &str) -> Option<String> {
    let basic = root().join("target/mibs/node_modules/net-snmp/lib/mibs");
    if basic.is_dir() && !is_missing(program) && !is_missing("snmpd") {
        return Some(format!("{}:/usr/share/snmp/mibs", basic.display()));
    }
    assert!(std::env::var_os("CI").is_none(), "CI has them");
    None
}

/// What a tool prints about MIBs, and whether it ended well.
fn complaints(command: &mut Command, path: &str) -> (String, bool) {
    let output = command.env("SMIPATH", path).output().expect("is installed");
    let said = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    (said.into_owned(), output.status.success())
}

/// The objects of the MIB, by name.
fn walk(snmpd: &Snmpd, path: &str) -> String {
    let own = root().join("examples/agents/net-snmp");
    let mut command = Command::new("snmpwalk");
    command.args(["-v2c", "-c", "public", "-m", "CLOUDBACKUPJOBS-MIB", "-M", &format!("{path}:{}", own.display())]);
    command
        .arg(format!("127.0.0.1:{}", snmpd.port))
        .arg("CLOUDBACKUPJOBS-MIB::cloudBackupJobs")
        .env("SNMP_PERSISTENT_DIR", scratch_dir());
    String::from_utf8_lossy(&command.output().expect("is installed").stdout).into_owned()
}

#[test]
fn the_mib_is_sound_and_names_what_is_answered() {
    let Some(path) = basic_mibs("smilint") else { return };
    let (said, is_sound) = complaints(Command::new("smilint").args(["-l", "4", "-s"]).arg(mib()), &path);
    assert_eq!((said.as_str(), is_sound), ("", true));
    let server = service(&with_errors("Failed"));
    let snmpd = Snmpd::start("snmp-mib", &server.url(), ID);
    snmpd.await_answer(1);
    let walked = walk(&snmpd, &path);
    for line in [
        "cbjJobVerdict.1 = INTEGER: critical(2)",
        "cbjJobState.1 = INTEGER: failed(3)",
        "cbjJobFailed.1 = Counter64: 4 objects",
        "cbjJobDuration.1 = Gauge32: 3600 seconds",
        "cbjKindNumber.0 = INTEGER: 0",
    ] {
        assert!(walked.contains(&format!("CLOUDBACKUPJOBS-MIB::{line}\n")), "{walked}");
    }
    // Every column of the program is one of the MIB.
    let is_named = |line: &str| {
        line.split_once("::cbj").is_some_and(|(_, name)| name.starts_with("Job") || name.starts_with("KindNumber.0"))
    };
    assert!(walked.lines().all(is_named), "{walked}");
}

#[test]
fn the_mib_names_kinds_by_their_parts() {
    let Some(path) = basic_mibs("smilint") else { return };
    let server = service_of([(EXCHANGE_ONLINE, vec![failed("FB-last", 7.0), finished("FB-before", 21.0)])]);
    let snmpd = Snmpd::start(
        "snmp-mib-kinds",
        &server.url(),
        "--object-type=exchange-online,exchange-online/restore/EUR --on-none=warning",
    );
    super::kinds::await_kinds(&snmpd, "12.1.2.3.69.85.82");
    let walked = walk(&snmpd, &path);
    for line in [
        "cbjKindNumber.0 = INTEGER: 2",
        "cbjKindName.exchangeOnline.restore.\"EUR\" = STRING: exchange-online/restore/EUR",
        "cbjKindVerdict.exchangeOnline.backup.\"\" = INTEGER: critical(2)",
        "cbjKindRunState.exchangeOnline.backup.\"\" = INTEGER: failed(3)",
        "cbjKindRuns.exchangeOnline.backup.\"\" = Gauge32: 2 runs",
        "cbjKindFailedRunsPercent.exchangeOnline.backup.\"\" = Gauge32: 5000 hundredths of a percent",
        "cbjKindRunFailed.exchangeOnline.backup.\"\" = Counter64: 4 objects",
        "cbjKindRunDuration.exchangeOnline.backup.\"\" = Gauge32: 3600 seconds",
    ] {
        assert!(walked.contains(&format!("CLOUDBACKUPJOBS-MIB::{line}\n")), "{line}\n{walked}");
    }
    let is_named = |line: &str| {
        line.split_once("::cbj").is_some_and(|(_, name)| name.starts_with("Kind") || name.starts_with("JobNumber.0"))
    };
    assert!(walked.lines().all(is_named), "{walked}");
}

/// RFC 2578, section 10: what was published keeps its number, name, type and meaning.
#[test]
fn the_mib_is_revised_by_the_rules() {
    let Some(path) = basic_mibs("smidiff") else { return };
    let first = Path::new("tests/agents/net_snmp/first-revision-of-the-mib.txt");
    let compare = |new: &Path| {
        let mut command = Command::new("smidiff");
        complaints(command.args(["-l", "4", "-s"]).arg(root().join(first)).arg(new), &path)
    };
    assert_eq!(compare(&mib()), (String::new(), true));
    // The test sees what it is there to see.
    let text = std::fs::read_to_string(mib()).expect("is there");
    for (name, from, to) in [
        ("renumbered", "::= { cbjJobEntry 19 }", "::= { cbjJobEntry 29 }"),
        (
            "group",
            "cbjJobRunning,\n                  cbjJobRequestId }",
            "cbjJobRunning,\n                  cbjJobRequestId, cbjKindNumber }",
        ),
        ("silent", "    REVISION     \"202611240000Z\"\n    DESCRIPTION  \"First version.\"\n", ""),
    ] {
        assert!(text.contains(from), "{name}");
        let changed = folder(&format!("snmp-mib-{name}")).join("CLOUDBACKUPJOBS-MIB.txt");
        std::fs::write(&changed, text.replace(from, to)).expect("target is writable");
        let (said, _) = compare(&changed);
        assert!(!said.is_empty(), "{name}");
    }
    // A revision of its own for what was added.
    let revisions: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("REVISION     ")).collect();
    assert!(revisions.len() == 2 && revisions.is_sorted_by(|one, other| one > other), "{revisions:?}");
    assert!(text.contains(&format!("LAST-UPDATED {}\n", revisions[0])), "{revisions:?}");
}
