//! Turns of a seeded program. A turn depends on its seed alone, so that a failure can be seen again.
//!
//! - Without variables, a test makes a few turns, from seed 1 on.
//! - `CBJ_TEST_SECONDS=60` makes turns for 60 seconds.
//! - `CBJ_TEST_SEED=17` makes the turn with seed 17 alone. With `CBJ_TEST_SECONDS` it is the first of many.

use std::any::Any;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use fastrand::Rng;

/// Runs turns of the test of this name, at least one. Without variables, it makes `few`.
pub fn turns(test: &str, few: u64, mut turn: impl FnMut(&mut Rng)) {
    let (seed, seconds) = (number("CBJ_TEST_SEED"), number("CBJ_TEST_SECONDS"));
    let first = seed.unwrap_or(1);
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let few = if seed.is_some() { 1 } else { few };
    let mut made = 0;
    while until.map_or(made < few, |until| made == 0 || Instant::now() < until) {
        let seed = first.wrapping_add(made);
        let result = catch_unwind(AssertUnwindSafe(|| turn(&mut Rng::with_seed(seed))));
        result.unwrap_or_else(|panic| explain(test, seed, panic));
        made += 1;
    }
    eprintln!("{test}: {made} turns from seed {first} on");
}

fn number(variable: &str) -> Option<u64> {
    let value = env::var(variable).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{variable} must be a whole number, not {value:?}")))
}

fn explain(test: &str, seed: u64, panic: Box<dyn Any + Send>) -> ! {
    eprintln!("the turn with seed {seed} failed: CBJ_TEST_SEED={seed} cargo test --test seeded {test}");
    resume_unwind(panic)
}
