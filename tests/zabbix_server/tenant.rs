//! The service, with the jobs of one tenant, under the control of a test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use super::job::{ago, hours, job, running, with, with_errors};
use super::support::answers::answer;
use super::support::list_server::{Asked, ListServer, sends};
use super::support::scripted_server::{Script, Step};

pub const MAILBOXES: u8 = 1;
pub const SITES: u8 = 2;
pub const ONEDRIVE: u8 = 3;
pub const TEAMS: u8 = 7;

#[derive(Default)]
struct State {
    /// The backups about each type of objects.
    jobs: BTreeMap<u8, Vec<Value>>,
    is_away: bool,
    /// The type of objects whose list lacks a job, if one does.
    incomplete: Option<u8>,
}

pub struct Tenant {
    server: ListServer,
    state: Arc<Mutex<State>>,
}

impl Tenant {
    pub fn start() -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let server = ListServer::start({
            let state = Arc::clone(&state);
            move |asked| answer_to(asked, &lock(&state))
        });
        Self { server, state }
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn set_jobs(&self, object_type: u8, jobs: Vec<Value>) {
        lock(&self.state).jobs.insert(object_type, jobs);
    }

    /// From now on, the list of this type lacks a job that its total counts; or no list does.
    pub fn set_incomplete(&self, object_type: Option<u8>) {
        lock(&self.state).incomplete = object_type;
    }

    /// From now on, every request gets the status 503; or none does.
    pub fn set_away(&self, is_away: bool) {
        lock(&self.state).is_away = is_away;
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer_to(asked: &Asked, state: &State) -> Script {
    if state.is_away {
        return vec![Step::Send(answer("503 Service Unavailable", ""))];
    }
    let number = |name| asked.parameter(name).and_then(|text| text.parse::<u8>().ok()).unwrap_or(0);
    let object_type = number("objectType");
    let is_backup = number("jobType") == 1;
    let jobs = state.jobs.get(&object_type).filter(|_| is_backup).cloned().unwrap_or_default();
    let total = jobs.len() + usize::from(state.incomplete == Some(object_type));
    sends(
        json!({
            "statusCode": 200, "message": "", "errors": null, "metadata": {"totalCount": total, "nextLink": ""},
            "data": jobs, "requestId": "request-9", "timestamp": ago(Duration::ZERO), "traceId": "trace-9",
        })
        .to_string(),
    )
}

/// A job that took an hour and ended so many hours (and half a minute) ago. A failed one has errors.
pub fn ended(id: &str, state: &str, hours_ago: u64) -> Value {
    let half = Duration::from_secs(30);
    let times = json!({
        "id": id, "startTime": ago(hours(hours_ago + 1) + half), "finishTime": ago(hours(hours_ago) + half),
    });
    with(if state == "Finished" { job(state) } else { with_errors(state) }, times)
}

/// A job that has been running for so many hours.
pub fn running_for(id: &str, since: u64) -> Value {
    with(running(), json!({"id": id, "startTime": ago(hours(since) + Duration::from_secs(30))}))
}
