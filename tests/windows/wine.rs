//! What the tests need of wine itself.

use std::process::Command;

use crate::program::{is_asked, keep_wine_alive};

/// Linux's flag of a process whose addresses are not random.
const ADDR_NO_RANDOMIZE: u32 = 0x0004_0000;

/// With random addresses the heap of wine begins, once in some thousand starts, where a page of Windows has to be. Then the
/// program does not run, and ends with status 1.
#[test]
#[expect(clippy::print_stderr, reason = "a test that is left out must say so")]
fn the_heap_of_wine_does_not_take_a_page_of_windows() {
    if !is_asked() {
        return;
    }
    let setarch = Command::new("setarch").args(["-R", "true"]).output().expect("setarch is a part of util-linux");
    if !setarch.status.success() {
        eprintln!("left out: this machine forbids it: {}", String::from_utf8_lossy(&setarch.stderr));
        return;
    }
    let path = format!("/proc/{}/personality", keep_wine_alive());
    let personality = std::fs::read_to_string(&path).expect("is ours");
    let flags = u32::from_str_radix(personality.trim(), 16).expect("is hexadecimal");
    assert_ne!(flags & ADDR_NO_RANDOMIZE, 0, "{path}: {personality}");
}
