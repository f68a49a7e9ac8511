//! `check_cloudbackup_job --latest`: the verdict on kinds of jobs, and its words.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use super::build::{plugin, sanitized_plugin};
use super::job::{environment, with};
use super::plugin::{VERDICTS, stdout};
use super::runs::{EXCHANGE_ONLINE, ONEDRIVE, SHAREPOINT_ONLINE, failed, finished, in_progress, service_of};
use super::support::c_program;
use super::support::list_server::ListServer;

pub fn latest(program: &Path, server: &ListServer, options: &[&str]) -> Output {
    let url = server.url();
    c_program::run(program, &[&["--latest"], options].concat(), &environment(&url))
}

pub const THREE: &str = "--object-type=exchange-online,sharepoint-online,onedrive";

/// Mailboxes fail since yesterday, SharePoint is well, OneDrive is running.
pub fn night() -> ListServer {
    service_of([
        (EXCHANGE_ONLINE, vec![failed("FB1", 7.0), failed("FB2", 19.0), finished("FB3", 31.0)]),
        (SHAREPOINT_ONLINE, vec![finished("IB1", 5.0)]),
        (ONEDRIVE, vec![in_progress("IB9", 0.1), finished("IB8", 9.0), finished("IB7", 21.0)]),
    ])
}

/// The output without its performance data.
pub fn words(output: &Output) -> Vec<String> {
    let text = stdout(output);
    text.lines().map(|line| line.split(" | ").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn the_first_line_says_once_what_is_wrong() {
    let well = || vec![finished("IB1", 5.0)];
    let old = || vec![finished("IB1", 31.0)];
    let bad = || vec![failed("IB1", 2.0)];
    let partly = || vec![with(finished("IB1", 2.0), json!({"state": "Finished with Exception"})), finished("IB0", 5.0)];
    let running = || vec![in_progress("IB9", 0.1), finished("IB8", 9.0), finished("IB7", 21.0)];
    const FOUR: &str = "--object-type=exchange-online,sharepoint-online,onedrive,microsoft-365-groups";
    // What the row shows, the runs of the first four kinds, options, the verdict, and the first line.
    type Row = (&'static str, [Vec<Value>; 4], &'static [&'static str], usize, &'static str);
    let rows: Vec<Row> = vec![
        (
            "one, OK",
            [well(), vec![], vec![], vec![]],
            &["--object-type=exchange-online"],
            0,
            "exchange-online: success 5 h ago, 0 of 1 run failed in 24 h",
        ),
        (
            "one, running",
            [running(), vec![], vec![], vec![]],
            &["--object-type=exchange-online"],
            0,
            "exchange-online: success 9 h ago, in progress for 6 min, 0 of 2 runs failed in 24 h",
        ),
        (
            "one, too old",
            [old(), vec![], vec![], vec![]],
            &["--object-type=exchange-online"],
            2,
            "exchange-online: no success for 31 h (>26 h)",
        ),
        (
            "nothing ran",
            [vec![], vec![], vec![], vec![]],
            &["--object-type=exchange-online"],
            2,
            "exchange-online: nothing ran in 15 d",
        ),
        (
            "three, one is bad",
            [old(), well(), running(), vec![]],
            &[THREE],
            2,
            "exchange-online: no success for 31 h (>26 h); 2 of 3 kinds OK",
        ),
        (
            "three, OK",
            [well(), well(), running(), vec![]],
            &[THREE],
            0,
            "3 kinds: oldest success 9 h ago (onedrive), 0 of 4 runs failed",
        ),
        (
            "three, one need not run",
            [well(), vec![finished("IB1", 4.0)], vec![], vec![]],
            &[THREE, "--optional=onedrive"],
            0,
            "3 kinds: oldest success 5 h ago (exchange-online), 1 without success, 0 of 2 runs failed",
        ),
        (
            "two are bad",
            [old(), bad(), well(), vec![]],
            &[THREE],
            2,
            "exchange-online: no success for 31 h (>26 h); sharepoint-online: no success in 15 d (>26 h); 1 of 3 kinds OK",
        ),
        // Only the worst is named.
        (
            "a warning beside",
            [partly(), old(), well(), vec![]],
            &[THREE, "-c", "exchange-online.since_success=8d"],
            2,
            "sharepoint-online: no success for 31 h (>26 h); 1 of 3 kinds OK",
        ),
        (
            "four are bad",
            [old(), old(), old(), old()],
            &[FOUR],
            2,
            "exchange-online: no success for 31 h (>26 h); sharepoint-online: no success for 31 h (>26 h); onedrive: no success for 31 h (>26 h); and 1 more; 0 of 4 kinds OK",
        ),
    ];
    for (what, runs, options, verdict, says) in rows {
        let kinds: Vec<_> = ["1", "2", "3", "4"].into_iter().zip(runs).collect();
        let server = service_of(kinds);
        for program in [plugin(), sanitized_plugin()] {
            let output = latest(program, &server, options);
            assert_eq!(words(&output)[0], format!("BACKUP {} - {says}", VERDICTS[verdict]), "{what}");
            assert_eq!(output.status.code(), i32::try_from(verdict).ok(), "{what}: {output:?}");
            assert_eq!(output.stderr, b"", "{what}");
        }
    }
}

#[test]
fn a_line_for_each_kind_the_worst_first_with_its_details_below() {
    let server = night();
    let options = ["--object-type=onedrive,sharepoint-online", "--object-type", "exchange-online"];
    let lines = words(&latest(sanitized_plugin(), &server, &options));
    assert_eq!(lines[0], "BACKUP CRITICAL - exchange-online: no success for 31 h (>26 h); 2 of 3 kinds OK");
    assert_eq!(
        lines[1],
        "[CRITICAL] exchange-online: Failed, 4 of 200 objects failed, ended 7 h ago; success 31 h ago (>26 h); 2 of 2 runs failed in 24 h; FB1"
    );
    let details = &lines[2..lines.len() - 2];
    assert!(details.contains(&"4 x The item is checked out. https://learn.example.com/e/19".to_owned()), "{lines:?}");
    assert!(details.iter().any(|line| line.starts_with("Last success: FB3, ended ")), "{lines:?}");
    assert_eq!(
        lines[lines.len() - 2..],
        [
            "[OK] onedrive: Finished, 200 of 200 objects successful, ended 9 h ago; in progress for 6 min; 0 of 2 runs failed in 24 h; IB8",
            "[OK] sharepoint-online: Finished, 200 of 200 objects successful, ended 5 h ago; 0 of 1 run failed in 24 h; IB1",
        ]
    );
    // Details of what is OK are for who asks.
    let verbose = words(&latest(plugin(), &server, &[&options[..], &["-v"]].concat()));
    let at = verbose.iter().position(|line| line.starts_with("[OK] onedrive")).expect("is there");
    assert!(verbose[at + 1].starts_with("Started ") && verbose[at + 2].starts_with("In progress: IB9"), "{verbose:?}");
    // A request id changes with each check, and defeats the stalking of states.
    let calm = words(&latest(plugin(), &server, &["--object-type=onedrive"]));
    assert_eq!(calm.len(), 2);
    assert!(!verbose[at..].iter().any(|line| line.contains("Request id")), "{verbose:?}");
}

#[test]
fn performance_data_have_the_kind_in_front() {
    let server = night();
    let numbers = |options: &[&str]| -> Vec<String> {
        let text = stdout(&latest(plugin(), &server, options));
        let first = text.lines().next().and_then(|line| line.split_once(" | ")).expect("has numbers").1;
        first.split(' ').map(str::to_owned).collect()
    };
    let of_one = numbers(&["--object-type=exchange-online", "-w", "runs=1:,exchange-online.since_run=3d"]);
    let value = |name: &str| {
        let start = format!("exchange_online_{name}=");
        of_one.iter().find_map(|number| number.strip_prefix(&start)).unwrap_or_else(|| panic!("{name}: {of_one:?}"))
    };
    let (age, rest) = value("since_run").split_once("s;").expect("has a unit");
    assert!((25_200..25_400).contains(&age.parse::<i64>().expect("whole seconds")), "{age}");
    assert_eq!(rest, "259200;;0");
    for (name, expected) in [
        ("runs", "2;1:;;0"),
        ("failed_runs", "2;;;0;2"),
        ("failed_runs_percent", "100%;;;0;100"),
        ("failed", "4;;;0;200"),
        ("total", "200;;;0"),
        ("errors", "4;;;0"),
    ] {
        assert_eq!(value(name), expected, "{name}");
    }
    // The age is since_run by another name; one of both is enough, unless it has a limit.
    assert!(!of_one.iter().any(|number| number.starts_with("exchange_online_age=")), "{of_one:?}");
    assert!(!of_one.iter().any(|number| number.starts_with("exchange_online_running=")), "{of_one:?}");
    let limited = numbers(&["--object-type=exchange-online", "-c", "age=26h"]);
    assert!(limited.iter().any(|number| number.starts_with("exchange_online_age=") && number.ends_with(";;93600;0")));
    // Another kind changes no name.
    let of_three = numbers(&[THREE, "-w", "runs=1:,exchange-online.since_run=3d"]);
    let name = |number: &String| number.split('=').next().unwrap_or_default().to_owned();
    for number in &of_one {
        assert!(of_three.iter().any(|other| name(other) == name(number)), "{number}");
    }
    assert!(of_three.iter().any(|number| number.starts_with("onedrive_running=3") && number.ends_with("s;;;0")));
    assert!(
        of_three
            .iter()
            .any(|number| number.starts_with("sharepoint_online_since_success=") && number.ends_with("s;;93600;0"))
    );
    // Each kind has its own limits.
    let own = numbers(&[THREE, "-c", "onedrive.since_success=8d"]);
    assert!(own.iter().any(|number| number.starts_with("onedrive_since_success=") && number.ends_with(";;691200;0")));
    // The default holds where nothing was set.
    assert!(
        own.iter().any(|number| number.starts_with("exchange_online_since_success=") && number.ends_with(";;93600;0"))
    );
}
