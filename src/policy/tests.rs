//! The tables agree with each other and with what the header says.

use super::status::{Meaning, STATUS_RULES};
use super::*;
use crate::error::ErrorKind;
use crate::http::{Failure, TlsCause};

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
        Failure::NoMemory(String::new()),
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

#[test]
fn advice_names_what_to_look_at() {
    let tls = |cause| Failure::Tls { cause, reason: String::new() };
    let proxy = |status| Failure::Proxy { reason: String::new(), status };
    for (failure, word) in [
        (tls(TlsCause::UnknownIssuer), "ca_file"),
        (tls(TlsCause::OtherHost), "host name"),
        (tls(TlsCause::Expired), "renew"),
        (tls(TlsCause::NotYetValid), "clock"),
        (tls(TlsCause::AuthorityAsServer), "CA:FALSE"),
        (tls(TlsCause::TooOld), "TLS 1.2"),
        (tls(TlsCause::NotTls), "port"),
        (tls(TlsCause::Other), "clock and"),
        (proxy(Some(407)), "user and password"),
        (proxy(Some(403)), "does not allow"),
        (proxy(Some(405)), "CONNECT"),
        (proxy(Some(302)), "proxy's address"),
        (proxy(Some(502)), "cannot reach"),
        (proxy(None), "is it a proxy"),
    ] {
        let advice = failure_rule(&failure, SERVICE).advice;
        assert!(advice.contains(word), "{failure:?}: {advice}");
    }
    // The endpoint has words of its own for a 404.
    assert_eq!(status_rule(404).meaning(SERVICE).advice, "Look elsewhere.");
}

/// What the comment of a status in the C layer says after "Retryable: ".
fn documented(kind: ErrorKind) -> &'static str {
    let number = format!(": cbj_status = {};", kind as i32);
    let (before, _) = include_str!("../ffi/status.rs").split_once(&number).expect("has the number");
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
        Failure::NoMemory(text()),
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
            let mut found: Vec<u16> = of_kind().filter(|each| each.1 == retryable).filter_map(|each| each.2).collect();
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
