//! An access token is renewed before its end: which calls wait for the renewal, and what happens if it fails.
#![allow(missing_docs, reason = "a test program")]

mod support;

use std::thread::sleep;
use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;
use support::abi::{Client, Lines, Setup};
use support::answers::{self, JOB, JOB_ID, ok};
use support::c_program::{self, Linking};
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

/// The lifetime of the token in seconds. The token is renewed in the last tenth.
const LIFETIME: u64 = 4;
const RENEWAL_BEGINS: Duration = Duration::from_millis(3650);
const ENDS: Duration = Duration::from_millis(4050);

fn token(text: &str) -> Vec<u8> {
    ok(format!(r#"{{"access_token":"{text}","expires_in":{LIFETIME},"token_type":"Bearer"}}"#))
}

struct Parties {
    identity: ScriptedServer,
    service: ScriptedServer,
    client: Client,
    lines: &'static Lines,
    fetched: Instant,
}

/// A client that has its first token. The identity service runs `then` on all further connections.
fn start(then: Script) -> Parties {
    let first = vec![Step::Request, Step::Send(token("old")), Step::Close];
    let identity = ScriptedServer::start([first, then], Afterwards::RepeatLast);
    let service = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let lines = Lines::new();
    let client = Setup::new()
        .base_url(&service.url())
        .identity_url(&identity.url())
        .client_secret("id", "s3cret")
        .timeout_ms(6000)
        .log(lines, CBJ_LOG_WARN)
        .client();
    client.get_job(JOB_ID, None).expect("is there");
    Parties { identity, service, client, lines, fetched: Instant::now() }
}

impl Parties {
    fn wait_until(&self, since_fetched: Duration) {
        sleep(since_fetched.saturating_sub(self.fetched.elapsed()));
    }

    fn last_token(&self) -> String {
        let requests = self.service.requests();
        let head = &requests.last().expect("was asked").head;
        head.split("Bearer ").nth(1).and_then(|rest| rest.lines().next()).expect("has a token").to_owned()
    }
}

#[test]
fn a_renewal_that_fails_while_the_token_holds_is_no_error() {
    let rows: [(&str, Script); 4] = [
        ("unavailable", vec![Step::Behave(answers::answer("503 Busy", ""))]),
        ("refuses", vec![Step::Behave(answers::answer("401 No", r#"{"error":"invalid_client"}"#))]),
        ("resets", vec![Step::ReadSome, Step::Reset]),
        ("no token", vec![Step::Behave(ok("{}"))]),
    ];
    std::thread::scope(|scope| {
        for (row, then) in rows {
            scope.spawn(move || {
                let parties = start(then);
                parties.wait_until(RENEWAL_BEGINS);
                for _ in 0..3 {
                    parties.client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}: {failure:?}"));
                }
                assert_eq!(parties.last_token(), "old", "{row}");
                // The renewal was tried once, and then not again for a while.
                assert_eq!(parties.identity.connections(), 2, "{row}");
                let warnings = parties.lines.of(CBJ_LOG_WARN);
                let begin = format!(
                    "The access token is still valid but could not be renewed. POST {}",
                    parties.identity.url()
                );
                assert!(warnings.len() == 1 && warnings[0].starts_with(&begin), "{row}: {warnings:?}");
                parties.wait_until(ENDS);
                // The old token has ended, so a failed renewal fails the call.
                parties.client.get_job(JOB_ID, None).expect_err(row);
            });
        }
    });
}

#[test]
fn a_renewal_takes_its_share_of_the_callers_time_and_nobody_elses() {
    let parties = &start(vec![Step::Stall]);
    parties.wait_until(RENEWAL_BEGINS);
    let mut times: Vec<(bool, Duration)> = std::thread::scope(|scope| {
        let call = |client: &Client| {
            let (job, time) = client.timed(JOB_ID);
            (job.is_ok(), time)
        };
        let calls: Vec<_> = (0..4).map(|_| scope.spawn(move || call(&parties.client))).collect();
        calls.into_iter().map(|call| call.join().expect("no panic")).collect()
    });
    times.sort_by_key(|(_, time)| *time);
    for (is_there, time) in &times[..3] {
        assert!(*is_there && *time < Duration::from_millis(300), "{times:?}");
    }
    // When the renewing call has used its share of 2 s, the token has ended. So the call tries again with all of its
    // time.
    let (is_there, time) = times[3];
    assert!(!is_there && (5950..6250).contains(&time.as_millis()), "{times:?}");
    assert_eq!(parties.identity.connections(), 3);
}

#[test]
fn a_token_renewed_ahead_of_its_end_is_used_from_then_on() {
    let parties = start(vec![Step::Behave(token("new"))]);
    parties.wait_until(RENEWAL_BEGINS);
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| parties.client.get_job(JOB_ID, None).expect("is there"));
        }
    });
    parties.client.get_job(JOB_ID, None).expect("is there");
    assert_eq!(parties.last_token(), "new");
    assert_eq!(parties.identity.requests().len(), 2, "one renewal for all");
    assert_eq!(parties.lines.all().len(), 0);
}

#[test]
fn the_wall_clock_makes_no_token_older_or_younger() {
    let identity = ScriptedServer::start([vec![Step::Behave(answers::token("t"))]], Afterwards::RepeatLast);
    let service = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let preload = c_program::compile_preload("tests/c/wall_clock.c");
    let program = c_program::compile("tests/c/clock_jumps.c", Linking::Shared);
    let output = c_program::run(
        &program,
        &[&service.url(), &identity.url(), JOB_ID],
        &[("LD_PRELOAD", preload.to_str().expect("is UTF-8"))],
    );
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "7 jobs\n");
    assert_eq!((identity.requests().len(), service.requests().len()), (1, 7));
}
