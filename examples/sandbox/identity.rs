//! The identity service: OAuth 2.0 client credentials with a client secret (RFC 6749, sections 4.4 and 5).

use super::wire::{empty, json_answer, parse_form, random_u64, with_header};
use super::{Options, lock};
use oxhttp::model::header::{ALLOW, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE};
use oxhttp::model::{Body, HeaderMap, Method, Request, Response, StatusCode};
use serde_json::json;
use std::collections::HashMap;
use std::io::Read;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Far more than a token request needs.
const MAX_FORM_BYTES: u64 = 64 * 1024;

/// The identity service: the client that it knows, and the tokens that it issued.
pub struct Identity {
    client_id: String,
    client_secret: String,
    scope: String,
    lifetime_seconds: i64,
    issued: AtomicU64,
    grants: Mutex<HashMap<String, Grant>>,
}

struct Grant {
    scope: String,
    /// `None` if the lifetime is too long for the clock.
    expires: Option<Instant>,
}

/// The error codes of RFC 6749, section 5.2, each with a description for people.
struct Refused(&'static str, &'static str);

impl Identity {
    /// An identity service that knows the client of the options.
    pub fn new(options: &Options) -> Self {
        Self {
            client_id: options.client_id.clone(),
            client_secret: options.client_secret.clone(),
            scope: options.scope.clone(),
            lifetime_seconds: options.token_lifetime_seconds,
            issued: AtomicU64::new(0),
            grants: Mutex::default(),
        }
    }

    /// Issues a token for all scopes of the client.
    pub fn issue_for_all_scopes(&self) -> String {
        self.issue(&self.scope)
    }

    /// Forgets all tokens.
    pub fn revoke_all(&self) {
        lock(&self.grants).clear();
    }

    /// The scope of a token, or why it is not valid, in the terms of RFC 6750, section 3.1.
    pub fn scope_of(&self, token: &str) -> Result<String, &'static str> {
        let grants = lock(&self.grants);
        let grant = grants.get(token).ok_or("The token is not valid")?;
        match grant.expires {
            Some(expires) if expires <= Instant::now() => Err("The token expired"),
            _ => Ok(grant.scope.clone()),
        }
    }

    /// Answers a request for a token.
    pub fn answer(&self, request: &mut Request<Body>) -> Response<Body> {
        if request.method() != Method::POST {
            return with_header(empty(StatusCode::METHOD_NOT_ALLOWED), ALLOW, "POST");
        }
        let response = match self.grant(request) {
            Ok(granted) => json_answer(StatusCode::OK, granted),
            Err(Refused(code, description)) => json_answer(
                StatusCode::BAD_REQUEST,
                json!({"error": code, "error_description": description}).to_string(),
            ),
        };
        with_header(response, CACHE_CONTROL, "no-store")
    }

    fn grant(&self, request: &mut Request<Body>) -> Result<String, Refused> {
        if !is_form(request.headers()) {
            return Err(Refused("invalid_request", "The content type must be application/x-www-form-urlencoded."));
        }
        let form = read_form(request.body_mut()).ok_or(Refused("invalid_request", "The form is malformed."))?;
        self.check_client(request.headers(), &form)?;
        match form.get("grant_type").map(String::as_str) {
            Some("client_credentials") => {}
            Some(_) => {
                return Err(Refused("unsupported_grant_type", "Only client_credentials is supported."));
            }
            None => return Err(Refused("invalid_request", "The grant type is missing.")),
        }
        let scope = form.get("scope").map_or("", String::as_str);
        if !self.is_registered(scope) {
            return Err(Refused("invalid_scope", "The scope is unknown, or the client is not registered for it."));
        }
        Ok(json!({
            "access_token": self.issue(scope),
            "expires_in": self.lifetime_seconds,
            "token_type": "Bearer",
            "scope": scope,
        })
        .to_string())
    }

    /// The service documents credentials only in the form, so a client that sends them in a header is unknown.
    fn check_client(&self, headers: &HeaderMap, form: &HashMap<String, String>) -> Result<(), Refused> {
        let known = !headers.contains_key(AUTHORIZATION)
            && form.get("client_id") == Some(&self.client_id)
            && form.get("client_secret") == Some(&self.client_secret);
        known.then_some(()).ok_or(Refused("invalid_client", "The client is unknown or its credentials are wrong."))
    }

    fn is_registered(&self, scope: &str) -> bool {
        let is_known = |wanted| self.scope.split(' ').any(|known| known == wanted);
        !scope.is_empty() && scope.split(' ').all(is_known)
    }

    fn issue(&self, scope: &str) -> String {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        // The number makes each token unique.
        let token = format!("{:016X}{number:08X}{:016X}{:016X}", random_u64(), random_u64(), random_u64());
        let lifetime = Duration::from_secs(u64::try_from(self.lifetime_seconds).unwrap_or(0));
        let grant = Grant { scope: scope.to_owned(), expires: Instant::now().checked_add(lifetime) };
        lock(&self.grants).insert(token.clone(), grant);
        token
    }
}

fn is_form(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// `None` for a form that is malformed, too long, or has a parameter twice.
fn read_form(body: &mut Body) -> Option<HashMap<String, String>> {
    let mut text = String::new();
    let read = body.take(MAX_FORM_BYTES + 1).read_to_string(&mut text).ok()?;
    if read as u64 > MAX_FORM_BYTES {
        return None;
    }
    let mut form = HashMap::new();
    for (name, value) in parse_form(&text)? {
        if form.insert(name, value).is_some() {
            return None;
        }
    }
    Some(form)
}
