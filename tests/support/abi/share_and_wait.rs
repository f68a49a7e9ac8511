//! The calls of a client that wait, share, and end each other.

use std::ffi::CString;
use std::mem::MaybeUninit;

use cloudbackupjobs::ffi::*;

use super::{Client, Failure, Job, outcome};

impl Client {
    /// `cbj_client_wait_job` without a location.
    pub fn wait_job(&self, job_id: &str, poll_interval_ms: u32, timeout_ms: u32) -> Result<Job, Failure> {
        self.wait_job_at(job_id, None, poll_interval_ms, timeout_ms)
    }

    /// `cbj_client_wait_job`.
    pub fn wait_job_at(
        &self,
        job_id: &str,
        location: Option<&str>,
        poll_interval_ms: u32,
        timeout_ms: u32,
    ) -> Result<Job, Failure> {
        let job_id = CString::new(job_id).expect("no NUL");
        let location = location.map(|text| CString::new(text).expect("no NUL"));
        let location = location.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
        let (mut job, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: a live client and NUL-terminated strings.
        let status = unsafe {
            cbj_client_wait_job(
                self.0,
                job_id.as_ptr(),
                location,
                poll_interval_ms,
                timeout_ms,
                Some(&mut job),
                Some(&mut error),
            )
        };
        // SAFETY: the call wrote both.
        let (job, error) = unsafe { (job.assume_init(), error.assume_init()) };
        outcome(status, job, error).map(Job::take)
    }

    /// `cbj_client_share`.
    pub fn share(&self) -> Self {
        let (mut client, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: a live client.
        let status = unsafe { cbj_client_share(self.0, Some(&mut client), Some(&mut error)) };
        // SAFETY: the call wrote both.
        let (client, error) = unsafe { (client.assume_init(), error.assume_init()) };
        outcome(status, client, error).map(Self).expect("a client can be shared")
    }

    pub fn set_timeout_ms(&self, ms: u32) -> cbj_status {
        // SAFETY: a live client.
        unsafe { cbj_client_set_timeout_ms(self.0, ms) }
    }

    pub fn cancel(&self) {
        // SAFETY: a live client.
        unsafe { cbj_client_cancel(self.0) }
    }

    pub fn resume(&self) {
        // SAFETY: a live client.
        unsafe { cbj_client_resume(self.0) }
    }
}
