//! The same in Rust: `cargo run --example job -- FB20241015105312327583`, with `CBJ_DATA_CENTER`, `CBJ_CLIENT_ID` and
//! `CBJ_CLIENT_SECRET` in the environment.
#![allow(clippy::print_stdout, reason = "an example prints")]

use cloudbackupjobs::{Client, Config};
use std::env;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credentials = (env::var("CBJ_CLIENT_ID")?, env::var("CBJ_CLIENT_SECRET")?);
    let config = Config::new().data_center(env::var("CBJ_DATA_CENTER")?).client_secret(credentials.0, credentials.1);
    let job = Client::new(&config)?.get_job(&env::args().nth(1).ok_or("which job?")?)?;
    println!("{}: {:?} objects failed", job.state_text().unwrap_or("no state"), job.failed_count());
    job.errors().iter().for_each(|error| println!("{}", error.message().unwrap_or("an error without a text")));
    Ok(())
}
