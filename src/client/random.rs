//! Chance, so that many clients do not all do the same thing at the same moment.

use std::hash::{BuildHasher, RandomState};

/// A number from 0 to 1. Not for secrets.
pub(super) fn random() -> f64 {
    // Seeded from the operating system; the value differs each time.
    RandomState::new().hash_one(()) as f64 / u64::MAX as f64
}
