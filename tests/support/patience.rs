//! How long the tests wait, on a machine whose cores may all be busy with something else.
//!
//! Most tests only need to know whether a time limit ended something. If not, it would have taken ten seconds or for
//! ever. `tests/deadlines.rs` measures that a limit is kept exactly, as the best of several tries.

use std::time::Duration;

use super::target;

/// How much later than its time limit something may end.
pub const TOLERANCE: Duration = Duration::from_secs(3);

/// A limit that holds on this machine, for the machine on which the C programs run.
pub fn there(limit: Duration) -> Duration {
    limit * target::patience()
}

/// Runs `run` until it takes no longer than `promised`, ten times at most. A busy machine makes some runs late; a
/// defect makes all of them late.
#[track_caller]
pub fn in_time(row: &str, promised: Duration, mut run: impl FnMut() -> Duration) {
    let mut took = Vec::new();
    while took.last().is_none_or(|took| *took > promised) {
        assert!(took.len() < 10, "{row}: {promised:?} are promised, it took {took:?}");
        took.push(run());
    }
}
