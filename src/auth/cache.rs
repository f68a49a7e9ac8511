//! One token for all threads, one fetch at a time.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::error::ErrorKind;
use crate::http::{Deadline, Failure, Phase};
use crate::policy::{TOKEN_LIFETIME_LONGEST, TOKEN_LIFETIME_UNSTATED, TOKEN_RENEWAL_MARGIN};
use crate::report::{self, Failed};
use crate::secret::Secret;

/// An access token and the time until which it is used.
#[derive(Debug)]
pub(crate) struct Token {
    secret: Secret,
    /// `None`: until the service refuses it.
    use_until: Option<Instant>,
}

impl Token {
    /// A token that the host gave; only the host knows how long it lasts.
    pub(super) fn of_host(secret: Secret) -> Self {
        Self { secret, use_until: None }
    }

    /// A token issued just now, to be used until shortly before `expires_in` seconds have passed.
    pub(super) fn issued(secret: Secret, expires_in: Option<u64>) -> Self {
        let lifetime = expires_in.map_or(TOKEN_LIFETIME_UNSTATED, Duration::from_secs).min(TOKEN_LIFETIME_LONGEST);
        let margin = TOKEN_RENEWAL_MARGIN.min(lifetime / 10);
        Self { secret, use_until: Some(Instant::now() + (lifetime - margin)) }
    }

    pub(crate) fn expose(&self) -> &str {
        self.secret.expose()
    }

    fn is_fresh(&self) -> bool {
        self.use_until.is_none_or(|until| Instant::now() < until)
    }
}

#[derive(Debug, Default)]
pub(super) struct TokenCache {
    state: Mutex<State>,
    fetch_ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    current: Option<Arc<Token>>,
    fetching: bool,
    /// How many fetches have ended, and how the last one did: those who waited for it take its result.
    fetches: u64,
    last: Option<Result<Arc<Token>, Failed>>,
}

impl TokenCache {
    pub(super) fn holding(token: Token) -> Self {
        let cache = Self::default();
        cache.set(token);
        cache
    }

    /// The token in use, or the result of `fetch`: by this thread if none is under way, else by the one that is at it.
    pub(super) fn get(
        &self,
        deadline: &Deadline,
        fetch: impl FnOnce() -> Result<Token, Failed>,
    ) -> Result<Arc<Token>, Failed> {
        let mut state = self.lock();
        loop {
            if let Some(token) = state.current.as_ref().filter(|token| token.is_fresh()) {
                return Ok(Arc::clone(token));
            }
            if !state.fetching {
                break;
            }
            let waited_for = state.fetches;
            state = self.wait(state, deadline)?;
            match &state.last {
                // A fetch whose own call ran out of time says nothing about this call.
                Some(Err(failed)) if failed.error.kind() == ErrorKind::Timeout => {}
                Some(result) if state.fetches == waited_for + 1 => return result.clone(),
                _ => {}
            }
        }
        state.fetching = true;
        drop(state);

        let fetching = Fetching { cache: self, result: None };
        fetching.end(fetch().map(Arc::new))
    }

    /// Waits until the fetch that is under way has ended.
    fn wait<'a>(&self, state: MutexGuard<'a, State>, deadline: &Deadline) -> Result<MutexGuard<'a, State>, Failed> {
        let ended = state.fetches;
        let (state, timeout) = self
            .fetch_ended
            .wait_timeout_while(state, deadline.remaining(), |state| state.fetching && state.fetches == ended)
            .unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            let subject = "Waiting for the access token that another thread fetches";
            return Err(report::failure(subject, &Failure::Deadline(Phase::Wait), deadline));
        }
        Ok(state)
    }

    /// Drops `token` if it is still the one in use.
    pub(super) fn forget(&self, token: &Arc<Token>) {
        let mut state = self.lock();
        if state.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, token)) {
            state.current = None;
        }
    }

    pub(super) fn holds_another(&self, token: &Arc<Token>) -> bool {
        self.lock().current.as_ref().is_some_and(|current| !Arc::ptr_eq(current, token))
    }

    pub(super) fn set(&self, token: Token) {
        self.lock().current = Some(Arc::new(token));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fetch under way. However it ends, by a panic too, those who wait for it go on.
struct Fetching<'a> {
    cache: &'a TokenCache,
    result: Option<Result<Arc<Token>, Failed>>,
}

impl Fetching<'_> {
    fn end(mut self, result: Result<Arc<Token>, Failed>) -> Result<Arc<Token>, Failed> {
        self.result = Some(result.clone());
        result
    }
}

impl Drop for Fetching<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.lock();
        if let Some(Ok(token)) = &self.result {
            state.current = Some(Arc::clone(token));
        }
        state.last = self.result.take();
        state.fetches += 1;
        state.fetching = false;
        drop(state);
        self.cache.fetch_ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_used_until_shortly_before_its_end() {
        let used_for = |expires_in| {
            let token = Token::issued(Secret::new("t"), expires_in);
            token.use_until.map(|until| until.saturating_duration_since(Instant::now()).as_secs_f64().round())
        };
        assert_eq!(used_for(Some(3600)), Some(3540.0));
        assert_eq!(used_for(Some(100)), Some(90.0));
        assert_eq!(used_for(Some(0)), Some(0.0));
        assert_eq!(used_for(None), Some(270.0));
        assert_eq!(used_for(Some(u64::MAX)), Some(24.0 * 3600.0 - 60.0));
        assert!(!Token::issued(Secret::new("t"), Some(0)).is_fresh());
        assert!(Token::of_host(Secret::new("t")).is_fresh());
    }

    #[test]
    fn a_fetch_that_panics_does_not_lock_the_others_out() {
        let cache = TokenCache::default();
        let deadline = Deadline::after(Duration::from_secs(5));
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cache.get(&deadline, || std::panic::resume_unwind(Box::new("on purpose")))
        }));
        assert!(panicked.is_err());
        let token = cache.get(&deadline, || Ok(Token::issued(Secret::new("t"), Some(60)))).expect("is fetched");
        assert_eq!(token.expose(), "t");
    }
}
