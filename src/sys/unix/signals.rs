//! Blocks the program's signals on a thread.

use std::io;
use std::mem::MaybeUninit;

/// Blocks every signal of this thread as long as it lives. A new thread inherits the mask.
pub(in crate::sys) struct NoSignals {
    before: libc::sigset_t,
}

impl NoSignals {
    pub(in crate::sys) fn new() -> io::Result<Self> {
        let (mut all, mut before) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: `sigfillset` writes all of `all` before `pthread_sigmask` reads it, and `pthread_sigmask` writes
        // `before`.
        let result = unsafe {
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr())
        };
        if result != 0 {
            return Err(io::Error::from_raw_os_error(result));
        }
        // SAFETY: written by the call that succeeded.
        Ok(Self { before: unsafe { before.assume_init() } })
    }
}

impl Drop for NoSignals {
    fn drop(&mut self) {
        // SAFETY: a mask that the system itself wrote. The call cannot fail, because the action is a known one.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, std::ptr::null_mut()) };
    }
}

/// The signals of the program that this thread would take: those that can be blocked, and are not.
#[cfg(test)]
pub(crate) fn signals_taken() -> Vec<i32> {
    /// Higher than the number of any signal of any system.
    const END: i32 = 129;
    let mut sets = [MaybeUninit::uninit(); 3];
    let [all, blocked, possible] = &mut sets;
    // SAFETY: each call writes the last set that it is given, and reads sets that were written before.
    unsafe {
        libc::sigfillset(all.as_mut_ptr());
        let result = libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), blocked.as_mut_ptr());
        assert_eq!(result, 0, "every signal is blocked");
        // A C library keeps signals for itself, two others cannot be blocked, and qemu does not know the last two.
        libc::pthread_sigmask(libc::SIG_SETMASK, blocked.as_ptr(), possible.as_mut_ptr());
    }
    // SAFETY: a set that was written; a number that is no signal's is refused.
    let is_in = |set: &MaybeUninit<libc::sigset_t>, signal| unsafe { libc::sigismember(set.as_ptr(), signal) } == 1;
    (1..END).filter(|signal| is_in(possible, *signal) && !is_in(blocked, *signal)).collect()
}
