//! The client: what a program calls. `endpoint` says what a call asks for, and `call` runs it.

mod answer;
mod call;
mod call_log;
mod endpoint;
mod request;
mod retry;

use std::sync::Arc;

use crate::auth::Access;
use crate::config::{Config, Settings};
use crate::error::{Error, ErrorKind};
use crate::http::{self, Http};
use crate::interrupt::{Cancelling, Interrupt};
use crate::model::Job;
use crate::sys::{self, PerProcess};
use call::Caller;
use endpoint::JobDetails;

/// Retrieves backup jobs. May be used by many threads at once; keeps connections and the access token between calls.
///
/// After `fork` it works in parent and child alike: the child makes connections of its own.
#[derive(Debug)]
pub struct Client {
    settings: Settings,
    cancelling: Arc<Cancelling>,
    state: PerProcess<PerProcessState>,
}

/// What a forked child does not share with its parent.
#[derive(Debug)]
struct PerProcessState {
    interrupt: Arc<Interrupt>,
    http: Http,
    access: Access,
}

impl PerProcessState {
    /// A new state for a forked child: no part of it is in use by a thread that the child does not have.
    fn renewed(&self, cancelling: &Arc<Cancelling>) -> Self {
        let interrupt = Arc::new(Interrupt::new(Arc::clone(cancelling)));
        Self { http: self.http.renewed(Arc::clone(&interrupt)), access: self.access.renewed(), interrupt }
    }
}

impl Client {
    /// Makes a client from `config`, and reads the files that `config` names. Sends nothing and starts no thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] with the name of the option that is missing, contradictory or malformed.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let (settings, credentials) = Settings::check(config)?;
        sys::watch_forks()
            .map_err(|error| Error::new(ErrorKind::Internal, format!("The system cannot watch for forks: {error}.")))?;
        http::prepare();
        let cancelling = Arc::new(Cancelling::default());
        let interrupt = Arc::new(Interrupt::new(Arc::clone(&cancelling)));
        let http = Http::new(&settings, Arc::clone(&interrupt))?;
        let state = PerProcess::new(PerProcessState {
            interrupt,
            http,
            access: Access::new(credentials, settings.log.clone()),
        });
        Ok(Self { settings, cancelling, state })
    }

    /// Retrieves the details of the job `job_id`, from the configured location if there is one.
    ///
    /// Blocks no longer than [`Config::timeout_ms`] says; that includes fetching a token and retries.
    ///
    /// # Errors
    ///
    /// See [`ErrorKind`]. An id that is empty, `.`, `..`, longer than 256 bytes or contains a control character is
    /// [`ErrorKind::InvalidArgument`], and nothing is sent.
    pub fn get_job(&self, job_id: &str) -> Result<Job, Error> {
        self.retrieve(job_id, self.settings.location.as_deref())
    }

    /// As [`Client::get_job`], from the named location of a Multi-Geo tenant, e.g. `EUR`.
    ///
    /// # Errors
    ///
    /// As [`Client::get_job`]; also [`ErrorKind::InvalidArgument`] for a location that is empty or not a plain word.
    pub fn get_job_at(&self, job_id: &str, location: &str) -> Result<Job, Error> {
        self.retrieve(job_id, Some(location))
    }

    /// Replaces the access token of a client that was configured with one. May be called from any thread. Calls under
    /// way keep the token they began with, unless the service refuses it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for a token that is empty or cannot be part of a header, [`ErrorKind::Config`]
    /// for a client that gets its tokens itself.
    pub fn set_access_token(&self, token: &str) -> Result<(), Error> {
        self.state().access.replace(token)
    }

    /// Ends every call of this client that is under way, whatever it waits for. New calls end at once, too, until
    /// [`Client::resume`]. May be called from any thread, and from a signal handler.
    pub fn cancel(&self) {
        self.cancelling.ask();
        if let Some(state) = self.state.existing() {
            state.interrupt.wake();
        }
    }

    /// Allows calls again after [`Client::cancel`]; first waits until the cancelled calls have ended. May be called
    /// from any thread, but not from a signal handler.
    pub fn resume(&self) {
        self.state().interrupt.resume();
    }

    fn state(&self) -> &PerProcessState {
        self.state.get_or_renew(|inherited| inherited.renewed(&self.cancelling))
    }

    fn retrieve(&self, job_id: &str, location: Option<&str>) -> Result<Job, Error> {
        let endpoint = JobDetails { id: job_id };
        let request = endpoint.request(&self.settings.base_url, location);
        self.caller().run(&endpoint, request)
    }

    fn caller(&self) -> Caller<'_> {
        let PerProcessState { interrupt, http, access } = self.state();
        Caller { settings: &self.settings, interrupt, http, access }
    }
}

impl Job {
    /// Reads an envelope that was saved: the JSON text of a whole answer of the service.
    ///
    /// # Errors
    ///
    /// As for an answer over HTTP 200: [`ErrorKind::Protocol`] for a text that is not JSON or has not the documented
    /// shape, [`ErrorKind::NotFound`] for an envelope without a job, and the kind that belongs to the envelope's own
    /// status.
    pub fn from_envelope(json: &[u8]) -> Result<Self, Error> {
        answer::read_saved::<JobDetails<'_>>(&"The saved answer", json).map_err(|failed| failed.error)
    }
}
