//! Files that are refused. Each has its own message, so that the reader knows what to correct.

use std::time::{Duration, Instant};

use crate::support::client_certificate::{PASSWORD, Scratch, joined};
use crate::{assert_refused, try_client};

const YES: Option<&str> = Some(PASSWORD);

/// Row, files to join, password, words of the refusal.
type Row<'a> = (&'a str, &'a [&'a str], Option<&'a str>, &'a [&'a str]);

#[test]
fn a_pem_file_that_proves_nothing_is_refused() {
    let rows: [Row<'_>; 19] = [
        ("only the certificate", &["certificate.pem"], None, &["contains no private key"]),
        ("only the key", &["key.pem"], None, &["contains no certificate"]),
        ("only the encrypted key", &["key-aes256.pem"], YES, &["contains no certificate"]),
        ("key of another", &["certificate.pem", "other-key.pem"], None, &["does not belong to its certificate"]),
        ("key of its issuer", &["issuer.pem", "key.pem"], None, &["does not belong to its certificate"]),
        ("another key first", &["other-key.pem", "certificate.pem", "key.pem"], None, &["does not belong"]),
        ("certificate of an EC key", &["ec-certificate.pem", "key.pem"], None, &["does not belong"]),
        ("EC key", &["ec.pem"], None, &["EC key", "RSA"]),
        ("EC key, SEC 1", &["ec-sec1.pem"], None, &["EC key", "RSA"]),
        ("RSA key of 1024 bits", &["weak.pem"], None, &["less than 2048 bits"]),
        ("RSA key of 4608 bits", &["large.pem"], None, &["more than 4096 bits"]),
        ("RSA-PSS key", &["pss.pem"], None, &["not an RSA key", "1.2.840.113549.1.1.10"]),
        ("expired", &["expired.pem", "key.pem"], None, &["expired at 2021-01-01T00:00:00Z", "clock says 20"]),
        (
            "not yet valid",
            &["not-yet-valid.pem", "key.pem"],
            None,
            &["not valid before 2119-01-01T00:00:00Z", "clock says"],
        ),
        ("OpenSSL's old encryption", &["certificate.pem", "key-old-encryption.pem"], YES, &["openssl pkcs8 -topk8"]),
        ("the same without password", &["certificate.pem", "key-old-encryption.pem"], None, &["openssl pkcs8 -topk8"]),
        ("scrypt for 1 TiB", &["certificate.pem", "costly-scrypt.pem"], YES, &["memory"]),
        ("2147483647 iterations", &["certificate.pem", "costly-pbkdf2.pem"], YES, &["2147483647 iterations"]),
        ("a request", &["key.pem", "request.pem"], None, &["contains no certificate"]),
    ];
    for (row, names, password, words) in rows {
        let (begin, file) = (Instant::now(), Scratch::of(names));
        assert_refused(row, file.path(), password, words);
        assert!(begin.elapsed() < Duration::from_secs(10), "{row}: takes {:?}", begin.elapsed());
    }
}

#[test]
fn a_pkcs12_file_that_proves_nothing_is_refused() {
    for (row, name, words) in [
        ("EC key", "ec.pfx", "EC key"),
        ("only the key", "only-key.pfx", "contains no certificate"),
        ("only the certificate", "only-certificate.pfx", "contains no private key"),
        ("2147483647 iterations", "costly-pkcs12.pfx", "2147483647 iterations"),
    ] {
        assert_refused(row, Scratch::private("pfx", joined(&[name])).path(), YES, &[words]);
    }
}

#[test]
fn a_file_of_another_kind_is_refused() {
    let neither = "neither PEM nor PKCS#12";
    for (row, content, words) in [
        ("empty", Vec::new(), "is empty"),
        ("text", b"This is no certificate.\n".to_vec(), neither),
        ("a page", b"<html>Sign in</html>".to_vec(), neither),
        ("bytes", (0..=255).collect(), neither),
        ("something else in DER", b"0\x03\x02\x01\x05".to_vec(), neither),
        ("the certificate in DER", der("certificate.pem"), neither),
        ("the key in DER", der("key.pem"), neither),
    ] {
        assert_refused(row, Scratch::private("pfx", content).path(), YES, &[words]);
    }
}

/// The bytes in the PEM.
fn der(name: &str) -> Vec<u8> {
    use base64::Engine;
    let pem = String::from_utf8(joined(&[name])).expect("PEM is ASCII");
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    base64::prelude::BASE64_STANDARD.decode(base64).expect("is base64")
}

#[test]
fn a_damaged_pem_file_is_refused_and_nothing_of_its_key_repeated() {
    let pem = |name: &str| String::from_utf8(joined(&[name])).expect("PEM is ASCII");
    let (certificate, key) = (pem("certificate.pem"), pem("key.pem"));
    let half = &key[..key.len() / 2];
    for (row, content, words) in [
        ("not base64", format!("{certificate}{}", key.replacen("MII", "M!I", 1)), "not base64"),
        ("no base64 in the certificate", format!("{}{key}", certificate.replacen("MII", "M!I", 1)), "not base64"),
        ("a letter is missing", format!("{certificate}{}", key.replacen("MII", "MI", 1)), "not base64"),
        ("a line is missing", format!("{certificate}{}", without_line(&key, 5)), "private key that cannot be read"),
        ("a line of the certificate", format!("{}{key}", without_line(&certificate, 5)), "certificate that cannot be"),
        ("cut", format!("{certificate}{half}"), "has no -----END PRIVATE KEY-----"),
        ("cut inside the first line", format!("{certificate}-----BEGIN PRIV"), "does not end"),
        // The first line after an editor has wrapped or stripped it.
        ("no dashes behind BEGIN", format!("{certificate}{}", key.replacen("KEY-----", "KEY", 1)), "does not end"),
        ("two dashes behind BEGIN", format!("{certificate}{}", key.replacen("KEY-----", "KEY--", 1)), "does not end"),
        ("no line breaks", one_line(&format!("{certificate}{}", key.replacen("KEY-----", "KEY", 1))), "does not end"),
        (
            "no certificate in it",
            format!("{key}{}", key.replace("PRIVATE KEY", "CERTIFICATE")),
            "certificate that cannot be",
        ),
        (
            "no key in it",
            format!("{certificate}{}", certificate.replace("CERTIFICATE", "PRIVATE KEY")),
            "private key that cannot be",
        ),
    ] {
        let file = Scratch::private("pem", content);
        assert_refused(row, file.path(), None, &[words]);
        let failure = try_client(file.path(), None).map(|_| ()).expect_err(row);
        for line in key.lines().filter(|line| !line.starts_with('-')) {
            assert!(!failure.message.contains(line), "{row}: a line of the key in {failure:?}");
        }
    }
}

fn one_line(text: &str) -> String {
    text.replace('\n', " ")
}

fn without_line(text: &str, number: usize) -> String {
    text.lines().enumerate().filter(|(index, _)| *index != number).map(|(_, line)| format!("{line}\n")).collect()
}

#[test]
fn a_pkcs12_file_that_was_cut_or_changed_is_refused() {
    let whole = joined(&["openssl3.pfx"]);
    for length in [1, 2, 4, 30, whole.len() / 2, whole.len() - 1] {
        let row = format!("{length} bytes");
        assert_refused(&row, Scratch::private("pfx", &whole[..length]).path(), YES, &["neither PEM nor PKCS#12"]);
    }
    let longer = [&whole[..], b"\n"].concat();
    assert_refused("a byte more", Scratch::private("pfx", longer).path(), YES, &["neither PEM nor PKCS#12"]);
    // The MAC is wrong then, as it is with a wrong password.
    let mut changed = whole.clone();
    changed[whole.len() / 2] ^= 1;
    assert_refused("a bit", Scratch::private("pfx", changed).path(), YES, &["cannot be opened with this password"]);
}

#[test]
fn a_path_without_a_file_is_refused() {
    let file = Scratch::of(&["certificate.pem", "key.pem"]);
    let below = format!("{}/certificate.pem", file.path());
    for (row, path, words) in [
        ("missing", "/nonexistent/certificate.pem", "cannot be read: No such file"),
        ("path below a file", &below, "cannot be read: Not a directory"),
        ("directory", env!("CARGO_TARGET_TMPDIR"), "is a directory"),
        ("device", "/dev/null", "is not a regular file"),
        ("empty path", "", "cannot be read"),
    ] {
        assert_refused(row, path, YES, &[words]);
    }
}
