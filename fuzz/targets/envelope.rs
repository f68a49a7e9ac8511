//! The answer about one job: `Job::from_envelope` and the same through C.
#![no_main]

use std::ffi::{CStr, c_char};
use std::mem::MaybeUninit;
use std::ptr::null_mut;

use cloudbackupjobs::ffi::*;
use cloudbackupjobs::{Error, ErrorKind, Job};
use cloudbackupjobs_fuzz::json::{Facts, expected, is_success, judge, with_other_blanks};
use cloudbackupjobs_fuzz::{assert_linear, assert_one_line, assert_within, document, measured, timed};
use libfuzzer_sys::fuzz_target;

/// For messages and what else does not grow with the answer.
const CONSTANT: usize = 12 * 1024;

fuzz_target!(|data: &[u8]| {
    let body = document(data);
    let ((result, most, kept), time) = timed(|| measured(|| Job::from_envelope(&body)));
    assert_linear(time, body.len());
    // A call has the answer itself in memory, too.
    assert!(most <= 2 * body.len() + CONSTANT, "{most} for {}", body.len());
    assert!(kept <= 2 * body.len() + CONSTANT, "{kept} of {}", body.len());
    match &result {
        Ok(job) => check_job(job, &body),
        Err(error) => check_error(error),
    }
    if let Some(envelope) = judge(&body) {
        check_meaning(&result, &envelope);
        let again = Job::from_envelope(&with_other_blanks(&body));
        assert_eq!(summary(&again), summary(&result));
    }
    through_c(&body, &result);
});

fn summary(result: &Result<Job, Error>) -> Result<(Facts, Option<String>, Option<String>), (ErrorKind, Option<u16>)> {
    let owned = |text: Option<&str>| text.map(str::to_owned);
    match result {
        Ok(job) => Ok((Facts::of_job(job).without_blanks(), owned(job.request_id()), owned(job.trace_id()))),
        Err(error) => Err((error.kind(), error.http_status())),
    }
}

fn check_job(job: &Job, body: &[u8]) {
    let json = job.json();
    assert!(json.starts_with('{') && json.ends_with('}'), "{json}");
    assert_within(json, body);
    assert_eq!(job.errors().len(), job.errors().count());
    if let Some(hours) = job.duration_hours() {
        assert!(hours >= 0.0 && hours.is_finite(), "{hours}");
    }
}

fn check_error(error: &Error) {
    assert_one_line(error.message());
    assert!(matches!(error.http_status(), None | Some(100..=599)));
    for detail in error.details() {
        let _ = format!("{detail:?}");
    }
}

fn check_meaning(result: &Result<Job, Error>, envelope: &serde_json::Value) {
    if let Err(error) = result {
        assert!(!error.message().contains("is not JSON"), "{error}");
    }
    if !is_success(envelope) {
        return;
    }
    match (result, expected(&envelope["data"])) {
        (Ok(job), Some(expected)) => assert_eq!(Ok(Facts::of_job(job)), expected),
        (Err(error), Some(Ok(facts))) => panic!("{error}: {facts:?}"),
        (Err(_), _) | (Ok(_), None) => {}
    }
    if let Ok(job) = result {
        assert_eq!(serde_json::from_str::<serde_json::Value>(job.json()).expect("is JSON"), envelope["data"]);
    }
}

/// Every text of the handle in C is the same text, in UTF-8, and ends with its only NUL.
fn through_c(body: &[u8], result: &Result<Job, Error>) {
    let (mut job, mut error) = (MaybeUninit::new(null_mut()), MaybeUninit::new(null_mut()));
    // SAFETY: the pointers lead to this function's own variables, and what they get is freed below.
    unsafe {
        let status = cbj_job_parse(body.as_ptr().cast(), body.len(), Some(&mut job), Some(&mut error));
        let (job, error): (*mut cbj_job, *mut cbj_error) = (job.assume_init(), error.assume_init());
        match result {
            Ok(expected) => {
                assert_eq!((status, error), (CBJ_OK, null_mut()));
                let handle = job.as_ref();
                for (text, expected) in [
                    (cbj_job_id(handle), expected.id()),
                    (cbj_job_state_text(handle), expected.state_text()),
                    (cbj_job_start_time_text(handle), expected.start_time_text()),
                    (cbj_job_finish_time_text(handle), expected.finish_time_text()),
                    (cbj_job_duration_text(handle), expected.duration_text()),
                    (cbj_job_request_id(handle), expected.request_id()),
                    (cbj_job_trace_id(handle), expected.trace_id()),
                    (cbj_job_json(handle), Some(expected.json())),
                ] {
                    assert_eq!(text_in_c(text), expected);
                }
                assert_eq!(cbj_job_error_count(handle), expected.errors().len());
                // Reading by number takes longer the longer the list is.
                for (index, expected) in expected.errors().enumerate().take(300) {
                    assert_eq!(text_in_c(cbj_job_error_message(handle, index)), expected.message());
                    assert_eq!(text_in_c(cbj_job_error_url(handle, index)), expected.url());
                    assert_eq!(cbj_job_error_occurrences(handle, index), expected.occurrences().unwrap_or(-1));
                }
            }
            Err(expected) => {
                assert_eq!((status, job), (expected.kind() as i32, null_mut()));
                assert_eq!(text_in_c(cbj_error_message(error.as_ref())), Some(expected.message()));
                assert_eq!(text_in_c(cbj_error_request_id(error.as_ref())), expected.request_id());
            }
        }
        cbj_job_free((!job.is_null()).then(|| Box::from_raw(job)));
        cbj_error_free((!error.is_null()).then(|| Box::from_raw(error)));
    }
}

/// # Safety
///
/// `text` is NULL or a text of a handle that is not freed yet.
unsafe fn text_in_c<'a>(text: *const c_char) -> Option<&'a str> {
    // SAFETY: by the contract of this function.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_str().expect("is UTF-8"))
}
