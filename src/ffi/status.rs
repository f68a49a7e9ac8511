//! Numbers that say how a call went, and what is absent.

use std::ffi::{CStr, c_char};

use super::guard::guard;
use super::text::borrow_optional;
use crate::error::ErrorKind;

/// How a call went: `CBJ_OK` or one of the `CBJ_ERROR_...` numbers. The numbers never change; new ones may be added, so
/// treat one that you do not know as an error.
pub type cbj_status = i32;

/// The call did what it was asked to.
pub const CBJ_OK: cbj_status = 0;
/// NULL, not UTF-8, an empty or malformed id or location, a number that is no choice. Nothing was sent.
pub const CBJ_ERROR_INVALID_ARGUMENT: cbj_status = 1;
/// Missing, contradictory or unreadable configuration.
pub const CBJ_ERROR_CONFIG: cbj_status = 2;
/// The identity service refused, or the service answered 401 to a fresh token.
pub const CBJ_ERROR_AUTHENTICATION: cbj_status = 3;
/// 403: the app registration lacks the permission.
pub const CBJ_ERROR_PERMISSION: cbj_status = 4;
/// 404, or an answer without a job.
pub const CBJ_ERROR_NOT_FOUND: cbj_status = 5;
/// Any other 4xx (400, 405, 413, 422 and so on) and any 3xx: redirects are not followed.
pub const CBJ_ERROR_REJECTED: cbj_status = 6;
/// 429: too many requests.
pub const CBJ_ERROR_RATE_LIMITED: cbj_status = 7;
/// 5xx: the service failed, or a gateway before it.
pub const CBJ_ERROR_SERVER: cbj_status = 8;
/// The host name could not be resolved.
pub const CBJ_ERROR_RESOLVE: cbj_status = 9;
/// The connection was refused or not made in time, or the host is unreachable.
pub const CBJ_ERROR_CONNECT: cbj_status = 10;
/// TLS: certificate, host name, protocol version, or a handshake that one side refused.
pub const CBJ_ERROR_TLS: cbj_status = 11;
/// The connection broke, also in the midst of the TLS handshake.
pub const CBJ_ERROR_NETWORK: cbj_status = 12;
/// The call's deadline passed.
pub const CBJ_ERROR_TIMEOUT: cbj_status = 13;
/// `cbj_client_cancel` ended the call, or did not let it begin.
pub const CBJ_ERROR_CANCELLED: cbj_status = 14;
/// The answer is not HTTP, not JSON, not of the documented shape, truncated, or larger than allowed.
pub const CBJ_ERROR_PROTOCOL: cbj_status = 15;
/// A defect of this library.
pub const CBJ_ERROR_INTERNAL: cbj_status = 16;

/// What a time is that is absent or cannot be read: the value of `INT64_MIN`.
pub const CBJ_NO_TIME: i64 = -9223372036854775807 - 1;

/// Every status with its name and, but for success, its kind in Rust.
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

/// The version of the library that is loaded, e.g. "1.2.3". The header that a program was compiled with says
/// `CBJ_VERSION_MAJOR`, `CBJ_VERSION_MINOR` and `CBJ_VERSION_PATCH`.
///
/// Returns: static text, never NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_version() -> *const c_char {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\0");
    guard(VERSION.as_ptr().cast(), || VERSION.as_ptr().cast())
}

/// The parts that can be left out, and whether they are here.
const FEATURES: [(&str, bool); 2] =
    [("certificate", cfg!(feature = "certificate")), ("system-trust", cfg!(feature = "system-trust"))];

/// Whether the library that is loaded was built with a part that can be left out: "certificate" (client certificates as
/// credentials) or "system-trust" (`CBJ_TRUST_SYSTEM`). A configuration that needs a part that is not there is refused by
/// `cbj_client_new`.
///
/// Returns: 1 if it has the part; 0 if it has not, for a name that this version does not know, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_has_feature(name: *const c_char) -> i32 {
    guard(0, || {
        // SAFETY: the header demands a string or NULL.
        let name = unsafe { borrow_optional(name, "name") };
        i32::from(matches!(name, Ok(Some(name)) if FEATURES.contains(&(name, true))))
    })
}
