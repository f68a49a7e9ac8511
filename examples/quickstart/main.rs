//! Answers the question whether last night's backups ran: `cargo run --example quickstart` prints a table with the last
//! run of each kind of object, and the errors of the runs that were not fine. `-- JOB_ID ...` prints single jobs.
//!
//! If the environment has `CBJ_*` variables, the program asks the real service. If not, it starts the sandbox in this process
//! and asks that.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

mod details;
mod report;
#[path = "../sandbox/service.rs"]
mod sandbox;
mod text;

use std::env;
use std::io::{IsTerminal, stdout};
use std::process::ExitCode;

use chrono::Local;
use cloudbackupjobs::{Client, Config, Error};

/// Something that was asked for has no answer.
const EXIT_NO_ANSWER: u8 = 1;
/// The configuration is wrong, or the sandbox does not start.
const EXIT_NO_CLIENT: u8 = 2;

fn main() -> ExitCode {
    let client = match client() {
        Ok(client) => client,
        Err(reason) => {
            eprintln!("{reason}");
            return ExitCode::from(EXIT_NO_CLIENT);
        }
    };
    let job_ids: Vec<String> = env::args().skip(1).collect();
    let outcome = if job_ids.is_empty() { print_report(&client) } else { Ok(print_jobs(&client, &job_ids)) };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(EXIT_NO_ANSWER),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(EXIT_NO_ANSWER)
        }
    }
}

/// A client of the service that the environment names, or else of a new sandbox.
fn client() -> Result<Client, String> {
    let is_configured = env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("CBJ_"));
    let config = if is_configured {
        Config::new().load_env().map_err(|error| error.to_string())?
    } else {
        config_of_a_sandbox()?
    };
    Client::new(&config).map_err(|error| error.to_string())
}

fn config_of_a_sandbox() -> Result<Config, String> {
    let options = sandbox::Options::default();
    let (client_id, secret) = (options.client_id.clone(), options.client_secret.clone());
    let sandbox = sandbox::Sandbox::start(options).map_err(|error| format!("cannot start the sandbox: {error}"))?;
    println!("No CBJ_* variable is set, so this program asks the sandbox at {}.\n", sandbox.base_url());
    let config = Config::new().base_url(sandbox.base_url()).identity_url(sandbox.identity_url());
    Ok(config.client_secret(client_id, secret))
}

/// Returns whether there is an answer for every kind.
fn print_report(client: &Client) -> Result<bool, Error> {
    let now = Local::now();
    let rows = report::ask(client, report::since(now))?;
    print!("{}", report::report(&rows, now, has_colour()));
    Ok(rows.iter().all(|row| row.summary.is_ok()))
}

/// <https://no-color.org>
fn has_colour() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = env::var_os("TERM").is_none_or(|terminal| terminal == "dumb");
    stdout().is_terminal() && !is_set("NO_COLOR") && !is_dumb
}

/// Returns whether there is an answer for every job.
fn print_jobs(client: &Client, job_ids: &[String]) -> bool {
    let mut all = true;
    for job_id in job_ids {
        match client.get_job(job_id) {
            Ok(job) => println!("{}", details::details(&job)),
            Err(error) => {
                eprintln!("{error}");
                all = false;
            }
        }
    }
    all
}
