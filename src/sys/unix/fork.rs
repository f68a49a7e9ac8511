//! Detects forks, and keeps the parent's descriptors out of the child.
//!
//! A child has a copy of all memory, but only the thread that forked. A lock that another thread held stays locked for
//! ever, and bytes written to an inherited connection would end up in the parent's conversation. So every value that
//! belongs to one process records which process that is ([`Process`]), and a child does not touch it. A child only
//! closes the descriptors, at once: if it kept copies of them, the parent could not end its own connections.
//!
//! The handlers run inside `fork`, where little is allowed: they use atomics, `getpid`, `fstat` and `close`. The
//! program's own handlers run before and after them, and may call the library. So the thread that forks never waits for
//! itself, and in the child the first call detects the fork.

use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use super::descriptor_table::{self, Slot};

static FORKS: AtomicUsize = AtomicUsize::new(0);

/// Identifies a process by the number of forks between it and the process that loaded the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sys) struct Process(usize);

impl Process {
    /// The process that loaded the library. For constants.
    pub(in crate::sys) const FIRST: Self = Self(0);

    /// A process other than this one, for tests.
    #[cfg(test)]
    pub(in crate::sys) const OTHER: Self = Self(usize::MAX);

    pub(in crate::sys) fn current() -> Self {
        if is_forking() && this_process() != FORKING_PROCESS.load(SeqCst) {
            // A fork handler of the program calls, in the child, before the library's handler has run.
            reset_in_child();
        }
        Self(FORKS.load(SeqCst))
    }
}

/// Registers the fork handlers.
pub(super) fn watch_forks() -> io::Result<()> {
    // Two threads that come at once both register the handlers, which does no harm. A `Once` would be worse: a child
    // that is forked during it would wait for ever.
    static WATCHED: AtomicBool = AtomicBool::new(false);
    if WATCHED.load(SeqCst) {
        return Ok(());
    }
    // SAFETY: three functions without arguments that live as long as the library, which is never unmapped.
    match unsafe { libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child)) } {
        0 => {
            WATCHED.store(true, SeqCst);
            Ok(())
        }
        error => Err(io::Error::from_raw_os_error(error)),
    }
}

/// How many forks are under way, the threads that are forking, and their process.
static FORKING: AtomicUsize = AtomicUsize::new(0);
static FORKING_THREADS: [AtomicUsize; 64] = [const { AtomicUsize::new(NOBODY) }; 64];
static FORKING_PROCESS: AtomicI32 = AtomicI32::new(0);

const NOBODY: usize = 0;

/// How many threads are opening or closing a descriptor.
static CHANGING: AtomicUsize = AtomicUsize::new(0);

/// How long a fork waits for threads that open or close a descriptor, and how long these wait for a fork. Neither takes
/// long, so the limit is only for cases in which each waits for the other: a signal handler interrupts such a thread
/// and forks, or a fork handler of the program waits for a lock that such a thread holds.
const PATIENCE: Duration = Duration::from_millis(50);

extern "C" fn before() {
    FORKING_PROCESS.store(this_process(), SeqCst);
    // If more threads fork at once than there are slots, the other threads are not recorded.
    replace_thread(NOBODY, this_thread());
    FORKING.fetch_add(1, SeqCst);
    let begin = Instant::now();
    while CHANGING.load(SeqCst) > 0 && begin.elapsed() < PATIENCE {
        std::thread::yield_now();
    }
}

extern "C" fn after_in_parent() {
    replace_thread(this_thread(), NOBODY);
    FORKING.fetch_sub(1, SeqCst);
}

extern "C" fn after_in_child() {
    reset_in_child();
}

/// Resets the state in the child. Does nothing the second time.
fn reset_in_child() {
    if FORKING.swap(0, SeqCst) == 0 {
        return;
    }
    FORKING_THREADS.iter().for_each(|thread| thread.store(NOBODY, SeqCst));
    FORKS.fetch_add(1, SeqCst);
    CHANGING.store(0, SeqCst);
    descriptor_table::close_all();
}

/// Whether this thread is inside `fork`.
fn is_forking() -> bool {
    FORKING.load(SeqCst) > 0 && {
        let this = this_thread();
        FORKING_THREADS.iter().any(|thread| thread.load(SeqCst) == this)
    }
}

fn replace_thread(old: usize, new: usize) {
    let replace = |thread: &AtomicUsize| thread.compare_exchange(old, new, SeqCst, SeqCst).is_ok();
    FORKING_THREADS.iter().any(replace);
}

/// Not a thread-local variable, because its first use may allocate: signal handlers call this.
fn this_thread() -> usize {
    // SAFETY: it has no precondition and cannot fail.
    unsafe { libc::pthread_self() as usize }
}

fn this_process() -> i32 {
    // SAFETY: it has no precondition and cannot fail.
    unsafe { libc::getpid() }
}

/// Runs `body` while no fork can happen. `body` must not take long.
pub(crate) fn without_fork<T>(body: impl FnOnce() -> T) -> T {
    let _no_fork = NoFork::begin();
    body()
}

/// While it lives, no fork happens. So a child never inherits a descriptor that is open but not yet recorded.
pub(super) struct NoFork(Process);

impl NoFork {
    pub(super) fn begin() -> Self {
        let process = Process::current();
        let mut waits_since = None;
        loop {
            CHANGING.fetch_add(1, SeqCst);
            let is_over = |since: &mut Option<Instant>| since.get_or_insert_with(Instant::now).elapsed() >= PATIENCE;
            if FORKING.load(SeqCst) == 0 || is_forking() || is_over(&mut waits_since) {
                return Self(process);
            }
            CHANGING.fetch_sub(1, SeqCst);
            std::thread::sleep(Duration::from_micros(50));
        }
    }

    /// Records `descriptor`: from now on a child closes it.
    pub(super) fn record(&self, descriptor: RawFd) -> io::Result<&'static Slot> {
        descriptor_table::record(descriptor)
    }
}

impl Drop for NoFork {
    fn drop(&mut self) {
        // In a child that a signal handler forked meanwhile, the count has been reset.
        if self.0 == Process::current() {
            CHANGING.fetch_sub(1, SeqCst);
        }
    }
}
