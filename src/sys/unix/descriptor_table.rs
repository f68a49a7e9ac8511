//! The table of the descriptors that the library has open, for the child of a fork.
//!
//! A program may close descriptors that are not its own: a daemon closes every descriptor, or a program closes one
//! number twice. The number then goes to the next file that the program opens. So the table records the file together
//! with the number. Where the number may have changed hands, the file is checked before the number is used.
//!
//! The table is changed and read without a lock, and never shrinks, because the child reads it inside `fork`.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering::SeqCst};

use crate::sys::SetOnce;

/// An entry: a descriptor, and the file that it means.
#[derive(Debug)]
pub(super) struct Slot {
    /// [`FREE`], [`RESERVED`], or the number of the descriptor.
    descriptor: AtomicI32,
    /// Identifies the file: no two files that are open at the same time share both. The event counters of Linux
    /// (`eventfd` and similar) do share both, so the library uses none of them.
    ///
    /// Not `AtomicU64`, which some processors with 32 bits do not have. On Linux the numbers of devices and the inodes
    /// of sockets have 32 bits, so nothing is lost.
    device: AtomicUsize,
    inode: AtomicUsize,
}

const FREE: RawFd = -1;
const RESERVED: RawFd = -2;

/// A part of the table. Most processes need only one.
struct Block {
    slots: [Slot; 32],
    next: SetOnce<Block>,
}

static FIRST: Block = Block::new();

impl Block {
    const fn new() -> Self {
        Self { slots: [const { Slot::new() }; 32], next: SetOnce::new() }
    }
}

impl Slot {
    const fn new() -> Self {
        Self { descriptor: AtomicI32::new(FREE), device: AtomicUsize::new(0), inode: AtomicUsize::new(0) }
    }

    /// Whether the number still means the file that was opened. Costs one `fstat`; callable from a signal handler.
    pub(super) fn is_intact(&self) -> bool {
        let file = (self.device.load(SeqCst), self.inode.load(SeqCst));
        identify(self.descriptor.load(SeqCst)).is_ok_and(|now| now == file)
    }

    pub(super) fn free(&self) {
        self.descriptor.store(FREE, SeqCst);
    }
}

/// Records an open descriptor.
pub(super) fn record(descriptor: RawFd) -> io::Result<&'static Slot> {
    let (device, inode) = identify(descriptor)?;
    let mut block = &FIRST;
    loop {
        let reserve = |slot: &&Slot| slot.descriptor.compare_exchange(FREE, RESERVED, SeqCst, SeqCst).is_ok();
        if let Some(slot) = block.slots.iter().find(reserve) {
            slot.device.store(device, SeqCst);
            slot.inode.store(inode, SeqCst);
            slot.descriptor.store(descriptor, SeqCst);
            return Ok(slot);
        }
        block = block.next.get().unwrap_or_else(|| block.next.set(Block::new()));
    }
}

/// Closes every recorded descriptor that still means its file, and frees all slots. For the child of a fork.
pub(super) fn close_all() {
    let mut next = Some(&FIRST);
    while let Some(block) = next {
        for slot in &block.slots {
            if slot.is_intact() {
                // SAFETY: the child's copy of a descriptor that the library opened. In this process `Descriptor`
                // neither uses nor closes it.
                unsafe { libc::close(slot.descriptor.load(SeqCst)) };
            }
            slot.free();
        }
        next = block.next.get();
    }
}

/// Device and inode of an open file.
fn identify(descriptor: RawFd) -> io::Result<(usize, usize)> {
    if descriptor < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    let mut status = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: a buffer of the structure that the call writes.
    if unsafe { libc::fstat(descriptor, status.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: written by the call that succeeded.
    let status = unsafe { status.assume_init() };
    #[allow(clippy::unnecessary_cast, reason = "the types differ from one architecture to the next")]
    Ok((status.st_dev as usize, status.st_ino as usize))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::os::fd::AsRawFd;

    #[test]
    fn the_table_grows_and_knows_what_it_holds() {
        let files: Vec<_> = (0..100).map(|_| File::open("/dev/null").expect("can be opened")).collect();
        let slots: Vec<_> = files.iter().map(|file| record(file.as_raw_fd()).expect("is open")).collect();
        assert!(slots.iter().all(|slot| slot.is_intact()));
        let different: std::collections::HashSet<_> = slots.iter().map(std::ptr::from_ref).collect();
        assert_eq!(different.len(), 100);
        // The slot of one open file gets the number of another open file.
        let (pipe, _) = std::io::pipe().expect("can be made");
        let slot = record(pipe.as_raw_fd()).expect("is open");
        slot.descriptor.store(files[0].as_raw_fd(), SeqCst);
        assert!(!slot.is_intact());
        slot.free();
        slots.iter().for_each(|slot| slot.free());
    }
}
