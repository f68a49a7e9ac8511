//! `cbj_job`: one job as the service described it.

use std::ffi::c_char;

use super::error::cbj_error;
use super::guard::{free, guard, read};
use super::outcome::make;
use super::status::{CBJ_NO_TIME, cbj_status};
use super::text::{borrow_optional, is_null, lend};
use crate::error::{Error, ErrorKind};
use crate::model::{Job, JobState};

/// One job as the service described it.
///
/// Made by `cbj_client_get_job`, `cbj_client_wait_job`, `cbj_job_iter_next` and `cbj_job_parse`, freed by `cbj_job_free`;
/// the jobs of a `cbj_summary` are freed with it. Independent of the client, which may be freed before it. Immutable: any
/// number of threads may read it.
///
/// The job owns every text that an accessor returns; a text is valid until `cbj_job_free`. Where the service sent nothing
/// (a missing member, null or an empty string), an accessor returns NULL for a text, -1 for a count, `CBJ_NO_TIME` for a
/// time and NaN for hours, and never 0. It returns the same for a NULL handle. A U+0000 inside a text of the service
/// becomes U+FFFD.
///
/// Service page: "Retrieve Job Details", response.
pub struct cbj_job(pub(super) Job);

/// The state of a job: one of the `CBJ_STATE_...` numbers, which are the service's own. The set is open: treat a number
/// that you do not know as `CBJ_STATE_UNKNOWN`.
pub type cbj_state = i32;

/// The service sent no state, or one that this version does not know: see `cbj_job_state_text`.
pub const CBJ_STATE_UNKNOWN: cbj_state = 0;
/// The job is running.
pub const CBJ_STATE_IN_PROGRESS: cbj_state = 1;
/// The job ended without an error.
pub const CBJ_STATE_FINISHED: cbj_state = 2;
/// The job failed.
pub const CBJ_STATE_FAILED: cbj_state = 3;
/// The job ended, and some objects had errors.
pub const CBJ_STATE_FINISHED_WITH_EXCEPTION: cbj_state = 4;
/// The job ended after it had processed only a part of its objects.
pub const CBJ_STATE_PARTIALLY_FINISHED: cbj_state = 5;

// The C numbers and the Rust states are one list in two languages.
const _: () = {
    assert!(JobState::Unknown as cbj_state == CBJ_STATE_UNKNOWN);
    assert!(JobState::InProgress as cbj_state == CBJ_STATE_IN_PROGRESS);
    assert!(JobState::Finished as cbj_state == CBJ_STATE_FINISHED);
    assert!(JobState::Failed as cbj_state == CBJ_STATE_FAILED);
    assert!(JobState::FinishedWithException as cbj_state == CBJ_STATE_FINISHED_WITH_EXCEPTION);
    assert!(JobState::PartiallyFinished as cbj_state == CBJ_STATE_PARTIALLY_FINISHED);
};

const NO_TEXT: *const c_char = std::ptr::null();
const NO_COUNT: i64 = -1;

/// Reads a saved answer of the service: the JSON text of the whole envelope, as it came over HTTP. Sends nothing.
///
/// `json`: `length` bytes of UTF-8; no NUL is needed at the end. The library reads it only during the call.
/// `job`: receives a handle that the caller frees with `cbj_job_free`; NULL on failure.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_PROTOCOL` for text that is not JSON, not UTF-8 or not of the documented shape;
/// `CBJ_ERROR_NOT_FOUND` for an envelope without a job; the status that belongs to the envelope's own `statusCode` where
/// that is not 2xx; `CBJ_ERROR_INVALID_ARGUMENT` where `json` or `job` is NULL, or `length` is above `PTRDIFF_MAX`.
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_job_parse(
    json: *const c_char,
    length: usize,
    job: Option<&mut std::mem::MaybeUninit<*mut cbj_job>>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    make(job, "job", error, || {
        if json.is_null() {
            return Err(is_null("json"));
        }
        if isize::try_from(length).is_err() {
            return Err(Error::new(ErrorKind::InvalidArgument, format!("length {length} is larger than any memory.")));
        }
        // SAFETY: not NULL, no more than a slice may have, and the header demands `length` readable bytes.
        let json = unsafe { std::slice::from_raw_parts(json.cast::<u8>(), length) };
        Job::from_envelope(json).map(cbj_job)
    })
}

/// Frees a job. Afterwards every text of the job is invalid.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_free(job: Option<Box<cbj_job>>) {
    free(job);
}

/// The job's id (`id`).
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_id(job: Option<&cbj_job>) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.text(job.0.id)))
}

/// The job's state (`state`). Upper and lower case, blanks, '_' and '-' make no difference in the service's text.
///
/// Returns: `CBJ_STATE_UNKNOWN` also for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_state(job: Option<&cbj_job>) -> cbj_state {
    read(job, CBJ_STATE_UNKNOWN, |job| Some(job.0.state as cbj_state))
}

/// The state as the service wrote it, also if this version does not know it.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_state_text(job: Option<&cbj_job>) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.text(job.0.state_text)))
}

/// The name of a state: "unknown", "in-progress", "finished", "failed", "finished-with-exception" or "partially-finished".
/// It is the same for every spelling of the service, unlike `cbj_job_state_text`.
///
/// Returns: static text; NULL for a number that is no state.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_state_name(state: cbj_state) -> *const c_char {
    guard(NO_TEXT, || known_state(state).map_or(NO_TEXT, |state| state.c_name().as_ptr()))
}

/// The state with this name. Upper and lower case, blanks, '_' and '-' make no difference.
///
/// Returns: one of the `CBJ_STATE_...` numbers; -1 for any other name and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_state_from_name(name: *const c_char) -> cbj_state {
    const NO_STATE: cbj_state = -1;
    guard(NO_STATE, || {
        // SAFETY: the header demands a string or NULL.
        let name = unsafe { borrow_optional(name, "name") };
        name.ok().flatten().and_then(JobState::from_name).map_or(NO_STATE, |state| state as cbj_state)
    })
}

/// The state with this number, `None` for a number that is none.
pub(super) fn known_state(number: cbj_state) -> Option<JobState> {
    let state = JobState::from_number(number);
    (state as cbj_state == number).then_some(state)
}

/// Whether a job in this state has ended: it will not change any more.
///
/// Returns: 1 or 0; 0 for `CBJ_STATE_UNKNOWN` and for numbers that are no state.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_state_is_terminal(state: cbj_state) -> i32 {
    guard(0, || JobState::from_number(state).is_terminal().into())
}

/// When the job started (`startTime`), in milliseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.
///
/// Returns: `CBJ_NO_TIME` also where the text cannot be read; then `cbj_job_start_time_text` has the text.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_start_time_ms(job: Option<&cbj_job>) -> i64 {
    read(job, CBJ_NO_TIME, |job| job.0.start.unix_ms)
}

/// When the job ended (`finishTime`), in milliseconds since 1970-01-01T00:00:00Z; finer fractions are cut off.
///
/// Returns: `CBJ_NO_TIME` while the job runs, and where the text cannot be read; then `cbj_job_finish_time_text` has the
/// text.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_finish_time_ms(job: Option<&cbj_job>) -> i64 {
    read(job, CBJ_NO_TIME, |job| job.0.finish.unix_ms)
}

/// `startTime` as sent: ISO 8601, usually UTC.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_start_time_text(job: Option<&cbj_job>) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.text(job.0.start.text)))
}

/// `finishTime` as sent: ISO 8601, usually UTC. NULL while the job runs.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_finish_time_text(job: Option<&cbj_job>) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.text(job.0.finish.text)))
}

/// Finish minus start, in milliseconds.
///
/// Returns: -1 where one of them is absent, and where the finish is before the start.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_elapsed_ms(job: Option<&cbj_job>) -> i64 {
    read(job, -1, |job| i64::try_from(job.0.elapsed()?.as_millis()).ok())
}

/// The service's own `duration` in hours. Its unit is coarse, because 0.001 hours are 3.6 seconds. `cbj_job_elapsed_ms` is
/// exact.
///
/// Returns: NaN where it is absent or cannot be read; then `cbj_job_duration_text` has the text, if there is one.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_duration_hours(job: Option<&cbj_job>) -> f64 {
    read(job, f64::NAN, |job| job.0.duration_hours)
}

/// `duration` as sent: a decimal number of hours.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_duration_text(job: Option<&cbj_job>) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.text(job.0.duration_text)))
}

/// The number of objects in the job (`totalNumber` or `totalCount`). -1 where the service did not say.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_total_count(job: Option<&cbj_job>) -> i64 {
    read(job, NO_COUNT, |job| job.0.total_count())
}

/// The number of objects that failed (`failedNumber` or `failedCount`). -1 where the service did not say.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_failed_count(job: Option<&cbj_job>) -> i64 {
    read(job, NO_COUNT, |job| job.0.failed_count())
}

/// The number of objects that succeeded (`successfulNumber` or `successfulCount`). -1 where the service did not say.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_successful_count(job: Option<&cbj_job>) -> i64 {
    read(job, NO_COUNT, |job| job.0.successful_count())
}

/// The number of objects that were skipped (`skippedNumber` or `skippedCount`). -1 where the service did not say.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_skipped_count(job: Option<&cbj_job>) -> i64 {
    read(job, NO_COUNT, |job| job.0.skipped_count())
}

/// The number of top errors that the service listed (`jobErrors`). They keep the order in which the service sent them; the
/// vendor documents no order.
///
/// Returns: 0 where it listed none, where it sent no list (`cbj_job_has_error_list`), and for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_error_count(job: Option<&cbj_job>) -> usize {
    read(job, 0, |job| Some(job.0.errors.len()))
}

/// Whether the service sent the list of top errors (`jobErrors`), even an empty one. Where it sent none (a missing member
/// or null), a `cbj_job_error_count` of 0 does not mean that the job had no error.
///
/// Returns: 1 or 0; -1 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_has_error_list(job: Option<&cbj_job>) -> i32 {
    read(job, -1, |job| Some(job.0.has_error_list.into()))
}

/// The text of a top error (`value`). NULL also where `index` is `cbj_job_error_count` or more.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_error_message(job: Option<&cbj_job>, index: usize) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.error(index)?.message_text()))
}

/// The URL of a page about a top error (`url`). NULL also where `index` is `cbj_job_error_count` or more.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_error_url(job: Option<&cbj_job>, index: usize) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.error(index)?.url_text()))
}

/// How many times a top error occurred in this job (`number`). -1 where the service did not say, and where `index` is
/// `cbj_job_error_count` or more.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_error_occurrences(job: Option<&cbj_job>, index: usize) -> i64 {
    read(job, NO_COUNT, |job| job.0.error(index)?.occurrences())
}

/// Whether an error code is associated with a top error (`isErrorCode`).
///
/// Returns: 1 or 0; -1 where the service did not say, where `index` is `cbj_job_error_count` or more, and for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_error_has_code(job: Option<&cbj_job>, index: usize) -> i32 {
    read(job, -1, |job| job.0.error(index)?.has_code().map(i32::from))
}

/// The envelope's `requestId`, which the vendor's support asks for.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_request_id(job: Option<&cbj_job>) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.answer.request_id()))
}

/// The envelope's `traceId`, a W3C traceparent.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_trace_id(job: Option<&cbj_job>) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.answer.trace_id()))
}

/// When the service wrote the answer (the envelope's `timestamp`), by the service's clock, in milliseconds since
/// 1970-01-01T00:00:00Z. `CBJ_NO_TIME` where the time is absent or cannot be read. Where this machine's clock may be wrong,
/// count how long ago a job ended from here.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_response_time_ms(job: Option<&cbj_job>) -> i64 {
    read(job, CBJ_NO_TIME, |job| job.0.answer.time)
}

/// The JSON text of the `data` object exactly as sent, with the members that this library does not know. NULL only for
/// NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_json(job: Option<&cbj_job>) -> *const c_char {
    read(job, NO_TEXT, |job| lend(job.0.text(Some(job.0.json))))
}
