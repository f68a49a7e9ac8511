//! One token for all threads, one fetch at a time.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::token::Token;
use super::token_slot::TokenSlot;
use crate::error::ErrorKind;
use crate::http::Attempt;
use crate::interrupt::Stop;
use crate::log::Log;
use crate::policy::{Asked, TOKEN_RENEWAL_LONGEST, TOKEN_RENEWAL_PAUSE, TOKEN_RENEWAL_SHARE};
use crate::report::{self, Failed};
use crate::sys::{Event, ThreadMark, Until, Watch};

#[derive(Debug, Default)]
pub(super) struct TokenCache {
    /// Changed under the lock of `fetches`, read without it.
    slot: TokenSlot,
    fetches: Mutex<Fetches>,
}

#[derive(Debug, Default)]
struct Fetches {
    /// The thread that fetches a token.
    fetching: Option<ThreadMark>,
    /// Set after a renewal failed while the token was still valid: until this time no other renewal is tried.
    renewal_rests_until: Option<Instant>,
    /// How many fetches have ended, and the result of the last one, which the threads that waited for it use.
    ended: u64,
    last: Option<Result<Arc<Token>, Failed>>,
    /// Set when the fetch that is under way ends. Made by the first thread that waits for it.
    fetch_ends: Option<Arc<Event>>,
}

impl TokenCache {
    pub(super) fn holding(token: Option<Arc<Token>>) -> Self {
        Self { slot: TokenSlot::holding(token), fetches: Mutex::default() }
    }

    /// A copy for a forked child, with the token that was in use at the fork.
    pub(super) fn renewed(&self) -> Self {
        Self::holding(self.slot.inherited())
    }

    /// The token in use, or else the result of a fetch. If another thread is fetching, this thread waits for its
    /// result. If not, this thread calls `fetch`.
    ///
    /// A token is renewed before it expires. While it is valid, only the thread that fetches waits for the renewal, and
    /// for a part of its time only. If the renewal then fails, that is no error.
    pub(super) fn get(
        &self,
        attempt: &Attempt,
        log: &Log,
        fetch: impl Fn(&Attempt) -> Result<Token, Failed>,
    ) -> Result<Arc<Token>, Failed> {
        if let Some(token) = self.slot.get().filter(|token| token.is_fresh()) {
            return Ok(token);
        }
        let mut fetches = self.lock();
        let old = loop {
            // A token may have come while this thread waited.
            let usable = self.slot.get().filter(|token| token.is_valid());
            if let Some(token) = usable {
                let rests = fetches.renewal_rests_until.is_some_and(|until| Instant::now() < until);
                if token.is_fresh() || rests || fetches.fetching.is_some() {
                    return Ok(token);
                }
                break Some(token);
            }
            match fetches.fetching {
                None => break None,
                // The program's log function calls the library during the fetch, which cannot go on before that call
                // has ended.
                Some(thread) if thread == ThreadMark::current() => {
                    drop(fetches);
                    return fetch(attempt).map(Arc::new);
                }
                Some(_) => {}
            }
            let ended_before = fetches.ended;
            fetches = self.wait(fetches, attempt)?;
            match &fetches.last {
                // A fetch that ended early because its own call did says nothing about this call.
                Some(Err(failed)) if matches!(failed.error.kind(), ErrorKind::Timeout | ErrorKind::Cancelled) => {}
                Some(result) if fetches.ended == ended_before + 1 => return result.clone(),
                _ => {}
            }
        };
        fetches.fetching = Some(ThreadMark::current());
        drop(fetches);

        let fetching = Fetching { cache: self, result: None, renews: old.is_some() };
        let Some(old) = old else { return fetching.end(fetch(attempt).map(Arc::new)) };
        let share = (attempt.deadline.remaining() / TOKEN_RENEWAL_SHARE).min(TOKEN_RENEWAL_LONGEST);
        let renewal = Attempt { deadline: attempt.deadline.or_sooner(share), ..*attempt };
        let failed = match fetching.end(fetch(&renewal).map(Arc::new)) {
            Err(failed) if failed.error.kind() != ErrorKind::Cancelled => failed,
            result => return result,
        };
        if old.is_valid() {
            log.warn(|| format!("The access token is still valid but could not be renewed. {}", failed.error));
            return Ok(old);
        }
        // The old token expired meanwhile, so another fetch may take all the time that the call has left.
        match failed.error.kind() {
            ErrorKind::Timeout => self.get(attempt, log, fetch),
            _ => Err(failed),
        }
    }

    /// Waits until the fetch that is under way has ended.
    fn wait<'a>(
        &'a self,
        mut fetches: MutexGuard<'a, Fetches>,
        attempt: &Attempt,
    ) -> Result<MutexGuard<'a, Fetches>, Failed> {
        let stopped = |stop: Stop| {
            let subject = "Waiting for the access token that another thread fetches";
            report::failure(&subject, Asked::Identity, &stop.into(), &attempt.deadline)
        };
        let fetch_ends = match &fetches.fetch_ends {
            // An event whose descriptors the program has closed is replaced.
            Some(event) if event.is_intact() => Arc::clone(event),
            _ => {
                let event = Arc::new(Event::new().map_err(Stop::Failed).map_err(stopped)?);
                fetches.fetch_ends = Some(Arc::clone(&event));
                event
            }
        };
        drop(fetches);
        let until = Until::after(attempt.deadline.remaining());
        attempt.interrupt.wait(&mut [Watch::event(&fetch_ends)], until).map_err(stopped)?;
        Ok(self.lock())
    }

    /// Drops `token` if it is still the one in use.
    pub(super) fn forget(&self, token: &Arc<Token>) {
        let _state = self.lock();
        if self.slot.get().is_some_and(|current| Arc::ptr_eq(&current, token)) {
            self.slot.set(None);
        }
    }

    pub(super) fn in_use(&self) -> Option<Arc<Token>> {
        self.slot.get()
    }

    pub(super) fn holds_another(&self, token: &Arc<Token>) -> bool {
        self.slot.get().is_some_and(|current| !Arc::ptr_eq(&current, token))
    }

    pub(super) fn set(&self, token: Token) {
        let _state = self.lock();
        self.slot.set(Some(Arc::new(token)));
    }

    fn lock(&self) -> MutexGuard<'_, Fetches> {
        // No code that can panic runs under the lock.
        self.fetches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A fetch under way. However it ends, even by a panic, the threads that wait for it go on.
struct Fetching<'a> {
    cache: &'a TokenCache,
    result: Option<Result<Arc<Token>, Failed>>,
    /// Whether the old token is still valid.
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
        let mut fetches = self.cache.lock();
        if let Some(Ok(token)) = &self.result {
            self.cache.slot.set(Some(Arc::clone(token)));
        } else if self.renews {
            fetches.renewal_rests_until = Some(Instant::now() + TOKEN_RENEWAL_PAUSE);
        }
        fetches.last = self.result.take();
        fetches.ended += 1;
        fetches.fetching = None;
        if let Some(event) = fetches.fetch_ends.take() {
            event.set();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Deadline;
    use crate::interrupt::Interrupt;
    use crate::secret::Secret;
    use std::time::Duration;

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
