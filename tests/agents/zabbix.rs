//! The module in a real `zabbix_agentd`; and in a small host of our own, for valgrind and sanitizers.

mod agent;
mod failures;

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use self::agent::{Agent, Answer, MODULE, ask, value};
use super::build::{SANITIZED, ZABBIX, compile, plugin};
use super::daemon::{credentials, folder, is_missing, resident_kib};
use super::job::{ID, environment, refusing, running, service, with_errors};
use super::support::c_program::{self, Linking, root, scratch_dir};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

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
    assert!(summary.contains("4 errors occurred (critical above 3)"), "{summary}");
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
    template_fits(&json);
}

/// Every path of the template leads somewhere in the JSON of a job, and its keys and ids are what they should be.
fn template_fits(json: &Value) {
    let template = std::fs::read_to_string(root().join("examples/agents/zabbix/template.yaml")).expect("is there");
    let paths: Vec<&str> = template.lines().filter_map(|line| line.trim().strip_prefix("- $.")).collect();
    assert!(paths.len() >= 10, "{paths:?}");
    for path in paths {
        // A job that has ended does not run.
        if path != "metrics.running.value" {
            assert!(!json.pointer(&format!("/{}", path.replace('.', "/"))).unwrap_or(&Value::Null).is_null(), "{path}");
        }
    }
    let ids: Vec<&str> = template.lines().filter_map(|line| line.split_once("uuid: ")).map(|(_, id)| id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(ids.iter().all(|id| id.len() == 32 && id.as_bytes()[12] == b'4' && b"89ab".contains(&id.as_bytes()[16])));
    assert_eq!(
        template.matches("key: 'cloudbackup.job.json[{$CLOUDBACKUP.JOB.ID}]'").count(),
        template.matches("master_item").count() + 1
    );
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
fn agent_2_runs_the_plugin_with_the_modules_key_and_json() {
    if is_missing("zabbix_agent2") {
        return;
    }
    let server = service(&with_errors("Finished with Exception"));
    let folder = folder("zabbix-agent2");
    let file = credentials(&folder, &server.url());
    let parameter = std::fs::read_to_string(root().join("examples/agents/zabbix/zabbix_agent2.cloudbackup.conf"));
    let parameter = parameter
        .expect("is there")
        .replace("/usr/local/lib/nagios/plugins/check_cloudbackup_job", &plugin().display().to_string())
        .replace("/etc/zabbix/cloudbackup.json", &file.display().to_string());
    let conf = folder.join("agent2.conf");
    let text = format!(
        "Hostname=test\nServer=127.0.0.1\nLogType=console\nControlSocket={0}/control\n{parameter}",
        folder.display()
    );
    std::fs::write(&conf, text).expect("is writable");
    let key = format!("cloudbackup.job.json[{ID}]");
    let output =
        Command::new("/usr/sbin/zabbix_agent2").arg("-c").arg(&conf).args(["-t", &key]).output().expect("is installed");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let json = printed.split_once("[s|").map(|(_, rest)| rest.trim_end().trim_end_matches(']')).expect("has a value");
    let json: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {printed}"));
    template_fits(&json);
}

#[test]
fn the_agents_memory_stays_flat_over_ten_thousand_queries() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = service(&with_errors("Failed"));
    // Every query asks the service.
    let agent = Agent::start("zabbix-endurance", &server.url(), "CacheSeconds=0\n");
    let queries = |count: usize| {
        for number in 0..count {
            let key = match number % 3 {
                0 => format!("cloudbackup.job[{ID},failed]"),
                1 => format!("cloudbackup.job.json[{ID}]"),
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

#[test]
fn the_module_is_clean_in_a_host_that_forks() {
    let failing = refusing("500 Internal Server Error");
    let server = service(&with_errors("Failed"));
    let folder = folder("zabbix-host");
    let file = credentials(&folder, &server.url());
    let conf = folder.join("cloudbackup.conf");
    let text =
        format!("ConfigFile={}\nCacheSeconds=0\nIgnoreError=checked out\nState=failed=warning\n", file.display());
    std::fs::write(&conf, text).expect("is writable");
    let is_valgrind = std::env::var_os("CBJ_TEST_VALGRIND").is_some();
    let mut builds = vec![(c_program::compile("tests/c/zabbix_host.c", Linking::Loaded), MODULE.clone())];
    if !is_valgrind {
        let host = scratch_dir().join("zabbix_host-sanitized");
        let mut command = Command::new("cc");
        command.args(SANITIZED).args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-g", "-o"]).arg(&host);
        let compiled = command.arg(root().join("tests/c/zabbix_host.c")).arg("-ldl").output().expect("cc starts");
        assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
        builds.push((host, compile(&ZABBIX, "cc", SANITIZED)));
    }
    for (host, module) in builds {
        let (failed, json) = (format!("cloudbackup.job|{ID}|failed"), format!("cloudbackup.job.json|{ID}"));
        let summary = format!("cloudbackup.job|{ID}|summary");
        let keys =
            [module.to_str().expect("UTF-8"), &failed, &json, &summary, "cloudbackup.ping", "cloudbackup.job|x|y"];
        let conf = [("CLOUDBACKUP_CONF", conf.to_str().expect("UTF-8"))];
        let output = c_program::run(&host, &keys, &conf);
        let printed = String::from_utf8(output.stdout.clone()).expect("UTF-8");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()), "{output:?}");
        // The child's answers and the parent's.
        assert_eq!(printed.matches(&format!("{failed} 0 4\n")).count(), 2, "{printed}");
        assert_eq!(printed.matches("cloudbackup.ping 0 1\n").count(), 2, "{printed}");
        assert_eq!(
            printed.matches("cloudbackup.job|x|y 1 'y' is not one of the fields verdict").count(),
            2,
            "{printed}"
        );
        let url = failing.url();
        let environment = [environment(&url), vec![("CLOUDBACKUP_CONF", "/dev/null")]].concat();
        let output = c_program::run(&host, &keys[..3], &environment);
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(printed.matches(&format!("{failed} 1 GET ")).count(), 2, "{printed}");
    }
}
