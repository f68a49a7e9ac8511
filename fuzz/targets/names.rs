//! Proxies and their exceptions, and names of states and kinds: text, list, host.
#![no_main]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cloudbackupjobs::fuzzing::{is_excepted, proxy};
use cloudbackupjobs::{JobState, JobType, ObjectType};
use cloudbackupjobs_fuzz::{assert_linear, parts, timed};
use libfuzzer_sys::fuzz_target;
use percent_encoding::percent_decode_str;

const SECRET: &str = "Zk9canary7Qx";

fuzz_target!(|data: &[u8]| {
    let Some([text, list, host]) = parts(data) else { return };
    check_proxy(&text.replace('$', SECRET));
    for host in [host, "a.graph.example", "127.0.0.1", "[::1]"] {
        check_exceptions(list, host);
    }
    check_kinds(text);
});

fn check_proxy(url: &str) {
    match proxy(url) {
        Ok(None) => assert!(url.is_empty(), "{url}"),
        Ok(Some((origin, authorization))) => {
            assert!(origin.bytes().all(|byte| byte.is_ascii_graphic()) && !origin.contains('@'), "{origin}");
            let user =
                url.rsplit_once('@').map(|(before, _)| before.split_once("://").map_or(before, |(_, user)| user));
            let decoded = authorization.map(|value| {
                assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')), "{value}");
                BASE64_STANDARD.decode(value.strip_prefix("Basic ").expect("is Basic")).expect("is base64")
            });
            let expected = user.map(|user| {
                let (user, password) = user.split_once(':').unwrap_or((user, ""));
                let mut expected: Vec<u8> = percent_decode_str(user).collect();
                expected.push(b':');
                expected.extend(percent_decode_str(password));
                expected
            });
            assert_eq!(decoded, expected, "{url}");
        }
        Err(reason) => assert!(!reason.contains(SECRET), "{reason}"),
    }
}

fn check_exceptions(list: &str, host: &str) {
    let url = format!("https://{host}");
    let (excepted, time) = timed(|| is_excepted(list, &url));
    assert_linear(time, list.len());
    let Ok(excepted) = excepted else { return };
    // Case, order, repetition and separators mean nothing, and an entry more excepts no host less.
    assert_eq!(is_excepted(&list.to_ascii_uppercase(), &url), Ok(excepted));
    assert_eq!(is_excepted(list, &url.to_ascii_uppercase().replace("HTTPS", "https")), Ok(excepted));
    let mut entries: Vec<&str> = list.split([',', ' ', '\t']).collect();
    entries.reverse();
    assert_eq!(is_excepted(&entries.join(" ,, "), &url), Ok(excepted));
    assert_eq!(is_excepted(&format!("{list},*"), &url), Ok(true));
    // One of the entries alone excepts it, if the list does.
    assert_eq!(entries.iter().any(|entry| is_excepted(entry, &url) == Ok(true)), excepted);
    // A host excepts itself, also with its port.
    let bare = host.split('/').next().unwrap_or_default();
    if !bare.is_empty() && !bare.ends_with('.') && !bare.contains([',', ' ', '*']) && !bare.ends_with(':') {
        assert_eq!(is_excepted(bare, &url), Ok(true), "{bare}");
    }
}

/// Case, blanks, `_` and `-` do not count in a name; every name leads to its own number and back.
fn check_kinds(text: &str) {
    let changed: String = text.to_ascii_uppercase().chars().flat_map(|c| [c, '_', ' ']).collect();
    assert_eq!(JobType::from_name(&changed), JobType::from_name(text));
    assert_eq!(ObjectType::from_name(&changed), ObjectType::from_name(text));
    assert_eq!(JobState::from_name(&changed), JobState::from_name(text));
    let found = [
        JobType::from_name(text).and_then(JobType::name),
        ObjectType::from_name(text).and_then(ObjectType::name),
        JobState::from_name(text).map(JobState::name),
    ];
    let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '\t', '_', '-'], "");
    for name in found.into_iter().flatten() {
        assert_eq!(plain(name), plain(text));
    }
}
