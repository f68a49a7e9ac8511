//! Runs of a kind as the service would list them.

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::job::with;
use super::support::list_server::{Asked, ListServer, page};
use super::support::scripted_server::Script;

/// The service's number of the first kinds of objects.
pub const EXCHANGE_ONLINE: &str = "1";
pub const SHAREPOINT_ONLINE: &str = "2";
pub const ONEDRIVE: &str = "3";
pub const TEAMS: &str = "7";

/// The text of a time so many hours ago, and half a minute more: the words are of whole minutes.
fn hours_ago(hours: f64) -> String {
    let time = Utc::now() - TimeDelta::seconds(30) - TimeDelta::milliseconds((hours * 3_600_000.0) as i64);
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// A run with 200 objects that began and ended so many hours ago.
pub fn run(id: &str, state: &str, began: f64, ended: f64) -> Value {
    json!({
        "id": id, "state": state,
        "startTime": hours_ago(began), "finishTime": hours_ago(ended),
        "duration": "1.0",
        "backupDetails": {"totalCount": 200, "failedCount": 0, "successfulCount": 200, "skippedCount": 0},
        "jobErrors": [],
    })
}

/// A run that succeeded so many hours ago, after an hour.
pub fn finished(id: &str, ended: f64) -> Value {
    run(id, "Finished", ended + 1.0, ended)
}

/// A run that failed so many hours ago, after an hour, with 4 objects and an error.
pub fn failed(id: &str, ended: f64) -> Value {
    with(
        run(id, "Failed", ended + 1.0, ended),
        json!({
            "backupDetails": {"totalCount": 200, "failedCount": 4, "successfulCount": 190, "skippedCount": 6},
            "jobErrors": [{"isErrorCode": true, "value": "The item is checked out.", "url": "https://learn.example.com/e/19", "number": 4}],
        }),
    )
}

/// A run that began so many hours ago and is in progress.
pub fn in_progress(id: &str, began: f64) -> Value {
    with(run(id, "In Progress", began, 0.0), json!({"finishTime": null, "duration": null}))
}

/// A page with these runs, and no others on any page.
pub fn listed(runs: &[Value]) -> Script {
    let total = runs.len();
    page(runs.iter().map(Value::to_string), &format!(r#""totalCount":{total},"nextLink":"""#))
}

/// A service that lists these runs for each kind, whatever else is asked for. It has none of other kinds.
pub fn service_of(kinds: impl IntoIterator<Item = (&'static str, Vec<Value>)>) -> ListServer {
    let kinds: Vec<_> = kinds.into_iter().collect();
    let asks_for = |asked: &Asked, kind: &str| asked.parameter("objectType") == Some(kind);
    ListServer::start(move |asked| {
        listed(kinds.iter().find(|(kind, _)| asks_for(asked, kind)).map_or(&[], |(_, runs)| runs))
    })
}
