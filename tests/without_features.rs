//! Which features a library has, and what it says of what it was built without: `cargo test --no-default-features`.
#![allow(missing_docs, reason = "a test program")]

mod support;

use cloudbackupjobs::ffi::cbj_has_feature;
#[cfg(not(all(feature = "certificate", feature = "system-trust")))]
use support::abi::{Setup, name};

#[test]
fn a_feature_is_known_by_its_name() {
    // SAFETY: NUL-terminated strings.
    let has = |name: &std::ffi::CStr| unsafe { cbj_has_feature(name.as_ptr()) };
    assert_eq!(has(c"certificate"), i32::from(cfg!(feature = "certificate")));
    assert_eq!(has(c"system-trust"), i32::from(cfg!(feature = "system-trust")));
    for unknown in [c"", c"Certificate", c"system_trust", c"certificate ", c"\xff"] {
        assert_eq!(has(unknown), 0, "{unknown:?}");
    }
    // SAFETY: NULL is allowed.
    assert_eq!(unsafe { cbj_has_feature(std::ptr::null()) }, 0);
}

#[track_caller]
#[cfg(not(all(feature = "certificate", feature = "system-trust")))]
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
        "trust is set to the system's store, which cannot be used: this library was built without",
    );
}
