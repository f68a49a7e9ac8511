//! `check_cloudbackup_job --help`: complete, and true.

use std::collections::BTreeSet;

use serde_json::Value;

use super::build::plugin;
use super::daemon::folder;
use super::plugin::{VERDICTS, stdout};
use super::plugin_errors::failures;
use super::support::c_program::{self, root};

fn source(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("is there")
}

/// The texts in quotes of a table in a source.
fn quoted_in(path: &str, table: &str, place: usize) -> Vec<String> {
    let source = source(path);
    let rows = source.split(table).nth(1).and_then(|rest| rest.split("};").next()).expect("is there");
    rows.lines().filter_map(|line| line.split('"').nth(place)).map(str::to_owned).collect()
}

fn help() -> String {
    let help = c_program::run(plugin(), &["--help"], &[]);
    assert_eq!((help.status.code(), help.stderr.as_slice()), (Some(0), b"".as_slice()));
    stdout(&help)
}

#[test]
fn every_option_is_told_and_tried_by_a_test() {
    let help = help();
    assert_eq!(stdout(&c_program::run(plugin(), &["-h"], &[])), help);
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    let tests: String = std::fs::read_dir(root().join("tests/agents"))
        .expect("is there")
        .chain(std::fs::read_dir(root().join("tests/agents/plugin")).expect("is there"))
        .map(|entry| entry.expect("is readable").path())
        .filter(|path| path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.ends_with(".rs")))
        .map(|path| std::fs::read_to_string(path).expect("is text"))
        .collect();
    let mut options = quoted_in("examples/agents/nagios/options.c", "named[] = {", 1);
    options.extend(quoted_in("examples/agents/shared/settings.c", "jc_settings[JC_SETTINGS] = {", 3));
    options.retain(|option| !["stale", "on-error"].contains(&option.as_str()));
    assert_eq!(options.len(), 27, "{options:?}");
    for name in options {
        assert!(help.contains(&format!("--{name}")), "--help does not tell --{name}");
        assert!(tests.contains(&format!("\"--{name}")), "no test gives --{name}");
    }
    // A plugin keeps nothing that could be stale.
    for option in ["--stale=5m", "--on-error=timeout=ok"] {
        let refused = c_program::run(plugin(), &["-j", "FB1", option], &[]);
        assert!(stdout(&refused).contains("is not an option"), "{option}: {}", stdout(&refused));
    }
}

#[test]
fn the_tables_are_those_of_the_sources() {
    let help = help();
    for (name, verdict) in failures() {
        assert!(help.contains(&format!("\n  {name:24} {}", VERDICTS[verdict])), "{name}: {help}");
    }
    for (name, mark) in [("timeout", "UNKNOWN *\n"), ("config", "UNKNOWN\n")] {
        assert!(help.contains(&format!("\n  {name:24} {mark}")), "{name}: {help}");
    }
    for name in quoted_in("examples/agents/shared/metrics.c", "jc_metric_kinds[JC_METRICS] = {", 1) {
        assert!(help.contains(&format!("\n  {name:20} ")), "{name}: {help}");
    }
    for kind in ["exchange-online", "microsoft-365-groups,\n", "power-apps\n"] {
        assert!(help.contains(kind), "{kind}: {help}");
    }
}

/// The names of the options, as the header documents the file.
fn documented_members() -> BTreeSet<String> {
    let header = source("include/cloudbackupjobs.h");
    let before = header.split("cbj_status cbj_config_load_file(").next().expect("is there");
    let documentation = before.rsplit("/**").next().expect("is documented");
    let lists = documentation.split("Text: ").nth(1).and_then(|rest| rest.split("The value may also").next());
    lists.expect("has lists").split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_file_of_the_configuration_is_told_in_full() {
    let help = help();
    let (_, rest) = help.split_once("(CBJ_DATA_CENTER):\n\n").expect("has the members");
    let members = rest.split("\n\n").next().expect("ends");
    let told: BTreeSet<String> =
        members.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert_eq!(told, documented_members());
    assert_eq!(told.len(), 19);
    // The sample can be used. What fails then is the request for a token.
    let sample = &help[help.find("  {\n").expect("has a sample")..];
    let sample = &sample[..=sample.find("\n  }").expect("ends") + 3];
    let mut sample: Value = serde_json::from_str(sample).expect("is JSON");
    assert_eq!(sample["data_center"], "us");
    sample["identity_url"] = "http://127.0.0.1:9/".into();
    let file = folder("plugin-help").join("cloudbackup.json");
    std::fs::write(&file, sample.to_string()).expect("target is writable");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("is ours");
    let arguments = ["-j", "FB1", "-t", "5", "--config", file.to_str().expect("UTF-8")];
    let output = c_program::run(plugin(), &arguments, &[("CBJ_MAX_RETRIES", "0")]);
    assert!(stdout(&output).contains("CBJ_ERROR_CONNECT"), "{output:?}");
}

#[test]
fn three_examples_are_taken_as_they_are() {
    let help = help().replace("\\\n", "");
    let examples: Vec<Vec<&str>> = help
        .lines()
        .filter_map(|line| line.strip_prefix("  check_cloudbackup_job "))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(examples.len(), 3);
    for example in examples {
        let output = c_program::run(plugin(), &example, &[]);
        // The options are right; the file is not there.
        assert!(stdout(&output).contains("CBJ_ERROR_CONFIG"), "{example:?}: {output:?}");
    }
}

#[test]
fn the_version_is_told() {
    for option in ["-V", "--version"] {
        let version = c_program::run(plugin(), &[option], &[]);
        assert_eq!(stdout(&version), format!("check_cloudbackup_job {}\n", env!("CARGO_PKG_VERSION")));
        assert_eq!(version.status.code(), Some(0));
    }
    // An option that is wrong is told, whatever else is asked for.
    let wrong = c_program::run(plugin(), &["--colour", "--version"], &[]);
    assert_eq!(wrong.status.code(), Some(3));
}
