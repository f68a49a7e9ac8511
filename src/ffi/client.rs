//! `cbj_client`: asks the service.

use std::ffi::c_char;
use std::time::Duration;

use super::config::cbj_config;
use super::error::cbj_error;
use super::guard::{free, guard};
use super::job::cbj_job;
use super::outcome::{Out, change, make};
use super::status::cbj_status;
use super::text::{borrow, borrow_optional, is_null};
use crate::client::Client;
use crate::error::Error;

/// Asks the service for jobs. Keeps connections and the access token between calls, so make one and keep it.
///
/// Made by `cbj_client_new`, freed by `cbj_client_free`. Many threads may use it at the same time. `cbj_client_free` does
/// not wait for them: call it when every other call has returned. Jobs, lists, summaries and errors are independent of the
/// client.
///
/// After `fork` a client of the parent works in the parent and in the child, also if other threads were inside calls at
/// that moment. The child opens its own connections, makes its own look-ups, and keeps no descriptor of the parent open. It
/// begins with the parent's access token and cancelled state. Each process frees its own copy. Do not fork inside a call: a
/// signal handler that interrupted a call may fork, but its child must not return into the call. Handlers of
/// `pthread_atfork` may make calls and free clients.
///
/// A program may close descriptors that are not its own between two calls, as daemons do when they start. The client then
/// opens another connection, and does not touch what the program opens under the same numbers.
pub struct cbj_client(Client);

/// The client behind a pointer. C does not declare the pointer `const`, because a call uses the client.
///
/// # Safety
///
/// `client` is NULL, or was made by `cbj_client_new` or `cbj_client_share` and is not freed while the result is in use.
unsafe fn shared<'a>(client: *mut cbj_client) -> Option<&'a Client> {
    // SAFETY: the caller's promise. Shared and never exclusive: other threads may be inside calls.
    unsafe { client.as_ref() }.map(|client| &client.0)
}

/// As [`shared`]; NULL is an error.
///
/// # Safety
///
/// As [`shared`].
pub(super) unsafe fn existing<'a>(client: *mut cbj_client) -> Result<&'a Client, Error> {
    // SAFETY: the caller's promise.
    unsafe { shared(client) }.ok_or_else(|| is_null("client"))
}

/// Makes a client from a configuration. Judges the configuration and reads the files that it names. Sends nothing and
/// starts no thread, so a program may call it before the network is up.
///
/// `config`: remains the caller's. `client`: receives a handle that the caller frees with `cbj_client_free`; NULL on
/// failure.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_CONFIG` where an option is missing, contradictory, malformed or names a file that cannot
/// be read; `CBJ_ERROR_INVALID_ARGUMENT` where `config` or `client` is NULL.
/// Threads: one per configuration.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_client_new(
    config: Option<&cbj_config>,
    client: Option<&mut std::mem::MaybeUninit<*mut cbj_client>>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    make(client, "client", error, || {
        let config = config.ok_or_else(|| is_null("config"))?;
        Client::new(&config.0).map(cbj_client)
    })
}

/// Frees a client. Connections and token are freed with the last client that shares them (`cbj_client_share`). Do not call
/// it while another thread is inside a call with the client.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_client_free(client: Option<Box<cbj_client>>) {
    free(client);
}

/// Retrieves the details of one job. Blocks until the job has arrived, the call has failed for good, or the configured time
/// is up.
///
/// `job_id`: the service's id of the job, e.g. "FB20241015105312327583". An id that is empty, ".", "..", longer than 256
/// bytes, or that contains a control character is refused, and nothing is sent.
/// `location`: the location of the job in a Multi-Geo tenant, e.g. "EUR"; letters, digits, '-', '_' and '.'. NULL: the
/// configured one, or none.
/// `job`: receives a handle that the caller frees with `cbj_job_free`; NULL on failure.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK` or any of the `CBJ_ERROR_...` numbers but `CBJ_ERROR_CONFIG`; `CBJ_ERROR_INVALID_ARGUMENT` where
/// `client`, `job_id` or `job` is NULL, where a text is not UTF-8, and for an id or a location that is refused.
/// Threads: any number at once with one client.
///
/// Service page: "Retrieve Job Details", GET /backup/m365/cloudbackupjobs/{jobId}.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_get_job(
    client: *mut cbj_client,
    job_id: *const c_char,
    location: *const c_char,
    job: Option<&mut std::mem::MaybeUninit<*mut cbj_job>>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    let job: Out<'_, cbj_job> = job;
    make(job, "job", error, || {
        // SAFETY: the header demands a client that is not freed meanwhile.
        let client = unsafe { existing(client) }?;
        // SAFETY: the header demands strings.
        let (job_id, location) = unsafe { (borrow(job_id, "job_id")?, borrow_optional(location, "location")?) };
        match location {
            Some(location) => client.get_job_at(job_id, location),
            None => client.get_job(job_id),
        }
        .map(cbj_job)
    })
}

/// Waits until a job has ended: a restore or a backup that was just started. Asks for the job again and again (a poll), on
/// one connection, until its state is terminal (`cbj_state_is_terminal`). A failure that is retryable
/// (`cbj_error_is_retryable`) does not end the wait, also if every poll fails. Each pause is up to a tenth shorter or
/// longer than the interval, so that many programs do not ask at the same moment, and at least as long as the service asks
/// for (`Retry-After`). Shortly before the time is up, there is a last poll.
///
/// `job_id`, `location`: as for `cbj_client_get_job`.
/// `poll_interval_ms`: the time between two polls. 0: 30000.
/// `timeout_ms`: the time for the whole wait, at least 1. A single poll takes no longer than a call of this client may.
/// `job`: receives a handle that the caller frees with `cbj_job_free`; NULL on failure.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK` for a job that has ended, well or not: read its state; `CBJ_ERROR_TIMEOUT` when the time is up, with a
/// message that names the last state; else as `cbj_client_get_job`, for a failure that is not retryable.
/// `CBJ_ERROR_INVALID_ARGUMENT` also where `timeout_ms` is 0. `cbj_client_cancel` ends the wait within 50 ms. If the last
/// poll failed, the message says "The last poll failed" and why, and the error of `CBJ_ERROR_TIMEOUT` has what the service
/// answered to that poll: HTTP status, ids, `Retry-After`. Where no answer came, the HTTP status is 0.
/// Threads: any number at once with one client.
///
/// Service page: "Retrieve Job Details", GET /backup/m365/cloudbackupjobs/{jobId}.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_wait_job(
    client: *mut cbj_client,
    job_id: *const c_char,
    location: *const c_char,
    poll_interval_ms: u32,
    timeout_ms: u32,
    job: Option<&mut std::mem::MaybeUninit<*mut cbj_job>>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    make(job, "job", error, || {
        // SAFETY: the header demands a client that is not freed meanwhile.
        let client = unsafe { existing(client) }?;
        // SAFETY: the header demands strings.
        let (job_id, location) = unsafe { (borrow(job_id, "job_id")?, borrow_optional(location, "location")?) };
        let [interval, timeout] = [poll_interval_ms, timeout_ms].map(|ms| Duration::from_millis(ms.into()));
        match location {
            Some(location) => client.wait_job_at(job_id, location, interval, timeout),
            None => client.wait_job(job_id, interval, timeout),
        }
        .map(cbj_job)
    })
}

/// Makes a second client that uses the same connections, access token and look-ups of names. It has its own timeout, which
/// is at first that of `client`, and its own cancel; at first it is not cancelled. Make one for each thread that must be
/// stopped alone. Its log function is the same. `cbj_client_set_access_token` with either of the two counts for both.
///
/// `other`: receives a handle that the caller frees with `cbj_client_free`, before or after `client`; NULL on failure.
/// `error`: may be NULL; receives NULL on success, else an error that the caller frees with `cbj_error_free`.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `client` or `other` is NULL. Sends nothing.
/// Threads: any, also while other threads are inside calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_share(
    client: *mut cbj_client,
    other: Option<&mut std::mem::MaybeUninit<*mut cbj_client>>,
    error: Option<&mut std::mem::MaybeUninit<*mut cbj_error>>,
) -> cbj_status {
    make(other, "other", error, || {
        // SAFETY: the header demands a client that is not freed meanwhile.
        Ok(cbj_client(unsafe { existing(client) }?.share()))
    })
}

/// Sets how many milliseconds a whole call of this client may take, as `cbj_config_set_timeout_ms` does, for calls that
/// begin from now on. At least 1. A call that has begun keeps its time. Other clients that share the connections keep
/// theirs.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `client` is NULL or `ms` is 0.
/// Threads: any, also while other threads are inside calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_set_timeout_ms(client: *mut cbj_client, ms: u32) -> cbj_status {
    // SAFETY: the header demands a client that is not freed meanwhile.
    change(unsafe { shared(client) }, |client| client.set_timeout_ms(ms))
}

/// Replaces the access token of a client that was configured with one, for calls that begin from now on. A call that has
/// begun keeps its token; if the service refuses that token, the call continues with the new one.
///
/// `token`: without "Bearer"; copied.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `client` or `token` is NULL, or the token is empty, not UTF-8,
/// longer than 16384 bytes or contains a blank or a control character; `CBJ_ERROR_CONFIG` where the client gets its tokens
/// itself, with a client secret or a certificate.
/// Threads: any, also while other threads are inside calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_set_access_token(client: *mut cbj_client, token: *const c_char) -> cbj_status {
    // SAFETY: the header demands a client that is not freed meanwhile.
    change(unsafe { shared(client) }, |client| {
        // SAFETY: the header demands a string.
        client.set_access_token(unsafe { borrow(token, "token") }?)
    })
}

/// Cancels the calls of this client. Every call that has begun ends with `CBJ_ERROR_CANCELLED` within 50 ms, whatever it
/// waits for: a look-up, a connection, an answer, the time before a retry, or another thread's token. Every later call ends
/// in the same way at once, until `cbj_client_resume`: also `cbj_job_iter_next` of a list that the client made. A call that
/// already has its answer may still succeed.
///
/// Async-signal-safe: it makes an atomic addition, an `fstat` and a `send`, and keeps `errno`. So a handler of SIGTERM or
/// SIGALRM may call it. On Windows a handler of `SetConsoleCtrlHandler` may call it; it makes an atomic addition and a
/// `send`, and keeps `GetLastError`.
///
/// NULL: nothing happens.
/// Threads: any, also while other threads are inside calls, and signal handlers; not after `cbj_client_free` was called.
/// In a child made by `fork` it cancels only the calls of the child, and in the parent only those of the parent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_cancel(client: *mut cbj_client) {
    // Not through the guard: it counts in a thread-local variable, and a thread's first use of one may allocate. Nothing
    // here can panic.
    // SAFETY: the header demands a client that is not freed meanwhile.
    if let Some(client) = unsafe { shared(client) } {
        client.cancel();
    }
}

/// Ends the effect of `cbj_client_cancel`: later calls work again. First waits until the cancelled calls have ended, which
/// takes some milliseconds; after one second it does not wait any longer. If the client is cancelled again meanwhile, it
/// stays cancelled.
///
/// NULL, or a client that is not cancelled: nothing happens.
/// Threads: any, but not signal handlers.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_resume(client: *mut cbj_client) {
    guard((), || {
        // SAFETY: the header demands a client that is not freed meanwhile.
        if let Some(client) = unsafe { shared(client) } {
            client.resume();
        }
    });
}
