//! What both services need for HTTP: percent-decoding, forms, answers, and the JSON envelope.

use chrono::{DateTime, Utc};
use oxhttp::model::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use oxhttp::model::{Body, Response, StatusCode};
use serde_json::{Value, json};
use std::hash::{BuildHasher, RandomState};
use std::time::SystemTime;

/// Decodes percent-escapes. Returns `None` for a broken escape, for a byte that should be escaped, and for text that is not
/// UTF-8. Real services may accept these, but a client should not depend on it.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => hex_digit(bytes.next()?)? * 16 + hex_digit(bytes.next()?)?,
            b'!'..=b'~' => byte,
            _ => return None,
        });
    }
    String::from_utf8(decoded).ok()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Decodes `name=value&…`, the syntax of `application/x-www-form-urlencoded` and of queries. Returns `None` if any part is
/// malformed.
pub fn parse_form(text: &str) -> Option<Vec<(String, String)>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let decode = |part: &str| percent_decode(&part.replace('+', "%20"));
    text.split('&')
        .map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

/// An answer without a body.
pub fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

/// Adds a header to an answer, unless its value is not possible in a header.
pub fn with_header(mut response: Response<Body>, name: HeaderName, value: &str) -> Response<Body> {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}

fn with_body(status: StatusCode, content_type: &str, body: String) -> Response<Body> {
    let mut response = empty(status);
    *response.body_mut() = Body::from(body);
    with_header(response, CONTENT_TYPE, content_type)
}

/// A JSON answer.
pub fn json_answer(status: StatusCode, json: String) -> Response<Body> {
    with_body(status, "application/json; charset=utf-8", json)
}

/// The error page of a gateway that cannot reach the service.
pub fn gateway_page(status: StatusCode) -> Response<Body> {
    let page = format!(
        "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
         <hr><center>gateway</center>\r\n</body>\r\n</html>\r\n"
    );
    with_body(status, "text/html", page)
}

/// An element of the `errors` array.
pub fn api_error(code: &str, field: &str, message: &str) -> Value {
    json!({"code": code, "field": field, "message": message})
}

/// The JSON envelope of an answer. Members that are `None` are left out, as in a real answer.
pub struct Envelope<'a> {
    /// Repeats the HTTP status.
    pub status: StatusCode,
    /// The error message, or nothing.
    pub message: &'a str,
    /// See [`api_error`].
    pub errors: Option<Vec<Value>>,
    /// A job or an array of jobs, as JSON text.
    pub data: Option<&'a str>,
    /// The total and the next link of a list, as JSON text.
    pub metadata: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    /// An envelope without `errors`, `data` and `metadata`.
    pub fn new(status: StatusCode, message: &'a str) -> Self {
        Self { status, message, errors: None, data: None, metadata: None }
    }

    /// The JSON text, written by hand because the members must be in the documented order.
    pub fn text(self, request_id: &str) -> String {
        let member =
            |name: &str, json: Option<String>| json.map(|json| format!("\"{name}\":{json},")).unwrap_or_default();
        format!(
            "{{\"statusCode\":{},\"message\":{},{}{}{}\"requestId\":{},\"timestamp\":\"{}\",\"traceId\":\"{}\"}}",
            self.status.as_u16(),
            Value::from(self.message),
            member("errors", self.errors.map(|errors| Value::from(errors).to_string())),
            member("data", self.data.map(str::to_owned)),
            member("metadata", self.metadata.map(str::to_owned)),
            Value::from(request_id),
            timestamp(Utc::now()),
            trace_id(),
        )
    }
}

/// The first part of a request id, e.g. `0HNEVHLNSPSEJ`. The service makes one for each connection, this server only one.
pub fn connection_id() -> String {
    const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
    let random = random_u64();
    let digits = (0..10).map(|at| char::from(DIGITS[(random >> (5 * at)) as usize % DIGITS.len()]));
    "0HN".chars().chain(digits).collect()
}

/// A random number from the keys of the standard library's hash maps. It makes answers and tokens different from each
/// other; it is not for real secrets.
pub fn random_u64() -> u64 {
    RandomState::new().hash_one(SystemTime::now())
}

fn trace_id() -> String {
    format!("00-{:016x}{:016x}-{:016x}-00", random_u64(), random_u64(), random_u64())
}

/// ISO 8601 in UTC, as .NET writes it: up to seven decimals without trailing zeros.
fn timestamp(time: DateTime<Utc>) -> String {
    let text = format!("{}.{:07}", time.format("%Y-%m-%dT%H:%M:%S"), time.timestamp_subsec_nanos() / 100);
    format!("{}Z", text.trim_end_matches('0').trim_end_matches('.'))
}
