//! The one point in time by which a call has to be over.

use std::time::{Duration, Instant};

/// When a call ends, whatever it is doing. On the monotonic clock: a change of the wall clock moves nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Deadline {
    at: Instant,
    allowed: Duration,
}

impl Deadline {
    /// A deadline `allowed` from now. At most some 49 days, so it cannot overflow.
    pub(crate) fn after(allowed: Duration) -> Self {
        Self { at: Instant::now() + allowed, allowed }
    }

    /// The same, or `duration` from now if that is sooner.
    pub(crate) fn or_sooner(&self, duration: Duration) -> Self {
        Self { at: self.at.min(Instant::now() + duration), allowed: self.allowed.min(duration) }
    }

    /// The time left; zero once it has passed.
    pub(crate) fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// The time that was allowed in the beginning.
    pub(crate) fn allowed(&self) -> Duration {
        self.allowed
    }
}
