//! Maps ureq's errors to this module's [`Failure`].

use std::io::ErrorKind as Io;
use std::time::Duration;

use ureq::Timeout;

use super::deadline::Deadline;
use super::failure::{Failure, Phase};
use super::tls_failure;
use crate::interrupt::Stop;

/// The ureq error for a wait that ended early. `reason` is the time limit of ureq that applied to the wait.
pub(super) fn stopped(stop: Stop, reason: Timeout) -> ureq::Error {
    match stop {
        Stop::TimeUp => ureq::Error::Timeout(reason),
        Stop::Cancelled => Failure::Cancelled.into_ureq(),
        Stop::Failed(error) => ureq::Error::Io(error),
    }
}

/// Two moments that are closer than this count as the same, because ureq rounds times to milliseconds.
const SAME_MOMENT: Duration = Duration::from_millis(2);

/// Classifies `error`. Errors of look-up, connection, tunnel and handshake already hold a [`Failure`], made where they
/// happened ([`super::dial`], [`super::tunnel`], [`super::tls`]). The other errors come from the exchange itself.
pub(super) fn classify(error: ureq::Error, phase: Phase, deadline: &Deadline, connect_timeout: Duration) -> Failure {
    match error {
        ureq::Error::Other(inner) => match inner.downcast::<Failure>() {
            Ok(failure) => *failure,
            Err(other) => Failure::Defect(other.to_string()),
        },
        // ureq reports the nearer of two limits. If the call's deadline passes at the same moment, it matters more.
        ureq::Error::Timeout(Timeout::Connect) if deadline.remaining() < SAME_MOMENT => {
            Failure::Deadline(Phase::Connect)
        }
        ureq::Error::Timeout(Timeout::Connect) => {
            Failure::Connect(format!("not made within {} ms", connect_timeout.as_millis()))
        }
        ureq::Error::Timeout(_) => Failure::Deadline(phase),
        ureq::Error::Io(io) => match io.kind() {
            Io::UnexpectedEof => Failure::Truncated,
            // Only TLS reports invalid data: a record that does not decrypt, or an alert.
            Io::InvalidData => tls_failure::from_io_error(&io),
            Io::ConnectionReset | Io::ConnectionAborted | Io::BrokenPipe | Io::NotConnected => {
                Failure::Broken { reused: false }
            }
            _ => Failure::Network(io.to_string()),
        },
        // The stream ended inside an element that must be complete, such as the size of a chunk.
        ureq::Error::BodyStalled => Failure::Truncated,
        error @ (ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..)) => {
            Failure::NotHttp(error.to_string())
        }
        other => Failure::Defect(other.to_string()),
    }
}
