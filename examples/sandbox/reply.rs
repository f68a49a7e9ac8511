//! The answers of the job endpoints.

use super::PERMISSION;
use super::jobs::Refusal;
use super::list::Page;
use super::wire::{Envelope, api_error, empty, gateway_page, json_answer, with_header};
use oxhttp::model::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use oxhttp::model::{Body, Response, StatusCode};

/// Writes the answers to one request.
pub struct Reply {
    request_id: String,
}

impl Reply {
    /// For the request with this id.
    pub fn new(request_id: String) -> Self {
        Self { request_id }
    }

    /// A job, as JSON text.
    pub fn job(&self, data: &str) -> Response<Body> {
        self.write(Envelope { errors: Some(Vec::new()), data: Some(data), ..Envelope::new(StatusCode::OK, "") })
    }

    /// A page of the list.
    pub fn page(&self, page: &Page) -> Response<Body> {
        self.write(Envelope {
            errors: Some(Vec::new()),
            data: Some(&page.data),
            metadata: Some(&page.metadata),
            ..Envelope::new(StatusCode::OK, "")
        })
    }

    /// 400, because of this parameter.
    pub fn bad_request(&self, field: &str, message: &str) -> Response<Body> {
        self.error(StatusCode::BAD_REQUEST, "Bad Request", "InvalidParameter", field, message)
    }

    /// 404.
    pub fn not_found(&self, field: &str, message: &str) -> Response<Body> {
        self.error(StatusCode::NOT_FOUND, "Not Found", "NotFound", field, message)
    }

    /// 403, because the permission is missing.
    pub fn forbidden(&self) -> Response<Body> {
        let message = format!("The permission {PERMISSION} is missing.");
        self.error(StatusCode::FORBIDDEN, "Forbidden", "InsufficientPermission", "", &message)
    }

    /// The answer that the job has instead of details.
    pub fn refusal(&self, refusal: Refusal) -> Response<Body> {
        match refusal {
            Refusal::RateLimited(seconds) => self.rate_limited(seconds),
            Refusal::NoPermission => self.forbidden(),
            Refusal::ServerBusy => gateway_page(StatusCode::SERVICE_UNAVAILABLE),
            Refusal::BadGateway => gateway_page(StatusCode::BAD_GATEWAY),
            Refusal::ErrorInEnvelope => {
                let mut response =
                    self.write(Envelope::new(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"));
                *response.status_mut() = StatusCode::OK;
                response
            }
        }
    }

    /// 429. The documentation shows it without `errors` and without `data`.
    pub fn rate_limited(&self, seconds: u16) -> Response<Body> {
        let response = self.write(Envelope::new(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests"));
        with_header(response, RETRY_AFTER, &seconds.to_string())
    }

    fn error(&self, status: StatusCode, text: &str, code: &str, field: &str, message: &str) -> Response<Body> {
        let errors = vec![api_error(code, field, message)];
        self.write(Envelope { errors: Some(errors), ..Envelope::new(status, text) })
    }

    fn write(&self, envelope: Envelope<'_>) -> Response<Body> {
        json_answer(envelope.status, envelope.text(&self.request_id))
    }
}

/// 405.
pub fn method_not_allowed(allowed: &str) -> Response<Body> {
    with_header(empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, allowed)
}

/// 401 without a body, like the bearer authentication of ASP.NET.
pub fn unauthorized(description: Option<&str>) -> Response<Body> {
    let challenge = match description {
        Some(text) => format!("Bearer error=\"invalid_token\", error_description=\"{text}\""),
        None => "Bearer".to_owned(),
    };
    with_header(empty(StatusCode::UNAUTHORIZED), WWW_AUTHENTICATE, &challenge)
}
