//! The table of kinds of jobs, in a real snmpd.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::json;

use super::super::daemon::{PATIENCE, is_missing};
use super::super::job::{envelope, job, with};
use super::super::runs::{EXCHANGE_ONLINE, ONEDRIVE, failed, finished, in_progress, listed, service_of};
use super::super::support::answers::{answer, ok};
use super::super::support::c_program::root;
use super::super::support::list_server::{Asked, ListServer, PATH};
use super::super::support::scripted_server::{Script, Step};
use super::{BASE, Snmpd};

const NO_INSTANCE: &str = "No Such Instance currently exists at this OID";

/// The value of a column of cbjKindTable. The index has the object type, the job type, and the location with its length.
fn kind(snmpd: &Snmpd, column: u32, index: &str) -> String {
    snmpd.value(&format!("1.4.1.{column}.{index}"))
}

/// Waits until a column's row, `COLUMN.INDEX`, has a value.
pub fn await_kinds(snmpd: &Snmpd, cell: &str) {
    let (_, index) = cell.split_once('.').expect("a column and an index");
    snmpd.await_status(&format!("1.4.1.8.{index}"));
}

fn seconds(value: &str) -> u64 {
    value.strip_prefix("Gauge32: ").and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{value}"))
}

fn is_hours(value: &str, hours: u64) -> bool {
    (hours * 3600..hours * 3600 + 60).contains(&seconds(value))
}

fn refuses(status: &str) -> Script {
    vec![Step::Send(answer(status, ""))]
}

#[test]
fn every_column_of_a_kind_is_answered() {
    if is_missing("snmpd") {
        return;
    }
    let last = with(
        failed("FB-tuesday", 7.0),
        json!({"state": "Finished with Exception", "jobErrors": [
            {"value": "The item is checked out.", "number": 3}, {"value": "Moved.", "number": 1}]}),
    );
    let success = finished("FB-monday", 31.0);
    let success_time = success["finishTime"].as_str().expect("a text").to_owned();
    let times = ["startTime", "finishTime"].map(|name| last[name].as_str().expect("a text").to_owned());
    let server = service_of([
        (EXCHANGE_ONLINE, vec![in_progress("FB-now", 2.0), last, success]),
        (ONEDRIVE, vec![in_progress("IB-first", 1.0)]),
    ]);
    let snmpd = Snmpd::start(
        "snmp-kinds",
        &server.url(),
        "--refresh=1 --ignore-error=checked --critical=since_success=30h --object-type=onedrive \
         --object-type=exchange-online,teams \
         --on-none=warning",
    );
    for index in ["1.1.0", "3.1.0", "7.1.0"] {
        await_kinds(&snmpd, &format!("8.{index}"));
    }
    for (column, expected) in [
        (1, NO_INSTANCE.to_owned()),
        (2, NO_INSTANCE.to_owned()),
        (3, NO_INSTANCE.to_owned()),
        (4, "STRING: \"exchange-online\"".to_owned()),
        (5, "INTEGER: 1".to_owned()),
        (8, "INTEGER: 0".to_owned()),
        (13, "Gauge32: 1".to_owned()),
        (14, "Gauge32: 0".to_owned()),
        (15, "Gauge32: 0".to_owned()),
        (16, format!("STRING: \"{success_time}\"")),
        (17, "STRING: \"FB-tuesday\"".to_owned()),
        (18, "INTEGER: 4".to_owned()),
        (19, "STRING: \"Finished with Exception\"".to_owned()),
        (20, format!("STRING: \"{}\"", times[0])),
        (21, format!("STRING: \"{}\"", times[1])),
        (22, "Counter64: 200".to_owned()),
        (23, "Counter64: 4".to_owned()),
        (24, "Gauge32: 200".to_owned()),
        (25, "Counter64: 190".to_owned()),
        (26, "Counter64: 6".to_owned()),
        (27, "Counter64: 1".to_owned()),
        (28, "Counter64: 1".to_owned()),
        (29, "Gauge32: 3600".to_owned()),
        (30, "STRING: \"request-1\"".to_owned()),
        (31, NO_INSTANCE.to_owned()),
    ] {
        let got = kind(&snmpd, column, "1.1.0")
            .replace("No Such Object available on this agent", "No Such Instance currently exists");
        assert_eq!(got, expected, "column {column}");
    }
    assert!(kind(&snmpd, 6, "1.1.0").contains("4 of 200 objects failed"), "{}", kind(&snmpd, 6, "1.1.0"));
    assert!(kind(&snmpd, 7, "1.1.0").ends_with("; FB-tuesday\""), "{}", kind(&snmpd, 7, "1.1.0"));
    assert!(seconds(&kind(&snmpd, 9, "1.1.0")) < 5);
    for (column, hours) in [(10, 31), (11, 7), (12, 2)] {
        assert!(is_hours(&kind(&snmpd, column, "1.1.0"), hours), "{}", kind(&snmpd, column, "1.1.0"));
    }
    // What is not known has no instance: onedrive has never ended a run, and teams has none.
    for (index, name, verdict, known) in
        [("3.1.0", "onedrive", 2, &[12, 13, 14, 30][..]), ("7.1.0", "teams", 1, &[13, 14][..])]
    {
        assert_eq!(kind(&snmpd, 4, index), format!("STRING: \"{name}\""));
        assert_eq!(kind(&snmpd, 5, index), format!("INTEGER: {verdict}"), "{}", kind(&snmpd, 6, index));
        for column in 10..31 {
            assert_eq!(kind(&snmpd, column, index) != NO_INSTANCE, known.contains(&column), "{name}, column {column}");
        }
    }
    assert_eq!([snmpd.value("1.1.0"), snmpd.value("1.3.0")], ["INTEGER: 0", "INTEGER: 3"]);
    // One list for each kind in each round, however much snmpd asks.
    let begin = server.asked().len();
    std::thread::sleep(Duration::from_millis(2300));
    let asked = server.asked();
    assert!((begin + 3..=begin + 12).contains(&asked.len()), "{begin}, {}", asked.len());
    let round: Vec<_> = asked[..3].iter().map(|asked| asked.parameter("objectType").expect("is sent")).collect();
    assert_eq!(round, ["1", "3", "7"]);
}

#[test]
fn a_walk_goes_through_both_tables_and_a_row_keeps_its_index() {
    if is_missing("snmpd") {
        return;
    }
    let answers = |asked: &Asked| {
        if asked.target.starts_with(&format!("{PATH}/")) {
            return vec![Step::Send(ok(envelope(&job("Finished"))))];
        }
        listed(&[finished("A", 3.0)])
    };
    let walk = |name: &str, arguments: &str, rows: &[&str]| -> Vec<Vec<u32>> {
        let server = ListServer::start(answers);
        let snmpd = Snmpd::start(name, &server.url(), arguments);
        for row in rows {
            await_kinds(&snmpd, &format!("8.{row}"));
        }
        snmpd.await_answer(1);
        // The location is for jobs, too.
        let asked = server.asked();
        let job = asked.iter().find(|asked| asked.target.starts_with(&format!("{PATH}/"))).expect("was asked for");
        assert_eq!(job.parameter("location"), Some("NAM"), "{asked:?}");
        let walked = snmpd.run("snmpwalk", &[&format!("127.0.0.1:{}", snmpd.port), BASE]);
        let parse = |line: &str| -> Vec<u32> {
            let oid = line.split(" = ").next().unwrap_or_default();
            oid.split('.').filter_map(|part| part.parse().ok()).collect()
        };
        let oids: Vec<Vec<u32>> = walked.lines().map(parse).collect();
        assert!(oids.is_sorted() && oids.iter().collect::<BTreeSet<_>>().len() == oids.len(), "{walked}");
        // The index of each row, from the column with the names.
        let name = [1, 3, 6, 1, 4, 1, 8072, 9999, 9999, 365, 1, 4, 1, 4];
        let rows: Vec<Vec<u32>> =
            oids.iter().filter_map(|oid| oid.strip_prefix(&name[..])).map(<[u32]>::to_vec).collect();
        assert_eq!(snmpd.value("1.3.0"), format!("INTEGER: {}", rows.len()));
        // Every column but that of the run in progress.
        assert_eq!(oids.iter().filter(|oid| oid.get(11) == Some(&4)).count(), rows.len() * (30 - 3 - 1), "{walked}");
        rows
    };
    let location = "L".repeat(64);
    let long: Vec<u32> = [3, 1, 64].into_iter().chain(std::iter::repeat_n(76, 64)).collect();
    assert_eq!(
        walk("snmp-index", "--object-type=onedrive/backup/EUR --location=NAM J", &["3.1.3.69.85.82"]),
        [[3, 1, 3, 69, 85, 82]]
    );
    // More kinds, in another order, with a default and a longer location: the row is where it was.
    assert_eq!(
        walk(
            "snmp-index-more",
            &format!(
                "--location NAM --object-type teams,onedrive/all/,onedrive/backup/EUR,onedrive//{location},Onedrive/Backup/EUR \
                 --job-type=restore --object-type=all//AB,all//Z J K"
            ),
            &["7.2.3.78.65.77"]
        ),
        [
            vec![0, 2, 1, 90],
            vec![0, 2, 2, 65, 66],
            vec![3, 0, 3, 78, 65, 77],
            vec![3, 1, 3, 69, 85, 82],
            long.iter().enumerate().map(|(at, part)| if at == 1 { 2 } else { *part }).collect(),
            vec![7, 2, 3, 78, 65, 77],
        ]
    );
}

#[test]
fn the_last_list_stands_in_for_a_service_that_is_away() {
    if is_missing("snmpd") {
        return;
    }
    let counts = Mutex::new([0; 8]);
    let server = ListServer::start(move |asked| {
        let kind: usize = asked.parameter("objectType").and_then(|number| number.parse().ok()).expect("is sent");
        let mut counts = counts.lock().expect("no answer panicked");
        counts[kind] += 1;
        match (kind, counts[kind]) {
            (_, 1) => listed(&[finished("A", 1.0)]),
            (2, _) => refuses("403 Forbidden"),
            _ => refuses("503 Service Unavailable"),
        }
    });
    for (name, arguments, later) in [
        ("snmp-stale", "--stale=1h", ["INTEGER: 0", "INTEGER: 3"]),
        ("snmp-stale-short", "--stale=2s", ["INTEGER: 3", "INTEGER: 3"]),
        ("snmp-not-stale", "--stale=0", ["INTEGER: 3", "INTEGER: 3"]),
    ] {
        let kinds = match name {
            "snmp-stale" => [1, 2],
            "snmp-stale-short" => [3, 4],
            _ => [5, 6],
        };
        let names = [
            "",
            "exchange-online",
            "sharepoint-online",
            "onedrive",
            "microsoft-365-groups",
            "project-online",
            "public-folder",
        ];
        let listed = format!("{},{}", names[kinds[0]], names[kinds[1]]);
        let snmpd = Snmpd::start(name, &server.url(), &format!("--refresh=1 {arguments} --object-type={listed}"));
        let [one, other] = kinds.map(|kind| format!("{kind}.1.0"));
        for index in [&one, &other] {
            await_kinds(&snmpd, &format!("8.{index}"));
        }
        assert_eq!(kind(&snmpd, 5, &one), "INTEGER: 0", "{name}");
        let begin = Instant::now();
        while kind(&snmpd, 8, &one) == "INTEGER: 0"
            || kind(&snmpd, 8, &other) == "INTEGER: 0"
            || begin.elapsed() < Duration::from_secs(4)
        {
            assert!(begin.elapsed() < PATIENCE, "{name}");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_eq!([&one, &other].map(|index| kind(&snmpd, 5, index)), later, "{name}");
        // Old numbers say how old they are, and the time goes on; there are none without an answer.
        if name == "snmp-stale" {
            assert!(seconds(&kind(&snmpd, 9, &one)) >= 3 && is_hours(&kind(&snmpd, 10, &one), 1));
            assert!(seconds(&kind(&snmpd, 10, &one)) >= 3633, "{}", kind(&snmpd, 10, &one));
            assert_eq!(kind(&snmpd, 17, &one), "STRING: \"A\"");
        } else {
            assert!(seconds(&kind(&snmpd, 9, &one)) <= 2, "{}", kind(&snmpd, 9, &one));
            for column in [7, 10, 13, 16, 17, 18] {
                assert_eq!(kind(&snmpd, column, &one), NO_INSTANCE, "{name}, column {column}");
            }
        }
        assert_eq!(kind(&snmpd, 10, &other), NO_INSTANCE, "{name}");
    }
}

#[test]
fn without_an_answer_the_row_says_why() {
    if is_missing("snmpd") {
        return;
    }
    let hangs = ListServer::start(|_| vec![Step::Stall]);
    for (name, url, status, words) in [
        ("snmp-kinds-config", "neither a URL".to_owned(), "INTEGER: 2", "base_url"),
        ("snmp-kinds-hang", hangs.url(), "INTEGER: -1", "the service was not asked yet"),
    ] {
        let snmpd = Snmpd::start(name, &url, "--object-type=teams");
        assert_eq!([kind(&snmpd, 5, "7.1.0"), kind(&snmpd, 8, "7.1.0")], ["INTEGER: 3", status], "{name}");
        assert!(kind(&snmpd, 6, "7.1.0").contains(words), "{name}: {}", kind(&snmpd, 6, "7.1.0"));
        assert_eq!([kind(&snmpd, 9, "7.1.0"), kind(&snmpd, 13, "7.1.0")], [NO_INSTANCE, NO_INSTANCE], "{name}");
    }
}

#[test]
fn the_sample_configuration_is_one_that_works() {
    if is_missing("snmpd") {
        return;
    }
    let sample = std::fs::read_to_string(root().join("examples/agents/net-snmp/snmpd.conf")).expect("is there");
    let lines: Vec<&str> =
        sample.lines().filter_map(|line| line.split_once("pass_persist ")).map(|(_, line)| line).collect();
    assert_eq!(lines.len(), 2);
    let answers = |asked: &Asked| {
        if asked.target.starts_with(&format!("{PATH}/")) {
            return vec![Step::Send(ok(envelope(&job("Finished"))))];
        }
        listed(&[finished("A", 30.0)])
    };
    for (name, line) in [("snmp-sample-kinds", lines[0]), ("snmp-sample-jobs", lines[1])] {
        let arguments = line.split_once("/cloudbackup.json ").expect("names its credentials").1;
        assert!(line.starts_with(&format!("{BASE} ")), "{line}");
        let server = ListServer::start(answers);
        let snmpd = Snmpd::start(name, &server.url(), arguments);
        if name == "snmp-sample-jobs" {
            snmpd.await_answer(1);
            assert!(snmpd.get(4, 1).contains("another job"), "{}", snmpd.get(4, 1));
            continue;
        }
        for (index, verdict) in [("1.1.0", 2), ("3.1.0", 2), ("9.1.0", 0)] {
            await_kinds(&snmpd, &format!("8.{index}"));
            assert_eq!(kind(&snmpd, 5, index), format!("INTEGER: {verdict}"), "{}", kind(&snmpd, 6, index));
        }
    }
}
