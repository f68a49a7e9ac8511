//! The envelope around every answer of the service.
//!
//! Service page: "Retrieve Job Details", response.

use super::explanation::QUOTED;
use super::json::{self, Elements, Member, Members, Object, Stop};
use super::value::{Unreadable, Value, utf8};
use crate::error::Details;
use crate::model::{AnswerInfo, Arena, Text};
use crate::quote::beginning;
use crate::time::unix_ms;

/// Reads the member `data` of an envelope, in the same pass as the envelope.
pub(crate) trait Data<'a>: Sized {
    /// The result.
    type Output;

    /// What the reader has to know beforehand.
    type Given: Clone;

    /// The first character of its JSON: `{` or `[`.
    const BEGINS: char;

    /// What `data` must be, for a message.
    const WANTED: &'static str;

    fn new(given: Self::Given) -> Self;

    /// Reads the value of `member`, which begins with `BEGINS`. Returns its text.
    fn read(&mut self, member: &mut Member<'_, 'a>) -> Result<&'a str, Stop>;

    /// Makes the result. `json` is the text of `data`, and `beside` the ids and the time of the answer. `None` if
    /// `data` is there and says that there is nothing.
    fn finish(self, json: &'a str, beside: Beside<'a>) -> Result<Option<Self::Output>, Unreadable>;

    /// The result for an envelope whose `data` is missing or null. `None` if that means that there is nothing.
    fn absent(given: Self::Given, beside: Beside<'a>) -> Option<Self::Output>;
}

/// What stands beside `data` in an envelope: the ids and the time of the answer, and what is said about a list.
#[derive(Clone, Copy)]
pub(crate) struct Beside<'a> {
    pub(super) metadata: Option<Value<'a>>,
    request_id: Option<Value<'a>>,
    trace_id: Option<Value<'a>>,
    timestamp: Option<Value<'a>>,
}

impl Beside<'_> {
    /// The most bytes that the ids can have as texts.
    pub(super) fn length_of_ids(&self) -> usize {
        [self.request_id, self.trace_id].into_iter().flatten().map(|id| id.raw().len()).sum()
    }

    /// The ids and the time of the answer. `scratch` lends its memory. A value that cannot be read counts as absent: it
    /// says nothing about the data, and must not hide it.
    pub(super) fn read(self, scratch: &mut Arena) -> AnswerInfo {
        let ids = [self.request_id, self.trace_id].map(|id| id?.text("").ok().flatten());
        AnswerInfo::new(scratch, ids, self.timestamp.and_then(Value::brief).and_then(|time| unix_ms(&time)))
    }
}

/// An answer of the service.
pub(crate) struct Envelope<'a, D: Data<'a>> {
    /// The status in the envelope. It counts if it differs from the HTTP status.
    pub(crate) status_code: Option<u16>,
    members: EnvelopeMembers<'a, D>,
}

impl<'a, D: Data<'a>> Envelope<'a, D> {
    pub(crate) fn parse(body: &'a [u8], given: D::Given) -> Result<Self, Unreadable> {
        let text = utf8(body)?;
        let mut members = EnvelopeMembers::new(given);
        if !json::read(text, &mut members)? {
            return Err(Unreadable::NotJson(format!("wanted an object, found {}", beginning(text.trim_ascii(), 20))));
        }
        Ok(Self { status_code: members.status_code()?.or_else(|| members.problem_status()), members })
    }

    /// Whether `data` is neither missing nor null.
    pub(crate) fn has_data(&self) -> bool {
        self.members.data.is_some() || self.members.other_data.is_some()
    }

    /// The data of the envelope. `None` if `data` is missing or null, or says that there is nothing. To be called only
    /// once: the texts move into the result.
    pub(crate) fn take_data(&mut self) -> Result<Option<D::Output>, Unreadable> {
        let members = &mut self.members;
        if let Some(data) = members.other_data {
            return Err(Unreadable::member("data", data, D::WANTED));
        }
        let EnvelopeMembers { metadata, request_id, trace_id, timestamp, .. } = *members;
        let beside = Beside { metadata, request_id, trace_id, timestamp };
        match members.data.take() {
            Some((data, json)) => data.finish(json, beside),
            None => Ok(D::absent(members.given.clone(), beside)),
        }
    }

    /// What the envelope says about an error.
    pub(crate) fn explanation(&self) -> Explanation {
        // A value that cannot be read counts as absent: it must not hide the others.
        let text = |value: Option<Value<'_>>| value?.text("").ok().flatten().map(|value| Text::new(&value.plain()));
        let message = self.members.message.and_then(|message| message.text("").ok().flatten());
        Explanation {
            message: message.map(|message| message.beginning(QUOTED)),
            details: self.members.details(),
            request_id: text(self.members.request_id),
            trace_id: text(self.members.trace_id),
        }
    }
}

/// What the service said about an error, apart from the status.
#[derive(Default)]
pub(crate) struct Explanation {
    /// The part that an error quotes.
    pub(crate) message: Option<String>,
    pub(crate) details: Details,
    pub(crate) request_id: Option<Text>,
    pub(crate) trace_id: Option<Text>,
}

/// The known members of the envelope, not yet interpreted.
struct EnvelopeMembers<'a, D: Data<'a>> {
    given: D::Given,
    status_code: Option<Value<'a>>,
    /// The status of a problem (RFC 9457) that came instead of an envelope.
    status: Option<Value<'a>>,
    title: Option<Value<'a>>,
    message: Option<Value<'a>>,
    errors: Option<Value<'a>>,
    metadata: Option<Value<'a>>,
    request_id: Option<Value<'a>>,
    trace_id: Option<Value<'a>>,
    timestamp: Option<Value<'a>>,
    /// `data` if it begins with `BEGINS`, and its text.
    data: Option<(D, &'a str)>,
    /// `data` if it is of another kind and not null.
    other_data: Option<Value<'a>>,
}

impl<'a, D: Data<'a>> Object<'a> for EnvelopeMembers<'a, D> {
    fn member(&mut self, name: &str, member: &mut Member<'_, 'a>) -> Result<(), Stop> {
        let place = match name {
            "statusCode" => &mut self.status_code,
            "status" => &mut self.status,
            "title" => &mut self.title,
            "message" => &mut self.message,
            "errors" => &mut self.errors,
            "metadata" => &mut self.metadata,
            "requestId" => &mut self.request_id,
            "traceId" => &mut self.trace_id,
            "timestamp" => &mut self.timestamp,
            "data" => return self.read_data(member),
            _ => &mut None,
        };
        *place = member.value()?;
        Ok(())
    }
}

impl<'a, D: Data<'a>> EnvelopeMembers<'a, D> {
    fn new(given: D::Given) -> Self {
        Self {
            given,
            status_code: None,
            status: None,
            title: None,
            message: None,
            errors: None,
            metadata: None,
            request_id: None,
            trace_id: None,
            timestamp: None,
            data: None,
            other_data: None,
        }
    }

    fn read_data(&mut self, member: &mut Member<'_, 'a>) -> Result<(), Stop> {
        (self.data, self.other_data) = (None, None);
        if member.begins_with(D::BEGINS) {
            let mut data = D::new(self.given.clone());
            let json = data.read(member)?;
            self.data = Some((data, json));
        } else {
            self.other_data = member.value()?;
        }
        Ok(())
    }

    /// 0 counts as absent: a service writes it if it did not set the member.
    fn status_code(&self) -> Result<Option<u16>, Unreadable> {
        const MEMBER: &str = "statusCode";
        let Some(value) = self.status_code else { return Ok(None) };
        match value.count(MEMBER)? {
            None | Some(0) => Ok(None),
            Some(code) => match u16::try_from(code) {
                Ok(code @ 100..=599) => Ok(Some(code)),
                _ => Err(Unreadable::member(MEMBER, value, "an HTTP status from 100 to 599")),
            },
        }
    }

    /// The status of a problem (RFC 9457). Gateways send problems, even with HTTP 200.
    fn problem_status(&self) -> Option<u16> {
        let status = self.status?.count("status").ok()??;
        let is_problem =
            self.data.is_none() && self.other_data.is_none() && self.title.is_some() && (400..=599).contains(&status);
        if is_problem { u16::try_from(status).ok() } else { None }
    }

    /// The service's ApiError list, or the texts about each field that ASP.NET sends. Whatever cannot be read in them is
    /// skipped: they explain an error and must not hide it.
    fn details(&self) -> Details {
        let Some(errors) = self.errors else { return Details::default() };
        let details = Details::with_capacity(errors.raw().len());
        let mut reading = ReadingDetails::new(details);
        let read = match errors.raw().starts_with('{') {
            true => json::read(errors.raw(), &mut reading),
            false => json::read_list(errors, &mut reading),
        };
        // The whole answer was read before, so this value is known to be JSON.
        debug_assert!(read.is_ok(), "{read:?}");
        reading.details.trimmed()
    }
}

const DETAIL: [&str; 3] = ["code", "field", "message"];

struct ReadingDetails<'a> {
    details: Details,
    members: Members<'a, 3>,
    /// The field whose texts are read, and whether it has one already.
    field: Option<(Value<'a>, bool)>,
    /// How many bytes of names may still be repeated: a long name with many texts would take much more memory than it has.
    repeats: usize,
}

impl<'a> ReadingDetails<'a> {
    fn new(details: Details) -> Self {
        Self { details, members: Members::new(&DETAIL), field: None, repeats: 4096 }
    }

    fn push_text(&mut self, value: Value<'a>) {
        let Some((field, is_repeated)) = &mut self.field else { return };
        if value.string_in_quotes().is_none() {
            return;
        }
        let left = if *is_repeated { self.repeats.checked_sub(field.raw().len()) } else { Some(self.repeats) };
        *is_repeated = true;
        self.repeats = left.unwrap_or(self.repeats);
        self.details.push([None, left.map(|_| *field), Some(value)]);
    }
}

/// The members of ASP.NET's `errors`: the name of a field, and the texts about it.
impl<'a> Object<'a> for ReadingDetails<'a> {
    fn member(&mut self, _: &str, member: &mut Member<'_, 'a>) -> Result<(), Stop> {
        self.field = Some((member.name(), false));
        if member.begins_with('[') {
            return member.list(self).map(drop);
        }
        if let Some(text) = member.value()? {
            self.push_text(text);
        }
        Ok(())
    }
}

impl<'a> Elements<'a> for ReadingDetails<'a> {
    fn object(&mut self) -> &mut dyn Object<'a> {
        self.members = Members::new(&DETAIL);
        &mut self.members
    }

    fn end(&mut self, _: usize, _: &'a str) {
        if self.field.is_none() {
            self.details.push(self.members.values.map(|text| text?.text("").ok().flatten()));
        }
    }

    fn other(&mut self, _: usize, value: Value<'a>) {
        self.push_text(value);
    }
}
