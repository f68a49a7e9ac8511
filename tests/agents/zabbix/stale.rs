//! The last answer stands in for a service that is away.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use super::super::daemon::is_missing;
use super::super::runs::listed;
use super::super::support::answers::answer;
use super::super::support::list_server::ListServer;
use super::super::support::scripted_server::Step;
use super::agent::{Agent, value};
use super::kinds::failing_kind;

/// A service that answers, or fails with the status that is set.
fn moody() -> (ListServer, Arc<AtomicUsize>) {
    let status = Arc::new(AtomicUsize::new(200));
    let server = ListServer::start({
        let status = Arc::clone(&status);
        move |_| match status.load(Ordering::SeqCst) {
            200 => listed(&failing_kind()),
            other => vec![Step::Send(answer(&format!("{other} No"), ""))],
        }
    });
    (server, status)
}

const KEY: &str = "cloudbackup.kind.json[exchange-online]";

/// Waits until an answer and a failure of an agent with CacheSeconds=1 are forgotten.
fn forget() {
    std::thread::sleep(Duration::from_millis(1100));
}

#[test]
fn the_last_answer_stands_in_and_says_since_when_and_why() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let (server, status) = moody();
    let agent = Agent::start("zabbix-stale", &server.url(), "Stale=15m\nCacheSeconds=1\n");
    let before = agent.json(KEY);
    status.store(503, Ordering::SeqCst);
    forget();
    let asked = server.asked().len();
    let stale = agent.json(KEY);
    // The next items ask nobody: the failure is remembered.
    assert_eq!((agent.kind("status"), agent.kind("failed"), agent.kind("runs")), (value("0"), value("4"), value("1")));
    assert_eq!(server.asked().len(), asked + 1);
    assert_eq!((&stale["status"], &stale["verdict"], &stale["error"]), (&json!("CBJ_OK"), &json!(2), &json!(null)));
    for member in ["summary", "line", "run", "success", "running", "window", "listed_time", "missing_jobs"] {
        assert_eq!(stale[member], before[member], "{member}");
    }
    let said = stale["details"][0].as_str().expect("a line");
    let listed = before["listed_time"].as_i64().and_then(|time| chrono::DateTime::from_timestamp(time, 0));
    let listed = listed.expect("a time").format("%Y-%m-%d %H:%M:%S +0000");
    let words = format!("API answers 503. All of this is from its answer of {listed}, which may be 15 min old");
    assert_eq!(said, format!("The service is away: {words}"));
    assert_eq!(stale["details"].as_array().map(Vec::len), before["details"].as_array().map(|lines| lines.len() + 1));
    assert!(!before["details"].to_string().contains("away"));
    // The service is back.
    status.store(200, Ordering::SeqCst);
    forget();
    let after = agent.json(KEY);
    assert!(!after["details"].to_string().contains("away"), "{after}");
    assert!(after["listed_time"].as_i64() > before["listed_time"].as_i64());
}

#[test]
fn an_answer_that_is_too_old_or_that_nobody_allowed_does_not_stand_in() {
    if is_missing("zabbix_agentd") {
        return;
    }
    for (name, settings) in [("zabbix-stale-old", "Stale=1s\n"), ("zabbix-stale-not", "")] {
        let (server, status) = moody();
        let agent = Agent::start(name, &server.url(), &format!("{settings}CacheSeconds=1\n"));
        assert_eq!(agent.kind("verdict"), value("2"));
        status.store(503, Ordering::SeqCst);
        forget();
        let json = agent.json(KEY);
        assert_eq!((&json["verdict"], &json["status"]), (&json!(3), &json!("CBJ_ERROR_SERVER")), "{name}");
        assert_eq!((&json["run"], &json["window"], &json["metrics"]), (&json!(null), &json!(null), &json!({})));
        assert_eq!(json["error"]["http_status"], 503);
        assert!(agent.kind("failed").into_reason().contains("503"));
    }
}

#[test]
fn a_refusal_is_no_outage() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let (server, status) = moody();
    let agent = Agent::start("zabbix-stale-refused", &server.url(), "Stale=15m\nCacheSeconds=1\n");
    assert_eq!(agent.kind("verdict"), value("2"));
    status.store(403, Ordering::SeqCst);
    forget();
    assert_eq!((agent.kind("verdict"), agent.kind("status")), (value("3"), value("4")));
    // An outage after that has the last answer.
    status.store(503, Ordering::SeqCst);
    forget();
    assert_eq!((agent.kind("verdict"), agent.kind("status")), (value("2"), value("0")));
}
