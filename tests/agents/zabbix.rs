//! The module in a real `zabbix_agentd`, asked over its own protocol; and in a small host of our own, for what only
//! valgrind and sanitizers see.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::build::{SANITIZED, ZABBIX, compile, plugin};
use super::daemon::{Daemon, PATIENCE, credentials, folder, free_port, is_missing, resident_kib};
use super::job::{ID, answering, environment, refusing, running, service, with_errors};
use super::support::c_program::{self, Linking, root, scratch_dir};
use super::support::patience::TOLERANCE;
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

static MODULE: LazyLock<PathBuf> = LazyLock::new(|| compile(&ZABBIX, "cc", &[]));

struct Agent {
    daemon: Daemon,
    port: u16,
}

/// What the agent answers to a key, as its own tool would show it.
#[derive(Debug, PartialEq)]
enum Answer {
    Value(String),
    NotSupported(String),
}

fn value(text: &str) -> Answer {
    Answer::Value(text.to_owned())
}

impl Agent {
    /// With `extra` lines in the module's configuration; the agent's timeout is 3 s.
    fn start(name: &str, url: &str, extra: &str) -> Self {
        let folder = folder(name);
        let file = credentials(&folder, url);
        let conf = folder.join("cloudbackup.conf");
        std::fs::write(&conf, format!("# comment\n\nConfigFile={}\n{extra}", file.display())).expect("is writable");
        Self::start_with(&folder, &conf)
    }

    fn start_with(folder: &Path, conf: &Path) -> Self {
        let port = free_port();
        let file = folder.join("agentd.conf");
        let module = MODULE.display().to_string();
        let (dir, name) = module.rsplit_once('/').expect("is a path");
        let text = format!(
            "Server=127.0.0.1\nListenIP=127.0.0.1\nListenPort={port}\nHostname=test\nLogType=console\nAllowRoot=1\n\
             PidFile={}/pid\nStartAgents=3\nTimeout=3\nLoadModulePath={dir}\nLoadModule={name}\n",
            folder.display()
        );
        std::fs::write(&file, text).expect("is writable");
        let mut command = Command::new("/usr/sbin/zabbix_agentd");
        command.arg("-f").arg("-c").arg(&file).env_clear().env("CLOUDBACKUP_CONF", conf).env("TZ", "UTC");
        let mut daemon = Daemon::start(&mut command, folder);
        daemon.await_port(port);
        Self { daemon, port }
    }

    fn ask(&self, key: &str) -> Answer {
        ask(self.port, key)
    }

    fn job(&self, field: &str) -> Answer {
        self.ask(&format!("cloudbackup.job[{ID},{field}]"))
    }
}

fn ask(port: u16, key: &str) -> Answer {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the agent listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("is a socket");
    let mut sent = b"ZBXD\x01".to_vec();
    sent.extend(u64::try_from(key.len()).expect("is short").to_le_bytes());
    sent.extend(key.as_bytes());
    stream.write_all(&sent).expect("the agent reads");
    let mut got = Vec::new();
    stream.read_to_end(&mut got).expect("the agent answers");
    assert!(got.starts_with(b"ZBXD\x01"), "{key}: {got:?}");
    let text = String::from_utf8(got.split_off(13)).expect("UTF-8");
    match text.strip_prefix("ZBX_NOTSUPPORTED\0") {
        Some(message) => Answer::NotSupported(message.to_owned()),
        None => Answer::Value(text),
    }
}

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
fn a_failing_service_is_a_verdict_and_no_numbers() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let forbidden = refusing("403 Forbidden");
    let gone = refusing("200 OK").url();
    let truncated = answering(super::support::answers::ok(r#"{"statusCode":200,"data":{"id":"FB2026"#));
    let cut = ScriptedServer::start([vec![Step::Request, Step::Reset]], Afterwards::RepeatLast);
    let lying =
        service(&super::job::with(with_errors("Finished"), serde_json::json!({"id": "FB20200101000000000009"})));
    for (name, url, verdict, status, words) in [
        ("zabbix-forbidden", forbidden.url(), "3", "4", "Grant the app registration"),
        ("zabbix-refused", gone.clone(), "2", "10", "refused"),
        ("zabbix-truncated", truncated.url(), "2", "15", "JSON"),
        ("zabbix-cut", cut.url(), "2", "12", "127.0.0.1"),
        ("zabbix-lying", lying.url(), "3", "0", "answered about another job"),
    ] {
        let agent = Agent::start(name, &url, "");
        assert_eq!((agent.job("verdict"), agent.job("status")), (value(verdict), value(status)), "{name}");
        assert!(matches!(agent.job("summary"), Answer::Value(said) if said.contains(words)), "{name}");
        if status != "0" {
            assert!(matches!(agent.job("failed"), Answer::NotSupported(said) if said.contains(words)), "{name}");
        }
        assert!(
            matches!(agent.ask(&format!("cloudbackup.job.json[{ID}]")), Answer::Value(json) if json.contains(words))
        );
        assert_eq!(agent.ask("agent.ping"), value("1"));
    }
}

#[test]
fn a_failure_is_forgotten_after_five_seconds_whatever_the_cache() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let fails =
        vec![Step::Request, Step::Send(super::support::answers::answer("500 Internal Server Error", "")), Step::Close];
    let good = vec![Step::Behave(super::support::answers::ok(super::job::envelope(&with_errors("Failed"))))];
    let server = ScriptedServer::start([fails, good], Afterwards::RepeatLast);
    let agent = Agent::start("zabbix-forgets", &server.url(), "CacheSeconds=600\n");
    assert!(matches!(agent.job("failed"), Answer::NotSupported(_)));
    // The other items of the job ask nobody.
    assert_eq!(agent.job("status"), value("8"));
    assert_eq!(server.requests().len(), 1);
    std::thread::sleep(Duration::from_millis(5200));
    assert_eq!((agent.job("failed"), agent.job("status")), (value("4"), value("0")));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn a_hanging_service_holds_nobody_longer_than_the_agents_timeout() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
    let mut agent = Agent::start("zabbix-hanging", &server.url(), "OnError=timeout=unknown\n");
    let begin = Instant::now();
    let asking: Vec<_> = ["verdict", "failed"]
        .map(|field| {
            let port = agent.port;
            std::thread::spawn(move || ask(port, &format!("cloudbackup.job[{ID},{field}]")))
        })
        .into();
    std::thread::sleep(Duration::from_millis(300));
    // There is a worker left for the others.
    assert_eq!(agent.ask("agent.ping"), value("1"));
    assert!(begin.elapsed() < TOLERANCE);
    let answers: Vec<Answer> = asking.into_iter().map(|answer| answer.join().expect("does not panic")).collect();
    assert!(begin.elapsed() < Duration::from_secs(3) + TOLERANCE, "{:?}", begin.elapsed());
    assert_eq!(answers[0], value("3"));
    assert!(
        matches!(&answers[1], Answer::NotSupported(said) if said.contains("time") || said.contains("still asking")),
        "{answers:?}"
    );
    // While a worker waits, the agent is told to read its parameters again, and to end.
    let port = agent.port;
    let waiting = std::thread::spawn(move || {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the agent listens");
        let _ = stream.write_all(format!("cloudbackup.job[{ID}-2,failed]\n").as_bytes());
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
    });
    std::thread::sleep(Duration::from_millis(200));
    let reload = Command::new("/usr/sbin/zabbix_agentd")
        .args(["-R", "userparameter_reload", "-c"])
        .arg(agent.daemon.log.with_file_name("agentd.conf"))
        .output();
    assert!(reload.expect("starts").status.success());
    // A worker that the reload finds while it reads a question drops that.
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(agent.ask("agent.ping"), value("1"));
    let took = agent.daemon.stop();
    assert!(took < PATIENCE, "{took:?}");
    waiting.join().expect("does not panic");
}

#[test]
fn what_is_wrong_with_the_configuration_is_told_by_the_items_and_the_agent_lives() {
    if is_missing("zabbix_agentd") {
        return;
    }
    for (name, text, words) in [
        (
            "zabbix-key",
            "Verdict=1\n",
            "line 1: 'Verdict' is not one of ConfigFile, CacheSeconds, Warning, Critical, State, OnError, IgnoreError",
        ),
        ("zabbix-line", "# c\nConfigFile\n", "line 2 is not Key=Value"),
        ("zabbix-seconds", "CacheSeconds=soon\n", "line 1: 'soon' is not a number of seconds"),
        ("zabbix-range", "Critical=age=soon\n", "line 1: 'soon' is not a range for age"),
        ("zabbix-credentials", "ConfigFile=/nonexistent/cloudbackup.json\n", "/nonexistent/cloudbackup.json"),
        ("zabbix-empty", "", "data_center"),
    ] {
        let folder = folder(name);
        let conf = folder.join("cloudbackup.conf");
        std::fs::write(&conf, text).expect("is writable");
        let agent = Agent::start_with(&folder, &conf);
        assert!(
            matches!(agent.ask("cloudbackup.ping"), Answer::NotSupported(said) if said.contains(words)),
            "{name}: {:?}",
            agent.ask("cloudbackup.ping")
        );
        let said = match agent.job("failed") {
            Answer::NotSupported(said) => said,
            Answer::Value(other) => panic!("{name}: {other}"),
        };
        assert!(said.contains(words), "{name}: {said}");
        assert_eq!(agent.ask("agent.ping"), value("1"));
    }
    let folder = folder("zabbix-no-file");
    let agent = Agent::start_with(&folder, &folder.join("missing.conf"));
    assert!(
        matches!(agent.ask("cloudbackup.ping"), Answer::NotSupported(said) if said.contains("missing.conf: No such file"))
    );
    for key in [
        "cloudbackup.job",
        "cloudbackup.job[,failed]",
        "cloudbackup.job[a,failed,EUR,more]",
        "cloudbackup.job.json[a,b,c]",
    ] {
        assert!(matches!(agent.ask(key), Answer::NotSupported(_)), "{key}");
    }
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
