//! Failures and failing answers into errors that explain themselves: what was asked of whom, what came back, what to do.
//!
//! This is the map of the types that say why something failed, from the lowest room to the highest. Each says what its
//! room can know, and the next one is made of it:
//!
//! | type | says why | becomes |
//! | --- | --- | --- |
//! | [`sys::Unresolved`](crate::sys::Unresolved) | the system's resolver has no addresses | `NoAddress` |
//! | `NoAddress` (`http/lookup.rs`) | a look-up has no addresses: that, the time, a cancel | `Failure` |
//! | `NoConnection` (`http/connect.rs`) | none of the addresses was connected to | `Failure` |
//! | [`Stop`](crate::interrupt::Stop) | a wait ended without what it waited for | `Failure` |
//! | [`Failure`], with `TlsCause` and `Phase` | an exchange brought no whole answer | `Failed` |
//! | [`Unreadable`] | a whole answer cannot be read | `Failed` |
//! | [`Failed`] | an attempt failed, and whether there is another one | `Error` |
//! | [`Error`] | a call failed: what the caller gets | |
//!
//! What follows from a failure, a kind, an advice, another attempt, is decided in [`crate::policy`] alone.

use std::borrow::Cow;
use std::fmt::Display;
use std::time::Duration;

use ureq::http::{StatusCode, header};

use crate::error::{Error, ErrorKind};
use crate::http::{Answer, Deadline, Failure};
use crate::policy::{self, Asked, Retry, Words};
use crate::secret::{self, Echo};
use crate::time::{http_date_unix_ms, unix_ms_now};
use crate::wire::{self, Explanation, Unreadable};

/// A failed attempt: what the caller gets if it was the last one, and whether there is another.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) retry: Retry,
}

impl Failed {
    /// An error that no further attempt would mend.
    pub(crate) fn permanent(error: Error) -> Self {
        Self { error, retry: Retry::No }
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
pub(crate) fn failure(subject: &dyn Display, asked: Asked, failure: &Failure, deadline: &Deadline) -> Failed {
    let rule = policy::failure_rule(failure, asked);
    let allowed = match failure {
        Failure::Deadline(_) => format!(" ({} ms for the whole call)", deadline.allowed().as_millis()),
        _ => String::new(),
    };
    let message = format!("{subject}: {failure}{allowed}. {}", rule.advice);
    Failed { error: Error::new(rule.kind, message).with_retryable(rule.retryable), retry: rule.retry }
}

/// An answer broke off: the head came, and of the body only a part.
pub(crate) fn incomplete(
    subject: &dyn Display,
    asked: Asked,
    answer: &Answer,
    failure: &Failure,
    quote: Quote,
) -> Failed {
    let rule = policy::failure_rule(failure, asked);
    let message = format!("{subject}: {failure}; it was {}. {}", describe(answer, quote), rule.advice);
    let error = Error::new(rule.kind, message).with_http_status(answer.status).with_retryable(rule.retryable);
    Failed { error, retry: rule.retry }
}

/// The answer, or the envelope in it, has a status that is none of success.
pub(crate) fn refusal(
    subject: &dyn Display,
    asked: Asked,
    status: u16,
    answer: Option<&Answer>,
    body: &[u8],
    said: Explanation,
) -> Failed {
    let rule = policy::status_rule(status);
    let meaning = rule.meaning(asked);
    let reason = reason(status);
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
    let asks = asks_to_wait(retry_after);
    let message = format!("{subject}: HTTP {status} {reason}{under}{said_so}{full_stop}{asks} {}", meaning.advice);
    let error = Error::new(meaning.kind, message)
        .with_http_status(status)
        .with_retryable(rule.retryable)
        .with_retry_after(retry_after)
        .with_ids(said.request_id, said.trace_id)
        .with_details(said.details);
    Failed { error, retry: rule.retry }
}

fn reason(status: u16) -> &'static str {
    StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason()).unwrap_or("unknown status")
}

fn asks_to_wait(retry_after: Option<Duration>) -> String {
    retry_after.map(|wait| format!(" It asks to wait {} s.", wait.as_secs_f64())).unwrap_or_default()
}

/// Reads an answer; where that fails, no error shows what the server echoes of `sent`, the secrets of the request.
///
/// What the call comes to is decided by the answer as it came. Only what the error quotes of it is made of the answer
/// without the secrets, and that before it is cut to be quoted: a part of a secret would stay. The library's own words
/// are left as they are. A secret that cannot be taken out of a text without ruin takes the whole text with it.
pub(crate) fn without_echo<T>(
    subject: &dyn Display,
    asked: Asked,
    answer: &mut Answer,
    sent: &[&str],
    read: impl Fn(&Answer) -> Result<T, Failed>,
) -> Result<T, Failed> {
    let failed = match read(answer) {
        Err(failed) => failed,
        read => return read,
    };
    let subject = subject.to_string();
    // To put a text on one line can make a secret of it that was none before.
    let shows_one = |failed: &Failed| {
        let words = failed.error.message().strip_prefix(&subject).unwrap_or(failed.error.message());
        sent.iter().any(|secret| secret::can_be_hidden(secret) && words.contains(secret))
    };
    // A secret may be a part of what the answer is made of, such as the name of a member.
    let is_same = |again: &Failed| {
        (again.error.kind(), again.error.http_status()) == (failed.error.kind(), failed.error.http_status())
    };
    let failed = match sent.iter().map(|secret| answer.hide(secret)).max().unwrap_or(Echo::Nothing) {
        Echo::Nothing if !shows_one(&failed) => failed,
        Echo::Hidden => match read(answer) {
            Err(again) if is_same(&again) && !shows_one(&again) => again,
            _ => unquoted(&subject, asked, answer, failed),
        },
        Echo::Nothing | Echo::Withheld => unquoted(&subject, asked, answer, failed),
    };
    let error = sent.iter().fold(failed.error, |error, secret| error.without(secret));
    Err(Failed { error, retry: failed.retry })
}

/// The same failure with nothing quoted of the answer.
fn unquoted(subject: &dyn Display, asked: Asked, answer: &Answer, failed: Failed) -> Failed {
    let status = failed.error.http_status().unwrap_or(answer.status);
    let (what, advice) = match &answer.incomplete {
        _ if !matches!(status, 200..=299) => {
            (format!("HTTP {status} {}", reason(status)), policy::status_rule(status).meaning(asked).advice)
        }
        Some(failure) => (failure.to_string(), policy::failure_rule(failure, asked).advice),
        None => match asked {
            Asked::Service(words) if failed.error.kind() == ErrorKind::NotFound => {
                (words.nothing.to_owned(), words.nothing_advice)
            }
            _ => ("the answer cannot be read".to_owned(), ""),
        },
    };
    let asks = asks_to_wait(failed.error.retry_after());
    let message = format!("{subject}: {what}; its text is not shown, for it holds the secret.{asks} {advice}");
    Failed { error: failed.error.with_message(&message), retry: failed.retry }
}

/// The answer says that there is nothing of what was asked for.
pub(crate) fn nothing(subject: &dyn Display, words: &Words, status: u16, said: Explanation) -> Failed {
    let reason = said.message.map(|message| format!(" ({message})")).unwrap_or_default();
    let message = format!("{subject}: {}{reason}. {}", words.nothing, words.nothing_advice);
    let error = Error::new(ErrorKind::NotFound, message).with_http_status(status);
    Failed::permanent(error.with_ids(said.request_id, said.trace_id).with_details(said.details))
}

/// The answer is whole and cannot be read.
pub(crate) fn unreadable(subject: &dyn Display, answer: Option<&Answer>, reason: &Unreadable, quote: Quote) -> Error {
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
    let until = http_date_unix_ms(value)?;
    let now = answer.header(header::DATE).and_then(http_date_unix_ms).unwrap_or_else(unix_ms_now);
    Some(Duration::from_millis(u64::try_from(until.saturating_sub(now)).unwrap_or(0)))
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
