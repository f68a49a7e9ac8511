//! Makes errors from failures and failed answers. An error says what was asked of whom, what came back and what to do.
//!
//! This is the map of the types that say why something failed, from the lowest room to the highest. Each type says what
//! its room can know. The last column names the type that is made from it:
//!
//! | type | says why | becomes |
//! | --- | --- | --- |
//! | [`sys::Unresolved`](crate::sys::Unresolved) | the system's resolver returned no addresses | `NoAddress` |
//! | `NoAddress` (`http/lookup.rs`) | a look-up failed, its time was up, or the call was cancelled | `Failure` |
//! | `NoConnection` (`http/connect.rs`) | no address accepted a connection | `Failure` |
//! | [`Stop`](crate::interrupt::Stop) | a wait ended early: the time was up, or the call was cancelled | `Failure` |
//! | [`Failure`], with `TlsCause` and `Phase` | a request got no complete answer | `Failed` |
//! | [`Unreadable`] | a complete answer cannot be read | `Failed` |
//! | [`Failed`] | an attempt failed, and whether there is another attempt | `Error` |
//! | [`Error`] | a call failed: what the caller gets | |
//!
//! Only [`crate::policy`] decides what follows from a failure: its kind, the advice, and whether there is another
//! attempt.

use std::borrow::Cow;
use std::fmt::Display;
use std::time::Duration;

use ureq::http::{StatusCode, header};

use crate::error::{Error, ErrorKind};
use crate::http::{Answer, Deadline, Failure};
use crate::policy::{self, Asked, Retry, Words};
use crate::quote::full_stop;
use crate::secret::{self, Echo};
use crate::time::{http_date_unix_ms, unix_ms_now};
use crate::wire::{self, Explanation, Unreadable};

/// A failed attempt: the caller's error if it was the last attempt, and whether there is another.
#[derive(Debug, Clone)]
pub(crate) struct Failed {
    pub(crate) error: Error,
    pub(crate) retry: Retry,
}

impl Failed {
    /// An error that another attempt would not change.
    pub(crate) fn permanent(error: Error) -> Self {
        Self { error, retry: Retry::No }
    }
}

/// How much of an answer an error may show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quote {
    /// Its beginning.
    Beginning,
    /// Nothing: the answer may contain a token.
    Nothing,
}

/// The error for an attempt without a complete answer. `subject` says what was asked of whom, e.g. `GET https://…`.
pub(crate) fn failure(subject: &dyn Display, asked: Asked, failure: &Failure, deadline: &Deadline) -> Failed {
    let rule = policy::failure_rule(failure, asked);
    let allowed = match failure {
        Failure::Deadline(_) => format!(" ({} ms for the whole call)", deadline.allowed().as_millis()),
        _ => String::new(),
    };
    let message = format!("{subject}: {failure}{allowed}. {}", rule.advice);
    Failed { error: Error::new(rule.kind, message).with_retryable(rule.retryable), retry: rule.retry }
}

/// The error for an answer that broke off: its head came, but only a part of its body.
pub(crate) fn incomplete(
    subject: &dyn Display,
    asked: Asked,
    answer: &Answer,
    failure: &Failure,
    quote: Quote,
) -> Failed {
    let rule = policy::failure_rule(failure, asked);
    let message = format!("{subject}: {failure}; received {}. {}", describe(answer, quote), rule.advice);
    let error = Error::new(rule.kind, message).with_http_status(answer.status).with_retryable(rule.retryable);
    Failed { error, retry: rule.retry }
}

/// The error for an answer, or an envelope in it, with a status that is not a success.
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
    let said_so = match wire::explain_body(body, &said.details, asked == Asked::Identity) {
        // Many services only repeat the status in words.
        text if text.eq_ignore_ascii_case(reason) => String::new(),
        text => format!(": {text}"),
    };
    let full_stop = full_stop(&said_so);
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
    retry_after.map(|wait| format!(" The server asks to wait {} s.", wait.as_secs_f64())).unwrap_or_default()
}

/// Reads an answer. If that fails, the error shows no secret of the request (`sent`) that the server echoes.
///
/// The unchanged answer decides the result of the call. Only the quotations in the error are made from the answer
/// without the secrets. The secrets are removed before a quotation is cut, because a cut could leave a part of a
/// secret. The library's own words stay as they are. If a secret cannot be removed without ruining a text, the whole
/// text is left out.
pub(crate) fn without_echo<T>(
    subject: &dyn Display,
    asked: Asked,
    answer: &mut Answer,
    sent: &[&str],
    mut read: impl FnMut(&Answer) -> Result<T, Failed>,
) -> Result<T, Failed> {
    read(answer).map_err(|failed| hide_echo(subject, asked, answer, sent, failed, &mut |answer| read(answer).err()))
}

/// The same failure without the secrets. `read_again` reads an answer, and says how that fails.
fn hide_echo(
    subject: &dyn Display,
    asked: Asked,
    answer: &mut Answer,
    sent: &[&str],
    failed: Failed,
    read_again: &mut dyn FnMut(&Answer) -> Option<Failed>,
) -> Failed {
    let subject = subject.to_string();
    // When a text is put on one line, a secret can appear that was not in the text before.
    let shows_one = |failed: &Failed| {
        let words = failed.error.message().strip_prefix(&subject).unwrap_or(failed.error.message());
        sent.iter().any(|secret| secret::can_be_hidden(secret) && words.contains(secret))
    };
    // A secret may be a part of the answer's structure, such as the name of a member.
    let is_same = |again: &Failed| {
        (again.error.kind(), again.error.http_status()) == (failed.error.kind(), failed.error.http_status())
    };
    let hidden = sent.iter().map(|secret| answer.hide(secret)).max().unwrap_or(Echo::Nothing);
    let is_encoded = sent.iter().any(|secret| secret::is_encoded_in(&answer.body, secret));
    let echo = if is_encoded { Echo::Withheld } else { hidden };
    let failed = match echo {
        Echo::Nothing if !shows_one(&failed) => failed,
        Echo::Hidden => match read_again(answer) {
            Some(again) if is_same(&again) && !shows_one(&again) => again,
            _ => unquoted(&subject, asked, answer, failed),
        },
        Echo::Nothing | Echo::Withheld => unquoted(&subject, asked, answer, failed),
    };
    let error = sent.iter().fold(failed.error, |error, secret| error.without(secret));
    Failed { error, retry: failed.retry }
}

/// The same failure without a quotation of the answer.
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
    let message = format!("{subject}: {what}; its text is not shown, because it contains the secret.{asks} {advice}");
    Failed { error: failed.error.with_message(&message), retry: failed.retry }
}

/// The error for an answer that says that the requested object does not exist.
pub(crate) fn nothing(subject: &dyn Display, words: &Words, status: u16, said: Explanation) -> Failed {
    let reason = said.message.map(|message| format!(" ({message})")).unwrap_or_default();
    let message = format!("{subject}: {}{reason}. {}", words.nothing, words.nothing_advice);
    let error = Error::new(ErrorKind::NotFound, message).with_http_status(status);
    Failed::permanent(error.with_ids(said.request_id, said.trace_id).with_details(said.details))
}

/// The error for a complete answer that cannot be read.
pub(crate) fn unreadable(subject: &dyn Display, answer: Option<&Answer>, reason: &Unreadable, quote: Quote) -> Error {
    let came = answer.map(|answer| format!("; received {}", describe(answer, quote))).unwrap_or_default();
    let error = Error::new(ErrorKind::Protocol, format!("{subject}: {reason}{came}."));
    match answer {
        Some(answer) => error.with_http_status(answer.status),
        None => error,
    }
}

/// An answer in a few words: `HTTP 200, text/html, 1234 bytes beginning "<html>…"`.
fn describe(answer: &Answer, quote: Quote) -> String {
    // Something on the way may have moved a part of the body into the head.
    let may_show = |value: &&str| quote == Quote::Beginning || !wire::mentions_token(value.as_bytes());
    let shown = |name| answer.header(name).map(|value| Some(value).filter(may_show).unwrap_or(secret::HIDDEN));
    let kind = shown(header::CONTENT_TYPE).unwrap_or("no content type");
    let coding = match shown(header::CONTENT_ENCODING) {
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

/// `Retry-After` in seconds or as a date (RFC 9110 section 10.2.3). A date is compared with the answer's own `Date`, if
/// there is one, so that a wrong clock on either machine does not matter.
pub(crate) fn retry_after(answer: &Answer) -> Option<Duration> {
    let value = answer.header(header::RETRY_AFTER)?;
    if !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit()) {
        // A number that does not fit is longer than anybody waits.
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
