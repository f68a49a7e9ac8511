//! The sandbox itself: its history, the list of jobs over plain HTTP, and its command line. What a client makes of the
//! list is tested elsewhere.
#![allow(missing_docs, reason = "a test program")]

mod arguments;
mod filters;
mod history;
mod introduction;
mod next_link;
mod pages;
mod requests;
#[path = "../support/mod.rs"]
mod support;

use serde_json::Value;
use std::time::{Duration, SystemTime};
use support::sandbox::{LIST_PATH, Options, Sandbox};

/// Files of the sandbox's program, which name this module `service`.
#[path = "../../examples/sandbox/arguments.rs"]
mod command_line;
#[path = "../../examples/sandbox/introduction.rs"]
mod greeting;
use support::sandbox as service;

/// 2026-11-17T09:41:37Z, a Tuesday. With a fixed start, a test always sees the same jobs.
fn start_time() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_794_908_497)
}

fn fixed() -> Options {
    Options { start_time: Some(start_time()), ..Options::default() }
}

fn start(options: Options) -> Sandbox {
    Sandbox::start(options).expect("the sandbox starts")
}

/// An answer of the sandbox.
struct Answer {
    status: u16,
    retry_after: Option<String>,
    body: Value,
}

impl Answer {
    fn jobs(&self) -> &[Value] {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body["data"].as_array().expect("is a list")
    }

    fn ids(&self) -> Vec<&str> {
        self.jobs().iter().map(|job| job["id"].as_str().expect("is text")).collect()
    }
}

/// Asks for a path and query, or for a whole URL.
fn ask(sandbox: &Sandbox, target: &str) -> Answer {
    ask_with(sandbox, target, Some(&sandbox.issue_token()))
}

fn ask_with(sandbox: &Sandbox, target: &str, token: Option<&str>) -> Answer {
    let url = if target.starts_with("http:") { target.to_owned() } else { sandbox.base_url() + target };
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.get(&url);
    if let Some(token) = token {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let mut response = request.call().unwrap_or_else(|error| panic!("{url}: {error}"));
    let retry_after = response.headers().get("retry-after").map(|value| value.to_str().expect("is text").to_owned());
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().expect("is text");
    let body = if text.is_empty() { Value::Null } else { text.parse().unwrap_or_else(|_| panic!("{url}: {text}")) };
    Answer { status, retry_after, body }
}

/// Asks the list.
fn list(sandbox: &Sandbox, query: &str) -> Answer {
    ask(sandbox, &format!("{LIST_PATH}?{query}"))
}
