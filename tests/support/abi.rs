//! Calls the C ABI as C does, and copies the results into Rust's own types.

use std::ffi::{CStr, CString, c_char, c_void};
use std::mem::MaybeUninit;
use std::sync::Mutex;
use std::thread::ThreadId;
use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;

use super::canary;

mod share_and_wait;

/// Builds the configuration of a client. Every method calls one setter.
pub struct Setup(Option<Box<cbj_config>>);

macro_rules! text_setters {
    ($($name:ident => $setter:ident),* $(,)?) => {
        $(pub fn $name(mut self, text: &str) -> Self {
            let text = CString::new(text).expect("no NUL inside");
            // SAFETY: a NUL-terminated string.
            assert_eq!(unsafe { $setter(self.0.as_deref_mut(), text.as_ptr()) }, CBJ_OK);
            self
        })*
    };
}

macro_rules! number_setters {
    ($($name:ident($kind:ty) => $setter:ident),* $(,)?) => {
        $(pub fn $name(mut self, number: $kind) -> Self {
            assert_eq!($setter(self.0.as_deref_mut(), number), CBJ_OK);
            self
        })*
    };
}

impl Setup {
    pub fn new() -> Self {
        Self(cbj_config_new())
    }

    /// The configuration of a client with a token, for the server at `base_url`.
    pub fn with_token(base_url: &str) -> Self {
        Self::new().base_url(base_url).access_token("token-of-the-host")
    }

    text_setters! {
        data_center => cbj_config_set_data_center,
        base_url => cbj_config_set_base_url,
        identity_url => cbj_config_set_identity_url,
        access_token => cbj_config_set_access_token,
        scope => cbj_config_set_scope,
        location => cbj_config_set_location,
        ca_file => cbj_config_set_ca_file,
        user_agent => cbj_config_set_user_agent,
        proxy => cbj_config_set_proxy,
    }

    number_setters! {
        timeout_ms(u32) => cbj_config_set_timeout_ms,
        connect_timeout_ms(u32) => cbj_config_set_connect_timeout_ms,
        max_retries(u32) => cbj_config_set_max_retries,
        max_response_bytes(u64) => cbj_config_set_max_response_bytes,
        allow_http(i32) => cbj_config_set_allow_http,
        trust(i32) => cbj_config_set_trust,
    }

    pub fn client_secret(mut self, client_id: &str, secret: &str) -> Self {
        let (client_id, secret) = (CString::new(client_id).expect("no NUL"), CString::new(secret).expect("no NUL"));
        // SAFETY: NUL-terminated strings.
        let status =
            unsafe { cbj_config_set_client_secret(self.0.as_deref_mut(), client_id.as_ptr(), secret.as_ptr()) };
        assert_eq!(status, CBJ_OK);
        self
    }

    pub fn client_certificate(mut self, client_id: &str, path: &str, password: Option<&str>) -> Self {
        let [client_id, path] = [client_id, path].map(|text| CString::new(text).expect("no NUL"));
        let password = password.map(|text| CString::new(text).expect("no NUL"));
        let password = password.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
        let config = self.0.as_deref_mut();
        // SAFETY: NUL-terminated strings, and NULL where it is allowed.
        let status = unsafe { cbj_config_set_client_certificate(config, client_id.as_ptr(), path.as_ptr(), password) };
        assert_eq!(status, CBJ_OK);
        self
    }

    /// `cbj_config_load_file`.
    pub fn load_file(mut self, path: &str) -> Result<Self, Failure> {
        let path = CString::new(path).expect("no NUL");
        let mut error = MaybeUninit::uninit();
        // SAFETY: a NUL-terminated string.
        let status = unsafe { cbj_config_load_file(self.0.as_deref_mut(), path.as_ptr(), Some(&mut error)) };
        // SAFETY: the call wrote it.
        let error = unsafe { error.assume_init() };
        if status == CBJ_OK {
            assert!(error.is_null());
            return Ok(self);
        }
        cbj_config_free(self.0.take());
        // SAFETY: a fresh handle that has no other owner.
        Err(Failure::take(status, unsafe { Box::from_raw(error) }))
    }

    /// `cbj_config_set_option`.
    pub fn set_option(&mut self, name: &str, value: &str) -> Result<(), Failure> {
        let (name, value) = (CString::new(name).expect("no NUL"), CString::new(value).expect("no NUL"));
        let mut error = MaybeUninit::uninit();
        let config = self.0.as_deref_mut();
        // SAFETY: NUL-terminated strings.
        let status = unsafe { cbj_config_set_option(config, name.as_ptr(), value.as_ptr(), Some(&mut error)) };
        // SAFETY: the call wrote it.
        let error = unsafe { error.assume_init() };
        if status == CBJ_OK {
            assert!(error.is_null());
            return Ok(());
        }
        // SAFETY: a fresh handle that nobody else has.
        Err(Failure::take(status, unsafe { Box::from_raw(error) }))
    }

    /// `cbj_config_set_log` with a function that keeps the lines in `lines`.
    pub fn log(mut self, lines: &'static Lines, max_level: cbj_log_level) -> Self {
        let user_data = std::ptr::from_ref(lines).cast_mut().cast();
        // SAFETY: the function expects this type of user data, which lives as long as the program.
        let status = unsafe { cbj_config_set_log(self.0.as_deref_mut(), Some(keep_line), user_data, max_level) };
        assert_eq!(status, CBJ_OK);
        self
    }

    /// `cbj_config_set_log` with another function, which gets no user data.
    pub fn log_to(
        mut self,
        log: unsafe extern "C-unwind" fn(*mut c_void, cbj_log_level, *const c_char),
        max_level: cbj_log_level,
    ) -> Self {
        // SAFETY: a function that does not use its user data.
        let status = unsafe { cbj_config_set_log(self.0.as_deref_mut(), Some(log), std::ptr::null_mut(), max_level) };
        assert_eq!(status, CBJ_OK);
        self
    }

    /// `cbj_config_set_log` with NULL.
    pub fn without_log(mut self) -> Self {
        // SAFETY: NULL turns the log off.
        let status = unsafe { cbj_config_set_log(self.0.as_deref_mut(), None, std::ptr::null_mut(), CBJ_LOG_DEBUG) };
        assert_eq!(status, CBJ_OK);
        self
    }

    /// `cbj_client_new`, and `cbj_config_free` right after it.
    pub fn try_client(self) -> Result<Client, Failure> {
        let (mut client, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        let status = cbj_client_new(self.0.as_deref(), Some(&mut client), Some(&mut error));
        cbj_config_free(self.0);
        // SAFETY: the call wrote both.
        let (client, error) = unsafe { (client.assume_init(), error.assume_init()) };
        outcome(status, client, error).map(Client)
    }

    pub fn client(self) -> Client {
        self.try_client().unwrap_or_else(|failure| panic!("no client: {failure:?}"))
    }
}

/// The lines of a log: the level, the line and the thread that wrote it.
#[derive(Default)]
pub struct Lines(Mutex<Vec<(cbj_log_level, String, ThreadId)>>);

impl Lines {
    /// Never freed, because the user data of a log must outlive the client.
    pub fn new() -> &'static Self {
        Box::leak(Box::default())
    }

    pub fn all(&self) -> Vec<(cbj_log_level, String, ThreadId)> {
        self.0.lock().expect("no panic under this lock").clone()
    }

    /// The lines of one level.
    pub fn of(&self, level: cbj_log_level) -> Vec<String> {
        self.all().into_iter().filter(|line| line.0 == level).map(|line| line.1).collect()
    }
}

unsafe extern "C-unwind" fn keep_line(user_data: *mut c_void, level: cbj_log_level, message: *const c_char) {
    // SAFETY: the lines given to `cbj_config_set_log`.
    let lines = unsafe { &*user_data.cast::<Lines>() };
    let message = text(message).expect("a line has a text");
    assert!(!message.contains(char::is_control), "{message:?}");
    canary::check("a line of the log", &message);
    lines.0.lock().expect("no panic under this lock").push((level, message, std::thread::current().id()));
}

/// A client, freed when dropped.
pub struct Client(*mut cbj_client);

// SAFETY: the header says that any number of threads may use a client at once.
unsafe impl Sync for Client {}
// SAFETY: as above.
unsafe impl Send for Client {}

impl Client {
    pub fn as_ptr(&self) -> *mut cbj_client {
        self.0
    }

    /// `cbj_client_get_job`.
    pub fn get_job(&self, job_id: &str, location: Option<&str>) -> Result<Job, Failure> {
        let job_id = CString::new(job_id).expect("no NUL");
        let location = location.map(|text| CString::new(text).expect("no NUL"));
        let location = location.as_ref().map_or(std::ptr::null(), |text| text.as_ptr());
        let (mut job, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
        // SAFETY: a live client and NUL-terminated strings.
        let status = unsafe { cbj_client_get_job(self.0, job_id.as_ptr(), location, Some(&mut job), Some(&mut error)) };
        // SAFETY: the call wrote both.
        let (job, error) = unsafe { (job.assume_init(), error.assume_init()) };
        outcome(status, job, error).map(Job::take)
    }

    /// As [`Self::get_job`], with the time that it took.
    pub fn timed(&self, job_id: &str) -> (Result<Job, Failure>, Duration) {
        let start = Instant::now();
        (self.get_job(job_id, None), start.elapsed())
    }

    pub fn set_access_token(&self, token: &str) -> cbj_status {
        let token = CString::new(token).expect("no NUL");
        // SAFETY: a live client and a NUL-terminated string.
        unsafe { cbj_client_set_access_token(self.0, token.as_ptr()) }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // SAFETY: made by cbj_client_new, freed once.
        cbj_client_free(Some(unsafe { Box::from_raw(self.0) }));
    }
}

/// `cbj_job_parse`.
pub fn parse(json: &[u8]) -> Result<Job, Failure> {
    let (mut job, mut error) = (MaybeUninit::uninit(), MaybeUninit::uninit());
    // SAFETY: a readable slice.
    let status = unsafe { cbj_job_parse(json.as_ptr().cast(), json.len(), Some(&mut job), Some(&mut error)) };
    // SAFETY: the call wrote both.
    let (job, error) = unsafe { (job.assume_init(), error.assume_init()) };
    outcome(status, job, error).map(Job::take)
}

/// Checks the rule on out-parameters: on success a handle and no error, on failure an error and no handle.
pub(super) fn outcome<T>(status: cbj_status, handle: *mut T, error: *mut cbj_error) -> Result<*mut T, Failure> {
    if status == CBJ_OK {
        assert!(!handle.is_null() && error.is_null());
        return Ok(handle);
    }
    assert!(handle.is_null() && !error.is_null());
    // SAFETY: a fresh handle that has no other owner.
    Err(Failure::take(status, unsafe { Box::from_raw(error) }))
}

/// Everything that a job's accessors return.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: Option<String>,
    pub state: cbj_state,
    pub state_text: Option<String>,
    pub start_ms: i64,
    pub finish_ms: i64,
    pub start_text: Option<String>,
    pub finish_text: Option<String>,
    pub elapsed_ms: i64,
    pub duration_hours: f64,
    pub duration_text: Option<String>,
    /// Total, failed, successful, skipped.
    pub counts: [i64; 4],
    pub errors: Vec<JobError>,
    pub has_error_list: i32,
    pub request_id: Option<String>,
    pub trace_id: Option<String>,
    pub response_time_ms: i64,
    pub json: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct JobError {
    pub message: Option<String>,
    pub url: Option<String>,
    pub occurrences: i64,
    pub has_code: i32,
}

impl Job {
    /// Reads a job and frees it.
    pub(super) fn take(job: *mut cbj_job) -> Self {
        // SAFETY: a fresh handle that has no other owner.
        let handle = unsafe { Box::from_raw(job) };
        let taken = Self::copy(&handle);
        cbj_job_free(Some(handle));
        taken
    }

    /// Reads a job of somebody else.
    pub fn copy(job: &cbj_job) -> Self {
        let job = Some(job);
        Self {
            id: text(cbj_job_id(job)),
            state: cbj_job_state(job),
            state_text: text(cbj_job_state_text(job)),
            start_ms: cbj_job_start_time_ms(job),
            finish_ms: cbj_job_finish_time_ms(job),
            start_text: text(cbj_job_start_time_text(job)),
            finish_text: text(cbj_job_finish_time_text(job)),
            elapsed_ms: cbj_job_elapsed_ms(job),
            duration_hours: cbj_job_duration_hours(job),
            duration_text: text(cbj_job_duration_text(job)),
            counts: [
                cbj_job_total_count(job),
                cbj_job_failed_count(job),
                cbj_job_successful_count(job),
                cbj_job_skipped_count(job),
            ],
            errors: (0..cbj_job_error_count(job))
                .map(|index| JobError {
                    message: text(cbj_job_error_message(job, index)),
                    url: text(cbj_job_error_url(job, index)),
                    occurrences: cbj_job_error_occurrences(job, index),
                    has_code: cbj_job_error_has_code(job, index),
                })
                .collect(),
            has_error_list: cbj_job_has_error_list(job),
            request_id: text(cbj_job_request_id(job)),
            trace_id: text(cbj_job_trace_id(job)),
            response_time_ms: cbj_job_response_time_ms(job),
            json: text(cbj_job_json(job)).expect("a job has its text"),
        }
    }
}

/// Everything that an error's accessors return.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub status: cbj_status,
    pub message: String,
    pub http_status: i32,
    pub request_id: Option<String>,
    pub trace_id: Option<String>,
    pub retry_after_ms: i64,
    pub is_retryable: i32,
    /// Code, field, message.
    pub details: Vec<[Option<String>; 3]>,
}

impl Failure {
    pub(super) fn take(status: cbj_status, handle: Box<cbj_error>) -> Self {
        let error = Some(&*handle);
        assert_eq!(cbj_error_status(error), status);
        let message = text(cbj_error_message(error)).expect("an error explains itself");
        assert!(!message.is_empty() && !message.contains(char::is_control), "{message:?}");
        let taken = Self {
            status,
            message,
            http_status: cbj_error_http_status(error),
            request_id: text(cbj_error_request_id(error)),
            trace_id: text(cbj_error_trace_id(error)),
            retry_after_ms: cbj_error_retry_after_ms(error),
            is_retryable: cbj_error_is_retryable(error),
            details: (0..cbj_error_detail_count(error))
                .map(|index| {
                    [
                        text(cbj_error_detail_code(error, index)),
                        text(cbj_error_detail_field(error, index)),
                        text(cbj_error_detail_message(error, index)),
                    ]
                })
                .collect(),
        };
        cbj_error_free(Some(handle));
        canary::check("an error", &format!("{taken:?}"));
        taken
    }
}

/// The name of the status in the header.
pub fn name(status: cbj_status) -> String {
    text(cbj_status_name(status)).expect("every status has a name")
}

fn text(pointer: *const c_char) -> Option<String> {
    if pointer.is_null() {
        return None;
    }
    // SAFETY: the ABI returns NUL-terminated strings.
    let text = unsafe { CStr::from_ptr(pointer) };
    Some(text.to_str().expect("texts are UTF-8").to_owned())
}
