//! `check_cloudbackup_job --latest`: what it asks the service, and what it does when the service is away.

use std::process::Command;
use std::time::{Duration, Instant};

use super::build::{plugin, sanitized_plugin};
use super::job::environment;
use super::plugin::{VERDICTS, stdout};
use super::plugin_kinds::{THREE, latest, words};
use super::runs::{EXCHANGE_ONLINE, ONEDRIVE, SHAREPOINT_ONLINE, finished};
use super::support::answers::{answer, ok};
use super::support::c_program;
use super::support::list_server::ListServer;
use super::support::patience::{in_time, there};
use super::support::scripted_server::{Script, Step};

/// Answers about SharePoint like this, and about all else with a run that succeeded.
fn failing(answer: Script) -> ListServer {
    ListServer::start(move |asked| {
        if asked.parameter("objectType") == Some(SHAREPOINT_ONLINE) {
            answer.clone()
        } else {
            super::runs::listed(&[finished("IB1", 5.0)])
        }
    })
}

#[test]
fn a_service_that_is_away_is_asked_once() {
    // What the row shows, the answer, the requests that are made, the verdict, the first line, and lines below it.
    type Row = (&'static str, Script, usize, usize, &'static str, &'static [&'static str]);
    let rows: Vec<Row> = vec![
        (
            "503",
            vec![Step::Send(answer("503 Service Unavailable", ""))],
            2,
            3,
            "sharepoint-online, onedrive: API answers 503; 1 of 3 kinds OK",
            &["[UNKNOWN] sharepoint-online: API answers 503", "[UNKNOWN] onedrive: API answers 503"],
        ),
        ("401", vec![Step::Send(answer("401 Unauthorized", ""))], 2, 3, "", &[]),
        ("403", vec![Step::Send(answer("403 Forbidden", ""))], 2, 3, "", &[]),
        // Its connection was kept open, so the request is made again on a new one.
        ("cut off", vec![Step::Reset], 3, 3, "", &[]),
        ("not JSON", vec![Step::Send(ok("<html>"))], 2, 3, "", &[]),
        // These say nothing about the next kind.
        (
            "400",
            vec![Step::Send(answer("400 Bad Request", ""))],
            3,
            3,
            "sharepoint-online: API rejects the request (400); 2 of 3 kinds OK",
            &["[UNKNOWN] sharepoint-online: API rejects the request (400)"],
        ),
        (
            "404",
            vec![Step::Send(answer("404 Not Found", ""))],
            3,
            3,
            "sharepoint-online: API answers 404; 2 of 3 kinds OK",
            &[],
        ),
    ];
    for (what, script, requests, verdict, says, lines) in rows {
        let server = failing(script);
        let output = latest(sanitized_plugin(), &server, &[THREE]);
        let got = words(&output);
        assert_eq!(output.status.code(), i32::try_from(verdict).ok(), "{what}: {got:?}");
        assert_eq!(server.asked().len(), requests, "{what}: {got:?}");
        if !says.is_empty() {
            assert_eq!(got[0], format!("BACKUP UNKNOWN - {says}"), "{what}");
        }
        for line in lines {
            assert!(got.iter().any(|other| other.starts_with(line)), "{what}: {line}: {got:?}");
        }
        assert_eq!(got.iter().filter(|line| line.starts_with("CBJ_ERROR_")).count(), 1, "{what}: {got:?}");
        assert!(got.last().is_some_and(|line| line.starts_with("[OK] ")), "{what}: {got:?}");
    }
    // All of them in one line, with the details once.
    let away = ListServer::start(|_| vec![Step::Send(answer("503 Service Unavailable", ""))]);
    for (options, requests, verdict) in [
        (&[THREE][..], 1, 3),
        (&["--object-type=exchange-online"], 1, 3),
        (&[THREE, "--on-unavailable=critical"], 1, 2),
        (&[THREE, "--on-unavailable=critical", "--on-server=warning"], 1, 1),
        (&["--object-type=any"], 1, 2),
        (&["--object-type=any", "--on-unavailable=warning"], 1, 1),
    ] {
        let before = away.asked().len();
        let output = latest(plugin(), &away, options);
        let got = words(&output);
        assert_eq!(got[0], format!("BACKUP {} - API answers 503", VERDICTS[verdict]), "{options:?}");
        assert_eq!(output.status.code(), i32::try_from(verdict).ok(), "{options:?}");
        assert_eq!(away.asked().len() - before, requests, "{options:?}");
        assert_eq!(got.iter().filter(|line| line.starts_with("CBJ_ERROR_SERVER")).count(), 1, "{options:?}: {got:?}");
    }
    // The verdict of one job, too.
    let url = away.url();
    for (options, verdict) in [(&[][..], 3), (&["--on-unavailable", "critical"], 2)] {
        let output = c_program::run(plugin(), &[&["-j", "FB1"], options].concat(), &environment(&url));
        assert_eq!(output.status.code(), Some(verdict), "{options:?}");
    }
}

#[test]
fn one_run_is_one_connection_and_a_list_for_each_kind() {
    let twelve: Vec<&str> =
        "exchange-online,sharepoint-online,onedrive,microsoft-365-groups,project-online,public-folder,teams,\
        viva-engage,teams-chat,power-bi,power-automate,power-apps"
            .split(',')
            .collect();
    let server = ListServer::start(|_| super::runs::listed(&[finished("IB1", 5.0)]));
    let output = latest(plugin(), &server, &["--object-type", &twelve.join(",")]);
    assert_eq!(
        words(&output)[0],
        "BACKUP OK - 12 kinds: oldest success 5 h ago (exchange-online), 0 of 12 runs failed"
    );
    assert_eq!((server.connections(), server.asked().len()), (1, 12));
    let kinds: Vec<String> =
        server.asked().iter().filter_map(|asked| asked.parameter("objectType").map(str::to_owned)).collect();
    assert_eq!(kinds, (1..=12).map(|kind| kind.to_string()).collect::<Vec<_>>());
    assert!(server.asked().iter().all(|asked| asked.parameter("jobType") == Some("1")), "restores never count");
    // Whether the API answers at all is one request.
    let before = server.asked().len();
    let output = latest(plugin(), &server, &["--object-type=any"]);
    assert_eq!(stdout(&output), "BACKUP OK - API answers\n");
    assert_eq!((output.status.code(), server.asked().len() - before), (Some(0), 1));
}

#[test]
fn ages_are_those_of_one_moment() {
    // The oldest success is that of the first kind, by 2 seconds. The service answers about the first kind after 4 seconds, so
    // the plugin asks about the second kind when its success is older than the first one was at the first question.
    let runs = [(EXCHANGE_ONLINE, 0.0), (SHAREPOINT_ONLINE, 2.0), (ONEDRIVE, 3600.0)]
        .map(|(kind, younger)| (kind, super::runs::listed(&[finished("IB1", 5.0 - younger / 3600.0)])));
    let server = ListServer::start(move |asked| {
        let (kind, listed) =
            runs.iter().find(|(kind, _)| asked.parameter("objectType") == Some(kind)).expect("is asked");
        let late = (*kind == EXCHANGE_ONLINE).then_some(Step::Pause(Duration::from_secs(4)));
        late.into_iter().chain(listed.clone()).collect()
    });
    let output = latest(plugin(), &server, &[THREE, "--timeout=60"]);
    let says = "BACKUP OK - 3 kinds: oldest success 5 h ago (exchange-online), 0 of 3 runs failed";
    assert_eq!(words(&output)[0], says);
}

#[test]
fn all_kinds_together_end_in_time() {
    // Each list takes most of the time that all of them have.
    let slow = ListServer::start(|asked| {
        let mut script = super::runs::listed(&[finished("IB1", 5.0)]);
        if asked.parameter("objectType") != Some(EXCHANGE_ONLINE) {
            script.insert(0, Step::Pause(there(Duration::from_millis(500))));
        }
        script
    });
    let url = slow.url();
    let timeout = there(Duration::from_millis(800)).as_secs_f64().to_string();
    let no_answer = format!("onedrive: no answer within {timeout} s (--timeout); 2 of 3 kinds OK");
    for (signal, options, exit, says) in [
        ("", &["-t", &*timeout][..], 3, &*no_answer),
        ("", &["-t", &*timeout, "--on-timeout=critical"], 2, &*no_answer),
        ("TERM", &["-t", "9"], 3, "onedrive: ended by a signal before there was an answer; 2 of 3 kinds OK"),
    ] {
        in_time(says, there(Duration::from_millis(1050)), || {
            let begin = Instant::now();
            let mut command = Command::new(plugin());
            command.args(["--latest", THREE]).args(options).env_clear().envs(environment(&url));
            let child = command.stdout(std::process::Stdio::piped()).spawn().expect("starts");
            if !signal.is_empty() {
                std::thread::sleep(there(Duration::from_millis(750)));
                let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
                assert!(sent.expect("kill is there").success());
            }
            let output = child.wait_with_output().expect("ends");
            let took = begin.elapsed();
            assert_eq!(output.status.code(), Some(exit), "{output:?}");
            assert_eq!(words(&output)[0].split_once(" - ").map(|(_, text)| text), Some(says), "{options:?}");
            took
        });
    }
}
