//! As whom the process runs.

/// The user whose rights the process has.
pub(crate) fn effective_user() -> u32 {
    // SAFETY: it has no precondition and cannot fail.
    unsafe { libc::geteuid() }
}
