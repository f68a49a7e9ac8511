//! How names are compared: without blanks, `_` and `-`, and without regard to case.

use std::ffi::CStr;

/// A name in the form in which names are compared, in memory of its own.
pub(super) struct Folded {
    bytes: [u8; Folded::LONGEST],
    length: usize,
}

impl Folded {
    /// The length of the longest name of a state, a type of job or a type of object.
    const LONGEST: usize = "finishedwithexception".len();

    /// `None` if it is longer than every name.
    pub(super) fn new(name: &str) -> Option<Self> {
        let mut folded = Self { bytes: [0; Self::LONGEST], length: 0 };
        for byte in name.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'_' | b'-')) {
            *folded.bytes.get_mut(folded.length)? = byte.to_ascii_lowercase();
            folded.length += 1;
        }
        Some(folded)
    }

    /// Whether it is `name`, which is in lower case.
    pub(super) fn is(&self, name: &CStr) -> bool {
        name.to_bytes().iter().filter(|byte| **byte != b'-').eq(&self.bytes[..self.length])
    }
}
