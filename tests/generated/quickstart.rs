//! What the quickstart prints, for README: of a sandbox whose time is fixed, so that it is the same whenever it is made.

use std::time::SystemTime;

use chrono::{DateTime, FixedOffset};
use cloudbackupjobs::{Client, Config};

use super::report::{ask, report, since};
use crate::artefact::Artefact;
use crate::support::sandbox::{Options, Sandbox};

/// The rows that README shows: what runs now, what failed, what has exceptions, and what has not run for days.
const SHOWN: [&str; 5] = ["KIND", "exchange-online", "sharepoint-online", "teams", "power-bi"];

/// Some rows of the table, and the first error below it.
pub fn of_readme() -> Artefact {
    Artefact::region("README.md", "quickstart", |_| {
        let printed = report_in_the_morning();
        let (_, table) = printed.split_once("\n\n").expect("the table follows a heading");
        let (table, errors) = table.split_once("\n\n").expect("errors follow the table");
        let rows = table.lines().filter(|row| row.split(' ').next().is_some_and(|kind| SHOWN.contains(&kind)));
        let lines: Vec<&str> = rows.chain([""]).chain(errors.lines().take(3)).collect();
        format!("```text\n{}\n```\n", lines.join("\n"))
    })
}

fn report_in_the_morning() -> String {
    let now: DateTime<FixedOffset> = "2026-11-25T06:00:00+01:00".parse().expect("is a time");
    let options = Options { start_time: Some(SystemTime::from(now)), ..Options::default() };
    let sandbox = Sandbox::start(options).expect("the sandbox starts");
    let config = Config::new().base_url(sandbox.base_url()).identity_url(sandbox.identity_url());
    let client = Client::new(&config.client_secret("sandbox-client", "sandbox-secret")).expect("is complete");
    report(&ask(&client, since(now)).expect("the sandbox answers"), now, false)
}
