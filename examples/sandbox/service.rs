//! A server in place of the job endpoints of Cloud Backup for Microsoft 365 and its identity service, over real HTTP on
//! loopback.
//!
//! It is not affiliated with the vendor. Where strictness reveals a mistake of a client, it is stricter than a real
//! service. A sandbox lives until the process ends, because its HTTP server cannot be stopped.

#![allow(dead_code, unused_imports, reason = "several programs include it, and each uses only a part")]

#[path = "endpoint.rs"]
mod endpoint;
#[path = "history.rs"]
mod history;
#[path = "identity.rs"]
mod identity;
#[path = "jobs.rs"]
mod jobs;
#[path = "list.rs"]
mod list;
#[path = "options.rs"]
mod options;
#[path = "plans.rs"]
mod plans;
#[path = "query.rs"]
mod query;
#[path = "reply.rs"]
mod reply;
#[path = "run.rs"]
mod run;
#[path = "wire.rs"]
mod wire;

use self::endpoint::{JobEndpoint, Route};
pub use self::history::{HISTORY_DAYS, history};
use self::identity::Identity;
pub use self::jobs::*;
pub use self::list::{ELSEWHERE, LIST_PATH};
pub use self::options::{Named, NextLink, Options, Order, PERMISSION, Total};
pub use self::plans::{
    BACKUP, EXCHANGE_ONLINE, GROUPS, ONEDRIVE, POWER_BI, RESTORE, SHAREPOINT_ONLINE, TEAMS, TEAMS_CHAT,
};
pub use self::run::{CENTRAL_LOCATION, Counts, JobError, Run, State};
use oxhttp::Server;
use oxhttp::model::{Body, Method, Request, Response};
use std::collections::VecDeque;
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How many free ports to try. Another process may take a port right after it was found free.
const PORT_ATTEMPTS: usize = 16;

/// How many requests a sandbox remembers: enough for every test, and a sandbox that runs for months does not grow.
const REMEMBERED_REQUESTS: usize = 1000;

/// A request to the job endpoints, as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Path and query as sent.
    pub target: String,
    /// Names in lower case, and values as sent.
    pub headers: Vec<(String, String)>,
}

impl Seen {
    fn of(request: &Request<Body>) -> Self {
        let target = request.uri().path_and_query();
        let headers = request.headers().iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), value.into_owned())
        });
        Self { target: target.map_or_else(String::new, ToString::to_string), headers: headers.collect() }
    }

    /// The first value of a header. `name` is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A handle to a running sandbox. Clones share the sandbox.
#[derive(Clone)]
pub struct Sandbox {
    port: u16,
    service: Arc<Service>,
}

impl Sandbox {
    /// Starts a sandbox on loopback. It is ready for requests when this returns.
    pub fn start(options: Options) -> std::io::Result<Sandbox> {
        let service = Arc::new(Service::new(&options));
        let port = match options.port {
            0 => spawn_on_free_port(&service)?,
            port => spawn(&service, port)?,
        };
        Ok(Sandbox { port, service })
    }

    /// The base URL to configure.
    pub fn base_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The token URL to configure.
    pub fn identity_url(&self) -> String {
        format!("{}/connect/token", self.base_url())
    }

    /// Sets the time to wait before each answer, for requests that arrive from now on.
    pub fn set_latency(&self, latency: Duration) {
        *lock(&self.service.latency) = latency;
    }

    /// A valid access token, for a program that gets its tokens elsewhere. Does not count as a token request.
    pub fn issue_token(&self) -> String {
        self.service.identity.issue_for_all_scopes()
    }

    /// From now on, all tokens issued so far are answered with 401.
    pub fn revoke_tokens(&self) {
        self.service.identity.revoke_all();
    }

    /// The number of requests to the identity service, including refused ones.
    pub fn token_requests(&self) -> usize {
        self.service.token_requests.load(Ordering::SeqCst)
    }

    /// The number of all other requests, including refused ones and those with wrong paths.
    pub fn job_requests(&self) -> usize {
        self.service.job_requests.load(Ordering::SeqCst)
    }

    /// The last of the requests that [`job_requests`](Self::job_requests) counts.
    pub fn last_request(&self) -> Option<Seen> {
        lock(&self.service.requests).back().cloned()
    }

    /// The last 1000 of the requests that [`job_requests`](Self::job_requests) counts, the latest one at the end.
    pub fn requests(&self) -> Vec<Seen> {
        lock(&self.service.requests).iter().cloned().collect()
    }

    /// All jobs of the history, in the order of the list.
    pub fn runs(&self) -> &[Run] {
        self.service.endpoint.list().runs()
    }
}

/// The HTTP server does not say which port it got, so this looks for a free port first. Another process may take the port
/// in between.
fn spawn_on_free_port(service: &Arc<Service>) -> std::io::Result<u16> {
    let mut outcome = Err(Error::from(ErrorKind::AddrInUse));
    for _ in 0..PORT_ATTEMPTS {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        outcome = spawn(service, port);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn spawn(service: &Arc<Service>, port: u16) -> std::io::Result<u16> {
    let service = Arc::clone(service);
    // No timeout, because after one the HTTP server would write an error into idle connections.
    Server::new(move |request| service.answer(request)).bind((Ipv4Addr::LOCALHOST, port)).spawn().map(|_| port)
}

/// A thread that panics with a lock held leaves no half-changed value: nothing that can panic runs between two changes.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Service {
    identity: Identity,
    endpoint: JobEndpoint,
    latency: Mutex<Duration>,
    token_requests: AtomicUsize,
    job_requests: AtomicUsize,
    requests: Mutex<VecDeque<Seen>>,
}

impl Service {
    fn new(options: &Options) -> Self {
        Self {
            identity: Identity::new(options),
            endpoint: JobEndpoint::new(options),
            latency: Mutex::new(options.latency),
            token_requests: AtomicUsize::new(0),
            job_requests: AtomicUsize::new(0),
            requests: Mutex::default(),
        }
    }

    fn answer(&self, request: &mut Request<Body>) -> Response<Body> {
        let latency = *lock(&self.latency);
        let mut response = match Route::of(request.uri().path()) {
            Route::Token => {
                self.token_requests.fetch_add(1, Ordering::SeqCst);
                self.identity.answer(request)
            }
            route => {
                let number = self.job_requests.fetch_add(1, Ordering::SeqCst) + 1;
                self.remember(Seen::of(request));
                self.endpoint.answer(&route, request, number, &self.identity)
            }
        };
        if request.method() == Method::HEAD {
            // The HTTP server would send the body, and the client would take it for the next answer.
            *response.body_mut() = Body::empty();
        }
        thread::sleep(latency);
        response
    }

    fn remember(&self, request: Seen) {
        let mut requests = lock(&self.requests);
        if requests.len() == REMEMBERED_REQUESTS {
            requests.pop_front();
        }
        requests.push_back(request);
    }
}
