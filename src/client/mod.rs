//! The client: what a program calls. `endpoint` says what a call asks for, `call` runs it, and `pages` makes a list out
//! of many calls.

mod answer;
mod call;
mod call_log;
mod endpoint;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod handle;
mod job_iter;
mod next_link;
mod pages;
mod random;
mod request;
mod retry;
mod seen;
mod summarize;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use crate::config::{Config, Settings};
use crate::error::{Error, ErrorKind};
use crate::http;
use crate::model::{Job, JobSummary};
use crate::query::Query;
use crate::sys;
use endpoint::JobDetails;
use handle::Handle;

pub use job_iter::JobIter;

/// Retrieves backup jobs. May be used by many threads at once; keeps connections and the access token between calls.
///
/// After `fork` it works in parent and child alike: the child makes connections of its own.
#[derive(Debug)]
pub struct Client(Arc<Handle>);

impl Client {
    /// Makes a client from `config`, and reads the files that `config` names. Sends nothing and starts no thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] with the name of the option that is missing, contradictory or malformed.
    pub fn new(config: &Config) -> Result<Self, Error> {
        let (settings, credentials) = Settings::check(config)?;
        sys::prepare_process()
            .map_err(|error| Error::new(ErrorKind::Internal, format!("The system cannot watch for forks: {error}.")))?;
        http::prepare();
        Ok(Self(Arc::new(Handle::new(settings, credentials)?)))
    }

    /// Another client on the same connections, access token and look-ups, with a time and a cancel of its own: one for
    /// each thread that has to be stopped alone. It begins with the time of this client, and is not cancelled. The two
    /// may be dropped in any order.
    #[must_use]
    pub fn share(&self) -> Self {
        Self(Arc::new(self.0.share()))
    }

    /// Sets the time for a whole call, retries included, as [`Config::timeout_ms`] does. Counts for calls of this client
    /// that begin from now on. May be called from any thread.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for 0.
    pub fn set_timeout_ms(&self, ms: u32) -> Result<(), Error> {
        if ms == 0 {
            return Err(Error::new(ErrorKind::InvalidArgument, "The timeout is 0 ms: allow at least 1 ms."));
        }
        self.0.set_timeout_ms(ms);
        Ok(())
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
        self.retrieve(job_id, self.0.settings().location.as_deref())
    }

    /// As [`Client::get_job`], from the named location of a Multi-Geo tenant, e.g. `EUR`.
    ///
    /// # Errors
    ///
    /// As [`Client::get_job`]; also [`ErrorKind::InvalidArgument`] for a location that is empty or not a plain word.
    pub fn get_job_at(&self, job_id: &str, location: &str) -> Result<Job, Error> {
        self.retrieve(job_id, Some(location))
    }

    /// Lists the jobs that `query` means, in the service's order. Fetches the first page; the iterator fetches the others.
    ///
    /// The jobs have no member that says their type, their kind of objects or their location: that is known only from
    /// the query. [`Client::get_job`] may not find a job of another location unless the location is named.
    ///
    /// # Errors
    ///
    /// As [`Client::get_job`]; [`ErrorKind::InvalidArgument`] for a query whose time begins after its end.
    pub fn list_jobs(&self, query: &Query) -> Result<JobIter, Error> {
        JobIter::new(&self.0, query)
    }

    /// Lists all jobs that `query` means and says what they have to say together. All pages are read within the time of
    /// one call. The memory does not grow with the number of jobs, except for 16 bytes for each that tell it from others.
    ///
    /// # Errors
    ///
    /// As [`Client::list_jobs`]. A page that fails fails the whole summary. An incomplete list is no error:
    /// [`JobSummary::is_complete`].
    pub fn summarize_jobs(&self, query: &Query) -> Result<JobSummary, Error> {
        summarize::summarize(&self.0, query)
    }

    /// Waits until the job `job_id` is in a state that [will not change](crate::JobState::is_terminal), and returns it
    /// then. Asks for it every `poll_interval`, 30 s if that is zero, give or take a tenth, or after the time that the
    /// service asked for. A failure that may pass by itself ([`Error::is_retryable`]) does not end the wait. A duration of
    /// more than 49 days counts as 49 days.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`] when `timeout` is over; the message names the last state. Any error that is not retryable.
    /// [`ErrorKind::InvalidArgument`] for a `timeout` of zero.
    pub fn wait_job(&self, job_id: &str, poll_interval: Duration, timeout: Duration) -> Result<Job, Error> {
        wait::wait(&self.0, job_id, self.0.settings().location.as_deref(), poll_interval, timeout)
    }

    /// As [`Client::wait_job`], for a job in the named location of a Multi-Geo tenant.
    ///
    /// # Errors
    ///
    /// As [`Client::wait_job`] and [`Client::get_job_at`].
    pub fn wait_job_at(
        &self,
        job_id: &str,
        location: &str,
        poll_interval: Duration,
        timeout: Duration,
    ) -> Result<Job, Error> {
        wait::wait(&self.0, job_id, Some(location), poll_interval, timeout)
    }

    /// Replaces the access token of a client that was configured with one. May be called from any thread. Calls under
    /// way keep the token they began with, unless the service refuses it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for a token that is empty or cannot be part of a header, [`ErrorKind::Config`]
    /// for a client that gets its tokens itself.
    pub fn set_access_token(&self, token: &str) -> Result<(), Error> {
        self.0.access().replace(token)
    }

    /// Ends every call of this client that is under way, whatever it waits for. New calls end at once, too, until
    /// [`Client::resume`]. May be called from any thread, and from a signal handler.
    pub fn cancel(&self) {
        self.0.cancel();
    }

    /// Allows calls again after [`Client::cancel`]; first waits until the cancelled calls have ended. May be called
    /// from any thread, but not from a signal handler.
    pub fn resume(&self) {
        self.0.resume();
    }

    fn retrieve(&self, job_id: &str, location: Option<&str>) -> Result<Job, Error> {
        let caller = self.0.caller();
        let endpoint = JobDetails { id: job_id };
        let request = endpoint.request(&caller.settings.base_url, location);
        caller.run(&endpoint, request)
    }
}

impl Job {
    /// Reads an envelope that was saved: the JSON text of a whole answer of the service.
    ///
    /// # Errors
    ///
    /// As for an answer over HTTP 200: [`ErrorKind::Protocol`] for a text that is not JSON or has not the documented
    /// shape, [`ErrorKind::NotFound`] for an envelope without a job, and the kind that belongs to the envelope's own
    /// status. No error is retryable.
    pub fn from_envelope(json: &[u8]) -> Result<Self, Error> {
        let read = answer::read_saved(&JobDetails { id: "" }, &"The saved answer", json);
        // The text stays as it is, so reading it again makes no sense.
        read.map_err(|failed| failed.error.with_retryable(false))
    }
}
