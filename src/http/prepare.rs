//! What the libraries below make once in a process, with the first request: made before there is a thread to hold it.
//!
//! While one thread makes such a value the others wait for it. A child that is forked at that moment does not have the
//! thread, and its own first request would wait for ever. So the first client makes all of them, and no fork happens
//! meanwhile.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use ring::rand::{SecureRandom, SystemRandom};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use crate::sys::without_fork;

/// Makes them, the first time.
pub(crate) fn prepare() {
    // Not a `Once`, which would be one more of these values.
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.load(SeqCst) {
        return;
    }
    without_fork(|| {
        // ureq makes one for every request that it runs, whatever becomes of it: this one ends before it connects.
        let config = ureq::Agent::config_builder().proxy(None).build();
        let _no_answer = ureq::Agent::with_parts(config, (), Nowhere).get("http://localhost").call();
        // On a system without the call `getrandom` it opens the file that it reads from then on. If it fails, the first
        // TLS connection fails too, and says so.
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
