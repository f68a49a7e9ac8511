//! Files that are accepted: each makes a client, which fetches a token with an assertion signed with the certificate's
//! key.

use crate::jwt::{self, Jwt};
use crate::support::answers::JOB_ID;
use crate::support::client_certificate::{PASSWORD, Scratch, joined};
use crate::{CLIENT_ID, Services};

/// Fetches a job with the certificate in the file, and checks the assertion with `certificate`.
fn assert_accepted(row: &str, file: &Scratch, password: Option<&str>, certificate: &str) {
    let services = Services::behaving();
    let client = services
        .setup()
        .client_certificate(CLIENT_ID, file.path(), password)
        .try_client()
        .unwrap_or_else(|failure| panic!("{row}: {failure:?}"));
    client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}: {failure:?}"));
    let asked = services.identity.requests();
    assert_eq!(asked.len(), 1, "{row}");
    let jwt = Jwt::of(&asked[0]);
    if !jwt::is_openssl_left_out() {
        assert_eq!(jwt.header["kid"], jwt::thumbprint(certificate), "{row}");
        jwt.verify(certificate);
    }
}

#[test]
fn every_pem_file_with_a_certificate_and_its_key_is_accepted() {
    let (no, yes) = (None, Some(PASSWORD));
    let rows: [(&str, &[&str], Option<&str>); 20] = [
        ("PKCS#8", &["certificate.pem", "key.pem"], no),
        ("key first", &["key.pem", "certificate.pem"], no),
        ("a password that is not needed", &["key.pem", "certificate.pem"], yes),
        ("PKCS#1", &["certificate.pem", "key-pkcs1.pem"], no),
        ("PKCS#1 first", &["key-pkcs1.pem", "certificate.pem"], no),
        ("AES-256, PBKDF2 with SHA-256", &["certificate.pem", "key-aes256.pem"], yes),
        ("the encrypted key first", &["key-aes256.pem", "certificate.pem"], yes),
        ("AES-128, PBKDF2 with SHA-512", &["certificate.pem", "key-aes128-sha512.pem"], yes),
        ("3DES, PBKDF2 with SHA-1", &["certificate.pem", "key-des3-sha1.pem"], yes),
        ("AES-256, scrypt", &["certificate.pem", "key-scrypt.pem"], yes),
        ("3DES in the way of PKCS#12", &["certificate.pem", "key-pkcs12-des3.pem"], yes),
        ("one iteration", &["certificate.pem", "key-one-iteration.pem"], yes),
        ("with its issuer", &["certificate.pem", "issuer.pem", "key.pem"], no),
        ("issuer first", &["issuer.pem", "certificate.pem", "key.pem"], no),
        ("key between", &["issuer.pem", "key.pem", "certificate.pem"], no),
        ("key first, issuer second", &["key.pem", "issuer.pem", "certificate.pem"], no),
        ("an issuer that has expired", &["key.pem", "certificate.pem", "expired.pem"], no),
        ("the certificate twice", &["certificate.pem", "certificate.pem", "key.pem"], no),
        ("text above each part", &["bag-attributes.pem"], no),
        ("a second key, which is not looked at", &["certificate.pem", "key.pem", "other-key.pem"], no),
    ];
    for (row, names, password) in rows {
        assert_accepted(row, &Scratch::of(names), password, "certificate.pem");
    }
    assert_accepted("no end", &Scratch::of(&["forever.pem", "key.pem"]), None, "forever.pem");
}

#[test]
fn pem_is_accepted_however_its_lines_are_written() {
    let pem = String::from_utf8(joined(&["certificate.pem", "key.pem"])).expect("PEM is ASCII");
    let attributes = String::from_utf8(joined(&["bag-attributes.pem"])).expect("ASCII");
    for (row, content) in [
        ("CR LF", pem.replace('\n', "\r\n").into_bytes()),
        ("CR LF, with text", attributes.replace('\n', "\r\n").into_bytes()),
        ("no line break at the end", pem.trim_end().into()),
        ("blanks behind the lines", pem.replace('\n', " \n").into_bytes()),
        ("a mark at the beginning", format!("\u{feff}{pem}").into_bytes()),
        ("a comment that is not ASCII", format!("# Schlüssel für Prüfungen\n{pem}").into_bytes()),
        ("a comment in Latin-1", [b"# Schl\xfcssel\n", pem.as_bytes()].concat()),
        ("parameters and a public key", format!("{PARAMETERS}{pem}{PUBLIC_KEY}").into_bytes()),
    ] {
        assert_accepted(row, &Scratch::private("pem", content), None, "certificate.pem");
    }
}

/// Parts of other kinds. They need not be readable.
const PARAMETERS: &str = "-----BEGIN DH PARAMETERS-----\n!\n-----END DH PARAMETERS-----\n";
const PUBLIC_KEY: &str = "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----\n";

#[test]
fn every_pkcs12_file_with_a_certificate_and_its_key_is_accepted() {
    let (not_ascii, yes) = (Some("ü€😀"), Some(PASSWORD));
    for (row, name, password) in [
        ("OpenSSL 3: AES-256, sealed with SHA-256", "openssl3.pfx", yes),
        ("OpenSSL 1: RC2-40 and 3DES, sealed with SHA-1", "openssl1.pfx", yes),
        ("3DES throughout", "des3.pfx", yes),
        ("3DES with two keys", "des2.pfx", yes),
        ("RC2-128", "rc2-128.pfx", yes),
        ("AES-128, sealed with SHA-384", "aes128.pfx", yes),
        ("AES-192, sealed with SHA-512", "aes192.pfx", yes),
        ("one iteration, left out", "one-iteration.pfx", yes),
        ("no seal", "no-mac.pfx", yes),
        ("empty password, as NULL", "empty-password.pfx", None),
        ("empty password, as such", "empty-password.pfx", Some("")),
        ("empty password, 3DES, as NULL", "empty-password-des3.pfx", None),
        ("empty password, 3DES, as such", "empty-password-des3.pfx", Some("")),
        ("sealed without a password, as NULL", "null-password.pfx", None),
        ("sealed without a password, as the empty one", "null-password.pfx", Some("")),
        ("nothing encrypted, sealed", "not-encrypted.pfx", yes),
        ("nothing encrypted, no seal", "not-encrypted-no-mac.pfx", None),
        ("nothing encrypted, no seal, a password that is not needed", "not-encrypted-no-mac.pfx", yes),
        ("with its issuer", "issuer-last.pfx", yes),
        ("issuer first", "issuer-first.pfx", yes),
        ("a password that is not ASCII, AES-256", "not-ascii.pfx", not_ascii),
        ("a password that is not ASCII, 3DES", "not-ascii-des3.pfx", not_ascii),
        ("names of the key, of its provider and of its place", "key-names.pfx", yes),
        ("Windows", "windows.pfx", yes),
    ] {
        assert_accepted(row, &Scratch::private("pfx", joined(&[name])), password, "certificate.pem");
    }
}

#[test]
fn the_content_decides_and_not_the_name() {
    assert_accepted("PEM", &Scratch::private("pfx", joined(&["certificate.pem", "key.pem"])), None, "certificate.pem");
    assert_accepted("PKCS#12", &Scratch::private("pem", joined(&["openssl3.pfx"])), Some(PASSWORD), "certificate.pem");
}

#[test]
fn the_file_is_not_needed_any_more_once_there_is_a_client() {
    let services = Services::behaving();
    let file = Scratch::of(&["certificate.pem", "key.pem"]);
    let client = services.setup().client_certificate(CLIENT_ID, file.path(), None).client();
    drop(file);
    client.get_job(JOB_ID, None).expect("the file has been read");
}
