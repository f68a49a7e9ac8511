//! What the module says if the service fails or hangs, or if its configuration is wrong.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

use super::super::daemon::{PATIENCE, credentials, folder, is_missing};
use super::super::job::{ID, answering, envelope, refusing, service, with, with_errors};
use super::super::support::answers::{answer, ok};
use super::super::support::c_program::root;
use super::super::support::list_server::ListServer;
use super::super::support::patience::{TOLERANCE, in_time};
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
    for (name, url, verdict, status, summary, words) in [
        ("zabbix-forbidden", forbidden.url(), "3", "4", "permission missing (403)", "Grant the app registration"),
        ("zabbix-refused", gone.clone(), "3", "10", "API cannot be reached", "refused"),
        ("zabbix-truncated", truncated.url(), "3", "15", "answer of the API cannot be read", "JSON"),
        ("zabbix-cut", cut.url(), "3", "12", "connection to the API broke", "127.0.0.1"),
        (
            "zabbix-lying",
            lying.url(),
            "3",
            "0",
            "the service answered about another job, FB20200101000000000009; Finished, 4 of 200 objects failed, 3 h ago",
            "answered about another job",
        ),
    ] {
        let agent = Agent::start(name, &url, "");
        assert_eq!((agent.job("verdict"), agent.job("status")), (value(verdict), value(status)), "{name}");
        assert_eq!(agent.job("summary"), value(summary), "{name}");
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
fn an_item_that_waited_for_another_worker_asks_only_for_the_rest_of_its_time() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let pause = Step::Pause(Duration::from_millis(1400));
    let server = ListServer::start(move |asked| match asked.number % 2 {
        0 => vec![pause.clone(), Step::Send(answer("404 Not Found", ""))],
        _ => vec![Step::Stall],
    });
    // Nothing is remembered, so each item asks.
    let agent = Agent::start("zabbix-rest", &server.url(), "CacheSeconds=0\n");
    in_time("the second item", Duration::from_secs(3), || {
        let begin = Instant::now();
        let asking = [(); 2].map(|()| {
            let port = agent.port;
            std::thread::spawn(move || ask(port, &format!("cloudbackup.job[{ID},status]")))
        });
        let mut answers = asking.map(|answer| answer.join().expect("does not panic"));
        let took = begin.elapsed();
        answers.sort_by_key(|answer| answer == &value("13"));
        assert_eq!(answers, [value("5"), value("13")]);
        took
    });
}

#[test]
fn what_is_not_found_is_no_backup_or_no_list() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let server = refusing("404 Not Found");
    let agent = Agent::start("zabbix-not-found", &server.url(), "");
    assert_eq!((agent.job("verdict"), agent.job("status")), (value("2"), value("5")));
    assert_eq!((agent.kind("verdict"), agent.kind("status")), (value("3"), value("5")));
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
            "line 1: 'Verdict' is not one of ConfigFile, CacheSeconds, Kind, Warning, Critical, State, OnError, OnUnavailable, \
             IgnoreError, Success, OnNone, Lookback, Window, Stale, GraceUntil, Optional",
        ),
        ("zabbix-line", "# c\nConfigFile\n", "line 2 is not Key=Value"),
        ("zabbix-seconds", "CacheSeconds=soon\n", "line 1: 'soon' is not a number of seconds"),
        ("zabbix-range", "Critical=age=soon\n", "line 1: 'soon' is not a range for age"),
        ("zabbix-lookback", "Critical=since_success=20d\n", "cloudbackup.conf: the lookback of 15 d is shorter than"),
        ("zabbix-stale", "Stale=often\n", "line 1: 'often' is not a time"),
        ("zabbix-kind", "Kind=exchange\n", "line 1: 'exchange' is not one of the kinds"),
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
fn the_sample_has_every_setting_and_each_line_of_it_is_taken() {
    if is_missing("zabbix_agentd") {
        return;
    }
    let sample = std::fs::read_to_string(root().join("examples/agents/zabbix/cloudbackup.conf")).expect("is there");
    let is_key = |line: &str| line.split_once('=').is_some_and(|(key, _)| key.chars().all(|c| c.is_ascii_alphabetic()));
    let settings: Vec<&str> =
        sample.lines().map(|line| line.strip_prefix('#').unwrap_or(line)).filter(|line| is_key(line)).collect();
    let server = service(&with_errors("Failed"));
    let folder = folder("zabbix-sample");
    let file = credentials(&folder, &server.url());
    let conf = folder.join("cloudbackup.conf");
    let text = settings.join("\n").replace("/etc/zabbix/cloudbackup.json", &file.display().to_string());
    std::fs::write(&conf, text).expect("is writable");
    let agent = Agent::start_with(&folder, &conf);
    assert_eq!(agent.ask("cloudbackup.ping"), value("1"));
    drop(agent);
    std::fs::write(&conf, "Nothing=1\n").expect("is writable");
    let agent = Agent::start_with(&folder, &conf);
    let said = agent.ask("cloudbackup.ping").into_reason();
    let keys: Vec<&str> = said.split_once("one of ").expect("names the keys").1.split(", ").collect();
    assert_eq!(keys.len(), 16, "{keys:?}");
    for key in keys {
        assert!(settings.iter().any(|line| line.split_once('=').is_some_and(|(known, _)| known == key)), "{key}");
    }
}
