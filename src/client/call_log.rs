//! Writes the lines of the log that are about a call as a whole.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Instant;

use super::endpoint::Endpoint;
use super::request::Request;
use crate::auth::Token;
use crate::error::Error;
use crate::log::Log;
use crate::secret::conceal;

/// What these lines need to know of a call. Nothing is kept while the log is off.
pub(super) struct CallLog<'a> {
    /// `None` while the log is off.
    log: Option<(&'a Log, Instant)>,
    /// Method and path; `None` if no request could be made.
    asked: Option<String>,
    /// The HTTP status of the last answer from the service (not from the identity service).
    status: Option<u16>,
    /// The token that was sent last: a server may echo it.
    token: Option<Arc<Token>>,
    pub(super) attempts: u32,
}

impl<'a> CallLog<'a> {
    pub(super) fn begin(log: &'a Log) -> Self {
        let log = log.is_on().then(|| (log, Instant::now()));
        Self { log, asked: None, status: None, token: None, attempts: 0 }
    }

    pub(super) fn asks(&mut self, request: &Request) {
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

    pub(super) fn end<E: Endpoint>(self, endpoint: &E, result: &Result<E::Output, Error>) {
        let Some((log, begin)) = self.log else { return };
        match result {
            Ok(output) => {
                self.call(log, begin, self.status, E::request_id(output), "");
                if let Some(warning) = endpoint.warning(output, |text| self.without_token(text)) {
                    log.warn(|| warning);
                }
            }
            Err(error) => {
                self.call(log, begin, error.http_status(), error.request_id(), &format!(", {:?}", error.kind()));
                log.error(|| error.message().to_owned());
            }
        }
    }

    /// The line about the call, if there was one.
    fn call(&self, log: &Log, begin: Instant, status: Option<u16>, request_id: Option<&str>, kind: &str) {
        let Some(asked) = &self.asked else { return };
        log.info(|| {
            let status = status.map_or_else(|| "no answer".to_owned(), |status| format!("status {status}"));
            let (ms, attempts) = (begin.elapsed().as_millis(), self.attempts);
            let request_id = request_id.map_or("none".into(), |id| self.without_token(id));
            format!("{asked}: {status}{kind}, {ms} ms, attempts {attempts}, request id {request_id}")
        });
    }

    /// A text of the service, with the token hidden.
    fn without_token<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.token {
            Some(token) => conceal(text, token.expose()),
            None => Cow::Borrowed(text),
        }
    }
}
