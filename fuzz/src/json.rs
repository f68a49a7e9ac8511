//! What a job must be, as serde_json sees the document; and the same document with other blanks.

use cloudbackupjobs::Job;
use serde_json::Value;

/// What can be compared with other readers, and does not change with the blanks in the document.
#[derive(Debug, PartialEq)]
pub struct Facts {
    pub id: Option<String>,
    pub state: Option<String>,
    pub times: [Option<String>; 2],
    pub duration: Option<String>,
    pub counts: [Option<i64>; 4],
    pub errors: Option<Vec<(Option<String>, Option<String>, Option<i64>, Option<bool>)>>,
}

impl Facts {
    pub fn of_job(job: &Job) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let errors = job
            .errors()
            .map(|error| (owned(error.message()), owned(error.url()), error.occurrences(), error.has_code()));
        let errors: Vec<_> = errors.collect();
        Self {
            id: owned(job.id()),
            state: owned(job.state_text()),
            times: [owned(job.start_time_text()), owned(job.finish_time_text())],
            duration: owned(job.duration_text()),
            counts: [job.total_count(), job.failed_count(), job.successful_count(), job.skipped_count()],
            errors: job.has_error_list().then_some(errors),
        }
    }

    /// The same without texts that the library gives out as sent, whatever their kind: there, blanks stay.
    pub fn without_blanks(mut self) -> Self {
        for text in self.times.iter_mut().chain([&mut self.duration]) {
            *text = text.take().filter(|text| !text.starts_with(['{', '[']));
        }
        self
    }

    /// The facts in `data`. `Err` if the library must refuse it, and `None` if this reader cannot tell: it forgets how
    /// numbers were written.
    fn of_value(data: &Value) -> Option<Result<Self, ()>> {
        let mut reading = Reading::default();
        let details = &data["backupDetails"];
        let errors = &data["jobErrors"];
        if !matches!(details, Value::Null | Value::Object(_)) || !matches!(errors, Value::Null | Value::Array(_)) {
            reading.is_refused = true;
        }
        let counts = [
            ["totalNumber", "totalCount"],
            ["failedNumber", "failedCount"],
            ["successfulNumber", "successfulCount"],
            ["skippedNumber", "skippedCount"],
        ];
        let counts = counts.map(|[one, other]| {
            // The other spelling is read only if there is nothing under the first one.
            reading.count(&details[one]).or_else(|| reading.count(&details[other]))
        });
        let errors = errors.as_array().map(|list| list.iter().map(|entry| reading.error(entry)).collect());
        let facts = Self {
            id: reading.text(&data["id"]),
            state: reading.text(&data["state"]),
            times: [reading.as_sent(&data["startTime"])?, reading.as_sent(&data["finishTime"])?],
            duration: reading.as_sent(&data["duration"])?,
            counts,
            errors,
        };
        (!reading.is_unsure).then_some(if reading.is_refused { Err(()) } else { Ok(facts) })
    }
}

#[derive(Default)]
struct Reading {
    is_refused: bool,
    is_unsure: bool,
}

impl Reading {
    fn text(&mut self, value: &Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::String(text) => (!text.is_empty()).then(|| text.replace('\0', "\u{FFFD}")),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Number(number) => {
                self.is_unsure |= !(number.is_u64() || number.is_i64());
                Some(number.to_string())
            }
            Value::Array(_) | Value::Object(_) => {
                self.is_refused = true;
                None
            }
        }
    }

    /// `None` if this reader cannot tell what was sent.
    fn as_sent(&mut self, value: &Value) -> Option<Option<String>> {
        match value {
            Value::Array(_) | Value::Object(_) => None,
            value => Some(self.text(value)),
        }
    }

    fn count(&mut self, value: &Value) -> Option<i64> {
        let digits = self.text(value)?;
        // The library does not read a count that is longer than that.
        self.is_unsure |= digits.len() > 4000;
        let count = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
        self.is_refused |= count.is_none();
        count
    }

    fn error(&mut self, entry: &Value) -> (Option<String>, Option<String>, Option<i64>, Option<bool>) {
        if !matches!(entry, Value::Null | Value::Object(_)) {
            self.is_refused = true;
        }
        let flag = match &entry["isErrorCode"] {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        (self.text(&entry["value"]), self.text(&entry["url"]), self.count(&entry["number"]), flag)
    }
}

/// The document as serde_json reads it, if it is an object. `None` also for what only serde_json refuses: half of a
/// surrogate pair, a number that is too large, and more than 128 levels.
pub fn judge(body: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(body).ok()?;
    let value: Value = serde_json::from_str(text.strip_prefix('\u{FEFF}').unwrap_or(text)).ok()?;
    value.is_object().then_some(value)
}

/// Whether the envelope says success.
pub fn is_success(envelope: &Value) -> bool {
    match &envelope["statusCode"] {
        Value::Null => !envelope["data"].is_null(),
        Value::Number(number) => matches!(number.as_u64(), Some(0 | 200..=299)),
        _ => false,
    }
}

/// What the library must say about `data`, as far as this reader knows: see [`Facts::of_value`].
pub fn expected(data: &Value) -> Option<Result<Facts, ()>> {
    let members = data.as_object()?;
    if members.is_empty() { None } else { Facts::of_value(data) }
}

/// A document that is valid, with all blanks outside of its strings replaced by others.
pub fn with_other_blanks(body: &[u8]) -> Vec<u8> {
    const BLANKS: [&[u8]; 5] = [b" ", b"\n", b"\r\n\t", b"", b"  "];
    let (mut made, mut is_string, mut is_escape) = (Vec::with_capacity(4 * body.len()), false, false);
    let mut next = BLANKS.iter().cycle();
    for byte in body.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(body) {
        if is_string {
            made.push(*byte);
            is_string = is_escape || *byte != b'"';
            is_escape = !is_escape && *byte == b'\\';
        } else if matches!(byte, b'{' | b'}' | b'[' | b']' | b':' | b',') {
            made.extend_from_slice(next.next().expect("has no end"));
            made.push(*byte);
            made.extend_from_slice(next.next().expect("has no end"));
        } else if !byte.is_ascii_whitespace() {
            made.push(*byte);
            is_string = *byte == b'"';
        }
    }
    made
}
