//! Points in time: now, the service's ISO 8601, and the dates of HTTP headers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate, NaiveDateTime};

/// The time of this machine's clock, in Unix milliseconds.
pub(crate) fn unix_ms_now() -> i64 {
    let ms = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    SystemTime::now().duration_since(UNIX_EPOCH).map_or_else(|before| -ms(before.duration()), ms)
}

/// The time of this machine's clock, in Unix seconds.
pub(crate) fn unix_seconds_now() -> i64 {
    unix_ms_now() / 1000
}

/// Unix milliseconds of the date that .NET writes for "not set".
const NEVER_SET: i64 = -62_135_596_800_000;

/// Unix milliseconds of an ISO 8601 date and time; finer fractions are cut off, not rounded. A time without an offset
/// is UTC, as the service documents. `None` if the text cannot be read, and for 0001-01-01T00:00:00, which .NET writes
/// for "not set".
pub(crate) fn unix_ms(text: &str) -> Option<i64> {
    // The usual form first: chrono's format strings cost many times as much.
    usual_unix_ms(text).or_else(|| other_unix_ms(text)).filter(|ms| *ms != NEVER_SET)
}

/// Reads the form that the service documents, to the second or finer, and in UTC: `2024-12-02T07:52:25.123Z`.
fn usual_unix_ms(text: &str) -> Option<i64> {
    let (second, rest) = text.as_bytes().split_at_checked(19)?;
    let number = |place: std::ops::Range<usize>| {
        second[place]
            .iter()
            .try_fold(0_u32, |number, digit| digit.is_ascii_digit().then(|| 10 * number + u32::from(digit - b'0')))
    };
    if [second[4], second[7], second[10], second[13], second[16]] != *b"--T::" {
        return None;
    }
    let fraction = match rest {
        b"Z" => &[][..],
        [b'.', fraction @ .., b'Z'] if !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit) => fraction,
        _ => return None,
    };
    let milliseconds =
        fraction.iter().copied().chain([b'0'; 3]).take(3).fold(0, |ms, digit| 10 * ms + u32::from(digit - b'0'));
    let date = NaiveDate::from_ymd_opt(number(0..4)?.try_into().ok()?, number(5..7)?, number(8..10)?)?;
    let time = date.and_hms_milli_opt(number(11..13)?, number(14..16)?, number(17..19)?, milliseconds)?;
    Some(time.and_utc().timestamp_millis())
}

fn other_unix_ms(text: &str) -> Option<i64> {
    let exact = if text.as_bytes().get(10) == Some(&b'T') { DateTime::parse_from_rfc3339(text).ok() } else { None };
    match exact.or_else(|| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%#z").ok()) {
        Some(time) => Some(time.timestamp_millis()),
        None => Some(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?.and_utc().timestamp_millis()),
    }
}

/// Unix milliseconds of an HTTP date, in the preferred form or in one of the two obsolete forms (RFC 9110 section
/// 5.6.7).
pub(crate) fn http_date_unix_ms(text: &str) -> Option<i64> {
    const FORMS: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
    let time = FORMS.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())?;
    Some(time.and_utc().timestamp_millis())
}

/// A point in time as people and the service write it, in UTC and to the second: `2026-11-24T03:00:00Z`.
pub(crate) fn utc_text(unix_seconds: i64) -> String {
    match DateTime::from_timestamp(unix_seconds, 0) {
        // chrono's `Debug` is ISO 8601, and does not pull in the code for format strings.
        Some(time) => format!("{:?}Z", time.naive_utc()),
        None => format!("{unix_seconds} s after 1970"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_form_is_read() {
        const AT: i64 = 1_733_125_945_000;
        for (text, ms) in [
            ("2024-12-02T07:52:25Z", Some(AT)),
            ("2024-12-02T07:52:25.1Z", Some(AT + 100)),
            ("2024-12-02T07:52:25.123Z", Some(AT + 123)),
            ("2024-12-02T07:52:25.1239999Z", Some(AT + 123)),
            ("2024-12-02T07:52:25.123999999Z", Some(AT + 123)),
            ("2024-12-02T07:52:25.Z", None),
            ("2024-12-02T07:52:60Z", Some(AT + 35_000)),
            ("2024-02-30T07:52:25Z", None),
            ("2024-12-02T07:52:25z", Some(AT)),
            ("2024-12-02T07:52:25.1234567890123Z", Some(AT + 123)),
            ("2024-12-02t07:52:25Z", None),
            ("2024-12-02T07:52:25+00:00", Some(AT)),
            ("2024-12-02T08:52:25+01:00", Some(AT)),
            ("2024-12-01T22:22:25.5-09:30", Some(AT + 500)),
            ("2024-12-02T08:52:25+0100", Some(AT)),
            ("2024-12-02T08:52:25+01", Some(AT)),
            ("2024-12-02T07:52:25", Some(AT)),
            ("2024-12-02T07:52:25.5", Some(AT + 500)),
            ("1969-12-31T23:59:59.9995Z", Some(-1)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("0001-01-01T00:00:00", None),
            ("0001-01-01T00:00:00Z", None),
            ("2024-12-02", None),
            ("2024-13-02T07:52:25Z", None),
            ("12/2/2024 7:52:25 AM", None),
            ("1733125945", None),
            ("", None),
        ] {
            assert_eq!(unix_ms(text), ms, "{text}");
        }
    }

    #[test]
    fn http_dates() {
        assert_eq!(http_date_unix_ms("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
        assert_eq!(http_date_unix_ms("120"), None);
        assert_eq!(http_date_unix_ms("soon"), None);
    }
}
