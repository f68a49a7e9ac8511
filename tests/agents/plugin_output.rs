//! `check_cloudbackup_job`: long output, performance data and the other formats.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use serde_json::{Value, json};

use super::build::{plugin, sanitized_plugin};
use super::daemon::{Daemon, folder, free_port, is_missing};
use super::job::{ID, environment, job, refusing, running, service, with, with_errors};
use super::plugin::{check, stdout};
use super::support::c_program;

/// The job, but for its times, which go by with the test.
fn timeless(state: &str) -> Value {
    with(with_errors(state), json!({"startTime": "2024-12-02T07:52:25Z", "finishTime": "2024-12-02T08:52:25Z"}))
}

/// Takes the value of the age out of an output: it grows while the test runs.
fn ageless(text: &str) -> String {
    let (before, rest) = text.split_once("age=").expect("has an age");
    format!("{before}age={}", rest.trim_start_matches(|digit: char| digit.is_ascii_digit() || digit == '.'))
}

#[test]
fn performance_data_has_every_number_with_its_thresholds() {
    let server = service(&timeless("Finished with Exception"));
    let options = ["-w", "3,skipped=~:10,duration=1h", "-c", "10%,errors=@5:10,age=1d:", "-w", "age=26h"];
    let printed = stdout(&check(plugin(), &server, &options));
    let numbers = printed.lines().next().and_then(|line| line.split_once(" | ")).expect("has numbers").1;
    let (before, age) = numbers.split_once("'age'=").expect("has an age");
    assert_eq!(
        before,
        "'total'=200;;;0; 'failed'=4;3;;0;200 'failed_percent'=2%;;10;0;100 'successful'=190;;;0;200 \
         'skipped'=6;~:10;;0;200 'failed_unignored'=4;;;0; 'errors'=4;;@5:10;0; 'duration'=3600s;3600;;0; "
    );
    assert!(age.ends_with("s;93600;86400:;0;"), "{age}");
    // What is not known is not there: neither 0 nor -1.
    let absent = with(running(), json!({"backupDetails": {"failedNumber": 2}, "startTime": null}));
    let printed = stdout(&check(plugin(), &service(&absent), &[]));
    assert_eq!(
        printed.lines().next().and_then(|line| line.split_once(" | ")).expect("has numbers").1,
        "'failed'=2;;;0; 'failed_unignored'=2;;;0; 'errors'=0;;;0;"
    );
    // Occurrences that are more than 64 bits hold stay at the end of what they hold.
    let many = json!({"jobErrors": [{"value": "a", "number": i64::MAX}, {"value": "b", "number": 2}]});
    let printed = stdout(&check(plugin(), &service(&with(job("Failed"), many)), &[]));
    assert!(printed.contains("'errors'=9223372036854775807;"), "{printed}");
    // Counts keep every digit.
    let large = json!({"backupDetails": {"totalNumber": 9_223_372_036_854_775_807i64, "failedNumber": 9_007_199_254_740_993i64}});
    let printed = stdout(&check(plugin(), &service(&with(job("Failed"), large)), &[]));
    assert!(
        printed.contains("'total'=9223372036854775807;;;0; 'failed'=9007199254740993;;;0;9223372036854775807"),
        "{printed}"
    );
}

#[test]
fn long_output_has_the_facts_and_the_top_errors() {
    let server = service(&timeless("Failed"));
    let lines = |options: &[&str]| -> Vec<String> {
        stdout(&check(plugin(), &server, options)).lines().skip(1).map(str::to_owned).collect()
    };
    let facts = [
        "Started 2024-12-02 07:52:25 +0000, ended 2024-12-02 08:52:25 +0000, took 1 h; 200 objects: 190 successful, 4 failed, 6 skipped",
    ];
    let ids = ["Request id request-7", "Trace id trace-7"];
    let errors = ["3 x The item is checked out. https://learn.example.com/e/19", "1 x The file was changed ¦ moved."];
    assert_eq!(lines(&[]), [&facts[..], &errors, &ids].concat());
    assert_eq!(
        lines(&["--ignore-error", "checked out"]),
        [&facts[..], &errors[1..], &["Ignored: 1 kinds of errors, 3 occurrences"], &ids].concat()
    );
    let many: Vec<Value> =
        (1..=9).map(|number| json!({"value": format!("Error {number}\nhere."), "number": number})).collect();
    let server = service(&with(timeless("Failed"), json!({"jobErrors": many})));
    let printed = stdout(&check(plugin(), &server, &[]));
    assert!(
        printed.contains("\n5 x Error 5 here.\nand 4 more kinds of errors\n") && !printed.contains("Error 6"),
        "{printed}"
    );
    for option in ["-v", "--verbose"] {
        let printed = stdout(&check(plugin(), &server, &[option]));
        assert!(printed.contains("\n9 x Error 9 here.\nRequest id"), "{printed}");
    }
    // The ids of a good result would make its text another one at every check.
    let good = stdout(&check(plugin(), &service(&timeless("Finished")), &[]));
    assert_eq!(good.lines().skip(1).collect::<Vec<_>>(), [&facts[..], &errors].concat());
    let breached = stdout(&check(plugin(), &service(&timeless("Finished")), &["-w", "3"]));
    assert_eq!(breached.lines().skip(1).collect::<Vec<_>>(), [&facts[..], &errors, &ids].concat());
    let lying =
        json!({"backupDetails": {"totalNumber": 5, "failedNumber": 3, "successfulNumber": 3, "skippedNumber": 0}});
    let printed = stdout(&check(plugin(), &service(&with(job("Finished"), lying)), &[]));
    assert!(printed.contains("; the counts contradict each other: the parts exceed the total\n"), "{printed}");
    let printed = stdout(&check(plugin(), &service(&running()), &["-c", "age=1d"]));
    assert!(printed.contains("\nNot judged while the job runs: age\n"), "{printed}");
}

#[test]
fn the_log_goes_to_standard_error_when_asked_for() {
    let server = service(&job("Finished"));
    let log = |option| String::from_utf8(check(plugin(), &server, &[option]).stderr).expect("UTF-8");
    assert_eq!(log("-v"), "");
    assert!(log("-vv").starts_with("info: GET ") && log("-vv").lines().count() == 1, "{}", log("-vv"));
    assert!(log("-vvv").contains("debug: "), "{}", log("-vvv"));
}

#[test]
fn output_is_cut_cleanly_at_any_length() {
    let long = "Zoë 会議室 ".repeat(40);
    let errors: Vec<Value> = (1..=5).map(|number| json!({"value": format!("{number} {long}"), "number": number, "url": "https://learn.example.com/"})).collect();
    let server = service(&with(timeless("Failed"), json!({"jobErrors": errors})));
    let whole = stdout(&check(plugin(), &server, &["-v"]));
    assert!(whole.len() > 2500);
    let mut sizes: Vec<usize> = (128..900).step_by(61).collect();
    sizes.extend([1022, 1023, 1024, 1025, whole.len() - 1, whole.len(), whole.len() + 40]);
    for size in sizes {
        let program = if size % 2 == 0 { plugin() } else { sanitized_plugin() };
        for format in ["nagios", "checkmk"] {
            let output = check(program, &server, &["-v", "--max-output", &size.to_string(), "--format", format]);
            // It is UTF-8, or this fails.
            let printed = stdout(&output);
            if format == "checkmk" {
                assert_eq!(printed.lines().count(), 1);
                assert!(size < 400 || printed.len() < size, "{size}: {printed}");
                continue;
            }
            assert!(printed.len() < size && printed.ends_with('\n'), "{size}: {}: {printed}", printed.len());
            assert!(printed.starts_with("BACKUP CRITICAL - "), "{printed}");
            let first = printed.lines().next().expect("has a line");
            if let Some((_, numbers)) = first.split_once(" | ") {
                for number in numbers.split(' ') {
                    assert_eq!(number.matches(';').count(), 4, "{size}: {first}");
                }
            }
            // Whole lines from the beginning on, without a gap, and then how many are missing.
            for (line, other) in printed.lines().zip(whole.lines()).skip(1) {
                let is_whole = other == line;
                assert!(is_whole || (line.starts_with("and ") && line.ends_with(" more lines")), "{size}: {line}");
            }
            assert_eq!(output.status.code(), Some(2));
        }
    }
    let nrpe = stdout(&check(plugin(), &server, &["--max-output", "1024"]));
    assert!(nrpe.contains("'duration'=3600s") && nrpe.trim_end().ends_with("more lines"), "{nrpe}");
}

#[test]
fn checkmk_gets_a_local_check_line() {
    let server = service(&timeless("Failed"));
    let output = check(
        plugin(),
        &server,
        &["--format", "checkmk", "-w", "3,skipped=2:9,duration=1:", "-c", "errors=@1:9,total=~:300"],
    );
    let errors = r"3 x The item is checked out. https://learn.example.com/e/19\n1 x The file was changed ¦ moved.";
    let printed = stdout(&output);
    let age = printed.split(" ago").next().and_then(|rest| rest.rsplit(", ").next()).expect("tells when it ended");
    assert_eq!(
        ageless(&printed),
        format!(
            "2 \"Cloud Backup {ID}\" total=200;;300;0|failed=4;3;;0|failed_percent=2;;;0|successful=190;;;0|skipped=6;2:9;;0|failed_unignored=4;;;0|errors=4;;;0|\
             duration=3600;;;0|age=;;;0 Failed, 4 of 200 objects failed (>3), 4 errors occurred (1 to 9), {age} ago\
             \\nStarted 2024-12-02 07:52:25 +0000, ended 2024-12-02 08:52:25 +0000, took 1 h; 200 objects: 190 successful, 4 failed, 6 skipped\
             \\n{errors}\\nRequest id request-7\\nTrace id trace-7\n"
        )
    );
    assert_eq!(output.status.code(), Some(0));
    let refused =
        check(plugin(), &refusing("500 Internal Server Error"), &["--format=checkmk", "--service", "Mail boxes"]);
    let printed = stdout(&refused);
    assert!(
        printed.starts_with("3 \"Mail boxes\" - API answers 500\\nGET ") && printed.lines().count() == 1,
        "{printed}"
    );
    assert_eq!(refused.status.code(), Some(0));
}

#[test]
fn prometheus_gets_a_whole_file_and_no_numbers_that_are_not_known() {
    let textfiles = folder("plugin-textfile");
    let file = textfiles.join("cloud backup.prom");
    let path = file.to_str().expect("UTF-8");
    let server = service(&timeless("Failed"));
    std::fs::write(&file, "what was there before").expect("target is writable");
    let output = check(sanitized_plugin(), &server, &["--format", "prometheus", "--output", path]);
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""), "{output:?}");
    let written = std::fs::read_to_string(&file).expect("was written");
    let samples: Vec<&str> = written.lines().filter(|line| !line.starts_with('#')).collect();
    let label = format!("{{job_id=\"{ID}\"");
    let sample = |name: &str, rest: &str| format!("cloudbackup_job_{name}{label}{rest}");
    let time_of_check = format!("cloudbackup_check_time_seconds{label}}} ");
    let checked: i64 = samples[1].strip_prefix(&time_of_check).and_then(|time| time.parse().ok()).expect("is a time");
    assert!((0..60).contains(&(chrono::Utc::now().timestamp() - checked)), "{checked}");
    assert_eq!(samples[0], format!("cloudbackup_up{label}}} 1"));
    assert_eq!(
        samples[2..],
        [
            sample("verdict", "} 2"),
            sample("retrieved", "} 1"),
            sample("state", ",state=\"failed\"} 1"),
            sample("state", ",state=\"finished-with-exception\"} 0"),
            sample("state", ",state=\"partially-finished\"} 0"),
            sample("state", ",state=\"unknown\"} 0"),
            sample("state", ",state=\"in-progress\"} 0"),
            sample("state", ",state=\"finished\"} 0"),
            sample("objects", "} 200"),
            sample("failed_objects", "} 4"),
            sample("successful_objects", "} 190"),
            sample("skipped_objects", "} 6"),
            sample("error_occurrences", "} 4"),
            sample("duration_seconds", "} 3600"),
            sample("start_time_seconds", "} 1733125945"),
            sample("finish_time_seconds", "} 1733129545"),
        ]
    );
    // Every series has its help and type before its first sample.
    for name in samples.iter().filter_map(|line| line.split('{').next()) {
        let before = written.split(&format!("\n{name}{{")).next().expect("is there");
        assert!(before.ends_with(&format!("# TYPE {name} gauge")), "{name}: {written}");
        assert_eq!(written.matches(&format!("# HELP {name} ")).count(), 1);
    }
    let mode = std::fs::metadata(&file).expect("is there").permissions().mode();
    assert_eq!(mode & 0o444, 0o444, "the collector is another user");
    // Nothing temporary is left.
    let names = || -> Vec<_> {
        let entries = std::fs::read_dir(&textfiles).expect("is there");
        entries.map(|entry| entry.expect("is readable").file_name()).collect()
    };
    assert_eq!(names(), ["cloud backup.prom"]);

    let output = check(plugin(), &refusing("500 Internal Server Error"), &["--format", "prometheus", "--output", path]);
    assert_eq!(output.status.code(), Some(0));
    let written = std::fs::read_to_string(&file).expect("was written");
    let samples: Vec<&str> = written.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(samples[0], format!("cloudbackup_up{label}}} 0"));
    assert!(samples[1].starts_with(&time_of_check), "{written}");
    assert_eq!(samples[2..], [sample("verdict", "} 3"), sample("retrieved", "} 0"), sample("check_status", "} 8")]);

    let absent = with(running(), json!({"finishTime": "0001-01-01T00:00:00Z"}));
    let printed = stdout(&check(plugin(), &service(&absent), &["--format", "prometheus"]));
    assert!(!printed.contains("finish_time") && !printed.contains("duration"), "{printed}");
    // Nor after a failure: the place is taken by a folder.
    std::fs::remove_file(&file).expect("is there");
    std::fs::create_dir(&file).expect("is writable");
    let taken = check(plugin(), &server, &["--format", "prometheus", "--output", path]);
    assert_eq!(taken.status.code(), Some(3), "{taken:?}");
    assert_eq!(names(), ["cloud backup.prom"]);
    let nowhere = check(plugin(), &server, &["--format", "prometheus", "--output", "/nonexistent/file.prom"]);
    assert_eq!(nowhere.status.code(), Some(3));
    let said = String::from_utf8_lossy(&nowhere.stderr);
    assert!(said.contains("cannot write /nonexistent/file.prom: No such file"), "{said}");
}

#[test]
fn the_node_exporter_serves_the_textfile() {
    if is_missing("prometheus-node-exporter") {
        return;
    }
    let folder = folder("node-exporter");
    let server = service(&timeless("Failed"));
    for (name, options) in [("one.prom", &["-j", ID][..]), ("two.prom", &["-j", "B\"\\C"])] {
        let file = folder.join(name);
        let url = server.url();
        let options = [options, &["--format", "prometheus", "--output", file.to_str().expect("UTF-8")]].concat();
        let output = c_program::run(plugin(), &options, &environment(&url));
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let port = free_port();
    let mut command = Command::new("/usr/bin/prometheus-node-exporter");
    command
        .arg("--collector.disable-defaults")
        .arg("--collector.textfile")
        .arg(format!("--web.listen-address=127.0.0.1:{port}"));
    command.arg(format!("--collector.textfile.directory={}", folder.display())).env_clear();
    let mut daemon = Daemon::start(&mut command, &folder);
    daemon.await_port(port);
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens");
    stream.write_all(b"GET /metrics HTTP/1.0\r\n\r\n").expect("it reads");
    let mut served = String::new();
    stream.read_to_string(&mut served).expect("it answers");
    assert!(served.contains("\nnode_textfile_scrape_error 0\n"), "{served}\n{}", daemon.log());
    for line in [
        format!("cloudbackup_job_verdict{{job_id=\"{ID}\"}} 2"),
        format!("cloudbackup_job_failed_objects{{job_id=\"{ID}\"}} 4"),
        format!("cloudbackup_job_state{{job_id=\"{ID}\",state=\"failed\"}} 1"),
        // Asked for one job, the service answered about another.
        "cloudbackup_job_verdict{job_id=\"B\\\"\\\\C\"} 2".to_owned(),
    ] {
        assert!(served.contains(&format!("\n{line}\n")), "{line}: {served}");
    }
}

#[test]
fn influx_gets_a_line() {
    let one = with(timeless("Failed"), json!({"jobErrors": [{"value": "One.", "number": 1}]}));
    let output = check(sanitized_plugin(), &service(&one), &["--format", "influx"]);
    let line = stdout(&output);
    assert_eq!(output.status.code(), Some(0));
    let (before, rest) = line.split_once(",age=").expect("has an age");
    assert_eq!(
        before,
        format!(
            "cloudbackup_job,job_id={ID} verdict=2i,retrieved=1i,status=0i,state=3i,state_text=\"Failed\",total=200i,failed=4i,failed_percent=2,\
             successful=190i,skipped=6i,failed_unignored=4i,errors=1i,duration=3600"
        )
    );
    assert!(rest.contains(",start_time=1733125945i,finish_time=1733129545i,message=\"Failed, "), "{line}");
    let quoted = check(sanitized_plugin(), &service(&timeless("A \"quoted\" back\\slash")), &["--format", "influx"]);
    let said = r#"message="in the state 'A \"quoted\" back\\slash', which this version does not know, "#;
    assert!(stdout(&quoted).contains(said), "{}", stdout(&quoted));
    let refused = check(plugin(), &refusing("403 Forbidden"), &["--format", "influx"]);
    assert!(
        stdout(&refused).starts_with(&format!(
            "cloudbackup_job,job_id={ID} verdict=3i,retrieved=0i,status=4i,message=\"permission missing (403)\"\n"
        )),
        "{}",
        stdout(&refused)
    );
    let server = service(&job("Finished"));
    let url = server.url();
    let odd = c_program::run(plugin(), &["-j", "a b,c=d", "--format", "influx"], &environment(&url));
    assert!(stdout(&odd).starts_with(r"cloudbackup_job,job_id=a\ b\,c\=d verdict=3i"), "{}", stdout(&odd));
}

#[test]
fn json_has_everything() {
    let sent = timeless("Failed");
    let output =
        check(sanitized_plugin(), &service(&sent), &["--format", "json", "-w", "3", "--ignore-error", "moved"]);
    assert_eq!((output.status.code(), stdout(&output).lines().count()), (Some(0), 1));
    let read: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    let expected = json!({
        "job_id": ID, "verdict": 2, "verdict_text": "CRITICAL", "status": "CBJ_OK", "state": 3, "state_text": "Failed",
        "start_time": "2024-12-02T07:52:25Z", "finish_time": "2024-12-02T08:52:25Z", "request_id": "request-7",
        "trace_id": "trace-7", "error": null, "job": sent,
        "errors": [
            {"message": "The item is checked out.", "url": "https://learn.example.com/e/19", "occurrences": 3, "ignored": false},
            {"message": "The file was changed | moved.", "url": null, "occurrences": 1, "ignored": true},
        ],
    });
    for (name, value) in expected.as_object().expect("an object") {
        assert_eq!(&read[name], value, "{name}");
    }
    assert_eq!(read["metrics"]["failed"], json!({"value": 4, "unit": "", "warning": "3", "critical": null}));
    assert_eq!(read["metrics"]["errors"]["value"], 3);
    assert!(read["summary"].as_str().is_some_and(|summary| summary.starts_with("Failed, 4 of 200")));
    let details = read["details"].as_array().expect("is a list");
    assert!(
        details[0].as_str().is_some_and(|facts| facts.ends_with("; 200 objects: 190 successful, 4 failed, 6 skipped"))
    );
    assert_eq!(details[1], "3 x The item is checked out. https://learn.example.com/e/19");

    let server = super::job::answering(super::support::answers::answer(
        "429 Too Many Requests\r\nRetry-After: 9",
        super::support::answers::refusal(429, "slow\\ndown"),
    ));
    let read: Value = serde_json::from_slice(&check(plugin(), &server, &["--format=json"]).stdout).expect("is JSON");
    assert_eq!(read["status"], "CBJ_ERROR_RATE_LIMITED");
    assert_eq!(read["job"], Value::Null);
    assert_eq!(
        read["error"],
        json!({"http_status": 429, "retryable": true, "retry_after_ms": 9000,
            "details": [{"code": "Code1", "field": "Field1", "message": "Said so."}]})
    );
}
