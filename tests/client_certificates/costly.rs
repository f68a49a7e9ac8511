//! Files of other people must not cost too much: time and memory are limited for the whole file, and parts that are not
//! needed are not decrypted. These tests show only what is refused and what is accepted; src/certificate/decryption.rs
//! says how long the costliest file takes.

use std::time::{Duration, Instant};

use base64::Engine;

use crate::support::client_certificate::{PASSWORD, Scratch, joined};
use crate::{assert_refused, try_client};

const YES: Option<&str> = Some(PASSWORD);

fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    let length = value.len().to_be_bytes();
    let digits = &length[length.iter().position(|byte| *byte != 0).unwrap_or(length.len() - 1)..];
    let mut der = vec![tag];
    if value.len() >= 128 {
        der.push(0x80 | u8::try_from(digits.len()).expect("is at most 8"));
    }
    der.extend_from_slice(digits);
    [der, value.to_vec()].concat()
}

/// The object identifier `1.2.840.113549` with `rest`, whose numbers must be less than 128.
fn rsa_oid(rest: &[u8]) -> Vec<u8> {
    tlv(0x06, &[&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d], rest].concat())
}

/// The bytes in the PEM of a fixture.
fn der(name: &str) -> Vec<u8> {
    let pem = String::from_utf8(joined(&[name])).expect("PEM is ASCII");
    let base64: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    base64::prelude::BASE64_STANDARD.decode(base64).expect("is base64")
}

fn armour(label: &str, der: &[u8]) -> Vec<u8> {
    let base64 = base64::prelude::BASE64_STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n").into_bytes()
}

fn bag(kind: u8, value: &[u8]) -> Vec<u8> {
    tlv(0x30, &[rsa_oid(&[1, 12, 10, 1, kind]), tlv(0xa0, value)].concat())
}

fn key_bag(name: &str) -> Vec<u8> {
    bag(2, &der(name))
}

fn certificate_bag(certificate: &[u8]) -> Vec<u8> {
    bag(3, &tlv(0x30, &[rsa_oid(&[1, 9, 22, 1]), tlv(0xa0, &tlv(0x04, certificate))].concat()))
}

/// PKCS#12 without a MAC.
fn pkcs12(bags: &[Vec<u8>]) -> Vec<u8> {
    let content = |der: &[u8]| tlv(0x30, &[rsa_oid(&[1, 7, 1]), tlv(0xa0, &tlv(0x04, der))].concat());
    let safe = tlv(0x30, &content(&tlv(0x30, &bags.concat())));
    tlv(0x30, &[tlv(0x02, &[3]), content(&safe)].concat())
}

/// The key that needs 2^31-1 iterations, changed to need fewer.
fn key_with_iterations(iterations: u32) -> Vec<u8> {
    let mut key = der("costly-pbkdf2.pem");
    let most = (1_u32 << 31) - 1;
    let place = key.windows(4).position(|bytes| bytes == most.to_be_bytes()).expect("is in it");
    key[place..place + 4].copy_from_slice(&iterations.to_be_bytes());
    armour("ENCRYPTED PRIVATE KEY", &key)
}

#[test]
fn more_iterations_than_three_seconds_have_are_refused() {
    for iterations in [10_000_000_u32, 16_777_216] {
        let file = Scratch::private("pem", [joined(&["certificate.pem"]), key_with_iterations(iterations)].concat());
        let begin = Instant::now();
        assert_refused("PBKDF2", file.path(), YES, &[&format!("needs {iterations} iterations"), "3 seconds"]);
        // The iterations would take minutes in a debug build.
        assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    }
}

#[test]
fn only_the_first_key_of_a_pem_file_is_decrypted() {
    let first = joined(&["certificate.pem", "key-aes256.pem"]);
    for other in ["costly-pbkdf2.pem", "costly-scrypt.pem", "key-old-encryption.pem"] {
        let file = Scratch::private("pem", [first.clone(), joined(&[other])].concat());
        try_client(file.path(), YES).unwrap_or_else(|failure| panic!("{other}: {failure:?}"));
    }
    let file = Scratch::private("pem", [first, joined(&["key-aes256.pem"]).repeat(5000)].concat());
    let begin = Instant::now();
    try_client(file.path(), YES).expect("the first key is that of the certificate");
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
    // A key that is not used needs no password.
    let file = Scratch::private("pem", joined(&["certificate.pem", "key.pem", "key-aes256.pem"]));
    try_client(file.path(), None).expect("the first key is open");
}

#[test]
fn an_open_key_that_is_not_used_must_be_private_all_the_same() {
    let file = Scratch::with_mode("pem", joined(&["certificate.pem", "key-aes256.pem", "other-key.pem"]), 0o644);
    assert_refused("open second", file.path(), YES, &["mode 0644"]);
}

#[test]
fn only_the_first_key_of_a_pkcs12_file_is_decrypted() {
    let certificate = certificate_bag(&der("certificate.pem"));
    for other in ["costly-pbkdf2.pem", "costly-scrypt.pem"] {
        let file = pkcs12(&[key_bag("key-aes256.pem"), key_bag(other), certificate.clone()]);
        let file = Scratch::private("pfx", file);
        try_client(file.path(), YES).unwrap_or_else(|failure| panic!("{other}: {failure:?}"));
    }
    let bags = [vec![key_bag("key-aes256.pem"); 5000], vec![certificate.clone()]].concat();
    let begin = Instant::now();
    try_client(Scratch::private("pfx", pkcs12(&bags)).path(), YES).expect("the first key is that of the certificate");
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());

    let file = Scratch::private("pfx", pkcs12(&[key_bag("costly-pbkdf2.pem"), certificate]));
    assert_refused("costly first", file.path(), YES, &["2147483647 iterations"]);
}

/// The names of a certificate are sets. A reader of DER would sort them, in a time that grows with the square of their
/// size.
#[test]
fn a_certificate_with_a_huge_name_costs_little() {
    let attribute = |number: u32| {
        let value = tlv(0x0c, format!("{number:08}").as_bytes());
        tlv(0x30, &[vec![0x06, 3, 0x55, 4, 3], value].concat())
    };
    let set: Vec<Vec<u8>> = (0..100_000).rev().map(attribute).collect();
    let name = tlv(0x30, &tlv(0x31, &set.concat()));
    let algorithm = tlv(0x30, &[rsa_oid(&[1, 1, 11]), vec![5, 0]].concat());
    let validity = tlv(0x30, &[tlv(0x17, b"200101000000Z"), tlv(0x17, b"400101000000Z")].concat());
    let key = tlv(0x30, &[tlv(0x30, &[rsa_oid(&[1, 1, 1]), vec![5, 0]].concat()), tlv(0x03, &[0, 1])].concat());
    let signed = [tlv(0x02, &[1]), algorithm.clone(), name.clone(), validity, name, key].concat();
    let certificate = tlv(0x30, &[tlv(0x30, &signed), algorithm, tlv(0x03, &[0, 1])].concat());

    let begin = Instant::now();
    let file = [armour("CERTIFICATE", &certificate), joined(&["certificate.pem", "key.pem"])].concat();
    try_client(Scratch::private("pem", file).path(), None).expect("it is not the key's");
    assert!(begin.elapsed() < Duration::from_secs(60), "{:?}", begin.elapsed());
}

#[test]
fn a_long_label_is_not_repeated() {
    let file = [b"-----BEGIN ".to_vec(), vec![b'X'; 8 << 20], b"-----\n".to_vec()].concat();
    let file = Scratch::private("pem", file);
    let failure = try_client(file.path(), None).map(|_| ()).expect_err("is no label");
    assert!(failure.message.len() < 1000, "{} bytes", failure.message.len());
}
