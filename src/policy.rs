//! Tables that say what an answer means and what is tried again. No other file decides this.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::error::ErrorKind;
use crate::http::{Failure, TlsCause};

/// Which server was asked. The same status means different things from the two servers, and the operator must look in
/// different places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The service at the base URL, with the texts of the endpoint.
    Service(&'static Words),
    /// The identity service, at the identity URL.
    Identity,
}

/// The texts of an endpoint for an answer without data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// Says what a successful answer lacks, e.g. "the answer contains no job".
    pub(crate) nothing: &'static str,
    /// What the operator can do about a successful answer without data.
    pub(crate) nothing_advice: &'static str,
    /// What the operator can do about HTTP 404.
    pub(crate) not_found_advice: &'static str,
}

/// What an HTTP status means.
pub(crate) struct StatusRule {
    codes: RangeInclusive<u16>,
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
const STATUS_RULES: [StatusRule; 15] = {
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
                "The access token was refused: check that it was issued for this data center and has not expired.",
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

/// What it means that no answer came, or only a part of one.
pub(crate) struct FailureRule {
    pub(crate) kind: ErrorKind,
    /// Whether the call itself tries again.
    pub(crate) retry: Retry,
    /// Whether the caller may try the same call later.
    pub(crate) retryable: bool,
    pub(crate) advice: &'static str,
}

/// Whether and how a call tries again. Every request may be repeated: reading a job or fetching a token changes nothing
/// on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Not at all.
    No,
    /// After a wait, as long as there are retries and time.
    Backoff,
    /// At once on a fresh connection, once per call, and not counted as a retry: it is normal that a server closes a
    /// connection that was kept open.
    FreshConnection,
}

/// The rule for a failure. A failure that may pass by itself is tried again; a failure that somebody must correct is
/// not.
pub(crate) fn failure_rule(failure: &Failure, asked: Asked) -> FailureRule {
    use ErrorKind::{Cancelled, Connect, Internal, Network, Protocol, Resolve, Timeout, Tls};
    use Retry::{Backoff, FreshConnection, No};
    let check_url = match asked {
        Asked::Service(_) => "Check the base URL.",
        Asked::Identity => "Check the identity URL (identity_url).",
    };
    let (kind, retry, retryable, advice) = match failure {
        Failure::Resolve { temporary: true, .. } => {
            (Resolve, Backoff, true, "Try again; if it fails again, check this machine's name resolution.")
        }
        Failure::Resolve { temporary: false, .. } => {
            (Resolve, No, false, "Check the host name and this machine's name resolution.")
        }
        Failure::Connect(_) => {
            (Connect, Backoff, true, "Check the network, and the firewalls between this machine and the server.")
        }
        Failure::NoDescriptor(_) => (
            Connect,
            Backoff,
            true,
            "This process, or this machine, cannot open more files: close some, or raise the limit on open files.",
        ),
        Failure::Proxy { status, .. } => proxy_rule(*status),
        Failure::Tls { cause, .. } => (Tls, No, false, tls_advice(*cause)),
        Failure::Handshake { .. } => (
            Network,
            Backoff,
            true,
            "Try again; if it fails again, check the port in the URL, and proxies and firewalls on the way.",
        ),
        Failure::Broken { reused: true } => (Network, FreshConnection, true, "Try again."),
        Failure::Broken { reused: false } | Failure::Network(_) => (Network, Backoff, true, "Try again."),
        Failure::Truncated => (Protocol, Backoff, true, "Try again."),
        Failure::Deadline(_) => (Timeout, No, true, "Try again, or allow more time."),
        // Not retryable: a program that repeats retryable calls would never end.
        Failure::Cancelled => (
            Cancelled,
            No,
            false,
            "The program cancelled this client; to use it again, resume it (cbj_client_resume, Client::resume).",
        ),
        Failure::TooLarge { .. } => match asked {
            Asked::Service(_) => (Protocol, No, false, "Raise max_response_bytes if such a large answer is expected."),
            // The limit for an answer with a token is not an option: no token is that large.
            Asked::Identity => (Protocol, No, false, check_url),
        },
        Failure::NotHttp(_) => (Protocol, No, false, check_url),
        Failure::Defect(_) => (Internal, No, false, "Report this as a defect of cloudbackupjobs."),
    };
    FailureRule { kind, retry, retryable, advice }
}

/// What a proxy's refusal to make a connection means. A refusal is permanent, unless the proxy cannot reach the host.
fn proxy_rule(status: Option<u16>) -> (ErrorKind, Retry, bool, &'static str) {
    let refuses = |advice| (ErrorKind::Connect, Retry::No, false, advice);
    let fails = |advice| (ErrorKind::Connect, Retry::Backoff, true, advice);
    match status {
        Some(407) => {
            refuses("Set the proxy's URL with the user and password for this proxy: http://user:password@host:port.")
        }
        Some(403) => refuses("The proxy does not allow this host and port: ask the proxy's administrator."),
        Some(405 | 501) => {
            refuses("The proxy does not know CONNECT: check that the address belongs to a proxy that allows https.")
        }
        Some(300..=499) => refuses("Check the proxy's address and what it allows."),
        Some(500..=599) => {
            fails("The proxy cannot reach the host: check the host name, and ask the proxy's administrator.")
        }
        _ => fails("Check the proxy's address: is it a proxy, and does it use http or https?"),
    }
}

/// What an operator can do about a TLS connection that failed.
fn tls_advice(cause: TlsCause) -> &'static str {
    match cause {
        TlsCause::UnknownIssuer => {
            "Behind an inspecting proxy? Set the CA file to its certificate (ca_file), or trust the system's store (trust)."
        }
        TlsCause::OtherHost => "Check the host name in the URL; if it is right, another server answers at its address.",
        TlsCause::Expired => {
            "Check this machine's clock; if it is right, the server's administrator must renew the certificate."
        }
        TlsCause::NotYetValid => "Check this machine's clock.",
        TlsCause::AuthorityAsServer => {
            "The server needs its own certificate (CA:FALSE), issued by that authority; the authority's certificate belongs in the CA file."
        }
        TlsCause::TooOld => "The server, or the inspecting proxy, must support TLS 1.2 or 1.3.",
        TlsCause::NotTls => "Check the port in the URL: does the server use https on this port?",
        TlsCause::Other => "Check the host name, this machine's clock and, behind an inspecting proxy, the CA file.",
    }
}

/// The longest wait before the second attempt. It doubles with each further attempt.
pub(crate) const BACKOFF_FIRST: Duration = Duration::from_millis(250);

/// The longest wait that the library chooses by itself. `Retry-After` may ask for more.
pub(crate) const BACKOFF_LONGEST: Duration = Duration::from_secs(8);

/// The time between two polls of a job that is waited for, unless the caller names another. The time varies by
/// [`POLL_SPREAD`] of it, so that many clients do not all poll at the same moment.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_secs(30);
pub(crate) const POLL_SPREAD: f64 = 0.1;

/// The last poll of a wait begins this long before its end, so that there is time for the answer. If the interval or a tenth
/// of the whole wait is shorter, that counts.
pub(crate) const POLL_LAST: Duration = Duration::from_secs(1);

/// For this long before its end, an access token is not used any more, so that it does not expire on the way to the
/// server.
pub(crate) const TOKEN_RENEWAL_MARGIN: Duration = Duration::from_secs(60);

/// Renewing a token that is still valid may take a call's time divided by this number, but not longer than the time
/// below.
pub(crate) const TOKEN_RENEWAL_SHARE: u32 = 3;
pub(crate) const TOKEN_RENEWAL_LONGEST: Duration = Duration::from_secs(5);

/// After a failed renewal, a token that is still valid is used for this long before it is renewed again.
pub(crate) const TOKEN_RENEWAL_PAUSE: Duration = Duration::from_secs(10);

/// The lifetime assumed for a token if the answer does not state one. A 401 renews the token anyway.
pub(crate) const TOKEN_LIFETIME_UNSTATED: Duration = Duration::from_secs(300);

/// The longest lifetime assumed for a token, whatever the answer states.
pub(crate) const TOKEN_LIFETIME_LONGEST: Duration = Duration::from_secs(24 * 3600);

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: Asked = Asked::Service(&Words {
        nothing: "nothing",
        nothing_advice: "Look elsewhere.",
        not_found_advice: "Look elsewhere.",
    });

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
            let found = (rule.meaning(SERVICE).kind, rule.meaning(Asked::Identity).kind);
            assert_eq!((found, rule.retry, rule.retryable), ((kind, identity_kind), retry, retryable), "{status}");
        }
    }

    #[test]
    fn what_is_tried_again_may_be_tried_later() {
        for rule in &STATUS_RULES {
            assert!(rule.retryable || rule.retry == Retry::No, "{:?}", rule.codes);
        }
        for failure in [
            Failure::Resolve { reason: String::new(), temporary: true },
            Failure::Connect(String::new()),
            Failure::Proxy { reason: String::new(), status: Some(502) },
            Failure::Proxy { reason: String::new(), status: None },
            Failure::Handshake { peer: String::new() },
            Failure::Broken { reused: true },
            Failure::Broken { reused: false },
            Failure::Network(String::new()),
            Failure::Truncated,
        ] {
            let rule = failure_rule(&failure, SERVICE);
            assert!(rule.retryable && rule.retry != Retry::No, "{failure:?}");
        }
        for failure in [
            Failure::Resolve { reason: String::new(), temporary: false },
            Failure::Proxy { reason: String::new(), status: Some(407) },
            Failure::Tls { cause: TlsCause::Expired, reason: String::new() },
            Failure::Cancelled,
            Failure::TooLarge { largest: 1 },
            Failure::NotHttp(String::new()),
            Failure::Defect(String::new()),
        ] {
            let rule = failure_rule(&failure, SERVICE);
            assert!(!rule.retryable && rule.retry == Retry::No, "{failure:?}");
        }
    }

    #[test]
    fn advice_leads_to_whom_was_asked() {
        for rule in &STATUS_RULES {
            for asked in [SERVICE, Asked::Identity] {
                let Meaning { kind, advice } = rule.meaning(asked);
                assert!(kind != ErrorKind::Authentication || advice.contains("data center"), "{advice}");
                let others = if asked == SERVICE { "identity" } else { "base URL" };
                assert!(!advice.contains(others), "{advice}");
            }
            let identity = rule.meaning(Asked::Identity).advice;
            assert!(!identity.contains("access token"), "{identity}");
        }
    }

    /// What the comment of a status in the C layer says after "Retryable: ".
    fn documented(kind: ErrorKind) -> &'static str {
        let number = format!(": cbj_status = {};", kind as i32);
        let (before, _) = include_str!("ffi/status.rs").split_once(&number).expect("has the number");
        let comment = before.rsplit(": cbj_status = ").next().expect("begins after the number before");
        comment.split("/// Retryable: ").nth(1).and_then(|rest| rest.lines().next()).expect("says it")
    }

    /// The header, and the table of statuses that is generated from the same comments, tell the truth.
    #[test]
    fn the_comment_of_each_status_says_whether_it_is_retryable() {
        use ErrorKind::*;
        let text = String::new;
        let failures = [
            Failure::Resolve { reason: text(), temporary: true },
            Failure::Resolve { reason: text(), temporary: false },
            Failure::Connect(text()),
            Failure::NoDescriptor(text()),
            Failure::Tls { cause: TlsCause::Expired, reason: text() },
            Failure::Handshake { peer: text() },
            Failure::Broken { reused: false },
            Failure::Network(text()),
            Failure::Truncated,
            Failure::Deadline(crate::http::Phase::Wait),
            Failure::Cancelled,
            Failure::TooLarge { largest: 1 },
            Failure::NotHttp(text()),
            Failure::Defect(text()),
        ];
        let proxy = (300..600).map(|status| Failure::Proxy { reason: text(), status: Some(status) });
        let failed = failures.into_iter().chain(proxy).map(|failure| {
            let rule = failure_rule(&failure, SERVICE);
            let status = if let Failure::Proxy { status, .. } = failure { status } else { None };
            (rule.kind, rule.retryable, status)
        });
        let answered = (300..600).flat_map(|status| {
            let rule = status_rule(status);
            [SERVICE, Asked::Identity].map(|asked| (rule.meaning(asked).kind, rule.retryable, Some(status)))
        });
        let all: Vec<(ErrorKind, bool, Option<u16>)> = failed.chain(answered).collect();
        for kind in [
            InvalidArgument,
            Config,
            Authentication,
            Permission,
            NotFound,
            Rejected,
            RateLimited,
            Server,
            Resolve,
            Connect,
            Tls,
            Network,
            Timeout,
            Cancelled,
            Protocol,
            Internal,
        ] {
            let of_kind = || all.iter().filter(|(other, ..)| *other == kind);
            let numbers = |retryable| -> Vec<u16> {
                let mut found: Vec<u16> =
                    of_kind().filter(|each| each.1 == retryable).filter_map(|each| each.2).collect();
                found.dedup();
                found
            };
            let said = documented(kind);
            let (sometimes, never) = (of_kind().any(|each| each.1), of_kind().any(|each| !each.1));
            let expected = match kind {
                // Nobody asks the tables about them: an error is not retryable unless one of them says so.
                InvalidArgument | Config => "no.".to_owned(),
                _ if sometimes && !never => "yes.".to_owned(),
                _ if !sometimes => "no.".to_owned(),
                Rejected => format!("no, except HTTP {}.", words(&numbers(true))),
                Server => format!("yes, except HTTP {}.", words(&numbers(false))),
                Connect => {
                    let refused: Vec<u16> = (300..500).chain([501]).collect();
                    assert_eq!(numbers(false), refused);
                    "yes, except where the proxy refused with 3xx, 4xx or 501.".to_owned()
                }
                Resolve => "yes, except where the resolver says that there is no such name.".to_owned(),
                Protocol => "no, except where the answer was cut short.".to_owned(),
                _ => panic!("{kind:?} is retryable in some cases: its comment has to say in which"),
            };
            assert_eq!(said, expected, "{kind:?}");
        }
    }

    fn words(numbers: &[u16]) -> String {
        numbers.iter().map(u16::to_string).collect::<Vec<_>>().join(" and ")
    }
}
