//! The job inside an envelope.
//!
//! Service page: "Retrieve Job Details", response, and its list sample for the second
//! spelling of the counts.

use serde_json::value::RawValue;

use super::Envelope;
use super::envelope::{as_sent, moment};
use super::json::{Object, Unreadable};
use crate::model::{Counts, Job, JobError, JobState, Text};

/// Reads the job that `envelope` brought. `None` where it brought none: `data` missing, null, or an object without a
/// single member, which the service answers for a location that the tenant does not have.
pub(crate) fn read_job(envelope: Envelope<'_>) -> Result<Option<Job>, Unreadable> {
    let Some(data) = envelope.data else { return Ok(None) };
    let object = envelope.object.inner(data)?.ok_or_else(|| Unreadable::member("data", data, "the job, an object"))?;
    if object.is_empty() {
        return Ok(None);
    }
    let state_text = object.text("state")?;
    let duration_text = as_sent(&object, "duration");
    Ok(Some(Job {
        id: object.text("id")?,
        state: state_text.as_ref().map_or(JobState::Unknown, |text| JobState::from_text(text.as_str())),
        state_text,
        start: moment(&object, "startTime"),
        finish: moment(&object, "finishTime"),
        duration_hours: duration_text.as_ref().and_then(|text| decimal(text.as_str())),
        duration_text,
        counts: counts(&object)?,
        errors: errors(&object)?,
        json: Text::new(data.get()),
        request_id: envelope.request_id,
        trace_id: envelope.trace_id,
        response_time: envelope.timestamp,
    }))
}

fn counts(job: &Object<'_>) -> Result<Counts, Unreadable> {
    const PARENT: &str = "backupDetails";
    let Some(details) = job.object(PARENT)? else { return Ok(Counts::default()) };
    // Two spellings are published, and either arrives.
    let count = |number: &str, count: &str| match details.count(number) {
        Ok(None) => details.count(count),
        found => found,
    };
    let read = || {
        Ok(Counts {
            total: count("totalNumber", "totalCount")?,
            failed: count("failedNumber", "failedCount")?,
            successful: count("successfulNumber", "successfulCount")?,
            skipped: count("skippedNumber", "skippedCount")?,
        })
    };
    read().map_err(|error: Unreadable| error.within("backupDetails."))
}

fn errors(job: &Object<'_>) -> Result<Vec<JobError>, Unreadable> {
    if let Some(entries) = job.objects("jobErrors") {
        let read = |(index, entry)| job_error(entry).map_err(|error| error.within(&format!("jobErrors[{index}]")));
        return entries.iter().enumerate().map(read).collect();
    }
    job.list("jobErrors")?
        .into_iter()
        .enumerate()
        .map(|(index, value)| other_job_error(job, value).map_err(|error| error.within(&format!("jobErrors[{index}]"))))
        .collect()
}

/// An entry that is null, or no object at all.
fn other_job_error<'a>(job: &Object<'a>, value: &'a RawValue) -> Result<JobError, Unreadable> {
    if value.get() == "null" {
        return Ok(JobError { message: None, url: None, occurrences: None, has_code: None });
    }
    job_error(&job.inner(value)?.ok_or_else(|| Unreadable::member("", value, "an object"))?)
}

fn job_error(error: &Object<'_>) -> Result<JobError, Unreadable> {
    let read = || {
        Ok(JobError {
            message: error.text("value")?,
            url: error.text("url")?,
            occurrences: error.count("number")?,
            has_code: error.flag("isErrorCode"),
        })
    };
    read().map_err(|error: Unreadable| error.within("."))
}

/// A decimal number as the service writes durations: digits and at most one point. No sign, exponent or name.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_plain_decimals() {
        for (text, hours) in [
            ("0.011", Some(0.011)),
            ("12", Some(12.0)),
            ("3.", Some(3.0)),
            (".5", None),
            ("-1", None),
            ("1e3", None),
            ("inf", None),
            ("NaN", None),
            ("1.2.3", None),
            ("00:10:00", None),
        ] {
            assert_eq!(decimal(text), hours, "{text}");
        }
    }
}
