//! Which kinds of jobs there are, and whether the service answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::super::daemon::is_missing;
use super::super::job::refusing;
use super::super::runs::{finished, listed, service_of};
use super::super::support::answers::answer;
use super::super::support::list_server::{Asked, ListServer};
use super::super::support::patience::in_time;
use super::super::support::scripted_server::{Script, Step};
use super::agent::{Agent, value};

const KEY: &str = "cloudbackup.kinds.discovery";
const TYPES: usize = 12;

fn kind(name: &str, object_type: &str, job_type: &str, location: &str) -> Value {
    json!({"kind": name, "object_type": object_type, "job_type": job_type, "location": location})
}

/// Whether the list is of this type of objects.
fn is_of(asked: &Asked, object_type: u8) -> bool {
    asked.parameter("objectType") == Some(object_type.to_string().as_str())
}

/// Mailboxes and Teams have backups.
fn some(asked: &Asked) -> Script {
    listed(&if is_of(asked, 1) || is_of(asked, 7) { vec![finished("IB1", 400.0)] } else { Vec::new() })
}

/// A service that refuses some lists until it is told not to.
fn refusing_at_first(
    status: &'static str,
    is_refused: impl Fn(&Asked) -> bool + Send + Sync + 'static,
) -> (ListServer, Arc<AtomicBool>) {
    let is_refusing = Arc::new(AtomicBool::new(true));
    let told = Arc::clone(&is_refusing);
    let server = ListServer::start(move |asked| match told.load(Ordering::SeqCst) && is_refused(asked) {
        true => vec![Step::Send(answer(status, ""))],
        false => some(asked),
    });
    (server, is_refusing)
}

fn found() -> Value {
    json!([kind("exchange-online", "exchange-online", "backup", ""), kind("teams", "teams", "backup", "")])
}

#[test]
fn the_lines_of_the_configuration_are_the_kinds() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = service_of([]);
    let lines = "Kind=Exchange Online\nKind=onedrive/backup/EUR\nKind=exchange-online/backup\nKind=teams/restore\n";
    let agent = Agent::start("zabbix-kinds-named", &server.url(), lines);
    assert_eq!(
        agent.json(KEY),
        json!([
            kind("exchange-online", "exchange-online", "backup", ""),
            kind("onedrive/backup/EUR", "onedrive", "backup", "EUR"),
            kind("teams/restore", "teams", "restore", ""),
        ])
    );
    assert_eq!(server.asked().len(), 0);
}

#[test]
fn the_service_says_which_types_of_objects_have_backups() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = ListServer::start(some);
    // What is found is kept for an hour, whatever the cache of the answers.
    let agent = Agent::start("zabbix-kinds-found", &server.url(), "CacheSeconds=0\n");
    for _ in 0..5 {
        assert_eq!(agent.json(KEY), found());
    }
    let asked = server.asked();
    assert_eq!(asked.len(), TYPES);
    let oldest = (chrono::Utc::now() - chrono::Duration::days(32)).format("%Y-%m-%d").to_string();
    let newest = (chrono::Utc::now() - chrono::Duration::days(30)).format("%Y-%m-%d").to_string();
    for (number, asked) in asked.iter().enumerate() {
        assert!(is_of(asked, u8::try_from(number + 1).expect("is small")), "{asked:?}");
        assert_eq!(asked.parameter("jobType"), Some("1"));
        // The day before may be the same one elsewhere.
        let start = asked.parameter("startTime").expect("a start");
        assert!(oldest.as_str() < start && start <= newest.as_str(), "{asked:?}");
    }
}

#[test]
fn a_discovery_that_ran_out_of_time_says_so_and_the_next_one_goes_on() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = ListServer::start(|asked| {
        let mut slow = vec![Step::Pause(Duration::from_millis(450))];
        slow.extend(some(asked));
        slow
    });
    let agent = Agent::start("zabbix-kinds-slow", &server.url(), "");
    let said = agent.ask(KEY).into_reason();
    assert!(said.starts_with("the agent's timeout allowed to ask for ") && said.contains(" of 12 types"), "{said}");
    let asked = server.asked().len();
    assert!((2..TYPES).contains(&asked), "{asked}");
    let mut attempts = 1;
    let mut answer = agent.ask(KEY);
    while answer != value(&found().to_string()) && attempts < 4 {
        // On a slow machine more than two discoveries are needed. Each one goes on.
        attempts += 1;
        answer = agent.ask(KEY);
    }
    let got: Value = serde_json::from_str(&answer.into_value()).expect("is JSON");
    assert_eq!(got, found());
    // Only the request that was cut short is made again.
    assert!(server.asked().len() <= TYPES + attempts, "{}", server.asked().len());
}

#[test]
fn the_requests_of_a_discovery_share_the_time_of_one_item() {
    if is_missing("zabbix_agentd") {
        return;
    }
    in_time("a discovery", Duration::from_secs(3), || {
        let server = ListServer::start(|asked| {
            let mut slow = vec![Step::Pause(Duration::from_millis(1500))];
            slow.extend(if asked.number == 0 { some(asked) } else { vec![Step::Stall] });
            slow
        });
        let agent = Agent::start("zabbix-kinds-hanging", &server.url(), "");
        let begin = Instant::now();
        let said = agent.ask(KEY).into_reason();
        assert!(said.starts_with("the agent's timeout allowed to ask for 1 of 12 types"), "{said}");
        begin.elapsed()
    });
}

#[test]
fn a_discovery_that_failed_is_no_list_of_some_kinds() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let (server, is_refusing) = refusing_at_first("403 Forbidden", |asked| is_of(asked, 3));
    let agent = Agent::start("zabbix-kinds-refused", &server.url(), "");
    for _ in 0..2 {
        let said = agent.ask(KEY).into_reason();
        assert!(said.starts_with("onedrive: ") && said.contains("403"), "{said}");
    }
    is_refusing.store(false, Ordering::SeqCst);
    assert_eq!(agent.json(KEY), found());
    // The first two types were asked for once.
    assert_eq!(server.asked().len(), TYPES + 2);
}

#[test]
fn a_type_that_the_service_refuses_to_list_is_left_out() {
    if is_missing("zabbix_agentd") {
        return;
    }
    for (name, status) in [("rejected", "400 Bad Request"), ("unknown", "404 Not Found")] {
        let server = ListServer::start(move |asked| match asked.parameter("objectType") {
            Some("3") => vec![Step::Send(answer(status, ""))],
            _ => some(asked),
        });
        let agent = Agent::start(&format!("zabbix-kinds-{name}"), &server.url(), "");
        for _ in 0..3 {
            assert_eq!(agent.json(KEY), found(), "{name}");
        }
        // It is not asked for again and again, nor does it hide the types behind it.
        assert_eq!(server.asked().len(), TYPES, "{name}");
    }
}

/// A wrong path refuses everything. That is no tenant without backups, and nothing of it is kept.
#[test]
fn a_service_that_refuses_all_types_has_no_list() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let (server, is_refusing) = refusing_at_first("404 Not Found", |_| true);
    let agent = Agent::start("zabbix-kinds-none", &server.url(), "");
    for _ in 0..2 {
        let said = agent.ask(KEY).into_reason();
        assert!(said.starts_with("power-apps: ") && said.contains("404"), "{said}");
    }
    is_refusing.store(false, Ordering::SeqCst);
    assert_eq!(agent.json(KEY), found());
    assert_eq!(server.asked().len(), 3 * TYPES);
}

#[test]
fn whether_the_service_answers_is_an_item() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = service_of([]);
    let agent = Agent::start("zabbix-service", &server.url(), "");
    let fine = r#"{"verdict":0,"verdict_text":"OK","status":"CBJ_OK","summary":"API answers"}"#;
    assert_eq!((agent.ask("cloudbackup.service"), agent.ask("cloudbackup.service")), (value(fine), value(fine)));
    assert_eq!(server.asked().len(), 1);
    let away = refusing("503 Service Unavailable");
    for (name, settings, verdict) in [
        ("zabbix-service-away", "", 2),
        ("zabbix-service-told", "OnUnavailable=warning\n", 1),
        ("zabbix-service-named", "OnUnavailable=warning\nOnError=server=unknown\n", 3),
    ] {
        let agent = Agent::start(name, &away.url(), settings);
        let json = agent.json("cloudbackup.service");
        assert_eq!((&json["verdict"], &json["status"]), (&json!(verdict), &json!("CBJ_ERROR_SERVER")), "{name}");
        assert!(json["summary"].as_str().is_some_and(|said| said.contains("503")), "{json}");
    }
}
