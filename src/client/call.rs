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
use crate::policy::Asked;
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
        let result = request.and_then(|request| self.call(deadline, endpoint, &request, &mut log));
        log.end(endpoint, &result);
        result
    }

    fn call<E: Endpoint>(
        &self,
        deadline: Deadline,
        endpoint: &E,
        request: &Request,
        log: &mut CallLog,
    ) -> Result<E::Output, Error> {
        log.asks(request);
        let asked = Asked::Service(E::WORDS);
        let _call =
            self.interrupt.enter().map_err(|stop| report::failure(request, asked, &stop.into(), &deadline).error)?;
        let rules =
            retry::Rules { subject: request, asked, max_retries: self.settings.max_retries, log: &self.settings.log };
        let (result, attempts) =
            retry::run(&rules, deadline, self.interrupt, |attempt| self.attempt(endpoint, request, attempt, log));
        log.attempts = attempts;
        result
    }

    /// Sends the request. Sends it again if the service refuses the token and there is another token to try.
    fn attempt<E: Endpoint>(
        &self,
        endpoint: &E,
        request: &Request,
        attempt: &Attempt,
        log: &mut CallLog,
    ) -> Result<E::Output, Failed> {
        let token = self.access.token(self.http, attempt)?;
        match self.ask(endpoint, request, &token, attempt, log) {
            Err(failed) if failed.error.http_status() == Some(401) && self.access.refused(&token) => {
                let token = self.access.token(self.http, attempt)?;
                self.ask(endpoint, request, &token, attempt, log)
            }
            result => result,
        }
    }

    fn ask<E: Endpoint>(
        &self,
        endpoint: &E,
        request: &Request,
        token: &Arc<Token>,
        attempt: &Attempt,
        log: &mut CallLog,
    ) -> Result<E::Output, Failed> {
        let asked = Asked::Service(E::WORDS);
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
        let read = |answer: &Answer| answer::read(endpoint, request, answer);
        let mut output = report::without_echo(request, asked, &mut answer, &[token.expose()], read)?;
        E::forget_echo(&mut output, token.expose());
        Ok(output)
    }
}
