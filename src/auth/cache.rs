//! One token for all threads, one fetch at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use ureq::http::HeaderValue;
use zeroize::Zeroizing;

use super::current::Current;
use crate::error::ErrorKind;
use crate::http::Attempt;
use crate::interrupt::Stop;
use crate::log::Log;
use crate::policy::{
    Asked, TOKEN_LIFETIME_LONGEST, TOKEN_LIFETIME_UNSTATED, TOKEN_RENEWAL_LONGEST, TOKEN_RENEWAL_MARGIN,
    TOKEN_RENEWAL_PAUSE, TOKEN_RENEWAL_SHARE,
};
use crate::report::{self, Failed};
use crate::secret::Secret;
use crate::sys::{Event, ThreadMark, Until, Watch};
use crate::time::{unix_seconds_now, utc_text};

/// An access token and how long it is used.
#[derive(Debug)]
pub(crate) struct Token {
    secret: Secret,
    /// The value of `Authorization`, made once for all requests. `None` if the token could be part of no header.
    bearer: Option<HeaderValue>,
    /// `None`: until the service refuses it.
    life: Option<Life>,
}

/// On the monotonic clock: whoever sets the wall clock makes no token older or younger. While the machine sleeps it may
/// stand still; then the service refuses the token, and another one is fetched.
#[derive(Debug, Clone, Copy)]
struct Life {
    issued: Instant,
    /// From when on another one is fetched, ahead of its end.
    renewed_after: Duration,
    ends_after: Duration,
}

impl Token {
    /// A token that the host gave; only the host knows how long it lasts.
    pub(super) fn of_host(secret: Secret) -> Self {
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
        // It keeps this memory, which is wiped when the last request is done with it.
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

    /// Whether it is not time yet for another one.
    fn is_fresh(&self) -> bool {
        self.life.is_none_or(|life| life.issued.elapsed() < life.renewed_after)
    }

    /// Whether the service should still take it.
    fn holds(&self) -> bool {
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

#[derive(Debug, Default)]
pub(super) struct TokenCache {
    /// Changed under the lock, read without it.
    current: Current,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The thread that fetches a token.
    fetching: Option<ThreadMark>,
    /// A renewal failed while the token still held: until then it is used as it is.
    renewal_rests_until: Option<Instant>,
    /// How many fetches have ended, and how the last one did: those who waited for it take its result.
    fetches: u64,
    last: Option<Result<Arc<Token>, Failed>>,
    /// Happens when the fetch that is under way ends. Made by the first who waits for that.
    fetch_ends: Option<Arc<Event>>,
}

impl TokenCache {
    pub(super) fn holding(token: Option<Arc<Token>>) -> Self {
        Self { current: Current::holding(token), state: Mutex::default() }
    }

    /// The same for a process that was forked: with the token that was in use then.
    pub(super) fn renewed(&self) -> Self {
        Self::holding(self.current.inherited())
    }

    /// The token in use, or the result of `fetch`: by this thread if none is under way, else by the one that is at it.
    ///
    /// A token is renewed ahead of its end. As long as it holds nobody waits for that but the thread that fetches, and
    /// that one not for all of its time; and it is no error if it fails.
    pub(super) fn get(
        &self,
        attempt: &Attempt,
        log: &Log,
        fetch: impl Fn(&Attempt) -> Result<Token, Failed>,
    ) -> Result<Arc<Token>, Failed> {
        if let Some(token) = self.current.get().filter(|token| token.is_fresh()) {
            return Ok(token);
        }
        let mut state = self.lock();
        let old = loop {
            // It may have come while this thread waited.
            let usable = self.current.get().filter(|token| token.holds());
            if let Some(token) = usable {
                let rests = state.renewal_rests_until.is_some_and(|until| Instant::now() < until);
                if token.is_fresh() || rests || state.fetching.is_some() {
                    return Ok(token);
                }
                break Some(token);
            }
            match state.fetching {
                None => break None,
                // The host's log function calls the library in the midst of the fetch, which cannot go on before.
                Some(thread) if thread == ThreadMark::current() => {
                    drop(state);
                    return fetch(attempt).map(Arc::new);
                }
                Some(_) => {}
            }
            let waited_for = state.fetches;
            state = self.wait(state, attempt)?;
            match &state.last {
                // A fetch whose own call was ended early says nothing about this call.
                Some(Err(failed)) if matches!(failed.error.kind(), ErrorKind::Timeout | ErrorKind::Cancelled) => {}
                Some(result) if state.fetches == waited_for + 1 => return result.clone(),
                _ => {}
            }
        };
        state.fetching = Some(ThreadMark::current());
        drop(state);

        let fetching = Fetching { cache: self, result: None, renews: old.is_some() };
        let Some(old) = old else { return fetching.end(fetch(attempt).map(Arc::new)) };
        let share = (attempt.deadline.remaining() / TOKEN_RENEWAL_SHARE).min(TOKEN_RENEWAL_LONGEST);
        let renewal = Attempt { deadline: attempt.deadline.or_sooner(share), ..*attempt };
        let failed = match fetching.end(fetch(&renewal).map(Arc::new)) {
            Err(failed) if failed.error.kind() != ErrorKind::Cancelled => failed,
            result => return result,
        };
        if old.holds() {
            log.warn(|| format!("The access token still holds but could not be renewed. {}", failed.error));
            return Ok(old);
        }
        // It ended meanwhile, and now there is as much time for another one as there is for the call.
        match failed.error.kind() {
            ErrorKind::Timeout => self.get(attempt, log, fetch),
            _ => Err(failed),
        }
    }

    /// Waits until the fetch that is under way has ended.
    fn wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        attempt: &Attempt,
    ) -> Result<MutexGuard<'a, State>, Failed> {
        let stopped = |stop: Stop| {
            let subject = "Waiting for the access token that another thread fetches";
            report::failure(subject, Asked::Identity, &stop.into(), &attempt.deadline)
        };
        let fetch_ends = match &state.fetch_ends {
            // Not one whose descriptors the host has closed.
            Some(event) if event.is_intact() => Arc::clone(event),
            _ => {
                let event = Arc::new(Event::new().map_err(Stop::Failed).map_err(stopped)?);
                state.fetch_ends = Some(Arc::clone(&event));
                event
            }
        };
        drop(state);
        let until = Until::after(attempt.deadline.remaining());
        attempt.interrupt.wait(&mut [Watch::event(&fetch_ends)], until).map_err(stopped)?;
        Ok(self.lock())
    }

    /// Drops `token` if it is still the one in use.
    pub(super) fn forget(&self, token: &Arc<Token>) {
        let _state = self.lock();
        if self.current.get().is_some_and(|current| Arc::ptr_eq(&current, token)) {
            self.current.set(None);
        }
    }

    pub(super) fn holds_another(&self, token: &Arc<Token>) -> bool {
        self.current.get().is_some_and(|current| !Arc::ptr_eq(&current, token))
    }

    pub(super) fn set(&self, token: Token) {
        let _state = self.lock();
        self.current.set(Some(Arc::new(token)));
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
    /// Whether there is a token that still holds.
    renews: bool,
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
            self.cache.current.set(Some(Arc::clone(token)));
        } else if self.renews {
            state.renewal_rests_until = Some(Instant::now() + TOKEN_RENEWAL_PAUSE);
        }
        state.last = self.result.take();
        state.fetches += 1;
        state.fetching = None;
        if let Some(event) = state.fetch_ends.take() {
            event.set();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Deadline;
    use crate::interrupt::Interrupt;

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
        assert!(Token::of_host(Secret::new("t")).is_fresh());
    }

    #[test]
    fn a_fetch_that_panics_does_not_lock_the_others_out() {
        let cache = TokenCache::default();
        let interrupt = Interrupt::new(Arc::default());
        let deadline = Deadline::after(Duration::from_secs(5));
        let attempt = Attempt { deadline, interrupt: &interrupt, fresh_connection: false };
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            cache.get(&attempt, &Log::default(), |_| std::panic::resume_unwind(Box::new("on purpose")))
        }));
        assert!(panicked.is_err());
        let issue = |_: &Attempt| Ok(Token::issued(Secret::new("t"), Some(60)));
        let token = cache.get(&attempt, &Log::default(), issue).expect("is fetched");
        assert_eq!(token.expose(), "t");
    }
}
