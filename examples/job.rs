//! Prints one job, in Rust: `cargo run --example job -- FB20241015105312327583`.
//!
//! The environment needs the variables that the sandbox prints. For the real service, set `CBJ_DATA_CENTER` instead of the
//! two URLs.
#![allow(clippy::print_stdout, reason = "an example prints")]

use cloudbackupjobs::{Client, Config};
use std::env;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = Config::new().load_env()?;
    let job = Client::new(&config)?.get_job(&env::args().nth(1).ok_or("usage: cargo run --example job -- JOB_ID")?)?;
    println!("{}: {:?} objects failed", job.state_text().unwrap_or("no state"), job.failed_count());
    job.errors().for_each(|error| println!("{}", error.message().unwrap_or("(no text)")));
    Ok(())
}
