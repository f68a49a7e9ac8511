//! A value that a thread lends to everything it calls, where it cannot be passed as a parameter.

use std::cell::Cell;
use std::ptr;

/// A place for a reference, for a thread-local constant. It has no destructor, so that a thread may outlive the library.
#[derive(Debug)]
pub(crate) struct Lent<T>(Cell<*const T>);

/// Puts the reference back that was lent before, also after a panic.
struct Restore<'a, T> {
    place: &'a Cell<*const T>,
    before: *const T,
}

impl<T> Drop for Restore<'_, T> {
    fn drop(&mut self) {
        self.place.set(self.before);
    }
}

impl<T> Lent<T> {
    pub(crate) const fn nothing() -> Self {
        Self(Cell::new(ptr::null()))
    }

    /// Lends `value` while `body` runs. What was lent before is lent again afterwards.
    pub(crate) fn lend<R>(&self, value: &T, body: impl FnOnce() -> R) -> R {
        let _restore = Restore { place: &self.0, before: self.0.replace(value) };
        body()
    }

    /// Calls `body` with the value that is lent now, if there is one.
    pub(crate) fn borrow<R>(&self, body: impl FnOnce(Option<&T>) -> R) -> R {
        // SAFETY: the pointer is NULL, or was made from a reference that `lend` holds until its own end. Only this thread
        // can reach this place (`Cell` is not `Sync`), so that `lend` cannot end before `body` does. `body` cannot keep
        // the reference, because it must accept any lifetime.
        body(unsafe { self.0.get().as_ref() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    #[test]
    fn the_innermost_value_is_lent_and_the_outer_one_comes_back() {
        let place = Lent::nothing();
        let now = || place.borrow(|value: Option<&String>| value.cloned());
        assert_eq!(now(), None);
        place.lend(&"outer".to_owned(), || {
            place.lend(&"inner".to_owned(), || assert_eq!(now().as_deref(), Some("inner")));
            assert_eq!(now().as_deref(), Some("outer"));
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                place.lend(&"panics".to_owned(), || resume_unwind(Box::new("on purpose")));
            }));
            assert!(panicked.is_err());
            assert_eq!(now().as_deref(), Some("outer"));
        });
        assert_eq!(now(), None);
    }
}
