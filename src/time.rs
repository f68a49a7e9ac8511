//! Points in time: now, the service's ISO 8601, and the dates of HTTP headers.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The time of this machine's clock, in Unix milliseconds.
pub(crate) fn unix_ms_now() -> i64 {
    unix_ms_of(SystemTime::now())
}

/// `time` in Unix milliseconds. Finer fractions are cut off. A time beyond what 64 bits can hold is the first or last that
/// they can.
pub(crate) fn unix_ms_of(time: SystemTime) -> i64 {
    let ms = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    time.duration_since(UNIX_EPOCH).map_or_else(|before| -ms(before.duration()), ms)
}

/// The time of this machine's clock, in Unix seconds.
pub(crate) fn unix_seconds_now() -> i64 {
    unix_ms_now() / 1000
}

/// Unix milliseconds of the date that .NET writes for "not set".
const NEVER_SET: i64 = -62_135_596_800_000;

/// Unix milliseconds of an ISO 8601 date and time, such as `2024-12-02T07:52:25.123Z`; finer fractions are cut off, not
/// rounded. A time without an offset is UTC, as the service documents. `None` if the text cannot be read, and for
/// 0001-01-01T00:00:00 with any offset, which .NET writes for "not set".
pub(crate) fn unix_ms(text: &str) -> Option<i64> {
    let (second, rest) = text.as_bytes().split_at_checked(19)?;
    if [second[4], second[7], second[10], second[13], second[16]] != *b"--T::" {
        return None;
    }
    let days = days_after_1970(number(&second[..4])?, number(&second[5..7])?, number(&second[8..10])?)?;
    let of_day = seconds_of_day(&second[11..])?;
    let (ms, offset) = match rest {
        [b'.', rest @ ..] => {
            let (fraction, offset) = rest.split_at(rest.iter().take_while(|byte| byte.is_ascii_digit()).count());
            let digits = fraction.iter().copied().chain([b'0'; 3]).take(3);
            let ms = (!fraction.is_empty()).then(|| digits.fold(0, |ms, digit| 10 * ms + i64::from(digit - b'0')))?;
            (ms, offset)
        }
        offset => (0, offset),
    };
    let written = 1000 * (days * SECONDS_OF_DAY + of_day) + ms;
    let instant = written - 1000 * seconds_of_offset(offset)?;
    // .NET writes the same date with the offset of the machine.
    (written != NEVER_SET && instant != NEVER_SET).then_some(instant)
}

/// The offset from UTC, in seconds: `Z`, `+01:00`, `+0100`, `+01` or nothing.
fn seconds_of_offset(offset: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match offset {
        b"" | b"Z" | b"z" => return Some(0),
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => (sign, number(&[*h1, *h2])?, number(&[*m1, *m2])?),
        [sign, h1, h2] => (sign, number(&[*h1, *h2])?, 0),
        _ => return None,
    };
    let seconds = (hours < 24 && minutes < 60).then_some(3600 * hours + 60 * minutes)?;
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// Unix milliseconds of an HTTP date, in the preferred form or in one of the two obsolete forms (RFC 9110 section
/// 5.6.7).
pub(crate) fn http_date_unix_ms(text: &str) -> Option<i64> {
    let words: Vec<&str> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let (day, month, year, time) = match words[..] {
        // "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT"
        [weekday, day, month, year, time, "GMT"] if weekday.ends_with(',') => (day, month, year, time),
        // "Sun Nov  6 08:49:37 1994"
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .iter()
        .position(|name| name.eq_ignore_ascii_case(month))?;
    let year = match (year.len(), number(year.as_bytes())?) {
        (4, year) => year,
        (2, year @ 70..) => 1900 + year,
        (2, year) => 2000 + year,
        _ => return None,
    };
    let days = days_after_1970(year, month as i64 + 1, (day.len() <= 2).then(|| number(day.as_bytes()))??)?;
    Some(1000 * (days * SECONDS_OF_DAY + seconds_of_day(time.as_bytes())?))
}

/// The day of a point in time in UTC: `2026-11-24`. `None` before the year 1 and after the year 9999.
pub(crate) fn date_text(unix_ms: i64) -> Option<String> {
    const END: i64 = 253_402_300_800_000;
    (NEVER_SET..END).contains(&unix_ms).then(|| {
        let mut text = utc_text(unix_ms.div_euclid(1000));
        text.truncate("2026-11-24".len());
        text
    })
}

/// A point in time as people and the service write it, in UTC and to the second: `2026-11-24T03:00:00Z`.
pub(crate) fn utc_text(unix_seconds: i64) -> String {
    let (days, of_day) = (unix_seconds.div_euclid(SECONDS_OF_DAY), unix_seconds.rem_euclid(SECONDS_OF_DAY));
    // At most one year too early.
    let mut year = (days + DAYS_BEFORE_1970) * 400 / DAYS_OF_400_YEARS + 1;
    if days_after_1970(year + 1, 1, 1).is_some_and(|next| next <= days) {
        year += 1;
    }
    let day_in = |month: i64| Some(days - days_after_1970(year, month, 1)? + 1).filter(|day| *day >= 1);
    let date = (1..=12).rev().find_map(|month| Some((month, day_in(month)?)));
    let Some((month, day)) = date.filter(|(month, day)| days_after_1970(year, *month, *day).is_some()) else {
        return format!("{unix_seconds} s after 1970");
    };
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

const SECONDS_OF_DAY: i64 = 24 * 60 * 60;

/// The days from 0001-01-01 to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_162;

const DAYS_OF_400_YEARS: i64 = 146_097;

/// The days from 1970-01-01 to a date of the Gregorian calendar. `None` for a date that does not exist, or has a year of
/// more than four digits.
fn days_after_1970(year: i64, month: i64, day: i64) -> Option<i64> {
    const BEFORE: [i64; 13] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let before = |month: usize| BEFORE.get(month).map(|days| days + i64::from(is_leap && month >= 2));
    let index = usize::try_from(month - 1).ok()?;
    let (begin, end) = (before(index)?, before(index + 1)?);
    if !(1..=9999).contains(&year) || !(1..=end - begin).contains(&day) {
        return None;
    }
    let years = year - 1;
    Some(365 * years + years / 4 - years / 100 + years / 400 + begin + day - 1 - DAYS_BEFORE_1970)
}

/// The seconds since midnight of a time such as `07:52:25`. A leap second (60) counts as the second after it.
fn seconds_of_day(time: &[u8]) -> Option<i64> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *time else { return None };
    let (hour, minute, second) = (number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?);
    (hour < 24 && minute < 60 && second <= 60).then_some(3600 * hour + 60 * minute + second)
}

/// The number that is written in `digits`, four at most.
fn number(digits: &[u8]) -> Option<i64> {
    let digit = |number, byte: &u8| byte.is_ascii_digit().then(|| 10 * number + i64::from(byte - b'0'));
    (digits.len() <= 4).then(|| digits.iter().try_fold(0, digit))?
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike, FixedOffset, NaiveDate, TimeDelta, TimeZone};

    use super::*;

    #[test]
    fn now_is_the_clocks_time_in_either_unit() {
        let seconds = chrono::Utc::now().timestamp();
        assert!((unix_seconds_now() - seconds).abs() < 60);
        assert!((unix_ms_now() / 1000 - seconds).abs() < 60);
    }

    #[test]
    fn days_are_those_of_utc() {
        for (unix_ms, day) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (1_795_305_599_999, "2026-11-21"),
            (1_795_305_600_000, "2026-11-22"),
            (NEVER_SET, "0001-01-01"),
            (253_402_300_799_999, "9999-12-31"),
        ] {
            assert_eq!(date_text(unix_ms).as_deref(), Some(day), "{unix_ms}");
        }
        for unix_ms in [i64::MIN, NEVER_SET - 1, 253_402_300_800_000, i64::MAX] {
            assert_eq!(date_text(unix_ms), None, "{unix_ms}");
        }
    }

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
            ("2024-12-03T07:51:25+23:59", Some(AT)),
            ("2024-12-02T08:52:25+24:00", None),
            ("2024-12-02T08:52:25+01:60", None),
            ("2024-12-02T08:52:25*01:00", None),
            ("2024-12-02T07:52:25", Some(AT)),
            ("2024-12-02T07:52:25.5", Some(AT + 500)),
            ("1969-12-31T23:59:59.9995Z", Some(-1)),
            ("1970-01-01T00:00:00Z", Some(0)),
            ("0001-01-01T00:00:00", None),
            ("0001-01-01T00:00:00Z", None),
            ("0001-01-01T00:00:00+08:00", None),
            ("0001-01-01T00:00:00.000-05:00", None),
            ("0001-01-01T08:00:00+08:00", None),
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
        for text in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!(http_date_unix_ms(text), Some(784_111_777_000), "{text}");
        }
        // A year of two digits is one of the hundred years from 1970 on.
        for (text, ms) in [
            ("Thursday, 01-Jan-70 00:00:01 GMT", 1000),
            ("Saturday, 01-Jan-00 00:00:00 GMT", 946_684_800_000),
            ("Thursday, 06-Nov-25 08:49:37 GMT", 1_762_418_977_000),
            ("Tuesday, 31-Dec-69 23:59:59 GMT", 3_155_759_999_000),
        ] {
            assert_eq!(http_date_unix_ms(text), Some(ms), "{text}");
        }
        for text in [
            "Sun 06 Nov 1994 08:49:37 GMT",
            "120",
            "soon",
            "",
            "-",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nox 1994 08:49:37 GMT",
            "Sun, 06 Nov 994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:49:37 GMT",
            "Sun, 06 Nov 1994 8:49:37 GMT",
        ] {
            assert_eq!(http_date_unix_ms(text), None, "{text}");
        }
    }

    /// chrono is the judge: every day of four-digit years, with another time and offset each.
    #[test]
    fn dates_are_those_of_a_calendar() {
        const FORMS: [&str; 3] = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];
        let first = NaiveDate::from_ymd_opt(1, 1, 1).expect("is a date");
        let last = NaiveDate::from_ymd_opt(9999, 12, 31).expect("is a date");
        let mut days = 0;
        for (number, date) in first.iter_days().take_while(|date| *date <= last).enumerate() {
            let (year, month, day) = (date.year().into(), date.month().into(), date.day().into());
            assert_eq!(
                days_after_1970(year, month, day),
                Some(i64::from(date.num_days_from_ce()) - 1 - DAYS_BEFORE_1970),
                "{date}"
            );
            days += 1;
            if [1, 28, 29, 30, 31].contains(&day) {
                let midnight = date.and_hms_opt(0, 0, 0).expect("exists").and_utc().timestamp();
                assert_eq!(utc_text(midnight), format!("{date}T00:00:00Z"));
            }
            // With a prime number as the step, every offset and time of day comes up.
            if number % 37 != 0 {
                continue;
            }
            // The product needs more than 32 bits.
            let (seconds, minutes) = (number as i64 * 7919 % 86_400, number % 1440);
            let time = date.and_hms_opt(0, 0, 0).expect("exists") + TimeDelta::seconds(seconds);
            let unix = time.and_utc().timestamp();
            assert_eq!(utc_text(unix), time.format("%Y-%m-%dT%H:%M:%SZ").to_string());
            if unix == NEVER_SET / 1000 {
                continue;
            }
            let sign = if number % 2 == 0 { 1 } else { -1 };
            let offset = FixedOffset::east_opt(sign * 60 * minutes as i32).expect("is less than a day");
            let fraction = &"987654321098"[..number % 13];
            let ms = fraction.get(..3).map_or_else(|| format!("{fraction:0<3}"), str::to_owned);
            let ms = 1000 * unix + ms.parse::<i64>().expect("is a number");
            let point = if fraction.is_empty() { "" } else { "." };
            for zone in ["%:z", "%z"] {
                let at = time.format("%Y-%m-%dT%H:%M:%S");
                let text = format!("{at}{point}{fraction}{}", offset.from_utc_datetime(&time).format(zone));
                assert_eq!(unix_ms(&text), Some(ms - 60_000 * i64::from(sign) * minutes as i64), "{text}");
            }
            for form in &FORMS[..if (1970..2070).contains(&year) { 3 } else { 1 }] {
                let text = time.format(form).to_string();
                assert_eq!(http_date_unix_ms(&text), Some(1000 * unix), "{text}");
            }
        }
        assert_eq!(days, 3_652_059);
        for (year, month, day) in
            [(0, 12, 31), (10_000, 1, 1), (2023, 2, 29), (1900, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 13, 1)]
        {
            assert_eq!(days_after_1970(year, month, day), None, "{year}-{month}-{day}");
        }
        assert_eq!((days_after_1970(2024, 0, 1), days_after_1970(2024, 1, 0)), (None, None));
        assert_eq!(utc_text(i64::MAX), format!("{} s after 1970", i64::MAX));
        assert_eq!(utc_text(i64::MIN), format!("{} s after 1970", i64::MIN));
        assert_eq!(utc_text(253_402_300_799), "9999-12-31T23:59:59Z");
        assert_eq!(utc_text(253_402_300_800), "253402300800 s after 1970");
    }
}
