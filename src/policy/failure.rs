//! What it means that no answer came: one table.

use super::{Asked, Retry};
use crate::error::ErrorKind;
use crate::http::{Failure, TlsCause};

/// What it means that no answer came, or only a part of one.
pub(crate) struct FailureRule {
    pub(crate) kind: ErrorKind,
    /// Whether the call itself tries again.
    pub(crate) retry: Retry,
    /// Whether the caller may try the same call later.
    pub(crate) retryable: bool,
    pub(crate) advice: &'static str,
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
        Failure::NoMemory(_) => {
            (Connect, Backoff, true, "This machine is short of memory: try again, or end programs that use much of it.")
        }
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
