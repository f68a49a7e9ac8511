//! The bytes of an answer before ureq reads them: interim answers are removed, and sizes of chunks that a machine cannot
//! count are replaced. The result does not depend on how the bytes arrive. The first byte says how they do.
#![no_main]

use cloudbackupjobs::fuzzing::received;
use cloudbackupjobs_fuzz::{assert_linear, timed};
use libfuzzer_sys::fuzz_target;

const LARGEST: u64 = u32::MAX as u64;

fuzz_target!(|data: &[u8]| {
    let Some((how, sent)) = data.split_first() else { return };
    let (whole, time) = timed(|| received(&[sent], LARGEST));
    assert_linear(time, sent.len());
    let (before, after) = sent.split_at(usize::from(*how).min(sent.len()));
    assert_eq!(received(&[before, after], LARGEST), whole, "in two parts");
    let parts: Vec<&[u8]> = sent.chunks(1 + usize::from(*how) % 7).collect();
    // Each part looks at the head once more.
    if sent.len() < 2000 {
        assert_eq!(received(&parts, LARGEST), whole, "in small parts");
    }
    // Only an interim answer is left out, and only hexadecimal digits are others.
    let rest = &sent[sent.len() - whole.len()..];
    let kept_as_it_is = |(is, was): (&u8, &u8)| is == was || is.is_ascii_hexdigit() && was.is_ascii_hexdigit();
    assert!(whole.iter().zip(rest).all(kept_as_it_is));
    let removed = &sent[..sent.len() - whole.len()];
    assert!(
        removed.is_empty() || removed.ends_with(b"\n") && removed.windows(2).any(|two| two == b" 1"),
        "{removed:?}"
    );
    // Where every size can be counted, nothing is replaced.
    assert_eq!(received(&[sent], u64::MAX), rest);
    // What was replaced stays as it is.
    assert_eq!(received(&[&whole], LARGEST), whole);
});
