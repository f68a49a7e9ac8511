//! What the status of an answer means: one table.

use std::ops::RangeInclusive;

use super::{Asked, Retry};
use crate::error::ErrorKind;

/// What an HTTP status means.
pub(crate) struct StatusRule {
    pub(super) codes: RangeInclusive<u16>,
    /// Whether the call itself tries again.
    pub(crate) retry: Retry,
    /// Whether the caller may try the same call later.
    pub(crate) retryable: bool,
    service: Meaning,
    identity: Meaning,
}

/// What a status means in an answer of one of the two servers.
#[derive(Clone, Copy)]
pub(crate) struct Meaning {
    pub(crate) kind: ErrorKind,
    /// What the operator can do about it.
    pub(crate) advice: &'static str,
}

impl StatusRule {
    pub(crate) fn meaning(&self, asked: Asked) -> Meaning {
        match asked {
            Asked::Service(words) if self.service.advice == OF_THE_ENDPOINT => {
                Meaning { advice: words.not_found_advice, ..self.service }
            }
            Asked::Service(_) => self.service,
            Asked::Identity => self.identity,
        }
    }
}

/// The advice in a row of [`STATUS_RULES`] that takes its advice from [`Words`].
const OF_THE_ENDPOINT: &str = "";

/// The first row that contains the status counts.
pub(super) const STATUS_RULES: [StatusRule; 15] = {
    use ErrorKind::{Authentication, NotFound, Permission, Protocol, RateLimited, Rejected, Server};
    use Retry::{Backoff, No};
    const fn rule(
        codes: RangeInclusive<u16>,
        retry: Retry,
        retryable: bool,
        service: (ErrorKind, &'static str),
        identity: (ErrorKind, &'static str),
    ) -> StatusRule {
        const fn meaning((kind, advice): (ErrorKind, &'static str)) -> Meaning {
            Meaning { kind, advice }
        }
        StatusRule { codes, retry, retryable, service: meaning(service), identity: meaning(identity) }
    }
    const CREDENTIALS: &str = "Check the client id, the client secret or certificate and whether it has expired, the \
                               scope and the data center.";
    [
        rule(
            401..=401,
            No,
            false,
            (
                Authentication,
                "The access token was refused: check that it was issued for this data center and has not expired, and that \
                 the app registration has the permission microsoft365backup.jobInfo.read.all.",
            ),
            // No access token is involved: the identity service does not accept the client id or its proof.
            (
                Authentication,
                "Check the client id, the client secret or certificate and whether it has expired, and the data center.",
            ),
        ),
        rule(
            403..=403,
            No,
            false,
            (Permission, "Grant the app registration the permission microsoft365backup.jobInfo.read.all."),
            (Authentication, CREDENTIALS),
        ),
        rule(
            404..=404,
            No,
            false,
            (NotFound, OF_THE_ENDPOINT),
            (Authentication, "This URL issues no tokens: check the data center and the identity URL (identity_url)."),
        ),
        rule(
            408..=408,
            Backoff,
            true,
            (Rejected, "The service waited too long for the request; try again."),
            (Rejected, "The identity service waited too long for the request; try again."),
        ),
        rule(
            425..=425,
            No,
            true,
            (Rejected, "The service was not ready to process the request; try again."),
            (Rejected, "The identity service was not ready to process the request; try again."),
        ),
        rule(
            429..=429,
            Backoff,
            true,
            (RateLimited, "Too many requests: ask less often."),
            (RateLimited, "Too many requests: ask less often."),
        ),
        // RFC 6749 section 5.2: every refusal except one has this status.
        rule(
            400..=400,
            No,
            false,
            (Rejected, "Correct the problem that the service reports, then try again."),
            (Authentication, CREDENTIALS),
        ),
        rule(
            402..=499,
            No,
            false,
            (Rejected, "Correct the problem that the service reports, then try again."),
            (Authentication, "Check the data center and the identity URL (identity_url)."),
        ),
        rule(
            300..=399,
            No,
            false,
            (Rejected, "Redirects are not followed: set the base URL to the service's own address."),
            (
                Rejected,
                "Redirects are not followed: set the identity URL (identity_url) to the identity service's own address.",
            ),
        ),
        rule(
            501..=501,
            No,
            false,
            (Server, "The service does not know this request: check the base URL."),
            (Server, "The identity service does not know this request: check the identity URL (identity_url)."),
        ),
        rule(
            502..=504,
            Backoff,
            true,
            (Server, "The service is not available now; try again later."),
            (Server, "The identity service is not available now; try again later."),
        ),
        rule(
            505..=505,
            No,
            false,
            (Server, "The service does not speak HTTP/1.1: check the base URL."),
            (Server, "The identity service does not speak HTTP/1.1: check the identity URL (identity_url)."),
        ),
        rule(
            500..=599,
            No,
            true,
            (Server, "The service failed; try again later."),
            (Server, "The identity service failed; try again later."),
        ),
        rule(200..=299, No, false, (Protocol, ""), (Protocol, "")),
        rule(
            0..=u16::MAX,
            No,
            false,
            (Protocol, "This is not an HTTP status: check the base URL."),
            (Protocol, "This is not an HTTP status: check the identity URL (identity_url)."),
        ),
    ]
};

/// The rule for an HTTP status; every number has one.
pub(crate) fn status_rule(status: u16) -> &'static StatusRule {
    STATUS_RULES.iter().find(|rule| rule.codes.contains(&status)).unwrap_or(&STATUS_RULES[STATUS_RULES.len() - 1])
}
