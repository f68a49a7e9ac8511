//! Races: eight threads use shared handles in every way that the header allows, and fork meanwhile.
//!
//! What each thread does comes from the seed. What the others do at the same moment does not: it depends on the machine. So
//! a turn that failed may pass when it is repeated. Repeat it more often, or with ThreadSanitizer (`.ci/sanitize thread`),
//! which needs no bad luck to see a race.
//!
//! Each turn is a process of its own, so that descriptors and threads can be counted, and so that each turn has a first
//! client. The server is in the process of the test: a forked child would keep its sockets open.
//!
//! | file | subject |
//! | --- | --- |
//! | `plan` | what each thread will do, from the seed |
//! | `service` | the server: an id says what is answered |
//! | `handles` | clients and lists, and how they may fail |
//! | `actor` | a thread: carries its plan out, and checks each answer |
//! | `forked` | children and grandchildren |
//! | `logging` | the log function |
//! | `shared` | what threads and forked processes count together |
//! | `process` | a turn: its threads, the watchdog, what is left at the end |

mod actor;
mod forked;
mod handles;
mod logging;
mod plan;
mod process;
mod service;
mod shared;

use std::env;
use std::process::Command;

use fastrand::Rng;

use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};
use crate::tls_server;
use crate::turns::turns;
use service::World;

/// Set in the process of a turn: the number that its plan is made of, and the URL of the server.
const PLAN: &str = "CBJ_RACE_PLAN";
const URL: &str = "CBJ_RACE_URL";

#[test]
fn race() {
    if let (Ok(number), Ok(url)) = (env::var(PLAN), env::var(URL)) {
        process::turn(&mut Rng::with_seed(number.parse().expect("a number")), &url);
        return;
    }
    let mut total = Report::default();
    turns("race", 4, |rng| total.add(&turn(rng)));
    eprintln!(
        "race: {} calls, {} of them cancelled, {} forks, {} requests, {} for tokens",
        total.calls, total.cancelled, total.forks, total.requests, total.tokens
    );
}

/// What a turn says about itself on its standard output.
#[derive(Default)]
struct Report {
    calls: usize,
    cancelled: usize,
    forks: usize,
    requests: usize,
    tokens: usize,
}

impl Report {
    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.cancelled += other.cancelled;
        self.forks += other.forks;
        self.requests += other.requests;
        self.tokens += other.tokens;
    }
}

fn turn(rng: &mut Rng) -> Report {
    let world = World::new();
    let over_tls = rng.u8(..4) == 0;
    let script = vec![Step::Serve(world.service())];
    let (server, url) = if over_tls {
        let server = tls_server::Server::default().start([script]);
        let url = server.url().replace("http:", "https:");
        (server, url)
    } else {
        let server = ScriptedServer::start([script], Afterwards::RepeatLast);
        let url = server.url();
        (server, url)
    };
    let output = Command::new(env::current_exe().expect("has a path"))
        .args(["--exact", "race::race", "--nocapture", "--test-threads=1"])
        .env(PLAN, rng.u64(..).to_string())
        .env(URL, url)
        .output()
        .expect("the test program can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "the process of the turn: {}\n{said}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let number = |name: &str| {
        let mut words = said.split_whitespace();
        let value = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse::<usize>().ok());
        value.unwrap_or_else(|| panic!("no {name} in {said}"))
    };
    for family in 0..plan::FAMILIES {
        let (asked, most) = (world.tokens(family), number(&format!("most_tokens_{family}")));
        assert!(asked <= most, "family {family}: {asked} requests for a token, at most {most} are needed\n{said}");
    }
    assert_eq!(world.complaints(), Vec::<String>::new(), "the server saw what must not be");
    Report {
        calls: number("calls"),
        cancelled: number("cancelled"),
        forks: number("forks"),
        requests: server.requests().len(),
        tokens: (0..plan::FAMILIES).map(|family| world.tokens(family)).sum(),
    }
}
