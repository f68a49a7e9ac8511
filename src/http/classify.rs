//! What ureq reports, as one of our failures.

use std::io::ErrorKind as Io;
use std::time::Duration;

use ureq::Timeout;

use super::deadline::Deadline;
use super::failure::{Failure, Phase};
use super::tls_failure;
use crate::interrupt::Stop;

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
/// ([`super::dial`], [`super::tls`], [`super::tunnel`]); what is left came up between head and body.
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
            Io::InvalidData => tls_failure::from_io_error(&io),
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
