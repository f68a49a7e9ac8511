//! Faults that the library once took wrongly.

use super::run;
use crate::services::{Services, Way};

/// The way, the scene with the fault, the status and whether it is retryable, and a part of the message.
const KNOWN: [(Way, &str, &str, &str); 10] = [
    // The look-up told nobody that it had ended.
    (Way::Plain, "get send EINTR 1 1", "CBJ_OK 0", ""),
    (Way::Plain, "get send ENOBUFS 1 1", "CBJ_OK 0", ""),
    // The cancel woke nobody.
    (Way::Plain, "cancel send ENOBUFS 3 1", "CBJ_OK 0", ""),
    // The client trusted only those authorities that could be read.
    (Way::SystemTrust, "make open64 EMFILE 2 1", "CBJ_ERROR_CONFIG 0", "Too many open files"),
    // The certificate was blamed, and the caller was told not to try again.
    (Way::Tls, "get recv ENOBUFS 1 1", "CBJ_ERROR_NETWORK 1", "No buffer space available"),
    (Way::Tls, "get poll ENOMEM 3 1", "CBJ_ERROR_NETWORK 1", "during the TLS handshake"),
    // The firewall was blamed.
    (Way::Plain, "get socket ENOBUFS 1 1", "CBJ_ERROR_CONNECT 1", "This machine is short of memory"),
    // The message said only that the connection broke.
    (Way::Plain, "get recv ETIMEDOUT 1 1", "CBJ_ERROR_NETWORK 1", "Connection timed out"),
    // The call went on beyond its time.
    (Way::Plain, "get send EINTR 2 1000000000", "CBJ_ERROR_TIMEOUT 1", ""),
    (Way::Plain, "get send EINTR 1 100", "CBJ_OK 0", ""),
];

fn number(name: &str) -> String {
    let known = [("EINTR", 4), ("ENOMEM", 12), ("EMFILE", 24), ("ENOBUFS", 105), ("ETIMEDOUT", 110)];
    known.into_iter().find(|(known, _)| *known == name).map_or(name.to_owned(), |(_, number)| number.to_string())
}

#[test]
fn faults_that_were_taken_wrongly_are_taken_rightly() {
    for (way, faults, expected, words) in KNOWN {
        let arguments: Vec<String> = faults.split(' ').map(number).collect();
        let said = run(&Services::start(way), &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(said.contains("\nhits 1\n"), "{faults}: is not reached:\n{said}");
        let outcome = said.lines().find_map(|line| line.strip_prefix("outcome ")).expect("is printed");
        assert!(outcome.starts_with(expected) && outcome.contains(words), "{faults}: {outcome}");
    }
}
