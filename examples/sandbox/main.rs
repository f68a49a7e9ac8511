//! The sandbox: a small server on loopback in place of the job endpoints of Cloud Backup for Microsoft 365 and its identity
//! service. With it, the library can be tried without a tenant.
//!
//! It is not affiliated with the vendor. Nothing in its answers comes from a real tenant.
//!
//! `cargo run --example sandbox -- --help` lists its options.

#![allow(clippy::print_stderr, reason = "a command-line program reports there")]

mod arguments;
mod service;

use arguments::{Command, USAGE, parse};
use service::{
    BACKUP, EXCHANGE_ONLINE, HISTORY_DAYS, JOBS, LIST_PATH, MISSING, Options, POWER_BI, SHAREPOINT_ONLINE, Sandbox,
    TEAMS, UNKNOWN,
};
use std::io::{Error, Write};
use std::process::ExitCode;
use std::thread;

const EXIT_USAGE: u8 = 2;

fn main() -> ExitCode {
    let outcome = match parse(arguments()) {
        Ok(Command::Serve(options)) => serve(*options),
        Ok(Command::Help) => print(USAGE),
        Err(message) => {
            eprintln!("sandbox: {message}\n\n{USAGE}");
            return ExitCode::from(EXIT_USAGE);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sandbox: {error}");
            ExitCode::FAILURE
        }
    }
}

/// An argument that is not UTF-8 becomes an unknown option.
fn arguments() -> impl Iterator<Item = String> {
    std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned())
}

fn serve(options: Options) -> std::io::Result<()> {
    let sandbox = Sandbox::start(options.clone())
        .map_err(|error| Error::new(error.kind(), format!("cannot listen on port {}: {error}", options.port)))?;
    print(&introduction(&sandbox, &options))?;
    loop {
        thread::park();
    }
}

fn introduction(sandbox: &Sandbox, options: &Options) -> String {
    let (base, identity) = (sandbox.base_url(), sandbox.identity_url());
    let (client, secret) = (&options.client_id, &options.client_secret);
    let listed = JOBS.iter().map(|job| (job.id, job.shows));
    let unlisted = [
        (UNKNOWN, "no such job: HTTP 200 with \"data\":null, as for any other unknown id"),
        (MISSING, "no such job: HTTP 404, as for any id that starts with MISSING"),
    ];
    let jobs: String = listed.chain(unlisted).map(|(id, shows)| line(id, shows)).collect();
    format!(
        "Base URL:       {base}\n\
         Identity URL:   {identity}\n\
         Client id:      {client}\n\
         Client secret:  {secret}\n\
         Scope:          {scope}\n\
         \n\
         Jobs:\n{jobs}\n\
         {list}\n\
         For the environment:\n\
         export CBJ_BASE_URL={base} CBJ_IDENTITY_URL={identity} CBJ_CLIENT_ID={client} CBJ_CLIENT_SECRET={secret}\n\
         \n\
         This is not the real service, and not affiliated with its vendor. It waits for requests; stop it with Ctrl+C.\n",
        scope = options.scope,
        list = list(sandbox, options),
    )
}

/// What the list shows, and ids out of it to ask for.
fn list(sandbox: &Sandbox, options: &Options) -> String {
    let seconds = options.run_time.as_secs();
    let lines: String = [
        (EXCHANGE_ONLINE, format!("Exchange Online: running; ends {seconds} s after the start of the sandbox")),
        (SHAREPOINT_ONLINE, "SharePoint Online: failed last night".to_owned()),
        (TEAMS, "Teams: finished with exceptions".to_owned()),
        (POWER_BI, "Power BI: the last run, more than three days ago".to_owned()),
    ]
    .iter()
    .filter_map(|(object_type, shows)| {
        let backups = sandbox.runs().iter().filter(|run| (run.job_type, run.object_type) == (BACKUP, *object_type));
        backups.max_by_key(|run| run.start).map(|run| line(&run.id, shows))
    })
    .collect();
    format!(
        "The list at {LIST_PATH} has {} other jobs, of the {HISTORY_DAYS} days until now. Some of them:\n{lines}",
        sandbox.runs().len()
    )
}

fn line(id: &str, shows: &str) -> String {
    format!("  {id:<24}  {shows}\n")
}

/// A program that starts the sandbox reads the URL from a pipe, so the text must be flushed.
fn print(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
