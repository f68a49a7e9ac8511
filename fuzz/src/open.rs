//! Opens the file of a certificate, and checks what comes of it.

use std::time::Duration;

use cloudbackupjobs::fuzzing::{Opened, open};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use crate::{measured, timed};

const MESSAGE: &[u8] = b"message";

/// How much of the library's budget a file may spend, in nanoseconds. The library itself allows three seconds.
const BUDGET: u64 = 10_000_000;

/// A nanosecond of the budget is one of a release, in which the code is many times faster.
const SLOWER: u32 = 60;

/// Opens `file`, and checks time, memory, the reason of a refusal and the signature.
pub fn check_file(file: &[u8], password: Option<&str>) -> Result<Opened, String> {
    let (((opened, spent), most, _), time) = timed(|| measured(|| open(file, password, BUDGET, MESSAGE)));
    let of_budget = Duration::from_nanos(spent) * SLOWER;
    // Keys are checked, and signatures made, in a time that has a limit.
    let of_key = Duration::from_millis(500);
    let of_reading = Duration::from_micros(5) * u32::try_from(file.len()).expect("is small");
    assert!(time <= of_budget + of_key + of_reading, "{time:?} for {} bytes and {spent} ns", file.len());
    // scrypt takes 128 bytes for what costs 710 ns.
    let of_scrypt = usize::try_from(spent / 710 * 128).expect("is small");
    assert!(most <= 8 * file.len() + of_scrypt + 64 * 1024, "{most} for {} bytes and {spent} ns", file.len());
    match &opened {
        Ok(opened) => {
            let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &opened.public_key);
            key.verify(MESSAGE, &opened.signature).expect("is signed with the key of the certificate");
        }
        Err(reason) => {
            assert!(!reason.is_empty() && reason.len() < 500, "{reason}");
            assert!(!reason.contains(char::is_control), "{reason}");
        }
    }
    opened
}
