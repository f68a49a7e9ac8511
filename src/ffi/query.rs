//! `cbj_query`: which jobs a listing is about.

use std::ffi::c_char;

use super::guard::{free, guard};
use super::job::{cbj_state, known_state};
use super::kind::{cbj_job_type, cbj_object_type};
use super::outcome::change;
use super::status::{CBJ_NO_TIME, cbj_status};
use super::text::borrow_optional;
use crate::error::{Error, ErrorKind};
use crate::model::{JobType, ObjectType};
use crate::query::Query;

/// Which jobs `cbj_client_list_jobs` and `cbj_client_summarize_jobs` are to find. A new query means every job that started
/// in the last 7 days before the call.
///
/// Made by `cbj_query_new`, freed by `cbj_query_free`. Belongs to one thread at a time. A call copies what it needs: you
/// may change or free the query as soon as the call has returned, and use it for any number of calls and clients.
///
/// Every setter returns `CBJ_OK`, or `CBJ_ERROR_INVALID_ARGUMENT` where `query` is NULL or the value is not allowed; then
/// it changes nothing: a program that does not look at the result asks about more than it meant to.
///
/// Service page: "List Jobs", GET /backup/m365/cloudbackupjobs, parameters.
pub struct cbj_query(pub(super) Query);

/// Makes a query for every job that started in the last 7 days.
///
/// Returns: a handle that the caller frees with `cbj_query_free`; NULL only after a defect of this library.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_new() -> Option<Box<cbj_query>> {
    guard(None, || Some(Box::new(cbj_query(Query::new()))))
}

/// Frees a query. Lists and summaries that were made with it stay as they are.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_free(query: Option<Box<cbj_query>>) {
    free(query);
}

/// Asks for jobs that started at this time or later. A job that started earlier is not found, even if it still runs or
/// ended later: to see what runs now, look back for longer than the longest run. A job whose start time cannot be read is
/// always found.
///
/// `unix_ms`: milliseconds since 1970-01-01T00:00:00Z. `CBJ_NO_TIME`: no limit. Default: 7 days before the call.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_set_since_ms(query: Option<&mut cbj_query>, unix_ms: i64) -> cbj_status {
    change(query, |query| {
        query.0.set_since_ms(time(unix_ms));
        Ok(())
    })
}

/// Asks for jobs that started before this time. A job whose start time cannot be read is always found.
///
/// `unix_ms`: milliseconds since 1970-01-01T00:00:00Z. `CBJ_NO_TIME`, the default: no limit.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_set_until_ms(query: Option<&mut cbj_query>, unix_ms: i64) -> cbj_status {
    change(query, |query| {
        query.0.set_until_ms(time(unix_ms));
        Ok(())
    })
}

/// Asks for jobs of one type, e.g. `CBJ_JOB_TYPE_BACKUP`. Default: `CBJ_JOB_TYPE_ALL`, so that restores are found, too.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_set_job_type(query: Option<&mut cbj_query>, job_type: cbj_job_type) -> cbj_status {
    change(query, |query| {
        query.0.job_type = JobType::from_number(job_type).ok_or_else(|| not_allowed("job_type"))?;
        Ok(())
    })
}

/// Asks for jobs about one kind of objects, e.g. `CBJ_OBJECT_TYPE_ONEDRIVE`. Default: `CBJ_OBJECT_TYPE_ALL`. A job does not
/// say what kind of objects it is about: this is the only way to know.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_set_object_type(query: Option<&mut cbj_query>, object_type: cbj_object_type) -> cbj_status {
    change(query, |query| {
        query.0.object_type = ObjectType::from_number(object_type).ok_or_else(|| not_allowed("object_type"))?;
        Ok(())
    })
}

/// Asks for jobs that the service finds in one state, e.g. `CBJ_STATE_FAILED`. Default: `CBJ_STATE_UNKNOWN`, which means
/// any state.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_set_state(query: Option<&mut cbj_query>, state: cbj_state) -> cbj_status {
    change(query, |query| {
        query.0.state = known_state(state).ok_or_else(|| not_allowed("state"))?;
        Ok(())
    })
}

/// Asks for jobs in one location of a Multi-Geo tenant, e.g. "EUR": letters, digits, '-', '_' and '.', at most 64.
///
/// `location`: NULL, the default: the configured location, or all locations if none is configured.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_query_set_location(query: Option<&mut cbj_query>, location: *const c_char) -> cbj_status {
    change(query, |query| {
        // SAFETY: the header demands a string or NULL.
        query.0.set_location(unsafe { borrow_optional(location, "location") }?)
    })
}

/// Sets how many jobs to ask for at once: 1 to 1000. Default: 50. The service may send fewer; then more pages are asked
/// for. A page must fit into the largest answer (`cbj_config_set_max_response_bytes`).
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_set_page_size(query: Option<&mut cbj_query>, jobs: u32) -> cbj_status {
    change(query, |query| query.0.set_page_size(jobs))
}

/// Sets after how many jobs a listing gives up; it then says that it is incomplete. At least 1. Default: 10000. It also
/// gives up after as many jobs outside of the query's time, or 10000 if that is more: a service may not know the filter.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_query_set_max_jobs(query: Option<&mut cbj_query>, jobs: u32) -> cbj_status {
    change(query, |query| query.0.set_max_jobs(jobs))
}

/// The query at a pointer; a fresh one for NULL.
pub(super) fn or_fresh(query: Option<&cbj_query>) -> Query {
    query.map_or_else(Query::new, |query| query.0.clone())
}

fn time(unix_ms: i64) -> Option<i64> {
    (unix_ms != CBJ_NO_TIME).then_some(unix_ms)
}

fn not_allowed(name: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("{name} is not an allowed number."))
}
