//! Why there is no TLS connection, so that the operator can tell which certificate is wrong and how.

use std::io;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, PeerIncompatible};

use super::failure::{Failure, TlsCause};
use crate::time::utc_text;

/// The failure that rustls reports as an input/output error.
pub(super) fn from_io_error(io: &io::Error) -> Failure {
    match of_rustls(io) {
        Some(error) => from_rustls_error(error),
        None => Failure::Tls { cause: TlsCause::Other, reason: io.to_string() },
    }
}

fn from_rustls_error(error: &rustls::Error) -> Failure {
    use rustls::Error;
    let (cause, reason) = match error {
        Error::InvalidCertificate(error) => from_certificate_error(error),
        Error::AlertReceived(AlertDescription::ProtocolVersion)
        | Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13
            | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
            | PeerIncompatible::Tls12NotOffered
            | PeerIncompatible::Tls12NotOfferedOrEnabled,
        ) => (TlsCause::TooOld, "the server speaks neither TLS 1.2 nor TLS 1.3".to_owned()),
        Error::AlertReceived(alert) => {
            (TlsCause::Other, format!("the server ended the handshake with the alert {alert:?}"))
        }
        Error::InvalidMessage(_) => (TlsCause::NotTls, format!("what the server sent is not TLS ({error})")),
        other => (TlsCause::Other, other.to_string()),
    };
    Failure::Tls { cause, reason }
}

/// Whether the peer ended a connection with an alert.
pub(super) fn is_alert(error: &io::Error) -> bool {
    matches!(of_rustls(error), Some(rustls::Error::AlertReceived(_)))
}

/// The error of rustls inside an input/output error.
fn of_rustls(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn from_certificate_error(error: &CertificateError) -> (TlsCause, String) {
    let text = |time: &UnixTime| utc_text(i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    match error {
        CertificateError::UnknownIssuer => {
            (TlsCause::UnknownIssuer, "the server's certificate is of an unknown issuer".to_owned())
        }
        CertificateError::NotValidForName => {
            (TlsCause::OtherHost, "the server's certificate is not for this host".to_owned())
        }
        CertificateError::NotValidForNameContext { expected, presented } => {
            let names = if presented.is_empty() { "no host at all".to_owned() } else { presented.join(", ") };
            let reason = format!("the server's certificate is not for {} but for {names}", expected.to_str());
            (TlsCause::OtherHost, reason)
        }
        CertificateError::Expired => (TlsCause::Expired, "the server's certificate has expired".to_owned()),
        CertificateError::ExpiredContext { time, not_after } => {
            let (until, now) = (text(not_after), text(time));
            (TlsCause::Expired, format!("the server's certificate expired at {until}; this machine's clock says {now}"))
        }
        CertificateError::NotValidYet => {
            (TlsCause::NotYetValid, "the server's certificate is not yet valid".to_owned())
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            let (from, now) = (text(not_before), text(time));
            let reason = format!(
                "the server's certificate is not yet valid, but from {from} on; this machine's clock says {now}"
            );
            (TlsCause::NotYetValid, reason)
        }
        // rustls has no type for this error, so its text has to be read.
        CertificateError::Other(error) if error.to_string().contains("CaUsedAsEndEntity") => (
            TlsCause::AuthorityAsServer,
            "the server shows the certificate of an authority (CA:TRUE) as its own".to_owned(),
        ),
        other => (TlsCause::Other, format!("the server's certificate is refused: {other}")),
    }
}
