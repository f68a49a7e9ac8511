//! Wrong and missing passwords: the message distinguishes them from damaged files, and never repeats a password.

use crate::assert_refused;
use crate::support::client_certificate::{PASSWORD, Scratch, joined};

const WRONG: &str = "cannot be opened with this password";

#[test]
fn a_wrong_password_is_refused_as_such() {
    for name in ["aes256", "aes128-sha512", "des3-sha1", "scrypt", "pkcs12-des3", "one-iteration"] {
        let file = Scratch::of(&["certificate.pem", &format!("key-{name}.pem")]);
        for wrong in ["", "correct horse ", "Bm6-battery-staple"] {
            assert_refused(&format!("{name} {wrong:?}"), file.path(), Some(wrong), &[WRONG]);
        }
    }
    for name in [
        "openssl3",
        "openssl1",
        "des3",
        "rc2-128",
        "aes128",
        "aes192",
        "one-iteration",
        "no-mac",
        "not-encrypted",
        "empty-password",
        "null-password",
        "not-ascii",
        "not-ascii-des3",
        "windows",
    ] {
        let file = Scratch::private("pfx", joined(&[&format!("{name}.pfx")]));
        for wrong in ["Bm6-battery-staple", "ü€"] {
            assert_refused(&format!("{name} {wrong:?}"), file.path(), Some(wrong), &[WRONG]);
        }
    }
}

#[test]
fn a_wrong_password_that_happens_to_leave_good_padding_is_refused_as_such() {
    // One wrong password in 256 leaves good padding. The result is not a key, but the password is the problem.
    let file = Scratch::of(&["certificate.pem", "key-one-iteration.pem"]);
    for number in 0..1000 {
        let wrong = format!("wrong-{number}");
        assert_refused(&wrong, file.path(), Some(&wrong), &[WRONG]);
    }
}

#[test]
fn a_missing_password_is_asked_for() {
    for name in ["aes256", "des3-sha1", "scrypt", "pkcs12-des3"] {
        let file = Scratch::of(&["certificate.pem", &format!("key-{name}.pem")]);
        assert_refused(name, file.path(), None, &["needs its password"]);
    }
    for name in ["openssl3", "openssl1", "no-mac", "not-encrypted", "not-ascii", "windows"] {
        let file = Scratch::private("pfx", joined(&[&format!("{name}.pfx")]));
        assert_refused(name, file.path(), None, &["needs", "password"]);
    }
}

#[test]
fn the_empty_password_does_not_open_what_has_one() {
    for name in ["openssl3", "openssl1", "no-mac", "windows"] {
        let file = Scratch::private("pfx", joined(&[&format!("{name}.pfx")]));
        assert_refused(name, file.path(), Some(""), &[WRONG]);
    }
}

#[test]
fn a_password_does_not_save_a_certificate_that_has_expired() {
    let file = Scratch::private("pem", [joined(&["expired.pem"]), joined(&["key-aes256.pem"])].concat());
    assert_refused("expired", file.path(), Some(PASSWORD), &["expired at"]);
}
