//! Resolvers that are slow, fail, or know several addresses.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::run;
use crate::support::answers::{JOB, answer, ok};
use crate::support::c_program::{Linking, compile, compile_preload, scratch_dir};
use crate::support::hanging_listener::HangingListener;
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// A scripted resolver that records its calls.
struct Resolver {
    object: String,
    settings: String,
    log: PathBuf,
}

/// One call of the resolver.
#[derive(Debug)]
struct Asked {
    name: String,
    at_once: usize,
    signals_taken: usize,
    stack_kib: usize,
}

impl Resolver {
    fn new(settings: &str) -> Self {
        static LOGS: AtomicUsize = AtomicUsize::new(0);
        let log = scratch_dir().join(format!("resolver-{}.log", LOGS.fetch_add(1, Ordering::SeqCst)));
        // There may be a log of an earlier run.
        let _ = std::fs::remove_file(&log);
        let object = compile_preload("tests/c/resolver.c").into_os_string().into_string().expect("UTF-8");
        Self { object, settings: settings.to_owned(), log }
    }

    /// Runs a program with this resolver, and with `more` in its environment.
    fn run(&self, source: &str, arguments: &[&str], more: &[(&str, &str)]) -> Vec<Asked> {
        let mut environment = vec![
            ("LD_PRELOAD", &*self.object),
            ("CBJ_FAKE_RESOLVER", &*self.settings),
            ("CBJ_FAKE_RESOLVER_LOG", self.log.to_str().expect("UTF-8")),
        ];
        environment.extend(more);
        run(&compile(source, Linking::Shared), arguments, &environment);
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().map(asked).collect()
    }

    fn look_up(&self, arguments: &[&str]) -> Vec<Asked> {
        self.run("tests/c/lookups.c", arguments, &[])
    }
}

fn asked(line: &str) -> Asked {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default().to_owned();
    let mut number = || words.next().and_then(|word| word.parse().ok()).expect("four words in a line");
    Asked { name, at_once: number(), signals_taken: number(), stack_kib: number() }
}

fn serving() -> ScriptedServer {
    ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast)
}

/// The server's URL with another host name.
fn named(server: &ScriptedServer, name: &str) -> String {
    server.url().replace("127.0.0.1", name)
}

#[test]
fn all_threads_and_clients_share_one_look_up_of_a_name() {
    let server = serving();
    let asked = Resolver::new("delay_ms=300;addresses=127.0.0.1").look_up(&["share", &named(&server, "a.example")]);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!((&*asked[0].name, asked[0].signals_taken), ("a.example", 0));
    // The rest of the stack at the beginning of the resolver.
    assert!((100..300).contains(&asked[0].stack_kib), "{asked:?}");
}

#[test]
fn four_run_at_once_and_the_others_come_after_them() {
    let server = serving();
    let urls: Vec<_> = ["a", "b", "c", "d", "e", "f"].map(|name| named(&server, &format!("{name}.example"))).into();
    let arguments: Vec<_> = ["share"].into_iter().chain(urls.iter().map(String::as_str)).collect();
    let asked = Resolver::new("delay_ms=200;addresses=127.0.0.1").look_up(&arguments);
    assert_eq!(asked.len(), 6, "{asked:?}");
    assert_eq!(asked.iter().map(|asked| asked.at_once).max(), Some(4), "{asked:?}");
}

#[test]
fn a_resolver_that_does_not_answer_holds_four_threads_and_no_call() {
    // Compiling is not what is measured.
    compile("tests/c/lookups.c", Linking::Shared);
    let names: Vec<_> = (0..6).map(|number| format!("http://{number}.example:1")).collect();
    let arguments: Vec<_> = ["time-out"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let resolver = Resolver::new("delay_ms=30000;fail=again");
    let begin = Instant::now();
    let asked = resolver.look_up(&arguments);
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert!(begin.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_look_up_that_outlives_its_caller_serves_the_next_one() {
    let server = serving();
    let asked = Resolver::new("delay_ms=900;addresses=127.0.0.1").look_up(&["outlive", &named(&server, "a.example")]);
    assert_eq!(asked.len(), 1, "{asked:?}");
}

#[test]
fn what_was_found_is_kept_and_an_address_is_not_looked_up() {
    let closes = answer("200 OK\r\nContent-Type: application/json\r\nConnection: close", JOB);
    let server = ScriptedServer::start([vec![Step::Request, Step::Send(closes)]], Afterwards::RepeatLast);
    let resolver = Resolver::new("addresses=127.0.0.1");
    assert_eq!(resolver.look_up(&["repeat", &named(&server, "a.example")]).len(), 1);
    assert_eq!(server.connections(), 5);
    assert_eq!(Resolver::new("addresses=127.0.0.1").look_up(&["repeat", &server.url()]).len(), 0);
}

#[test]
fn addresses_that_lead_nowhere_do_not_hold_up_the_others() {
    // Compiling is not what is measured.
    compile("tests/c/lookups.c", Linking::Shared);
    let server = serving();
    let silent = |last| HangingListener::bind(([127, 0, 0, last], server.address().port()).into());
    let _silent = [silent(2), silent(3)];
    // Most of these addresses refuse at once, because nobody listens there. The last address cannot even be tried:
    // Linux has no TCP to a broadcast address.
    for first in ["127.0.0.4", "::1", "127.0.0.2", "127.0.0.2,::1,127.0.0.3", "255.255.255.255"] {
        let resolver = Resolver::new(&format!("addresses={first},127.0.0.1"));
        let begin = Instant::now();
        resolver.look_up(&["repeat", &named(&server, "a.example")]);
        assert!(begin.elapsed() < Duration::from_secs(2), "{first}: {:?}", begin.elapsed());
    }
}

#[test]
fn a_failure_that_the_resolver_calls_temporary_is_tried_again() {
    let server = serving();
    for (settings, what, look_ups) in [
        ("fail=again|fail=again|addresses=127.0.0.1", "try-again", 3),
        ("fail=again", "fail-for-now", 3),
        ("fail=noname|addresses=127.0.0.1", "fail-for-good", 1),
    ] {
        let asked = Resolver::new(settings).look_up(&[what, &named(&server, "a.example")]);
        assert_eq!(asked.len(), look_ups, "{settings}: {asked:?}");
    }
}

#[test]
fn cancelling_ends_a_look_up() {
    let environment = [("CBJ_BASE_URL", "https://a.example"), ("CBJ_ACCESS_TOKEN", "token")];
    Resolver::new("delay_ms=3000;fail=again").run("tests/c/cancel.c", &["4", "get"], &environment);
}

#[test]
fn a_connect_that_is_cancelled_keeps_the_addresses() {
    let listener = HangingListener::bind(([127, 0, 0, 1], 0).into());
    let url = listener.url().replace("http://127.0.0.1", "https://a.example");
    let environment = [("CBJ_BASE_URL", &*url), ("CBJ_ACCESS_TOKEN", "token")];
    let asked = Resolver::new("addresses=127.0.0.1").run("tests/c/cancel.c", &["2", "get"], &environment);
    assert_eq!(asked.len(), 1, "{asked:?}");
}

/// The library opens the descriptors for waiting under a lock, and a fork waits for this lock.
#[test]
fn a_handler_of_fork_may_look_up_while_other_threads_do() {
    let environment = [("CBJ_BASE_URL", "https://a.example"), ("CBJ_ACCESS_TOKEN", "token")];
    Resolver::new("fail=noname").run("tests/c/fork_handlers.c", &["look-up", "5", "8"], &environment);
}
