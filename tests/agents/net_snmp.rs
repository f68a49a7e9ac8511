//! The program behind `pass_persist` of a real snmpd, asked with `snmpget` and `snmpwalk`: jobs by their ids.

mod kinds;
mod mib;
mod options;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::json;

use super::build::{NET_SNMP, compile};
use super::daemon::{Daemon, PATIENCE, credentials, folder, free_port, is_missing, resident_kib};
use super::job::{ID, job, refusing, running, service, with, with_errors};
use super::runs::{EXCHANGE_ONLINE, finished, service_of};
use super::support::c_program::{root, sanitizers, scratch_dir};
use super::support::patience::TOLERANCE;
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

const BASE: &str = ".1.3.6.1.4.1.8072.9999.9999.365";

static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| compile(&NET_SNMP, "cc", &[]));
static SANITIZED_PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| compile(&NET_SNMP, "cc", sanitizers()));

struct Snmpd {
    daemon: Daemon,
    port: u16,
}

impl Snmpd {
    /// Runs the program with these arguments, behind the file of its credentials.
    fn start(name: &str, url: &str, arguments: &str) -> Self {
        Self::start_with(name, url, |program, file| {
            format!("rocommunity public 127.0.0.1\npass_persist {BASE} {program} --config={file} {arguments}\n")
        })
    }

    /// With the configuration that this makes of the paths of the program and of its credentials.
    fn start_with(name: &str, url: &str, text: impl FnOnce(&str, &str) -> String) -> Self {
        let folder = folder(name);
        let file = credentials(&folder, url);
        let port = free_port();
        let conf = folder.join("snmpd.conf");
        let text = text(&PROGRAM.display().to_string(), &file.display().to_string());
        std::fs::write(&conf, text).expect("is writable");
        let mut command = Command::new("/usr/sbin/snmpd");
        command.args(["-f", "-Lo", "-C", "-c"]).arg(&conf).arg("-p").arg(folder.join("pid"));
        command.arg(format!("udp:127.0.0.1:{port}")).env_clear();
        command.env("MIBS", "").env("TZ", "UTC").env("SNMP_PERSISTENT_DIR", &folder);
        let mut daemon = Daemon::start(&mut command, &folder);
        daemon.wait("snmpd does not begin", |daemon| daemon.log().contains("NET-SNMP version"));
        Self { daemon, port }
    }

    /// Runs one of Net-SNMP's commands, without a retry, for 5 seconds: what snmpd has for an answer.
    fn run(&self, command: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(command);
        command
            .args(["-v2c", "-c", "public", "-t", "5", "-r", "0", "-On"])
            .env("MIBS", "")
            .env("SNMP_PERSISTENT_DIR", scratch_dir());
        let output = command.args(arguments).output().expect("is installed");
        let mut said = output.stdout;
        // Beside an answer it may say that it has made a folder for its files.
        if !output.status.success() {
            said.extend(output.stderr);
        }
        String::from_utf8_lossy(&said).into_owned()
    }

    fn get(&self, column: u32, row: u32) -> String {
        self.value(&format!("1.2.1.{column}.{row}"))
    }

    /// The value of an object below the base.
    fn value(&self, below: &str) -> String {
        let oid = format!("{BASE}.{below}");
        let said = self.run("snmpget", &[&format!("127.0.0.1:{}", self.port), &oid]);
        let value = said.trim_end().strip_prefix(&format!("{oid} = ")).unwrap_or(&said);
        // Without a MIB nobody knows that what is not ASCII is text.
        let Some(hex) = value.strip_prefix("Hex-STRING: ") else { return value.to_owned() };
        let bytes = hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).expect("is hexadecimal")).collect();
        format!("STRING: \"{}\"", String::from_utf8(bytes).expect("UTF-8"))
    }

    /// Waits until the first call has been made for this row.
    fn await_answer(&self, row: u32) {
        self.await_status(&format!("1.2.1.5.{row}"));
    }

    /// Waits until the status of a call, an object below the base, says that the call has been made.
    fn await_status(&self, below: &str) {
        let begin = Instant::now();
        loop {
            let status = self.value(below);
            // A busy machine may leave a question without an answer.
            if status.starts_with("INTEGER: ") && status != "INTEGER: -1" {
                return;
            }
            assert!(begin.elapsed() < PATIENCE, "{status}\n{}", self.daemon.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn every_column_of_a_job_is_answered() {
    if is_missing("snmpd") {
        return;
    }
    let errors = with(
        with_errors("Finished with Exception"),
        json!({"startTime": "2024-12-02T07:52:25Z", "finishTime": "2024-12-02T08:52:25Z",
            "jobErrors": [{"value": "The room is busy.", "number": 3}]}),
    );
    let server = service(&errors);
    let snmpd = Snmpd::start(
        "snmp-columns",
        &server.url(),
        &format!(
            "--refresh=1 --warning=3 --critical=errors=5 --ignore-error=nothing --state=finished=ok --on-error=tls=ok {ID}"
        ),
    );
    snmpd.await_answer(1);
    for (column, expected) in [
        (2, format!("STRING: \"{ID}\"")),
        (3, "INTEGER: 1".to_owned()),
        (5, "INTEGER: 0".to_owned()),
        (7, "INTEGER: 4".to_owned()),
        (8, "STRING: \"Finished with Exception\"".to_owned()),
        (9, "STRING: \"2024-12-02T07:52:25Z\"".to_owned()),
        (10, "STRING: \"2024-12-02T08:52:25Z\"".to_owned()),
        (11, "Counter64: 200".to_owned()),
        (12, "Counter64: 4".to_owned()),
        (13, "Gauge32: 200".to_owned()),
        (14, "Counter64: 190".to_owned()),
        (15, "Counter64: 6".to_owned()),
        (16, "Counter64: 3".to_owned()),
        (17, "Gauge32: 3600".to_owned()),
        (19, "No Such Instance currently exists at this OID".to_owned()),
        (20, "STRING: \"request-7\"".to_owned()),
        (1, "No Such Instance currently exists at this OID".to_owned()),
        (21, "No Such Instance currently exists at this OID".to_owned()),
    ] {
        let got = snmpd.get(column, 1);
        let got = got.replace("No Such Object available on this agent", "No Such Instance currently exists");
        assert_eq!(got, expected, "column {column}");
    }
    let summary = snmpd.get(4, 1);
    assert!(
        summary.starts_with("STRING: \"4 of 200 objects failed (>3), ") && summary.ends_with(" d ago\""),
        "{summary}"
    );
    assert!(snmpd.get(18, 1).starts_with("Gauge32: 6"), "{}", snmpd.get(18, 1));
    assert_eq!(
        snmpd.run("snmpget", &[&format!("127.0.0.1:{}", snmpd.port), &format!("{BASE}.1.1.0")]),
        format!("{BASE}.1.1.0 = INTEGER: 1\n")
    );
    // It is read-only.
    let set = snmpd.run("snmpset", &[&format!("127.0.0.1:{}", snmpd.port), &format!("{BASE}.1.2.1.3.1"), "i", "0"]);
    assert!(set.contains("noAccess") || set.contains("notWritable") || set.contains("readOnly"), "{set}");
    // It is asked again and again in the background.
    let asked = server.requests().len();
    std::thread::sleep(Duration::from_millis(2300));
    assert!((asked + 1..=asked + 4).contains(&server.requests().len()), "{asked}, {}", server.requests().len());
    assert!(["Gauge32: 0", "Gauge32: 1"].contains(&snmpd.get(6, 1).as_str()), "{}", snmpd.get(6, 1));
}

/// What Debian's own snmpd.conf lets everybody read.
const VIEWS_OF_DEBIAN: &str = "view   systemonly  included   .1.3.6.1.2.1.1
view   systemonly  included   .1.3.6.1.2.1.25.1
rocommunity  public default -V systemonly
";

#[test]
fn the_sample_shows_the_tables_beside_the_views_of_debian() {
    if is_missing("snmpd") {
        return;
    }
    let sample = std::fs::read_to_string(root().join("examples/agents/net-snmp/snmpd.conf")).expect("is there");
    let server = service_of([(EXCHANGE_ONLINE, vec![finished("IB1", 5.0)])]);
    let snmpd = Snmpd::start_with("snmp-sample", &server.url(), |program, file| {
        let ours = sample.replace("/usr/local/libexec/cloudbackup_pass", program);
        let ours = ours.replace("/etc/snmp/cloudbackup.json", file);
        assert!(ours.contains(program) && ours.contains(file), "{ours}");
        format!("{VIEWS_OF_DEBIAN}{ours}")
    });
    kinds::await_kinds(&snmpd, "8.1.1.0");
    let walked = snmpd.run("snmpwalk", &[&format!("127.0.0.1:{}", snmpd.port), BASE]);
    // The name and the verdict of each kind of the sample, the first of which is well.
    for value in ["1.4.1.4.1.1.0 = STRING: \"exchange-online\"", "1.4.1.5.1.1.0 = INTEGER: 0", "1.3.0 = INTEGER: 3"] {
        assert!(walked.contains(&format!("{BASE}.{value}\n")), "{value}\n{walked}");
    }
    // Nothing else is opened.
    let other = snmpd.run("snmpwalk", &[&format!("127.0.0.1:{}", snmpd.port), ".1.3.6.1.4.1.8072"]);
    assert!(other.lines().all(|line| line.starts_with(BASE)), "{other}");
}

#[test]
fn text_from_the_service_keeps_its_letters() {
    if is_missing("snmpd") {
        return;
    }
    let server = service(&job("Zoë 会議室"));
    let snmpd = Snmpd::start("snmp-letters", &server.url(), ID);
    snmpd.await_answer(1);
    assert_eq!(snmpd.get(8, 1), "STRING: \"Zoë 会議室\"");
    let summary = "in the state 'Zoë 会議室', which this version does not know, 200 of 200 objects successful, 3 h ago";
    assert_eq!(snmpd.get(4, 1), format!("STRING: \"{summary}\""));
}

#[test]
fn a_walk_goes_through_the_table_once_and_in_order() {
    if is_missing("snmpd") {
        return;
    }
    let server = service(&with(running(), json!({"id": null})));
    let snmpd = Snmpd::start("snmp-walk", &server.url(), "A B C");
    snmpd.await_answer(3);
    let walked = snmpd.run("snmpwalk", &[&format!("127.0.0.1:{}", snmpd.port), BASE]);
    let parse = |line: &str| -> Vec<u32> {
        let oid = line.split(" = ").next().unwrap_or_default();
        oid.split('.').filter_map(|part| part.parse().ok()).collect()
    };
    let oids: Vec<Vec<u32>> = walked.lines().map(parse).collect();
    assert!(oids.is_sorted() && oids.iter().collect::<std::collections::BTreeSet<_>>().len() == oids.len(), "{walked}");
    // The numbers of jobs and of kinds, and in each row all but finish time, duration and age.
    assert_eq!(oids.len(), 2 + 3 * (19 - 3), "{walked}");
    assert!(walked.contains(&format!("{BASE}.1.2.1.19.3 = Gauge32: 72")), "{walked}");
    let after = snmpd.run("snmpgetnext", &[&format!("127.0.0.1:{}", snmpd.port), &format!("{BASE}.1.2.1.20.3")]);
    assert_eq!(after, format!("{BASE}.1.3.0 = INTEGER: 0\n"));
    let beyond = snmpd.run("snmpgetnext", &[&format!("127.0.0.1:{}", snmpd.port), &format!("{BASE}.1.3.0")]);
    assert!(!beyond.contains(BASE) || beyond.contains("No more variables"), "{beyond}");
}

#[test]
fn a_service_that_hangs_or_fails_costs_snmpd_nothing() {
    if is_missing("snmpd") {
        return;
    }
    let hangs = ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
    let cuts = ScriptedServer::start([vec![Step::Request, Step::Reset]], Afterwards::RepeatLast);
    let lies = service(&with(job("Finished"), json!({"id": "FB20200101000000000009"})));
    let refuses = refusing("403 Forbidden");
    for (name, url, status, verdict, words) in [
        ("snmp-hangs", hangs.url(), "-1", "3", "the service was not asked yet"),
        ("snmp-cuts", cuts.url(), "12", "3", "connection to the API broke"),
        ("snmp-lies", lies.url(), "0", "3", "answered about another job"),
        ("snmp-refuses", refuses.url(), "4", "3", "permission missing (403)"),
    ] {
        let mut snmpd = Snmpd::start(name, &url, &format!("--timeout=30 {ID}"));
        // The first question starts the program.
        let begin = Instant::now();
        assert!(snmpd.get(3, 1).starts_with("INTEGER: "), "{name}: {}", snmpd.get(3, 1));
        assert!(begin.elapsed() < TOLERANCE, "{name}: {:?}", begin.elapsed());
        if name != "snmp-hangs" {
            snmpd.await_answer(1);
        }
        for _ in 0..50 {
            let begin = Instant::now();
            assert_eq!(snmpd.get(5, 1), format!("INTEGER: {status}"), "{name}");
            assert!(begin.elapsed() < TOLERANCE, "{name}: {:?}", begin.elapsed());
        }
        assert_eq!(snmpd.get(3, 1), format!("INTEGER: {verdict}"), "{name}");
        assert!(snmpd.get(4, 1).contains(words), "{name}: {}", snmpd.get(4, 1));
        let system = snmpd.run("snmpget", &[&format!("127.0.0.1:{}", snmpd.port), ".1.3.6.1.2.1.1.3.0"]);
        assert!(system.contains("Timeticks"), "{system}");
        let workers = snmpd.daemon.workers();
        assert_eq!(workers.len(), 1);
        let took = snmpd.daemon.stop();
        assert!(took < PATIENCE, "{name}: {took:?}");
        // The program ends with snmpd, also in the middle of a call.
        let begin = Instant::now();
        while std::path::Path::new(&format!("/proc/{}/stat", workers[0])).exists() {
            let is_zombie =
                std::fs::read_to_string(format!("/proc/{}/stat", workers[0])).is_ok_and(|stat| stat.contains(") Z "));
            assert!(is_zombie || begin.elapsed() < PATIENCE, "{name}: the program outlives snmpd");
            if is_zombie {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn without_a_configuration_the_table_says_so() {
    if is_missing("snmpd") {
        return;
    }
    let snmpd = Snmpd::start("snmp-config", "neither a URL", ID);
    assert_eq!((snmpd.get(3, 1), snmpd.get(5, 1)), ("INTEGER: 3".to_owned(), "INTEGER: 2".to_owned()));
    assert!(snmpd.get(4, 1).contains("base_url"), "{}", snmpd.get(4, 1));
}

/// Talks to the program as snmpd does, without it.
fn converse(
    program: &std::path::Path,
    url: &str,
    arguments: &[&str],
    rounds: usize,
) -> (Vec<String>, Option<i32>, String) {
    let folder = folder(&format!("snmp-converse-{}", url.rsplit(':').next().unwrap_or_default()));
    let file = credentials(&folder, url);
    let mut command = if std::env::var_os("CBJ_TEST_VALGRIND").is_some() {
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect"])
            .arg(program);
        valgrind
    } else {
        Command::new(program)
    };
    command.arg("--config").arg(file).args(arguments).env_clear();
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut input = child.stdin.take().expect("is piped");
    let mut output = BufReader::new(child.stdout.take().expect("is piped"));
    let mut answers = Vec::new();
    let status = format!("get\n{BASE}.1.2.1.5.1\n");
    let mut say = |text: &str, lines: usize| {
        input.write_all(text.as_bytes()).expect("it reads");
        let mut answer = String::new();
        for _ in 0..lines {
            output.read_line(&mut answer).expect("it writes");
            if answer == "NONE\n" {
                break;
            }
        }
        answer
    };
    answers.push(say("PING\n", 1));
    let begin = Instant::now();
    while say(&status, 3).ends_with("\n-1\n") {
        assert!(begin.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(20));
    }
    for text in ["get\n.1.3.6.1\n", "get\nnonsense\n", "getnext\n.1.3.7\n", "get\n.99999999999\n", "hello\n"] {
        answers.push(say(text, 3));
    }
    answers.push(say(&format!("get\n{}\n", ".1".repeat(3000)), 3));
    answers.push(say(&format!("set\n{BASE}.1.2.1.3.1\ninteger 1\n"), 1));
    answers.push(say("getnext\n.1.3\n", 3));
    let memory = resident_kib(child.id());
    for _ in 0..rounds {
        assert_eq!(say(&format!("get\n{BASE}.1.2.1.12.1\n"), 3), format!("{BASE}.1.2.1.12.1\ncounter64\n4\n"));
    }
    assert!(resident_kib(child.id()) <= memory + 256, "{memory} KiB, then {}", resident_kib(child.id()));
    drop(input);
    let left = child.wait_with_output().expect("ends");
    (answers, left.status.code(), String::from_utf8_lossy(&left.stderr).into_owned())
}

#[test]
fn the_program_is_clean_and_answers_whatever_it_is_told() {
    let server = service(&with_errors("Failed"));
    let is_valgrind = std::env::var_os("CBJ_TEST_VALGRIND").is_some();
    let programs = if is_valgrind { vec![&*PROGRAM] } else { vec![&*PROGRAM, &*SANITIZED_PROGRAM] };
    for program in programs {
        // The sanitizer keeps what was freed for a while.
        let rounds = if program == &*SANITIZED_PROGRAM {
            0
        } else if is_valgrind {
            100
        } else {
            10_000
        };
        let (answers, status, complaints) = converse(program, &server.url(), &["--refresh", "1", ID, "B"], rounds);
        assert_eq!(answers[0], "PONG\n");
        assert!(answers[1..7].iter().all(|answer| answer == "NONE\n"), "{answers:?}");
        assert_eq!(answers[7], "not-writable\n");
        assert_eq!(answers[8], format!("{BASE}.1.1.0\ninteger\n2\n"));
        assert_eq!((status, complaints.as_str()), (Some(0), ""));
    }
    let options = |arguments: &[&str]| {
        let output = Command::new(&*SANITIZED_PROGRAM)
            .args(arguments)
            .env_clear()
            .stdin(Stdio::null())
            .output()
            .expect("starts");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for (arguments, words) in [
        (&[][..], "there are no job ids"),
        (&["--colour", "A"], "--colour: there is no such option"),
        (&["--refresh=0", "A"], "--refresh: '0' is not a number of seconds from 1 to 86400"),
        (&["--timeout=x", "A"], "--timeout: 'x' is not a number"),
        (&["--base=1.x", "A"], "--base: '1.x' is not an object identifier"),
        (&["--warning=age=soon", "A"], "--warning: 'soon' is not a range for age"),
        (&["--critical=x=1", "A"], "--critical: 'x' is not one of the numbers"),
        (&["--state=x=ok", "A"], "--state: 'x' is not one of the states"),
        (&["--on-error=x=ok", "A"], "--on-error: 'x' is not one of the errors"),
        (&["--ignore-error=(", "A"], "--ignore-error: '(' is not a regular expression"),
    ] {
        let (status, complaint) = options(arguments);
        assert!(status == Some(2) && complaint.contains(words), "{arguments:?}: {status:?} {complaint}");
    }
    assert_eq!(options(&["--help"]), (Some(0), String::new()));
    // Another base, as a site with its own number has it.
    let mut command = Command::new(&*PROGRAM);
    command
        .args(["--base", ".1.3.6.1.4.1.99999.1", "A"])
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().expect("starts");
    child.stdin.take().expect("is piped").write_all(b"getnext\n.1.3.6.1.4.1.99999.1\n").expect("it reads");
    let output = child.wait_with_output().expect("ends");
    assert_eq!(String::from_utf8_lossy(&output.stdout), ".1.3.6.1.4.1.99999.1.1.1.0\ninteger\n1\n");
}

#[test]
fn the_program_ends_at_once_in_the_middle_of_a_call() {
    let server = ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
    let folder = folder("snmp-ends");
    let mut command = Command::new(&*PROGRAM);
    command.arg("--config").arg(credentials(&folder, &server.url())).args(["--timeout=30", ID]).env_clear();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("starts");
    let begin = Instant::now();
    while server.requests().is_empty() {
        assert!(begin.elapsed() < PATIENCE);
        std::thread::sleep(Duration::from_millis(10));
    }
    let begin = Instant::now();
    drop(child.stdin.take());
    assert!(child.wait().expect("ends").success());
    assert!(begin.elapsed() < TOLERANCE, "{:?}", begin.elapsed());
}
