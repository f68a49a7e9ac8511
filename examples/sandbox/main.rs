//! The sandbox: a small server on loopback in place of the job endpoints of Cloud Backup for Microsoft 365 and its identity
//! service. With it, the library can be tried without a tenant.
//!
//! It is not affiliated with the vendor. Nothing in its answers comes from a real tenant.
//!
//! `cargo run --example sandbox -- --help` lists its options.

#![allow(clippy::print_stderr, reason = "a command-line program reports there")]

mod arguments;
mod introduction;
mod service;

use arguments::{Command, USAGE, parse};
use introduction::introduction;
use service::{Options, Sandbox};
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

/// A program that starts the sandbox reads the URL from a pipe, so the text must be flushed.
fn print(text: &str) -> std::io::Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
