//! Clients and lists, and the failures that each of them may have under the plan of the turn.

use std::sync::Arc;
use std::time::Duration;

use cloudbackupjobs::ffi::*;

use super::logging::{self, in_call};
use super::plan::{Action, Family, Plan, Target};
use super::service::{Kind, Question};
use crate::support::abi::{Client, Failure, Job, Setup, name};
use crate::support::abi_many::{JobIter, Query};
use crate::tls_server::certificate;

/// Longer than any turn. Where a call has less, it may time out.
pub const LONG_MS: u32 = 300_000;

/// What all threads know.
pub struct Setting {
    pub plan: Plan,
    pub url: String,
}

/// A client.
pub struct Handle {
    pub client: Client,
    pub family: usize,
    /// Whether calls of another thread than the one that cancels may be cancelled.
    pub others_cancel: bool,
    /// Whether its thread cancels it, or gives it little time, for a moment. A list that another thread continues meanwhile
    /// may fail then.
    pub is_unsteady: bool,
}

impl Setting {
    pub fn family(&self, family: usize) -> &Family {
        &self.plan.families[family]
    }

    /// How often a token that lasts for a second may be renewed in this time. It is renewed in its last tenth.
    pub fn renewals(&self, family: usize, time: Duration) -> usize {
        let each = usize::try_from(time.as_millis() / 900).expect("is short") + 1;
        if self.family(family).expires { each } else { 0 }
    }

    /// A client with connections and a token of its own.
    pub fn configure(&self, family: usize) -> Handle {
        let Family { fetches, expires, is_named, max_retries, logs } = *self.family(family);
        let url = if is_named { self.url.replace("127.0.0.1", "localhost") } else { self.url.clone() };
        let mut setup = Setup::new().base_url(&url).max_retries(max_retries).timeout_ms(LONG_MS);
        if self.url.starts_with("https:") {
            setup = setup.ca_file(&certificate("ca.pem"));
        }
        setup = if fetches {
            let seconds = if expires { 1 } else { 3600 };
            setup.identity_url(&format!("{url}/identity/{family}/{seconds}")).client_secret("id", "s3cret")
        } else {
            setup.access_token(&format!("token-{family}-first"))
        };
        if logs {
            setup = setup.log_to(logging::log, CBJ_LOG_DEBUG);
        }
        Handle { client: in_call(|| setup.client()), family, others_cancel: false, is_unsteady: false }
    }

    /// The client of a family that all threads use.
    pub fn head(&self, family: usize) -> Handle {
        Handle { others_cancel: self.plan.cancels(Target::Head(family)), ..self.configure(family) }
    }

    /// The client of a thread.
    pub fn own(&self, thread: usize, head: &Handle) -> Handle {
        let actions = &self.plan.threads[thread];
        Handle {
            client: head.client.share(),
            family: head.family,
            others_cancel: self.plan.cancels(Target::Own(thread)),
            is_unsteady: actions.iter().any(|action| matches!(action, Action::CancelOwn | Action::Stall { .. })),
        }
    }

    /// The statuses that a call may have.
    pub fn possible(&self, handle: &Handle, kind: Kind) -> Vec<cbj_status> {
        let family = self.family(handle.family);
        let mut possible = match kind {
            Kind::Good | Kind::Slow | Kind::Closes | Kind::Runs(_) => vec![CBJ_OK],
            Kind::Absent => vec![CBJ_ERROR_NOT_FOUND],
            Kind::Busy if family.max_retries == 0 => vec![CBJ_ERROR_SERVER],
            Kind::Busy => vec![CBJ_OK],
            Kind::Resets => vec![CBJ_ERROR_NETWORK],
            Kind::Refused if family.fetches => vec![CBJ_OK],
            // Another thread may have set another token meanwhile.
            Kind::Refused => vec![CBJ_ERROR_AUTHENTICATION, CBJ_OK],
            Kind::Stalls => vec![CBJ_ERROR_TIMEOUT],
        };
        if handle.others_cancel {
            possible.push(CBJ_ERROR_CANCELLED);
        }
        possible
    }
}

/// Fails unless this is the answer to the question.
pub fn check_job(job: &Job, question: &Question, location: Option<&str>) {
    let expected = (Some(question.to_string()), question.count(), Some(question.request_id(location)));
    assert_eq!((job.id.clone(), job.counts[0], job.request_id.clone()), expected, "an answer to another question");
}

/// Fails unless the failure is one of these, and says what was asked.
pub fn check_failure(failure: &Failure, possible: &[cbj_status], question: &Question) {
    let names: Vec<_> = possible.iter().map(|status| name(*status)).collect();
    assert!(possible.contains(&failure.status), "{question}: possible is {names:?}, not {failure:?}");
    let names_it = failure.message.contains(&question.to_string());
    // A call that waited for another thread's token says so.
    assert!(names_it || !matches!(failure.status, CBJ_ERROR_NOT_FOUND | CBJ_ERROR_SERVER), "{question}: {failure:?}");
}

pub fn query(question: &Question, page: u32) -> Query {
    let mut query = Query::ever().page_size(page);
    assert_eq!(query.set_location(Some(&question.to_string())), CBJ_OK);
    query
}

/// A list that is under way. Any thread may continue it, one after the other.
pub struct List {
    pub iter: JobIter,
    pub question: Question,
    pub next: usize,
    pub possible: Vec<cbj_status>,
}

impl List {
    pub fn begin(setting: &Setting, handle: &Arc<Handle>, question: Question, page: u32) -> Result<Self, Failure> {
        let mut possible = setting.possible(handle, question.kind);
        if question.kind == Kind::Busy {
            // A failure of one page, if it is not retried. The others are sent.
            possible.push(CBJ_OK);
        }
        if handle.is_unsteady {
            possible.extend([CBJ_ERROR_CANCELLED, CBJ_ERROR_TIMEOUT]);
            // Without the time for another attempt, the first failure is the result.
            possible.extend((question.kind == Kind::Busy).then_some(CBJ_ERROR_SERVER));
        }
        let iter = in_call(|| handle.client.list_jobs(&query(&question, page)));
        match iter {
            Ok(iter) => Ok(Self { iter, question, next: 0, possible }),
            Err(failure) => {
                check_failure(&failure, &possible, &question);
                Err(failure)
            }
        }
    }

    /// Takes up to so many jobs. `Ok(true)` says that the list is at its end.
    pub fn take(&mut self, jobs: usize) -> Result<bool, Failure> {
        for _ in 0..jobs {
            match in_call(|| self.iter.next()) {
                Ok(Some(job)) => {
                    assert_eq!(job.id.as_deref(), Some(&*self.question.listed(self.next)), "a job of another list");
                    self.next += 1;
                }
                Ok(None) => {
                    assert_eq!(self.next, self.question.jobs, "{}: jobs are missing", self.question);
                    assert_eq!((self.iter.is_complete(), self.iter.total_count()), (1, self.next as i64));
                    return Ok(true);
                }
                Err(failure) => {
                    check_failure(&failure, &self.possible, &self.question);
                    return Err(failure);
                }
            }
        }
        Ok(false)
    }
}
