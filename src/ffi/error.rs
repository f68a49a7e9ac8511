//! `cbj_error`: why a call failed.

use std::ffi::c_char;

use super::guard::{free, read};
use super::status::{CBJ_ERROR_INVALID_ARGUMENT, cbj_status};
use super::text::lend;
use crate::error::{Error, ErrorDetail};
use crate::model::Text;

/// Why a call failed: a status, one line for a person, and what the service said.
///
/// Made by the functions that take `cbj_error **error`, freed by `cbj_error_free`. Independent of the client and of
/// every other handle, which may be freed before it. Immutable: any number of threads may read it.
///
/// No secret is part of it.
pub struct cbj_error(pub(super) Error);

fn detail(error: &cbj_error, index: usize) -> Option<ErrorDetail<'_>> {
    error.0.detail(index)
}

/// The status that the failed call returned.
///
/// NULL: `CBJ_ERROR_INVALID_ARGUMENT`.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_status(error: Option<&cbj_error>) -> cbj_status {
    read(error, CBJ_ERROR_INVALID_ARGUMENT, |error| Some(error.0.kind() as cbj_status))
}

/// One line for a person: what was asked of whom, what came back, what to do. English, UTF-8, without line breaks and
/// control characters, safe to print and to log. Programs must not interpret it, because its wording may change.
///
/// Returns: text owned by `error`, valid until `cbj_error_free`; NULL only for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_message(error: Option<&cbj_error>) -> *const c_char {
    read(error, std::ptr::null(), |error| Some(error.0.message_text().get().as_ptr()))
}

/// The HTTP status of the answer, e.g. 403. If the answer's envelope has a `statusCode` of its own, it is that number: the
/// service documents that the envelope's number counts.
///
/// Returns: 0 where no answer came, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_http_status(error: Option<&cbj_error>) -> i32 {
    read(error, 0, |error| error.0.http_status().map(i32::from))
}

/// The service's id of the request (`requestId`), which the vendor's support asks for.
///
/// Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_request_id(error: Option<&cbj_error>) -> *const c_char {
    read(error, std::ptr::null(), |error| lend(error.0.request_id_text().map(Text::get)))
}

/// The trace id of the request (`traceId`), a W3C traceparent.
///
/// Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_trace_id(error: Option<&cbj_error>) -> *const c_char {
    read(error, std::ptr::null(), |error| lend(error.0.trace_id_text().map(Text::get)))
}

/// How long the service asked to wait before the next request (`Retry-After`), in milliseconds after the answer.
///
/// Returns: -1 where the service named no time, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_retry_after_ms(error: Option<&cbj_error>) -> i64 {
    read(error, -1, |error| error.0.retry_after().and_then(|time| i64::try_from(time.as_millis()).ok()))
}

/// Whether the same call makes sense later without a change. 1 for every failure after which the call itself tries again
/// (see `cbj_config_set_max_retries`), for a call whose time was up, for HTTP 425, and for every 5xx except 501 and 505.
/// 0 after `cbj_client_cancel`, because every call ends in the same way until `cbj_client_resume`.
///
/// Returns: 1 or 0; 0 for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_is_retryable(error: Option<&cbj_error>) -> i32 {
    read(error, 0, |error| Some(error.0.is_retryable().into()))
}

/// The number of entries in the service's own list of errors (`errors`, ApiError).
///
/// Returns: 0 where the service sent none, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_detail_count(error: Option<&cbj_error>) -> usize {
    read(error, 0, |error| Some(error.0.details().len()))
}

/// The code of an entry, e.g. "InvalidParameter".
///
/// Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, where `index` is
/// `cbj_error_detail_count` or more, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_detail_code(error: Option<&cbj_error>, index: usize) -> *const c_char {
    read(error, std::ptr::null(), |error| lend(detail(error, index)?.code_text()))
}

/// The field of the request that an entry is about.
///
/// Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, where `index` is
/// `cbj_error_detail_count` or more, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_detail_field(error: Option<&cbj_error>, index: usize) -> *const c_char {
    read(error, std::ptr::null(), |error| lend(detail(error, index)?.field_text()))
}

/// The text of an entry.
///
/// Returns: text owned by `error`, valid until `cbj_error_free`; NULL where the service sent none, where `index` is
/// `cbj_error_detail_count` or more, and for NULL.
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_detail_message(error: Option<&cbj_error>, index: usize) -> *const c_char {
    read(error, std::ptr::null(), |error| lend(detail(error, index)?.message_text()))
}

/// Frees an error. Afterwards every text of the error is invalid.
///
/// NULL: nothing happens.
/// Threads: one, while no other uses the handle.
#[unsafe(no_mangle)]
pub extern "C" fn cbj_error_free(error: Option<Box<cbj_error>>) {
    free(error);
}
