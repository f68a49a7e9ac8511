//! What other systems have and Windows has not: forks and signals.

use std::io;

/// Identifies a process. There is only one, because Windows cannot fork.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sys) struct Process(u8);

impl Process {
    /// The process that loaded the library. For constants.
    pub(in crate::sys) const FIRST: Self = Self(0);

    /// A process other than this one, for tests.
    #[cfg(test)]
    pub(in crate::sys) const OTHER: Self = Self(1);

    pub(in crate::sys) fn current() -> Self {
        Self::FIRST
    }
}

/// Runs `body`. No fork can happen.
pub(crate) fn without_fork<T>(body: impl FnOnce() -> T) -> T {
    body()
}

/// Stands for the signals that a new thread must not take. Windows has none: a console handler runs on a thread of its
/// own.
pub(in crate::sys) struct NoSignals;

impl NoSignals {
    #[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
    pub(in crate::sys) fn new() -> io::Result<Self> {
        Ok(Self)
    }
}

/// The standard library needs no key for its threads.
#[expect(clippy::unnecessary_wraps, reason = "other systems can fail")]
pub(in crate::sys) fn check_for_key() -> io::Result<()> {
    Ok(())
}

pub(in crate::sys) fn has_key() {}

/// The signals of the program that this thread would take.
#[cfg(test)]
pub(crate) fn signals_taken() -> Vec<i32> {
    Vec::new()
}
