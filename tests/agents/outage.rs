//! What a monitoring system notifies during an outage of the service, and when a backup fails.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::daemon::Daemon;
use super::runs::{failed, finished, listed};
use super::support::answers::answer;
use super::support::list_server::ListServer;
use super::support::scripted_server::{Script, Step};
use super::{icinga, nagios};

/// How the service answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// With the list.
    Up,
    /// Not at all: the checks wait until their time is over.
    Hangs,
    /// With HTTP 503.
    Unavailable,
    /// With a reset of the connection.
    Resets,
}

/// The number of an object type, and a location.
type Kind = (String, String);

struct State {
    face: Face,
    /// The kinds whose last run failed: object type and location.
    failed: BTreeSet<Kind>,
    /// How often each kind was asked for.
    asked: BTreeMap<Kind, usize>,
}

/// The service of all tenants.
pub struct Tenants {
    server: ListServer,
    state: Arc<Mutex<State>>,
}

/// The number of the object type in a request about the API itself.
const ANY: &str = "0";

impl Tenants {
    pub fn start() -> Self {
        let state = State { face: Face::Up, failed: BTreeSet::new(), asked: BTreeMap::new() };
        let state = Arc::new(Mutex::new(state));
        let server = ListServer::start({
            let state = Arc::clone(&state);
            move |asked| {
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                let part = |name, default| asked.parameter(name).unwrap_or(default).to_owned();
                let kind = (part("objectType", ANY), part("location", ""));
                let script = state.answer(&kind);
                *state.asked.entry(kind).or_default() += 1;
                script
            }
        });
        Self { server, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn url(&self) -> String {
        self.server.url()
    }

    pub fn set_face(&self, face: Face) {
        self.state().face = face;
    }

    /// Whether the last run about mailboxes failed, in tenants that have no locations.
    pub fn set_failed(&self, failed: bool) {
        let kind = ("1".to_owned(), String::new());
        self.state().failed = if failed { BTreeSet::from([kind]) } else { BTreeSet::new() };
    }

    /// Forgets who asked, and waits until each of `kinds` kinds was asked for so many times.
    pub fn await_checks(&self, daemon: &mut Daemon, kinds: usize, times: usize) {
        self.state().asked.clear();
        wait_long(daemon, "not every kind is checked", || {
            let asked = &self.state().asked;
            asked.len() == kinds && asked.values().all(|count| *count >= times)
        });
    }

    pub fn forget_requests(&self) {
        self.state().asked.clear();
    }

    /// The requests about kinds, and those about the API itself.
    pub fn requests(&self) -> (usize, usize) {
        let state = self.state();
        let of = |is_any: bool| {
            let counts = state.asked.iter().filter(|((object_type, _), _)| (object_type == ANY) == is_any);
            counts.map(|(_, count)| count).sum()
        };
        (of(false), of(true))
    }
}

impl State {
    fn answer(&self, kind: &Kind) -> Script {
        match self.face {
            Face::Up => {}
            Face::Hangs => return vec![Step::Stall],
            Face::Unavailable => return vec![Step::Send(answer("503 Service Unavailable", ""))],
            Face::Resets => return vec![Step::Reset],
        }
        let last = if self.failed.contains(kind) { failed("IB2", 3.0) } else { finished("IB2", 3.0) };
        listed(&[last, finished("IB1", 21.0)])
    }
}

/// As [`Daemon::wait`], with the time of a whole round of checks and their repetitions.
pub fn wait_long(daemon: &mut Daemon, what: &str, happened: impl Fn() -> bool) {
    let begin = Instant::now();
    while !happened() {
        let ended = daemon.child.try_wait().expect("is a child");
        assert!(ended.is_none(), "the agent ended: {ended:?}\n{}", daemon.log());
        assert!(begin.elapsed() < Duration::from_secs(60), "{what}\n{}", daemon.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// What was notified: each notification is a line of a file.
pub struct Notified {
    /// The program to run for a notification. Its argument is the line.
    pub program: PathBuf,
    file: PathBuf,
}

impl Notified {
    pub fn new(folder: &Path) -> Self {
        let (program, file) = (folder.join("notify"), folder.join("notified"));
        std::fs::write(&program, format!("#!/bin/sh\nprintf '%s\\n' \"$1\" >>'{}'\n", file.display()))
            .expect("target is writable");
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("is ours");
        std::fs::write(&file, "").expect("target is writable");
        Self { program, file }
    }

    /// The lines, in their order.
    pub fn lines(&self) -> Vec<String> {
        std::fs::read_to_string(&self.file).expect("is there").lines().map(str::to_owned).collect()
    }

    /// The lines since the first `from`, sorted: tenants notify in any order.
    pub fn sorted(&self, from: usize) -> Vec<String> {
        let mut lines = self.lines().split_off(from);
        lines.sort();
        lines
    }
}

/// What a monitoring system watches. A service is called `HOST SERVICE`.
pub struct Watched<'a> {
    /// The services of the API, one for each tenant.
    pub api: &'a [&'a str],
    /// Those of the mailboxes, in tenants that have no locations.
    pub mailboxes: &'a [&'a str],
    /// How many kinds are asked for, of all tenants together, and the API itself.
    pub kinds: usize,
    /// How many services watch a kind.
    pub services: usize,
}

/// What the monitoring system lives through, with a minute compressed to a second: all is well; the service is away for two
/// minutes, and for an hour, in three ways; a backup of mailboxes fails, and the next one succeeds.
///
/// It notifies once for each tenant that the API is away, once that it is back, and once for each failed backup.
pub fn live_through(daemon: &mut Daemon, tenants: &Tenants, notified: &Notified, watched: &Watched<'_>) {
    let Watched { api, mailboxes, kinds, services } = *watched;
    let each = |kind: &str, services: &[&str]| -> Vec<String> {
        services.iter().map(|service| format!("{kind} {service}")).collect()
    };
    tenants.await_checks(daemon, kinds, 1);
    assert_eq!(notified.lines(), [""; 0], "all is well");

    tenants.set_face(Face::Unavailable);
    std::thread::sleep(Duration::from_secs(2));
    tenants.set_face(Face::Up);
    tenants.await_checks(daemon, kinds, 1);
    assert_eq!(notified.lines(), [""; 0], "two minutes are no outage");

    tenants.forget_requests();
    for face in [Face::Hangs, Face::Unavailable, Face::Resets] {
        tenants.set_face(face);
        std::thread::sleep(Duration::from_secs(20));
    }
    assert_eq!(notified.sorted(0), each("PROBLEM", api), "an hour's outage");
    // No kind is asked for more than twice before the API is known to be away, and then no more.
    let (of_kinds, of_api) = tenants.requests();
    assert!(of_kinds <= 2 * services, "{of_kinds} requests about kinds");
    assert!(of_api >= 20, "{of_api} requests about the API");

    tenants.set_face(Face::Up);
    wait_long(daemon, "no recovery", || notified.lines().len() >= 2 * api.len());
    tenants.await_checks(daemon, kinds, 2);
    assert_eq!(notified.sorted(api.len()), each("RECOVERY", api), "after the outage");

    let before = notified.lines().len();
    tenants.set_failed(true);
    wait_long(daemon, "the failed backup is not notified", || notified.lines().len() >= before + mailboxes.len());
    tenants.await_checks(daemon, kinds, 2);
    assert_eq!(notified.sorted(before), each("PROBLEM", mailboxes), "a failed backup");
    tenants.set_failed(false);
    let before = before + mailboxes.len();
    wait_long(daemon, "the next backup is not notified", || notified.lines().len() >= before + mailboxes.len());
    tenants.await_checks(daemon, kinds, 1);
    assert_eq!(notified.sorted(before), each("RECOVERY", mailboxes), "the next backup");
}

/// Both at the same time: they mostly sleep.
#[test]
fn an_outage_of_an_hour_is_notified_once_and_so_is_a_failed_backup() {
    std::thread::scope(|scope| {
        scope.spawn(icinga::lives_through_an_outage);
        nagios::lives_through_an_outage();
    });
}
