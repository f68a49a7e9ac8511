//! A value of which every process has its own.

use super::Process;
use super::set_once::SetOnce;

/// The value of the process that made it, and after a fork also the child's own value. The child does not touch the
/// parent's value and never drops it: a thread that the child does not have may hold a lock in it.
#[derive(Debug)]
pub(crate) struct PerProcess<T> {
    process: Process,
    /// `None` only during the drop.
    value: Option<T>,
    /// The child's value. Without a lock, because a grandchild may be forked while another thread of the child sets it.
    next: SetOnce<PerProcess<T>>,
}

impl<T> PerProcess<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { process: Process::current(), value: Some(value), next: SetOnce::new() }
    }

    /// As [`Self::new`], for constants.
    pub(crate) const fn first(value: T) -> Self {
        Self { process: Process::FIRST, value: Some(value), next: SetOnce::new() }
    }

    /// The value of this process, if it has one yet. Callable from a signal handler.
    pub(crate) fn existing(&self) -> Option<&T> {
        let latest = self.latest();
        latest.value.as_ref().filter(|_| latest.process == Process::current())
    }

    /// The value of this process. The first call after a fork makes it from the parent's value. `renew` must not touch
    /// a lock in that value.
    pub(crate) fn get_or_renew(&self, renew: impl FnOnce(&T) -> T) -> &T {
        let latest = self.latest();
        let value = latest.value.as_ref().expect("is only taken when dropped");
        if latest.process == Process::current() {
            return value;
        }
        latest.next.set(Self::new(renew(value))).value.as_ref().expect("is only taken when dropped")
    }

    fn latest(&self) -> &Self {
        let mut latest = self;
        while let Some(next) = latest.next.get() {
            latest = next;
        }
        latest
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        if self.process != Process::current() {
            std::mem::forget(self.value.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    #[test]
    fn a_child_makes_its_own_and_leaves_the_parents_alone() {
        let (parents, childs) = (Rc::new("parent"), Rc::new("child"));
        let mut value = PerProcess::new(Rc::clone(&parents));
        value.process = Process::OTHER;
        assert!(value.existing().is_none());
        for _ in 0..2 {
            let made = value.get_or_renew(|inherited| {
                assert_eq!(**inherited, "parent");
                Rc::clone(&childs)
            });
            assert_eq!(**made, "child");
        }
        assert_eq!(value.existing().map(|made| **made), Some("child"));
        drop(value);
        assert_eq!((Rc::strong_count(&parents), Rc::strong_count(&childs)), (2, 1), "the parent's is not dropped");
    }
}
