//! What an answer means and what is tried again: the one place, as tables.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::error::ErrorKind;
use crate::http::{Failure, TlsCause};

/// What an HTTP status means.
pub(crate) struct StatusRule {
    codes: RangeInclusive<u16>,
    /// The kind of error when the service answers so.
    pub(crate) kind: ErrorKind,
    /// The kind of error when the identity service answers so.
    pub(crate) identity_kind: ErrorKind,
    /// Whether the call itself tries again.
    pub(crate) retry: Retry,
    /// Whether the caller may try the same call later.
    pub(crate) retryable: bool,
    /// What the operator can do about it, where it is the service that answers so.
    pub(crate) advice: &'static str,
}

/// Read from the top, the first row that covers the status counts.
const STATUS_RULES: [StatusRule; 14] = {
    use ErrorKind::{Authentication, NotFound, Permission, Protocol, RateLimited, Rejected, Server};
    use Retry::{Backoff, No};
    const fn rule(
        codes: RangeInclusive<u16>,
        kind: ErrorKind,
        identity_kind: ErrorKind,
        retry: Retry,
        retryable: bool,
        advice: &'static str,
    ) -> StatusRule {
        StatusRule { codes, kind, identity_kind, retry, retryable, advice }
    }
    [
        rule(
            401..=401,
            Authentication,
            Authentication,
            No,
            false,
            "The access token was refused: check that it is of this environment and not expired.",
        ),
        rule(
            403..=403,
            Permission,
            Authentication,
            No,
            false,
            "Grant the app registration the permission microsoft365backup.jobInfo.read.all.",
        ),
        rule(
            404..=404,
            NotFound,
            Authentication,
            No,
            false,
            "Check the job id, the data center and that the tenant is licensed for Cloud Backup for Microsoft 365.",
        ),
        rule(408..=408, Rejected, Rejected, Backoff, true, "The service waited too long for the request; try again."),
        rule(425..=425, Rejected, Rejected, No, true, "The service did not want the request yet; try again."),
        rule(429..=429, RateLimited, RateLimited, Backoff, true, "Too many requests: ask less often."),
        rule(400..=499, Rejected, Authentication, No, false, "Correct what the service names and ask again."),
        rule(
            300..=399,
            Rejected,
            Rejected,
            No,
            false,
            "Redirects are not followed: set the base URL to where the service is.",
        ),
        rule(501..=501, Server, Server, No, false, "The service does not know this request: check the base URL."),
        rule(502..=504, Server, Server, Backoff, true, "The service is not available now; try again later."),
        rule(505..=505, Server, Server, No, false, "The service does not speak HTTP/1.1: check the base URL."),
        rule(500..=599, Server, Server, No, true, "The service failed; try again later."),
        rule(200..=299, Protocol, Protocol, No, false, ""),
        rule(0..=u16::MAX, Protocol, Protocol, No, false, "This is no HTTP status: check the base URL."),
    ]
};

/// The rule for an HTTP status; every number has one.
pub(crate) fn status_rule(status: u16) -> &'static StatusRule {
    STATUS_RULES.iter().find(|rule| rule.codes.contains(&status)).unwrap_or(&STATUS_RULES[STATUS_RULES.len() - 1])
}

/// What a failure to get an answer means.
pub(crate) struct FailureRule {
    pub(crate) kind: ErrorKind,
    /// Whether the call itself tries again.
    pub(crate) retry: Retry,
    /// Whether the caller may try the same call later.
    pub(crate) retryable: bool,
    pub(crate) advice: &'static str,
}

/// Whether and how a call tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Not at all.
    No,
    /// After a wait, as long as there are retries and time.
    Backoff,
    /// At once on a fresh connection, once per call and beside the retries: the service closed a connection that
    /// had been kept open, and nobody is to blame.
    FreshConnection,
}

pub(crate) fn failure_rule(failure: &Failure) -> FailureRule {
    let (kind, retry, advice) = match failure {
        Failure::Resolve(_) => {
            (ErrorKind::Resolve, Retry::No, "Check the host name and this machine's name resolution.")
        }
        Failure::Connect(_) => {
            (ErrorKind::Connect, Retry::Backoff, "Check the network and the firewall between here and there.")
        }
        Failure::Proxy { status, .. } => {
            let (retry, advice) = proxy_rule(*status);
            (ErrorKind::Connect, retry, advice)
        }
        Failure::Tls { cause, .. } => (ErrorKind::Tls, Retry::No, tls_advice(*cause)),
        Failure::Broken { reused: true } => (ErrorKind::Network, Retry::FreshConnection, "Try again."),
        Failure::Broken { reused: false } => (ErrorKind::Network, Retry::No, "Try again."),
        Failure::Network(_) => (ErrorKind::Network, Retry::No, "Try again."),
        Failure::Deadline(_) => (ErrorKind::Timeout, Retry::No, "Try again, or allow more time."),
        Failure::Cancelled => (ErrorKind::Cancelled, Retry::No, "The program that made it asked for that."),
        Failure::Truncated => (ErrorKind::Protocol, Retry::No, "Try again."),
        Failure::TooLarge { .. } => {
            (ErrorKind::Protocol, Retry::No, "Raise max_response_bytes if that is to be expected.")
        }
        Failure::NotHttp(_) => (ErrorKind::Protocol, Retry::No, "Check the base URL."),
        Failure::Defect(_) => (ErrorKind::Internal, Retry::No, "Report this as a defect of cloudbackupjobs."),
    };
    let retryable = match failure {
        // The proxy does not change its mind by itself.
        Failure::Proxy { status: Some(300..=499 | 501), .. } => false,
        _ => kind.is_retryable(),
    };
    FailureRule { kind, retry, retryable, advice }
}

/// What a proxy's refusal to make a connection means.
fn proxy_rule(status: Option<u16>) -> (Retry, &'static str) {
    match status {
        Some(407) => {
            (Retry::No, "Set the proxy's URL with the user and password that it wants: http://user:password@host:port.")
        }
        Some(403) => (Retry::No, "The proxy does not allow this host and port: ask whoever runs it."),
        Some(405 | 501) => (Retry::No, "The proxy does not know CONNECT: is it a proxy, and for https?"),
        Some(300..=499) => (Retry::No, "Check the proxy's address and what it allows."),
        Some(500..=599) => {
            (Retry::Backoff, "The proxy does not reach the host: check the host name, and ask whoever runs the proxy.")
        }
        _ => (Retry::Backoff, "Check the proxy's address: is it a proxy, and is it http or https?"),
    }
}

/// What an operator can do about a TLS connection that is not made.
fn tls_advice(cause: TlsCause) -> &'static str {
    match cause {
        TlsCause::UnknownIssuer => {
            "Behind an inspecting proxy? Set the CA file to its certificate (ca_file), or trust the system's store (trust)."
        }
        TlsCause::OtherHost => "Check the host name in the URL; if it is right, something else answers at its address.",
        TlsCause::Expired => {
            "Check this machine's clock; if it is right, whoever runs the server has to renew the certificate."
        }
        TlsCause::NotYetValid => "Check this machine's clock.",
        TlsCause::AuthorityAsServer => {
            "The server needs a certificate of its own (CA:FALSE), issued by that authority; the authority's belongs into the CA file."
        }
        TlsCause::TooOld => "The server, or a proxy that inspects, has to speak TLS 1.2 or 1.3.",
        TlsCause::NotTls => "Check the URL's port: is https spoken there?",
        TlsCause::Other => "Check the host name, this machine's clock and, behind an inspecting proxy, the CA file.",
    }
}

/// The wait before the second attempt, at most; it doubles with each further attempt.
pub(crate) const BACKOFF_FIRST: Duration = Duration::from_millis(250);

/// The longest wait that the library chooses by itself. `Retry-After` may ask for more.
pub(crate) const BACKOFF_LONGEST: Duration = Duration::from_secs(8);

/// How long before its end an access token is no longer used, so that it does not expire on the way.
pub(crate) const TOKEN_RENEWAL_MARGIN: Duration = Duration::from_secs(60);

/// Which part of a call's time may go into renewing a token that still holds, and the longest time.
pub(crate) const TOKEN_RENEWAL_SHARE: u32 = 3;
pub(crate) const TOKEN_RENEWAL_LONGEST: Duration = Duration::from_secs(5);

/// How long a token that still holds is used as it is after it could not be renewed.
pub(crate) const TOKEN_RENEWAL_PAUSE: Duration = Duration::from_secs(10);

/// How long a token is used whose answer does not say how long it lasts. A 401 renews it anyway.
pub(crate) const TOKEN_LIFETIME_UNSTATED: Duration = Duration::from_secs(300);

/// The longest time a token is believed to last, whatever the answer says.
pub(crate) const TOKEN_LIFETIME_LONGEST: Duration = Duration::from_secs(24 * 3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_status_has_its_meaning() {
        use ErrorKind::*;
        for (status, kind, identity_kind, retry, retryable) in [
            (301, Rejected, Rejected, Retry::No, false),
            (304, Rejected, Rejected, Retry::No, false),
            (400, Rejected, Authentication, Retry::No, false),
            (401, Authentication, Authentication, Retry::No, false),
            (403, Permission, Authentication, Retry::No, false),
            (404, NotFound, Authentication, Retry::No, false),
            (405, Rejected, Authentication, Retry::No, false),
            (408, Rejected, Rejected, Retry::Backoff, true),
            (413, Rejected, Authentication, Retry::No, false),
            (422, Rejected, Authentication, Retry::No, false),
            (425, Rejected, Rejected, Retry::No, true),
            (429, RateLimited, RateLimited, Retry::Backoff, true),
            (500, Server, Server, Retry::No, true),
            (501, Server, Server, Retry::No, false),
            (502, Server, Server, Retry::Backoff, true),
            (503, Server, Server, Retry::Backoff, true),
            (504, Server, Server, Retry::Backoff, true),
            (505, Server, Server, Retry::No, false),
            (599, Server, Server, Retry::No, true),
            (99, Protocol, Protocol, Retry::No, false),
            (700, Protocol, Protocol, Retry::No, false),
        ] {
            let rule = status_rule(status);
            assert_eq!(
                (rule.kind, rule.identity_kind, rule.retry, rule.retryable),
                (kind, identity_kind, retry, retryable),
                "{status}"
            );
        }
    }
}
