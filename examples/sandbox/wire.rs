//! What both services need for HTTP: percent-decoding, forms, answers, and the JSON envelope.

use oxhttp::model::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use oxhttp::model::{Body, Response, StatusCode};
use serde_json::{Value, json};
use std::hash::{BuildHasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

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

/// Writes the envelope by hand, because the members must be in the documented order, and some must be left out as in a real
/// answer.
pub fn envelope(
    status: StatusCode,
    message: &str,
    errors: Option<Vec<Value>>,
    data: Option<&str>,
    request_id: &str,
) -> String {
    let errors = errors.map(|errors| format!("\"errors\":{},", Value::from(errors))).unwrap_or_default();
    let data = data.map(|data| format!("\"data\":{data},")).unwrap_or_default();
    format!(
        "{{\"statusCode\":{},\"message\":{},{errors}{data}\"requestId\":{},\"timestamp\":\"{}\",\"traceId\":\"{}\"}}",
        status.as_u16(),
        Value::from(message),
        Value::from(request_id),
        timestamp(SystemTime::now()),
        trace_id(),
    )
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
fn timestamp(time: SystemTime) -> String {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since_epoch.as_secs();
    let (year, month, day) = civil_date(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let text = format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:07}",
        since_epoch.subsec_nanos() / 100
    );
    format!("{}Z", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Converts days since 1970-01-01 to year, month and day.
///
/// Here years begin in March, so that the leap day is the last day of its year. An era is 400 years, after which the
/// calendar repeats.
fn civil_date(days_since_epoch: u64) -> (u64, u64, u64) {
    const DAYS_FROM_MARCH_OF_YEAR_0: u64 = 719_468;
    const DAYS_PER_ERA: u64 = 146_097;
    let days = days_since_epoch + DAYS_FROM_MARCH_OF_YEAR_0;
    let (era, day_of_era) = (days / DAYS_PER_ERA, days % DAYS_PER_ERA);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}
