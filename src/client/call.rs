//! What the log says of a call as a whole.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use super::request::JobRequest;
use crate::auth::Token;
use crate::error::Error;
use crate::log::Log;
use crate::model::Job;
use crate::quote::beginning;
use crate::secret::conceal;

/// A call under way. Nothing is kept of it while nobody listens.
pub(super) struct Call<'a> {
    /// `None` while the log is off.
    log: Option<(&'a Log, Instant)>,
    /// Method and path; `None` as long as nothing could be asked.
    asked: Option<String>,
    /// The HTTP status of the last answer of the service itself.
    status: Option<u16>,
    /// The token that was sent last: a server may echo it.
    token: Option<Arc<Token>>,
    pub(super) attempts: u32,
}

impl<'a> Call<'a> {
    pub(super) fn begin(log: &'a Log) -> Self {
        let log = log.is_on().then(|| (log, Instant::now()));
        Self { log, asked: None, status: None, token: None, attempts: 0 }
    }

    pub(super) fn asks(&mut self, request: &JobRequest) {
        if self.log.is_some() {
            self.asked = Some(request.method_and_path());
        }
    }

    pub(super) fn answered(&mut self, status: u16, token: &Arc<Token>) {
        if self.log.is_some() {
            self.status = Some(status);
            self.token = Some(Arc::clone(token));
        }
    }

    pub(super) fn end(self, job_id: &str, result: &Result<Job, Error>) {
        let Some((log, begin)) = self.log else { return };
        if let Some(asked) = &self.asked {
            let (status, request_id, kind) = match result {
                Ok(job) => (self.status, job.request_id(), String::new()),
                Err(error) => (error.http_status(), error.request_id(), format!(", {:?}", error.kind())),
            };
            log.info(|| {
                let status = status.map_or_else(|| "no answer".to_owned(), |status| format!("status {status}"));
                let (ms, attempts) = (begin.elapsed().as_millis(), self.attempts);
                let request_id = request_id.map_or("none".into(), |id| self.without_token(id));
                format!("{asked}: {status}{kind}, {ms} ms, attempts {attempts}, request id {request_id}")
            });
        }
        match result {
            Ok(job) => self.warn_of_another_job(log, job_id, job),
            Err(error) => log.error(|| error.message().to_owned()),
        }
    }

    /// The service may write an id in its own way, so another one is no error; but it should be looked after.
    fn warn_of_another_job(&self, log: &Log, asked: &str, job: &Job) {
        let Some(id) = job.id().filter(|id| !id.trim().eq_ignore_ascii_case(asked.trim())) else { return };
        let id = self.without_token(id);
        log.warn(|| {
            format!(
                "The answer about the job {:?} is about the job {:?}: what is between this program and the service?",
                beginning(asked, 40),
                beginning(&id, 40)
            )
        });
    }

    /// A text of the service as it may be shown.
    fn without_token<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.token {
            Some(token) => conceal(text, token.expose()),
            None => Cow::Borrowed(text),
        }
    }
}
