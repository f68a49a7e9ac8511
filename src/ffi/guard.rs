//! The one way into the library: panics end here, and a NULL handle is answered.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};

thread_local! {
    /// How many guards this thread is in. Without a destructor, so that a thread may outlive the library.
    static GUARDS: Cell<u32> = const { Cell::new(0) };
}

/// Runs `body`; a panic in it ends here. `Err` is what the panic said.
///
/// Nothing is printed about it: the host owns standard error. The panic's text goes into the error instead.
pub(super) fn catch<R>(body: impl FnOnce() -> R) -> Result<R, String> {
    caught(body).map_err(panic_text)
}

/// Every function of the C ABI contains this one. What it seldom does is outside of it, to keep the library small.
fn caught<R>(body: impl FnOnce() -> R) -> Result<R, Box<dyn Any + Send>> {
    // No `Once`: for the child of a fork in the midst of it, it would never end.
    static QUIET: AtomicBool = AtomicBool::new(false);
    // On a thread that panics already, a Rust host's, the hook cannot be changed; the next call does it.
    if !QUIET.load(Ordering::Relaxed) && !std::thread::panicking() && !QUIET.swap(true, Ordering::Relaxed) {
        be_quiet();
    }
    GUARDS.set(GUARDS.get() + 1);
    // What a panic leaves half done is behind the library's own locks, which do not trust it either.
    let result = catch_unwind(AssertUnwindSafe(body));
    GUARDS.set(GUARDS.get() - 1);
    result
}

/// Keeps panics inside the guard from being printed.
#[cold]
fn be_quiet() {
    let previous = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        // A panic elsewhere in a Rust program is the program's own, and is reported as the program wants.
        if GUARDS.get() == 0 {
            previous(info);
        }
    }));
}

#[cold]
#[inline(never)]
fn panic_text(payload: Box<dyn Any + Send>) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no text").to_owned()
}

/// Runs `body`, or answers `on_panic`.
pub(super) fn guard<R>(on_panic: R, body: impl FnOnce() -> R) -> R {
    caught(body).unwrap_or_else(|payload| {
        panic_text(payload);
        on_panic
    })
}

/// Reads something of a handle: `absent` where the handle is NULL or has no such thing.
pub(super) fn read<T, R: Copy>(handle: Option<&T>, absent: R, body: impl FnOnce(&T) -> Option<R>) -> R {
    guard(absent, || handle.and_then(body).unwrap_or(absent))
}

/// Frees a handle; NULL is nothing to free.
pub(super) fn free<T>(handle: Option<Box<T>>) {
    guard((), || drop(handle));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn panic_on_purpose() -> ! {
        panic!("on {}", "purpose")
    }

    #[test]
    fn a_panic_becomes_the_answer_for_panics() {
        assert_eq!(read(Some(&1), -1, |_| panic_on_purpose()), -1);
        assert_eq!(guard(7, || panic_on_purpose()), 7);
    }

    #[test]
    fn dropping_a_handle_may_panic() {
        struct Bad;
        impl Drop for Bad {
            fn drop(&mut self) {
                panic_on_purpose();
            }
        }
        free(Some(Box::new(Bad)));
    }

    #[test]
    fn a_call_from_a_thread_that_panics_is_answered() {
        struct CallsWhenDropped;
        impl Drop for CallsWhenDropped {
            fn drop(&mut self) {
                assert!(std::thread::panicking());
                assert_eq!(guard(0, || 1), 1);
            }
        }
        let ended = std::thread::spawn(|| {
            let _calls = CallsWhenDropped;
            std::panic::resume_unwind(Box::new("on purpose"));
        });
        assert_eq!(ended.join().expect_err("panicked").downcast_ref::<&str>(), Some(&"on purpose"));
    }

    #[test]
    fn a_panic_is_quiet_inside_and_the_hosts_own_outside() {
        static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());
        // The guard's hook stands; the host's is put behind it as the guard would have found it.
        guard((), || ());
        let guards_hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let here = std::thread::current().name().is_some_and(|name| name == "panics");
            if here {
                SEEN.lock().expect("no panic under this lock").push(format!("{} guards", GUARDS.get()));
            } else {
                guards_hook(info);
            }
        }));
        let thread = std::thread::Builder::new().name("panics".to_owned());
        let handle = thread.spawn(|| {
            guard((), || panic_on_purpose());
            assert_eq!(GUARDS.get(), 0);
            catch_unwind(|| panic_on_purpose()).expect_err("panics");
        });
        handle.expect("starts").join().expect("ends well");
        assert_eq!(*SEEN.lock().expect("no panic under this lock"), ["1 guards", "0 guards"]);
    }
}
