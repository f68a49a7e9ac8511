//! A log function that checks the thread that it is called on, and that may make a call itself.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use cloudbackupjobs::ffi::*;

type Inner = Box<dyn FnOnce()>;

thread_local! {
    /// How many calls this thread is inside of.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// What the log function is to do at the next line.
    static INNER: RefCell<Option<Inner>> = const { RefCell::new(None) };
}

/// A panic in a log function is caught by the library. So what is wrong is counted.
static WRONG: AtomicUsize = AtomicUsize::new(0);
static LINES: AtomicUsize = AtomicUsize::new(0);

/// Runs a call of the library.
pub fn in_call<T>(call: impl FnOnce() -> T) -> T {
    DEPTH.set(DEPTH.get() + 1);
    let result = call();
    DEPTH.set(DEPTH.get() - 1);
    result
}

/// As [`in_call`]; at the first line of the log, the log function calls `inner`.
pub fn in_call_with<T>(inner: impl FnOnce() + 'static, call: impl FnOnce() -> T) -> T {
    INNER.set(Some(Box::new(inner)));
    let result = in_call(call);
    INNER.set(None);
    result
}

pub unsafe extern "C-unwind" fn log(_: *mut c_void, level: cbj_log_level, message: *const c_char) {
    LINES.fetch_add(1, Relaxed);
    // SAFETY: the library passes a string.
    let message = unsafe { CStr::from_ptr(message) }.to_str();
    let is_line = message.is_ok_and(|message| !message.is_empty() && !message.contains('\n'));
    if DEPTH.get() == 0 || !is_line || !(CBJ_LOG_ERROR..=CBJ_LOG_DEBUG).contains(&level) {
        WRONG.fetch_add(1, Relaxed);
    }
    if let Some(inner) = INNER.take() {
        inner();
    }
}

/// How many lines came, and how many of them on a thread that makes no call, or with an unreadable text.
pub fn lines() -> (usize, usize) {
    (LINES.load(Relaxed), WRONG.load(Relaxed))
}
