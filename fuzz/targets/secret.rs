//! Secrets in a server's text: text, secret.
#![no_main]

use cloudbackupjobs::fuzzing::{Hidden, conceal, hide};
use cloudbackupjobs_fuzz::{assert_linear, measured, parts, timed};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const MARK: &str = "[secret]";

fuzz_target!(|data: &[u8]| {
    let Some([text, secret]) = parts(data) else { return };
    // A secret that is a part of a mark, or continues one, appears with the mark. A short text with a quote is in every document.
    if secret.is_empty()
        || MARK.contains(secret)
        || secret.contains(['[', ']'])
        || secret.len() < 8 && secret.contains('"')
    {
        return;
    }
    let shown = conceal(text, secret);
    assert!(!shown.contains(secret), "{shown}");
    check_hide(text, secret);
});

fn check_hide(text: &str, secret: &str) {
    let mut hidden = text.as_bytes().to_vec();
    let capacity = hidden.capacity();
    let ((result, most, _), time) = timed(|| measured(|| hide(&mut hidden, secret)));
    assert_linear(time, text.len() + secret.len());
    assert!(most <= 2 * text.len() + secret.len() + 4096, "{most} for {}", text.len());
    assert!(hidden.len() <= text.len() && hidden.capacity() == capacity);
    let after = std::str::from_utf8(&hidden).unwrap_or_else(|error| panic!("{error}: {hidden:?}"));
    match result {
        Hidden::Nothing => {
            assert_eq!(after, text);
            assert!(!text.contains(secret), "{text}");
            assert!(!any_string(text, secret), "{text}");
        }
        Hidden::Removed => {
            assert!(!after.contains(secret), "{after}");
            assert!(!any_string(after, secret), "{after}");
            // The same document, without some strings. A secret may also be the second half of an escape.
            let is_document = serde_json::from_str::<Value>(text).is_ok_and(|value| value.is_object());
            if is_document && !text.contains('\\') && !structural(secret) {
                assert!(serde_json::from_str::<Value>(after).is_ok(), "{text} {after}");
            }
            check_rest(text, after, secret);
            let mut again = hidden.clone();
            assert_eq!((hide(&mut again, secret), again), (Hidden::Nothing, hidden));
        }
        Hidden::Withheld => assert!(text.contains(secret) || text.contains('\\'), "{text}"),
    }
}

/// Whether a secret may be a part of what is between the strings of a document, or of an escape.
fn structural(secret: &str) -> bool {
    secret.contains(['"', '\\', '{', '}', '[', ']', ':', ','])
        || secret.bytes().all(|byte| !byte.is_ascii_alphabetic() || byte == b'e')
}

/// Whether the secret is in a string or a name of a document, when its escapes are read.
fn any_string(document: &str, secret: &str) -> bool {
    fn holds(value: &Value, secret: &str) -> bool {
        match value {
            Value::String(text) => text.contains(secret),
            Value::Array(list) => list.iter().any(|value| holds(value, secret)),
            Value::Object(members) => members.iter().any(|(name, value)| name.contains(secret) || holds(value, secret)),
            _ => false,
        }
    }
    serde_json::from_str(document).is_ok_and(|value| holds(&value, secret))
}

/// Nothing but the secret is left out: as serde_json reads the document, its strings have the mark in place of the secret.
fn check_rest(text: &str, after: &str, secret: &str) {
    let can_be_hidden = conceal(&format!("x {secret}"), secret) == format!("x {MARK}");
    // What looks like the secret may be a part of an escape, and then the escape is lost.
    let may_be_of_an_escape = |(at, _): (usize, _)| text.as_bytes()[at.saturating_sub(6)..at].contains(&b'\\');
    if !can_be_hidden
        || structural(secret) && text.contains(secret)
        || text.contains(MARK)
        || text.match_indices(secret).any(may_be_of_an_escape)
    {
        return;
    }
    fn with_marks(value: Value, secret: &str) -> Value {
        match value {
            Value::String(text) => Value::String(text.replace(secret, MARK)),
            Value::Array(list) => list.into_iter().map(|value| with_marks(value, secret)).collect(),
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (name.replace(secret, MARK), with_marks(value, secret)))
                .collect(),
            other => other,
        }
    }
    if let Ok(document) = serde_json::from_str::<Value>(text) {
        assert_eq!(serde_json::from_str::<Value>(after).ok(), Some(with_marks(document, secret)), "{text}");
    }
}
