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
    /// Changed under the lock, read without it.
    slot: TokenSlot,
    fetches: Mutex<Fetches>,
}

#[derive(Debug, Default)]
struct Fetches {
    /// The thread that fetches a token.
    fetching: Option<ThreadMark>,
    /// A renewal failed while the token still held: until then it is used as it is.
    renewal_rests_until: Option<Instant>,
    /// How many fetches have ended, and how the last one did: those who waited for it take its result.
    ended: u64,
    last: Option<Result<Arc<Token>, Failed>>,
    /// Happens when the fetch that is under way ends. Made by the first who waits for that.
    fetch_ends: Option<Arc<Event>>,
}

impl TokenCache {
    pub(super) fn holding(token: Option<Arc<Token>>) -> Self {
        Self { slot: TokenSlot::holding(token), fetches: Mutex::default() }
    }

    /// The same for a process that was forked: with the token that was in use then.
    pub(super) fn renewed(&self) -> Self {
        Self::holding(self.slot.inherited())
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
        if let Some(token) = self.slot.get().filter(|token| token.is_fresh()) {
            return Ok(token);
        }
        let mut fetches = self.lock();
        let old = loop {
            // It may have come while this thread waited.
            let usable = self.slot.get().filter(|token| token.holds());
            if let Some(token) = usable {
                let rests = fetches.renewal_rests_until.is_some_and(|until| Instant::now() < until);
                if token.is_fresh() || rests || fetches.fetching.is_some() {
                    return Ok(token);
                }
                break Some(token);
            }
            match fetches.fetching {
                None => break None,
                // The host's log function calls the library in the midst of the fetch, which cannot go on before.
                Some(thread) if thread == ThreadMark::current() => {
                    drop(fetches);
                    return fetch(attempt).map(Arc::new);
                }
                Some(_) => {}
            }
            let ended_before = fetches.ended;
            fetches = self.wait(fetches, attempt)?;
            match &fetches.last {
                // A fetch whose own call was ended early says nothing about this call.
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
        mut fetches: MutexGuard<'a, Fetches>,
        attempt: &Attempt,
    ) -> Result<MutexGuard<'a, Fetches>, Failed> {
        let stopped = |stop: Stop| {
            let subject = "Waiting for the access token that another thread fetches";
            report::failure(&subject, Asked::Identity, &stop.into(), &attempt.deadline)
        };
        let fetch_ends = match &fetches.fetch_ends {
            // Not one whose descriptors the host has closed.
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
