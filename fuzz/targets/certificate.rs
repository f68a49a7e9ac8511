//! The file of a certificate and its key: PEM or PKCS#12.
#![no_main]

use cloudbackupjobs::fuzzing::open;
use cloudbackupjobs_fuzz::SECRET;
use cloudbackupjobs_fuzz::open::check_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for password in [None, Some("correct horse")] {
        let _ = check_file(data, password);
    }
    // Passwords are no part of the file, and any text may be one.
    let (file, password) = data.split_at(data.len() / 2);
    if let Ok(password) = str::from_utf8(password) {
        let (opened, _) = open(file, Some(&format!("{SECRET}{password}")), 1_000_000, b"");
        if let Err(reason) = opened {
            assert!(!reason.contains(SECRET), "{reason}");
        }
    }
});
