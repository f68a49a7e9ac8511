//! Waits for the end of a job.

use std::borrow::Cow;
use std::time::Duration;

use super::endpoint::{Endpoint, JobDetails};
use super::handle::Handle;
use super::random::random;
use crate::error::{Error, ErrorKind};
use crate::http::Deadline;
use crate::interrupt::Stop;
use crate::model::Job;
use crate::policy::{Asked, POLL_INTERVAL, POLL_LAST, POLL_SPREAD};
use crate::quote::beginning;
use crate::report;

/// The longest time that a C program can name, about 49 days. The sum of a longer time and a clock may overflow.
const LONGEST: Duration = Duration::from_millis(u32::MAX as u64);

/// Asks for the job until its state is terminal. A failure that may pass by itself does not end the wait.
pub(super) fn wait(
    handle: &Handle,
    id: &str,
    location: Option<&str>,
    poll_interval: Duration,
    timeout: Duration,
) -> Result<Job, Error> {
    // A poll writes its own failure to the log.
    let logged = |error| handle.logged(error);
    let (poll_interval, timeout) = (poll_interval.min(LONGEST), timeout.min(LONGEST));
    if timeout.is_zero() {
        return Err(logged(Error::new(ErrorKind::InvalidArgument, "The time to wait is 0: allow at least 1 ms.")));
    }
    let interval = if poll_interval.is_zero() { POLL_INTERVAL } else { poll_interval };
    let end = Deadline::after(timeout);
    let subject = format!("Waiting for the job {:?}", beginning(id, 40));
    let stopped = |stop: Stop| {
        let asked = Asked::Service(<JobDetails<'_> as Endpoint>::WORDS);
        logged(report::failure(&subject, asked, &stop.into(), &end).error)
    };
    // One call from begin to end, so that `resume` waits for it also while it sleeps. A reason not to begin is the
    // first poll's to report.
    let _call = handle.interrupt().begin();
    let time_of_last_poll = POLL_LAST.min(interval).min(timeout / 10);
    let mut heard = Heard::default();
    loop {
        let asked_to_wait = match poll(handle, id, location, &end) {
            Ok(job) if job.state().is_terminal() => return Ok(job),
            Ok(job) => {
                heard.state(job.state_text().map(|text| handle.access().without_token(text)));
                Duration::ZERO
            }
            Err(error) if error.is_retryable() => {
                let asked_to_wait = error.retry_after().unwrap_or_default();
                heard.failure = Some(error);
                asked_to_wait
            }
            Err(error) => return Err(error),
        };
        let left = end.remaining();
        let until_last_poll = left.saturating_sub(time_of_last_poll);
        let next = interval.mul_f64(1.0 - POLL_SPREAD + 2.0 * POLL_SPREAD * random()).max(asked_to_wait);
        let pause = if next <= until_last_poll {
            next
        } else if !until_last_poll.is_zero() && asked_to_wait <= until_last_poll {
            until_last_poll
        } else {
            left
        };
        handle.interrupt().sleep(pause).map_err(|stop| stopped(stop).with_note(&heard.last_state()))?;
        if end.remaining().is_zero() {
            return Err(logged(heard.time_is_up(&subject, timeout)));
        }
    }
}

fn poll(handle: &Handle, id: &str, location: Option<&str>, end: &Deadline) -> Result<Job, Error> {
    let caller = handle.caller();
    let endpoint = JobDetails { id };
    let request = endpoint.request(&caller.settings.base_url, location);
    // A deadline of its own: a message about it names the time that this poll had.
    caller.run_until(Deadline::after(end.remaining().min(caller.timeout)), &endpoint, request)
}

/// What was heard of the job, for the message when the time is up.
#[derive(Default)]
struct Heard {
    /// The last state, as the service wrote it.
    state: Option<String>,
    /// Why the last poll failed.
    failure: Option<Error>,
}

impl Heard {
    /// `text` may be shown.
    fn state(&mut self, text: Option<Cow<'_, str>>) {
        self.state = Some(text.map_or("none".to_owned(), |text| format!("{:?}", beginning(&text, 40))));
        self.failure = None;
    }

    fn last_state(&self) -> String {
        match &self.state {
            Some(state) => format!("The last state was {state}."),
            None => "No state was seen.".to_owned(),
        }
    }

    /// If the last poll failed, the error has what the service said to it: a program can tell a job that takes long from a
    /// service that does not answer.
    fn time_is_up(self, subject: &str, timeout: Duration) -> Error {
        let ms = timeout.as_millis();
        let message = format!("{subject}: the time is up ({ms} ms). {}", self.last_state());
        match self.failure {
            Some(error) => {
                let message = format!("{message} The last poll failed: {error}");
                error.with_message(&message).with_kind(ErrorKind::Timeout)
            }
            None => Error::new(ErrorKind::Timeout, format!("{message} Allow more time.")).with_retryable(true),
        }
    }
}
