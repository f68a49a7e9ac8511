//! A descriptor that belongs to the process that opened it, as long as the program does not close it.

use std::io::{self, ErrorKind as Io};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use super::descriptor_table::Slot;
use super::fork::{NoFork, Process};

/// An open descriptor; never 0, 1 or 2.
///
/// In a forked child it is closed from the beginning, and its number may belong to another file. The same is true in
/// the process that opened it, if the program closed it. In both cases this type does nothing any more, not even close.
#[derive(Debug)]
pub(crate) struct Descriptor<T: AsRawFd> {
    /// `None` only during the drop.
    inner: Option<T>,
    process: Process,
    slot: &'static Slot,
}

impl<T: AsRawFd + From<OwnedFd>> Descriptor<T> {
    /// Takes over what `open` opens. `open` must not take long, because a fork waits for it.
    pub(super) fn open(open: impl FnOnce() -> io::Result<T>) -> io::Result<Self>
    where
        OwnedFd: From<T>,
    {
        let no_fork = NoFork::begin();
        Self::hold(open()?, &no_fork)
    }

    /// As [`Self::open`], for two descriptors that are opened together.
    pub(super) fn open_pair(open: impl FnOnce() -> io::Result<(T, T)>) -> io::Result<(Self, Self)>
    where
        OwnedFd: From<T>,
    {
        let no_fork = NoFork::begin();
        let (first, second) = open()?;
        Ok((Self::hold(first, &no_fork)?, Self::hold(second, &no_fork)?))
    }

    fn hold(opened: T, no_fork: &NoFork) -> io::Result<Self>
    where
        OwnedFd: From<T>,
    {
        let opened = above_standard_streams(opened.into())?;
        let slot = no_fork.record(opened.as_raw_fd())?;
        Ok(Self { inner: Some(T::from(opened)), process: Process::current(), slot })
    }
}

impl<T: AsRawFd> Descriptor<T> {
    /// The opened file. An error in a process that did not open it.
    pub(crate) fn get(&self) -> io::Result<&T> {
        match &self.inner {
            Some(inner) if self.process == Process::current() => Ok(inner),
            _ => Err(io::Error::new(Io::NotConnected, "the process was forked meanwhile")),
        }
    }

    /// As [`Self::get`], for use when time has passed: also an error if the program has closed the descriptor. That
    /// costs one `fstat`.
    pub(crate) fn get_intact(&self) -> io::Result<&T> {
        let inner = self.get()?;
        if self.slot.is_intact() {
            return Ok(inner);
        }
        Err(io::Error::new(Io::NotConnected, "the program closed the library's descriptor"))
    }
}

/// Whether the process (EMFILE) or the machine (ENFILE) has reached its limit of open files.
pub(crate) fn is_out_of_descriptors(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

/// Whether the system lacks memory.
pub(crate) fn is_out_of_memory(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOMEM | libc::ENOBUFS))
}

/// Moves a descriptor with the number of a standard stream to a higher number. A process that has closed its standard
/// streams may still print, and its output must not go to the service.
fn above_standard_streams(opened: OwnedFd) -> io::Result<OwnedFd> {
    if opened.as_raw_fd() > libc::STDERR_FILENO {
        return Ok(opened);
    }
    // SAFETY: an open descriptor, and no pointers.
    let other = unsafe { libc::fcntl(opened.as_raw_fd(), libc::F_DUPFD_CLOEXEC, libc::STDERR_FILENO + 1) };
    if other < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: a descriptor that was opened just now, and that has no other owner.
    Ok(unsafe { OwnedFd::from_raw_fd(other) })
}

impl<T: AsRawFd> Drop for Descriptor<T> {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take() else { return };
        if self.process != Process::current() {
            std::mem::forget(inner);
            return;
        }
        let _no_fork = NoFork::begin();
        if self.slot.is_intact() {
            drop(inner);
        } else {
            std::mem::forget(inner);
        }
        self.slot.free();
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

    fn open() -> Descriptor<File> {
        Descriptor::open(|| File::open("/dev/null")).expect("can be opened")
    }

    #[test]
    fn only_the_process_that_opened_it_uses_and_closes_it() {
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

    #[test]
    fn a_number_that_went_to_another_file_is_left_alone() {
        let lost = open();
        let number = lost.get_intact().expect("is there").as_raw_fd();
        let others = File::open("/proc/self/status").expect("can be opened");
        // SAFETY: two open descriptors. The call closes `number`, as a program might.
        assert_eq!(unsafe { libc::dup2(others.as_raw_fd(), number) }, number);
        assert!(lost.get_intact().is_err());
        drop(lost);
        assert!(is_open(number), "it is somebody else's now");
    }
}
