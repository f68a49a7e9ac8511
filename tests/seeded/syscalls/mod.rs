//! Calls of the system that fail, in the manner of SQLite's tests of faults: every call of every function, in every way
//! in which it may fail, once and from then on. `tests/c/syscalls.c` says what must hold.
//!
//! Without `CBJ_TEST_SECONDS` each call fails once, in one way. `CBJ_TEST_FAULTS="Plain get recv 104 2 1"`, as a failure
//! shows it, repeats one case and prints its outcome.

mod combinations;
mod imports;
mod known;

use std::collections::VecDeque;
use std::env;
use std::sync::Mutex;
use std::time::Instant;

use crate::figures::{Figures, allowed};
use crate::services::{Services, Way};

/// Runs tests/c/syscalls.c, and returns what it printed.
fn run(services: &Services, arguments: &[&str]) -> String {
    services.run(
        "tests/c/syscalls.c",
        "tests/c/faults.c",
        ("CBJ_TEST_WAY", &format!("{:?}", services.way())),
        arguments,
    )
}

const FEW: [(Way, &str); 3] = [(Way::Tls, "get"), (Way::Plain, "get"), (Way::Plain, "make")];

/// Everything, the important first. A token is fetched in the same way whatever is asked for with it, and a connection
/// is used in the same way whoever trusts the server.
const EVERYTHING: [(Way, &str); 23] = [
    (Way::Plain, "get"),
    (Way::Tls, "get"),
    (Way::Plain, "make"),
    (Way::Plain, "again"),
    (Way::Plain, "cancel"),
    (Way::Plain, "fork"),
    (Way::Plain, "list"),
    (Way::Certificate, "make"),
    (Way::Secret, "get"),
    (Way::SystemTrust, "make"),
    (Way::Tls, "again"),
    (Way::Certificate, "get"),
    (Way::Plain, "low"),
    (Way::Tls, "make"),
    (Way::Plain, "summarize"),
    (Way::Tls, "list"),
    (Way::Tls, "cancel"),
    (Way::Tls, "fork"),
    (Way::Secret, "make"),
    (Way::Secret, "cancel"),
    (Way::Secret, "fork"),
    (Way::Certificate, "fork"),
    (Way::SystemTrust, "get"),
];

#[test]
fn every_call_of_the_system_may_fail() {
    if let Ok(faults) = env::var("CBJ_TEST_FAULTS") {
        let arguments: Vec<&str> = faults.split_whitespace().collect();
        let way = Way::ALL.into_iter().find(|way| format!("{way:?}") == arguments[0]).expect("begins with the way");
        eprintln!("{}", run(&Services::start(way), &arguments[1..]));
        return;
    }
    let begin = Instant::now();
    let allowed = allowed();
    let work = Mutex::new(VecDeque::from(if allowed.is_some() { EVERYTHING.to_vec() } else { FEW.to_vec() }));
    let figures = Mutex::new(Figures::default());
    let left = Mutex::new(Vec::new());
    let next = || work.lock().expect("no thread has panicked").pop_front();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some((way, scene)) = next() {
                    let seconds = allowed.map_or(3600.0, |all| all.saturating_sub(begin.elapsed()).as_secs_f64());
                    let which = if allowed.is_some() { "all" } else { "few" };
                    let said = run(&Services::start(way), &[scene, which, &seconds.to_string()]);
                    if let Some(from) = said.lines().find_map(|line| line.strip_prefix("left ")) {
                        left.lock().expect("no thread has panicked").push(format!("{way:?} {scene} from {from}"));
                    }
                    figures.lock().expect("no thread has panicked").add(&said);
                }
            });
        }
    });
    let figures = figures.into_inner().expect("no thread has panicked");
    eprintln!(
        "syscalls: {} cases, a fault in {}, of {} functions, in {:.1} s: {}",
        figures.get("cases"),
        figures.get("hits"),
        figures.functions(),
        begin.elapsed().as_secs_f64(),
        figures.statuses()
    );
    eprintln!("left for lack of time: {:?}", left.into_inner().expect("no thread has panicked"));
    assert!(figures.get("hits") > 50 && figures.get("CBJ_OK") > 50 && figures.get("CBJ_ERROR_NETWORK") > 5);
    assert!(figures.functions() > 15, "{:?}", figures.0);
}
