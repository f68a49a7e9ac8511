//! One backup job as the service described it.

use std::fmt;
use std::time::{Duration, SystemTime};

use super::{AnswerInfo, Arena, Entries, Entry, JobState, List, Span, TextRef};

/// The details of one backup job. Immutable, and readable from any thread.
///
/// Every accessor returns `None` if the service sent nothing (a missing member, `null` or an empty string), never 0.
///
/// Service page: "Retrieve Job Details".
#[derive(Clone)]
pub struct Job {
    /// All texts of the job, and nothing else of the answer.
    pub(crate) arena: Arena,
    pub(crate) id: Option<Span>,
    pub(crate) state: JobState,
    pub(crate) state_text: Option<Span>,
    pub(crate) start: Moment,
    pub(crate) finish: Moment,
    pub(crate) duration_text: Option<Span>,
    pub(crate) duration_hours: Option<f64>,
    pub(crate) counts: Counts,
    /// Message, URL and number of occurrences of each; the flag is `isErrorCode`.
    pub(crate) errors: List,
    pub(crate) has_error_list: bool,
    pub(crate) json: Span,
    pub(crate) answer: AnswerInfo,
}

/// A point in time as sent, and as Unix milliseconds if it could be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Moment {
    pub(crate) text: Option<Span>,
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
#[derive(Clone, Copy)]
pub struct JobError<'a>(Entry<'a>);

/// The top errors of a job, in the service's order.
#[derive(Clone)]
pub struct JobErrors<'a>(Entries<'a>);

impl<'a> Iterator for JobErrors<'a> {
    type Item = JobError<'a>;

    fn next(&mut self) -> Option<JobError<'a>> {
        self.0.next().map(JobError)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for JobErrors<'_> {}

fn system_time(unix_ms: i64) -> Option<SystemTime> {
    let distance = Duration::from_millis(unix_ms.unsigned_abs());
    if unix_ms < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    }
}

impl Job {
    /// The text at `span`, for Rust and for C.
    pub(crate) fn text(&self, span: Option<Span>) -> Option<TextRef<'_>> {
        span.map(|span| self.arena.get(span))
    }

    fn str(&self, span: Option<Span>) -> Option<&str> {
        self.text(span).map(TextRef::as_str)
    }

    /// The top error at `index`.
    pub(crate) fn error(&self, index: usize) -> Option<JobError<'_>> {
        self.errors.get(&self.arena, index).map(JobError)
    }

    /// The job's id (`id`).
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.str(self.id)
    }

    /// The job's state (`state`), [`JobState::Unknown`] if it is absent or unknown to this version.
    #[must_use]
    pub fn state(&self) -> JobState {
        self.state
    }

    /// The state as the service wrote it.
    #[must_use]
    pub fn state_text(&self) -> Option<&str> {
        self.str(self.state_text)
    }

    /// When the job started (`startTime`), to the millisecond. `None` also if the text cannot be read.
    #[must_use]
    pub fn start_time(&self) -> Option<SystemTime> {
        self.start.unix_ms.and_then(system_time)
    }

    /// When the job ended (`finishTime`), to the millisecond. `None` while the job runs, and if the text cannot be
    /// read.
    #[must_use]
    pub fn finish_time(&self) -> Option<SystemTime> {
        self.finish.unix_ms.and_then(system_time)
    }

    /// `startTime` as sent: ISO 8601, usually UTC.
    #[must_use]
    pub fn start_time_text(&self) -> Option<&str> {
        self.str(self.start.text)
    }

    /// `finishTime` as sent: ISO 8601, usually UTC.
    #[must_use]
    pub fn finish_time_text(&self) -> Option<&str> {
        self.str(self.finish.text)
    }

    /// Finish time minus start time. `None` if either is absent, or if the finish is before the start.
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
        self.str(self.duration_text)
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

    /// The top errors (`jobErrors`), in the service's order; none if it sent none, or no list: see
    /// [`Job::has_error_list`].
    #[must_use]
    pub fn errors(&self) -> JobErrors<'_> {
        JobErrors(self.errors.iter(&self.arena))
    }

    /// Whether the service sent the list of the top errors (`jobErrors`), even an empty one. If it sent none, a job
    /// without errors and a job with errors look alike.
    #[must_use]
    pub fn has_error_list(&self) -> bool {
        self.has_error_list
    }

    /// The envelope's `requestId`, which the vendor's support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.answer.request_id().map(TextRef::as_str)
    }

    /// The envelope's `traceId`, a W3C traceparent.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.answer.trace_id().map(TextRef::as_str)
    }

    /// When the service wrote the answer (the envelope's `timestamp`), by the service's clock.
    #[must_use]
    pub fn response_time(&self) -> Option<SystemTime> {
        self.answer.time.and_then(system_time)
    }

    /// The `data` object exactly as sent, including members that this library does not know.
    #[must_use]
    pub fn json(&self) -> &str {
        self.arena.get(self.json).as_str()
    }
}

impl<'a> JobError<'a> {
    pub(crate) fn message_text(self) -> Option<TextRef<'a>> {
        self.0.text(0)
    }

    pub(crate) fn url_text(self) -> Option<TextRef<'a>> {
        self.0.text(1)
    }

    /// The error's text (`value`).
    #[must_use]
    pub fn message(&self) -> Option<&'a str> {
        self.message_text().map(TextRef::as_str)
    }

    /// The web page about this error (`url`).
    #[must_use]
    pub fn url(&self) -> Option<&'a str> {
        self.url_text().map(TextRef::as_str)
    }

    /// How often the error occurred in this job (`number`). Never negative.
    #[must_use]
    pub fn occurrences(&self) -> Option<i64> {
        // The text is known to be a number: it was checked when the list was made.
        self.0.text(2)?.as_str().parse().ok()
    }

    /// Whether the error has an error code (`isErrorCode`).
    #[must_use]
    pub fn has_code(&self) -> Option<bool> {
        self.0.flag()
    }
}

impl fmt::Debug for JobError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JobError")
            .field("message", &self.message())
            .field("url", &self.url())
            .field("occurrences", &self.occurrences())
            .field("has_code", &self.has_code())
            .finish()
    }
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("id", &self.id())
            .field("state", &self.state)
            .field("request_id", &self.request_id())
            .field("trace_id", &self.trace_id())
            .field("json", &self.json())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for JobErrors<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
