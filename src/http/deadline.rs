//! The point in time by which a call must have ended.

use std::time::{Duration, Instant};

/// When a call ends, whatever it is doing. Measured on the monotonic clock, which a change of the wall clock does not
/// move.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    allowed: Duration,
}

impl Deadline {
    /// A deadline `allowed` from now. `allowed` is at most about 49 days, so the sum cannot overflow.
    pub(crate) fn after(allowed: Duration) -> Self {
        Self { at: Instant::now() + allowed, allowed }
    }

    /// This deadline, or `duration` from now if that is sooner.
    pub(crate) fn or_sooner(&self, duration: Duration) -> Self {
        Self { at: self.at.min(Instant::now() + duration), allowed: self.allowed.min(duration) }
    }

    /// The time left; zero once it has passed.
    pub(crate) fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// The whole time that the call was given.
    pub(crate) fn allowed(&self) -> Duration {
        self.allowed
    }
}
