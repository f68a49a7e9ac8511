//! Makes a summary of all jobs of a query. It keeps only the latest jobs, so its memory does not grow with their number.

use std::cell::RefCell;
use std::sync::Arc;

use super::handle::Handle;
use super::pages::{NewJobs, Pages};
use crate::error::Error;
use crate::http::Deadline;
use crate::model::{Job, JobState, JobSummary};
use crate::query::Query;
use crate::wire::{Choose, Facts};

/// Reads every page within one deadline.
pub(super) fn summarize(handle: &Handle, query: &Query) -> Result<JobSummary, Error> {
    let caller = handle.caller();
    // One call from the first page to the last, so that `resume` waits for it also between two pages.
    let _call = handle.interrupt().begin();
    let deadline = Deadline::after(caller.timeout);
    let mut pages = Pages::of(handle, query)?;
    let mut summary = JobSummary::default();
    let mut latest = LatestTimes::default();
    loop {
        let choice = RefCell::new(Latest::new(pages.new_jobs(), latest));
        let Some(page) = pages.fetch(&caller, deadline, &choice)? else { break };
        let Latest { new, times, places, counts, .. } = choice.into_inner();
        latest = times;
        for (sum, count) in summary.count_in_state.iter_mut().zip(counts) {
            *sum += count;
        }
        let jobs: Vec<Arc<Job>> = page.jobs.into_iter().map(Arc::new).collect();
        let slots = [&mut summary.latest, &mut summary.latest_ended].into_iter().chain(&mut summary.latest_in_state);
        for (slot, place) in slots.zip(places) {
            if let Some(job) = place.and_then(|place| jobs.get(place)) {
                *slot = Some(Arc::clone(job));
            }
        }
        pages.turn(new.found(), page.entries, page.metadata, &caller);
    }
    summary.total = pages.total();
    summary.missing = pages.missing();
    Ok(summary)
}

/// The latest of all, the latest that ended, and the latest in each state.
const SLOTS: usize = 2 + JobState::COUNT;

/// The times of the latest jobs so far. The first time decides, the second one between jobs that share the first. A job
/// whose time is not known is older than all others.
type LatestTimes = [Option<[Option<i64>; 2]>; SLOTS];

/// Chooses the new jobs that are later than the latest so far.
struct Latest<'p> {
    new: NewJobs<'p>,
    /// As they were before this page.
    times_before: LatestTimes,
    times: LatestTimes,
    /// The place of each latest job among the chosen jobs of this page.
    places: [Option<usize>; SLOTS],
    chosen: usize,
    counts: [i64; JobState::COUNT],
}

impl<'p> Latest<'p> {
    fn new(new: NewJobs<'p>, times_before: LatestTimes) -> Self {
        Self { new, times_before, times: times_before, places: [None; SLOTS], chosen: 0, counts: [0; JobState::COUNT] }
    }
}

impl Choose for Latest<'_> {
    fn begin(&mut self) {
        self.new.begin();
        (self.times, self.places) = (self.times_before, [None; SLOTS]);
        (self.chosen, self.counts) = (0, [0; JobState::COUNT]);
    }

    fn wants(&mut self, facts: &Facts<'_>) -> bool {
        if !self.new.wants(facts) {
            return false;
        }
        let state = facts.state.index();
        self.counts[state] += 1;
        let by_start = [facts.start, facts.finish];
        // A run whose end is not known ended after its start at least. It must not hide behind an older run.
        let by_finish = facts.state.is_terminal().then_some([facts.finish.or(facts.start), facts.start]);
        let mut is_chosen = false;
        for (slot, times) in [(0, Some(by_start)), (1, by_finish), (2 + state, Some(by_start))] {
            // `None` is the least: a slot without a job takes any.
            if times > self.times[slot] {
                self.times[slot] = times;
                self.places[slot] = Some(self.chosen);
                is_chosen = true;
            }
        }
        self.chosen += usize::from(is_chosen);
        is_chosen
    }

    fn may_be_absent(&self) -> bool {
        self.new.may_be_absent()
    }
}
