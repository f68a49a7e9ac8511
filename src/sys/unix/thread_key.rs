//! The key for thread-specific data that the standard library needs for its first thread.

use std::io;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Whether a thread of the library has run. The standard library has its key from then on.
static HAS_KEY: AtomicBool = AtomicBool::new(false);

/// Fails if the process has no key left. The standard library would then end the process when its first thread starts.
pub(in crate::sys) fn check_for_key() -> io::Result<()> {
    if HAS_KEY.load(SeqCst) {
        return Ok(());
    }
    let mut key = MaybeUninit::uninit();
    // SAFETY: a place for the key, which needs no destructor.
    if unsafe { libc::pthread_key_create(key.as_mut_ptr(), None) } != 0 {
        return Err(io::Error::other("the process has no key for thread-specific data left (pthread_key_create)"));
    }
    // SAFETY: a key that was made just now, and that nobody else knows.
    unsafe { libc::pthread_key_delete(key.assume_init()) };
    Ok(())
}

/// To be called on a thread that the standard library has started.
pub(in crate::sys) fn has_key() {
    HAS_KEY.store(true, SeqCst);
}
