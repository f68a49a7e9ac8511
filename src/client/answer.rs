//! What an answer means: a job, or an error.

use crate::error::{Error, ErrorKind};
use crate::http::Answer;
use crate::model::Job;
use crate::policy::Asked;
use crate::report::{self, Failed, Quote};
use crate::wire::{Envelope, Explanation, Unreadable};

const SUCCESS: std::ops::RangeInclusive<u16> = 200..=299;
const NO_CONTENT: u16 = 204;

/// Reads the answer to a request for one job.
pub(super) fn read(subject: &str, answer: &Answer) -> Result<Job, Failed> {
    interpret(subject, answer.status, Some(answer), &answer.body)
}

/// Reads an envelope that came over HTTP some other time.
pub(super) fn read_saved(subject: &str, body: &[u8]) -> Result<Job, Failed> {
    interpret(subject, 200, None, body)
}

fn interpret(subject: &str, http_status: u16, answer: Option<&Answer>, body: &[u8]) -> Result<Job, Failed> {
    let mut envelope = Envelope::parse(body);
    let status = status_that_counts(http_status, envelope.as_ref().ok());
    if !SUCCESS.contains(&status) {
        return Err(report::refusal(subject, Asked::Service, status, answer, body, explanation(&envelope)));
    }
    // Only now: the status of an error says more than that its text was cut.
    if let Some((answer, failure)) = answer.and_then(|answer| Some((answer, answer.incomplete.as_ref()?))) {
        return Err(report::incomplete(subject, Asked::Service, answer, failure, Quote::Beginning));
    }
    match envelope.as_mut().map_err(|reason| reason.clone()).and_then(Envelope::take_job) {
        Ok(Some(job)) => Ok(job),
        Ok(None) => Err(no_job(subject, status, explanation(&envelope))),
        Err(Unreadable::Empty) if http_status == NO_CONTENT => Err(no_job(subject, status, explanation(&envelope))),
        Err(reason) => {
            let error = report::unreadable(subject, answer, &reason, Quote::Beginning);
            let Explanation { request_id, trace_id, .. } = explanation(&envelope);
            Err(Failed::permanent(error.with_ids(request_id, trace_id)))
        }
    }
}

fn explanation(envelope: &Result<Envelope<'_>, Unreadable>) -> Explanation {
    envelope.as_ref().map(Envelope::explanation).unwrap_or_default()
}

/// The envelope's status counts, as the service documents. One exception: where HTTP says that the request failed and
/// the envelope says success without a job, nothing but the HTTP status explains it.
fn status_that_counts(http_status: u16, envelope: Option<&Envelope<'_>>) -> u16 {
    match envelope.and_then(|envelope| Some((envelope.status_code?, envelope.has_data()))) {
        Some((code, false)) if SUCCESS.contains(&code) => http_status,
        Some((code, _)) => code,
        None => http_status,
    }
}

fn no_job(subject: &str, status: u16, said: Explanation) -> Failed {
    let reason = said.message.map(|message| format!(" ({message})")).unwrap_or_default();
    let message = format!(
        "{subject}: the answer holds no job{reason}. Check the job id; on a Multi-Geo tenant name the location of the \
         job, on any other tenant name none."
    );
    let error = Error::new(ErrorKind::NotFound, message).with_http_status(status);
    Failed::permanent(error.with_ids(said.request_id, said.trace_id).with_details(said.details))
}
