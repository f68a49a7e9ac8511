//! `cbj_job_iter`: many jobs, one after the other.

use super::client::{cbj_client, existing};
use super::error::cbj_error;
use super::guard::{free, read};
use super::job::cbj_job;
use super::outcome::{make, make_optional};
use super::query::{cbj_query, or_fresh};
use super::status::cbj_status;
use super::text::is_null;
use crate::client::JobIter;

/// The jobs that a query means, one after the other. Fetches the next page when it is needed.
///
/// Made by `cbj_client_list_jobs`, freed by `cbj_job_iter_free`. Belongs to one thread at a time. May be used and freed
/// after its client was freed, in any order. While its client is cancelled, `cbj_job_iter_next` returns
/// `CBJ_ERROR_CANCELLED`, and no job is lost; after the client was freed nothing can cancel it.
///
/// How the pages are read: the service documents neither their order nor the largest page, and jobs may move between pages
/// while they are read. So every job is returned once, told apart by its id, in the order in which the service sends them.
/// The list ends when the service names no next page and no further jobs, or when a page has only jobs that came before. A
/// link to the next page is followed only if it leads to the same scheme, host, port and path. The service filters by day
/// only: the library asks for one day more at each end and leaves out what is not in the query's time.
pub struct cbj_job_iter(JobIter);

const NO_COUNT: i64 = -1;

/// Begins to list the jobs that a query means, and fetches the first page. Blocks as `cbj_client_get_job` does.
///
/// The jobs have the members of `cbj_client_get_job`'s, and nothing that says their type, kind of objects or location: what
/// a job is about is known only from what was asked for. `cbj_client_get_job` may not find a listed job of another location
/// unless the location is named. `cbj_job_request_id` of a listed job is the id of the request for its page.
///
/// An empty list is not good news: the service sends one, too, for a location that the tenant does not have.
///
/// `query`: remains the caller's. NULL: every job that started in the last 7 days.
/// `iter`: receives a handle that the caller frees with `cbj_job_iter_free`; NULL on failure.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`, also for an empty list, or any of the `CBJ_ERROR_...` numbers but `CBJ_ERROR_CONFIG`;
/// `CBJ_ERROR_INVALID_ARGUMENT` where `client` or `iter` is NULL, and for a query whose time begins after its end;
/// `CBJ_ERROR_PROTOCOL` for an entry that cannot be read as a job, with its place: `data[3].backupDetails.failedNumber`.
/// Threads: any number at once with one client.
///
/// Service page: "List Jobs", GET /backup/m365/cloudbackupjobs.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_list_jobs(
    client: *mut cbj_client,
    query: Option<&cbj_query>,
    iter: Option<&mut std::mem::MaybeUninit<*mut cbj_job_iter>>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    make(iter, "iter", error, || {
        // SAFETY: the header demands a client that is not freed meanwhile.
        unsafe { existing(client) }?.list_jobs(&or_fresh(query)).map(cbj_job_iter)
    })
}

/// Takes the next job. May fetch a page, which may take the client's whole time. After a failure the next call asks for the
/// same page again, and nothing is lost; a program that goes on after failures decides when to stop.
///
/// `job`: receives a handle that the caller frees with `cbj_job_free`; NULL at the end, and on failure.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`, at the end with `job` NULL; else as `cbj_client_list_jobs`.
/// Threads: one per iterator.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_iter_next(
    iter: Option<&mut cbj_job_iter>,
    job: Option<&mut std::mem::MaybeUninit<*mut cbj_job>>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    make_optional(job, "job", error, || {
        let iter = iter.ok_or_else(|| is_null("iter"))?;
        iter.0.next().transpose().map(|job| job.map(cbj_job))
    })
}

/// The service's own total, as it said last. It counts the days that the library asks for in addition, so it is often
/// larger than the number of jobs returned: do not compare the two, `cbj_job_iter_is_complete` does.
///
/// Returns: -1 where the service did not say it.
/// Threads: one per iterator.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_iter_total_count(iter: Option<&cbj_job_iter>) -> i64 {
    read(iter, NO_COUNT, |iter| iter.0.total_count())
}

/// How many jobs the service says it has and did not send. 0 where none is known to be missing; see
/// `cbj_job_iter_is_complete` for what that proves.
///
/// Returns: -1 where the number is unknown: before the end, where the listing gave up (`cbj_query_set_max_jobs`), and for
/// NULL.
/// Threads: one per iterator.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_iter_missing_count(iter: Option<&cbj_job_iter>) -> i64 {
    read(iter, NO_COUNT, |iter| i64::try_from(iter.0.missing_count()?).ok())
}

/// Whether the list has ended and no job is known to be missing. A job is missing if the service says that there are more
/// than it sent (`cbj_job_iter_missing_count`), or if the listing gave up (`cbj_query_set_max_jobs`). The log
/// (`CBJ_LOG_WARN`) says it, too. 1 proves nothing where the service names no total (`cbj_job_iter_total_count` is -1): it may then have sent a part without saying
/// so.
///
/// Returns: 1, or 0; 0 also before the end, and for NULL.
/// Threads: one per iterator.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_iter_is_complete(iter: Option<&cbj_job_iter>) -> i32 {
    read(iter, 0, |iter| Some(iter.0.is_complete().into()))
}

/// Frees an iterator, also before its end. Its jobs are the caller's, and stay.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_job_iter_free(iter: Option<Box<cbj_job_iter>>) {
    free(iter);
}
