//! The reason that a failed answer gives, in one phrase. The answer may be the service's envelope, problem+json (RFC
//! 9457), an OAuth error (RFC 6749 section 5.2), or a gateway's page.

use super::json;
use super::value::{Value, utf8};
use crate::error::{Details, ErrorDetail};
use crate::quote::{beginning, one_line};

/// How many characters of a server's text a message quotes.
pub(super) const QUOTED: usize = 400;

/// How many characters of an answer in an unknown form are quoted.
const BEGINNING: usize = 120;

/// The members that explain, in the order in which they are quoted.
const MEMBERS: [&str; 5] = ["message", "title", "error", "detail", "error_description"];

/// The reason that `body` gives. If it gives none: its beginning, unless it may contain a token that the server has issued.
pub(crate) fn explain_body(body: &[u8], details: &Details, issues_tokens: bool) -> String {
    let known = utf8(body).ok().and_then(|text| json::members(text, &MEMBERS).ok().flatten());
    match known.map(|members| explain(members, details)) {
        Some(reason) if !reason.is_empty() => reason,
        _ if body.trim_ascii().is_empty() => "no text".to_owned(),
        _ if issues_tokens && mentions_token(body) => {
            "the text is not shown, because it may contain a token".to_owned()
        }
        _ => format!("beginning {:?}", quote_beginning(body)),
    }
}

/// Whether an answer may contain a token: in every form, a word beside the token says what it is.
pub(crate) fn mentions_token(body: &[u8]) -> bool {
    body.windows(b"token".len()).any(|word| word.eq_ignore_ascii_case(b"token"))
}

/// The beginning of an answer on one line. Bytes that are not UTF-8 become U+FFFD.
pub(crate) fn quote_beginning(body: &[u8]) -> String {
    let start = body.trim_ascii_start();
    // A character takes at most four bytes.
    let text = String::from_utf8_lossy(&start[..start.len().min(4 * BEGINNING)]);
    beginning(&one_line(&text), BEGINNING)
}

fn explain(members: [Option<Value<'_>>; MEMBERS.len()], details: &Details) -> String {
    let texts = members.into_iter().flatten().filter_map(|value| value.text("").ok().flatten());
    let parts = texts.map(|text| text.beginning(QUOTED)).chain(details.iter().map(explain_detail));
    let mut sentence = String::new();
    for part in parts.filter(|part| !part.is_empty()) {
        if !sentence.is_empty() {
            sentence.push_str("; ");
        }
        sentence.push_str(&part);
        // A list may be long, and the rest would be cut off. A character takes at most four bytes.
        if sentence.len() > 4 * QUOTED {
            break;
        }
    }
    beginning(&sentence, QUOTED)
}

fn explain_detail(detail: ErrorDetail<'_>) -> String {
    let subject = [detail.code(), detail.field()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    match (subject.is_empty(), detail.message()) {
        (true, message) => message.unwrap_or_default().to_owned(),
        (false, Some(message)) => format!("{subject}: {message}"),
        (false, None) => subject,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_form_is_explained() {
        for (body, reason) in [
            (r#"{"statusCode":403,"message":"Forbidden","errors":null}"#, "Forbidden"),
            (r#"{"error":"invalid_client","error_description":"Unknown client"}"#, "invalid_client; Unknown client"),
            (r#"{"type":"about:blank","title":"Not Found","status":404,"detail":"No route"}"#, "Not Found; No route"),
            ("<html>\n<h1>502 Bad Gateway</h1>", "beginning \"<html> <h1>502 Bad Gateway</h1>\""),
            ("", "no text"),
            ("{}", "beginning \"{}\""),
            ("[1]", "beginning \"[1]\""),
        ] {
            for issues_tokens in [false, true] {
                let explained = explain_body(body.as_bytes(), &Details::default(), issues_tokens);
                assert_eq!(explained, reason, "{body}");
            }
        }
        assert_eq!(explain_body(b"\xff\xfe<", &Details::default(), true), "beginning \"\u{FFFD}\u{FFFD}<\"");
    }
}
