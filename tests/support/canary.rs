//! The secrets that the tests plant, and the check that nothing which the library tells holds one. Every message, every
//! line of a log and everything that a C program prints goes through it, in every test program.

/// What the tests give as secrets, passwords and tokens. Words that no message has otherwise.
pub const PLANTED: [&str; 7] = [
    "pl4nted-S3cret+/=%",
    "pl4nted-T0ken",
    "s3cret",
    "sandbox-secret",
    "secret-token",
    "token-of-the-host",
    "correct horse",
];

/// Fails the test if `text`, which `what` is, holds a planted secret.
#[track_caller]
pub fn check(what: &str, text: &str) {
    for secret in PLANTED {
        assert!(!text.contains(secret), "{what} holds the planted secret {secret:?}: {text}");
    }
}
