//! What a wait is for, and when it ends.

use std::time::{Duration, Instant};

/// A point in time, or never.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Until(Option<Instant>);

impl Until {
    pub(crate) fn after(allowed: Duration) -> Self {
        Self(Instant::now().checked_add(allowed))
    }

    pub(crate) fn remaining(self) -> Duration {
        self.0.map_or(Duration::MAX, |at| at.saturating_duration_since(Instant::now()))
    }

    /// The earlier of the two.
    pub(crate) fn or_sooner(self, other: Self) -> Self {
        Self(self.0.into_iter().chain(other.0).min())
    }
}

/// The state of a socket to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readiness {
    Readable,
    Writable,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::{Event, Watch, poll};

    #[test]
    fn an_event_is_cleared_at_once_however_often_it_was_set() {
        let event = Event::new().expect("can be made");
        let is_set =
            || poll(&mut [Watch::event(&event)], Until::after(Duration::from_millis(1))).expect("can be waited for");
        assert!(!is_set());
        for times in [1, 64, 65, 100_000] {
            (0..times).for_each(|_| event.set());
            assert!(is_set());
            event.clear();
            assert!(!is_set(), "{times}");
        }
    }
}
