//! What is behind a client: the part that clients share, and what each of them has for itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;

use super::call::Caller;
use crate::auth::Access;
use crate::config::{Credentials, Settings};
use crate::error::Error;
use crate::http::Http;
use crate::interrupt::{Cancelling, Interrupt};
use crate::sys::PerProcess;

/// A time and a cancel of its own, on connections and a token that other handles may share.
#[derive(Debug)]
pub(super) struct Handle {
    common: Arc<Common>,
    timeout_ms: AtomicU32,
    cancelling: Arc<Cancelling>,
    interrupt: PerProcess<Interrupt>,
}

/// What handles share.
#[derive(Debug)]
struct Common {
    settings: Settings,
    state: PerProcess<PerProcessState>,
}

/// What a forked child does not share with its parent.
#[derive(Debug)]
struct PerProcessState {
    http: Http,
    access: Access,
}

impl PerProcessState {
    /// A new state for a forked child: no part of it is in use by a thread that the child does not have.
    fn renewed(&self) -> Self {
        Self { http: self.http.renewed(), access: self.access.renewed() }
    }
}

impl Handle {
    pub(super) fn new(settings: Settings, credentials: Credentials) -> Result<Self, Error> {
        let http = Http::new(&settings)?;
        let access = Access::new(credentials, settings.log.clone());
        // It was set in milliseconds, as 32 bits.
        let timeout_ms = u32::try_from(settings.timeout.as_millis()).unwrap_or(u32::MAX);
        let state = PerProcess::new(PerProcessState { http, access });
        Ok(Self::with(Arc::new(Common { settings, state }), timeout_ms))
    }

    fn with(common: Arc<Common>, timeout_ms: u32) -> Self {
        let cancelling = Arc::new(Cancelling::default());
        let interrupt = PerProcess::new(Interrupt::new(Arc::clone(&cancelling)));
        Self { common, timeout_ms: AtomicU32::new(timeout_ms), cancelling, interrupt }
    }

    /// Another handle on the same connections and token. It is not cancelled, and begins with the time of this one.
    pub(super) fn share(&self) -> Self {
        Self::with(Arc::clone(&self.common), self.timeout_ms.load(Relaxed))
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.common.settings
    }

    pub(super) fn access(&self) -> &Access {
        &self.state().access
    }

    /// Writes an error to the log that no request has written.
    pub(super) fn logged(&self, error: Error) -> Error {
        self.settings().log.error(|| error.message().to_owned());
        error
    }

    pub(super) fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms.load(Relaxed).into())
    }

    pub(super) fn set_timeout_ms(&self, ms: u32) {
        self.timeout_ms.store(ms, Relaxed);
    }

    pub(super) fn caller(&self) -> Caller<'_> {
        let PerProcessState { http, access } = self.state();
        Caller { settings: self.settings(), timeout: self.timeout(), interrupt: self.interrupt(), http, access }
    }

    /// Callable from a signal handler.
    pub(super) fn cancel(&self) {
        self.cancelling.ask();
        if let Some(interrupt) = self.interrupt.existing() {
            interrupt.wake();
        }
    }

    pub(super) fn resume(&self) {
        self.interrupt().resume();
    }

    pub(super) fn interrupt(&self) -> &Interrupt {
        self.interrupt.get_or_renew(|_| Interrupt::new(Arc::clone(&self.cancelling)))
    }

    fn state(&self) -> &PerProcessState {
        self.common.state.get_or_renew(PerProcessState::renewed)
    }
}
