//! What a library says of what it was built without: `cargo test --no-default-features`.
#![allow(missing_docs, reason = "a test program")]
#![cfg(not(all(feature = "certificate", feature = "system-trust")))]

mod support;

use support::abi::{Setup, name};

#[track_caller]
fn assert_absent(setup: Setup, words: &str) {
    let failure = setup.try_client().map(|_| ()).expect_err(words);
    assert_eq!(name(failure.status), "CBJ_ERROR_CONFIG");
    assert!(failure.message.contains(words), "{}", failure.message);
}

#[test]
#[cfg(not(feature = "certificate"))]
fn certificates() {
    let setup = Setup::new().data_center("us").client_certificate("id", "/etc/cbj.pem", None);
    assert_absent(
        setup,
        "client_certificate \"/etc/cbj.pem\" cannot be used: this library was built without certificates",
    );
}

#[test]
#[cfg(not(feature = "system-trust"))]
fn the_systems_trust() {
    assert_absent(
        Setup::with_token("https://graph.example").trust(1),
        "trust is the system's, which this library was built without",
    );
}
