//! Retries: how often, after which wait, and never past the deadline.

use std::fmt::Display;
use std::time::Duration;

use super::random::random;
use crate::error::Error;
use crate::http::{Attempt, Deadline};
use crate::interrupt::Interrupt;
use crate::log::Log;
use crate::policy::{Asked, BACKOFF_FIRST, BACKOFF_LONGEST, Retry};
use crate::report::{self, Failed};

/// What a call retries, and how often.
pub(super) struct Rules<'a> {
    pub(super) subject: &'a dyn Display,
    pub(super) asked: Asked,
    pub(super) max_retries: u32,
    pub(super) log: &'a Log,
}

/// Runs `attempt` until it succeeds, fails for good, or has been retried `max_retries` times, or until no time is left
/// for another retry. If a wait would pass the deadline, it is not begun: the caller gets the error at once, with the
/// time that the service asked for. The second result is the number of attempts.
pub(super) fn run<T>(
    rules: &Rules,
    deadline: Deadline,
    interrupt: &Interrupt,
    mut attempt: impl FnMut(&Attempt) -> Result<T, Failed>,
) -> (Result<T, Error>, u32) {
    let Rules { subject, asked, max_retries, log } = *rules;
    let mut attempts: u32 = 0;
    let mut retries: u32 = 0;
    let mut replaced = false;
    loop {
        attempts = attempts.saturating_add(1);
        let failed = match attempt(&Attempt { deadline, interrupt, fresh_connection: replaced }) {
            Ok(result) => return (Ok(result), attempts),
            Err(failed) => failed,
        };
        let wait = match failed.retry {
            Retry::FreshConnection if !replaced => {
                replaced = true;
                log.debug(|| {
                    "retry at once, on a fresh connection: the connection that was kept open had been closed".to_owned()
                });
                continue;
            }
            Retry::FreshConnection | Retry::Backoff if retries < max_retries => {
                let wait = wait(retries, failed.error.retry_after());
                retries += 1;
                wait
            }
            Retry::FreshConnection | Retry::Backoff | Retry::No => {
                return (Err(counted(failed.error, attempts)), attempts);
            }
        };
        if wait >= deadline.remaining() {
            return (Err(counted(failed.error, attempts)), attempts);
        }
        log.debug(|| format!("retry {retries} of {max_retries} in {} ms. {}", wait.as_millis(), failed.error));
        if let Err(stop) = interrupt.sleep(wait) {
            let error = report::failure(subject, asked, &stop.into(), &deadline).error;
            return (Err(counted(error, attempts)), attempts);
        }
    }
}

fn counted(error: Error, attempts: u32) -> Error {
    if attempts == 1 { error } else { error.with_note(&format!("({attempts} attempts)")) }
}

/// Exponential, and never shorter than the service asked for. The upper half is random, so that many clients do not all
/// retry at the same moment.
fn wait(retries_before: u32, retry_after: Option<Duration>) -> Duration {
    let longest = BACKOFF_FIRST.saturating_mul(2_u32.saturating_pow(retries_before)).min(BACKOFF_LONGEST);
    longest.mul_f64(0.5 + 0.5 * random()).max(retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit_and_differ() {
        for (retries, longest) in [(0, 250), (1, 500), (2, 1000), (5, 8000), (40, 8000), (u32::MAX, 8000)] {
            for _ in 0..50 {
                let ms = wait(retries, None).as_millis();
                assert!((longest / 2..=longest).contains(&ms), "{retries}: {ms}");
            }
        }
        let waits: std::collections::HashSet<_> = (0..50).map(|_| wait(3, None)).collect();
        assert!(waits.len() > 40);
    }

    #[test]
    fn the_service_may_ask_for_more_and_not_for_less() {
        assert_eq!(wait(0, Some(Duration::from_secs(60))), Duration::from_secs(60));
        assert!(wait(0, Some(Duration::ZERO)) >= Duration::from_millis(125));
    }
}
