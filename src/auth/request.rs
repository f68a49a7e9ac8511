//! Fetches a token from the identity service: OAuth 2.0 client credentials (RFC 6749 section 4.4).
//!
//! Service page: "Use AvePoint Graph API", section "Authentication and Authorization".

use std::fmt::Display;

use ureq::http::{HeaderValue, Method, header};
use zeroize::Zeroize;

use super::assertion::assertion;
use super::token::Token;
use crate::config::{App, Proof, check_token};
use crate::error::{Error, ErrorKind};
use crate::http::{Answer, Attempt, Http};
use crate::percent;
use crate::policy::Asked;
use crate::report::{self, Failed, Quote};
use crate::secret::Zeroizing;
use crate::wire::{Explanation, TokenAnswer};

/// Far larger than any answer with a token.
const LARGEST_ANSWER: u64 = 256 * 1024;

/// RFC 7523 section 2.2.
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(super) fn fetch(http: &Http, attempt: &Attempt, app: &App) -> Result<Token, Failed> {
    let url = app.identity_url.as_str();
    let subject = format!("POST {url}");
    let defect = |reason: String| Failed::permanent(Error::new(ErrorKind::Internal, format!("{subject}: {reason}.")));
    let (sent, secret) = match &app.proof {
        Proof::Secret(secret) => {
            let fields = [
                ("grant_type", "client_credentials"),
                ("client_id", &app.client_id),
                ("client_secret", secret.expose()),
                ("scope", &app.scope),
            ];
            (form(&fields), Zeroizing::new(secret.expose().to_owned()))
        }
        Proof::Certificate(certificate) => {
            let assertion = assertion(certificate, &app.client_id, url).map_err(defect)?;
            let fields = [
                ("grant_type", "client_credentials"),
                ("scope", &app.scope),
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", &assertion),
            ];
            (form(&fields), assertion)
        }
    };
    let mut request = app.identity_url.request(Method::POST).map(|()| sent.as_str());
    let content_type = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(header::CONTENT_TYPE, content_type);
    let mut answer = http
        .exchange(request, attempt, LARGEST_ANSWER)
        .map_err(|failure| report::failure(&subject, Asked::Identity, &failure, &attempt.deadline))?;
    // The secret as it is, and as it was encoded in the request.
    let encoded = form(&[("", &secret)]);
    let secrets = [secret.as_str(), &encoded[1..]];
    let token = report::without_echo(&subject, Asked::Identity, &mut answer, &secrets, |answer| read(&subject, answer));
    answer.body.zeroize();
    token
}

fn read(subject: &dyn Display, answer: &Answer) -> Result<Token, Failed> {
    // RFC 6749 says 200. But an answer with another status of success may hold a token, too, so it is not quoted.
    if !matches!(answer.status, 200..=299) {
        let said = Explanation::default();
        return Err(report::refusal(subject, Asked::Identity, answer.status, Some(answer), &answer.body, said));
    }
    if let Some(failure) = &answer.incomplete {
        return Err(report::incomplete(subject, Asked::Identity, answer, failure, Quote::Nothing));
    }
    let issued = TokenAnswer::parse(&answer.body)
        .map_err(|reason| Failed::permanent(report::unreadable(subject, Some(answer), &reason, Quote::Nothing)))?;
    check_token(issued.access_token.expose()).map_err(|reason| {
        let message = format!("{subject}: the access token {reason}.");
        Failed::permanent(Error::new(ErrorKind::Protocol, message).with_http_status(answer.status))
    })?;
    Ok(Token::issued(issued.access_token, issued.expires_in))
}

/// `application/x-www-form-urlencoded`; wiped when dropped, because it holds the secret.
fn form(fields: &[(&str, &str)]) -> Zeroizing<String> {
    // Room for every byte in encoded form. If the string had to grow, a copy of the secret would be left in memory.
    let room = fields.iter().map(|(name, value)| name.len() + 3 * value.len() + 2).sum();
    let mut form = Zeroizing::new(String::with_capacity(room));
    for (name, value) in fields {
        if !form.is_empty() {
            form.push('&');
        }
        form.push_str(name);
        form.push('=');
        form.extend(percent::encode(value));
    }
    form
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded() {
        let fields = [("a", "x y&z=ü+%"), ("b", "-._~9")];
        let form = form(&fields);
        assert_eq!(form.as_str(), "a=x%20y%26z%3D%C3%BC%2B%25&b=-._~9");
    }
}
