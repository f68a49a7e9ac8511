//! Runs a call, the same way for every endpoint: one deadline, a token, a new token after 401, retries, the log,
//! cancel.

use std::sync::Arc;
use std::time::Duration;

use ureq::http::{Method, header};

use super::answer;
use super::call_log::CallLog;
use super::endpoint::Endpoint;
use super::request::Request;
use super::retry;
use crate::auth::{Access, Token};
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::http::{Answer, Attempt, Deadline, Http};
use crate::interrupt::Interrupt;
use crate::policy::{Asked, Words};
use crate::report::{self, Failed};

/// What every call uses.
pub(super) struct Caller<'a> {
    pub(super) settings: &'a Settings,
    /// For a whole call.
    pub(super) timeout: Duration,
    pub(super) interrupt: &'a Interrupt,
    pub(super) http: &'a Http,
    pub(super) access: &'a Access,
}

/// Reads an answer to the request, and keeps what it says, without the token that was sent.
type Read<'r> = dyn FnMut(&Request, &Answer, &str) -> Result<(), Failed> + 'r;

impl Caller<'_> {
    /// Runs the call of `endpoint`, and writes its log. `request` is an error if no request could be made.
    pub(super) fn run<E: Endpoint>(&self, endpoint: &E, request: Result<Request, Error>) -> Result<E::Output, Error> {
        self.run_until(Deadline::after(self.timeout), endpoint, request)
    }

    /// As [`Self::run`], for a call that has only the time until `deadline`.
    pub(super) fn run_until<E: Endpoint>(
        &self,
        deadline: Deadline,
        endpoint: &E,
        request: Result<Request, Error>,
    ) -> Result<E::Output, Error> {
        let mut log = CallLog::begin(&self.settings.log);
        // The output goes into a place of its own. So the rest of a call is the same machine code for every endpoint.
        let mut output = None;
        let mut read = |request: &Request, answer: &Answer, token: &str| {
            let mut found = answer::read(endpoint, request, answer)?;
            E::forget_echo(&mut found, token);
            output = Some(found);
            Ok(())
        };
        let result = request.and_then(|request| self.call(deadline, E::WORDS, &request, &mut read, &mut log));
        let result = result.map(|()| output.expect("a call succeeds only when its answer was read"));
        log.end(endpoint, &result);
        result
    }

    fn call(
        &self,
        deadline: Deadline,
        words: &'static Words,
        request: &Request,
        read: &mut Read<'_>,
        log: &mut CallLog,
    ) -> Result<(), Error> {
        log.asks(request);
        let asked = Asked::Service(words);
        let _call =
            self.interrupt.enter().map_err(|stop| report::failure(request, asked, &stop.into(), &deadline).error)?;
        let rules =
            retry::Rules { subject: request, asked, max_retries: self.settings.max_retries, log: &self.settings.log };
        let (result, attempts) =
            retry::run(&rules, deadline, self.interrupt, |attempt| self.attempt(asked, request, read, attempt, log));
        log.attempts = attempts;
        result
    }

    /// Sends the request. Sends it again if the service refuses the token and there is another token to try.
    fn attempt(
        &self,
        asked: Asked,
        request: &Request,
        read: &mut Read<'_>,
        attempt: &Attempt,
        log: &mut CallLog,
    ) -> Result<(), Failed> {
        let token = self.access.token(self.http, attempt)?;
        match self.ask(asked, request, read, &token, attempt, log) {
            Err(failed) if failed.error.http_status() == Some(401) && self.access.refused(&token) => {
                let token = self.access.token(self.http, attempt)?;
                self.ask(asked, request, read, &token, attempt, log)
            }
            result => result,
        }
    }

    fn ask(
        &self,
        asked: Asked,
        request: &Request,
        read: &mut Read<'_>,
        token: &Arc<Token>,
        attempt: &Attempt,
        log: &mut CallLog,
    ) -> Result<(), Failed> {
        let authorization = token.bearer().ok_or_else(|| {
            let message = format!("{request}: the token cannot be part of a header.");
            Failed::permanent(Error::new(ErrorKind::Internal, message))
        })?;
        let mut http_request = self.settings.base_url.request_for(Method::GET, request.uri().clone());
        http_request.headers_mut().insert(header::AUTHORIZATION, authorization.clone());
        let mut answer = self
            .http
            .exchange(http_request, attempt, self.settings.max_response_bytes)
            .map_err(|failure| report::failure(request, asked, &failure, &attempt.deadline))?;
        log.answered(answer.status, token);
        let token = token.expose();
        report::without_echo(request, asked, &mut answer, &[token], |answer| read(request, answer, token))
    }
}
