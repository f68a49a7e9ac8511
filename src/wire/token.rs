//! The identity service's answer (RFC 6749 section 5.1).

use super::json;
use super::value::{Unreadable, Value, utf8};
use crate::secret::Secret;

/// An access token as issued.
pub(crate) struct TokenAnswer {
    pub(crate) access_token: Secret,
    /// In seconds. `None` if the answer does not state it, or not as a number of seconds.
    pub(crate) expires_in: Option<u64>,
}

impl TokenAnswer {
    /// Reads the answer. An error never quotes it, because it may contain the token.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Unreadable> {
        let [access_token, token_type, expires_in] =
            json::members(utf8(body)?, &["access_token", "token_type", "expires_in"])?
                .ok_or_else(|| Unreadable::NotJson("wanted an object".to_owned()))?;
        let missing = |member: &str, wanted| Unreadable::Member {
            member: member.to_owned(),
            found: "missing or of another kind".to_owned(),
            wanted,
        };
        let access_token = access_token.and_then(Value::secret).filter(|token| !token.expose().is_empty());
        let access_token = access_token.ok_or_else(|| missing("access_token", "a token"))?;
        let token_type = token_type.and_then(|kind| kind.text("").ok().flatten());
        if token_type.is_some_and(|kind| !kind.plain().eq_ignore_ascii_case("bearer")) {
            return Err(missing("token_type", "Bearer"));
        }
        let seconds = expires_in.and_then(|seconds| seconds.count("").ok().flatten());
        Ok(Self { access_token, expires_in: seconds.and_then(|seconds| u64::try_from(seconds).ok()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_in_any_form_are_survived() {
        for (value, seconds) in [
            ("3600", Some(3600)),
            ("\"3600\"", Some(3600)),
            ("0", Some(0)),
            ("-5", None),
            ("\"soon\"", None),
            ("1e9", None),
            ("99999999999999999999", None),
            ("null", None),
        ] {
            let body = format!(r#"{{"access_token":"t","expires_in":{value}}}"#);
            assert_eq!(TokenAnswer::parse(body.as_bytes()).map(|answer| answer.expires_in), Ok(seconds), "{value}");
        }
    }

    #[test]
    fn an_unusable_answer_is_named_and_not_quoted() {
        for (body, words) in [
            (r#"{"expires_in":3600}"#, "access_token"),
            (r#"{"access_token":{"x":"s3cret"}}"#, "access_token"),
            (r#"{"access_token":"s3cret","token_type":"mac"}"#, "token_type"),
            ("[\"s3cret\"]", "wanted an object"),
            ("", "empty"),
        ] {
            let error = TokenAnswer::parse(body.as_bytes()).map(|_| ()).expect_err(body).to_string();
            assert!(error.contains(words) && !error.contains("s3cret"), "{error}");
        }
    }
}
