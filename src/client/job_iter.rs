//! Jobs one after the other, out of pages that are fetched as they are needed.

use std::cell::RefCell;
use std::iter::FusedIterator;
use std::sync::Arc;
use std::vec;

use super::handle::Handle;
use super::pages::Pages;
use crate::error::Error;
use crate::http::Deadline;
use crate::model::Job;
use crate::query::Query;

/// The jobs that a query means, in the service's order, each of them once. Made by
/// [`Client::list_jobs`](crate::Client::list_jobs).
///
/// Fetches the next page when it is needed; each page may take the client's whole time. After an error, the next call of
/// `next` asks for the same page again, so a program that goes on after errors must decide when to stop. Independent of
/// the client, which may be dropped before it. While the client is cancelled, `next` returns
/// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled), and no job is lost.
#[derive(Debug)]
pub struct JobIter {
    handle: Arc<Handle>,
    pages: Pages,
    /// What is left of the last page.
    jobs: vec::IntoIter<Job>,
}

impl JobIter {
    /// Fetches the first page.
    pub(super) fn new(handle: &Arc<Handle>, query: &Query) -> Result<Self, Error> {
        let pages = Pages::of(handle, query)?;
        let mut iter = Self { handle: Arc::clone(handle), pages, jobs: Vec::new().into_iter() };
        iter.fetch()?;
        Ok(iter)
    }

    /// Fetches the next page. False if there is none.
    fn fetch(&mut self) -> Result<bool, Error> {
        let caller = self.handle.caller();
        let deadline = Deadline::after(caller.timeout);
        let new = RefCell::new(self.pages.new_jobs());
        let Some(page) = self.pages.fetch(&caller, deadline, &new)? else { return Ok(false) };
        let found = new.into_inner().found();
        self.jobs = page.jobs.into_iter();
        self.pages.turn(found, page.entries, page.metadata, &caller);
        Ok(true)
    }

    /// How many jobs there are, as the service says; it counts whole days. `None` if it does not say.
    #[must_use]
    pub fn total_count(&self) -> Option<i64> {
        self.pages.total()
    }

    /// How many jobs the service says it has and did not send; 0 if none is known to be missing. `None` before all jobs
    /// have been returned, and if the listing gave up ([`Query::max_jobs`](crate::Query::max_jobs)): then nobody knows.
    #[must_use]
    pub fn missing_count(&self) -> Option<u64> {
        if self.jobs.len() == 0 { self.pages.missing() } else { None }
    }

    /// Whether all jobs have been returned and none is known to be missing: whether [`JobIter::missing_count`] is 0.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.missing_count() == Some(0)
    }
}

impl Iterator for JobIter {
    type Item = Result<Job, Error>;

    fn next(&mut self) -> Option<Result<Job, Error>> {
        // A cancel ends every call to come, also one that needs no page.
        if let Err(stop) = self.handle.interrupt().check() {
            return Some(Err(self.handle.logged(Pages::stopped(stop, self.handle.timeout()))));
        }
        if let Some(job) = self.jobs.next() {
            return Some(Ok(job));
        }
        // One call, also if it needs several pages, so that `resume` waits for it also between two of them.
        let handle = Arc::clone(&self.handle);
        let _call = handle.interrupt().begin();
        loop {
            match self.fetch() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
            if let Some(job) = self.jobs.next() {
                return Some(Ok(job));
            }
        }
    }
}

impl FusedIterator for JobIter {}
