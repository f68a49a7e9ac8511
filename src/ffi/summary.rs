//! `cbj_summary`: what many jobs have to say together.

use super::client::{cbj_client, existing};
use super::error::cbj_error;
use super::guard::{free, read};
use super::job::{cbj_job, cbj_state, known_state};
use super::outcome::make;
use super::query::{cbj_query, or_fresh};
use super::status::cbj_status;
use crate::model::{Job, JobSummary};

/// What happened in the time of a query: the latest jobs, how many there are in each state, and whether any may be missing.
///
/// Made by `cbj_client_summarize_jobs`, freed by `cbj_summary_free`. Independent of the client, which may be freed before
/// it. Immutable: any number of threads may read it.
///
/// The summary owns its jobs: they are valid until `cbj_summary_free`, and are not freed by `cbj_job_free`. A job whose
/// start time cannot be read counts as older than every other.
pub struct cbj_summary(JobSummary);

const NO_JOB: *const cbj_job = std::ptr::null();
const NO_COUNT: i64 = -1;

/// Reads every job that a query means, and says what ran last, how it ended and what runs now. Reads all pages within the
/// time of one call: for a list of many pages allow more time (`cbj_client_set_timeout_ms`) or ask for larger pages. Needs
/// 16 bytes of memory for each job, and keeps only the latest ones.
///
/// A summary without jobs is not good news: nothing ran, or nothing was asked for that exists, such as a location that the
/// tenant does not have. A program that watches backups treats it as a failure.
///
/// `query`: remains the caller's. NULL: every job that started in the last 7 days.
/// `summary`: receives a handle that the caller frees with `cbj_summary_free`; NULL on failure.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: as `cbj_client_list_jobs`; `CBJ_OK` also where there is no job. If a page fails, the call fails, and the next
/// call reads all pages again.
/// Threads: any number at once with one client.
///
/// Service page: "List Jobs", GET /backup/m365/cloudbackupjobs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_summarize_jobs(
    client: *mut cbj_client,
    query: Option<&cbj_query>,
    summary: Option<&mut std::mem::MaybeUninit<*mut cbj_summary>>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    make(summary, "summary", error, || {
        // SAFETY: the header demands a client that is not freed meanwhile.
        unsafe { existing(client) }?.summarize_jobs(&or_fresh(query)).map(cbj_summary)
    })
}

/// The job that started last, whatever its state.
///
/// Returns: a job that the summary owns; NULL where there is no job.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_latest(summary: Option<&cbj_summary>) -> *const cbj_job {
    read(summary, NO_JOB, |summary| lend(summary.0.latest()))
}

/// The job that ended last, among those in a terminal state (`cbj_state_is_terminal`). A job whose finish time is not known
/// counts by its start time.
///
/// Returns: a job that the summary owns; NULL where no job has ended.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_latest_ended(summary: Option<&cbj_summary>) -> *const cbj_job {
    read(summary, NO_JOB, |summary| lend(summary.0.latest_ended()))
}

/// The job in one state that started last. `CBJ_STATE_UNKNOWN` means jobs whose state is absent or not known to this
/// version.
///
/// Returns: a job that the summary owns; NULL where no job is in that state, and for a number that is no state.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_latest_in_state(summary: Option<&cbj_summary>, state: cbj_state) -> *const cbj_job {
    read(summary, NO_JOB, |summary| lend(summary.0.latest_in_state(known_state(state)?)))
}

/// How many different jobs started in the query's time.
///
/// Returns: -1 for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_count(summary: Option<&cbj_summary>) -> i64 {
    read(summary, NO_COUNT, |summary| Some(summary.0.count()))
}

/// How many of them are in one state. `CBJ_STATE_UNKNOWN` means jobs whose state is absent or not known to this version.
///
/// Returns: -1 for a number that is no state, and for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_count_in_state(summary: Option<&cbj_summary>, state: cbj_state) -> i64 {
    read(summary, NO_COUNT, |summary| known_state(state).map(|state| summary.0.count_in_state(state)))
}

/// The service's own total, as it said last. It counts the days that the library asks for in addition, so it is often
/// larger than `cbj_summary_count`: do not compare the two, `cbj_summary_is_complete` does.
///
/// Returns: -1 where the service did not say it.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_total_count(summary: Option<&cbj_summary>) -> i64 {
    read(summary, NO_COUNT, |summary| summary.0.total_count())
}

/// How many jobs the service says it has and did not send. 0 where none is known to be missing; see
/// `cbj_summary_is_complete` for what that proves.
///
/// Returns: -1 where the number is unknown: where the listing gave up (`cbj_query_set_max_jobs`), and for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_missing_count(summary: Option<&cbj_summary>) -> i64 {
    read(summary, NO_COUNT, |summary| i64::try_from(summary.0.missing_count()?).ok())
}

/// Whether no job is known to be missing. A job is missing if the service says that there are more than it sent
/// (`cbj_summary_missing_count`), or if the listing gave up (`cbj_query_set_max_jobs`). The log (`CBJ_LOG_WARN`) says it,
/// too. 1 proves nothing where the service names no total (`cbj_summary_total_count` is -1): it may then have sent a part without saying so.
///
/// Returns: 1 or 0; 0 also for NULL.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_is_complete(summary: Option<&cbj_summary>) -> i32 {
    read(summary, 0, |summary| Some(summary.0.is_complete().into()))
}

/// Frees a summary. Afterwards its jobs and their texts are invalid.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_summary_free(summary: Option<Box<cbj_summary>>) {
    free(summary);
}

// A `cbj_job` is a `Job` and nothing else. (`repr(transparent)` would say the same, but the header would then show what is
// in the handle.)
const _: () = {
    assert!(size_of::<cbj_job>() == size_of::<Job>() && align_of::<cbj_job>() == align_of::<Job>());
    assert!(std::mem::offset_of!(cbj_job, 0) == 0);
};

/// A job of the summary as C reads it.
fn lend(job: Option<&Job>) -> Option<*const cbj_job> {
    job.map(|job| std::ptr::from_ref(job).cast())
}
