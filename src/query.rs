//! Which jobs a listing is about.

use std::time::SystemTime;

use crate::error::{Error, ErrorKind};
use crate::location::{check_location, named};
use crate::model::{JobState, JobType, ObjectType};
use crate::time::{unix_ms_now, unix_ms_of};

/// How far back a query without a `since` looks.
const DEFAULT_DAYS: i64 = 7;

const DEFAULT_PAGE_SIZE: u32 = 50;
const LARGEST_PAGE_SIZE: u32 = 1000;
const DEFAULT_MAX_JOBS: u32 = 10_000;

/// Which jobs [`Client::list_jobs`](crate::Client::list_jobs) and
/// [`Client::summarize_jobs`](crate::Client::summarize_jobs) are to find. A new query means every job that started in the
/// last 7 days.
///
/// Service page: "List Jobs".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    since: Limit,
    until: Option<i64>,
    pub(crate) job_type: JobType,
    pub(crate) object_type: ObjectType,
    pub(crate) state: JobState,
    pub(crate) location: Option<String>,
    pub(crate) page_size: u32,
    pub(crate) max_jobs: u32,
}

/// Where the time of a query begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    /// [`DEFAULT_DAYS`] before the call.
    Days,
    /// In Unix milliseconds; `None` for no limit.
    At(Option<i64>),
}

/// A time in which jobs start, in Unix milliseconds: from `since` on, and before `until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) since: Option<i64>,
    pub(crate) until: Option<i64>,
}

impl Period {
    /// Whether a job that started then belongs to it. A job whose start is not known does: it must not be lost.
    pub(crate) fn contains(&self, start: Option<i64>) -> bool {
        let Some(start) = start else { return true };
        self.since.is_none_or(|since| since <= start) && self.until.is_none_or(|until| start < until)
    }
}

impl Default for Query {
    fn default() -> Self {
        Self::new()
    }
}

impl Query {
    /// Every job that started in the last 7 days before the call.
    #[must_use]
    pub fn new() -> Self {
        Self {
            since: Limit::Days,
            until: None,
            job_type: JobType::ALL,
            object_type: ObjectType::ALL,
            state: JobState::Unknown,
            location: None,
            page_size: DEFAULT_PAGE_SIZE,
            max_jobs: DEFAULT_MAX_JOBS,
        }
    }

    /// Jobs that started at this time or later; `None`: no limit. Compared to the millisecond.
    #[must_use]
    pub fn since(mut self, time: impl Into<Option<SystemTime>>) -> Self {
        self.set_since_ms(time.into().map(unix_ms_of));
        self
    }

    /// Jobs that started before this time; `None`, the default: no limit. Compared to the millisecond.
    #[must_use]
    pub fn until(mut self, time: impl Into<Option<SystemTime>>) -> Self {
        self.set_until_ms(time.into().map(unix_ms_of));
        self
    }

    /// Jobs of this type. Default: [`JobType::ALL`].
    #[must_use]
    pub fn job_type(mut self, job_type: JobType) -> Self {
        self.job_type = job_type;
        self
    }

    /// Jobs about this kind of objects. Default: [`ObjectType::ALL`].
    #[must_use]
    pub fn object_type(mut self, object_type: ObjectType) -> Self {
        self.object_type = object_type;
        self
    }

    /// Jobs that the service finds in this state. Default: [`JobState::Unknown`], which means any state.
    #[must_use]
    pub fn state(mut self, state: JobState) -> Self {
        self.state = state;
        self
    }

    /// Jobs in this location of a Multi-Geo tenant, e.g. `EUR`. Default: the configured location if there is one, or
    /// else all locations.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for a location that is empty or not a plain word.
    pub fn location(mut self, location: &str) -> Result<Self, Error> {
        self.set_location(Some(location))?;
        Ok(self)
    }

    /// How many jobs to ask for at once: 1 to 1000. The service may send fewer. Default: 50.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for any other number.
    pub fn page_size(mut self, jobs: u32) -> Result<Self, Error> {
        self.set_page_size(jobs)?;
        Ok(self)
    }

    /// After how many jobs a listing gives up; it then says that it is incomplete. At least 1. Default: 10000.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for 0.
    pub fn max_jobs(mut self, jobs: u32) -> Result<Self, Error> {
        self.set_max_jobs(jobs)?;
        Ok(self)
    }

    pub(crate) fn set_since_ms(&mut self, unix_ms: Option<i64>) {
        self.since = Limit::At(unix_ms);
    }

    pub(crate) fn set_until_ms(&mut self, unix_ms: Option<i64>) {
        self.until = unix_ms;
    }

    pub(crate) fn set_location(&mut self, location: Option<&str>) -> Result<(), Error> {
        if let Some(location) = location {
            check_location(location)
                .map_err(|reason| Error::new(ErrorKind::InvalidArgument, format!("{} {reason}.", named(location))))?;
        }
        self.location = location.map(str::to_owned);
        Ok(())
    }

    pub(crate) fn set_page_size(&mut self, jobs: u32) -> Result<(), Error> {
        if !(1..=LARGEST_PAGE_SIZE).contains(&jobs) {
            let message = format!("The page size {jobs} is not a number from 1 to {LARGEST_PAGE_SIZE}.");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        self.page_size = jobs;
        Ok(())
    }

    pub(crate) fn set_max_jobs(&mut self, jobs: u32) -> Result<(), Error> {
        if jobs == 0 {
            return Err(Error::new(ErrorKind::InvalidArgument, "The largest number of jobs is 0: set at least 1."));
        }
        self.max_jobs = jobs;
        Ok(())
    }

    /// The time of the jobs, for a call that begins now.
    pub(crate) fn period(&self) -> Result<Period, Error> {
        const DAY_MS: i64 = 24 * 60 * 60 * 1000;
        let since = match self.since {
            Limit::Days => Some(unix_ms_now() - DEFAULT_DAYS * DAY_MS),
            Limit::At(since) => since,
        };
        let period = Period { since, until: self.until };
        match (since, self.until) {
            (Some(since), Some(until)) if since > until => {
                let message = format!(
                    "The query's time begins ({since} ms) after its end ({until} ms, Unix time): set an earlier since or \
                     a later until. Nothing was sent."
                );
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
            _ => Ok(period),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, UNIX_EPOCH};

    #[test]
    fn a_period_begins_with_its_first_moment_and_ends_before_its_last() {
        let period = Period { since: Some(10), until: Some(20) };
        let inside = [None, Some(10), Some(19)];
        let outside = [Some(9), Some(20), Some(i64::MIN), Some(i64::MAX)];
        assert!(inside.into_iter().all(|start| period.contains(start)));
        assert!(!outside.into_iter().any(|start| period.contains(start)));
        assert!(Period { since: None, until: None }.contains(Some(i64::MIN)));
    }

    #[test]
    fn a_new_query_looks_back_a_week() {
        let period = Query::new().period().expect("is valid");
        let week_ago = SystemTime::now() - Duration::from_secs(7 * 24 * 3600);
        assert!(period.since.is_some_and(|since| unix_ms_of(week_ago).abs_diff(since) < 60_000), "{period:?}");
        assert_eq!(period.until, None);
        let everything = Query::new().since(None).period().expect("is valid");
        assert_eq!(everything, Period { since: None, until: None });
        let before_1970 = Query::new().since(UNIX_EPOCH - Duration::from_millis(5)).period().expect("is valid");
        assert_eq!(before_1970.since, Some(-5));
    }

    #[test]
    fn a_query_that_cannot_be_meant_is_refused() {
        assert!(Query::new().page_size(0).is_err());
        assert!(Query::new().page_size(1001).is_err());
        assert!(Query::new().page_size(1000).is_ok());
        assert!(Query::new().max_jobs(0).is_err());
        assert!(Query::new().location("").is_err());
        assert!(Query::new().location("a&b=c").is_err());
        let now = SystemTime::now();
        let error = Query::new().since(now).until(now - Duration::from_secs(1)).period().expect_err("ends first");
        assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        assert!(Query::new().since(now).until(now).period().is_ok());
    }

    #[test]
    fn each_part_is_set_by_its_own_function() {
        let time = |ms| UNIX_EPOCH + Duration::from_millis(ms);
        let query =
            Query::new().since(time(3)).until(time(8)).job_type(JobType::RESTORE).object_type(ObjectType::TEAMS);
        let query = query.state(JobState::Failed).location("EUR").and_then(|query| query.page_size(7));
        let query = query.and_then(|query| query.max_jobs(9)).expect("is valid");
        assert_eq!(query.period().expect("is valid"), Period { since: Some(3), until: Some(8) });
        assert_eq!(
            (query.job_type, query.object_type, query.state),
            (JobType::RESTORE, ObjectType::TEAMS, JobState::Failed)
        );
        assert_eq!((query.location.as_deref(), query.page_size, query.max_jobs), (Some("EUR"), 7, 9));
        assert_eq!(Query::default(), Query::new());
        let refusal = Query::new().max_jobs(0).expect_err("is none");
        assert!(refusal.to_string().contains("set at least 1"), "{refusal}");
    }
}
