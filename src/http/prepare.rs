//! Makes the values that the underlying libraries make once in a process, at its first request.
//!
//! While one thread makes such a value, the other threads wait for it. A child that is forked at that moment does not
//! have that thread, so its own first request would wait for ever. So the first client makes all of these values, and
//! no fork can happen meanwhile.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use ring::rand::{SecureRandom, SystemRandom};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::sys::without_fork;

/// Makes the values. Does nothing after the first time.
pub(crate) fn prepare() {
    // Not a `Once`, which would have the same problem.
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.load(SeqCst) {
        return;
    }
    without_fork(|| {
        // ureq makes its value at the start of any request, even of one that fails. This request ends before it
        // connects.
        let config = ureq::Agent::config_builder().proxy(None).build();
        let _no_answer = ureq::Agent::with_parts(config, (), Nowhere).get("http://localhost").call();
        // On a system without the call `getrandom`, ring opens a file and keeps it open. If that fails, the first TLS
        // connection fails, too, and reports it.
        let _no_matter = SystemRandom::new().fill(&mut [0]);
    });
    DONE.store(true, SeqCst);
}

/// A resolver that knows no host.
#[derive(Debug)]
struct Nowhere;

impl Resolver for Nowhere {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        Err(ureq::Error::HostNotFound)
    }
}
