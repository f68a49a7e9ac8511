//! Starts threads so that the program is not affected. The library starts no other threads.

use std::io;
use std::thread::Builder;

use super::system::{NoSignals, check_for_key, has_key};

/// Enough for the system's resolver and its modules; the default would be 2 MiB of address space.
const STACK: usize = 256 * 1024;

/// Starts a detached thread that takes none of the program's signals, so that the program's handlers run on the
/// program's threads. Returns an error if the thread cannot be started, where `std::thread::spawn` would panic.
pub(crate) fn start_quietly(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<()> {
    check_for_key()?;
    let _restored_when_dropped = NoSignals::new()?;
    let body = || {
        has_key();
        body();
    };
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
