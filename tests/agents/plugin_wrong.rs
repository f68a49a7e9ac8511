//! `check_cloudbackup_job`: a wrong option answers in the format and in the place that were asked for.

use serde_json::{Value, json};

use super::build::{plugin, sanitized_plugin};
use super::daemon::folder;
use super::plugin::stdout;
use super::support::c_program;

/// The samples of a file, but for the time of the check.
fn samples(text: &str) -> Vec<String> {
    let samples = text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("cloudbackup_check_time"));
    samples.map(str::to_owned).collect()
}

#[test]
fn a_textfile_does_not_keep_its_verdict() {
    let file = folder("plugin-wrong").join("backup.prom");
    let path = file.to_str().expect("UTF-8");
    let place: [&str; 4] = ["--format", "prometheus", "--output", path];
    let of = |kind: &str, name: &str, value: &str| {
        format!("cloudbackup_{name}{{object_type=\"{kind}\",job_type=\"backup\",location=\"\"}} {value}")
    };
    let about_kinds = |kinds: &[&str]| {
        let mut samples = vec!["cloudbackup_up 0".to_owned()];
        let series = [("kind_verdict", "3"), ("success_limit_seconds", "93600"), ("window_seconds", "86400")];
        samples.extend(series.iter().flat_map(|(name, value)| kinds.iter().map(move |kind| of(kind, name, value))));
        samples
    };
    let about_job = [
        "cloudbackup_up{job_id=\"FB1\"} 0",
        "cloudbackup_job_verdict{job_id=\"FB1\"} 3",
        "cloudbackup_job_retrieved{job_id=\"FB1\"} 0",
        "cloudbackup_job_check_status{job_id=\"FB1\"} 1",
    ]
    .map(str::to_owned);
    let kinds = ["--latest", "--object-type=exchange-online,onedrive"];
    let both = about_kinds(&["exchange-online", "onedrive"]);
    let nothing = vec!["cloudbackup_up 0".to_owned()];
    let rows: Vec<(Vec<&str>, Vec<String>)> = vec![
        // The place stands before the option that is wrong, or after it, or in the middle of two of them.
        ([&place[..], &kinds, &["--colour"]].concat(), both.clone()),
        ([&["--colour"], &kinds[..], &place].concat(), both.clone()),
        ([&["-w", "ten", "stray"], &place[..], &kinds, &["-c"]].concat(), both.clone()),
        // The argument of -w is forgotten.
        ([&kinds[..], &["-w"], &place].concat(), both.clone()),
        ([&kinds[..], &["-t"], &place].concat(), both.clone()),
        // Each option is right, and one does not go with another.
        (
            [&kinds[..], &place, &["--lookback=1h"]].concat(),
            both.iter().map(|sample| sample.replace(" 93600", " 3600")).collect(),
        ),
        // What is misspelt has no series, and the rest has.
        ([&["--object-type=exchange-onlin,onedrive"], &place[..]].concat(), about_kinds(&["onedrive"])),
        ([&["--object-type=exchange-onlin"], &place[..]].concat(), nothing.clone()),
        ([&["--latest"], &place[..]].concat(), nothing.clone()),
        ([&["--list-kinds"], &place[..]].concat(), nothing),
        ([&["-j", "FB1", "--state=x"], &place[..]].concat(), about_job.to_vec()),
        ([&["--state=x"], &place[..], &["-j", "FB1"]].concat(), about_job.to_vec()),
        ([&["-j", "FB1", "--list-kinds"], &place[..]].concat(), about_job.to_vec()),
    ];
    for (options, expected) in rows {
        for program in [plugin(), sanitized_plugin()] {
            std::fs::write(&file, "cloudbackup_kind_verdict 0\n").expect("target is writable");
            let output = c_program::run(program, &options, &[]);
            assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(3), ""), "{options:?}: {output:?}");
            let written = std::fs::read_to_string(&file).expect("was written");
            assert_eq!(samples(&written), expected, "{options:?}");
            assert!(written.contains("\ncloudbackup_check_time_seconds"), "{options:?}: {written}");
            // Who looks for the reason by hand finds it.
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(said.starts_with("check_cloudbackup_job: ") && said.lines().count() == 1, "{options:?}: {said}");
        }
    }
}

#[test]
fn every_format_has_its_answer() {
    let run = |options: &[&str]| {
        let output = c_program::run(sanitized_plugin(), options, &[]);
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(3), b"".as_slice()), "{options:?}");
        stdout(&output)
    };
    let kinds = "--object-type=teams,onedrive";
    let problem = "--timeout: 'x' is not a time of up to an hour, like 10, 2.5, 500ms or 1m";
    assert_eq!(run(&["-t", "x", kinds]), format!("BACKUP UNKNOWN - {problem}\n"));
    assert_eq!(run(&["-t", "x", "--format=checkmk"]), format!("3 \"Cloud Backup\" - {problem}\n"));
    assert_eq!(run(&["-t", "x", "--format=checkmk", "-j", "FB1"]), format!("3 \"Cloud Backup FB1\" - {problem}\n"));
    assert_eq!(
        run(&["--service=Mail", "-t", "x", "--format=checkmk", kinds]),
        format!("3 \"Mail teams\" - {problem}\n3 \"Mail onedrive\" - {problem}\n")
    );
    assert_eq!(
        run(&["-t", "x", "--format=influx", kinds, "--label=tenant=contoso"]).lines().next(),
        Some(
            format!(
                "cloudbackup_kind,object_type=teams,job_type=backup,tenant=contoso verdict=3i,retrieved=0i,status=1i,message=\"{problem}\""
            )
            .as_str()
        )
    );
    assert_eq!(
        run(&["-t", "x", "--format=influx"]),
        format!("cloudbackup_service verdict=3i,retrieved=0i,status=1i,message=\"{problem}\"\n")
    );
    let read = |text: &str| -> Value { serde_json::from_str(text).expect("is JSON") };
    let plain =
        json!({"verdict": 3, "verdict_text": "UNKNOWN", "status": "CBJ_ERROR_INVALID_ARGUMENT", "summary": problem});
    assert_eq!(read(&run(&["-t", "x", "--format=json"])), plain);
    let lines = run(&["-t", "x", "--format=json", kinds]);
    let kinds: Vec<Value> = lines.lines().map(read).collect();
    assert_eq!(kinds.iter().map(|kind| &kind["kind"]).collect::<Vec<_>>(), ["teams", "onedrive"]);
    for (name, value) in plain.as_object().expect("is one") {
        assert_eq!(&kinds[1][name], value, "{name}");
    }
    assert_eq!(read(&run(&["-t", "x", "--format=json", "-j", "FB1"]))["job_id"], "FB1");
    // No option excuses that nothing was checked.
    assert_eq!(read(&run(&["-t", "x", "--format=json", "--on-invalid-argument=ok"]))["verdict"], 3);
    // Whatever its length.
    for length in 180..200 {
        let argument = "x".repeat(length);
        assert_eq!(
            run(&["-t", &argument]),
            format!("BACKUP UNKNOWN - {}\n", problem.replace("'x'", &format!("'{argument}'")))
        );
    }
    // After "--" there are no options.
    assert!(run(&["--", "stray", "--format=json"]).starts_with("BACKUP UNKNOWN - 'stray' is not an option"));
    assert!(run(&["-t", "2", "--"]).starts_with("BACKUP UNKNOWN - nothing to check"));
    assert!(run(&["--max-output=128", "--object-type=exchange"]).len() < 128);
}
