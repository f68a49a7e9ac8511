//! Dates: those of the service, those of HTTP headers, `Retry-After`, and the library's own. chrono is the judge.
#![no_main]

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime};
use cloudbackupjobs::fuzzing::{http_date_unix_ms, retry_after, texts_of_time, unix_ms};
use cloudbackupjobs_fuzz::{assert_linear, parts, timed};
use libfuzzer_sys::fuzz_target;

/// 0001-01-01T00:00:00, which means that nothing is set.
const NEVER_SET: i64 = -62_135_596_800_000;

fuzz_target!(|data: &[u8]| {
    if let Some(bytes) = data.first_chunk() {
        check_number(i64::from_le_bytes(*bytes));
    }
    let (value, date) = data.split_at(data.len() / 2);
    let _ = retry_after(value, date);
    let Some([text, other]) = parts(data) else { return };
    let (read, time) = timed(|| unix_ms(text));
    assert_linear(time, text.len());
    assert_eq!(read, judge(text), "{text}");
    check_http(text);
    check_retry_after(text, other);
});

/// What chrono reads, for texts in the form that the library reads: a date and a time, and maybe a fraction and an offset.
fn judge(text: &str) -> Option<i64> {
    let (second, rest) = text.split_at_checked(19)?;
    if !fits(second, "dddd-dd-ddTdd:dd:dd") {
        return None;
    }
    let (fraction, offset) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())),
        None => ("0", rest),
    };
    if fraction.is_empty() {
        return None;
    }
    // Finer fractions are cut off, and chrono reads nine digits.
    let fraction = &fraction[..fraction.len().min(9)];
    let offset = match offset.as_bytes() {
        b"" | b"z" => "Z".to_owned(),
        [_, h1, h2] if h1.is_ascii_digit() && h2.is_ascii_digit() => format!("{offset}:00"),
        [_, h1, ..] if offset.len() == 5 && h1.is_ascii_digit() && offset.is_char_boundary(3) => {
            format!("{}:{}", &offset[..3], &offset[3..])
        }
        _ => offset.to_owned(),
    };
    if !offset.is_ascii() || !offset.starts_with(['Z', '+', '-']) {
        return None;
    }
    let time = DateTime::parse_from_rfc3339(&format!("{second}.{fraction}{offset}")).ok()?;
    // Nothing is set, either, where the date is written with another offset.
    let written = DateTime::parse_from_rfc3339(&format!("{second}.{fraction}Z")).ok()?.timestamp_millis();
    // The year 0 is none.
    let ms = time.timestamp_millis();
    (![ms, written].contains(&NEVER_SET) && !second.starts_with("0000")).then_some(ms)
}

/// Whether a text has this form: `d` stands for a digit, and `a` for a letter.
fn fits(text: &str, form: &str) -> bool {
    let is = |(byte, form): (u8, u8)| match form {
        b'd' => byte.is_ascii_digit(),
        b'a' => byte.is_ascii_alphabetic(),
        _ => byte == form,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(is)
}

fn check_number(ms: i64) {
    let (second, day) = texts_of_time(ms);
    match DateTime::from_timestamp_millis(ms).map(|time| time.naive_utc()) {
        Some(time) if (1..=9999).contains(&chrono::Datelike::year(&time)) => {
            assert_eq!(second, time.format("%Y-%m-%dT%H:%M:%SZ").to_string());
            assert_eq!(day, Some(time.format("%Y-%m-%d").to_string()));
            assert_eq!(unix_ms(&second), Some(ms.div_euclid(1000) * 1000).filter(|ms| *ms != NEVER_SET));
        }
        _ => assert_eq!((second, day), (format!("{} s after 1970", ms.div_euclid(1000)), None)),
    }
}

/// A date that chrono reads in the strict form is read in the same way, and what is read is written back as the same time.
fn check_http(text: &str) {
    let strict = NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT").ok();
    let is_strict = fits(text, "aaa, dd aaa dddd dd:dd:dd GMT");
    let read = http_date_unix_ms(text);
    if let Some(time) = strict.filter(|time| is_strict && chrono::Datelike::year(time) > 0) {
        assert_eq!(read, Some(time.and_utc().timestamp_millis()), "{text}");
    }
    if let Some(ms) = read {
        let time = DateTime::from_timestamp_millis(ms).expect("is in the range").format("%a, %d %b %Y %H:%M:%S GMT");
        assert_eq!(http_date_unix_ms(&time.to_string()), Some(ms), "{text}");
    }
}

fn check_retry_after(value: &str, date: &str) {
    // Other characters cannot be in a header, or make it unreadable.
    if [value, date].iter().any(|text| text.bytes().any(|byte| !matches!(byte, b' '..=b'~'))) {
        return;
    }
    let trimmed = value.trim();
    let read = retry_after(value.as_bytes(), date.as_bytes());
    if let Ok(seconds) = trimmed.parse::<u32>()
        && trimmed.bytes().all(|byte| byte.is_ascii_digit())
    {
        assert_eq!(read, Some(Duration::from_secs(seconds.into())), "{value}");
    }
    if let (Some(wait), Some(until), Some(now)) = (read, http_date_unix_ms(trimmed), http_date_unix_ms(date.trim())) {
        assert_eq!(wait, Duration::from_millis(u64::try_from(until - now).unwrap_or(0)));
    }
    assert!(read.is_none_or(|wait| wait < Duration::from_secs(400_000_000_000)));
}
