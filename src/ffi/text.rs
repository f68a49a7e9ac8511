//! Strings across the boundary: NUL-terminated UTF-8.

use std::ffi::{CStr, c_char};

use crate::error::{Error, ErrorKind};
use crate::model::TextRef;

/// The string at `pointer`. The error names the parameter and never shows the text, which may be a secret.
///
/// # Safety
///
/// `pointer` is NULL, or points to a NUL-terminated string that stays as it is while the result is in use.
pub(super) unsafe fn borrow<'a>(pointer: *const c_char, name: &str) -> Result<&'a str, Error> {
    // SAFETY: the caller's promise.
    let text = unsafe { borrow_optional(pointer, name) }?;
    text.ok_or_else(|| is_null(name))
}

/// The same where NULL means that there is none.
///
/// # Safety
///
/// As [`borrow`].
#[inline(never)]
pub(super) unsafe fn borrow_optional<'a>(pointer: *const c_char, name: &str) -> Result<Option<&'a str>, Error> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: not NULL, and NUL-terminated by the caller's promise.
    let text = unsafe { CStr::from_ptr(pointer) };
    text.to_str().map(Some).map_err(|error| {
        let byte = error.valid_up_to();
        Error::new(ErrorKind::InvalidArgument, format!("{name} is not UTF-8 from byte {byte} on. Nothing was sent."))
    })
}

/// The error for a NULL where something is needed.
#[cold]
#[inline(never)]
pub(super) fn is_null(name: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("{name} is NULL."))
}

/// A handle's text as C reads it: NULL where there is none, else valid as long as the handle.
pub(super) fn lend(text: Option<TextRef<'_>>) -> Option<*const c_char> {
    text.map(TextRef::as_ptr)
}
