//! The requests: id, base URL, location, access token, user agent.
#![no_main]

use cloudbackupjobs::fuzzing::{Asked, check, job_request, page_requests};
use cloudbackupjobs::{Config, JobType, ObjectType, Query};
use cloudbackupjobs_fuzz::{SECRET, assert_one_line, parts};
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;

const PATH: &str = "/backup/m365/cloudbackupjobs";

fuzz_target!(|data: &[u8]| {
    let Some([id, base, location, token, user_agent]) = parts(data) else { return };
    for base in [base, "https://graph.example/v1/"] {
        let location = (!location.is_empty()).then_some(location);
        match job_request(base, id, location) {
            Ok(asked) => check_job(&asked, id, location),
            Err(reason) => assert_one_line(&reason),
        }
        check_list(base, id, location);
        check_headers(base, token, user_agent);
    }
});

/// What goes on the wire has no blank and no control character, and says the host of the URL.
fn check_asked(asked: &Asked) {
    for text in [&asked.url, &asked.target, &asked.host] {
        assert!(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()), "{text:?}");
    }
    assert!(asked.url.ends_with(&asked.target) && !asked.url.contains('#'), "{asked:?}");
    let (scheme, rest) = asked.url.split_once("://").expect("is absolute");
    let authority = rest.strip_suffix(&asked.target).expect("ends with it");
    let is_default = |port: &str| matches!((scheme, port.trim_start_matches('0')), ("https", "443") | ("http", "80"));
    let bare = authority.rsplit_once(':').filter(|(_, port)| is_default(port)).map_or(authority, |(host, _)| host);
    let bare = bare.strip_suffix(':').unwrap_or(bare);
    assert!(!authority.contains('@'), "{authority}");
    assert!(asked.host == bare || bare.contains(":0"), "{} for {authority}", asked.host);
}

fn check_job(asked: &Asked, id: &str, location: Option<&str>) {
    check_asked(asked);
    let (path, query) =
        asked.target.split_once('?').map_or((&*asked.target, None), |(path, query)| (path, Some(query)));
    assert_eq!(query.map(str::to_owned), location.map(|location| format!("location={location}")));
    let (place, segment) = path.rsplit_once('/').expect("has segments");
    assert!(place.ends_with(PATH), "{path}");
    assert!(!matches!(segment, "" | "." | ".."), "{path}");
    assert_eq!(percent_decode_str(segment).decode_utf8().expect("is UTF-8"), id);
    assert!(segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)), "{segment}");
}

fn check_list(base: &str, id: &str, location: Option<&str>) {
    let number =
        |at: usize| i64::from_le_bytes(std::array::from_fn(|n| id.as_bytes().get(at + n).copied().unwrap_or(0)));
    let time = |ms: i64| {
        let distance = std::time::Duration::from_millis(ms.unsigned_abs());
        if ms < 0 { std::time::UNIX_EPOCH.checked_sub(distance) } else { std::time::UNIX_EPOCH.checked_add(distance) }
    };
    let kind = i32::try_from(number(0).rem_euclid(100)).expect("is small");
    let query = Query::new()
        .since(time(number(0)))
        .until(time(number(8)))
        .job_type(JobType::from_number(kind).expect("is positive"))
        .object_type(ObjectType::from_number(kind / 2).expect("is positive"));
    let query = location.map_or(Ok(query.clone()), |location| query.location(location));
    let Ok((asked, _)) = query.map_err(|error| error.to_string()).and_then(|query| page_requests(base, &query, ""))
    else {
        return;
    };
    check_asked(&asked);
    let (path, query) = asked.target.split_once('?').expect("has a query");
    assert!(path.ends_with(PATH), "{path}");
    let mut names: Vec<&str> = query.split('&').map(|pair| pair.split_once('=').expect("is a pair").0).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "{query}");
    for day in query.split('&').filter_map(|pair| pair.split_once("Time=")) {
        assert!(chrono::NaiveDate::parse_from_str(day.1, "%Y-%m-%d").is_ok(), "{}", day.1);
    }
}

fn check_headers(base: &str, token: &str, user_agent: &str) {
    let token = &*if token.is_empty() { String::new() } else { format!("{SECRET}{token}") };
    let config = Config::new().base_url(base).access_token(token).proxy(Some("")).user_agent(user_agent);
    match check(&config) {
        Ok(checked) => {
            assert_eq!(checked.secret.as_deref(), Some(token));
            assert!(!token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()), "{token:?}");
            assert!(checked.user_agent.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{}", checked.user_agent);
            assert!(!checked.base_url.ends_with('/') && !checked.base_url.contains(['@', '?', '#']));
        }
        Err(error) => {
            assert_one_line(error.message());
            assert!(!error.message().contains(SECRET) || base.contains(SECRET), "{error}");
        }
    }
}
