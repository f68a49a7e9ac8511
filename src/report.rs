//! Failures and failing answers into errors that explain themselves: what was asked of whom, what came back, what to do.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use ureq::http::{StatusCode, header};

use crate::error::{Error, ErrorKind};
use crate::http::{Answer, Deadline, Failure};
use crate::policy::{self, Retry, StatusRule};
use crate::wire::{self, Explanation, Unreadable};

/// A failed attempt: what the caller gets if it was the last one, and whether there is another.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) retry: Retry,
}

impl Failed {
    /// An error that no further attempt would mend.
    pub(crate) fn finally(error: Error) -> Self {
        Self { error, retry: Retry::No }
    }

    /// The same with every occurrence of `secret` taken out.
    pub(crate) fn without(self, secret: &str) -> Self {
        Self { error: self.error.without(secret), retry: self.retry }
    }
}

/// How much of an answer an error may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quote {
    /// Its beginning.
    Beginning,
    /// Nothing: it may hold a token.
    Nothing,
}

/// No whole answer came. `subject` is what was asked of whom, e.g. `GET https://…`.
pub(crate) fn failure(subject: &str, failure: &Failure, deadline: &Deadline) -> Failed {
    let rule = policy::failure_rule(failure);
    let allowed = match failure {
        Failure::Deadline(_) => format!(" ({} ms for the whole call)", deadline.allowed().as_millis()),
        _ => String::new(),
    };
    let message = format!("{subject}: {failure}{allowed}. {}", rule.advice);
    Failed { error: Error::new(rule.kind, message).with_retryable(rule.retryable), retry: rule.retry }
}

/// An answer broke off: the head came, and of the body only a part.
pub(crate) fn incomplete(subject: &str, answer: &Answer, failure: &Failure, quote: Quote) -> Failed {
    let rule = policy::failure_rule(failure);
    let message = format!("{subject}: {failure}; it was {}. {}", describe(answer, quote), rule.advice);
    // The same request may well bring the whole answer next time, unless it is too large by nature.
    let retryable = !matches!(failure, Failure::TooLarge { .. });
    let error = Error::new(rule.kind, message).with_http_status(answer.status).with_retryable(retryable);
    Failed { error, retry: Retry::No }
}

/// The answer, or the envelope in it, has a status that is none of success. `kind` tells which column of the policy
/// counts, for it depends on who was asked.
pub(crate) fn refusal(
    subject: &str,
    status: u16,
    answer: Option<&Answer>,
    body: &[u8],
    said: Explanation,
    kind: fn(&StatusRule) -> ErrorKind,
) -> Failed {
    let rule = policy::status_rule(status);
    let kind = kind(rule);
    let reason =
        StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("unknown status");
    let under = match answer {
        Some(answer) if answer.status != status => format!(" (in an answer with HTTP {})", answer.status),
        _ => String::new(),
    };
    let said_so = match wire::explain_body(body, &said.details) {
        // Many services only repeat the status in words.
        text if text.eq_ignore_ascii_case(reason) => String::new(),
        text => format!(": {text}"),
    };
    let full_stop = if said_so.ends_with(['.', '!', '?']) { "" } else { "." };
    let retry_after = answer.and_then(retry_after);
    let asks = retry_after.map(|wait| format!(" It asks to wait {} s.", wait.as_secs_f64())).unwrap_or_default();
    let advice = if kind == rule.kind { rule.advice } else { "Check client id, secret, scope and identity URL." };
    let message = format!("{subject}: HTTP {status} {reason}{under}{said_so}{full_stop}{asks} {advice}");
    let error = Error::new(kind, message)
        .with_http_status(status)
        .with_retryable(rule.retryable)
        .with_retry_after(retry_after)
        .with_ids(said.request_id, said.trace_id)
        .with_details(said.details);
    Failed { error, retry: rule.retry }
}

/// The answer is whole and cannot be read.
pub(crate) fn unreadable(subject: &str, answer: Option<&Answer>, reason: &Unreadable, quote: Quote) -> Error {
    let came = answer.map(|answer| format!("; it was {}", describe(answer, quote))).unwrap_or_default();
    let error = Error::new(ErrorKind::Protocol, format!("{subject}: {reason}{came}."));
    match answer {
        Some(answer) => error.with_http_status(answer.status),
        None => error,
    }
}

/// An answer in a few words: `HTTP 200, text/html, 1234 bytes beginning "<html>…"`.
fn describe(answer: &Answer, quote: Quote) -> String {
    let kind = answer.header(header::CONTENT_TYPE).unwrap_or("no content type");
    let coding = match answer.header(header::CONTENT_ENCODING) {
        Some(coding) => Cow::Owned(format!(", encoded as {coding}")),
        None => Cow::Borrowed(""),
    };
    let bytes = answer.body.len();
    let beginning = match quote {
        Quote::Beginning if bytes > 0 => format!(" beginning {:?}", wire::quote_beginning(&answer.body)),
        Quote::Beginning | Quote::Nothing => String::new(),
    };
    format!("HTTP {}, {kind}{coding}, {bytes} bytes{beginning}", answer.status)
}

/// `Retry-After` in either form (RFC 9110 section 10.2.3). A date counts from the service's own clock where it tells it,
/// so that a clock that is off, here or there, does not matter.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let value = answer.header(header::RETRY_AFTER)?;
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than fit are longer than anybody waits.
        return Some(Duration::from_secs(value.parse::<u32>().unwrap_or(u32::MAX).into()));
    }
    let until = wire::http_date_unix_ms(value)?;
    let now = answer.header(header::DATE).and_then(wire::http_date_unix_ms).or_else(unix_ms_now)?;
    Some(Duration::from_millis(u64::try_from(until.saturating_sub(now)).unwrap_or(0)))
}

fn unix_ms_now() -> Option<i64> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ureq::http::HeaderMap;

    #[test]
    fn retry_after_in_either_form() {
        for (value, date, expected) in [
            ("0", None, Some(Duration::ZERO)),
            (" 120 ", None, Some(Duration::from_secs(120))),
            ("99999999999999999999", None, Some(Duration::from_secs(u32::MAX.into()))),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(10))),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("Sun, 06 Nov 1994 08:49:47 GMT"), Some(Duration::ZERO)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", None, Some(Duration::ZERO)),
            ("soon", None, None),
            ("-1", None, None),
            ("", None, None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::RETRY_AFTER, value.parse().expect("is a header value"));
            if let Some(date) = date {
                headers.insert(header::DATE, date.parse().expect("is a header value"));
            }
            let answer = Answer { status: 429, headers, body: Vec::new(), incomplete: None };
            assert_eq!(retry_after(&answer), expected, "{value}");
        }
    }
}
