//! What the fuzz targets in `fuzz/` call and no program can: compiled only by cargo-fuzz, which sets `cfg(fuzzing)`. Each
//! room that has something for them has a file `fuzzing.rs`, so that nothing else of it has to be visible.

use std::time::Duration;

use ureq::http::{HeaderMap, HeaderValue, header};

use crate::http::Answer;
use crate::secret::{self, Echo};
use crate::{report, time};

pub use crate::certificate::fuzzing::{Opened, open};
pub use crate::client::fuzzing::{Asked, Page, echoes, job_request, page, page_requests};
pub use crate::config::fuzzing::{Checked, check, is_excepted, proxy};
pub use crate::http::fuzzing::received;
pub use crate::sys::{Judged, judge_file, judge_without_lists, path_for_icacls, sid_text};

/// Unix milliseconds of an ISO 8601 date and time.
pub fn unix_ms(text: &str) -> Option<i64> {
    time::unix_ms(text)
}

/// Unix milliseconds of an HTTP date.
pub fn http_date_unix_ms(text: &str) -> Option<i64> {
    time::http_date_unix_ms(text)
}

/// A point in time in UTC, and its day.
pub fn texts_of_time(unix_ms: i64) -> (String, Option<String>) {
    (time::utc_text(unix_ms.div_euclid(1000)), time::date_text(unix_ms))
}

/// How long an answer with these headers asks to wait.
pub fn retry_after(retry_after: &[u8], date: &[u8]) -> Option<Duration> {
    let mut headers = HeaderMap::new();
    for (name, value) in [(header::RETRY_AFTER, retry_after), (header::DATE, date)] {
        headers.insert(name, HeaderValue::from_bytes(value).ok()?);
    }
    report::retry_after(&Answer { status: 429, headers, body: Vec::new(), incomplete: None })
}

/// What became of a secret in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// The text does not contain it.
    Nothing,
    /// It was removed.
    Removed,
    /// It cannot be removed: the text must not be shown.
    Withheld,
}

/// Removes a secret from a server's text.
pub fn hide(text: &mut Vec<u8>, secret: &str) -> Hidden {
    match secret::hide(text, secret) {
        Echo::Nothing => Hidden::Nothing,
        Echo::Hidden => Hidden::Removed,
        Echo::Withheld => Hidden::Withheld,
    }
}

/// A text that may be shown.
pub fn conceal(text: &str, secret: &str) -> String {
    secret::conceal(text, secret).into_owned()
}
