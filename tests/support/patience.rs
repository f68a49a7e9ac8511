//! How long the tests wait, on a machine whose cores may all be taken by something else.
//!
//! What a test wants to know is whether a time limit ended something, or something else did, which would have taken ten
//! seconds or for ever. That a limit is kept exactly is measured where it is promised (`tests/deadlines.rs`), as the best
//! of several tries.

use std::time::Duration;

/// How much later than its time something may be seen to end.
pub const TOLERANCE: Duration = Duration::from_secs(3);

/// Runs `run` until it takes no longer than `promised`, ten times at most. Something else may have the cores for a while;
/// what is measured is late each time, or not at all.
#[track_caller]
pub fn in_time(row: &str, promised: Duration, mut run: impl FnMut() -> Duration) {
    let mut took = Vec::new();
    while took.last().is_none_or(|took| *took > promised) {
        assert!(took.len() < 10, "{row}: {promised:?} are promised, it took {took:?}");
        took.push(run());
    }
}
