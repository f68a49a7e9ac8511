//! `cbj_client`: asks the service.

use std::ffi::c_char;

use super::config::cbj_config;
use super::error::cbj_error;
use super::guard::{free, guard};
use super::job::cbj_job;
use super::outcome::{Out, change, make};
use super::status::cbj_status;
use super::text::{borrow, borrow_optional};
use crate::client::Client;
use crate::error::{Error, ErrorKind};

/// Asks the service. Keeps connections and the access token between calls, so make one and keep it.
///
/// Made by `cbj_client_new`, freed by `cbj_client_free`. May be used by many threads at once,
/// except that `cbj_client_free` waits for nobody: call it when the last other call has returned. Jobs and errors that
/// it gave out are independent of it.
///
/// After `fork` a client that the parent made works in parent and child alike, also if other threads were inside calls
/// at that moment. The child makes its own connections and look-ups, and holds no descriptor of the parent's; it begins
/// with the access token, and the cancelled state, that the parent had. Each process frees its own copy.
/// Not from inside a call: a signal handler that interrupted one may fork, but its child must not return into the call.
/// Handlers of `pthread_atfork` may make calls and free clients.
///
/// A program that closes descriptors which are not its own, as daemons do when they begin, may close the client's between
/// two calls: the client makes another connection, and leaves alone what the program opens under the same numbers.
pub struct cbj_client(Client);

/// The client behind a pointer that C does not declare `const`, for calling is using it.
///
/// # Safety
///
/// `client` is NULL, or was made by `cbj_client_new` and is not freed while the result is in use.
unsafe fn shared<'a>(client: *mut cbj_client) -> Option<&'a Client> {
    // SAFETY: the caller's promise. Shared and never exclusive: other threads may be inside calls.
    unsafe { client.as_ref() }.map(|client| &client.0)
}

/// Makes a client of a configuration. Judges the configuration and reads the files that it names; sends nothing and
/// starts no thread, so it may be called before the network is there.
///
/// `config`: stays the caller's. `client`: receives a handle that the caller frees with `cbj_client_free`; NULL on failure.
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
        let config = config.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "config is NULL."))?;
        Client::new(&config.0).map(cbj_client)
    })
}

/// Frees a client, its connections and its token. Not while another thread is inside a call with it.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_client_free(client: Option<Box<cbj_client>>) {
    free(client);
}

/// Retrieves the details of one job. Blocks until the job is there, the call has failed for good, or the configured time
/// is up, whichever comes first.
///
/// `job_id`: as the service names it, e.g. "FB20241015105312327583". Refused before anything is sent: an id that is empty,
/// ".", "..", longer than 256 bytes or holds a control character.
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
        let client =
            unsafe { shared(client) }.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "client is NULL."))?;
        // SAFETY: the header demands strings.
        let (job_id, location) = unsafe { (borrow(job_id, "job_id")?, borrow_optional(location, "location")?) };
        match location {
            Some(location) => client.get_job_at(job_id, location),
            None => client.get_job(job_id),
        }
        .map(cbj_job)
    })
}

/// Replaces the access token of a client that was configured with one, for calls from now on. A call under way keeps the
/// token it began with; if the service refuses that one, it goes on with the new one.
///
/// `token`: without "Bearer"; copied.
///
/// Returns: `CBJ_OK`; `CBJ_ERROR_INVALID_ARGUMENT` where `client` or `token` is NULL, or the token is empty, not UTF-8,
/// longer than 16384 bytes or holds a blank or control character; `CBJ_ERROR_CONFIG` where the client gets its tokens
/// itself, with a client secret.
/// Threads: any, also while others are inside calls.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_set_access_token(client: *mut cbj_client, token: *const c_char) -> cbj_status {
    // SAFETY: the header demands a client that is not freed meanwhile.
    change(unsafe { shared(client) }, |client| {
        // SAFETY: the header demands a string.
        client.set_access_token(unsafe { borrow(token, "token") }?)
    })
}

/// Cancels: every call of this client that is under way ends with `CBJ_ERROR_CANCELLED` within 50 ms, whatever it waits
/// for - a look-up, a connection, an answer, the time before a retry, another thread's token - and so does every later
/// call at once, until `cbj_client_resume`. A call that has its answer already may still succeed.
///
/// Async-signal-safe: an atomic addition, an `fstat` and a `send`; `errno` stays what it was. So a handler of SIGTERM or
/// SIGALRM may call it.
///
/// NULL: nothing happens.
/// Threads: any, also while others are inside calls, and signal handlers; not once `cbj_client_free` has been called.
/// In a child made by `fork` it cancels the child's calls only, and so in the parent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_client_cancel(client: *mut cbj_client) {
    // Not through the guard: that counts in a variable of the thread, for which a thread's first use may allocate. Nothing
    // here can panic.
    // SAFETY: the header demands a client that is not freed meanwhile.
    if let Some(client) = unsafe { shared(client) } {
        client.cancel();
    }
}

/// Takes `cbj_client_cancel` back: later calls are made again. Returns when the calls that were cancelled have ended, which
/// is a matter of milliseconds (and after one second in any case). If the client is cancelled again meanwhile, it stays
/// cancelled.
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
