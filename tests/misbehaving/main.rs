//! Servers that misbehave, over real sockets and through the C ABI: one row each, with the error that the caller gets.
//!
//! Every row also proves that the call made no second attempt, that it ended before its deadline, and that the same
//! client gets the right job with its next call, whatever the first answer left on the connection.
#![allow(missing_docs, reason = "a test program has no users of its items")]

mod bodies;
mod breaking;
mod envelopes;
mod heads;
mod lengths;
mod statuses;
#[path = "../support/mod.rs"]
mod support;

use std::time::Duration;

use cloudbackupjobs::ffi::*;
use support::abi::{Failure, Setup, name};
use support::answers::{JOB_ID, job_named, ok};
use support::patience::TOLERANCE;
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

/// The deadline of the rows that wait for it.
const SHORT: Duration = Duration::from_millis(600);

/// The deadline of all other rows: a row that wrongly waits for it gets CBJ_ERROR_TIMEOUT and fails.
const LONG: Duration = Duration::from_secs(10);

/// The `max_response_bytes` of every row's client.
pub const LARGEST: usize = 65_536;

/// The job of a row's second call. The first call's job, if there is one, is [`JOB_ID`].
const NEXT_JOB_ID: &str = "FB20261123000000000001";

/// The result of a call.
pub enum Outcome {
    /// The job [`JOB_ID`].
    Job,
    Error {
        status: cbj_status,
        http_status: i32,
        words: Vec<String>,
    },
}

pub struct Row {
    name: String,
    script: Script,
    outcome: Outcome,
    retryable: Option<i32>,
}

/// A row whose call succeeds.
pub fn succeeds(name: impl Into<String>, script: Script) -> Row {
    Row { name: name.into(), script, outcome: Outcome::Job, retryable: None }
}

/// A row whose call fails with `words` in the message.
pub fn fails(
    name: impl Into<String>,
    script: Script,
    status: cbj_status,
    http_status: u16,
    words: impl IntoIterator<Item = impl Into<String>>,
) -> Row {
    let words = words.into_iter().map(Into::into).collect();
    let outcome = Outcome::Error { status, http_status: http_status.into(), words };
    Row { name: name.into(), script, outcome, retryable: None }
}

impl Row {
    /// Adds the expected result of `cbj_error_is_retryable`.
    pub fn retryable(self, retryable: bool) -> Self {
        Self { retryable: Some(retryable.into()), ..self }
    }
}

/// The connection sends these bytes as the answer. Another request on it gets a good answer.
pub fn answers(bytes: impl Into<Vec<u8>>) -> Script {
    vec![Step::Request, Step::Send(bytes.into()), behave()]
}

/// The connection sends these bytes and is then closed.
pub fn answers_and_closes(bytes: impl Into<Vec<u8>>) -> Script {
    vec![Step::Request, Step::Send(bytes.into()), Step::Close]
}

fn behave() -> Step {
    Step::Behave(ok(job_named(NEXT_JOB_ID)))
}

/// Runs every row, and reports all that failed.
pub fn check(rows: Vec<Row>) {
    assert!(!rows.is_empty());
    let failed: Vec<String> = rows
        .into_iter()
        .filter_map(|row| {
            let name = row.name.clone();
            run(row).err().map(|reason| format!("{name}: {reason}"))
        })
        .collect();
    assert!(failed.is_empty(), "{} rows failed:\n{}", failed.len(), failed.join("\n"));
}

fn run(row: Row) -> Result<(), String> {
    let requests = row.script.iter().filter(|step| matches!(step, Step::Request)).count();
    let deadline = match row.outcome {
        Outcome::Error { status: CBJ_ERROR_TIMEOUT, .. } => SHORT,
        _ => LONG,
    };
    // A second connection gets good answers, so that an unwanted attempt would succeed and be seen.
    let server = ScriptedServer::start([row.script, vec![behave()]], Afterwards::RepeatLast);
    let client = Setup::with_token(&server.url())
        .timeout_ms(deadline.as_millis().try_into().expect("is small"))
        .max_retries(0)
        .max_response_bytes(LARGEST as u64)
        .client();
    let (result, elapsed) = client.timed(JOB_ID);

    ensure(elapsed < deadline + TOLERANCE, || format!("took {elapsed:?} of {deadline:?}"))?;
    match (&row.outcome, result) {
        (Outcome::Job, Ok(job)) => ensure(job.id.as_deref() == Some(JOB_ID), || format!("{job:?}"))?,
        (Outcome::Error { .. }, Err(failure)) => check_failure(&row.outcome, row.retryable, &failure)?,
        (_, other) => return Err(format!("{other:?}")),
    }
    let came = (server.connections(), server.requests().len());
    ensure(came == (1, requests), || format!("{came:?} connections and requests"))?;

    let next = client.get_job(NEXT_JOB_ID, None);
    let right = next.as_ref().is_ok_and(|job| job.id.as_deref() == Some(NEXT_JOB_ID));
    ensure(right, || format!("the next call got {next:?}"))
}

fn check_failure(expected: &Outcome, retryable: Option<i32>, failure: &Failure) -> Result<(), String> {
    let Outcome::Error { status, http_status, words } = expected else { unreachable!("the row expects an error") };
    ensure(failure.status == *status, || format!("{}, wanted {}: {failure:?}", name(failure.status), name(*status)))?;
    ensure(failure.http_status == *http_status, || format!("HTTP status, wanted {http_status}: {failure:?}"))?;
    for word in words {
        ensure(failure.message.contains(word.as_str()), || format!("no {word:?} in {:?}", failure.message))?;
    }
    // The message always says what was asked of whom, and never contains the host's token.
    let asked = failure.message.starts_with("GET http://127.0.0.1:")
        && failure.message.contains(&format!("/backup/m365/cloudbackupjobs/{JOB_ID}: "));
    ensure(asked, || format!("what was asked is not in {:?}", failure.message))?;
    ensure(!format!("{failure:?}").contains("token-of-the-host"), || format!("the token is in {failure:?}"))?;
    ensure(retryable.is_none_or(|retryable| failure.is_retryable == retryable), || format!("retryable: {failure:?}"))
}

fn ensure(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}
