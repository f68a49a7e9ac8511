//! Memory that ends: at every allocation of a scene, also at those of the C library. `tests/c/oom.c` says what must hold.
//!
//! Without `CBJ_TEST_SECONDS` only some allocations fail.

use std::time::Instant;

use crate::figures::{Figures, allowed};
use crate::services::{LARGE, Services, Way};

/// Runs tests/c/oom.c, and returns what it printed.
fn run(way: Way, arguments: &[&str]) -> String {
    // Most cases end with an abort, which takes a hundred times as long with a backtrace.
    Services::start(way).run("tests/c/oom.c", "tests/c/scarce.c", ("RUST_BACKTRACE", "0"), arguments)
}

/// The way, the scene, and the distance between two allocations that fail.
const FEW: [(Way, &str, &str); 3] =
    [(Way::Plain, "get", "1"), (Way::Tls, "get", "11"), (Way::Certificate, "make", "17")];

const EVERYTHING: [(Way, &str, &str); 16] = [
    (Way::Plain, "get", "1"),
    (Way::Tls, "get", "1"),
    (Way::Plain, "make", "1"),
    (Way::Plain, "again", "1"),
    (Way::Secret, "get", "1"),
    (Way::Plain, "list", "1"),
    (Way::Certificate, "make", "1"),
    (Way::Certificate, "get", "1"),
    (Way::Plain, "summarize", "1"),
    (Way::Plain, "cancel", "1"),
    (Way::Tls, "make", "1"),
    (Way::Tls, "again", "1"),
    (Way::SystemTrust, "make", "1"),
    (Way::Tls, "list", "1"),
    (Way::Secret, "again", "1"),
    (Way::Tls, "cancel", "1"),
];

#[test]
fn memory_may_end_at_every_allocation() {
    let begin = Instant::now();
    let allowed = allowed();
    let mut figures = Figures::default();
    let mut left = Vec::new();
    for (way, scene, step) in if allowed.is_some() { &EVERYTHING[..] } else { &FEW[..] } {
        let seconds = allowed.map_or(3600.0, |all| all.saturating_sub(begin.elapsed()).as_secs_f64());
        let said = run(*way, &[scene, "1", step, "0", &seconds.to_string()]);
        if let Some(from) = said.lines().find_map(|line| line.strip_prefix("left ")) {
            left.push(format!("{way:?} {scene} from {from}"));
        }
        figures.add(&said);
    }
    eprintln!(
        "oom: an allocation fails in {} cases, in {:.1} s: Rust aborts in {}, glibc in {}; {}. Left for lack of time: {left:?}",
        figures.get("cases"),
        begin.elapsed().as_secs_f64(),
        figures.get("rust"),
        figures.get("glibc"),
        figures.statuses(),
    );
    assert!(figures.get("rust") > 50 && figures.get("CBJ_ERROR_RESOLVE") > 0, "{:?}", figures.0);
}

/// The buffer of the answer grows to its size and to twice its size, and is cut. The text of the error gets as much, its NUL
/// twice as much, the texts of the job what they need, and are cut. tests/memory.rs has the bound for all together.
#[test]
fn seven_allocations_are_as_large_as_an_answer() {
    for way in [Way::Plain, Way::Tls] {
        let said = run(way, &["large", "1", "1", &(LARGE - 1).to_string(), "3600"]);
        let mut figures = Figures::default();
        figures.add(&said);
        // Each fails once, and from then on.
        assert_eq!(figures.get("cases"), 2 * 7, "{way:?}:\n{said}");
        assert_eq!(figures.get("CBJ_OK"), 1, "{way:?}: without a failure, the answer is read\n{said}");
    }
}
