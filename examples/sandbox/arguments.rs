//! The command line of the sandbox.

use super::service::{Named, NextLink, Options, Order, Total};
use std::time::Duration;

/// What `--help` prints.
pub const USAGE: &str = "\
A server on loopback in place of the job endpoints of Cloud Backup for Microsoft 365 and its
identity service. It has some jobs with fixed ids, each of which shows one way in which the
service answers, and a list with the jobs of the last weeks.

Usage: sandbox [OPTION ...]

  --port N             listen on this port; default 0, any free port
  --latency-ms N       wait this long before each answer; default 0
  --run-seconds N      the job that is running at the start ends after this time; default 300
  --help               print this text

How the list of jobs answers where the service does not document it:

  --order NAME         the order of the jobs, by start time: newest first (the default), oldest
                       first, or unordered
  --total NAME         how many jobs there are on all pages: as totalCount (the default), as
                       totalNumber, as a totalCount that is a string, or none
  --next-link FORM     how a page names the next one:
                         absolute    the default; with the host and port that were asked
                         rooted      begins with /backup
                         relative    cloudbackupjobs?...
                         query-only  ?...
                         token       a text that only the service understands
                         empty       an empty string on every page
                         null        null on every page
                         none        no such member
                         elsewhere   absolute, but at localhost instead of 127.0.0.1. A client that
                                     follows it sends its token to another host; it gets HTTP 400
  --page-limit N       a page has at most N jobs, even if a larger page size is asked for;
                       default: no limit
  --shift              whenever page 1 is asked for, its first job moves to page 0, so that the
                       client gets another job twice and this one never
  --rate-limit-page N  page N, counted from 0, is answered with HTTP 429 and Retry-After: 1 the
                       first time
";

/// What the command line asks for.
pub enum Command {
    /// Start the sandbox.
    Serve(Box<Options>),
    /// Print the usage.
    Help,
}

/// Reads the arguments. For wrong ones, says what is wrong.
pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut options = Options::default();
    while let Some(option) = arguments.next() {
        let mut value = || arguments.next();
        match option.as_str() {
            "--port" => options.port = number(&option, value())?,
            "--latency-ms" => options.latency = Duration::from_millis(number(&option, value())?),
            "--run-seconds" => options.run_time = Duration::from_secs(number::<u32>(&option, value())?.into()),
            "--order" => options.order = named::<Order>(&option, value())?,
            "--total" => options.total = named::<Total>(&option, value())?,
            "--next-link" => options.next_link = named::<NextLink>(&option, value())?,
            "--page-limit" => match number(&option, value())? {
                0 => return Err("--page-limit needs at least 1".to_owned()),
                limit => options.page_limit = Some(limit),
            },
            "--shift" => options.shift = true,
            "--rate-limit-page" => options.rate_limit_page = Some(number(&option, value())?),
            "--help" => return Ok(Command::Help),
            _ => return Err(format!("unknown option: {option}")),
        }
    }
    Ok(Command::Serve(Box::new(options)))
}

fn number<N: std::str::FromStr>(option: &str, value: Option<String>) -> Result<N, String> {
    let value = value.ok_or_else(|| format!("{option} needs a number"))?;
    value.parse().map_err(|_| format!("{option} needs a number that is in range, not {value:?}"))
}

fn named<N: Named>(option: &str, value: Option<String>) -> Result<N, String> {
    let names: Vec<&str> = N::NAMES.iter().map(|(name, _)| *name).collect();
    let needed = format!("{option} needs one of {}", names.join(", "));
    let value = value.ok_or_else(|| needed.clone())?;
    let found = N::NAMES.iter().find(|(name, _)| *name == value);
    found.map(|(_, named)| *named).ok_or_else(|| format!("{needed}, not {value:?}"))
}
