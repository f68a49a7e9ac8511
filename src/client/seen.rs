//! Which jobs a listing has met already.

use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};

/// A job without its name: 128 bits that stand for its id, so that the memory for it does not depend on the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Fingerprint(u64, u64);

/// Makes fingerprints. Two ids have the same one by a chance of one in 2^128, which nobody can choose: the keys are
/// secret and random.
#[derive(Debug, Default)]
pub(super) struct Fingerprints(RandomState, RandomState);

impl Fingerprints {
    pub(super) fn of(&self, identity: &str) -> Fingerprint {
        Fingerprint(self.0.hash_one(identity), self.1.hash_one(identity))
    }
}

/// Takes the first half of a fingerprint, which is a hash already.
#[derive(Debug, Clone, Default)]
pub(super) struct FirstHalf(u64);

impl Hasher for FirstHalf {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // A fingerprint is two numbers. Other input still gives a hash, if a poor one.
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, number: u64) {
        if self.0 == 0 {
            self.0 = number;
        }
    }
}

pub(super) type Seen = HashSet<Fingerprint, BuildHasherDefault<FirstHalf>>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_known_again_and_another_is_not() {
        let fingerprints = Fingerprints::default();
        let mut seen = Seen::default();
        for number in 0..10_000 {
            assert!(seen.insert(fingerprints.of(&format!("IB{number}"))), "{number}");
        }
        assert!((0..10_000).all(|number| seen.contains(&fingerprints.of(&format!("IB{number}")))));
        assert!(!seen.contains(&fingerprints.of("IB10000")));
    }
}
