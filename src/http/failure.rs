//! Why no answer came, or only a part of one. [`crate::policy`] says what follows from each failure.

use std::fmt;
use std::io;

use crate::interrupt::Stop;
use crate::sys::{is_out_of_descriptors, is_out_of_memory};

/// Why an exchange failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// `temporary`: asking again may help. The resolver said so, or gave no answer at all.
    #[error("the host name could not be resolved: {reason}")]
    Resolve { reason: String, temporary: bool },
    #[error("no connection: {0}")]
    Connect(String),
    /// This process or this machine has reached its limit of open files.
    #[error("no connection: {0}")]
    NoDescriptor(String),
    /// This machine lacks memory for a connection.
    #[error("no connection: {0}")]
    NoMemory(String),
    /// `status`: the HTTP status with which the proxy refused, if it sent one.
    #[error("no connection: {reason}")]
    Proxy { reason: String, status: Option<u16> },
    #[error("no TLS connection: {reason}")]
    Tls { cause: TlsCause, reason: String },
    /// The connection was reset or closed during the handshake, without a TLS alert that gives a reason.
    #[error("the connection broke: {peer} ended it during the TLS handshake")]
    Handshake { peer: String },
    /// `reused`: the connection had served an earlier request, and broke before the first byte of the answer.
    #[error("{} broke", if *.reused { "a kept-open connection" } else { "the connection" })]
    Broken { reused: bool },
    #[error("the connection failed: {0}")]
    Network(String),
    #[error("the time was up while {0}")]
    Deadline(Phase),
    #[error("the call was cancelled")]
    Cancelled,
    #[error("the answer was cut short")]
    Truncated,
    #[error("the answer is larger than {largest} bytes")]
    TooLarge { largest: u64 },
    #[error("the answer is not HTTP: {0}")]
    NotHttp(String),
    #[error("{0}")]
    Defect(String),
}

/// What is wrong with the TLS connection. [`crate::policy`] says what to do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsCause {
    /// No trusted authority issued the server's certificate.
    UnknownIssuer,
    /// The certificate is for another host.
    OtherHost,
    Expired,
    NotYetValid,
    /// The server presents the certificate of an authority as its own.
    AuthorityAsServer,
    /// The server supports nothing newer than TLS 1.1.
    TooOld,
    /// The server speaks another protocol than TLS.
    NotTls,
    Other,
}

/// What a call was doing when its time was up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Start,
    Lookup,
    Connect,
    Tunnel,
    Handshake,
    Send,
    Wait,
    Read,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Start => "nothing had been sent",
            Self::Lookup => "the host name was looked up",
            Self::Connect => "connecting",
            Self::Tunnel => "the proxy made the connection",
            Self::Handshake => "the TLS handshake was under way",
            Self::Send => "the request was sent",
            Self::Wait => "waiting for the answer",
            Self::Read => "reading the answer",
        })
    }
}

impl Failure {
    /// The failure for an error of the system while connecting. `peer` is empty, or names the peer and ends with a
    /// colon and a blank.
    pub(super) fn from_connect_error(error: &io::Error, peer: &str) -> Self {
        let reason = format!("{peer}{error}");
        match error {
            error if is_out_of_descriptors(error) => Self::NoDescriptor(reason),
            error if is_out_of_memory(error) => Self::NoMemory(reason),
            _ => Self::Connect(reason),
        }
    }

    /// Wraps this failure so that ureq passes it on unchanged.
    pub(super) fn into_ureq(self) -> ureq::Error {
        ureq::Error::Other(Box::new(self))
    }
}

impl From<Stop> for Failure {
    /// For waits outside of ureq, such as the wait for a token that another thread fetches, or before a retry.
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimeUp => Self::Deadline(Phase::Wait),
            Stop::Cancelled => Self::Cancelled,
            Stop::Failed(error) => Self::from_connect_error(&error, ""),
        }
    }
}
