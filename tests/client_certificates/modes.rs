//! A file with an unprotected key must not be readable by others. A file with a key that a password protects may be.

use crate::support::abi::{Lines, Setup};
use crate::support::client_certificate::{PASSWORD, Scratch, joined};
use crate::{CLIENT_ID, assert_refused, try_client};
use cloudbackupjobs::ffi::CBJ_LOG_WARN;

/// A file and its key.
struct Held {
    row: &'static str,
    extension: &'static str,
    names: &'static [&'static str],
    password: Option<&'static str>,
}

const OPEN: [Held; 7] = [
    Held { row: "PKCS#8", extension: "pem", names: &["certificate.pem", "key.pem"], password: None },
    Held { row: "PKCS#1", extension: "pem", names: &["key-pkcs1.pem", "certificate.pem"], password: None },
    // The password is not needed.
    Held { row: "idle password", extension: "pem", names: &["certificate.pem", "key.pem"], password: Some(PASSWORD) },
    Held { row: "empty password", extension: "pfx", names: &["empty-password.pfx"], password: None },
    Held { row: "no password", extension: "pfx", names: &["null-password.pfx"], password: None },
    // The password makes the MAC and encrypts nothing.
    Held { row: "only sealed", extension: "pfx", names: &["not-encrypted.pfx"], password: Some(PASSWORD) },
    Held { row: "not even sealed", extension: "pfx", names: &["not-encrypted-no-mac.pfx"], password: Some(PASSWORD) },
];

const PROTECTED: [Held; 4] = [
    Held { row: "PKCS#8", extension: "pem", names: &["certificate.pem", "key-aes256.pem"], password: Some(PASSWORD) },
    Held { row: "AES", extension: "pfx", names: &["openssl3.pfx"], password: Some(PASSWORD) },
    Held { row: "3DES", extension: "pfx", names: &["windows.pfx"], password: Some(PASSWORD) },
    Held { row: "not sealed", extension: "pfx", names: &["no-mac.pfx"], password: Some(PASSWORD) },
];

impl Held {
    fn file(&self, mode: u32) -> Scratch {
        Scratch::with_mode(self.extension, joined(self.names), mode)
    }
}

const CLOSED_TO_OTHERS: [u32; 4] = [0o600, 0o400, 0o700, 0o500];
const OPEN_TO_OTHERS: [u32; 8] = [0o644, 0o640, 0o660, 0o604, 0o620, 0o602, 0o666, 0o444];

#[test]
fn an_open_key_that_only_its_owner_can_read_is_accepted() {
    for held in OPEN {
        for mode in CLOSED_TO_OTHERS {
            let made = try_client(held.file(mode).path(), held.password);
            made.unwrap_or_else(|failure| panic!("{} {mode:04o}: {failure:?}", held.row));
        }
    }
}

#[test]
fn an_open_key_that_others_can_read_is_refused_with_the_command_that_mends_it() {
    for held in OPEN {
        for mode in OPEN_TO_OTHERS {
            let file = held.file(mode);
            let cure = format!("run chmod 600 {}.", file.path());
            assert_refused(held.row, file.path(), held.password, &[&format!("mode {mode:04o}"), &cure]);
        }
    }
}

#[test]
fn the_command_mends_it() {
    let file = OPEN[0].file(0o644);
    let failure = try_client(file.path(), None).map(|_| ()).expect_err("everybody can read it");
    let (_, command) = failure.message.split_once("run ").expect("says what to run");
    let status = std::process::Command::new("sh").arg("-c").arg(command.trim_end_matches('.')).status();
    assert!(status.expect("there is a shell").success(), "{command}");
    try_client(file.path(), None).expect("it is private now");
}

#[test]
fn a_key_that_a_password_protects_is_accepted_whoever_can_read_the_file() {
    for held in PROTECTED {
        for mode in CLOSED_TO_OTHERS.iter().chain(&OPEN_TO_OTHERS) {
            let made = try_client(held.file(*mode).path(), held.password);
            made.unwrap_or_else(|failure| panic!("{} {mode:04o}: {failure:?}", held.row));
        }
    }
}

#[test]
fn the_log_warns_of_a_key_that_only_its_password_protects() {
    let warnings = |mode| {
        let (file, lines) = (PROTECTED[0].file(mode), Lines::new());
        let setup = Setup::new().base_url("http://127.0.0.1:1").identity_url("http://127.0.0.1:1/connect/token");
        let setup = setup.client_certificate(CLIENT_ID, file.path(), PROTECTED[0].password).log(lines, CBJ_LOG_WARN);
        drop(setup.client());
        (file.path().to_owned(), lines.of(CBJ_LOG_WARN))
    };
    let (path, lines) = warnings(0o644);
    assert_eq!(lines.len(), 1, "{lines:?}");
    for words in [path.as_str(), "mode 0644", "Only its password protects the key."] {
        assert!(lines[0].contains(words), "no {words:?} in {lines:?}");
    }
    assert_eq!(warnings(0o600).1, [""; 0]);
}
