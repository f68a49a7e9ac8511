//! Notices a fork, and keeps the parent's descriptors out of the child.
//!
//! A child has a copy of everything, but only of the thread that forked. A lock that another thread held is locked for
//! good, and what is written to a connection goes into the parent's conversation. So whatever belongs to a process
//! remembers which one ([`Process`]), and the child leaves it alone. Only the descriptors it closes, at once: with a
//! copy of them in a child that lives on, the parent could not end its own connections.
//!
//! The handlers run inside `fork`, where little is allowed: they use atomics, `getpid`, `fstat` and `close`. The host's
//! own handlers run before and after them, and may call the library: the thread that forks never waits for itself, and
//! in the child it is noticed by the first call that it is one.

use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use super::noted::{self, Place};

static FORKS: AtomicU64 = AtomicU64::new(0);

/// Which process this is, as far as forks are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Process(u64);

impl Process {
    /// That of a constant: of the process that loaded the library.
    pub(super) const FIRST: Self = Self(0);

    /// Any other than this one, for tests.
    #[cfg(test)]
    pub(super) const OTHER: Self = Self(u64::MAX);

    pub(super) fn current() -> Self {
        if is_forking() && this_process() != FORKING_PROCESS.load(SeqCst) {
            // A handler of the host, in the child, that runs before ours.
            begin_anew();
        }
        Self(FORKS.load(SeqCst))
    }
}

/// Forks are noticed from now on.
pub(crate) fn watch_forks() -> io::Result<()> {
    // Two threads that come at once both register, and the handlers bear that. A `Once` would be worse: for the child
    // of a fork in the midst of it, it would never end.
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

/// How many forks are under way, the threads that are at it, and the process that they belong to.
static FORKING: AtomicUsize = AtomicUsize::new(0);
static FORKING_THREADS: [AtomicUsize; 64] = [const { AtomicUsize::new(NOBODY) }; 64];
static FORKING_PROCESS: AtomicI32 = AtomicI32::new(0);

const NOBODY: usize = 0;

/// How many threads are opening or closing a descriptor.
static CHANGING: AtomicUsize = AtomicUsize::new(0);

/// How long a fork waits for threads that are opening or closing, and they for a fork. Neither takes time, so this is
/// only for the cases in which both would wait for each other: a fork in a signal handler that interrupted such a
/// thread, and a handler of the host, inside `fork`, that waits for what such a thread has locked.
const PATIENCE: Duration = Duration::from_millis(50);

extern "C" fn before() {
    FORKING_PROCESS.store(this_process(), SeqCst);
    // If more threads fork at once than there are places, the others are not known to be at it.
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
    begin_anew();
}

/// What the child has to do, once.
fn begin_anew() {
    if FORKING.swap(0, SeqCst) == 0 {
        return;
    }
    FORKING_THREADS.iter().for_each(|thread| thread.store(NOBODY, SeqCst));
    FORKS.fetch_add(1, SeqCst);
    CHANGING.store(0, SeqCst);
    noted::close_all();
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

/// Not by a variable of the thread, for which its first use may allocate: this is called from signal handlers.
fn this_thread() -> usize {
    // SAFETY: it has no precondition and cannot fail.
    unsafe { libc::pthread_self() as usize }
}

fn this_process() -> i32 {
    // SAFETY: it has no precondition and cannot fail.
    unsafe { libc::getpid() }
}

/// No fork happens while `body` runs, which must not take time.
pub(crate) fn without_fork<T>(body: impl FnOnce() -> T) -> T {
    let _no_fork = NoFork::begin();
    body()
}

/// While it lives, no fork happens: a descriptor that is being opened is not there, or is there and noted.
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

    /// From now on a child closes `descriptor`.
    pub(super) fn note(&self, descriptor: RawFd) -> io::Result<&'static Place> {
        noted::note(descriptor)
    }
}

impl Drop for NoFork {
    fn drop(&mut self) {
        // The child of a fork in a signal handler begins to count anew.
        if self.0 == Process::current() {
            CHANGING.fetch_sub(1, SeqCst);
        }
    }
}
