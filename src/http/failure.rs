//! Why no answer, or no whole answer, came. What follows from it stands in [`crate::policy`].

use std::fmt;
use std::io::{self, ErrorKind as Io};
use std::time::Duration;

use ureq::Timeout;

use super::Deadline;
use super::tls_failure::{self, TlsCause};
use crate::interrupt::Stop;
use crate::sys::is_out_of_descriptors;

/// Why an exchange failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    /// `temporary`: by the resolver's own word, or because it did not get as far as an answer.
    #[error("the host name could not be resolved: {reason}")]
    Resolve { reason: String, temporary: bool },
    #[error("no connection: {0}")]
    Connect(String),
    /// This process, or the machine, may open no more files.
    #[error("no connection: {0}")]
    NoDescriptor(String),
    /// `status`: the proxy's answer, if it was one.
    #[error("no connection: {reason}")]
    Proxy { reason: String, status: Option<u16> },
    #[error("no TLS connection: {reason}")]
    Tls { cause: TlsCause, reason: String },
    /// A connection that was reset or closed in the midst of the handshake: nobody objected to anything.
    #[error("the connection broke: {peer} ended it during the TLS handshake")]
    Handshake { peer: String },
    /// `reused`: on a connection that had served before, and before any byte of the answer.
    #[error("the connection broke{}", if *.reused { " that had been kept open" } else { "" })]
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
    /// What the system said when a connection was to be made; `of` tells to whom.
    pub(super) fn of_connecting(error: &io::Error, of: &str) -> Self {
        let reason = format!("{of}{error}");
        if is_out_of_descriptors(error) { Self::NoDescriptor(reason) } else { Self::Connect(reason) }
    }

    /// This failure on its way through ureq, which knows nothing of it.
    pub(super) fn into_ureq(self) -> ureq::Error {
        ureq::Error::Other(Box::new(self))
    }
}

impl From<Stop> for Failure {
    /// Outside of ureq, where a call waits for another one.
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::TimeUp => Self::Deadline(Phase::Wait),
            Stop::Cancelled => Self::Cancelled,
            Stop::Failed(error) => Self::of_connecting(&error, ""),
        }
    }
}

/// A wait inside ureq that brought nothing; `reason` is whose time was up.
pub(super) fn stopped(stop: Stop, reason: Timeout) -> ureq::Error {
    match stop {
        Stop::TimeUp => ureq::Error::Timeout(reason),
        Stop::Cancelled => Failure::Cancelled.into_ureq(),
        Stop::Failed(error) => ureq::Error::Io(error),
    }
}

/// ureq measures in milliseconds, and rounds.
const SAME_MOMENT: Duration = Duration::from_millis(2);

/// The failure that `error` is. Those of look-up and connection were named where they happened
/// ([`super::connection`], [`super::lookup`]); what is left came up between head and body.
pub(super) fn classify(error: ureq::Error, phase: Phase, deadline: &Deadline, connect_timeout: Duration) -> Failure {
    match error {
        ureq::Error::Other(inner) => match inner.downcast::<Failure>() {
            Ok(failure) => *failure,
            Err(other) => Failure::Defect(other.to_string()),
        },
        // ureq reports the nearer limit; where the call's time is up at the same moment, that is what matters.
        ureq::Error::Timeout(Timeout::Connect) if deadline.remaining() < SAME_MOMENT => {
            Failure::Deadline(Phase::Connect)
        }
        ureq::Error::Timeout(Timeout::Connect) => {
            Failure::Connect(format!("not made within {} ms", connect_timeout.as_millis()))
        }
        ureq::Error::Timeout(_) => Failure::Deadline(phase),
        ureq::Error::Io(io) => match io.kind() {
            Io::UnexpectedEof => Failure::Truncated,
            // Only TLS reports invalid data: a record that does not decrypt, an alert.
            Io::InvalidData => tls_failure::of_io(&io),
            Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::NotConnected => {
                Failure::Broken { reused: false }
            }
            _ => Failure::Network(io.to_string()),
        },
        // The end of the stream within what has to come whole, such as the size of a chunk.
        ureq::Error::BodyStalled => Failure::Truncated,
        error @ (ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..)) => {
            Failure::NotHttp(error.to_string())
        }
        other => Failure::Defect(other.to_string()),
    }
}
