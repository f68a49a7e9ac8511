//! The structures inside the file of a certificate: DER, which PEM would hide from mutations. The first byte says what the
//! others are. What a file needs beside it comes from `tests/certificates/client/`.
#![no_main]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cloudbackupjobs_fuzz::open::check_file;
use libfuzzer_sys::fuzz_target;

const CERTIFICATE: &str = include_str!("../../tests/certificates/client/certificate.pem");
const KEY: &str = include_str!("../../tests/certificates/client/key.pem");

fuzz_target!(|data: &[u8]| {
    let Some((kind, der)) = data.split_first() else { return };
    let (label, beside) = match kind {
        b'c' => ("CERTIFICATE", KEY),
        b'8' => ("PRIVATE KEY", CERTIFICATE),
        b'1' => ("RSA PRIVATE KEY", CERTIFICATE),
        b'e' => ("ENCRYPTED PRIVATE KEY", CERTIFICATE),
        _ => {
            let _ = check_file(der, Some(""));
            return;
        }
    };
    let pem = |label| format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", BASE64_STANDARD.encode(der));
    let opened = check_file(format!("{}{beside}", pem(label)).as_bytes(), Some("correct horse"));
    // The order does not matter, and neither do blanks around the parts.
    let reversed = check_file(format!("{beside}\n text \n{}", pem(label)).as_bytes(), Some("correct horse"));
    assert_eq!(reversed.is_ok(), opened.is_ok(), "{opened:?} {reversed:?}");
});
