//! Retrieves a job through the C functions and prints it: `cargo run --example quickstart`.
//!
//! Without configuration it starts the sandbox in this process and asks it. If the environment has `CBJ_*` variables, it
//! asks the real service: `cargo run --example quickstart -- JOB_ID`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "an example prints")]

#[path = "sandbox/service.rs"]
mod sandbox;

use std::env;
use std::ffi::{CStr, CString, c_char};
use std::mem::MaybeUninit;
use std::process::ExitCode;

use chrono::{DateTime, Local};
use cloudbackupjobs::ffi::*;

type TextSetter = unsafe extern "C" fn(Option<&mut cbj_config>, *const c_char) -> cbj_status;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::from(2)
        }
    }
}

/// Returns whether every job was retrieved.
fn run() -> Result<bool, String> {
    let job_ids: Vec<String> = env::args().skip(1).collect();
    let configured = env::vars_os().any(|(name, _)| name.to_string_lossy().starts_with("CBJ_"));
    let mut config = cbj_config_new().ok_or("cannot make a configuration")?;
    if configured {
        if job_ids.is_empty() {
            return Err("usage: cargo run --example quickstart -- JOB_ID ...".to_owned());
        }
        configure_from_environment(&mut config)?;
        return retrieve(config, &job_ids);
    }
    let options = sandbox::Options::default();
    let (client_id, secret) = (options.client_id.clone(), options.client_secret.clone());
    let sandbox = sandbox::Sandbox::start(options).map_err(|error| format!("cannot start the sandbox: {error}"))?;
    println!("No CBJ_* variable is set, so this program asks the sandbox at {}.\n", sandbox.base_url());
    set(&mut config, cbj_config_set_base_url, &sandbox.base_url())?;
    set(&mut config, cbj_config_set_identity_url, &sandbox.identity_url())?;
    set_client_secret(&mut config, &client_id, &secret)?;
    let of_the_sandbox = || vec![sandbox::FINISHED.to_owned(), sandbox::FAILED.to_owned()];
    retrieve(config, &if job_ids.is_empty() { of_the_sandbox() } else { job_ids })
}

fn configure_from_environment(config: &mut cbj_config) -> Result<(), String> {
    let mut error = MaybeUninit::uninit();
    if cbj_config_load_env(Some(config), Some(&mut error)) == CBJ_OK {
        return Ok(());
    }
    // SAFETY: the call wrote a new handle.
    let error = unsafe { Box::from_raw(error.assume_init()) };
    let message = text(cbj_error_message(Some(&error))).unwrap_or_default().to_owned();
    cbj_error_free(Some(error));
    Err(message)
}

fn set(config: &mut cbj_config, setter: TextSetter, value: &str) -> Result<(), String> {
    let value = CString::new(value).map_err(|_| "an option holds a NUL".to_owned())?;
    // SAFETY: the string is NUL-terminated.
    accepted(unsafe { setter(Some(config), value.as_ptr()) })
}

fn set_client_secret(config: &mut cbj_config, client_id: &str, secret: &str) -> Result<(), String> {
    let (Ok(client_id), Ok(secret)) = (CString::new(client_id), CString::new(secret)) else {
        return Err("an option holds a NUL".to_owned());
    };
    // SAFETY: the strings are NUL-terminated.
    accepted(unsafe { cbj_config_set_client_secret(Some(config), client_id.as_ptr(), secret.as_ptr()) })
}

fn accepted(status: cbj_status) -> Result<(), String> {
    if status == CBJ_OK { Ok(()) } else { Err(text(cbj_status_name(status)).unwrap_or_default().to_owned()) }
}

fn retrieve(config: Box<cbj_config>, job_ids: &[String]) -> Result<bool, String> {
    let (mut client, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
    let status = cbj_client_new(Some(&config), Some(&mut client), Some(&mut error));
    cbj_config_free(Some(config));
    // SAFETY: the call wrote both.
    let (client, error) = unsafe { (client.assume_init(), error.assume_init()) };
    if status != CBJ_OK {
        print_error(error);
        return Ok(false);
    }
    let mut all = true;
    for job_id in job_ids {
        let job_id = CString::new(job_id.as_str()).map_err(|_| "a job id holds a NUL".to_owned())?;
        let (mut job, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: the client is alive, and the string is NUL-terminated.
        let status =
            unsafe { cbj_client_get_job(client, job_id.as_ptr(), std::ptr::null(), Some(&mut job), Some(&mut error)) };
        // SAFETY: the call wrote both. Each is a new handle or NULL.
        let (job, error) = unsafe { (job.assume_init(), error.assume_init()) };
        if status == CBJ_OK {
            // SAFETY: it is a new handle.
            let job = unsafe { Box::from_raw(job) };
            print_job(&job);
            cbj_job_free(Some(job));
        } else {
            print_error(error);
            all = false;
        }
    }
    // SAFETY: cbj_client_new made it, and nobody frees it twice.
    cbj_client_free(Some(unsafe { Box::from_raw(client) }));
    Ok(all)
}

fn print_job(job: &cbj_job) {
    let job = Some(job);
    let row = |label: &str, value: &str| println!("  {label:<12}{value}");
    println!("Job {}", text(cbj_job_id(job)).unwrap_or("(without an id)"));
    row("State", text(cbj_job_state_text(job)).unwrap_or("not reported"));
    row("Started", &time(cbj_job_start_time_ms(job), text(cbj_job_start_time_text(job))));
    row("Finished", &time(cbj_job_finish_time_ms(job), text(cbj_job_finish_time_text(job))));
    row("Took", &duration(cbj_job_elapsed_ms(job)));
    let total = count(cbj_job_total_count(job));
    let [successful, failed, skipped] =
        [cbj_job_successful_count(job), cbj_job_failed_count(job), cbj_job_skipped_count(job)].map(count);
    row("Objects", &format!("{total} in all: {successful} successful, {failed} failed, {skipped} skipped"));
    for index in 0..cbj_job_error_count(job) {
        let label = if index == 0 { "Top errors" } else { "" };
        let message = text(cbj_job_error_message(job, index)).unwrap_or("(without a text)");
        row(label, &format!("{:>13} × {message}", count(cbj_job_error_occurrences(job, index))));
        if let Some(url) = text(cbj_job_error_url(job, index)) {
            row("", &format!("{:>13}   {url}", ""));
        }
    }
    row("Request id", text(cbj_job_request_id(job)).unwrap_or("-"));
    println!();
}

/// Prints and frees an error.
fn print_error(error: *mut cbj_error) {
    // SAFETY: a call that failed wrote this new handle.
    let error = unsafe { Box::from_raw(error) };
    eprintln!("{}", text(cbj_error_message(Some(&error))).unwrap_or_default());
    if let Some(request_id) = text(cbj_error_request_id(Some(&error))) {
        eprintln!("  Request id  {request_id}");
    }
    cbj_error_free(Some(error));
}

/// Local time, and the text of the service, which its own pages show.
fn time(unix_ms: i64, text: Option<&str>) -> String {
    let Some(text) = text else { return "-".to_owned() };
    match DateTime::from_timestamp_millis(unix_ms) {
        Some(time) if unix_ms != CBJ_NO_TIME => {
            format!("{}   ({text})", time.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S %:z"))
        }
        _ => format!("{text}   (not a date that can be read)"),
    }
}

/// `39 s`, `41 min 44 s`, `1 h 47 min 24 s`.
fn duration(ms: i64) -> String {
    match ms / 1000 {
        _ if ms < 0 => "-".to_owned(),
        s @ 0..60 => format!("{s} s"),
        s @ 60..3600 => format!("{} min {} s", s / 60, s % 60),
        s => format!("{} h {} min {} s", s / 3600, s / 60 % 60, s % 60),
    }
}

/// With commas between thousands; `?` if the service did not send the count.
fn count(count: i64) -> String {
    if count < 0 {
        return "?".to_owned();
    }
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

fn text<'a>(pointer: *const c_char) -> Option<&'a str> {
    // SAFETY: the text is NUL-terminated and lives as long as its handle. No caller uses it longer.
    (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) })?.to_str().ok()
}
