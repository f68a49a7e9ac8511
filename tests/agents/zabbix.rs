//! The module in a real `zabbix_agentd`, the UserParameters in a real `zabbix_agent2`; and the module in a small host of our
//! own, for valgrind and sanitizers.

mod agent;
mod agent2;
mod discovery;
mod failures;
mod host;
mod kinds;
mod stale;

use std::time::Duration;

use serde_json::Value;

use self::agent::{Agent, Answer, ask, value};
use super::daemon::{is_missing, resident_kib};
use super::job::{ID, envelope, running, service, with_errors};
use super::runs::listed;
use super::support::answers::ok;
use super::support::scripted_server::{Afterwards, ScriptedServer, Service, Step};

#[test]
fn every_field_of_a_job_is_an_item() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = service(&with_errors("Finished with Exception"));
    let agent =
        Agent::start("zabbix-fields", &server.url(), "Warning=skipped=5\nCritical=2%,errors=3\nCacheSeconds=60\n");
    assert_eq!(agent.ask("cloudbackup.ping"), value("1"));
    for (field, expected) in [
        ("verdict", "2"),
        ("verdict_text", "CRITICAL"),
        ("status", "0"),
        ("state", "4"),
        ("state_text", "Finished with Exception"),
        ("total", "200"),
        ("failed", "4"),
        ("failed_percent", "2.000000"),
        ("successful", "190"),
        ("skipped", "6"),
        ("errors", "4"),
        ("duration", "3600.000000"),
        ("request_id", "request-7"),
    ] {
        assert_eq!(agent.job(field), value(expected), "{field}");
    }
    let Answer::Value(summary) = agent.job("summary") else { panic!("{:?}", agent.job("summary")) };
    assert!(summary.contains(", 4 errors occurred (>3), "), "{summary}");
    let Answer::Value(details) = agent.job("details") else { panic!("{:?}", agent.job("details")) };
    assert!(details.contains("3 x The item is checked out. https://learn.example.com/e/19\n"), "{details}");
    for field in ["start_time", "finish_time", "age"] {
        let Answer::Value(number) = agent.job(field) else { panic!("{field}: {:?}", agent.job(field)) };
        assert!(number.parse::<f64>().is_ok_and(|number| number > 10_000.0), "{field}: {number}");
    }
    let Answer::Value(json) = agent.ask(&format!("cloudbackup.job.json[{ID}]")) else { panic!("no JSON") };
    let json: Value = serde_json::from_str(&json).expect("is JSON");
    assert_eq!((&json["metrics"]["failed"]["value"], &json["verdict"]), (&4.into(), &2.into()));
    // All of that was one request.
    assert_eq!(server.requests().len(), 1);
    // The same job at a location is another one.
    assert_eq!(agent.ask(&format!("cloudbackup.job[{ID},failed,EUR]")), value("4"));
    assert!(server.requests()[1].head.contains("?location=EUR"), "{:?}", server.requests());
}

#[test]
fn ten_items_of_a_job_at_once_cost_one_request() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let slow = vec![
        Step::Request,
        Step::Pause(Duration::from_millis(300)),
        Step::Send(super::support::answers::ok(super::job::envelope(&running()))),
    ];
    let server = ScriptedServer::start([slow], Afterwards::RepeatLast);
    let agent = Agent::start("zabbix-at-once", &server.url(), "");
    let asking: Vec<_> = (0..10)
        .map(|_| {
            let port = agent.port;
            std::thread::spawn(move || ask(port, &format!("cloudbackup.job[{ID},successful]")))
        })
        .collect();
    for answer in asking {
        assert_eq!(answer.join().expect("does not panic"), value("200"));
    }
    assert_eq!(server.requests().len(), 1);
    // What a running job does not have yet is not supported, and neither 0 nor the year 1900.
    for field in ["finish_time", "duration", "age"] {
        let expected = format!("the service did not send {field} of job {ID}, or sent a value that cannot be read");
        assert_eq!(agent.job(field), Answer::NotSupported(expected));
    }
    assert!(matches!(agent.job("running"), Answer::Value(seconds) if seconds.starts_with("72")));
}

#[test]
fn the_agents_memory_stays_flat_over_ten_thousand_queries() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let Some(Step::Send(list)) = listed(&kinds::failing_kind()).pop() else { panic!("a list is sent") };
    let job = ok(envelope(&with_errors("Failed")));
    let answers = Service::by_line([("cloudbackupjobs?", list), ("cloudbackupjobs/", job)]);
    let server = ScriptedServer::start([vec![Step::Serve(answers)]], Afterwards::RepeatLast);
    // Every query asks the service.
    let agent = Agent::start("zabbix-endurance", &server.url(), "CacheSeconds=0\n");
    let queries = |count: usize| {
        for number in 0..count {
            let key = match number % 5 {
                0 => format!("cloudbackup.job[{ID},failed]"),
                1 => format!("cloudbackup.job.json[{ID}]"),
                2 => "cloudbackup.kind[exchange-online,details]".to_owned(),
                3 => "cloudbackup.kind.json[exchange-online]".to_owned(),
                _ => format!("cloudbackup.job[{ID},summary]"),
            };
            assert!(matches!(agent.ask(&key), Answer::Value(_)), "{key}");
        }
    };
    queries(1000);
    let before: Vec<(u32, u64)> = agent.daemon.workers().into_iter().map(|id| (id, resident_kib(id))).collect();
    assert!(before.len() >= 4, "{before:?}");
    queries(10_000);
    for (id, kib) in before {
        let now = resident_kib(id);
        assert!(now <= kib + 256, "process {id} had {kib} KiB, and has {now}");
    }
    assert_eq!(server.requests().len(), 11_000);
}
