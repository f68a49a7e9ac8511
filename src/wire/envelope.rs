//! The envelope that every answer of the service comes in.
//!
//! Service page: "Retrieve Job Details", response.

use serde_json::value::RawValue;

use super::json::{Object, Unreadable, utf8};
use super::unix_ms;
use crate::error::ErrorDetail;
use crate::model::{Moment, Text};

/// An answer of the service, its `data` unread.
pub(crate) struct Envelope<'a> {
    /// The status that the envelope repeats; it counts where it differs from the HTTP status.
    pub(crate) status_code: Option<u16>,
    pub(crate) message: Option<Text>,
    pub(crate) details: Vec<ErrorDetail>,
    /// `None` where the service says that there is no such thing: missing or null.
    pub(crate) data: Option<&'a RawValue>,
    /// All of it.
    pub(super) object: Object<'a>,
    pub(crate) request_id: Option<Text>,
    pub(crate) trace_id: Option<Text>,
    pub(crate) timestamp: Moment,
}

impl<'a> Envelope<'a> {
    pub(crate) fn parse(body: &'a [u8]) -> Result<Self, Unreadable> {
        let text = utf8(body)?;
        let object = Object::parse(text)?.ok_or_else(|| {
            Unreadable::NotJson(format!("wanted an object, found {}", crate::error::beginning(text.trim_ascii(), 20)))
        })?;
        Ok(Self {
            status_code: status_code(&object)?.or_else(|| problem_status(&object)),
            message: object.text_if_any("message"),
            details: details(&object),
            data: object.get("data"),
            request_id: object.text_if_any("requestId"),
            trace_id: object.text_if_any("traceId"),
            timestamp: moment(&object, "timestamp"),
            object,
        })
    }
}

/// 0 is what a service writes that did not fill the member in.
fn status_code(object: &Object<'_>) -> Result<Option<u16>, Unreadable> {
    match object.count("statusCode")? {
        None | Some(0) => Ok(None),
        Some(code) => match u16::try_from(code) {
            Ok(code @ 100..=599) => Ok(Some(code)),
            _ => Err(Unreadable::Member {
                member: "statusCode".to_owned(),
                found: code.to_string(),
                wanted: "an HTTP status from 100 to 599",
            }),
        },
    }
}

/// The status of a problem (RFC 9457) that came in the place of an envelope, as gateways send it, also with HTTP 200.
fn problem_status(object: &Object<'_>) -> Option<u16> {
    let status = object.count("status").ok()??;
    let is_problem = object.get("data").is_none() && object.get("title").is_some() && (400..=599).contains(&status);
    if is_problem { u16::try_from(status).ok() } else { None }
}

/// The service's ApiError list. What cannot be read of it is passed over: it explains an error and must not hide it.
fn details(object: &Object<'_>) -> Vec<ErrorDetail> {
    object
        .list("errors")
        .unwrap_or_default()
        .into_iter()
        .filter_map(|value| object.inner(value).ok().flatten())
        .map(|entry| ErrorDetail {
            code: entry.text_if_any("code"),
            field: entry.text_if_any("field"),
            message: entry.text_if_any("message"),
        })
        .collect()
}

/// The member as it was sent, whatever it is.
pub(super) fn as_sent(object: &Object<'_>, name: &str) -> Option<Text> {
    object.text(name).unwrap_or_else(|_| object.get(name).map(|value| Text::new(value.get())))
}

/// A time as sent, and as a number where it can be read.
pub(super) fn moment(object: &Object<'_>, name: &str) -> Moment {
    let text = as_sent(object, name);
    let unix_ms = text.as_ref().and_then(|text| unix_ms(text.as_str()));
    Moment { text, unix_ms }
}
