//! Turns an answer into the output of the endpoint, or into an error.

use std::fmt::Display;

use super::endpoint::Endpoint;
use crate::http::Answer;
use crate::policy::Asked;
use crate::report::{self, Failed, Quote};
use crate::wire::{Data, Envelope, Explanation, Unreadable};

const SUCCESS: std::ops::RangeInclusive<u16> = 200..=299;
const NO_CONTENT: u16 = 204;

/// Reads the answer of an endpoint.
pub(super) fn read<E: Endpoint>(endpoint: &E, subject: &dyn Display, answer: &Answer) -> Result<E::Output, Failed> {
    interpret(endpoint, subject, answer.status, Some(answer), &answer.body)
}

/// Reads an envelope that was saved from an earlier answer.
pub(super) fn read_saved<E: Endpoint>(endpoint: &E, subject: &dyn Display, body: &[u8]) -> Result<E::Output, Failed> {
    interpret(endpoint, subject, 200, None, body)
}

fn interpret<E: Endpoint>(
    endpoint: &E,
    subject: &dyn Display,
    http_status: u16,
    answer: Option<&Answer>,
    body: &[u8],
) -> Result<E::Output, Failed> {
    let asked = Asked::Service(E::WORDS);
    // An answer that may not have content says the same as an envelope without data.
    let body = if http_status == NO_CONTENT && body.is_empty() { b"{}" } else { body };
    let mut envelope = Envelope::<E::Data<'_>>::parse(body, endpoint.given());
    let status = status_that_counts(http_status, envelope.as_ref().ok());
    if !SUCCESS.contains(&status) {
        return Err(report::refusal(subject, asked, status, answer, body, explanation(&envelope)));
    }
    // Checked after the status, because the status of an error says more than that its text was cut short.
    if let Some((answer, failure)) = answer.and_then(|answer| Some((answer, answer.incomplete.as_ref()?))) {
        return Err(report::incomplete(subject, asked, answer, failure, Quote::Beginning));
    }
    match envelope.as_mut().map_err(|reason| reason.clone()).and_then(Envelope::take_data) {
        Ok(Some(output)) => Ok(output),
        Ok(None) => Err(report::nothing(subject, E::WORDS, status, explanation(&envelope))),
        Err(reason) => {
            let error = report::unreadable(subject, answer, &reason, Quote::Beginning);
            let Explanation { request_id, trace_id, .. } = explanation(&envelope);
            Err(Failed::permanent(error.with_ids(request_id, trace_id)))
        }
    }
}

fn explanation<'a, D: Data<'a>>(envelope: &Result<Envelope<'a, D>, Unreadable>) -> Explanation {
    envelope.as_ref().map(Envelope::explanation).unwrap_or_default()
}

/// The envelope's status counts, as the service documents. One exception: if the envelope says success but has no data,
/// the HTTP status counts, because nothing else explains a request that failed.
fn status_that_counts<'a, D: Data<'a>>(http_status: u16, envelope: Option<&Envelope<'a, D>>) -> u16 {
    match envelope.and_then(|envelope| Some((envelope.status_code?, envelope.has_data()))) {
        Some((code, false)) if SUCCESS.contains(&code) => http_status,
        Some((code, _)) => code,
        None => http_status,
    }
}
