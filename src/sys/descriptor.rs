//! A descriptor that belongs to the process that opened it.

use std::io::{self, ErrorKind as Io};
use std::os::fd::AsRawFd;

use super::fork::{NoFork, Process};

/// An open descriptor. In a forked child it is closed from the beginning, and its number may be somebody else's: there
/// this does nothing any more, not even close.
#[derive(Debug)]
pub(crate) struct Descriptor<T: AsRawFd> {
    /// `None` only while it is dropped.
    inner: Option<T>,
    process: Process,
}

impl<T: AsRawFd> Descriptor<T> {
    /// Takes what `open` opens. That must not take time, for a fork waits for it.
    pub(super) fn open(open: impl FnOnce() -> io::Result<T>) -> io::Result<Self> {
        let no_fork = NoFork::begin();
        let inner = open()?;
        no_fork.note(inner.as_raw_fd());
        Ok(Self { inner: Some(inner), process: Process::current() })
    }

    /// What was opened; an error in a process that did not open it.
    pub(crate) fn get(&self) -> io::Result<&T> {
        match &self.inner {
            Some(inner) if self.process == Process::current() => Ok(inner),
            _ => Err(io::Error::new(Io::NotConnected, "the process was forked meanwhile")),
        }
    }
}

impl<T: AsRawFd> Drop for Descriptor<T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if self.process == Process::current() {
            let no_fork = NoFork::begin();
            no_fork.strike_off(inner.as_raw_fd());
            drop(inner);
        } else {
            std::mem::forget(inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::path::Path;

    fn is_open(number: i32) -> bool {
        Path::new(&format!("/proc/self/fd/{number}")).exists()
    }

    #[test]
    fn only_the_process_that_opened_it_uses_and_closes_it() {
        let open = || Descriptor::open(|| File::open("/dev/null")).expect("can be opened");
        let own = open();
        let number = own.get().expect("is of this process").as_raw_fd();
        assert!(is_open(number));
        drop(own);

        let mut inherited = open();
        let number = inherited.get().expect("is of this process").as_raw_fd();
        inherited.process = Process::OTHER;
        assert!(inherited.get().is_err());
        drop(inherited);
        assert!(is_open(number), "it may be somebody else's by now");
    }
}
