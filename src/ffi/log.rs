//! The log: what the host program is told while a call runs.

use std::ffi::{CString, c_char, c_void};

use super::config::cbj_config;
use super::guard::guard;
use super::outcome::change;
use super::status::cbj_status;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::log::LogLevel;

/// How important a line of the log is: one of the `CBJ_LOG_...` numbers. A smaller number is more important. New numbers
/// may be added.
pub type cbj_log_level = i32;

/// A call failed.
pub const CBJ_LOG_ERROR: cbj_log_level = 1;
/// A call continued, but a person should look at something.
pub const CBJ_LOG_WARN: cbj_log_level = 2;
/// One line for each job or page that was asked for.
pub const CBJ_LOG_INFO: cbj_log_level = 3;
/// What happens inside a call.
pub const CBJ_LOG_DEBUG: cbj_log_level = 4;

// The C numbers and the Rust ones are one list in two languages.
const _: () = {
    assert!(CBJ_LOG_ERROR == LogLevel::Error as cbj_log_level && CBJ_LOG_WARN == LogLevel::Warn as cbj_log_level);
    assert!(CBJ_LOG_INFO == LogLevel::Info as cbj_log_level && CBJ_LOG_DEBUG == LogLevel::Debug as cbj_log_level);
};

/// A log function of the program. The library calls it for each line of the log.
///
/// `user_data`: the pointer that was given to `cbj_config_set_log`. `level`: one of the `CBJ_LOG_...` numbers. `message`:
/// one line without a line break, NUL-terminated UTF-8, valid until the function returns. No secret is part of it.
///
/// The library calls the function on the thread that made the call. If several threads make calls, they may call the
/// function at the same time. The function may call the library, also with the same client; the library does not log such
/// calls. The call continues when the function returns: while the function blocks, the call notices neither its deadline
/// nor a cancel.
///
/// The function must return. A C++ exception that leaves it ends the process (abort), because this library cannot catch
/// one: a function that may throw needs a catch of its own. The process also ends if the function ends its thread
/// (pthread_exit, or a cancellation of the thread); with musl only the thread ends, and what its call held stays held. The function must not longjmp out: the client would then wait forever
/// for a fetch of a token. A Rust function may panic if it is `extern "C-unwind"`: the library catches the panic, and the
/// call continues.
pub type cbj_log_fn =
    Option<unsafe extern "C-unwind" fn(user_data: *mut c_void, level: cbj_log_level, message: *const c_char)>;

/// The program's pointer, for its function, which is called on any thread that makes a call.
struct UserData(*mut c_void);

// SAFETY: it is only handed back; the header says that the function is called on several threads.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

impl UserData {
    fn get(&self) -> *mut c_void {
        self.0
    }
}

/// Sets the log function of the clients that are made from this configuration. It gets the lines up to `max_level`:
///
/// `CBJ_LOG_ERROR`: a call failed; the line is the error's message.
/// `CBJ_LOG_WARN`: a call continued, but a person should look at something: the service refused a token; a token could not
/// be renewed early, and the old one is still used; a certificate expires within 30 days, or other users can read its file;
/// an environment variable has nearly the name of an option; the answer is about another job than the one that was asked
/// for; a list of jobs is, or may be, incomplete.
/// `CBJ_LOG_INFO`: one line for each job or page that was asked for: method, path, status, milliseconds, attempts, request
/// id.
/// `CBJ_LOG_DEBUG`: what happens inside a call: look-up, connection, tunnel, TLS version and cipher, the reuse of a
/// connection, a retry and its reason, a new token and how long it is used.
///
/// `log`: NULL turns logging off. That is the default and costs nothing. `user_data`: passed to the function unchanged; it
/// must stay valid as long as a client of this configuration lives. `max_level`: an unknown number is
/// `CBJ_ERROR_INVALID_ARGUMENT`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cbj_config_set_log(
    config: Option<&mut cbj_config>,
    log: cbj_log_fn,
    user_data: *mut c_void,
    max_level: cbj_log_level,
) -> cbj_status {
    change(config, |config| {
        let Some(log) = log else {
            config.set(Config::without_log);
            return Ok(());
        };
        let levels = [LogLevel::Error, LogLevel::Warn, LogLevel::Info, LogLevel::Debug];
        let level = levels.into_iter().find(|level| *level as cbj_log_level == max_level);
        let level = level.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "max_level is not a known number."))?;
        let user_data = UserData(user_data);
        config.set(|options| {
            options.log(level, move |level, line| {
                // A line contains no control character, so it contains no NUL.
                let Ok(line) = CString::new(line) else { return };
                // A panic in the function is no reason to give up the call. An exception of another language ends the
                // process here, because it must not unwind any further.
                guard((), || {
                    // SAFETY: the header demands a function of this type that can be called on any thread, and user data
                    // that it can take as long as the client lives.
                    unsafe { log(user_data.get(), level as cbj_log_level, line.as_ptr()) };
                });
            })
        });
        Ok(())
    })
}
