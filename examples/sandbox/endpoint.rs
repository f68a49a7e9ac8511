//! The endpoint that returns the details of one job.

use super::identity::Identity;
use super::jobs::{Answer, JOBS, MISSING_PREFIX, Refusal, compact};
use super::wire::{
    api_error, connection_id, empty, envelope, gateway_page, json_answer, parse_form, percent_decode, with_header,
};
use super::{PERMISSION, lock};
use oxhttp::model::header::{ALLOW, AUTHORIZATION, RETRY_AFTER, WWW_AUTHENTICATE};
use oxhttp::model::{Body, HeaderMap, Method, Request, Response, StatusCode};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Mutex;

/// The state of the endpoint between requests.
pub struct JobEndpoint {
    connection_id: String,
    refused_once: Mutex<HashSet<&'static str>>,
}

/// Where a request path leads.
pub enum Route {
    /// The identity service.
    Token,
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
            (["", "backup", "m365", "cloudbackupjobs", _], Some(id)) if !id.is_empty() => Self::Job(id.clone()),
            _ => Self::Nowhere,
        }
    }
}

impl JobEndpoint {
    /// An endpoint that has not refused a request yet.
    pub fn new() -> Self {
        Self { connection_id: connection_id(), refused_once: Mutex::default() }
    }

    /// Answers request number `number`. Checks in the order of ASP.NET: route, method, authentication, authorization,
    /// parameters.
    pub fn answer(&self, route: &Route, request: &Request<Body>, number: usize, identity: &Identity) -> Response<Body> {
        let reply = Reply { request_id: format!("{}:{number:08X}", self.connection_id) };
        let id = match route {
            Route::Job(id) => id,
            Route::Malformed => return reply.bad_request("", "The path is malformed."),
            Route::Token | Route::Nowhere => {
                return reply.not_found("", "There is nothing at this path.");
            }
        };
        if request.method() != Method::GET {
            return with_header(empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "GET");
        }
        let scope = match authenticate(request.headers(), identity) {
            Ok(scope) => scope,
            Err(challenge) => return unauthorized(challenge),
        };
        if !scope.split(' ').any(|permitted| permitted == PERMISSION) {
            return reply.forbidden();
        }
        match location(request.uri().query().unwrap_or_default()) {
            Ok(location) => self.details(&reply, id, location.as_deref()),
            Err((field, why)) => reply.bad_request(&field, why),
        }
    }

    fn details(&self, reply: &Reply, id: &str, location: Option<&str>) -> Response<Body> {
        let Some(job) = JOBS.iter().find(|job| job.id == id) else {
            return if id.starts_with(MISSING_PREFIX) {
                reply.not_found("jobId", "The job does not exist.")
            } else {
                reply.success("null")
            };
        };
        match &job.answer {
            Answer::Refused(refusal) => reply.refusal(*refusal),
            Answer::RefusedOnce(refusal, _) if lock(&self.refused_once).insert(job.id) => reply.refusal(*refusal),
            // A location has only its own jobs. A tenant that is not Multi-Geo has no locations.
            _ if location != job.location => reply.success("null"),
            Answer::RefusedOnce(_, details) | Answer::Details(details) => reply.success(&compact(details)),
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

/// Without a body, like the bearer authentication of ASP.NET.
fn unauthorized(description: Option<&str>) -> Response<Body> {
    let challenge = match description {
        Some(text) => format!("Bearer error=\"invalid_token\", error_description=\"{text}\""),
        None => "Bearer".to_owned(),
    };
    with_header(empty(StatusCode::UNAUTHORIZED), WWW_AUTHENTICATE, &challenge)
}

/// The value of the only parameter. For a wrong parameter, its name and what is wrong with it.
fn location(query: &str) -> Result<Option<String>, (String, &'static str)> {
    let parameters = parse_form(query).ok_or((String::new(), "The query is malformed."))?;
    let mut location = None;
    for (name, value) in parameters {
        if !name.eq_ignore_ascii_case("location") {
            return Err((name, "There is no such parameter."));
        }
        if location.replace(value).is_some() {
            return Err((name, "The parameter is given twice."));
        }
    }
    Ok(location)
}

/// Writes the answers to one request.
struct Reply {
    request_id: String,
}

impl Reply {
    fn success(&self, data: &str) -> Response<Body> {
        self.envelope(StatusCode::OK, "", Some(Vec::new()), Some(data))
    }

    fn bad_request(&self, field: &str, message: &str) -> Response<Body> {
        let error = api_error("InvalidParameter", field, message);
        self.envelope(StatusCode::BAD_REQUEST, "Bad Request", Some(vec![error]), None)
    }

    fn not_found(&self, field: &str, message: &str) -> Response<Body> {
        let error = api_error("NotFound", field, message);
        self.envelope(StatusCode::NOT_FOUND, "Not Found", Some(vec![error]), None)
    }

    fn forbidden(&self) -> Response<Body> {
        let message = format!("The permission {PERMISSION} is missing.");
        let error = api_error("InsufficientPermission", "", &message);
        self.envelope(StatusCode::FORBIDDEN, "Forbidden", Some(vec![error]), None)
    }

    fn refusal(&self, refusal: Refusal) -> Response<Body> {
        match refusal {
            Refusal::RateLimited(seconds) => with_header(
                // The documentation shows it without `errors` and without `data`.
                self.envelope(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", None, None),
                RETRY_AFTER,
                &seconds.to_string(),
            ),
            Refusal::NoPermission => self.forbidden(),
            Refusal::ServerBusy => gateway_page(StatusCode::SERVICE_UNAVAILABLE),
            Refusal::BadGateway => gateway_page(StatusCode::BAD_GATEWAY),
            Refusal::ErrorInEnvelope => {
                let mut response =
                    self.envelope(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error", None, None);
                *response.status_mut() = StatusCode::OK;
                response
            }
        }
    }

    fn envelope(
        &self,
        status: StatusCode,
        message: &str,
        errors: Option<Vec<Value>>,
        data: Option<&str>,
    ) -> Response<Body> {
        json_answer(status, envelope(status, message, errors, data, &self.request_id))
    }
}
