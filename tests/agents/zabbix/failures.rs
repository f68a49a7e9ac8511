//! What the module says if the service fails or hangs, or if its configuration is wrong.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use super::super::daemon::{PATIENCE, folder, is_missing};
use super::super::job::{ID, answering, envelope, refusing, service, with, with_errors};
use super::super::support::answers::{answer, ok};
use super::super::support::patience::TOLERANCE;
use super::super::support::scripted_server::{Afterwards, ScriptedServer, Step};
use super::agent::{Agent, Answer, ask, value};

#[test]
fn a_failing_service_is_a_verdict_and_no_numbers() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let forbidden = refusing("403 Forbidden");
    let gone = refusing("200 OK").url();
    let truncated = answering(ok(r#"{"statusCode":200,"data":{"id":"FB2026"#));
    let cut = ScriptedServer::start([vec![Step::Request, Step::Reset]], Afterwards::RepeatLast);
    let lying = service(&with(with_errors("Finished"), serde_json::json!({"id": "FB20200101000000000009"})));
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
    let fails = vec![Step::Request, Step::Send(answer("500 Internal Server Error", "")), Step::Close];
    let good = vec![Step::Behave(ok(envelope(&with_errors("Failed"))))];
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
