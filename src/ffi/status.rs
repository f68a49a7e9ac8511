//! The statuses, their names, the version, and what a build can leave out.

use std::ffi::{CStr, c_char};

use super::guard::guard;
use super::text::borrow_optional;
use crate::error::ErrorKind;

/// How a call went: `CBJ_OK` or one of the `CBJ_ERROR_...` numbers. The numbers never change. New ones may be added: treat
/// a number that you do not know as an error.
///
/// Each number says what happened, whether the same call makes sense later without a change ("Retryable"), how long to wait
/// before it where the service named no time (`cbj_error_retry_after_ms`), and what a person can do. Where it says
/// "except", `cbj_error_is_retryable` has the answer for the error at hand.
pub type cbj_status = i32;

/// The call did what it was asked to.
pub const CBJ_OK: cbj_status = 0;
/// A parameter is NULL, is not UTF-8, or has a value that is not allowed: an empty or malformed id or location, a
/// number that is not one of the choices. Nothing was sent.
///
/// Retryable: no.
/// What to do: correct the call.
pub const CBJ_ERROR_INVALID_ARGUMENT: cbj_status = 1;
/// The configuration is incomplete, contradictory or malformed, or names a file that cannot be read.
///
/// Retryable: no.
/// What to do: correct the option that the message names.
pub const CBJ_ERROR_CONFIG: cbj_status = 2;
/// The identity service refused the client, or the service answered 401 to a fresh token.
///
/// Retryable: no.
/// What to do: check the client id, the secret or certificate and whether it has expired, and the data center.
pub const CBJ_ERROR_AUTHENTICATION: cbj_status = 3;
/// The service answered 403: the app registration lacks the permission.
///
/// Retryable: no.
/// What to do: grant the app registration the permission microsoft365backup.jobInfo.read.all.
pub const CBJ_ERROR_PERMISSION: cbj_status = 4;
/// The service answered 404, or its answer contains no job.
///
/// Retryable: no.
/// What to do: check the job id, the location, the data center and the licence of the tenant.
pub const CBJ_ERROR_NOT_FOUND: cbj_status = 5;
/// The service answered with any other 4xx (400, 405, 413, 422 and so on) or any 3xx: redirects are not followed.
///
/// Retryable: no, except HTTP 408 and 425.
/// Wait: one minute; a program that asks at an interval waits for its next turn.
/// What to do: correct what the message and the details name.
pub const CBJ_ERROR_REJECTED: cbj_status = 6;
/// The service answered 429: too many requests.
///
/// Retryable: yes.
/// Wait: one minute; a program that asks at an interval waits for its next turn.
/// What to do: ask less often.
pub const CBJ_ERROR_RATE_LIMITED: cbj_status = 7;
/// The service answered 5xx: it failed, or a gateway before it.
///
/// Retryable: yes, except HTTP 501 and 505.
/// Wait: one minute; a program that asks at an interval waits for its next turn.
/// What to do: try again later; if it stays so, give the request id to the vendor's support.
pub const CBJ_ERROR_SERVER: cbj_status = 8;
/// The host name could not be resolved.
///
/// Retryable: yes, except where the resolver says that there is no such name.
/// Wait: one minute; a program that asks at an interval waits for its next turn.
/// What to do: check the host name and this machine's name resolution.
pub const CBJ_ERROR_RESOLVE: cbj_status = 9;
/// The connection was refused or not made in time, the host is unreachable, the proxy refused, or the process may open
/// no more files.
///
/// Retryable: yes, except where the proxy refused with 3xx, 4xx or 501.
/// Wait: one minute; a program that asks at an interval waits for its next turn.
/// What to do: check the network, the firewall and the proxy, or the limit on open files; the message has the proxy's
/// answer.
pub const CBJ_ERROR_CONNECT: cbj_status = 10;
/// There is no TLS connection: the certificate, the host name or the protocol version is wrong, or one side refused the
/// handshake.
///
/// Retryable: no.
/// What to do: correct what the message names; behind an inspecting proxy set the CA file to its certificate.
pub const CBJ_ERROR_TLS: cbj_status = 11;
/// The connection broke: before the answer, within it or in the TLS handshake.
///
/// Retryable: yes.
/// Wait: one minute; a program that asks at an interval waits for its next turn.
/// What to do: try again.
pub const CBJ_ERROR_NETWORK: cbj_status = 12;
/// The call's time was up. The message says what the call was doing.
///
/// Retryable: yes.
/// Wait: one minute; a program that asks at an interval waits for its next turn.
/// What to do: try again, or allow more time (`cbj_config_set_timeout_ms`).
pub const CBJ_ERROR_TIMEOUT: cbj_status = 13;
/// `cbj_client_cancel` ended the call, or did not let it begin.
///
/// Retryable: no.
/// What to do: nothing, because the program wanted it; to call again, `cbj_client_resume` first.
pub const CBJ_ERROR_CANCELLED: cbj_status = 14;
/// The answer is not HTTP, not JSON, not of the documented shape, cut short, or larger than allowed.
///
/// Retryable: no, except where the answer was cut short.
/// Wait: one minute; a program that asks at an interval waits for its next turn.
/// What to do: check the URL that the message names; the message quotes the beginning of the answer.
pub const CBJ_ERROR_PROTOCOL: cbj_status = 15;
/// A defect of this library.
///
/// Retryable: no.
/// What to do: report it, with the message.
pub const CBJ_ERROR_INTERNAL: cbj_status = 16;
/// The value of a time that is absent or cannot be read: `INT64_MIN`.
pub const CBJ_NO_TIME: i64 = -9223372036854775807 - 1;

/// Every status with its name and, except for success, its kind in Rust.
const STATUSES: [(cbj_status, &CStr, Option<ErrorKind>); 17] = [
    (CBJ_OK, c"CBJ_OK", None),
    (CBJ_ERROR_INVALID_ARGUMENT, c"CBJ_ERROR_INVALID_ARGUMENT", Some(ErrorKind::InvalidArgument)),
    (CBJ_ERROR_CONFIG, c"CBJ_ERROR_CONFIG", Some(ErrorKind::Config)),
    (CBJ_ERROR_AUTHENTICATION, c"CBJ_ERROR_AUTHENTICATION", Some(ErrorKind::Authentication)),
    (CBJ_ERROR_PERMISSION, c"CBJ_ERROR_PERMISSION", Some(ErrorKind::Permission)),
    (CBJ_ERROR_NOT_FOUND, c"CBJ_ERROR_NOT_FOUND", Some(ErrorKind::NotFound)),
    (CBJ_ERROR_REJECTED, c"CBJ_ERROR_REJECTED", Some(ErrorKind::Rejected)),
    (CBJ_ERROR_RATE_LIMITED, c"CBJ_ERROR_RATE_LIMITED", Some(ErrorKind::RateLimited)),
    (CBJ_ERROR_SERVER, c"CBJ_ERROR_SERVER", Some(ErrorKind::Server)),
    (CBJ_ERROR_RESOLVE, c"CBJ_ERROR_RESOLVE", Some(ErrorKind::Resolve)),
    (CBJ_ERROR_CONNECT, c"CBJ_ERROR_CONNECT", Some(ErrorKind::Connect)),
    (CBJ_ERROR_TLS, c"CBJ_ERROR_TLS", Some(ErrorKind::Tls)),
    (CBJ_ERROR_NETWORK, c"CBJ_ERROR_NETWORK", Some(ErrorKind::Network)),
    (CBJ_ERROR_TIMEOUT, c"CBJ_ERROR_TIMEOUT", Some(ErrorKind::Timeout)),
    (CBJ_ERROR_CANCELLED, c"CBJ_ERROR_CANCELLED", Some(ErrorKind::Cancelled)),
    (CBJ_ERROR_PROTOCOL, c"CBJ_ERROR_PROTOCOL", Some(ErrorKind::Protocol)),
    (CBJ_ERROR_INTERNAL, c"CBJ_ERROR_INTERNAL", Some(ErrorKind::Internal)),
];

// The C numbers and the Rust kinds are one list in two languages.
const _: () = {
    let mut index = 0;
    while index < STATUSES.len() {
        let (status, _, kind) = &STATUSES[index];
        assert!(*status == index as cbj_status);
        if let Some(kind) = kind {
            assert!(*kind as cbj_status == *status);
        }
        index += 1;
    }
};

/// The name of a status as this header spells it, e.g. "CBJ_ERROR_TIMEOUT".
///
/// Returns: static text, never NULL; "CBJ_ERROR_UNKNOWN" for a number that this version does not know.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_status_name(status: cbj_status) -> *const c_char {
    const UNKNOWN: *const c_char = c"CBJ_ERROR_UNKNOWN".as_ptr();
    guard(UNKNOWN, || {
        STATUSES.iter().find(|(number, ..)| *number == status).map_or(UNKNOWN, |(_, name, _)| name.as_ptr())
    })
}

/// The version of the library that is loaded, e.g. "1.2.3". `CBJ_VERSION_MAJOR`, `CBJ_VERSION_MINOR` and
/// `CBJ_VERSION_PATCH` are the version of the header that a program was compiled with.
///
/// Returns: static text, never NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    guard(VERSION.as_ptr().cast(), || VERSION.as_ptr().cast())
}

/// The parts that a build can leave out, and whether this build has them.
const FEATURES: [(&str, bool); 2] =
    [("certificate", cfg!(feature = "certificate")), ("system-trust", cfg!(feature = "system-trust"))];

/// Whether the loaded library was built with a part that a build can leave out: "certificate" (client certificates as
/// credentials) or "system-trust" (`CBJ_TRUST_SYSTEM`). `cbj_client_new` refuses a configuration that needs a missing part.
///
/// Returns: 1 if the library has the part; 0 if it does not, for a name that this version does not know, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_has_feature(name: *const c_char) -> i32 {
    guard(0, || {
        // SAFETY: the header demands a string or NULL.
        let name = unsafe { borrow_optional(name, "name") };
        i32::from(matches!(name, Ok(Some(name)) if FEATURES.contains(&(name, true))))
    })
}
