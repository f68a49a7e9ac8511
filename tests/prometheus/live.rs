//! The plugin asks the sandbox, a real node exporter serves what it wrote, a real Prometheus scrapes that and evaluates
//! the rules, and every expression of the dashboard is asked for.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::daemon::is_missing;
use super::dashboard::{dashboard, list, queries, text};
use super::stack::Stack;
use super::support::sandbox::{BACKUP, Options, SHAREPOINT_ONLINE, Sandbox};

/// Kinds of the sandbox, with one that never runs.
const KINDS: &str = "exchange-online,sharepoint-online,onedrive,onedrive/backup/EUR,teams,power-bi,viva-engage";

fn is_left_out() -> bool {
    is_missing("prometheus") || is_missing("prometheus-node-exporter")
}

/// An expression with everything chosen, or with these kinds.
fn chosen(expression: &str, object_types: &str) -> String {
    let mut chosen = expression.replace("$object_type", object_types);
    for variable in ["instance", "tenant", "job_type", "location"] {
        chosen = chosen.replace(&format!("${variable}"), ".*");
    }
    chosen
}

/// The names of the queries that give nothing.
fn without_data(stack: &Stack, object_types: &str) -> BTreeSet<String> {
    let queries = queries().into_iter();
    queries
        .filter(|query| stack.query(&chosen(&query.expression, object_types)).is_empty())
        .map(|query| query.name)
        .collect()
}

/// Waits until exactly these queries give nothing.
fn empty_are(stack: &Stack, object_types: &str, names: &[&str]) {
    let expected: BTreeSet<String> = names.iter().map(|&name| name.to_owned()).collect();
    let seen = RefCell::new(BTreeSet::new());
    let are = |stack: &Stack| {
        *seen.borrow_mut() = without_data(stack, object_types);
        *seen.borrow() == expected
    };
    if !stack.comes(are) {
        assert_eq!(*seen.borrow(), expected, "{object_types}");
    }
}

/// Alerts that fire, each with its kind.
fn firing(stack: &Stack) -> BTreeSet<String> {
    let samples = stack.query("ALERTS{alertstate=\"firing\"}");
    samples
        .iter()
        .map(|sample| {
            assert_eq!(sample.label("tenant"), "contoso", "{:?}", sample.labels);
            let parts = ["alertname", "object_type", "location"].map(|name| sample.label(name));
            parts.join(" ").trim().to_owned()
        })
        .collect()
}

#[test]
fn the_night_of_the_sandbox_and_an_outage() {
    if is_left_out() {
        return;
    }
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let stack = Stack::start("live");
    // The file has the verdicts. The service is not to fail because a backup did.
    assert_eq!(stack.check(Some(&sandbox), KINDS, &["--label=tenant=contoso"]), Some(0));
    // The last of those that come at once.
    stack.wait("the alerts do not come", |stack| firing(stack).contains("CloudBackupNeverRan viva-engage"));

    // What is there.
    stack.wait_for("node_textfile_scrape_error == 0", 1);
    stack.wait_for("cloudbackup_kind_verdict{tenant=\"contoso\",job_type=\"backup\"}", 7);
    for rule in stack.rules() {
        assert_eq!(rule["health"], "ok", "{rule}");
        if rule["type"] == "recording" {
            let name = text(&rule, "name");
            let is_there = |stack: &Stack| name.contains("_problem") || !stack.query(name).is_empty();
            stack.wait(&format!("{name} has no data"), is_there);
        } else {
            let annotations = &rule["annotations"];
            for name in ["summary", "description", "action"] {
                assert!(text(annotations, name).len() > 15, "{name} of {rule}");
            }
            assert!(["critical", "warning"].contains(&text(&rule["labels"], "severity")), "{rule}");
        }
    }
    let at_night = firing(&stack);
    for alert in [
        "CloudBackupFailed sharepoint-online",
        "CloudBackupFinishedWithErrors teams",
        "CloudBackupNoSuccess power-bi",
        "CloudBackupNeverRan viva-engage",
    ] {
        assert!(at_night.contains(alert), "{alert}: {at_night:?}");
    }
    assert!(!at_night.iter().any(|alert| alert.contains("exchange-online")), "{at_night:?}");

    // The dashboard: each query has data, with everything chosen and with one kind.
    empty_are(&stack, ".*", &[]);
    // It has no alert, and everything else.
    empty_are(&stack, "exchange-online", &["Alerts A"]);
    for query in queries().iter().filter(|query| !query.is_instant) {
        assert!(stack.graph(&chosen(&query.expression, ".*")) > 0, "{}", query.name);
    }
    let board = dashboard();
    for variable in list(&board["templating"], "list").iter().filter(|variable| variable["type"] == "query") {
        let query = text(&variable["query"], "query");
        let arguments = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')')).expect("is one");
        let (metric, label) = arguments.split_once(", ").expect("a metric and a label");
        assert!(!stack.label_values(metric, label).is_empty(), "{query}");
    }

    // A row of the table of kinds is one kind of one tenant, and its cells are those of the kind.
    let table = queries().into_iter().filter(|query| query.name.len() == 7 && query.name.starts_with("Kinds "));
    let cells: Vec<_> = table.map(|query| (stack.query(&chosen(&query.expression, ".*")), query.name)).collect();
    let rows: BTreeSet<&str> = cells[0].0.iter().map(|sample| sample.label("kind")).collect();
    assert_eq!(rows.len(), 7, "{rows:?}");
    assert!(rows.contains("contoso/onedrive/backup") && rows.contains("contoso/onedrive/backup/EUR"), "{rows:?}");
    for (samples, name) in &cells {
        let mut kinds = BTreeSet::new();
        for sample in samples {
            assert!(
                rows.contains(sample.label("kind")) && kinds.insert(sample.label("kind")),
                "{name}: {:?}",
                sample.labels
            );
        }
    }
    let failed = &cells.iter().find(|(_, name)| name == "Kinds H").expect("is there").0;
    let failed_of = |kind: &str| failed.iter().find(|sample| sample.label("kind") == kind).map(|sample| sample.value);
    let backups = sandbox.runs().iter().filter(|run| run.object_type == SHAREPOINT_ONLINE && run.job_type == BACKUP);
    let last = backups.max_by_key(|run| run.finish);
    assert_eq!(failed_of("contoso/sharepoint-online/backup"), last.map(|run| run.counts.failed as f64));

    // The service is away. No alert on a backup begins or ends; and the file says so.
    assert_eq!(stack.check(None, KINDS, &["--label=tenant=contoso"]), Some(0));
    stack.wait("the outage does not come", |stack| {
        stack.query("cloudbackup_up == 0").len() == 1 && stack.query("cloudbackup_window_runs").is_empty()
    });
    stack.wait_for("cloudbackup_kind_verdict == 3", 7);
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(firing(&stack), at_night);
    stack.wait_for("ALERTS{alertstate=\"pending\",alertname=\"CloudBackupCheckUnanswered\"}", 1);
    let pending = stack.query("ALERTS{alertstate=\"pending\",object_type!=\"\"}");
    let pending: Vec<&str> = pending.iter().map(|sample| sample.label("alertname")).collect();
    // A verdict that no other alert explains was pending before.
    assert!(pending.iter().all(|name| ["CloudBackupCritical", "CloudBackupWarning"].contains(name)), "{pending:?}");
    // These show what is now, and nobody knows that.
    let unknown = [
        "Kinds B",
        "Kinds F",
        "Kinds G",
        "Kinds H",
        "Kinds I",
        "Kinds J",
        "Kinds K",
        "Age of the last success, by its limit A",
        "Runs by state A",
        "Objects that failed A",
        "Duration of the last run A",
        "Objects by result A",
        "Objects by result B",
        "Objects by result C",
        "Jobs that the list lacks A",
    ];
    empty_are(&stack, ".*", &unknown);

    // A wrong option: the file says it, and no kind is said to be gone.
    assert_eq!(stack.check(Some(&sandbox), "mailboxes", &["--label=tenant=contoso"]), Some(3));
    stack.wait("the wrong option is not told", |stack| stack.query("cloudbackup_kind_verdict").is_empty());
    std::thread::sleep(std::time::Duration::from_secs(3));
    stack.wait_for("cloudbackup_up == 0", 1);
    assert_eq!(firing(&stack), at_night);
    assert!(stack.query("ALERTS{alertname=\"CloudBackupKindGone\"}").is_empty());

    // The service is back.
    assert_eq!(stack.check(Some(&sandbox), KINDS, &["--label=tenant=contoso"]), Some(0));
    stack.wait("the service does not come back", |stack| {
        stack.query("cloudbackup_up == 1").len() == 1
            && stack.query("ALERTS{alertname=\"CloudBackupCheckUnanswered\"}").is_empty()
    });
    assert_eq!(firing(&stack), at_night);
}

#[test]
fn two_tenants_on_one_host_need_a_label_each() {
    if is_left_out() {
        return;
    }
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let stack = Stack::start("tenants");
    let service = Some(&sandbox);
    let check = |stack: &Stack, file: &str, more: &[&str]| {
        assert_eq!(stack.check_into(file, service, "teams,onedrive", more), Some(0));
    };
    check(&stack, "one.prom", &["--label=tenant=contoso"]);
    check(&stack, "two.prom", &["--label=tenant=fabrikam", "--label=stage=test"]);
    // Both have the same night, so an alert that is not of both has lost a label.
    stack.wait("the alerts do not come", |stack| {
        stack
            .query("count by (tenant) (ALERTS{alertname=\"CloudBackupFinishedWithErrors\",object_type=\"teams\"})")
            .len()
            == 2
    });
    let of_stage = stack.query("ALERTS{alertname=\"CloudBackupFinishedWithErrors\",stage=\"test\"}");
    assert!(!of_stage.is_empty() && of_stage.iter().all(|sample| sample.label("tenant") == "fabrikam"));
    stack.wait_for("kind:cloudbackup_check_time_seconds:answered", 4);

    // Without labels the exporter has each series once. That is what the README warns of.
    check(&stack, "one.prom", &[]);
    check(&stack, "two.prom", &[]);
    stack.wait("the labels do not go", |stack| {
        stack.query("cloudbackup_up{tenant!=\"\"}").is_empty() && stack.query("cloudbackup_up").len() == 1
    });
    stack.wait_for("cloudbackup_kind_verdict", 2);
    stack.wait_for("node_textfile_scrape_error == 0", 1);
}

#[test]
fn a_file_that_the_exporter_refuses_takes_the_metrics_away() {
    if is_left_out() {
        return;
    }
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let stack = Stack::start("broken");
    assert_eq!(stack.check(Some(&sandbox), "teams", &[]), Some(0));
    stack.wait("the metrics do not come", |stack| stack.query("file:cloudbackup_check_time_seconds:seen").len() == 1);
    stack.write("cloudbackup.prom", "cloudbackup_up one\n");
    stack.wait("the alert is not pending", |stack| {
        !stack.query("ALERTS{alertname=\"CloudBackupCheckFileBroken\",instance!=\"\"}").is_empty()
    });
    assert!(stack.query("ALERTS{alertname=\"CloudBackupCheckGone\"}").is_empty());
    stack.remove("cloudbackup.prom");
    stack.wait("the other alert is not pending", |stack| {
        stack.query("ALERTS{alertname=\"CloudBackupCheckFileBroken\"}").is_empty()
            && !stack.query("ALERTS{alertname=\"CloudBackupCheckGone\"}").is_empty()
    });
}
