//! One backup job as the service described it.

use std::time::{Duration, SystemTime};

use super::{JobState, Text};

/// The details of one backup job. Immutable, and readable from any thread.
///
/// Every answer is `None` where the service sent nothing (a missing member, `null` or an empty string), never 0.
///
/// Service page: "Retrieve Job Details".
#[derive(Debug, Clone)]
pub struct Job {
    pub(crate) id: Option<Text>,
    pub(crate) state: JobState,
    pub(crate) state_text: Option<Text>,
    pub(crate) start: Moment,
    pub(crate) finish: Moment,
    pub(crate) duration_text: Option<Text>,
    pub(crate) duration_hours: Option<f64>,
    pub(crate) counts: Counts,
    pub(crate) errors: Vec<JobError>,
    pub(crate) json: Text,
    pub(crate) request_id: Option<Text>,
    pub(crate) trace_id: Option<Text>,
    pub(crate) response_time: Moment,
}

/// A point in time as sent, and as Unix milliseconds where it could be read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Moment {
    pub(crate) text: Option<Text>,
    pub(crate) unix_ms: Option<i64>,
}

/// The numbers of objects that a job handled.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) total: Option<i64>,
    pub(crate) failed: Option<i64>,
    pub(crate) successful: Option<i64>,
    pub(crate) skipped: Option<i64>,
}

/// One of the top errors of a job (`jobErrors`).
#[derive(Debug, Clone)]
pub struct JobError {
    pub(crate) message: Option<Text>,
    pub(crate) url: Option<Text>,
    pub(crate) occurrences: Option<i64>,
    pub(crate) has_code: Option<bool>,
}

fn as_str(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(Text::as_str)
}

impl Moment {
    fn system_time(&self) -> Option<SystemTime> {
        let ms = self.unix_ms?;
        let distance = Duration::from_millis(ms.unsigned_abs());
        if ms < 0 { SystemTime::UNIX_EPOCH.checked_sub(distance) } else { SystemTime::UNIX_EPOCH.checked_add(distance) }
    }
}

impl Job {
    /// The job's id (`id`).
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        as_str(&self.id)
    }

    /// The job's state (`state`), [`JobState::Unknown`] where it is absent or unknown to this version.
    #[must_use]
    pub fn state(&self) -> JobState {
        self.state
    }

    /// The state as the service wrote it.
    #[must_use]
    pub fn state_text(&self) -> Option<&str> {
        as_str(&self.state_text)
    }

    /// When the job started (`startTime`), to the millisecond. `None` also where the text cannot be read.
    #[must_use]
    pub fn start_time(&self) -> Option<SystemTime> {
        self.start.system_time()
    }

    /// When the job ended (`finishTime`), to the millisecond. `None` while it runs, and where the text cannot be read.
    #[must_use]
    pub fn finish_time(&self) -> Option<SystemTime> {
        self.finish.system_time()
    }

    /// `startTime` as sent: ISO 8601, usually UTC.
    #[must_use]
    pub fn start_time_text(&self) -> Option<&str> {
        as_str(&self.start.text)
    }

    /// `finishTime` as sent: ISO 8601, usually UTC.
    #[must_use]
    pub fn finish_time_text(&self) -> Option<&str> {
        as_str(&self.finish.text)
    }

    /// Finish minus start; `None` while either is absent, or if the finish lies before the start.
    #[must_use]
    pub fn elapsed(&self) -> Option<Duration> {
        let ms = self.finish.unix_ms?.checked_sub(self.start.unix_ms?)?;
        u64::try_from(ms).ok().map(Duration::from_millis)
    }

    /// The service's own `duration` in hours. It is coarse: 0.001 h are 3.6 s; [`Job::elapsed`] is exact.
    #[must_use]
    pub fn duration_hours(&self) -> Option<f64> {
        self.duration_hours
    }

    /// `duration` as sent.
    #[must_use]
    pub fn duration_text(&self) -> Option<&str> {
        as_str(&self.duration_text)
    }

    /// Objects in the job (`totalNumber` or `totalCount`). Never negative.
    #[must_use]
    pub fn total_count(&self) -> Option<i64> {
        self.counts.total
    }

    /// Objects that failed (`failedNumber` or `failedCount`). Never negative.
    #[must_use]
    pub fn failed_count(&self) -> Option<i64> {
        self.counts.failed
    }

    /// Objects that succeeded (`successfulNumber` or `successfulCount`). Never negative.
    #[must_use]
    pub fn successful_count(&self) -> Option<i64> {
        self.counts.successful
    }

    /// Objects that were skipped (`skippedNumber` or `skippedCount`). Never negative.
    #[must_use]
    pub fn skipped_count(&self) -> Option<i64> {
        self.counts.skipped
    }

    /// The top errors (`jobErrors`), in the service's order; empty where it sent none.
    #[must_use]
    pub fn errors(&self) -> &[JobError] {
        &self.errors
    }

    /// The envelope's `requestId`, which the vendor's support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        as_str(&self.request_id)
    }

    /// The envelope's `traceId`, a W3C traceparent.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        as_str(&self.trace_id)
    }

    /// When the service wrote the answer (the envelope's `timestamp`), by the service's clock.
    #[must_use]
    pub fn response_time(&self) -> Option<SystemTime> {
        self.response_time.system_time()
    }

    /// The `data` object exactly as sent, members that this library does not know included.
    #[must_use]
    pub fn json(&self) -> &str {
        self.json.as_str()
    }
}

impl JobError {
    /// The error's text (`value`).
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        as_str(&self.message)
    }

    /// The page on this error (`url`).
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        as_str(&self.url)
    }

    /// How often the error occurred in this job (`number`). Never negative.
    #[must_use]
    pub fn occurrences(&self) -> Option<i64> {
        self.occurrences
    }

    /// Whether an error code is associated (`isErrorCode`).
    #[must_use]
    pub fn has_code(&self) -> Option<bool> {
        self.has_code
    }
}
