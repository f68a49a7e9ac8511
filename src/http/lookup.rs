//! Resolves host names to addresses. A name has at most one look-up at a time, and the result is kept for a while.
//!
//! For every request ureq calls its resolver before it looks into its pool, and its own resolver starts a thread each
//! time. So the resolver that ureq gets ([`NoResolver`]) returns nothing, and [`super::dial::Dial`] looks up a name
//! only when a connection has to be opened.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::interrupt::{Interrupt, Stop};
use crate::origin::Origin;
use crate::sys::{Event, PerProcess, Unresolved, Until, Watch, is_out_of_descriptors, resolve, start_quietly};

/// How long a result is used without a new look-up.
const FRESH: Duration = Duration::from_secs(60);

/// How long a call with an old result waits for a newer one. A resolver that does not answer delays a call by no more
/// than this.
const STALE_WAITS: Duration = Duration::from_secs(1);

/// How many look-ups run at once. Each occupies a thread until the resolver answers or gives up.
const MOST_AT_ONCE: usize = 4;

/// How many names are kept. A program needs two or three.
const MOST_NAMES: usize = 64;

/// The system's resolver, or a test's.
type Resolve = dyn Fn(&str, u16) -> Result<Vec<SocketAddr>, Unresolved> + Send + Sync;

/// Starts a thread for a look-up, or fails as a test wants it.
type StartThread = dyn Fn(Box<dyn FnOnce() + Send>) -> io::Result<()> + Send + Sync;

/// The resolver that ureq calls for every request. It does nothing.
#[derive(Debug)]
pub(super) struct NoResolver;

impl Resolver for NoResolver {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// Why there are no addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoAddress {
    Failed(Unresolved),
    /// This process or this machine has reached its limit of open files.
    NoDescriptor(String),
    TimeUp,
    Cancelled,
}

impl NoAddress {
    fn from_io_error(error: &io::Error, reason: String) -> Self {
        if is_out_of_descriptors(error) {
            Self::NoDescriptor(reason)
        } else {
            Self::Failed(Unresolved::for_now(reason))
        }
    }
}

/// Looks up names, and keeps the results.
pub(super) struct Lookup {
    table: Mutex<Table>,
    resolve: Box<Resolve>,
    start_thread: Box<StartThread>,
}

#[derive(Default)]
struct Table {
    hosts: HashMap<(String, u16), Host>,
    /// How many look-ups are under way, and how many have ended.
    under_way: usize,
    ended: u64,
    /// Set when the next look-up ends. Made by the first call that waits for it.
    lookup_ended: Option<Arc<Event>>,
}

#[derive(Default)]
struct Host {
    under_way: bool,
    /// The value of [`Table::ended`] when the last look-up of this name ended.
    last_ended: u64,
    /// Why that look-up failed, if it did.
    failure: Option<NoAddress>,
    /// The result of the last successful look-up, and its time. Even an old result is used if a new look-up fails.
    found: Option<(Vec<SocketAddr>, Instant)>,
}

impl Lookup {
    /// The table of this process, which all clients share. So a program that makes a client for every call causes no
    /// more look-ups than one that keeps its client.
    pub(super) fn for_this_process() -> Arc<Self> {
        static LOOKUPS: PerProcess<OnceLock<Arc<Lookup>>> = PerProcess::first(OnceLock::new());
        Arc::clone(LOOKUPS.get_or_renew(|_| OnceLock::new()).get_or_init(|| Self::with(resolve)))
    }

    fn with(resolve: impl Fn(&str, u16) -> Result<Vec<SocketAddr>, Unresolved> + Send + Sync + 'static) -> Arc<Self> {
        let start_thread = Box::new(|body| start_quietly("cbj-lookup", body));
        Arc::new(Self { table: Mutex::default(), resolve: Box::new(resolve), start_thread })
    }

    /// The addresses of the host of `origin`, after at most `allowed`. A look-up that takes longer goes on, and the
    /// next caller gets its result.
    pub(super) fn addresses(
        self: &Arc<Self>,
        origin: &Origin,
        interrupt: &Interrupt,
        allowed: Duration,
    ) -> Result<Vec<SocketAddr>, NoAddress> {
        if let Some(address) = origin.address() {
            return Ok(vec![SocketAddr::new(address, origin.port())]);
        }
        let key = (origin.host().to_owned(), origin.port());
        let mut until = Until::after(allowed);
        let mut ended_before = None;
        loop {
            let mut table = self.lock();
            let ended_before = *ended_before.get_or_insert(table.ended);
            let name = table.host(&key);
            if let Some((addresses, at)) = &name.found {
                if at.elapsed() < FRESH {
                    return Ok(addresses.clone());
                }
                until = until.or_sooner(Until::after(STALE_WAITS.min(allowed / 4)));
            }
            if name.last_ended > ended_before {
                // The look-up succeeded, but another call could connect to none of the addresses.
                let useless = || NoAddress::Failed(Unresolved::for_now("none of its addresses accepts a connection"));
                return name.addresses().ok_or_else(|| name.failure.clone().unwrap_or_else(useless));
            }
            let lookup_ended = match self.join(&mut table, &key) {
                Ok(event) => event,
                Err(why) => return table.old_addresses(&key, why),
            };
            drop(table);
            let why = match interrupt.wait(&mut [Watch::event(&lookup_ended)], until) {
                Ok(()) => continue,
                Err(Stop::Cancelled) => return Err(NoAddress::Cancelled),
                Err(Stop::TimeUp) => NoAddress::TimeUp,
                Err(Stop::Failed(error)) => NoAddress::from_io_error(&error, error.to_string()),
            };
            return self.lock().old_addresses(&key, why);
        }
    }

    /// Drops the addresses of `origin` after a connection to them has failed. The next connection looks them up again.
    pub(super) fn forget(&self, origin: &Origin) {
        if let Some(name) = self.lock().hosts.get_mut(&(origin.host().to_owned(), origin.port())) {
            name.found = None;
        }
    }

    /// Starts a look-up unless one is under way, and returns the event that is set when the next one ends.
    fn join(self: &Arc<Self>, table: &mut Table, key: &(String, u16)) -> Result<Arc<Event>, NoAddress> {
        if !table.host(key).under_way && table.under_way < MOST_AT_ONCE {
            self.start(table, key).map_err(|error| {
                NoAddress::Failed(Unresolved::for_now(format!("no thread could be started: {error}")))
            })?;
        }
        table
            .lookup_ended()
            .map_err(|error| NoAddress::from_io_error(&error, format!("waiting for the look-up failed: {error}")))
    }

    /// Starts a look-up on a thread of its own, because the system's resolver has no deadline.
    fn start(self: &Arc<Self>, table: &mut Table, key: &(String, u16)) -> io::Result<()> {
        let (lookup, key_there) = (Arc::clone(self), key.clone());
        (self.start_thread)(Box::new(move || {
            let result = (lookup.resolve)(&key_there.0, key_there.1).map_err(|unresolved| {
                // A resolver that could open no file says only that it failed. So the limit is tested here.
                match Event::new() {
                    Err(why) if is_out_of_descriptors(&why) => {
                        NoAddress::NoDescriptor(format!("{}; {why}", unresolved.reason))
                    }
                    _ => NoAddress::Failed(unresolved),
                }
            });
            lookup.lock().end(&key_there, result);
        }))?;
        table.under_way += 1;
        table.host(key).under_way = true;
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        // No code that can panic runs under the lock.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn host(&mut self, key: &(String, u16)) -> &mut Host {
        if self.hosts.len() >= MOST_NAMES && !self.hosts.contains_key(key) {
            self.hosts.retain(|_, name| name.under_way);
        }
        self.hosts.entry(key.clone()).or_default()
    }

    /// The addresses of a look-up that ended before, even if they are old; `why` if there are none.
    fn old_addresses(&mut self, key: &(String, u16), why: NoAddress) -> Result<Vec<SocketAddr>, NoAddress> {
        self.host(key).addresses().ok_or(why)
    }

    fn lookup_ended(&mut self) -> io::Result<Arc<Event>> {
        // An event whose descriptors the program has closed is replaced.
        if let Some(event) = self.lookup_ended.as_ref().filter(|event| event.is_intact()) {
            return Ok(Arc::clone(event));
        }
        let event = Arc::new(Event::new()?);
        self.lookup_ended = Some(Arc::clone(&event));
        Ok(event)
    }

    fn end(&mut self, key: &(String, u16), result: Result<Vec<SocketAddr>, NoAddress>) {
        self.under_way -= 1;
        self.ended += 1;
        let ended = self.ended;
        let name = self.host(key);
        name.under_way = false;
        name.last_ended = ended;
        match result {
            Ok(addresses) if addresses.is_empty() => {
                name.failure = Some(NoAddress::Failed(Unresolved::for_good("it has no address")));
            }
            Ok(addresses) => (name.found, name.failure) = (Some((addresses, Instant::now())), None),
            Err(failure) => name.failure = Some(failure),
        }
        if let Some(event) = self.lookup_ended.take() {
            event.set();
        }
    }
}

impl Host {
    fn addresses(&self) -> Option<Vec<SocketAddr>> {
        self.found.as_ref().map(|(addresses, _)| addresses.clone())
    }
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const LONG: Duration = Duration::from_secs(10);

    fn addresses(lookup: &Arc<Lookup>, origin: &Origin, allowed: Duration) -> Result<Vec<SocketAddr>, NoAddress> {
        let interrupt = Interrupt::new(Arc::default());
        let _call = interrupt.enter().expect("is not cancelled");
        lookup.addresses(origin, &interrupt, allowed)
    }

    fn origin(text: &str) -> Origin {
        Origin::from_uri(&text.parse().expect("is a URI")).expect("names a host")
    }

    /// A resolver that counts its calls and takes `time` for each. With `fails` it fails from the second call on.
    fn counting(time: Duration, fails: bool) -> (Arc<Lookup>, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let lookup = Lookup::with(move |_, port| {
            let before = counted.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(time);
            if fails && before > 0 {
                return Err(Unresolved::for_good("no such name"));
            }
            Ok(vec![SocketAddr::from(([127, 0, 0, 9], port))])
        });
        (lookup, count)
    }

    fn make_stale(lookup: &Lookup) {
        for name in lookup.lock().hosts.values_mut() {
            if let Some((_, at)) = &mut name.found {
                *at = at.checked_sub(FRESH).expect("the machine runs longer than a minute");
            }
        }
    }

    #[test]
    fn literal_addresses_are_not_looked_up() {
        let (lookup, count) = counting(Duration::ZERO, false);
        for (text, address) in [
            ("https://127.0.0.1/x", "127.0.0.1:443"),
            ("http://127.0.0.1:8080/x", "127.0.0.1:8080"),
            ("http://[::1]/x", "[::1]:80"),
        ] {
            assert_eq!(addresses(&lookup, &origin(text), LONG), Ok(vec![address.parse().expect("is an address")]));
        }
        assert_eq!(count.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_result_is_kept_until_it_is_old_or_useless() {
        let (lookup, count) = counting(Duration::ZERO, false);
        let name = origin("https://host.example/");
        for _ in 0..3 {
            assert_eq!(addresses(&lookup, &name, LONG).map(|found| found.len()), Ok(1));
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
        make_stale(&lookup);
        addresses(&lookup, &name, LONG).expect("is found");
        assert_eq!(count.load(Ordering::SeqCst), 2);
        lookup.forget(&name);
        addresses(&lookup, &name, LONG).expect("is found");
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn an_old_result_serves_when_there_is_no_new_one() {
        let (lookup, count) = counting(Duration::ZERO, true);
        let name = origin("https://host.example/");
        let found = addresses(&lookup, &name, LONG).expect("is found");
        make_stale(&lookup);
        assert_eq!(addresses(&lookup, &name, LONG), Ok(found));
        lookup.forget(&name);
        assert_eq!(addresses(&lookup, &name, LONG), Err(NoAddress::Failed(Unresolved::for_good("no such name"))));
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn an_old_result_serves_when_no_thread_can_be_started() {
        let resolve = |_: &str, port| Ok(vec![SocketAddr::from(([127, 0, 0, 9], port))]);
        let first = AtomicUsize::new(0);
        let start_thread = move |body| match first.fetch_add(1, Ordering::SeqCst) {
            0 => start_quietly("test", body),
            _ => Err(io::ErrorKind::WouldBlock.into()),
        };
        let (resolve, start_thread) = (Box::new(resolve), Box::new(start_thread));
        let lookup = Arc::new(Lookup { table: Mutex::default(), resolve, start_thread });
        let name = origin("https://host.example/");
        let found = addresses(&lookup, &name, LONG).expect("is found");
        make_stale(&lookup);
        assert_eq!(addresses(&lookup, &name, LONG), Ok(found));
        lookup.forget(&name);
        let Err(NoAddress::Failed(why)) = addresses(&lookup, &name, LONG) else { panic!("nothing is known") };
        assert!(why.reason.contains("no thread could be started"), "{why:?}");
    }

    #[test]
    fn an_old_result_serves_when_the_resolver_does_not_answer() {
        let first = AtomicUsize::new(0);
        let lookup = Lookup::with(move |_, port| {
            if first.fetch_add(1, Ordering::SeqCst) > 0 {
                std::thread::sleep(Duration::from_secs(3));
            }
            Ok(vec![SocketAddr::from(([127, 0, 0, 9], port))])
        });
        let name = origin("https://host.example/");
        let found = addresses(&lookup, &name, LONG).expect("is found");
        make_stale(&lookup);
        let begin = Instant::now();
        assert_eq!(addresses(&lookup, &name, Duration::from_millis(800)), Ok(found));
        assert!(begin.elapsed() < Duration::from_millis(700), "time is left to connect");
    }

    #[test]
    fn many_callers_share_one_look_up() {
        let (lookup, count) = counting(Duration::from_millis(200), false);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| addresses(&lookup, &origin("https://host.example/"), LONG).expect("is found"));
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_look_up_that_outlives_its_caller_serves_the_next_one() {
        let (lookup, count) = counting(Duration::from_millis(300), false);
        let name = origin("https://host.example/");
        assert_eq!(addresses(&lookup, &name, Duration::from_millis(50)), Err(NoAddress::TimeUp));
        assert!(addresses(&lookup, &name, LONG).is_ok());
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_look_up_takes_no_signal() {
        let lookup = Lookup::with(|_, _| Err(Unresolved::for_good(format!("{:?}", crate::sys::signals_taken()))));
        let Err(NoAddress::Failed(Unresolved { reason: taken, .. })) =
            addresses(&lookup, &origin("https://host.example/"), LONG)
        else {
            panic!("the look-up fails with what it saw");
        };
        assert_eq!(taken, "[]");
    }
}
