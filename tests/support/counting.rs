//! An allocator that counts what each thread has allocated. A test program makes it its `#[global_allocator]`.
//!
//! A call runs on its caller's thread, so the memory of other threads, such as the servers, does not count.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

pub struct Counting;

thread_local! {
    /// The bytes that this thread has allocated and not freed: now, and at most.
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
    /// How often it has allocated. A block that grows or shrinks counts as one more: it may be moved.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

fn more(bytes: isize) {
    let now = NOW.get() + bytes;
    NOW.set(now);
    MOST.set(MOST.get().max(now));
}

fn size(layout: Layout) -> isize {
    isize::try_from(layout.size()).expect("no allocation is larger")
}

// SAFETY: every call is passed on unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        more(size(layout));
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        more(-size(layout));
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }

    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // For large blocks the system moves the pages, and copies nothing.
        more(isize::try_from(new_size).expect("no allocation is larger") - size(layout));
        // SAFETY: the caller's promise.
        unsafe { System.realloc(memory, layout, new_size) }
    }
}

/// The result of `run`, the most memory that this thread took while `run` ran, and the memory that it still has. Memory
/// from before does not count.
pub fn measured<T>(run: impl FnOnce() -> T) -> (T, usize, usize) {
    let before = NOW.get();
    MOST.set(before);
    let result = run();
    let since = |bytes: isize| usize::try_from(bytes - before).unwrap_or(0);
    (result, since(MOST.get()), since(NOW.get()))
}

/// The result of `run`, and how often this thread allocated while `run` ran.
pub fn counted<T>(run: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATIONS.get();
    let result = run();
    (result, ALLOCATIONS.get() - before)
}
