//! Starts threads so that the program is not affected. The library starts no other threads.

use std::io;
use std::mem::MaybeUninit;
use std::thread::Builder;

/// Enough for the system's resolver and its modules; the default would be 2 MiB of address space.
const STACK: usize = 256 * 1024;

/// Starts a detached thread with every signal blocked, so that the program's handlers run on the program's threads.
/// Returns an error if the thread cannot be started, where `std::thread::spawn` would panic.
pub(crate) fn start_quietly(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let _restored_when_dropped = BlockedSignals::new()?;
    Builder::new().name(name.to_owned()).stack_size(STACK).spawn(body).map(drop)
}

thread_local! {
    /// Only its address matters. It has no destructor, so that a thread may outlive the library.
    static MARK: u8 = const { 0 };
}

/// Identifies a thread among those that live at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ThreadMark(usize);

impl ThreadMark {
    pub(crate) fn current() -> Self {
        MARK.with(|mark| Self(std::ptr::from_ref(mark).addr()))
    }
}

/// Blocks every signal of this thread as long as it lives. A new thread inherits the mask.
struct BlockedSignals {
    before: libc::sigset_t,
}

impl BlockedSignals {
    fn new() -> io::Result<Self> {
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

impl Drop for BlockedSignals {
    fn drop(&mut self) {
        // SAFETY: a mask that the system itself wrote. The call cannot fail, because the action is a known one.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, std::ptr::null_mut()) };
    }
}
