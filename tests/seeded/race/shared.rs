//! What the threads of a turn and its forked processes count together, in memory that they share.

use std::ffi::{c_int, c_void};
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::plan::FAMILIES;

/// What has happened.
#[derive(Debug, Default, Clone, Copy)]
pub struct Tally {
    pub calls: usize,
    pub cancelled: usize,
    pub forks: usize,
    /// For each family: what may have cost a request for a token.
    pub reasons_for_tokens: [usize; FAMILIES],
}

/// As [`Tally`].
#[derive(Default)]
#[repr(C)]
struct Counters {
    calls: AtomicUsize,
    cancelled: AtomicUsize,
    forks: AtomicUsize,
    reasons_for_tokens: [AtomicUsize; FAMILIES],
}

unsafe extern "C" {
    fn mmap(
        address: *mut c_void,
        length: usize,
        protection: c_int,
        flags: c_int,
        file: c_int,
        offset: i64,
    ) -> *mut c_void;
}

/// To be called once before the first fork.
fn counters() -> &'static Counters {
    const READ_AND_WRITE: c_int = 3;
    const SHARED: c_int = 1;
    const ANONYMOUS: c_int = 0x20;
    static COUNTERS: OnceLock<&Counters> = OnceLock::new();
    COUNTERS.get_or_init(|| {
        // SAFETY: asks for new pages, which are zero and are never given back.
        let pages = unsafe { mmap(null_mut(), size_of::<Counters>(), READ_AND_WRITE, SHARED | ANONYMOUS, -1, 0) };
        assert_ne!(pages.addr(), usize::MAX, "{}", std::io::Error::last_os_error());
        // SAFETY: large enough, aligned to a page, and zero is a value of the type.
        unsafe { &*pages.cast() }
    })
}

pub fn add(tally: &Tally) {
    let counters = counters();
    counters.calls.fetch_add(tally.calls, SeqCst);
    counters.cancelled.fetch_add(tally.cancelled, SeqCst);
    counters.forks.fetch_add(tally.forks, SeqCst);
    for (counter, reasons) in counters.reasons_for_tokens.iter().zip(tally.reasons_for_tokens) {
        counter.fetch_add(reasons, SeqCst);
    }
}

/// The sum of all that was added so far.
pub fn sum() -> Tally {
    let counters = counters();
    Tally {
        calls: counters.calls.load(SeqCst),
        cancelled: counters.cancelled.load(SeqCst),
        forks: counters.forks.load(SeqCst),
        reasons_for_tokens: counters.reasons_for_tokens.each_ref().map(|counter| counter.load(SeqCst)),
    }
}
