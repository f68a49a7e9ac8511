//! Detects forks, and keeps the parent's descriptors out of the child.
//!
//! A child has a copy of all memory, but only the thread that forked. A lock that another thread held stays locked for
//! ever, and bytes written to an inherited connection would end up in the parent's conversation. So every value that
//! belongs to one process records which process that is ([`Process`]), and a child does not touch it. A child only
//! closes the descriptors, at once: if it kept copies of them, the parent could not end its own connections.
//!
//! The handlers run inside `fork`, where little is allowed: they use atomics, `getpid`, `nanosleep`, `fstat` and `close`.
//! The program's own handlers run before and after them, and may call the library. So the thread that forks never waits for
//! itself, and in the child the first call detects the fork.

use std::io;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

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
        if is_forking() {
            // A fork handler of the program calls.
            if this_process() == FORKING_PROCESS.load(SeqCst) {
                HANDLER_CALLS.store(true, SeqCst);
            } else {
                // In the child, before the library's handler has run.
                reset_in_child();
            }
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
static FORKING_THREADS: Threads = Threads::new();
static FORKING_PROCESS: AtomicI32 = AtomicI32::new(0);

/// How many threads are opening or closing a descriptor, and which.
static CHANGING: AtomicUsize = AtomicUsize::new(0);
static CHANGING_THREADS: Threads = Threads::new();

/// Whether a fork handler of the program uses the library: its call may wait for other threads.
static HANDLER_CALLS: AtomicBool = AtomicBool::new(false);

/// How often a fork naps while other threads open or close a descriptor, and how often these nap while there is a fork:
/// two seconds, or longer where the threads get little of the processor. An opening takes some microseconds, unless its
/// thread has to wait for the processor. So the limit is only for cases in which each waits for the other: a fork
/// handler of the program waits for a lock that such a thread holds.
const MOST_NAPS: u32 = 2000;

/// The same while a fork handler of the program uses the library: 50 milliseconds.
const MOST_NAPS_FOR_HANDLER: u32 = 65;

/// Waits for a moment: at first a very short one, because most waits are over then.
fn nap(number: u32) {
    match number {
        0..10 => std::thread::yield_now(),
        10..20 => std::thread::sleep(Duration::from_micros(50)),
        _ => std::thread::sleep(Duration::from_millis(1)),
    }
}

extern "C" fn before() {
    FORKING_PROCESS.store(this_process(), SeqCst);
    FORKING_THREADS.add(this_thread());
    FORKING.fetch_add(1, SeqCst);
    // A signal handler may interrupt a thread that opens a descriptor, and fork. It does not wait for its own thread.
    let own = CHANGING_THREADS.count(this_thread());
    (0..MOST_NAPS).take_while(|_| CHANGING.load(SeqCst) > own).for_each(nap);
}

extern "C" fn after_in_parent() {
    FORKING_THREADS.remove(this_thread());
    HANDLER_CALLS.store(false, SeqCst);
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
    FORKING_THREADS.clear();
    HANDLER_CALLS.store(false, SeqCst);
    FORKS.fetch_add(1, SeqCst);
    CHANGING.store(0, SeqCst);
    CHANGING_THREADS.clear();
    descriptor_table::close_all();
}

/// Whether this thread is inside `fork`.
fn is_forking() -> bool {
    FORKING.load(SeqCst) > 0 && FORKING_THREADS.count(this_thread()) > 0
}

/// Some threads. Of more threads at once than there are places, the last are left out.
struct Threads([AtomicUsize; 64]);

const NOBODY: usize = 0;

impl Threads {
    const fn new() -> Self {
        Self([const { AtomicUsize::new(NOBODY) }; 64])
    }

    fn add(&self, thread: usize) {
        self.replace(NOBODY, thread);
    }

    fn remove(&self, thread: usize) {
        self.replace(thread, NOBODY);
    }

    fn replace(&self, old: usize, new: usize) {
        self.0.iter().any(|thread| thread.compare_exchange(old, new, SeqCst, SeqCst).is_ok());
    }

    fn count(&self, thread: usize) -> usize {
        self.0.iter().filter(|other| other.load(SeqCst) == thread).count()
    }

    fn clear(&self) {
        self.0.iter().for_each(|thread| thread.store(NOBODY, SeqCst));
    }
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
        // First: a signal handler that forks between these two lines would wait for its own thread otherwise.
        CHANGING_THREADS.add(this_thread());
        for number in 0.. {
            CHANGING.fetch_add(1, SeqCst);
            let most = if HANDLER_CALLS.load(SeqCst) { MOST_NAPS_FOR_HANDLER } else { MOST_NAPS };
            if FORKING.load(SeqCst) == 0 || is_forking() || number >= most {
                break;
            }
            CHANGING.fetch_sub(1, SeqCst);
            nap(number);
        }
        Self(process)
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
            CHANGING_THREADS.remove(this_thread());
        }
    }
}
