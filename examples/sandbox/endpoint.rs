//! The job endpoints: one job, and the list of jobs.

use super::identity::Identity;
use super::jobs::{Answer, JOBS, MISSING_PREFIX, compact};
use super::list::JobList;
use super::options::Options;
use super::query::{ListQuery, location};
use super::reply::{Reply, method_not_allowed, unauthorized};
use super::run::{CENTRAL_LOCATION, Spelling};
use super::wire::{connection_id, percent_decode};
use super::{PERMISSION, lock};
use oxhttp::model::header::AUTHORIZATION;
use oxhttp::model::{Body, HeaderMap, Method, Request, Response};
use std::collections::HashSet;
use std::sync::Mutex;

/// The seconds of `Retry-After` if a page of the list is answered with 429.
const PAGE_RETRY_AFTER: u16 = 1;

/// The state of the endpoints between requests.
pub struct JobEndpoint {
    connection_id: String,
    refused_once: Mutex<HashSet<&'static str>>,
    list: JobList,
}

/// Where a request path leads.
pub enum Route {
    /// The identity service.
    Token,
    /// The list of jobs.
    Jobs,
    /// The job of this id.
    Job(String),
    /// There is nothing at this path.
    Nowhere,
    /// The path cannot be decoded.
    Malformed,
}

impl Route {
    /// Like ASP.NET, this ignores the case of the fixed segments, and decodes a segment after the path was split. A path
    /// with a `/` at the end is another path.
    pub fn of(path: &str) -> Self {
        let segments: Option<Vec<String>> = path.split('/').map(percent_decode).collect();
        let Some(segments) = segments else {
            return Self::Malformed;
        };
        let folded: Vec<String> = segments.iter().map(|s| s.to_ascii_lowercase()).collect();
        let folded: Vec<&str> = folded.iter().map(String::as_str).collect();
        match (folded.as_slice(), segments.last()) {
            (["", "connect", "token"], _) => Self::Token,
            (["", "backup", "m365", "cloudbackupjobs"], _) => Self::Jobs,
            (["", "backup", "m365", "cloudbackupjobs", _], Some(id)) if !id.is_empty() => Self::Job(id.clone()),
            _ => Self::Nowhere,
        }
    }
}

impl JobEndpoint {
    /// Endpoints that have not refused a request yet.
    pub fn new(options: &Options) -> Self {
        Self { connection_id: connection_id(), refused_once: Mutex::default(), list: JobList::new(options) }
    }

    /// The list and its jobs.
    pub fn list(&self) -> &JobList {
        &self.list
    }

    /// Answers request number `number`. Checks in the order of ASP.NET: route, method, authentication, authorization,
    /// parameters.
    pub fn answer(&self, route: &Route, request: &Request<Body>, number: usize, identity: &Identity) -> Response<Body> {
        let reply = Reply::new(format!("{}:{number:08X}", self.connection_id));
        match route {
            Route::Jobs | Route::Job(_) => {}
            Route::Malformed => return reply.bad_request("", "The path is malformed."),
            Route::Token | Route::Nowhere => return reply.not_found("", "There is nothing at this path."),
        }
        if request.method() != Method::GET {
            return method_not_allowed("GET");
        }
        let scope = match authenticate(request.headers(), identity) {
            Ok(scope) => scope,
            Err(challenge) => return unauthorized(challenge),
        };
        if !scope.split(' ').any(|permitted| permitted == PERMISSION) {
            return reply.forbidden();
        }
        let query = request.uri().query().unwrap_or_default();
        let outcome = match route {
            Route::Job(id) => location(query).map(|location| self.details(&reply, id, location.as_deref())),
            _ => ListQuery::parse(query).map(|query| self.page(&reply, &query, request)),
        };
        outcome.unwrap_or_else(|(field, why)| reply.bad_request(&field, why))
    }

    fn page(&self, reply: &Reply, query: &ListQuery, request: &Request<Body>) -> Response<Body> {
        let host = request.uri().authority().map_or("", |authority| authority.as_str());
        if self.list.is_elsewhere(host) {
            return reply.bad_request("", "The next link led to another host, which now has the token.");
        }
        if self.list.is_rate_limited(query) {
            return reply.rate_limited(PAGE_RETRY_AFTER);
        }
        reply.page(&self.list.page(query, host))
    }

    fn details(&self, reply: &Reply, id: &str, location: Option<&str>) -> Response<Body> {
        let Some(job) = JOBS.iter().find(|job| job.id == id) else {
            return self.listed(reply, id, location);
        };
        match &job.answer {
            Answer::Refused(refusal) => reply.refusal(*refusal),
            Answer::RefusedOnce(refusal, _) if lock(&self.refused_once).insert(job.id) => reply.refusal(*refusal),
            // A location has only its own jobs. A tenant that is not Multi-Geo has no locations.
            _ if location != job.location => reply.job("null"),
            Answer::RefusedOnce(_, details) | Answer::Details(details) => reply.job(&compact(details)),
        }
    }

    /// A job of the list. If the request names no location, the central one is asked, unlike in the list.
    fn listed(&self, reply: &Reply, id: &str, location: Option<&str>) -> Response<Body> {
        let run = self.list.runs().iter().find(|run| run.id == id);
        match run.filter(|run| run.is_at(location.unwrap_or(CENTRAL_LOCATION))) {
            Some(run) => reply.job(&run.json(self.list.now(), Spelling::Number)),
            None if id.starts_with(MISSING_PREFIX) => reply.not_found("jobId", "The job does not exist."),
            None => reply.job("null"),
        }
    }
}

/// The scope of the bearer token, or what is wrong with the token; `None` if there is no token.
fn authenticate(headers: &HeaderMap, identity: &Identity) -> Result<String, Option<&'static str>> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(None)?;
    if values.next().is_some() {
        return Err(Some("There is more than one Authorization header"));
    }
    let (scheme, token) = value.to_str().ok().and_then(|value| value.split_once(' ')).ok_or(None)?;
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(None);
    }
    identity.scope_of(token).map_err(Some)
}
