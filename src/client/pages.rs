//! How the pages of a list are read, one after the other, and when the last one has come.
//!
//! The service documents neither the order nor the largest page, and jobs may move between pages while they are read. So
//! jobs are told apart by their ids, and pages are asked for until one brings nothing new, or until nothing is missing.

use std::time::Duration;

use super::call::Caller;
use super::endpoint::{Endpoint, JobList, Place, job_list_request};
use super::handle::Handle;
use super::next_link;
use super::request::Request;
use super::seen::{Fingerprints, Seen};
use crate::error::Error;
use crate::http::Deadline;
use crate::interrupt::Stop;
use crate::log::Log;
use crate::policy::Asked;
use crate::query::{Period, Query};
use crate::report;
use crate::wire::{Choice, Choose, Facts, JobPage, Metadata};

/// After how many jobs outside of the query's time a listing gives up at the latest: a service that does not know the
/// filter may send any number of them.
const MOST_OUTSIDE: usize = 10_000;

/// The service's documented page size where none is asked for. A page with fewer jobs is no part of a longer list.
const SMALLEST_PAGE: usize = 10;

/// The progress of a listing.
#[derive(Debug)]
pub(super) struct Pages {
    query: Query,
    location: Option<String>,
    /// The next page. `None` behind the last one.
    next: Option<Place>,
    /// The number of the next page, from 0.
    number: u32,
    known: Known,
    /// As the service said last.
    total: Option<i64>,
    gave_up: bool,
}

/// Why a list may be incomplete although no job is known to be missing.
#[derive(Debug, Clone, Copy)]
enum Doubt {
    /// The service says nothing about further pages, and the last page is as long as one of many may be.
    NothingSaid,
    /// The last page names a next page, but brought nothing new.
    NothingNew,
}

/// Which jobs have come.
#[derive(Debug)]
struct Known {
    period: Period,
    fingerprints: Fingerprints,
    seen: Seen,
    /// How many of them are in the query's time.
    inside: usize,
    /// How many jobs in the query's time a listing may give.
    most: usize,
}

/// The jobs of a page that did not come before.
#[derive(Debug)]
pub(super) struct NewJobs<'p> {
    known: &'p Known,
    is_first_page: bool,
    found: Found,
}

/// What a page brought.
#[derive(Debug, Default)]
pub(super) struct Found {
    seen: Seen,
    inside: usize,
    /// Whether there was a job more than a listing may give.
    too_many: bool,
}

impl Choose for NewJobs<'_> {
    fn begin(&mut self) {
        self.found = Found::default();
    }

    /// Whether the job is a new one, and in the query's time.
    fn wants(&mut self, facts: &Facts<'_>) -> bool {
        let Self { known, found, .. } = self;
        let fingerprint = known.fingerprints.of(&facts.identity());
        if known.seen.contains(&fingerprint) || found.seen.contains(&fingerprint) {
            return false;
        }
        let is_inside = known.period.contains(facts.start);
        if is_inside && known.inside + found.inside == known.most {
            found.too_many = true;
            return false;
        }
        found.seen.insert(fingerprint);
        found.inside += usize::from(is_inside);
        is_inside
    }

    fn may_be_absent(&self) -> bool {
        !self.is_first_page
    }
}

impl NewJobs<'_> {
    pub(super) fn found(self) -> Found {
        self.found
    }
}

impl Pages {
    /// `default_location` counts if the query names none.
    fn new(query: &Query, default_location: Option<&str>) -> Result<Self, Error> {
        let known = Known {
            period: query.period()?,
            fingerprints: Fingerprints::default(),
            seen: Seen::default(),
            inside: 0,
            most: usize::try_from(query.max_jobs).unwrap_or(usize::MAX),
        };
        let location = query.location.clone().or_else(|| default_location.map(str::to_owned));
        let next = Some(Place::Index(0));
        Ok(Self { query: query.clone(), location, next, number: 0, known, total: None, gave_up: false })
    }

    /// The pages of a client's list. A query that is refused is written to the log.
    pub(super) fn of(handle: &Handle, query: &Query) -> Result<Self, Error> {
        Self::new(query, handle.settings().location.as_deref()).map_err(|error| handle.logged(error))
    }

    /// The error of a listing that ended early between two pages.
    pub(super) fn stopped(stop: Stop, timeout: Duration) -> Error {
        let asked = Asked::Service(<JobList<'_> as Endpoint>::WORDS);
        report::failure(&"Listing jobs", asked, &stop.into(), &Deadline::after(timeout)).error
    }

    /// Chooses the new jobs of the next page.
    pub(super) fn new_jobs(&self) -> NewJobs<'_> {
        NewJobs { known: &self.known, is_first_page: self.number == 0, found: Found::default() }
    }

    /// Fetches the next page, and nothing if there is none. After a failure the same page is next again.
    pub(super) fn fetch(
        &self,
        caller: &Caller<'_>,
        deadline: Deadline,
        choice: Choice<'_>,
    ) -> Result<Option<JobPage>, Error> {
        let Some(place) = &self.next else { return Ok(None) };
        let request = self.request(caller, place);
        caller.run_until(deadline, &JobList { choice }, request).map(Some)
    }

    fn request(&self, caller: &Caller<'_>, place: &Place) -> Result<Request, Error> {
        let base_url = &caller.settings.base_url;
        job_list_request(base_url, &self.query, self.known.period, self.location.as_deref(), place)
    }

    /// Goes to the page after the one that was fetched, or to the end. What may be missing is written to the log.
    pub(super) fn turn(&mut self, found: Found, entries: usize, metadata: Metadata, caller: &Caller<'_>) {
        let brought_new = !found.seen.is_empty();
        self.known.seen.extend(found.seen);
        self.known.inside += found.inside;
        // A service may count all jobs in the rows of a page. Where a page has no row, it says 0.
        let is_total = |total: &i64| entries > 0 || self.total.is_none_or(|before| *total >= before);
        self.total = metadata.total.filter(is_total).or(self.total);
        let says_nothing = self.total.is_none() && metadata.next_link.is_none() && !metadata.is_last;
        let goes_on = brought_new && (metadata.next_link.is_some() || self.unseen() > 0);
        let outside = self.known.seen.len() - self.known.inside;
        self.gave_up = found.too_many
            || goes_on && (self.known.inside == self.known.most || outside >= self.known.most.max(MOST_OUTSIDE));
        let last = self.next.take();
        if goes_on && !self.gave_up {
            self.number += 1;
            let link = metadata.next_link.zip(last).and_then(|(link, place)| {
                let request = self.request(caller, &place).ok()?;
                next_link::query(&link, &request)
            });
            self.next = Some(link.map_or(Place::Index(self.number), Place::Link));
            return;
        }
        let doubt = if says_nothing && entries >= SMALLEST_PAGE.min(self.query.page_size as usize) {
            Some(Doubt::NothingSaid)
        } else if self.total.is_none() && metadata.next_link.is_some() {
            Some(Doubt::NothingNew)
        } else {
            None
        };
        self.warn(&caller.settings.log, doubt);
    }

    fn warn(&self, log: &Log, doubt: Option<Doubt>) {
        let seen = self.known.seen.len();
        if self.gave_up {
            let Known { inside, .. } = self.known;
            log.warn(|| {
                format!(
                    "The list of jobs is incomplete: the listing gave up after {inside} jobs in its time and {} outside of \
                     it. Ask for a shorter time, or for more jobs (max_jobs).",
                    seen - inside
                )
            });
        } else if self.unseen() > 0 {
            let total = self.total.unwrap_or_default();
            log.warn(|| {
                format!(
                    "The list of jobs is incomplete: the service says that there are {total} jobs, and its pages have \
                     {seen}. Try again; jobs that begin while the list is read can cause it."
                )
            });
        } else if let Some(doubt) = doubt {
            log.warn(|| {
                let why = match doubt {
                    Doubt::NothingSaid => {
                        "the service says neither how many jobs there are nor where the next page is. Ask for larger pages \
                         (page_size)"
                    }
                    Doubt::NothingNew => {
                        "the last page brought no new job, but names a next page, and the service does not say how many \
                         jobs there are. Ask for larger pages (page_size) or for a shorter time"
                    }
                };
                format!("The list of jobs may be incomplete after {seen} jobs: {why}.")
            });
        }
    }

    /// How many more jobs the service says it has than its pages brought.
    fn unseen(&self) -> u64 {
        let total = self.total.and_then(|total| u64::try_from(total).ok()).unwrap_or_default();
        total.saturating_sub(self.known.seen.len() as u64)
    }

    pub(super) fn has_ended(&self) -> bool {
        self.next.is_none()
    }

    pub(super) fn total(&self) -> Option<i64> {
        self.total
    }

    /// How many jobs the service has and did not send. `None` before the end, and if the listing gave up: the jobs that
    /// were not asked for may be outside of the query's time.
    pub(super) fn missing(&self) -> Option<u64> {
        (self.has_ended() && !self.gave_up).then(|| self.unseen())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;
    use crate::wire::{Envelope, JobListMembers, Unreadable};

    /// The ids of the new jobs on a page, and how many jobs the page brought that count as seen.
    fn read(body: &str) -> Result<(Vec<String>, usize), Unreadable> {
        let pages = Pages::new(&Query::new(), None).expect("is a query");
        let new = RefCell::new(pages.new_jobs());
        let page = Envelope::<JobListMembers<'_, '_>>::parse(body.as_bytes(), &new)?.take_data()?.expect("is a list");
        let ids = page.jobs.iter().map(|job| job.id().unwrap_or("none").to_owned()).collect();
        Ok((ids, new.into_inner().found().seen.len()))
    }

    #[test]
    fn what_was_read_of_a_page_before_does_not_count() {
        let twice = r#"{"data":[{"id":"a"},{"id":"b"}],"data":[{"id":"b"},{"id":"c"},{"id":"b"}]}"#;
        assert_eq!(read(twice), Ok((vec!["b".to_owned(), "c".to_owned()], 2)));
        let then_none = r#"{"data":[{"id":"a"}],"data":null,"metadata":{"totalCount":0}}"#;
        assert_eq!(read(then_none), Ok((Vec::new(), 0)));
    }

    #[test]
    fn an_entry_that_is_no_job_is_named() {
        for (entry, place) in [
            ("{}", "data[1] is {},"),
            ("{ }", "data[1] is { },"),
            ("null", "data[1] is null,"),
            ("[7]", "data[1] is [7],"),
            (r#"{"id":["x"]}"#, "data[1].id is [\"x\"],"),
            (r#"{"backupDetails":{"failedNumber":-1}}"#, "data[1].backupDetails.failedNumber is -1,"),
            (r#"{"jobErrors":[{},{"number":"x"}]}"#, "data[1].jobErrors[1].number is \"x\","),
        ] {
            let error = read(&format!(r#"{{"data":[{{"id":"a"}},{entry},{{}}]}}"#)).expect_err(entry).to_string();
            assert!(error.contains(place), "{error}");
        }
    }
}
