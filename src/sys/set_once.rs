//! A value that is set once, without a lock.

use std::marker::PhantomData;
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, Ordering::SeqCst};

/// As [`OnceLock`], except that no thread ever waits. While one thread sets an `OnceLock`, other threads wait for it; a
/// child that is forked at that moment does not have that thread, and would wait for ever. Here the value is either set
/// or not set.
#[derive(Debug)]
pub(crate) struct SetOnce<T> {
    /// Null, or a pointer from `Box::into_raw`.
    value: AtomicPtr<T>,
    /// Makes the compiler allow threads to share this type under the same conditions as an `OnceLock`.
    as_shared_as: PhantomData<OnceLock<T>>,
}

impl<T> SetOnce<T> {
    pub(crate) const fn new() -> Self {
        Self { value: AtomicPtr::new(null_mut()), as_shared_as: PhantomData }
    }

    /// The value, if it is set. Callable from a signal handler.
    pub(crate) fn get(&self) -> Option<&T> {
        // SAFETY: null, or the pointer that `set` took from a `Box`. The value was complete before it became visible,
        // it never changes, and only `drop` frees it, after every `&self` has ended.
        unsafe { self.value.load(SeqCst).as_ref() }
    }

    /// Sets `value`, and returns the value that is set: if another thread was faster, its value.
    pub(crate) fn set(&self, value: T) -> &T {
        let own = Box::into_raw(Box::new(value));
        match self.value.compare_exchange(null_mut(), own, SeqCst, SeqCst) {
            // SAFETY: as for `get`.
            Ok(_) => unsafe { &*own },
            Err(others) => {
                // SAFETY: `into_raw` above returned it, and no other thread has seen it.
                drop(unsafe { Box::from_raw(own) });
                // SAFETY: as for `get`; it is not null, or the exchange would have succeeded.
                unsafe { &*others }
            }
        }
    }
}

impl<T> Drop for SetOnce<T> {
    fn drop(&mut self) {
        let value = *self.value.get_mut();
        if !value.is_null() {
            // SAFETY: `set` took it from a `Box`, and no reference is left.
            drop(unsafe { Box::from_raw(value) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn the_first_value_counts_and_every_value_is_dropped() {
        let (first, second) = (Arc::new(1), Arc::new(2));
        let cell = SetOnce::new();
        assert_eq!(cell.get(), None);
        assert_eq!(**cell.set(Arc::clone(&first)), 1);
        assert_eq!(**cell.set(Arc::clone(&second)), 1);
        assert_eq!(cell.get().map(|value| **value), Some(1));
        assert_eq!((Arc::strong_count(&first), Arc::strong_count(&second)), (2, 1));
        drop(cell);
        assert_eq!(Arc::strong_count(&first), 1);
    }
}
