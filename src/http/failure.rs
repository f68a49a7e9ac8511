//! Why no answer, or no whole answer, came. What follows from it stands in [`crate::policy`].

use std::fmt;
use std::io;

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

/// What is wrong with the TLS connection. What to do about it stands in [`crate::policy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsCause {
    /// Nobody who is trusted vouches for the server.
    UnknownIssuer,
    /// The certificate is that of another host.
    OtherHost,
    Expired,
    NotYetValid,
    /// The server shows an authority's certificate as its own.
    AuthorityAsServer,
    /// Nothing newer than TLS 1.1 is spoken there.
    TooOld,
    /// What answers speaks something else.
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
    /// What the system said when a connection was to be made. `peer` says to whom, and ends with a colon and a blank.
    pub(super) fn from_connect_error(error: &io::Error, peer: &str) -> Self {
        let reason = format!("{peer}{error}");
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
            Stop::Failed(error) => Self::from_connect_error(&error, ""),
        }
    }
}
