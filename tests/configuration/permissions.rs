//! A file that holds a secret must not be open to others.

use super::support::abi::{self, Setup};
use super::write;

/// Of the test's own files.
const PRIVATE: [u32; 3] = [0o600, 0o400, 0o700];
const OPEN: [u32; 6] = [0o644, 0o640, 0o604, 0o660, 0o620, 0o666];

#[test]
fn a_file_with_a_secret_is_refused_as_ssh_refuses_keys() {
    for (option, value) in [
        ("access_token", "s3cret"),
        ("client_secret", "s3cret"),
        ("client_certificate_password", "s3cret"),
        ("proxy", "http://user:s3cret@proxy.example:3128"),
    ] {
        let json = format!("{{{option:?}: {value:?}}}");
        for mode in PRIVATE {
            let path = write("private.json", &json, mode);
            assert!(Setup::new().load_file(&path).is_ok(), "{option} {mode:o}");
        }
        for mode in OPEN {
            let path = write("open.json", &json, mode);
            let failure = Setup::new().load_file(&path).map(|_| ()).expect_err(option);
            assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG");
            let words = format!("is open to other users (mode {mode:04o}): run chmod 600 {path}");
            assert!(failure.message.contains(&words), "{}", failure.message);
            assert!(!failure.message.contains("s3cret"), "{}", failure.message);
        }
    }
}

#[test]
fn a_file_without_a_secret_may_be_read_by_all() {
    for json in [
        r#"{"data_center": "us", "client_id": "id", "client_secret_file": "SECRET"}"#,
        r#"{"proxy": "http://proxy.example:3128"}"#,
        r#"{"client_certificate": "/etc/cbj.pem"}"#,
    ] {
        let json = json.replace("SECRET", &write("secret", "s", 0o600));
        assert!(Setup::new().load_file(&write("harmless.json", &json, 0o644)).is_ok(), "{json}");
    }
}

#[test]
fn the_file_of_a_secret_is_held_to_the_same() {
    for option in ["access_token", "client_secret", "client_certificate_password", "proxy"] {
        let load = |mode| {
            let secret = write("named-secret", "s3cret", mode);
            let json = format!("{{\"{option}_file\": {secret:?}}}");
            (Setup::new().load_file(&write("names.json", json, 0o644)).map(|_| ()), secret)
        };
        for mode in PRIVATE {
            assert!(load(mode).0.is_ok(), "{option} {mode:o}");
        }
        for mode in OPEN {
            let (result, secret) = load(mode);
            let message = result.expect_err(option).message;
            assert!(message.contains(&format!("{option}_file names the file")), "{message}");
            assert!(message.contains(&format!("run chmod 600 {secret}")), "{message}");
        }
    }
    let empty = format!("{{\"client_secret_file\": {:?}}}", write("empty-secret", "\n", 0o600));
    let failure = Setup::new().load_file(&write("empty.json", empty, 0o600)).map(|_| ()).expect_err("is empty");
    assert!(
        failure.message.contains("client_secret_file") && failure.message.contains("is empty"),
        "{}",
        failure.message
    );
}

#[test]
fn the_secret_that_lies_open_is_told_before_the_typing_error() {
    let path = write("both-wrong.json", r#"{"client_secret": "s3cret", "scoop": 1}"#, 0o644);
    let message = Setup::new().load_file(&path).map(|_| ()).expect_err("is open").message;
    assert!(message.contains("chmod 600"), "{message}");
}
