//! Host names to addresses: at most one look-up of a name at a time, its result kept for a while.
//!
//! ureq asks its resolver before it asks its pool, for every request, and starts a thread each time. Here the resolver
//! ([`Never`]) answers nothing, and [`super::connection::Dial`] looks a name up when a connection has to be made.

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::thread;

/// How long a result is used without asking again.
const FRESH: Duration = Duration::from_secs(60);

/// The system's resolver, or a test's.
type Resolve = dyn Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync;

/// ureq's resolver, which is asked for every request and therefore does nothing.
#[derive(Debug)]
pub(super) struct Never;

impl Resolver for Never {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Ok(self.empty())
    }
}

/// Why there are no addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoAddress {
    Failed(String),
    TimeUp,
}

/// The names that were looked up.
pub(super) struct Lookup {
    shared: Arc<Shared>,
    resolve: Arc<Resolve>,
}

#[derive(Default)]
struct Shared {
    names: Mutex<HashMap<(String, u16), Name>>,
    ended: Condvar,
}

#[derive(Default)]
struct Name {
    under_way: bool,
    /// How many look-ups have ended, and why the last one failed, if it did.
    ended: u64,
    failure: Option<String>,
    /// What the last successful look-up found, and when. Used beyond its time if a new look-up fails.
    found: Option<(Vec<SocketAddr>, Instant)>,
}

impl Default for Lookup {
    fn default() -> Self {
        Self::with(|host, port| Ok((host, port).to_socket_addrs()?.collect()))
    }
}

impl Lookup {
    fn with(resolve: impl Fn(&str, u16) -> io::Result<Vec<SocketAddr>> + Send + Sync + 'static) -> Self {
        Self { shared: Arc::default(), resolve: Arc::new(resolve) }
    }

    /// The addresses of the host in `uri`, after at most `allowed`. A look-up that takes longer goes on, and the next
    /// caller has its result.
    pub(super) fn addresses(&self, uri: &Uri, allowed: Duration) -> Result<Vec<SocketAddr>, NoAddress> {
        let (host, port) = host_and_port(uri).ok_or_else(|| NoAddress::Failed("the URL names no host".to_owned()))?;
        if let Ok(address) = host.parse::<IpAddr>() {
            return Ok(vec![SocketAddr::new(address, port)]);
        }
        let until = Instant::now().checked_add(allowed);
        let key = (host.to_owned(), port);
        let mut names = self.shared.lock();
        let name = names.entry(key.clone()).or_default();
        if let Some((addresses, at)) = &name.found
            && at.elapsed() < FRESH
        {
            return Ok(addresses.clone());
        }
        let waited_for = name.ended + 1;
        if !name.under_way {
            self.start(&key).map_err(|error| NoAddress::Failed(format!("no thread could be started: {error}")))?;
            name.under_way = true;
        }
        let left = until.map_or(Duration::MAX, |until| until.saturating_duration_since(Instant::now()));
        let (names, _) = self
            .shared
            .ended
            .wait_timeout_while(names, left, |names| names.get(&key).is_some_and(|name| name.ended < waited_for))
            .unwrap_or_else(PoisonError::into_inner);
        match names.get(&key) {
            Some(name) if name.ended < waited_for => name.addresses().ok_or(NoAddress::TimeUp),
            Some(name) => name.addresses().ok_or_else(|| NoAddress::Failed(name.failure.clone().unwrap_or_default())),
            None => Err(NoAddress::Failed("the name was dropped meanwhile".to_owned())),
        }
    }

    /// Connecting to what was found has failed: the next connection asks again.
    pub(super) fn forget(&self, uri: &Uri) {
        if let Some((host, port)) = host_and_port(uri)
            && let Some(name) = self.shared.lock().get_mut(&(host.to_owned(), port))
        {
            name.found = None;
        }
    }

    /// Starts a look-up on a thread of its own, for the system's resolver has no deadline.
    fn start(&self, (host, port): &(String, u16)) -> io::Result<()> {
        let (shared, resolve, host, port) = (Arc::clone(&self.shared), Arc::clone(&self.resolve), host.clone(), *port);
        thread::start_quietly("cbj-lookup", move || {
            let result = resolve(&host, port).map_err(|error| error.to_string());
            let mut names = shared.lock();
            let name = names.entry((host, port)).or_default();
            name.under_way = false;
            name.ended += 1;
            match result {
                Ok(addresses) if addresses.is_empty() => name.failure = Some("it has no address".to_owned()),
                Ok(addresses) => (name.found, name.failure) = (Some((addresses, Instant::now())), None),
                Err(reason) => name.failure = Some(reason),
            }
            drop(names);
            shared.ended.notify_all();
        })
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, HashMap<(String, u16), Name>> {
        // No code that can panic runs under the lock.
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Name {
    fn addresses(&self) -> Option<Vec<SocketAddr>> {
        self.found.as_ref().map(|(addresses, _)| addresses.clone())
    }
}

/// The host as the resolver takes it, without the brackets of IPv6, and the port.
fn host_and_port(uri: &Uri) -> Option<(&str, u16)> {
    let host = uri.host()?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let default_port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    Some((bare, uri.port_u16().unwrap_or(default_port)))
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

    fn uri(text: &str) -> Uri {
        text.parse().expect("is a URI")
    }

    /// A look-up that counts, takes its time, and fails from the second on if `fails` says so.
    fn counting(time: Duration, fails: bool) -> (Lookup, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&count);
        let lookup = Lookup::with(move |_, port| {
            let before = counted.fetch_add(1, Ordering::SeqCst);
            std::thread::sleep(time);
            if fails && before > 0 {
                return Err(io::Error::other("no such name"));
            }
            Ok(vec![SocketAddr::from(([127, 0, 0, 9], port))])
        });
        (lookup, count)
    }

    fn make_stale(lookup: &Lookup) {
        for name in lookup.shared.lock().values_mut() {
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
            assert_eq!(lookup.addresses(&uri(text), LONG), Ok(vec![address.parse().expect("is an address")]));
        }
        assert_eq!(count.load(Ordering::SeqCst), 0);
    }

    #[test]
    fn a_result_is_kept_until_it_is_old_or_useless() {
        let (lookup, count) = counting(Duration::ZERO, false);
        let name = uri("https://host.example/");
        for _ in 0..3 {
            assert_eq!(lookup.addresses(&name, LONG).map(|found| found.len()), Ok(1));
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
        make_stale(&lookup);
        lookup.addresses(&name, LONG).expect("is found");
        assert_eq!(count.load(Ordering::SeqCst), 2);
        lookup.forget(&name);
        lookup.addresses(&name, LONG).expect("is found");
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn an_old_result_serves_when_there_is_no_new_one() {
        let (lookup, count) = counting(Duration::ZERO, true);
        let name = uri("https://host.example/");
        let found = lookup.addresses(&name, LONG).expect("is found");
        make_stale(&lookup);
        assert_eq!(lookup.addresses(&name, LONG), Ok(found));
        lookup.forget(&name);
        assert_eq!(lookup.addresses(&name, LONG), Err(NoAddress::Failed("no such name".to_owned())));
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn many_callers_share_one_look_up() {
        let (lookup, count) = counting(Duration::from_millis(200), false);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| lookup.addresses(&uri("https://host.example/"), LONG).expect("is found"));
            }
        });
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_look_up_that_outlives_its_caller_serves_the_next_one() {
        let (lookup, count) = counting(Duration::from_millis(300), false);
        let name = uri("https://host.example/");
        assert_eq!(lookup.addresses(&name, Duration::from_millis(50)), Err(NoAddress::TimeUp));
        assert!(lookup.addresses(&name, LONG).is_ok());
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_look_up_runs_with_every_signal_blocked() {
        let lookup = Lookup::with(|_, _| {
            let status = std::fs::read_to_string("/proc/thread-self/status")?;
            let blocked = status.lines().find_map(|line| line.strip_prefix("SigBlk:")).unwrap_or_default();
            Err(io::Error::other(blocked.trim().to_owned()))
        });
        let Err(NoAddress::Failed(blocked)) = lookup.addresses(&uri("https://host.example/"), LONG) else {
            panic!("the look-up fails with what it saw");
        };
        let blocked = u64::from_str_radix(&blocked, 16).expect("is a mask");
        // SIGKILL (9) and SIGSTOP (19) cannot be blocked, and the C library keeps 32 and 33 for itself.
        let unblockable = (1 << 8) | (1 << 18) | (1 << 31) | (1 << 32);
        assert_eq!(blocked | unblockable, u64::MAX);
    }
}
