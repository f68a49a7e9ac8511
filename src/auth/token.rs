//! An access token, and how long it is used.

use std::time::{Duration, Instant};

use bytes::Bytes;
use ureq::http::HeaderValue;

use crate::policy::{TOKEN_LIFETIME_LONGEST, TOKEN_LIFETIME_UNSTATED, TOKEN_RENEWAL_MARGIN};
use crate::secret::{Secret, Zeroizing};
use crate::time::{unix_seconds_now, utc_text};

/// An access token and how long it is used.
#[derive(Debug)]
pub(crate) struct Token {
    secret: Secret,
    /// The value of `Authorization`, made once for all requests. `None` if the token cannot be part of a header.
    bearer: Option<HeaderValue>,
    /// `None`: the token is used until the service refuses it.
    life: Option<Life>,
}

/// Measured on the monotonic clock, so that setting the wall clock makes no token older or younger. The monotonic clock
/// may stop while the machine sleeps; then the service refuses the token, and another one is fetched.
#[derive(Debug, Clone, Copy)]
struct Life {
    issued: Instant,
    /// After this time another token is fetched, before this one expires.
    renewed_after: Duration,
    ends_after: Duration,
}

impl Token {
    /// A token that the program set. Only the program knows how long it is valid.
    pub(super) fn from_host(secret: Secret) -> Self {
        Self::new(secret, None)
    }

    /// A token issued just now, to be used until shortly before `expires_in` seconds have passed.
    pub(super) fn issued(secret: Secret, expires_in: Option<u64>) -> Self {
        let ends_after = expires_in.map_or(TOKEN_LIFETIME_UNSTATED, Duration::from_secs).min(TOKEN_LIFETIME_LONGEST);
        let margin = TOKEN_RENEWAL_MARGIN.min(ends_after / 10);
        let life = Life { issued: Instant::now(), renewed_after: ends_after - margin, ends_after };
        Self::new(secret, Some(life))
    }

    fn new(secret: Secret, life: Option<Life>) -> Self {
        let mut text = Zeroizing::new(Vec::with_capacity(7 + secret.expose().len()));
        text.extend_from_slice(b"Bearer ");
        text.extend_from_slice(secret.expose().as_bytes());
        // The header keeps this memory, which is wiped when the last request no longer uses it.
        let bearer = HeaderValue::from_maybe_shared(Bytes::from_owner(text)).ok().map(|mut value| {
            value.set_sensitive(true);
            value
        });
        Self { secret, bearer, life }
    }

    pub(crate) fn bearer(&self) -> Option<&HeaderValue> {
        self.bearer.as_ref()
    }

    pub(crate) fn expose(&self) -> &str {
        self.secret.expose()
    }

    /// Whether it is too early to fetch another token.
    pub(super) fn is_fresh(&self) -> bool {
        self.life.is_none_or(|life| life.issued.elapsed() < life.renewed_after)
    }

    /// Whether the service should still accept the token.
    pub(super) fn is_valid(&self) -> bool {
        self.life.is_none_or(|life| life.issued.elapsed() < life.ends_after)
    }

    /// How long it is used, for the log.
    pub(super) fn lifetime(&self) -> String {
        let Some(life) = self.life else { return "used until it is refused".to_owned() };
        let seconds = life.renewed_after.saturating_sub(life.issued.elapsed()).as_secs();
        let until = unix_seconds_now().saturating_add_unsigned(seconds);
        format!("used until {} ({seconds} s)", utc_text(until))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        let used_for = |expires_in| {
            let token = Token::issued(Secret::new("t"), expires_in);
            token.life.map(|life| life.renewed_after.as_secs_f64().round())
        };
        assert_eq!(used_for(Some(3600)), Some(3540.0));
        assert_eq!(used_for(Some(100)), Some(90.0));
        assert_eq!(used_for(Some(0)), Some(0.0));
        assert_eq!(used_for(None), Some(270.0));
        assert_eq!(used_for(Some(u64::MAX)), Some(24.0 * 3600.0 - 60.0));
        assert!(!Token::issued(Secret::new("t"), Some(0)).is_fresh());
        assert!(Token::from_host(Secret::new("t")).is_fresh());
    }
}
