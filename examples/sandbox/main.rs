//! The sandbox: a small server on loopback in place of the job endpoint of Cloud Backup for Microsoft 365 and its identity
//! service. With it, the library can be tried without a tenant.
//!
//! It is not affiliated with the vendor. Nothing in its answers comes from a real tenant.
//!
//! `cargo run --example sandbox -- --help` lists its options.

#![allow(clippy::print_stderr, reason = "a command-line program reports there")]

mod service;

use service::{JOBS, MISSING, Options, Sandbox, UNKNOWN};
use std::io::{Error, Write};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

const USAGE: &str = "\
A server on loopback in place of the job endpoint of Cloud Backup for Microsoft 365 and its identity service.

Usage: sandbox [--port N] [--latency-ms N]

  --port N        listen on this port; default 0, any free port
  --latency-ms N  wait this long before each answer; default 0
  --help          print this text
";

const EXIT_USAGE: u8 = 2;

enum Command {
    Serve(Options),
    Help,
}

fn main() -> ExitCode {
    let outcome = match parse(arguments()) {
        Ok(Command::Serve(options)) => serve(options),
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

fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--port" => options.port = number(&argument, arguments.next())?,
            "--latency-ms" => {
                options.latency = Duration::from_millis(number(&argument, arguments.next())?);
            }
            "--help" => return Ok(Command::Help),
            _ => return Err(format!("unknown option: {argument}")),
        }
    }
    Ok(Command::Serve(options))
}

fn number<N: std::str::FromStr>(option: &str, value: Option<String>) -> Result<N, String> {
    let value = value.ok_or_else(|| format!("{option} needs a number"))?;
    value.parse().map_err(|_| format!("{option} needs a number that is in range, not {value:?}"))
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
    let jobs: String = listed.chain(unlisted).map(|(id, shows)| format!("  {id:<24}  {shows}\n")).collect();
    format!(
        "Base URL:       {base}\n\
         Identity URL:   {identity}\n\
         Client id:      {client}\n\
         Client secret:  {secret}\n\
         Scope:          {scope}\n\
         \n\
         Jobs:\n{jobs}\n\
         For the environment:\n\
         export CBJ_BASE_URL={base} CBJ_IDENTITY_URL={identity} CBJ_CLIENT_ID={client} CBJ_CLIENT_SECRET={secret}\n\
         \n\
         This is not the real service, and not affiliated with its vendor. It waits for requests; stop it with Ctrl+C.\n",
        scope = options.scope,
    )
}

/// A program that starts the sandbox reads the URL from a pipe, so the text must be flushed.
fn print(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
