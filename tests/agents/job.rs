//! Jobs as the service would send them, and a service that does.

use std::time::Duration;

use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};

use super::support::answers::{answer, ok};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

pub const ID: &str = "FB20261123220000000001";

/// The text of a time so long ago.
pub fn ago(duration: Duration) -> String {
    (Utc::now() - duration).to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub const fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours * 3600)
}

/// A job that began four hours ago and ended three hours ago. Half a minute more: the words are of whole minutes.
pub fn job(state: &str) -> Value {
    let half = Duration::from_secs(30);
    json!({
        "id": ID, "state": state, "startTime": ago(hours(4) + half), "finishTime": ago(hours(3) + half),
        "duration": "1.0",
        "backupDetails": {"totalNumber": 200, "failedNumber": 0, "successfulNumber": 200, "skippedNumber": 0},
        "jobErrors": [],
    })
}

/// The job with members changed; null takes one away.
pub fn with(mut job: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        job[name] = value.clone();
    }
    job
}

/// A job that still runs, for two hours.
pub fn running() -> Value {
    let start = ago(hours(2) + Duration::from_secs(30));
    with(job("In Progress"), json!({"startTime": start, "finishTime": null, "duration": null}))
}

/// A job with 4 of 200 objects failed and two kinds of errors.
pub fn with_errors(state: &str) -> Value {
    with(
        job(state),
        json!({
            "backupDetails": {"totalNumber": 200, "failedNumber": 4, "successfulNumber": 190, "skippedNumber": 6},
            "jobErrors": [
                {"isErrorCode": true, "value": "The item is checked out.", "url": "https://learn.example.com/e/19", "number": 3},
                {"isErrorCode": false, "value": "The file was changed | moved.", "url": null, "number": 1},
            ],
        }),
    )
}

pub fn envelope(job: &Value) -> String {
    json!({
        "statusCode": 200, "message": "", "errors": null, "data": job, "requestId": "request-7",
        "timestamp": ago(Duration::ZERO), "traceId": "trace-7",
    })
    .to_string()
}

/// Answers everything with the job.
pub fn service(job: &Value) -> ScriptedServer {
    answering(ok(envelope(job)))
}

/// Answers everything with the same bytes.
pub fn answering(bytes: Vec<u8>) -> ScriptedServer {
    ScriptedServer::start([vec![Step::Behave(bytes)]], Afterwards::RepeatLast)
}

/// Answers everything with a status.
pub fn refusing(status: &str) -> ScriptedServer {
    answering(answer(status, ""))
}

/// The environment of a program that asks this service, with a token of its own.
pub fn environment(url: &str) -> Vec<(&str, &str)> {
    vec![("TZ", "UTC"), ("CBJ_BASE_URL", url), ("CBJ_ACCESS_TOKEN", "token-of-the-test"), ("CBJ_MAX_RETRIES", "0")]
}
