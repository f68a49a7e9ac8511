//! The log: what a client reports to the program while a call runs. [`LogLevel`] says which event has which level.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use crate::quote::one_line;

/// The importance of a line in the log. The numbers are those of the C ABI and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum LogLevel {
    /// A call failed: the error's message.
    Error = 1,
    /// A call went on, but something needs attention: a token that was refused or could not be renewed in time, a
    /// certificate that expires soon, an environment variable that is not an option, an answer about another job, a list of jobs that is
    /// incomplete.
    Warn = 2,
    /// One line for each job or page that was asked for: method, path, status, milliseconds, attempts, request id.
    Info = 3,
    /// The steps of a call: look-up, connection, TLS version and cipher, the reuse of a connection, a retry and its
    /// reason, a token that was fetched and until when it is used.
    Debug = 4,
}

type Sink = dyn Fn(LogLevel, &str) + Send + Sync;

/// Where log lines go, if anywhere. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct Log(Option<Arc<Target>>);

struct Target {
    max_level: LogLevel,
    sink: Box<Sink>,
}

thread_local! {
    /// Whether this thread is inside a sink. It has no destructor, so that a thread may outlive the library.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

impl Log {
    pub(crate) fn new(max_level: LogLevel, sink: impl Fn(LogLevel, &str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(Target { max_level, sink: Box::new(sink) })))
    }

    pub(crate) fn error(&self, line: impl FnOnce() -> String) {
        self.write(LogLevel::Error, line);
    }

    pub(crate) fn warn(&self, line: impl FnOnce() -> String) {
        self.write(LogLevel::Warn, line);
    }

    pub(crate) fn info(&self, line: impl FnOnce() -> String) {
        self.write(LogLevel::Info, line);
    }

    pub(crate) fn debug(&self, line: impl FnOnce() -> String) {
        self.write(LogLevel::Debug, line);
    }

    /// Whether there is a sink.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Calls `line` only if the sink wants this level. Never called under a lock, because the sink may call the
    /// library.
    fn write(&self, level: LogLevel, line: impl FnOnce() -> String) {
        let Some(target) = &self.0 else { return };
        // A sink may call the library. That call must not log, or the sink would call the library again, without end.
        if level > target.max_level || INSIDE.replace(true) {
            return;
        }
        let _inside = Inside;
        (target.sink)(level, &one_line(&line()));
    }
}

/// Dropped when the sink ends, even by a panic.
struct Inside;

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("off"),
            Some(target) => write!(f, "up to {:?}", target.max_level),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    type Lines = Arc<Mutex<Vec<(LogLevel, String)>>>;

    fn collecting(max_level: LogLevel) -> (Log, Lines) {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&lines);
        let log = Log::new(max_level, move |level, line| {
            kept.lock().expect("no panic under this lock").push((level, line.to_owned()));
        });
        (log, lines)
    }

    #[test]
    fn a_level_holds_what_matters_more() {
        let (log, lines) = collecting(LogLevel::Warn);
        log.error(|| "a\nb".to_owned());
        log.warn(|| "c".to_owned());
        log.info(|| panic!("nobody reads it"));
        log.debug(|| panic!("nobody reads it"));
        Log::default().error(|| panic!("nobody reads it"));
        let lines = lines.lock().expect("no panic under this lock");
        assert_eq!(*lines, [(LogLevel::Error, "a b".to_owned()), (LogLevel::Warn, "c".to_owned())]);
    }

    #[test]
    fn a_sink_that_logs_is_not_called_again_and_one_that_panics_is() {
        let (inner, lines) = collecting(LogLevel::Debug);
        let log = Log::new(LogLevel::Debug, move |_, line| {
            inner.info(|| "from inside".to_owned());
            assert!(line != "panics", "on purpose");
        });
        let panics = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| log.info(|| "panics".to_owned())));
        assert!(panics.is_err());
        log.info(|| "goes on".to_owned());
        assert!(lines.lock().expect("no panic under this lock").is_empty());
    }
}
