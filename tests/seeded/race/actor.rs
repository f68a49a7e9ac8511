//! One thread, or one forked process, that carries out its plan and checks each answer.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use cloudbackupjobs::ffi::*;

use super::forked;
use super::handles::{Handle, LONG_MS, List, Setting, check_failure, check_job, query};
use super::logging::{in_call, in_call_with};
use super::plan::{Action, Target, Whose};
use super::process::Exhibits;
use super::service::{Kind, Question};
use super::shared::Tally;
use crate::support::abi::{Failure, Job, name, parse};
use crate::support::answers::{JOB, JOB_ID};

/// Lists that are under way.
pub type Pool = Arc<Mutex<Vec<List>>>;

pub struct Actor {
    pub setting: Arc<Setting>,
    /// Part of every question.
    pub who: String,
    pub own: Arc<Handle>,
    pub heads: Vec<Arc<Handle>>,
    /// The own clients of all threads, to be cancelled and resumed.
    pub owns: Vec<Arc<Handle>>,
    pub pool: Pool,
    pub exhibits: Arc<Exhibits>,
    pub number: usize,
    pub tally: Tally,
}

impl Actor {
    pub fn act(&mut self, action: &Action) {
        match action {
            Action::Get { whose, kind, is_located } => {
                let handle = self.handle(*whose);
                self.get(&handle, *kind, *is_located);
            }
            Action::GetInside { whose } => self.get_inside(*whose),
            Action::Wait { whose, polls } => {
                let handle = self.handle(*whose);
                let question = self.question(&handle, Kind::Runs(*polls), 0);
                let result = in_call(|| handle.client.wait_job(&question.to_string(), 3, LONG_MS));
                self.judge(&handle, &question, None, &result, &self.setting.possible(&handle, question.kind));
            }
            Action::WaitInVain { whose, ms } => {
                let handle = self.handle(*whose);
                let question = self.question(&handle, Kind::Runs(255), 0);
                let result = in_call(|| handle.client.wait_job(&question.to_string(), 1000, *ms));
                let mut possible = self.setting.possible(&handle, Kind::Stalls);
                possible.retain(|status| *status != CBJ_OK);
                self.judge(&handle, &question, None, &result, &possible);
            }
            Action::List { whose, kind, jobs, page, take } => {
                let handle = self.handle(*whose);
                let question = self.question(&handle, *kind, *jobs);
                self.tally.calls += 1;
                match List::begin(&self.setting, &handle, question, *page) {
                    Ok(list) => self.carry_on(list, *take),
                    Err(failure) => self.failed(handle.family, &failure),
                }
            }
            Action::Continue { take, frees } => {
                let list = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
                match list {
                    Some(list) if *frees => drop(list),
                    Some(list) => self.carry_on(list, *take),
                    None => {}
                }
            }
            Action::Summarize { whose, kind, jobs, page } => self.summarize(*whose, *kind, *jobs, *page),
            Action::Stall { ms } => self.stall(*ms),
            Action::Pass { whose, calls } => {
                let made_of = self.handle(*whose);
                let passing = Arc::new(Handle {
                    client: made_of.client.share(),
                    family: made_of.family,
                    others_cancel: false,
                    is_unsteady: false,
                });
                drop(made_of);
                // The thread of the client that it was made of may have given that one little time.
                assert_eq!(passing.client.set_timeout_ms(LONG_MS), CBJ_OK);
                (0..*calls).for_each(|_| self.get(&passing, Kind::Good, true));
            }
            Action::Cancel { target } => self.target(*target).client.cancel(),
            Action::Resume { target } => self.target(*target).client.resume(),
            Action::CancelOwn => self.cancel_own(),
            Action::SetToken { family } => {
                let status = self.heads[*family].client.set_access_token(&format!("token-{family}-{}", self.number));
                let expected = if self.setting.family(*family).fetches { CBJ_ERROR_CONFIG } else { CBJ_OK };
                assert_eq!(name(status), name(expected));
            }
            Action::Configure { family } => {
                let fresh = Arc::new(self.setting.configure(*family));
                self.tally.reasons_for_tokens[*family] += 1;
                self.get(&fresh, Kind::Good, false);
            }
            Action::Parse => {
                let question =
                    Question { number: self.number, who: self.who.clone(), family: 0, jobs: 0, kind: Kind::Good };
                let job = parse(JOB.replace(JOB_ID, &question.to_string()).as_bytes()).expect("is an answer");
                assert_eq!(job.id, Some(question.to_string()));
            }
            Action::Read { times } => (0..*times).for_each(|_| self.exhibits.check()),
            Action::Fork { child } => forked::run(self, child),
        }
    }

    pub fn handle(&self, whose: Whose) -> Arc<Handle> {
        Arc::clone(match whose {
            Whose::Own => &self.own,
            Whose::Head(family) => &self.heads[family],
        })
    }

    fn target(&self, target: Target) -> &Handle {
        match target {
            Target::Own(thread) => &self.owns[thread],
            Target::Head(family) => &self.heads[family],
        }
    }

    fn question(&mut self, handle: &Handle, kind: Kind, jobs: usize) -> Question {
        self.number += 1;
        if kind == Kind::Refused {
            self.tally.reasons_for_tokens[handle.family] += 1;
        }
        Question { kind, family: handle.family, jobs, who: self.who.clone(), number: self.number }
    }

    pub fn get(&mut self, handle: &Handle, kind: Kind, is_located: bool) {
        let possible = self.setting.possible(handle, kind);
        self.get_with(handle, kind, is_located, &possible);
    }

    fn get_with(&mut self, handle: &Handle, kind: Kind, is_located: bool, possible: &[cbj_status]) {
        let question = self.question(handle, kind, 0);
        let location = is_located.then(|| format!("at.{}", self.number));
        let result = in_call(|| handle.client.get_job(&question.to_string(), location.as_deref()));
        self.judge(handle, &question, location.as_deref(), &result, possible);
    }

    fn judge(
        &mut self,
        handle: &Handle,
        question: &Question,
        location: Option<&str>,
        result: &Result<Job, Failure>,
        possible: &[cbj_status],
    ) {
        self.tally.calls += 1;
        match result {
            Ok(job) => {
                check_job(job, question, location);
                assert!(possible.contains(&CBJ_OK), "{question}: a success");
                assert_ne!(job.state, CBJ_STATE_UNKNOWN);
            }
            Err(failure) => {
                check_failure(failure, possible, question);
                self.failed(handle.family, failure);
            }
        }
    }

    /// After a call that ended while it fetched the token, as its message says, another call asks for one again.
    fn failed(&mut self, family: usize, failure: &Failure) {
        self.tally.reasons_for_tokens[family] += usize::from(failure.message.contains("/identity/"));
        self.tally.cancelled += usize::from(failure.status == CBJ_ERROR_CANCELLED);
    }

    fn get_inside(&mut self, whose: Whose) {
        let handle = self.handle(whose);
        let (outer, inner) = (self.question(&handle, Kind::Good, 0), self.question(&handle, Kind::Good, 0));
        // The log function makes its call while this thread may be fetching the token: then it fetches one itself.
        self.tally.reasons_for_tokens[handle.family] += 1;
        let inner_result = Rc::new(RefCell::new(None));
        let call_inside = {
            let (handle, id, result) = (Arc::clone(&handle), inner.to_string(), Rc::clone(&inner_result));
            move || *result.borrow_mut() = Some(handle.client.get_job(&id, None))
        };
        let result = in_call_with(call_inside, || handle.client.get_job(&outer.to_string(), None));
        let possible = self.setting.possible(&handle, Kind::Good);
        self.judge(&handle, &outer, None, &result, &possible);
        if let Some(result) = inner_result.take() {
            self.judge(&handle, &inner, None, &result, &possible);
        } else {
            assert!(!self.setting.family(handle.family).logs, "no line of the log");
        }
    }

    /// Takes jobs, and leaves the rest of the list to whoever comes.
    fn carry_on(&mut self, mut list: List, take: usize) {
        self.tally.calls += 1;
        let result = list.take(take);
        if let Err(failure) = &result {
            self.failed(list.question.family, failure);
        }
        if !matches!(result, Ok(true)) {
            self.pool.lock().unwrap_or_else(PoisonError::into_inner).push(list);
        }
    }

    fn summarize(&mut self, whose: Whose, kind: Kind, jobs: usize, page: u32) {
        let handle = self.handle(whose);
        let question = self.question(&handle, kind, jobs);
        self.tally.calls += 1;
        match in_call(|| handle.client.summarize_jobs(&query(&question, page))) {
            Ok(summary) => {
                let jobs = question.jobs as i64;
                assert_eq!((summary.count(), summary.total_count(), summary.is_complete()), (jobs, jobs, 1));
                let latest = question.jobs.checked_sub(1).map(|last| question.listed(last));
                assert_eq!(summary.latest().and_then(|job| job.id), latest, "a job of another list");
                assert_eq!(summary.count_in_state(CBJ_STATE_FINISHED), jobs);
            }
            Err(failure) => {
                check_failure(&failure, &self.setting.possible(&handle, kind), &question);
                self.failed(handle.family, &failure);
            }
        }
    }

    fn stall(&mut self, ms: u32) {
        let own = Arc::clone(&self.own);
        assert_eq!(own.client.set_timeout_ms(ms), CBJ_OK);
        self.get(&own, Kind::Stalls, false);
        assert_eq!(own.client.set_timeout_ms(LONG_MS), CBJ_OK);
    }

    fn cancel_own(&mut self) {
        let own = Arc::clone(&self.own);
        own.client.cancel();
        let possible: &[_] = if own.others_cancel { &[CBJ_OK, CBJ_ERROR_CANCELLED] } else { &[CBJ_ERROR_CANCELLED] };
        self.get_with(&own, Kind::Good, false, possible);
        own.client.resume();
        self.get(&own, Kind::Good, false);
    }
}
