//! What the fuzz targets share: an allocator that counts, a clock of CPU time, and checks of texts.
//!
//! A target asserts what the library promises for every input. An input that breaks it is kept in the folder `artifacts`;
//! README.md says how to see it again.

pub mod json;
pub mod open;

#[path = "../../tests/support/counting.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod counting;

use std::time::Duration;

pub use counting::measured;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

/// In the place of a secret, or at its beginning. No word of the library contains it: text that libFuzzer makes up may be such
/// a word.
pub const SECRET: &str = "Zk9.canary+7Qx";

/// Separates the parts of an input. It is in no text that a part should contain.
const SEPARATOR: u8 = 0x1f;

/// The parts of an input, in UTF-8. A part that is missing is empty. `None` for other bytes.
pub fn parts<const N: usize>(data: &[u8]) -> Option<[&str; N]> {
    let mut parts = data.splitn(N, |byte| *byte == SEPARATOR).map(std::str::from_utf8);
    let mut texts = [""; N];
    for text in &mut texts {
        let Some(part) = parts.next() else { break };
        *text = part.ok()?;
    }
    Some(texts)
}

/// The size up to which [`document`] repeats a part.
const LARGE: usize = 64 * 1024;

/// The document that an input stands for: itself, or three parts between the bytes 0xFF, which are not in UTF-8. The second
/// part is repeated many times. So a few bytes make a large document, in which a cost for each entry shows.
pub fn document(data: &[u8]) -> Vec<u8> {
    let parts: Vec<&[u8]> = data.splitn(3, |byte| *byte == 0xff).collect();
    match parts[..] {
        [before, repeated, after] if !repeated.is_empty() => {
            [before, &repeated.repeat(LARGE / repeated.len()), after].concat()
        }
        _ => data.to_vec(),
    }
}

/// Runs `run`, and returns the CPU time that this thread took.
pub fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let before = cpu_time();
    let result = run();
    (result, cpu_time() - before)
}

fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is this function's own.
    let result = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(result, 0);
    Duration::new(u64::try_from(time.tv_sec).expect("is positive"), u32::try_from(time.tv_nsec).expect("is small"))
}

/// Fails if work on `length` bytes took longer than any linear work takes here. AddressSanitizer and the counters of coverage
/// make it many times slower than it is in a release.
pub fn assert_linear(time: Duration, length: usize) {
    let allowed = Duration::from_millis(100) + Duration::from_micros(2) * u32::try_from(length).expect("is small");
    assert!(time <= allowed, "{time:?} for {length} bytes");
}

/// Fails if `part` is not a part of `whole`.
pub fn assert_within(part: &str, whole: &[u8]) {
    assert!(part.is_empty() || whole.windows(part.len()).any(|window| window == part.as_bytes()), "{part:?}");
}

/// Fails if a message is not one line for a log.
pub fn assert_one_line(message: &str) {
    assert!(!message.is_empty() && !message.chars().any(char::is_control), "{message:?}");
    assert!(message.len() < 16 * 1024, "{} bytes", message.len());
}
