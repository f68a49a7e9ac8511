//! How a function that can fail answers: its status, the handle that it makes, and the error.

use std::mem::MaybeUninit;

use super::error::cbj_error;
use super::guard::{catch, guard};
use super::status::{CBJ_ERROR_INTERNAL, CBJ_ERROR_INVALID_ARGUMENT, CBJ_OK, cbj_status};
use super::text::is_null;
use crate::error::{Error, ErrorKind};

/// Where a handle is given out. `None` is C's NULL; what is in it beforehand is never read.
pub(super) type Out<'a, T> = Option<&'a mut MaybeUninit<*mut T>>;

/// Changes something through a handle, without a place for the reason of a failure.
pub(super) fn change<T>(handle: Option<T>, body: impl FnOnce(T) -> Result<(), Error>) -> cbj_status {
    guard(CBJ_ERROR_INTERNAL, || match handle.map(body) {
        None => CBJ_ERROR_INVALID_ARGUMENT,
        Some(Ok(())) => CBJ_OK,
        Some(Err(error)) => status(error),
    })
}

#[cold]
#[inline(never)]
fn status(error: Error) -> cbj_status {
    error.kind() as cbj_status
}

/// Makes a handle. On success `out` receives it and `error` receives NULL; on failure `out` receives NULL and `error` the
/// reason.
pub(super) fn make<T>(
    out: Out<'_, T>,
    out_name: &str,
    error: Out<'_, cbj_error>,
    body: impl FnOnce() -> Result<T, Error>,
) -> cbj_status {
    make_optional(out, out_name, error, || body().map(Some))
}

/// As [`make`], where success may come without a handle: then `out` receives NULL.
pub(super) fn make_optional<T>(
    out: Out<'_, T>,
    out_name: &str,
    error: Out<'_, cbj_error>,
    body: impl FnOnce() -> Result<Option<T>, Error>,
) -> cbj_status {
    run(error, || match out {
        None => Err(is_null(out_name)),
        Some(out) => {
            out.write(std::ptr::null_mut());
            if let Some(made) = body()? {
                out.write(Box::into_raw(Box::new(made)));
            }
            Ok(())
        }
    })
}

/// Does something that can fail for a reason: on success `error` is NULL.
pub(super) fn run(error: Out<'_, cbj_error>, body: impl FnOnce() -> Result<(), Error>) -> cbj_status {
    let failure = match catch(body) {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error),
        Err(panic) => Some(defect(&panic)),
    };
    answer(error, failure)
}

/// The status of a call, with its error in the place for it.
#[inline(never)]
fn answer(out: Out<'_, cbj_error>, failure: Option<Error>) -> cbj_status {
    let status = failure.as_ref().map_or(CBJ_OK, |error| error.kind() as cbj_status);
    if let Some(out) = out {
        out.write(failure.map_or(std::ptr::null_mut(), |error| Box::into_raw(Box::new(cbj_error(error)))));
    }
    status
}

#[cold]
fn defect(panic: &str) -> Error {
    Error::new(ErrorKind::Internal, format!("A defect of cloudbackupjobs, please report it: {panic}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panic_on_purpose() -> ! {
        panic!("on {}", "purpose")
    }

    #[test]
    fn a_panic_becomes_a_status_and_an_error() {
        let mut out = MaybeUninit::<*mut i32>::uninit();
        let mut error = MaybeUninit::<*mut cbj_error>::uninit();
        let status = make(Some(&mut out), "out", Some(&mut error), || panic_on_purpose());
        assert_eq!(status, CBJ_ERROR_INTERNAL);
        // SAFETY: `make` writes both.
        let (out, error) = unsafe { (out.assume_init(), Box::from_raw(error.assume_init())) };
        assert!(out.is_null());
        assert!(error.0.message().contains("on purpose"), "{}", error.0.message());

        assert_eq!(
            make::<i32>(Some(&mut MaybeUninit::uninit()), "out", None, || panic_on_purpose()),
            CBJ_ERROR_INTERNAL
        );
        assert_eq!(change(Some(()), |()| panic_on_purpose()), CBJ_ERROR_INTERNAL);
    }
}
