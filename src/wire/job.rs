//! The job inside an envelope.
//!
//! Service page: "Retrieve Job Details", response, and its list sample for the second
//! spelling of the counts.

use std::borrow::Cow;

use super::envelope::{Beside, Data};
use super::json::{Elements, Member, Members, Object, Stop};
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

/// In bytes. The texts of a usual job fit, so they take one allocation.
const USUAL: usize = 4096;

/// The known members of a job, not yet interpreted.
pub(crate) struct JobMembers<'a> {
    /// The texts of the entries of `jobErrors`, and then those of the job.
    arena: Arena,
    is_empty: bool,
    id: Option<Value<'a>>,
    state: Option<Value<'a>>,
    start: Option<Value<'a>>,
    finish: Option<Value<'a>>,
    duration: Option<Value<'a>>,
    counts: Option<Members<'a, 8>>,
    /// `backupDetails` if it is not an object.
    other_counts: Option<Value<'a>>,
    errors: Errors,
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
#[derive(Default)]
struct Errors {
    /// Whether there is a list, be it empty.
    is_sent: bool,
    list: List,
    /// Why the first unreadable entry cannot be read.
    unreadable: Option<Unreadable>,
}

impl<'a> Object<'a> for JobMembers<'a> {
    fn member(&mut self, name: &str, member: &mut Member<'_, 'a>) -> Result<(), Stop> {
        self.is_empty = false;
        let place = match name {
            "id" => &mut self.id,
            "state" => &mut self.state,
            "startTime" => &mut self.start,
            "finishTime" => &mut self.finish,
            "duration" => &mut self.duration,
            COUNTS_PARENT => return self.counts_member(member),
            ERRORS => return self.errors_member(member),
            _ => &mut None,
        };
        *place = member.value()?;
        Ok(())
    }
}

impl<'a> Data<'a> for JobMembers<'a> {
    type Output = Job;
    type Given = ();

    const BEGINS: char = '{';
    const WANTED: &'static str = "the job, an object";

    fn new((): ()) -> Self {
        Self {
            arena: Arena::with_capacity(USUAL),
            is_empty: true,
            id: None,
            state: None,
            start: None,
            finish: None,
            duration: None,
            counts: None,
            other_counts: None,
            errors: Errors::default(),
            other_errors: None,
        }
    }

    fn read(&mut self, member: &mut Member<'_, 'a>) -> Result<&'a str, Stop> {
        member.object(self)
    }

    /// An object without members means that there is no job: the service answers like this for a location that the
    /// tenant does not have.
    fn finish(mut self, json: &'a str, beside: Beside<'a>) -> Result<Option<Job>, Unreadable> {
        if self.is_empty {
            return Ok(None);
        }
        let facts = self.facts(json)?;
        let mut job = self.job(&facts);
        // Ids that fill the answer would not fit beside memory for a job that fills it.
        const LONG: usize = 4096;
        if beside.length_of_ids() > LONG {
            job.arena = self.arena.trimmed();
            job.answer = beside.read(&mut Arena::with_capacity(beside.length_of_ids()));
        } else {
            // With a NUL for each.
            self.arena.reserve(self.arena.length() + beside.length_of_ids() + 2);
            job.answer = beside.read(&mut self.arena);
            job.arena = self.arena.trimmed();
        }
        Ok(Some(job))
    }

    fn absent((): (), _: Beside<'a>) -> Option<Job> {
        None
    }
}

impl<'a> JobMembers<'a> {
    /// No member yet, for the next job. The memory of the arena stays.
    pub(super) fn renew(&mut self) {
        self.arena.clear();
        self.is_empty = true;
        (self.id, self.state, self.start, self.finish, self.duration) = (None, None, None, None, None);
        (self.counts, self.other_counts) = (None, None);
        (self.errors, self.other_errors) = (Errors::default(), None);
    }

    fn counts_member(&mut self, member: &mut Member<'_, 'a>) -> Result<(), Stop> {
        (self.counts, self.other_counts) = (None, None);
        if member.begins_with('{') {
            member.object(self.counts.insert(Members::new(&COUNTS)))?;
        } else {
            self.other_counts = member.value()?;
        }
        Ok(())
    }

    fn errors_member(&mut self, member: &mut Member<'_, 'a>) -> Result<(), Stop> {
        (self.errors, self.other_errors) = (Errors::default(), None);
        self.arena.clear();
        if member.begins_with('[') {
            self.errors.is_sent = true;
            let members = Members::new(&ERROR);
            member.list(&mut ReadingErrors { errors: &mut self.errors, arena: &mut self.arena, members })?;
        } else {
            self.other_errors = member.value()?;
        }
        Ok(())
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
        if let Some(reason) = self.errors.unreadable.take() {
            return Err(reason);
        }
        let time = |value: Option<Value<'a>>| value.and_then(Value::as_sent)?.brief().and_then(|text| unix_ms(&text));
        let state = state_text.and_then(Value::brief).map_or(JobState::Unknown, |state| JobState::from_text(&state));
        Ok(Facts { json, id, state_text, state, start: time(self.start), finish: time(self.finish), counts })
    }

    /// Makes the job, with its texts in `self.arena`. The arena, and what the job shares with others of the answer, are
    /// still missing in it.
    pub(super) fn job(&mut self, facts: &Facts<'a>) -> Job {
        let Facts { json, id, state_text, state, start, finish, counts } = *facts;
        let arena = &mut self.arena;
        // With a NUL for each. An arena that grows by itself may get twice the memory that it needs. What is still to come is
        // known only now: serde_json needs memory, too, while it reads an answer that is nested deeply.
        let texts = [self.start, self.finish, self.duration, id, state_text];
        let length = json.len() + 1 + texts.into_iter().flatten().map(|text| text.raw().len() + 1).sum::<usize>();
        arena.reserve(arena.length() + length);
        let moment = |arena: &mut Arena, value: Option<Value<'a>>, unix_ms| Moment {
            text: push(arena, value.and_then(Value::as_sent)),
            unix_ms,
        };
        let duration = self.duration.and_then(Value::as_sent);
        Job {
            state,
            start: moment(arena, self.start, start),
            finish: moment(arena, self.finish, finish),
            duration_hours: duration.and_then(Value::brief).and_then(|hours| decimal(&hours)),
            counts,
            errors: std::mem::take(&mut self.errors.list),
            has_error_list: self.errors.is_sent,
            id: push(arena, id),
            state_text: push(arena, state_text),
            duration_text: push(arena, duration),
            json: arena.push(json),
            answer: AnswerInfo::default(),
            arena: Arena::default(),
        }
    }

    /// The texts of the job that was made, in memory of their own without room for more.
    pub(super) fn detach_texts(&mut self) -> Arena {
        self.arena.detach()
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

const ERROR: [&str; 4] = ["value", "url", "number", "isErrorCode"];

struct ReadingErrors<'e, 'a> {
    errors: &'e mut Errors,
    arena: &'e mut Arena,
    members: Members<'a, 4>,
}

impl<'a> Elements<'a> for ReadingErrors<'_, 'a> {
    fn object(&mut self) -> &mut dyn Object<'a> {
        self.members = Members::new(&ERROR);
        &mut self.members
    }

    fn end(&mut self, index: usize, _: &'a str) {
        if self.errors.unreadable.is_some() {
            return;
        }
        let [message, url, number, has_code] = self.members.values;
        let text = |value: Option<Value<'a>>, member| value.map_or(Ok(None), |value| value.text(member));
        let read = || -> Result<_, Unreadable> {
            let (message, url) = (text(message, "value")?, text(url, "url")?);
            let count = number.map_or(Ok(None), |number| number.count("number"))?;
            Ok([message, url, number.filter(|_| count.is_some())])
        };
        match read() {
            Ok(texts) => self.errors.list.push(self.arena, texts, has_code.and_then(Value::flag)),
            Err(reason) => self.errors.fail(index, reason.within(".")),
        }
    }

    fn other(&mut self, index: usize, value: Value<'a>) {
        match value.unless_null() {
            None => self.errors.list.push(self.arena, [None::<Value<'a>>; 3], None),
            Some(value) => self.errors.fail(index, Unreadable::member("", value, "an object")),
        }
    }
}

impl Errors {
    fn fail(&mut self, index: usize, reason: Unreadable) {
        self.unreadable.get_or_insert_with(|| reason.within(&format!("{ERRORS}[{index}]")));
    }
}

fn push(arena: &mut Arena, text: Option<impl Source>) -> Option<Span> {
    text.map(|text| arena.push(text))
}

/// A decimal number as the service writes durations: digits and at most one point. No sign, exponent or name.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.') && text.starts_with(|c: char| c.is_ascii_digit());
    // Of more than 308 digits `parse` makes infinity.
    if plain { text.parse().ok().filter(|number: &f64| number.is_finite()) } else { None }
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
        // More than the largest number of 64 bits.
        assert_eq!(decimal(&"9".repeat(400)), None);
    }
}
