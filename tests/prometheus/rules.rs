//! The rules by promtool: their syntax, and their unit tests in `tests/prometheus/rules/`.

use std::process::Command;

use super::daemon::is_missing;
use super::support::c_program::root;
use super::{file, read, succeeds};

/// Each alert with its severity.
pub fn alerts() -> Vec<(String, String)> {
    let text = read("cloudbackup.rules.yml");
    let alerts: Vec<(String, String)> = text
        .split("- alert: ")
        .skip(1)
        .map(|rule| {
            let severity = rule.split("severity: ").nth(1).and_then(|rest| rest.split('}').next());
            (rule.lines().next().expect("has a name").to_owned(), severity.expect("has a severity").to_owned())
        })
        .collect();
    assert!(alerts.len() > 10, "{alerts:?}");
    alerts
}

fn unit_tests() -> Vec<std::path::PathBuf> {
    let folder = std::fs::read_dir(root().join("tests/prometheus/rules")).expect("is there");
    let mut files: Vec<_> = folder.map(|entry| entry.expect("is readable").path()).collect();
    files.sort();
    assert!(files.len() > 5, "{files:?}");
    files
}

#[test]
fn promtool_accepts_the_rules() {
    if is_missing("promtool") {
        return;
    }
    let said = succeeds(Command::new("promtool").args(["check", "rules"]).arg(file("cloudbackup.rules.yml")));
    assert!(said.contains("rules found"), "{said}");
}

#[test]
fn the_unit_tests_of_the_rules_succeed() {
    if is_missing("promtool") {
        return;
    }
    succeeds(Command::new("promtool").args(["test", "rules"]).args(unit_tests()));
}

#[test]
fn each_alert_has_a_unit_test_with_its_texts() {
    let tests: String = unit_tests().iter().map(|file| std::fs::read_to_string(file).expect("is readable")).collect();
    for (name, severity) in alerts() {
        let expected = tests.split(&format!("alertname: {name}\n")).skip(1).any(|test| {
            let case = test.split("eval_time:").next().unwrap_or_default();
            case.contains("exp_annotations") && case.contains(&format!("severity: {severity}"))
        });
        assert!(expected, "no unit test for {name}");
    }
}
