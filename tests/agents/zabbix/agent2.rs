//! The UserParameters of a real `zabbix_agent2`: the same keys and the same JSON as those of the module.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use super::super::build::plugin;
use super::super::daemon::{Daemon, credentials, folder, free_port, is_missing};
use super::super::job::{ID, answering, service, with_errors};
use super::super::runs::{EXCHANGE_ONLINE, ONEDRIVE, finished, listed, service_of};
use super::super::support::answers::answer;
use super::super::support::c_program::root;
use super::super::support::list_server::ListServer;
use super::super::support::scripted_server::Step;
use super::agent::{Agent, Answer, ask, value};
use super::kinds::failing_kind;

/// A real agent 2 with the UserParameters, whose paths are those of the test.
struct Agent2 {
    _daemon: Daemon,
    port: u16,
}

impl Agent2 {
    fn start(name: &str, url: &str) -> Self {
        let folder = folder(name);
        let file = credentials(&folder, url);
        Self::start_with(&folder, &file)
    }

    fn start_with(folder: &Path, file: &Path) -> Self {
        let port = free_port();
        let parameters = std::fs::read_to_string(root().join("examples/agents/zabbix/zabbix_agent2.cloudbackup.conf"))
            .expect("is there")
            .replace("/usr/lib/nagios/plugins/check_cloudbackup_job", &plugin().display().to_string())
            .replace("/etc/zabbix/cloudbackup.json", &file.display().to_string());
        let conf = folder.join("agent2.conf");
        let text = format!(
            "Hostname=test\nServer=127.0.0.1\nListenIP=127.0.0.1\nListenPort={port}\nLogType=console\nTimeout=3\n\
             ControlSocket={0}/control\nPidFile={0}/pid\n{parameters}",
            folder.display()
        );
        std::fs::write(&conf, text).expect("is writable");
        let mut command = Command::new("/usr/sbin/zabbix_agent2");
        let mut daemon = Daemon::start(command.arg("-f").arg("-c").arg(&conf).env("TZ", "UTC"), folder);
        daemon.await_port(port);
        Self { _daemon: daemon, port }
    }

    fn ask(&self, key: &str) -> Answer {
        ask(self.port, key)
    }

    fn json(&self, key: &str) -> Value {
        let text = self.ask(key).into_value();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{key}: {error}: {text}"))
    }
}

fn is_one_missing() -> bool {
    is_missing("zabbix_agentd") || is_missing("zabbix_agent2")
}

/// The answer without the numbers that time changes.
fn lasting(mut json: Value) -> Value {
    let metrics = ["age", "running", "since_success", "since_run"].map(|metric| format!("/metrics/{metric}/value"));
    for member in metrics.iter().map(String::as_str).chain(["/listed_time"]) {
        if let Some(value) = json.pointer_mut(member) {
            *value = json!("a time");
        }
    }
    json
}

#[test]
fn a_job_has_the_same_json_as_from_the_module() {
    if is_one_missing() {
        return;
    }
    let server = service(&with_errors("Finished with Exception"));
    let module = Agent::start("zabbix-agent2-module", &server.url(), "");
    let agent2 = Agent2::start("zabbix-agent2", &server.url());
    let key = format!("cloudbackup.job.json[{ID}]");
    let json = agent2.json(&key);
    assert_eq!(lasting(json), lasting(module.json(&key)));
    // The location reaches the service.
    assert!(!server.requests()[0].head.contains("location="));
    let key = format!("cloudbackup.job.json[{ID},EUR]");
    assert_eq!(lasting(agent2.json(&key)), lasting(module.json(&key)));
    for request in &server.requests()[2..] {
        assert!(request.head.contains("?location=EUR"), "{}", request.head);
    }
    assert_eq!(server.requests().len(), 4);
}

#[test]
fn a_failure_has_the_same_json_as_from_the_module() {
    if is_one_missing() {
        return;
    }
    let body = r#"{"statusCode":429,"message":"Too many","errors":[{"code":"T1","field":"jobId","message":"Wait"}],"data":null,"requestId":"request-8","traceId":"trace-8"}"#;
    for (name, head) in [
        ("limited", "429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Type: application/json"),
        ("forbidden", "403 Forbidden\r\nContent-Type: application/json"),
        ("away", "503 Service Unavailable"),
    ] {
        let server = answering(answer(head, body));
        let module = Agent::start(&format!("zabbix-agent2-{name}-module"), &server.url(), "CacheSeconds=60\n");
        let agent2 = Agent2::start(&format!("zabbix-agent2-{name}"), &server.url());
        let key = format!("cloudbackup.job.json[{ID}]");
        let json = agent2.json(&key);
        assert_eq!(json["request_id"], "request-8", "{json}");
        // The second answer of the module comes from its cache.
        assert_eq!((module.json(&key), module.json(&key)), (json.clone(), json.clone()), "{name}");
        assert_eq!(server.requests().len(), 2);
        if name == "limited" {
            let details = json!([{"code": "T1", "field": "jobId", "message": "Wait"}]);
            let error = json!({"http_status": 429, "retryable": true, "retry_after_ms": 3_600_000, "details": details});
            assert_eq!(json["error"], error);
        }
    }
}

#[test]
fn ping_says_whether_the_plugin_can_be_used() {
    if is_missing("zabbix_agent2") {
        return;
    }
    let server = service(&with_errors("Failed"));
    let agent = Agent2::start("zabbix-agent2-ping", &server.url());
    assert_eq!(agent.ask("cloudbackup.ping"), value("1"));
    assert_eq!(server.requests().len(), 0);
    let folder = folder("zabbix-agent2-no-file");
    let agent = Agent2::start_with(&folder, &folder.join("missing.json"));
    let said = agent.ask("cloudbackup.ping").into_value();
    assert!(said.starts_with("cannot run ") && said.ends_with("missing.json"), "{said}");
}

#[test]
fn no_parameter_of_a_key_reaches_the_shell() {
    if is_missing("zabbix_agent2") {
        return;
    }
    let server = service(&with_errors("Failed"));
    let agent = Agent2::start("zabbix-agent2-shell", &server.url());
    for parameter in ["a;id", "a$(id)", "a\\\"", "`id`", "$HOME", "a&b"] {
        let said = agent.ask(&format!("cloudbackup.job.json[{parameter}]")).into_reason();
        assert!(said.ends_with("is not allowed"), "{parameter}: {said}");
    }
    assert_eq!(server.requests().len(), 0);
    // What looks like an option is an id.
    agent.json("cloudbackup.job.json[--help]");
    assert!(
        server.requests()[0].head.starts_with("GET /backup/m365/cloudbackupjobs/--help "),
        "{:?}",
        server.requests()
    );
}

#[test]
fn kinds_have_the_same_json_as_from_the_module() {
    if is_one_missing() {
        return;
    }
    let kinds = [(EXCHANGE_ONLINE, failing_kind()), (ONEDRIVE, vec![finished("IB1", 2.0)])];
    let server = service_of(kinds);
    let module = Agent::start("zabbix-agent2-kinds-module", &server.url(), "CacheSeconds=0\n");
    let agent2 = Agent2::start("zabbix-agent2-kinds", &server.url());
    for key in [
        "cloudbackup.kind.json[exchange-online]",
        "cloudbackup.kind.json[onedrive/backup/EUR]",
        "cloudbackup.kind.json[teams]",
        "cloudbackup.kinds.discovery",
        "cloudbackup.service",
    ] {
        let (from_module, from_agent2) = (module.json(key), agent2.json(key));
        assert_eq!(lasting(from_module), lasting(from_agent2), "{key}");
    }
    assert_eq!(agent2.json("cloudbackup.kind.json[exchange-online]")["run"]["job_id"], "IB20261123000000000002");
    let refused = answering(answer("503 Service Unavailable", ""));
    let module = Agent::start("zabbix-agent2-no-kinds-module", &refused.url(), "");
    let agent2 = Agent2::start("zabbix-agent2-no-kinds", &refused.url());
    for key in ["cloudbackup.kind.json[exchange-online]", "cloudbackup.service"] {
        assert_eq!(module.json(key), agent2.json(key), "{key}");
    }
}

/// The plugin says on standard error what it left out, and agent 2 takes both streams for the value.
#[test]
fn a_type_that_the_service_refuses_is_left_out_as_by_the_module() {
    if is_one_missing() {
        return;
    }
    for (name, status) in [("rejected", "400 Bad Request"), ("unknown", "404 Not Found")] {
        let server = ListServer::start(move |asked| match asked.parameter("objectType") {
            Some(EXCHANGE_ONLINE | "12") => listed(&[finished("IB1", 5.0)]),
            Some("10") => vec![Step::Send(answer(status, ""))],
            _ => listed(&[]),
        });
        let module = Agent::start(&format!("zabbix-agent2-{name}-module"), &server.url(), "");
        let agent2 = Agent2::start(&format!("zabbix-agent2-{name}"), &server.url());
        let kinds = agent2.json("cloudbackup.kinds.discovery");
        let names: Vec<&str> = kinds.as_array().expect("a list").iter().filter_map(|it| it["kind"].as_str()).collect();
        assert_eq!(names, ["exchange-online", "power-apps"], "{kinds}");
        assert_eq!(module.json("cloudbackup.kinds.discovery"), kinds, "{name}");
    }
}

/// The keys of a file with UserParameters.
fn keys_of(parameters: &str) -> BTreeSet<&str> {
    let keys = parameters.lines().filter_map(|line| line.strip_prefix("UserParameter="));
    keys.filter_map(|line| line.split(['[', ',']).next()).collect()
}

/// The options that a line gives to the plugin, in order.
fn options_of(line: &str) -> Vec<&str> {
    line.split([' ', '=']).filter(|word| word.starts_with('-')).collect()
}

#[test]
fn the_file_for_windows_has_the_same_keys_and_options() {
    let read =
        |file: &str| std::fs::read_to_string(root().join("examples/agents/zabbix").join(file)).expect("is there");
    let (posix, windows) = (read("zabbix_agent2.cloudbackup.conf"), read("zabbix_agent2.cloudbackup.windows.conf"));
    assert_eq!(keys_of(&windows), keys_of(&posix));
    let lines = |text: &str| {
        let asking = |line: &&str| line.starts_with("UserParameter=") && line.contains("--format json");
        text.lines().filter(asking).map(str::to_owned).collect::<Vec<_>>()
    };
    let (posix, windows) = (lines(&posix), lines(&windows));
    assert_eq!(posix.len(), 4);
    for (posix, windows) in posix.iter().zip(&windows) {
        assert_eq!(options_of(windows), options_of(posix), "{windows}");
        // cmd takes no quotes but double ones, and the agent puts the line between two more.
        assert!(!windows.contains('\'') && windows.matches('"').count() % 2 == 0, "{windows}");
        // What the plugin says on standard error is no part of the value.
        assert!(posix.ends_with(" 2>/dev/null") && windows.ends_with(" 2>NUL"), "{posix}\n{windows}");
    }
    assert_eq!(posix.len(), windows.len());
}

#[test]
fn the_keys_are_those_of_the_module() {
    let read =
        |file: &str| std::fs::read_to_string(root().join("examples/agents/zabbix").join(file)).expect("is there");
    let parameters = read("zabbix_agent2.cloudbackup.conf");
    let keys = keys_of(&parameters);
    let module = read("cloudbackup.c");
    let of_module = module.lines().filter_map(|line| line.trim().strip_prefix("{\"cloudbackup."));
    let of_module: BTreeSet<String> =
        of_module.filter_map(|line| line.split('"').next()).map(|name| format!("cloudbackup.{name}")).collect();
    // One field alone is for the module, where all fields together cost one request.
    let alone = ["cloudbackup.job", "cloudbackup.kind"];
    let expected: BTreeSet<&str> = of_module.iter().map(String::as_str).filter(|key| !alone.contains(key)).collect();
    assert_eq!(keys, expected);
    assert_eq!(keys.len(), 5);
    // The line that is to be used where a discovery takes too long.
    let line = parameters.lines().find_map(|line| line.strip_prefix("#UserParameter=cloudbackup.kinds.discovery,"));
    let output = Command::new("sh").arg("-c").arg(line.expect("is there")).output().expect("is there");
    let kinds: Value = serde_json::from_slice(&output.stdout).expect("prints JSON");
    let kind =
        json!({"kind": "exchange-online", "object_type": "exchange-online", "job_type": "backup", "location": ""});
    assert_eq!(kinds, json!([kind]));
}
