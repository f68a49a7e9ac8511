//! What every call keeps, whatever a server sends: it ends, in its time, with a documented status.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::process;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;
use fastrand::Rng;

use crate::support::abi::{Client, Failure, name};

/// The time of a call that has no reason to wait.
pub const LONG: Duration = Duration::from_secs(40);

/// How much processor time a call may take after its deadline.
const MOST_CPU: Duration = Duration::from_millis(50);

/// How much later than its deadline a call may end in the best of [`TRIES`]. A busy machine makes some calls late; a defect
/// makes all of them late.
const LATE: Duration = Duration::from_millis(250);
const TRIES: usize = 10;

/// After this long beyond its deadline, a call hangs. The servers end a silent connection later.
const HANGS: Duration = Duration::from_secs(15);

thread_local! {
    /// How often each thing happened in this thread.
    static TALLY: RefCell<BTreeMap<String, u64>> = const { RefCell::new(BTreeMap::new()) };

    /// Whether a call of this thread ended late.
    static WAS_LATE: Cell<bool> = const { Cell::new(false) };
}

/// Counts something for [`tell`].
pub fn note(what: impl Into<String>) {
    TALLY.with_borrow_mut(|tally| *tally.entry(what.into()).or_default() += 1);
}

/// Prints how often each thing happened, in the turns of this thread.
#[allow(clippy::print_stderr, reason = "the result of a test program")]
pub fn tell(test: &str) {
    TALLY.with_borrow(|tally| tally.iter().for_each(|(what, count)| eprintln!("{test}: {count:>8} {what}")));
}

/// Makes a turn, and makes the same turn again if one of its calls ended late.
pub fn in_time(rng: &Rng, turn: impl Fn(&mut Rng)) {
    for _ in 0..TRIES {
        WAS_LATE.set(false);
        turn(&mut rng.clone());
        if !WAS_LATE.get() {
            return;
        }
    }
    panic!("in each of {TRIES} tries, a call ended more than {LATE:?} after its deadline");
}

/// Makes a call of `client` with this deadline, and checks what every call keeps.
#[track_caller]
pub fn checked<T>(
    client: &Client,
    deadline: Duration,
    call: impl FnOnce() -> Result<T, Failure>,
) -> Result<T, Failure> {
    let ms = u32::try_from(deadline.as_millis()).expect("is short");
    assert_eq!(client.set_timeout_ms(ms), CBJ_OK);
    let watched = Watched::new(client, deadline + HANGS);
    let (begin, cpu_before) = (Instant::now(), cpu_of_this_thread());
    let result = call();
    let (elapsed, cpu) = (begin.elapsed(), cpu_of_this_thread() - cpu_before);
    drop(watched);
    let late = elapsed.saturating_sub(deadline);
    // No more than all of the call's processor time came after its deadline.
    assert!(late.min(cpu) <= MOST_CPU, "{late:?} after its deadline of {deadline:?}, with {cpu:?} of processor time");
    WAS_LATE.set(WAS_LATE.get() || late > LATE);
    if let Err(failure) = &result {
        assert!(is_documented(failure.status), "{} is no answer to a server: {failure:?}", name(failure.status));
        let in_time = failure.status != CBJ_ERROR_TIMEOUT || elapsed + Duration::from_millis(1) >= deadline;
        assert!(in_time, "after {elapsed:?} of {deadline:?}: {failure:?}");
    }
    result
}

/// Whether a server can make a call end with this status. A call that hangs is cancelled, and fails here.
fn is_documented(status: cbj_status) -> bool {
    const DOCUMENTED: [cbj_status; 11] = [
        CBJ_ERROR_AUTHENTICATION,
        CBJ_ERROR_PERMISSION,
        CBJ_ERROR_NOT_FOUND,
        CBJ_ERROR_REJECTED,
        CBJ_ERROR_RATE_LIMITED,
        CBJ_ERROR_SERVER,
        CBJ_ERROR_CONNECT,
        CBJ_ERROR_TLS,
        CBJ_ERROR_NETWORK,
        CBJ_ERROR_TIMEOUT,
        CBJ_ERROR_PROTOCOL,
    ];
    DOCUMENTED.contains(&status)
}

fn cpu_of_this_thread() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a structure that the call writes.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(result, 0, "the system counts the processor time of threads");
    Duration::new(time.tv_sec.try_into().expect("is positive"), time.tv_nsec.try_into().expect("is a fraction"))
}

/// A call that is ended if it hangs. It then fails with CBJ_ERROR_CANCELLED, which no server can cause.
struct Watched(usize);

struct Entry {
    client: usize,
    until: Instant,
}

static CALLS: LazyLock<Mutex<Vec<Entry>>> = LazyLock::new(|| {
    thread::spawn(|| {
        loop {
            thread::sleep(Duration::from_secs(1));
            end_hanging();
        }
    });
    Mutex::default()
});

fn calls() -> MutexGuard<'static, Vec<Entry>> {
    CALLS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[allow(clippy::print_stderr, reason = "the last words of the program")]
fn end_hanging() {
    let now = Instant::now();
    for entry in calls().iter().filter(|entry| now > entry.until) {
        // SAFETY: the entry is removed, under the same lock, before the client is freed.
        unsafe { cbj_client_cancel(entry.client as *mut cbj_client) }
        if now > entry.until + HANGS {
            eprintln!("a call hangs, and cancelling it does not end it");
            process::abort();
        }
    }
}

impl Watched {
    fn new(client: &Client, limit: Duration) -> Self {
        let client = client.as_ptr() as usize;
        calls().push(Entry { client, until: Instant::now() + limit });
        Self(client)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        calls().retain(|entry| entry.client != self.0);
    }
}
