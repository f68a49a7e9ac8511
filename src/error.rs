//! Errors, for a program (kind, numbers, ids) and for a person (one line).

mod detail;

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use crate::model::Text;
use crate::quote::one_line;
use crate::secret::conceal;

pub(crate) use detail::Details;
pub use detail::{ErrorDetail, ErrorDetails};

/// What kind of failure an [`Error`] is. The numbers are those of the C ABI and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum ErrorKind {
    /// An empty or malformed id, location or option. Nothing was sent.
    InvalidArgument = 1,
    /// Missing, contradictory or unreadable configuration.
    Config = 2,
    /// The identity service refused, or the service answered 401 to a fresh token.
    Authentication = 3,
    /// 403.
    Permission = 4,
    /// 404, or an answer without a job.
    NotFound = 5,
    /// Any other 4xx, and any 3xx.
    Rejected = 6,
    /// 429.
    RateLimited = 7,
    /// 5xx.
    Server = 8,
    /// The host name could not be resolved.
    Resolve = 9,
    /// Connecting was refused, or the host is unreachable.
    Connect = 10,
    /// Handshake, certificate, host name or protocol version.
    Tls = 11,
    /// The connection broke.
    Network = 12,
    /// The call's deadline passed.
    Timeout = 13,
    /// The call was cancelled.
    Cancelled = 14,
    /// Not HTTP, not JSON, not the documented shape, truncated, or larger than allowed.
    Protocol = 15,
    /// A defect of this library.
    Internal = 16,
}

/// A failure: its kind, one line that explains it, and what the service said. Cheap to clone, readable from any thread.
///
/// It contains no secret.
#[derive(Clone, thiserror::Error)]
#[error("{}", .0.message.as_str())]
pub struct Error(Box<Report>);

#[derive(Clone)]
struct Report {
    kind: ErrorKind,
    message: Text,
    http_status: Option<u16>,
    request_id: Option<Text>,
    trace_id: Option<Text>,
    retry_after: Option<Duration>,
    retryable: bool,
    details: Details,
}

impl Error {
    /// An error of `kind` that is not retryable. [`crate::policy`] says which errors are retryable.
    pub(crate) fn new(kind: ErrorKind, message: impl AsRef<str>) -> Self {
        Self::made(kind, message.as_ref())
    }

    /// Outside of the many functions that can fail, to keep the library small.
    #[cold]
    #[inline(never)]
    fn made(kind: ErrorKind, message: &str) -> Self {
        Self(Box::new(Report {
            kind,
            message: Text::new(&one_line(message)),
            http_status: None,
            request_id: None,
            trace_id: None,
            retry_after: None,
            retryable: false,
            details: Details::default(),
        }))
    }

    pub(crate) fn with_http_status(mut self, status: u16) -> Self {
        self.0.http_status = Some(status);
        self
    }

    pub(crate) fn with_ids(mut self, request_id: Option<Text>, trace_id: Option<Text>) -> Self {
        self.0.request_id = request_id;
        self.0.trace_id = trace_id;
        self
    }

    pub(crate) fn with_details(mut self, details: Details) -> Self {
        self.0.details = details;
        self
    }

    pub(crate) fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    pub(crate) fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// Adds a sentence to the message, e.g. how many attempts were made.
    pub(crate) fn with_note(mut self, note: &str) -> Self {
        self.0.message = Text::new(&format!("{} {}", self.0.message.as_str(), one_line(note)));
        self
    }

    /// The same error of another kind: what the service said stays.
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// The same error with another message.
    pub(crate) fn with_message(mut self, message: &str) -> Self {
        self.0.message = Text::new(&one_line(message));
        self
    }

    /// Removes `secret` from the ids and the details, because a server may echo what it was sent. The message is not
    /// changed.
    pub(crate) fn without(mut self, secret: &str) -> Self {
        let clean = |text: &mut Text| {
            if let Cow::Owned(clean) = conceal(text.as_str(), secret) {
                *text = Text::new(&clean);
            }
        };
        let report = &mut *self.0;
        report.request_id.iter_mut().for_each(clean);
        report.trace_id.iter_mut().for_each(clean);
        let holds_it = |text| matches!(conceal(text, secret), Cow::Owned(_));
        if report.details.iter().any(|detail| detail.texts().any(holds_it)) {
            report.details = report.details.map(|text| conceal(text, secret));
        }
        self
    }

    pub(crate) fn message_text(&self) -> &Text {
        &self.0.message
    }

    pub(crate) fn request_id_text(&self) -> Option<&Text> {
        self.0.request_id.as_ref()
    }

    pub(crate) fn trace_id_text(&self) -> Option<&Text> {
        self.0.trace_id.as_ref()
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// One line: what was asked of whom, what came back, what to do.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0.message.as_str()
    }

    /// The HTTP status that counts: the envelope's own `statusCode` if there is one. `None` if no answer came.
    #[must_use]
    pub fn http_status(&self) -> Option<u16> {
        self.0.http_status
    }

    /// The service's id of the request, which the vendor's support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id_text().map(Text::as_str)
    }

    /// The W3C traceparent of the request.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id_text().map(Text::as_str)
    }

    /// How long the service asked to wait (`Retry-After`).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the same call may succeed later without any change.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }

    /// The service's own list of what is wrong with the request.
    #[must_use]
    pub fn details(&self) -> ErrorDetails<'_> {
        self.0.details.iter()
    }

    /// The entry at `index` in the service's own list.
    pub(crate) fn detail(&self, index: usize) -> Option<ErrorDetail<'_>> {
        self.0.details.get(index)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.0.message)
            .field("http_status", &self.0.http_status)
            .field("request_id", &self.0.request_id)
            .field("trace_id", &self.0.trace_id)
            .field("retry_after", &self.0.retry_after)
            .field("retryable", &self.0.retryable)
            .field("details", &self.0.details.iter())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line() {
        let error = Error::new(ErrorKind::Server, "a\r\n\tb \u{1b}[31m c");
        assert_eq!(error.message(), "a b [31m c");
    }

    #[test]
    fn what_was_reported_is_told() {
        let bare = Error::new(ErrorKind::NotFound, "no");
        assert_eq!((bare.kind(), bare.message(), bare.http_status()), (ErrorKind::NotFound, "no", None));
        assert_eq!((bare.request_id(), bare.trace_id(), bare.retry_after()), (None, None, None));
        assert_eq!((bare.is_retryable(), bare.details().count(), bare.detail(0).is_none()), (false, 0, true));

        let mut details = Details::default();
        details.push([Some("a code"), None, Some("a text")]);
        let full = bare
            .with_http_status(503)
            .with_ids(Some(Text::new("R:1")), Some(Text::new("00-t")))
            .with_retry_after(Some(Duration::from_secs(7)))
            .with_retryable(true)
            .with_details(details)
            .with_kind(ErrorKind::Server)
            .with_message("not now")
            .with_note("Twice.");
        assert_eq!((full.kind(), full.message()), (ErrorKind::Server, "not now Twice."));
        assert_eq!((full.http_status(), full.retry_after()), (Some(503), Some(Duration::from_secs(7))));
        assert_eq!((full.request_id(), full.trace_id(), full.is_retryable()), (Some("R:1"), Some("00-t"), true));
        let told: Vec<_> = full.details().map(|detail| (detail.code(), detail.field(), detail.message())).collect();
        assert_eq!(told, [(Some("a code"), None, Some("a text"))]);
        assert_eq!((full.detail(0).is_some(), full.detail(1).is_none()), (true, true));
    }

    #[test]
    fn an_echoed_secret_is_taken_out_of_what_a_server_said() {
        let echo = || Some(Text::new("x pl4in-s3cret y"));
        let error = |secret| {
            let mut details = Details::default();
            details.push([Some("x pl4in-s3cret y"); 3]);
            Error::new(ErrorKind::Server, "said by the library")
                .with_ids(echo(), echo())
                .with_details(details)
                .without(secret)
        };
        let long = error("pl4in-s3cret");
        assert!(!format!("{long:?} {long}").contains("s3cret"));
        assert_eq!(long.detail(0).and_then(|detail| detail.field()), Some("x [secret] y"));
        let short = error("i");
        assert_eq!((short.message(), short.request_id()), ("said by the library", Some("[secret]")));
    }
}
