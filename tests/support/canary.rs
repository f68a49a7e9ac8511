//! The secrets that the tests plant, and the check that no output of the library holds one. Every test program checks
//! each message, each line of a log and everything that a C program prints.

/// The secrets, passwords and tokens that the tests use. No message contains these words for another reason.
pub const PLANTED: [&str; 7] = [
    "pl4nted-S3cret+/=%",
    "pl4nted-T0ken",
    "s3cret",
    "sandbox-secret",
    "secret-token",
    "token-of-the-host",
    "correct horse",
];

/// Fails the test if `text` holds a planted secret. `what` names the text in the message.
#[track_caller]
pub fn check(what: &str, text: &str) {
    for secret in PLANTED {
        assert!(!text.contains(secret), "{what} holds the planted secret {secret:?}: {text}");
    }
}
