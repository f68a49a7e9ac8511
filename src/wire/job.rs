//! The job inside an envelope.
//!
//! Service page: "Retrieve Job Details", response, and its list sample for the second
//! spelling of the counts.

use std::borrow::Cow;

use serde::de::MapAccess;

use super::envelope::{Beside, Data};
use super::json::{self, Document, Members, Name, Object, Reading, ReadingList, skip, value};
use super::value::{Unreadable, Value};
use crate::model::{AnswerInfo, Arena, Counts, Job, JobState, List, Moment, Source, Span};
use crate::time::unix_ms;

/// The counts, each in both published spellings. The service may send either.
const COUNTS: [&str; 8] = [
    "totalNumber",
    "totalCount",
    "failedNumber",
    "failedCount",
    "successfulNumber",
    "successfulCount",
    "skippedNumber",
    "skippedCount",
];

const COUNTS_PARENT: &str = "backupDetails";
const ERRORS: &str = "jobErrors";

/// The known members of a job, not yet interpreted.
pub(crate) struct JobMembers<'a> {
    document: Document<'a>,
    is_empty: bool,
    id: Option<Value<'a>>,
    state: Option<Value<'a>>,
    start: Option<Value<'a>>,
    finish: Option<Value<'a>>,
    duration: Option<Value<'a>>,
    counts: Option<Members<'a, 8>>,
    /// `backupDetails` if it is not an object.
    other_counts: Option<Value<'a>>,
    errors: Option<Errors>,
    /// `jobErrors` if it is not a list.
    other_errors: Option<Value<'a>>,
}

/// What can be said about a job before it is made.
pub(crate) struct Facts<'a> {
    /// The text of the object.
    pub(super) json: &'a str,
    id: Option<Value<'a>>,
    state_text: Option<Value<'a>>,
    pub(crate) state: JobState,
    /// In Unix milliseconds.
    pub(crate) start: Option<i64>,
    pub(crate) finish: Option<i64>,
    counts: Counts,
}

impl Facts<'_> {
    /// What tells the job from others: its id, or its whole text if it has none.
    pub(crate) fn identity(&self) -> Cow<'_, str> {
        self.id.map_or(Cow::Borrowed(self.json), Value::plain)
    }
}

/// The entries of `jobErrors`.
struct Errors {
    /// Has room for all texts of the document.
    arena: Arena,
    list: List,
    /// Why the first unreadable entry cannot be read.
    unreadable: Option<Unreadable>,
}

impl<'a> Object<'a> for JobMembers<'a> {
    fn member<A: MapAccess<'a>>(&mut self, name: Name<'_, 'a>, members: &mut A) -> Result<(), A::Error> {
        self.is_empty = false;
        match name.text {
            "id" => self.id = value(members)?,
            "state" => self.state = value(members)?,
            "startTime" => self.start = value(members)?,
            "finishTime" => self.finish = value(members)?,
            "duration" => self.duration = value(members)?,
            COUNTS_PARENT => self.counts_member(name, members)?,
            ERRORS => self.errors_member(name, members)?,
            _ => skip(members)?,
        }
        Ok(())
    }
}

impl<'a> Data<'a> for JobMembers<'a> {
    type Output = Job;
    type Given = ();

    const BEGINS: char = '{';
    const WANTED: &'static str = "the job, an object";

    fn new(document: Document<'a>, (): ()) -> Self {
        Self {
            document,
            is_empty: true,
            id: None,
            state: None,
            start: None,
            finish: None,
            duration: None,
            counts: None,
            other_counts: None,
            errors: None,
            other_errors: None,
        }
    }

    fn read<A: MapAccess<'a>>(&mut self, _: Name<'_, 'a>, members: &mut A) -> Result<(), A::Error> {
        members.next_value_seed(Reading(self))
    }

    /// An object without members means that there is no job: the service answers like this for a location that the
    /// tenant does not have.
    fn finish(mut self, json: &'a str, beside: Beside<'a>) -> Result<Option<Job>, Unreadable> {
        if self.is_empty {
            return Ok(None);
        }
        let facts = self.facts(json)?;
        let (mut job, mut arena) = self.job(&facts);
        job.answer = beside.read(&mut arena);
        job.arena = arena.trimmed();
        Ok(Some(job))
    }

    fn absent((): (), _: Beside<'a>) -> Option<Job> {
        None
    }
}

impl<'a> JobMembers<'a> {
    fn counts_member<A: MapAccess<'a>>(&mut self, name: Name<'_, 'a>, members: &mut A) -> Result<(), A::Error> {
        (self.counts, self.other_counts) = (None, None);
        if self.document.value_of(name).starts_with('{') {
            members.next_value_seed(Reading(self.counts.insert(Members::new(COUNTS))))
        } else {
            self.other_counts = value(members)?;
            Ok(())
        }
    }

    fn errors_member<A: MapAccess<'a>>(&mut self, name: Name<'_, 'a>, members: &mut A) -> Result<(), A::Error> {
        (self.errors, self.other_errors) = (None, None);
        let from = self.document.value_of(name);
        if from.starts_with('[') {
            let arena = Arena::with_capacity(room(self.document));
            let list = self.errors.insert(Errors { arena, list: List::default(), unreadable: None });
            members.next_value_seed(ReadingList { list, document: self.document, from })
        } else {
            self.other_errors = value(members)?;
            Ok(())
        }
    }

    /// Whether the object has no member.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// What can be said about the job before it is made. `json` is the text of the object. Fails if a member cannot be
    /// read.
    pub(super) fn facts(&mut self, json: &'a str) -> Result<Facts<'a>, Unreadable> {
        let text = |value: Option<Value<'a>>, member| value.map_or(Ok(None), |value| value.text(member));
        let (state_text, id) = (text(self.state, "state")?, text(self.id, "id")?);
        let counts = self.counts()?;
        if let Some(other) = self.other_errors {
            return Err(Unreadable::member(ERRORS, other, "a list"));
        }
        if let Some(reason) = self.errors.as_mut().and_then(|errors| errors.unreadable.take()) {
            return Err(reason);
        }
        let time = |value: Option<Value<'a>>| value.and_then(Value::as_sent)?.brief().and_then(|text| unix_ms(&text));
        let state = state_text.and_then(Value::brief).map_or(JobState::Unknown, |state| JobState::from_text(&state));
        Ok(Facts { json, id, state_text, state, start: time(self.start), finish: time(self.finish), counts })
    }

    /// Makes the job. The arena for its texts, and what it shares with other jobs of the answer, are still missing in it.
    pub(super) fn job(self, facts: &Facts<'a>) -> (Job, Arena) {
        let Facts { json, id, state_text, state, start, finish, counts } = *facts;
        let (mut arena, errors) = match self.errors {
            None => (Arena::with_capacity(room(self.document)), List::default()),
            Some(errors) => (errors.arena, errors.list),
        };
        let moment = |arena: &mut Arena, value: Option<Value<'a>>, unix_ms| Moment {
            text: push(arena, value.and_then(Value::as_sent)),
            unix_ms,
        };
        let duration = self.duration.and_then(Value::as_sent);
        let job = Job {
            state,
            start: moment(&mut arena, self.start, start),
            finish: moment(&mut arena, self.finish, finish),
            duration_hours: duration.and_then(Value::brief).and_then(|hours| decimal(&hours)),
            counts,
            errors,
            id: push(&mut arena, id),
            state_text: push(&mut arena, state_text),
            duration_text: push(&mut arena, duration),
            json: arena.push(json),
            answer: AnswerInfo::default(),
            arena: Arena::default(),
        };
        (job, arena)
    }

    fn counts(&self) -> Result<Counts, Unreadable> {
        if let Some(other) = self.other_counts {
            return Err(Unreadable::member(COUNTS_PARENT, other, "an object"));
        }
        let Some(members) = &self.counts else { return Ok(Counts::default()) };
        let count = |index: usize| match members.values[index] {
            Some(value) => value.count(COUNTS[index]).map_err(|error| error.within("backupDetails.")),
            None => Ok(None),
        };
        let either = |number: usize| match count(number) {
            Ok(None) => count(number + 1),
            found => found,
        };
        Ok(Counts { total: either(0)?, failed: either(2)?, successful: either(4)?, skipped: either(6)? })
    }
}

impl<'a> json::ListReader<'a, 4> for Errors {
    const NAMES: [&'static str; 4] = ["value", "url", "number", "isErrorCode"];

    fn object(&mut self, index: usize, [message, url, number, has_code]: [Option<Value<'a>>; 4]) {
        if self.unreadable.is_some() {
            return;
        }
        let text = |value: Option<Value<'a>>, member| value.map_or(Ok(None), |value| value.text(member));
        let read = || -> Result<_, Unreadable> {
            let (message, url) = (text(message, "value")?, text(url, "url")?);
            let count = number.map_or(Ok(None), |number| number.count("number"))?;
            Ok([message, url, number.filter(|_| count.is_some())])
        };
        match read() {
            Ok(texts) => self.list.push(&mut self.arena, texts, has_code.and_then(Value::flag)),
            Err(reason) => self.fail(index, reason.within(".")),
        }
    }

    fn other(&mut self, index: usize, value: Value<'a>) {
        match value.unless_null() {
            None => self.list.push(&mut self.arena, [None::<Value<'a>>; 3], None),
            Some(value) => self.fail(index, Unreadable::member("", value, "an object")),
        }
    }
}

impl Errors {
    fn fail(&mut self, index: usize, reason: Unreadable) {
        self.unreadable.get_or_insert_with(|| reason.within(&format!("{ERRORS}[{index}]")));
    }
}

/// The memory for the JSON text of the job, and the same again for the texts in the job and the envelope. A text does not
/// grow when its quotes are removed: they take more room than its NUL.
fn room(document: Document<'_>) -> usize {
    2 * document.len()
}

fn push(arena: &mut Arena, text: Option<impl Source>) -> Option<Span> {
    text.map(|text| arena.push(text))
}

/// A decimal number as the service writes durations: digits and at most one point. No sign, exponent or name.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_plain_decimals() {
        for (text, hours) in [
            ("0.011", Some(0.011)),
            ("12", Some(12.0)),
            ("3.", Some(3.0)),
            (".5", None),
            ("-1", None),
            ("1e3", None),
            ("inf", None),
            ("NaN", None),
            ("1.2.3", None),
            ("00:10:00", None),
        ] {
            assert_eq!(decimal(text), hours, "{text}");
        }
    }
}
