//! One run of the history: what it is at a given time, and its JSON text.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::Value;

/// The tenant's central location. The details endpoint asks it if a request names no location.
pub const CENTRAL_LOCATION: &str = "NAM";
/// Another name of the central location.
const CENTRAL_LOCATION_NAME: &str = "PrimaryGeoLocation";

/// The state of a job. The numbers are those of the filter `jobState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has neither a finish time nor a duration.
    InProgress = 1,
    /// Without errors.
    Finished = 2,
    /// With errors.
    Failed = 3,
    /// With errors.
    FinishedWithException = 4,
    /// Stopped at the end of its time window.
    PartiallyFinished = 5,
}

impl State {
    /// The text of the service.
    pub fn text(self) -> &'static str {
        match self {
            Self::InProgress => "In Progress",
            Self::Finished => "Finished",
            Self::Failed => "Failed",
            Self::FinishedWithException => "Finished with Exception",
            Self::PartiallyFinished => "Partially Finished",
        }
    }
}

/// An element of `jobErrors`.
#[derive(Clone, Debug)]
pub struct JobError {
    /// The message.
    pub message: &'static str,
    /// The page on the error code; an error without a code has none.
    pub url: Option<String>,
    /// How often it occurred.
    pub occurrences: u64,
}

/// The counts of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// The sum of the others, when the job has ended.
    pub total: u64,
    /// Objects that failed.
    pub failed: u64,
    /// Objects that were done.
    pub successful: u64,
    /// Objects that were left out.
    pub skipped: u64,
}

/// How the members of `backupDetails` are named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// `totalNumber` and so on, as in the sample of the details endpoint.
    Number,
    /// `totalCount` and so on, as in the sample of the list.
    Count,
}

/// A run of the history.
#[derive(Clone, Debug)]
pub struct Run {
    /// The id, in one of the published shapes.
    pub id: String,
    /// A number of the filter `jobType`.
    pub job_type: u8,
    /// A number of the filter `objectType`.
    pub object_type: u8,
    /// Where the job is.
    pub location: &'static str,
    /// Whole seconds.
    pub start: DateTime<Utc>,
    /// When the run ends. It is in progress until then.
    pub finish: DateTime<Utc>,
    /// The state from then on.
    pub outcome: State,
    /// The counts from then on.
    pub counts: Counts,
    /// The errors from then on.
    pub errors: Vec<JobError>,
}

impl Run {
    /// The state at a time.
    pub fn state_at(&self, time: DateTime<Utc>) -> State {
        if time < self.finish { State::InProgress } else { self.outcome }
    }

    /// Whether the run is at this location, by any of its names.
    pub fn is_at(&self, location: &str) -> bool {
        location == self.location || (location == CENTRAL_LOCATION_NAME && self.location == CENTRAL_LOCATION)
    }

    /// The counts at a time: those of a run in progress grow.
    pub fn counts_at(&self, time: DateTime<Utc>) -> Counts {
        if time >= self.finish {
            return self.counts;
        }
        let share = |count: u64| {
            let whole = (self.finish - self.start).num_milliseconds().max(1).unsigned_abs();
            let elapsed = (time - self.start).num_milliseconds().max(0).unsigned_abs();
            count * elapsed / whole
        };
        let Counts { total, failed, successful, skipped } = self.counts;
        Counts { total, failed: share(failed), successful: share(successful), skipped: share(skipped) }
    }

    /// The job as the service writes it. It has no member for its type, service or location.
    pub fn json(&self, time: DateTime<Utc>, spelling: Spelling) -> String {
        let has_ended = time >= self.finish;
        let end = if has_ended {
            format!("\"finishTime\":\"{}\",\"duration\":\"{}\",", iso(self.finish), self.duration_in_hours())
        } else {
            String::new()
        };
        let Counts { total, failed, successful, skipped } = self.counts_at(time);
        let name = match spelling {
            Spelling::Number => "Number",
            Spelling::Count => "Count",
        };
        format!(
            "{{\"id\":{id},\"state\":\"{state}\",\"startTime\":\"{start}\",{end}\
             \"backupDetails\":{{\"total{name}\":{total},\"failed{name}\":{failed},\
             \"successful{name}\":{successful},\"skipped{name}\":{skipped}}},\"jobErrors\":[{errors}]}}",
            id = Value::from(self.id.as_str()),
            state = self.state_at(time).text(),
            start = iso(self.start),
            errors = if has_ended { self.errors_json() } else { String::new() },
        )
    }

    fn errors_json(&self) -> String {
        let error = |JobError { message, url, occurrences }: &JobError| {
            let (has_code, url) = (url.is_some(), Value::from(url.as_deref()));
            let message = Value::from(*message);
            format!("{{\"isErrorCode\":{has_code},\"value\":{message},\"url\":{url},\"number\":{occurrences}}}")
        };
        self.errors.iter().map(error).collect::<Vec<_>>().join(",")
    }

    /// At most three decimals, without zeros at the end.
    fn duration_in_hours(&self) -> String {
        let thousandths = ((self.finish - self.start).num_seconds() * 10 + 18) / 36;
        let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

fn iso(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
