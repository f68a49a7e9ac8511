//! The functions of the C ABI about many jobs, wrapped as [`super::abi`] wraps the others.

use std::ffi::CString;
use std::mem::MaybeUninit;

use cloudbackupjobs::ffi::*;

use super::abi::{Client, Failure, Job, outcome};

/// A query, freed when dropped.
pub struct Query(Option<Box<cbj_query>>);

impl Query {
    /// A fresh query: every job of the last 7 days.
    pub fn new() -> Self {
        Self(cbj_query_new())
    }

    /// A query without a limit of time.
    pub fn ever() -> Self {
        Self::new().since(CBJ_NO_TIME)
    }

    /// Calls a setter of the C ABI.
    pub fn set(&mut self, set: impl FnOnce(Option<&mut cbj_query>) -> cbj_status) -> cbj_status {
        set(self.0.as_deref_mut())
    }

    pub fn set_location(&mut self, location: Option<&str>) -> cbj_status {
        let location = location.map(|text| CString::new(text).expect("no NUL"));
        let location = location.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
        // SAFETY: a NUL-terminated string or NULL.
        unsafe { cbj_query_set_location(self.0.as_deref_mut(), location) }
    }

    fn with(mut self, set: impl FnOnce(Option<&mut cbj_query>) -> cbj_status) -> Self {
        assert_eq!(self.set(set), CBJ_OK);
        self
    }

    pub fn since(self, unix_ms: i64) -> Self {
        self.with(|query| cbj_query_set_since_ms(query, unix_ms))
    }

    pub fn until(self, unix_ms: i64) -> Self {
        self.with(|query| cbj_query_set_until_ms(query, unix_ms))
    }

    pub fn object_type(self, object_type: cbj_object_type) -> Self {
        self.with(|query| cbj_query_set_object_type(query, object_type))
    }

    pub fn page_size(self, jobs: u32) -> Self {
        self.with(|query| cbj_query_set_page_size(query, jobs))
    }

    pub fn max_jobs(self, jobs: u32) -> Self {
        self.with(|query| cbj_query_set_max_jobs(query, jobs))
    }
}

impl Drop for Query {
    fn drop(&mut self) {
        cbj_query_free(self.0.take());
    }
}

impl Client {
    /// `cbj_client_list_jobs`.
    pub fn list_jobs(&self, query: &Query) -> Result<JobIter, Failure> {
        self.list(query.0.as_deref())
    }

    /// `cbj_client_list_jobs` with NULL for the query.
    pub fn list_without_query(&self) -> Result<JobIter, Failure> {
        self.list(None)
    }

    fn list(&self, query: Option<&cbj_query>) -> Result<JobIter, Failure> {
        let (mut iter, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: a live client.
        let status = unsafe { cbj_client_list_jobs(self.as_ptr(), query, Some(&mut iter), Some(&mut error)) };
        // SAFETY: the call wrote both.
        let (iter, error) = unsafe { (iter.assume_init(), error.assume_init()) };
        // SAFETY: a fresh handle that has no other owner.
        outcome(status, iter, error).map(|iter| JobIter(Some(unsafe { Box::from_raw(iter) })))
    }

    /// `cbj_client_summarize_jobs`.
    pub fn summarize_jobs(&self, query: &Query) -> Result<Summary, Failure> {
        self.summarize(query.0.as_deref())
    }

    /// `cbj_client_summarize_jobs` with NULL for the query.
    pub fn summarize_without_query(&self) -> Result<Summary, Failure> {
        self.summarize(None)
    }

    fn summarize(&self, query: Option<&cbj_query>) -> Result<Summary, Failure> {
        let (mut summary, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: a live client.
        let status = unsafe { cbj_client_summarize_jobs(self.as_ptr(), query, Some(&mut summary), Some(&mut error)) };
        // SAFETY: the call wrote both.
        let (summary, error) = unsafe { (summary.assume_init(), error.assume_init()) };
        // SAFETY: a fresh handle that has no other owner.
        outcome(status, summary, error).map(|summary| Summary(Some(unsafe { Box::from_raw(summary) })))
    }
}

/// An iterator over jobs, freed when dropped.
pub struct JobIter(Option<Box<cbj_job_iter>>);

impl JobIter {
    /// `cbj_job_iter_next`.
    pub fn next(&mut self) -> Result<Option<Job>, Failure> {
        Ok(self.next_handle()?.map(Job::take))
    }

    /// `cbj_job_iter_next`, without freeing the job. Checks the rule on out-parameters.
    pub fn next_handle(&mut self) -> Result<Option<*mut cbj_job>, Failure> {
        let (mut job, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        let status = cbj_job_iter_next(self.0.as_deref_mut(), Some(&mut job), Some(&mut error));
        // SAFETY: the call wrote both.
        let (job, error) = unsafe { (job.assume_init(), error.assume_init()) };
        if status == CBJ_OK && job.is_null() {
            assert!(error.is_null());
            return Ok(None);
        }
        outcome(status, job, error).map(Some)
    }

    /// All jobs until the end, or until a failure.
    pub fn rest(&mut self) -> Result<Vec<Job>, Failure> {
        let mut jobs = Vec::new();
        while let Some(job) = self.next()? {
            jobs.push(job);
        }
        Ok(jobs)
    }

    /// The ids of all jobs until the end.
    #[track_caller]
    pub fn ids(&mut self) -> Vec<String> {
        match self.rest() {
            Ok(jobs) => jobs.into_iter().map(|job| job.id.unwrap_or_default()).collect(),
            Err(failure) => panic!("the list ends with {failure:?}"),
        }
    }

    pub fn total_count(&self) -> i64 {
        cbj_job_iter_total_count(self.0.as_deref())
    }

    pub fn missing_count(&self) -> i64 {
        cbj_job_iter_missing_count(self.0.as_deref())
    }

    /// `cbj_job_iter_is_complete`. Checks that the number of missing jobs says the same.
    pub fn is_complete(&self) -> i32 {
        let is_complete = cbj_job_iter_is_complete(self.0.as_deref());
        assert_eq!(is_complete, i32::from(self.missing_count() == 0));
        is_complete
    }
}

impl Drop for JobIter {
    fn drop(&mut self) {
        cbj_job_iter_free(self.0.take());
    }
}

/// A summary, freed when dropped.
pub struct Summary(Option<Box<cbj_summary>>);

impl Summary {
    /// Copies a job of the summary.
    fn copy(job: *const cbj_job) -> Option<Job> {
        // SAFETY: NULL, or a job that lives as long as its summary, which is not freed meanwhile.
        unsafe { job.as_ref() }.map(Job::copy)
    }

    pub fn latest(&self) -> Option<Job> {
        Self::copy(cbj_summary_latest(self.0.as_deref()))
    }

    pub fn latest_ended(&self) -> Option<Job> {
        Self::copy(cbj_summary_latest_ended(self.0.as_deref()))
    }

    pub fn latest_in_state(&self, state: cbj_state) -> Option<Job> {
        Self::copy(cbj_summary_latest_in_state(self.0.as_deref(), state))
    }

    pub fn count(&self) -> i64 {
        cbj_summary_count(self.0.as_deref())
    }

    pub fn count_in_state(&self, state: cbj_state) -> i64 {
        cbj_summary_count_in_state(self.0.as_deref(), state)
    }

    pub fn total_count(&self) -> i64 {
        cbj_summary_total_count(self.0.as_deref())
    }

    pub fn missing_count(&self) -> i64 {
        cbj_summary_missing_count(self.0.as_deref())
    }

    /// `cbj_summary_is_complete`. Checks that the number of missing jobs says the same.
    pub fn is_complete(&self) -> i32 {
        let is_complete = cbj_summary_is_complete(self.0.as_deref());
        assert_eq!(is_complete, i32::from(self.missing_count() == 0));
        is_complete
    }
}

impl Drop for Summary {
    fn drop(&mut self) {
        cbj_summary_free(self.0.take());
    }
}
