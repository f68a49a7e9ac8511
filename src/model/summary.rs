//! What many jobs have to say together.

use std::sync::Arc;

use super::{Job, JobState};

/// What happened in the time of a query: the latest jobs, how many jobs there are in each state, and whether any may be
/// missing. Made by [`Client::summarize_jobs`](crate::Client::summarize_jobs).
///
/// A job whose start time cannot be read counts as older than every other.
#[derive(Debug, Clone, Default)]
pub struct JobSummary {
    pub(crate) latest: Option<Arc<Job>>,
    pub(crate) latest_ended: Option<Arc<Job>>,
    pub(crate) latest_in_state: [Option<Arc<Job>>; JobState::COUNT],
    pub(crate) count_in_state: [i64; JobState::COUNT],
    pub(crate) total: Option<i64>,
    pub(crate) missing: Option<u64>,
}

impl JobSummary {
    /// The job that started last, whatever its state. `None` if there is no job.
    #[must_use]
    pub fn latest(&self) -> Option<&Job> {
        self.latest.as_deref()
    }

    /// The job that ended last, among those in a state that [will not change](JobState::is_terminal). A job whose finish
    /// time is not known counts by its start time.
    #[must_use]
    pub fn latest_ended(&self) -> Option<&Job> {
        self.latest_ended.as_deref()
    }

    /// The job in this state that started last.
    #[must_use]
    pub fn latest_in_state(&self, state: JobState) -> Option<&Job> {
        self.latest_in_state[state.index()].as_deref()
    }

    /// How many different jobs started in the query's time.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.count_in_state.iter().sum()
    }

    /// How many of them are in this state.
    #[must_use]
    pub fn count_in_state(&self, state: JobState) -> i64 {
        self.count_in_state[state.index()]
    }

    /// How many jobs there are in whole days, as the service says. `None` if it does not say.
    #[must_use]
    pub fn total_count(&self) -> Option<i64> {
        self.total
    }

    /// How many jobs the service says it has and did not send; 0 if none is known to be missing. `None` if the listing
    /// gave up ([`Query::max_jobs`](crate::Query::max_jobs)): then nobody knows.
    #[must_use]
    pub fn missing_count(&self) -> Option<u64> {
        self.missing
    }

    /// Whether no job is known to be missing: whether [`JobSummary::missing_count`] is 0.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing == Some(0)
    }
}
