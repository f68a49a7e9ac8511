//! The items about a kind of jobs.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::daemon::is_missing;
use super::super::job::with;
use super::super::runs::{EXCHANGE_ONLINE, failed, finished, in_progress, listed, service_of};
use super::super::support::list_server::ListServer;
use super::super::support::scripted_server::Step;
use super::agent::{Agent, Answer, ask, value};

/// A kind whose last success is 31 hours ago, whose last run failed 3 hours ago, and of which a run is in progress.
pub fn failing_kind() -> Vec<Value> {
    vec![
        in_progress("IB20261124000000000003", 2.0),
        failed("IB20261123000000000002", 3.0),
        finished("FB20261122000000000001", 31.0),
    ]
}

/// A service with the failing kind for mailboxes, and nothing else.
fn service() -> ListServer {
    service_of([(EXCHANGE_ONLINE, failing_kind())])
}

#[test]
fn every_field_of_a_kind_is_an_item() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = service();
    let agent = Agent::start("zabbix-kind-fields", &server.url(), "Warning=failed_runs=0\nCacheSeconds=600\n");
    for (field, expected) in [
        ("verdict", "2"),
        ("verdict_text", "CRITICAL"),
        ("status", "0"),
        ("state", "3"),
        ("state_text", "Failed"),
        ("job_id", "IB20261123000000000002"),
        ("success_job_id", "FB20261122000000000001"),
        ("running_job_id", "IB20261124000000000003"),
        ("missing_jobs", "0"),
        ("request_id", "request-1"),
        ("total", "200"),
        ("failed", "4"),
        ("failed_unignored", "4"),
        ("failed_percent", "2.000000"),
        ("successful", "190"),
        ("skipped", "6"),
        ("errors", "4"),
        ("duration", "3600.000000"),
        ("runs", "1"),
        ("failed_runs", "1"),
        ("failed_runs_percent", "100.000000"),
    ] {
        assert_eq!(agent.kind(field), value(expected), "{field}");
    }
    for (field, hours) in [("since_success", 31), ("since_run", 3), ("age", 3), ("running", 2)] {
        let seconds: f64 = agent.kind(field).into_value().parse().expect("a number");
        let least = f64::from(hours * 3600 + 30);
        assert!((least..least + 60.0).contains(&seconds), "{field}: {seconds}");
    }
    let now = chrono::Utc::now().timestamp();
    for (field, hours) in
        [("start_time", 4), ("finish_time", 3), ("success_time", 31), ("running_start_time", 2), ("listed_time", 0)]
    {
        let time: i64 = agent.kind(field).into_value().parse().expect("a number");
        assert!((0..120).contains(&(now - hours * 3600 - time)), "{field}: {time}");
    }
    for (field, words) in [
        ("summary", "no success for 31 h (>26 h)"),
        ("line", "IB20261123000000000002"),
        ("details", "https://learn.example.com/e/19"),
    ] {
        let text = agent.kind(field).into_value();
        assert!(text.contains(words), "{field}: {text}");
    }
    let json = agent.json("cloudbackup.kind.json[exchange-online]");
    assert_eq!(json["kind"], "exchange-online");
    assert_eq!(json["run"]["job_id"], "IB20261123000000000002");
    assert_eq!(json["metrics"]["since_success"]["critical"], "93600");
    assert_eq!(json["metrics"]["failed_runs"], json!({"value": 1, "unit": "", "warning": "0", "critical": null}));
    // All of that was one request.
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn the_fields_that_an_item_may_name_are_listed() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = service();
    let agent = Agent::start("zabbix-kind-names", &server.url(), "");
    assert_eq!(
        agent.kind("age_of_success").into_reason(),
        "'age_of_success' is not one of the fields verdict, verdict_text, summary, details, status, line, state, \
         state_text, job_id, start_time, finish_time, success_time, success_job_id, running_start_time, running_job_id, \
         listed_time, missing_jobs, request_id, total, failed, failed_percent, successful, skipped, failed_unignored, \
         errors, duration, age, running, since_success, since_run, runs, failed_runs, failed_runs_percent"
    );
    // The numbers of a kind are none of a job.
    assert!(agent.job("since_success").into_reason().ends_with("errors, duration, age, running"));
    for (key, words) in [
        ("cloudbackup.kind.json[exchange]", "'exchange' is not one of the kinds exchange-online, sharepoint-online"),
        ("cloudbackup.kind.json[teams/sync]", "'sync' is not one of the job types backup"),
        ("cloudbackup.kind.json[]", "the parameter is [kind]"),
        ("cloudbackup.kind.json[teams,EUR]", "the parameter is [kind]"),
        ("cloudbackup.kind[teams]", "the parameters are [kind, field]"),
        ("cloudbackup.kind[teams,]", "'' is not one of the fields"),
        ("cloudbackup.kind[teams,verdict,EUR]", "the parameters are [kind, field]"),
    ] {
        let said = agent.ask(key).into_reason();
        assert!(said.contains(words), "{key}: {said}");
    }
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn a_start_in_the_future_is_not_supported() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let running = with(in_progress("IB2", 1.0), json!({"startTime": "2100-01-01T00:00:00Z"}));
    let server = service_of([(EXCHANGE_ONLINE, vec![running])]);
    let agent = Agent::start("zabbix-kind-future", &server.url(), "");
    assert_eq!(agent.kind("running_job_id"), value("IB2"));
    let said = agent.kind("running_start_time").into_reason();
    assert!(said.starts_with("nothing is known about running_start_time of exchange-online: "), "{said}");
}

#[test]
fn what_a_kind_does_not_have_is_not_supported_and_not_zero() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = service();
    let agent = Agent::start("zabbix-kind-none", &server.url(), "");
    let field = |field: &str| agent.ask(&format!("cloudbackup.kind[teams,{field}]"));
    assert_eq!((field("verdict"), field("runs")), (value("2"), value("0")));
    assert_eq!(field("summary"), value("nothing ran in 15 d"));
    for name in ["since_success", "since_run", "state", "job_id", "running_start_time", "success_time", "failed"] {
        let said = field(name).into_reason();
        assert!(said.starts_with(&format!("nothing is known about {name} of teams: ")), "{said}");
    }
    let json = agent.json("cloudbackup.kind.json[teams]");
    assert_eq!(
        (&json["run"], &json["running"], &json["metrics"]["since_success"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}

#[test]
fn ten_items_of_a_kind_at_once_cost_one_request_whichever_worker_is_asked() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = ListServer::start(|_| {
        let mut slow = vec![Step::Pause(Duration::from_millis(300))];
        slow.extend(listed(&failing_kind()));
        slow
    });
    let agent = Agent::start("zabbix-kinds-at-once", &server.url(), "CacheSeconds=600\n");
    // Two spellings of one kind.
    let asking: Vec<_> = ["exchange-online", "Exchange Online/backup"]
        .into_iter()
        .cycle()
        .take(10)
        .map(|kind| {
            let port = agent.port;
            std::thread::spawn(move || ask(port, &format!("cloudbackup.kind[{kind},runs]")))
        })
        .collect();
    for answer in asking {
        assert_eq!(answer.join().expect("does not panic"), value("1"));
    }
    assert_eq!(server.asked().len(), 1);
    // The verdict is made anew for each question: time passes, and nobody asks the service.
    let before: f64 = agent.kind("since_run").into_value().parse().expect("a number");
    std::thread::sleep(Duration::from_millis(1500));
    let after: f64 = agent.kind("since_run").into_value().parse().expect("a number");
    assert!(after >= before + 1.0, "{before} {after}");
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_kind_is_of_a_type_of_jobs_and_of_a_location() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = ListServer::start(|asked| {
        let is_asked = asked.parameter("location") == Some("EUR") && asked.parameter("jobType") == Some("2");
        listed(&if is_asked { vec![finished("RS1", 2.0)] } else { Vec::new() })
    });
    let agent = Agent::start("zabbix-kind-parts", &server.url(), "");
    let json = agent.json("cloudbackup.kind.json[onedrive/restore/EUR]");
    assert_eq!((&json["kind"], &json["run"]["job_id"]), (&json!("onedrive/restore/EUR"), &json!("RS1")));
    assert_eq!(server.asked()[0].parameter("objectType"), Some("3"));
    // Another location, another type and no location are other questions.
    for kind in ["onedrive/restore", "onedrive/backup/EUR", "onedrive/restore/NAM"] {
        let json = agent.json(&format!("cloudbackup.kind.json[{kind}]"));
        assert_eq!((&json["kind"], &json["run"]), (&json!(kind), &Value::Null));
    }
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn an_answer_that_does_not_fit_into_the_cache_is_an_answer_all_the_same() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = ListServer::start(|_| {
        let mut jobs = failing_kind();
        jobs[1]["note"] = "x".repeat(70_000).into();
        listed(&jobs)
    });
    let agent = Agent::start("zabbix-kind-large", &server.url(), "CacheSeconds=600\n");
    assert_eq!((agent.kind("failed"), agent.kind("runs")), (value("4"), value("1")));
    assert_eq!(server.asked().len(), 2);
    assert!(matches!(agent.ask("cloudbackup.kind.json[exchange-online]"), Answer::Value(_)));
}
