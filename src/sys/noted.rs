//! Which descriptors the library has open, where the child of a fork finds them.
//!
//! A host may close what is not its own: a daemon that closes every descriptor, a program that closes one number twice.
//! The number then goes to the next file that the host opens. So the file is noted with the number, and before a
//! number is used that may have changed hands, it is made sure that it still stands for that file.
//!
//! The table is changed and read without a lock, and only grows: the child walks through it inside `fork`.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::RawFd;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering::SeqCst};

use super::set_once::SetOnce;

/// A descriptor and the file behind it.
#[derive(Debug)]
pub(super) struct Place {
    /// [`FREE`], [`RESERVED`], or the number of the descriptor.
    descriptor: AtomicI32,
    /// Which file it is: no two that are open at the same time share both. The event counters of Linux would (`eventfd`
    /// and its like), which is why the library uses none of them.
    device: AtomicU64,
    inode: AtomicU64,
}

const FREE: RawFd = -1;
const RESERVED: RawFd = -2;

/// Most processes need no more than one.
struct Block {
    places: [Place; 32],
    next: SetOnce<Block>,
}

static FIRST: Block = Block::new();

impl Block {
    const fn new() -> Self {
        Self { places: [const { Place::new() }; 32], next: SetOnce::new() }
    }
}

impl Place {
    const fn new() -> Self {
        Self { descriptor: AtomicI32::new(FREE), device: AtomicU64::new(0), inode: AtomicU64::new(0) }
    }

    /// Whether the number still stands for the file that was opened. One `fstat`; callable from a signal handler.
    pub(super) fn is_intact(&self) -> bool {
        let file = (self.device.load(SeqCst), self.inode.load(SeqCst));
        identify(self.descriptor.load(SeqCst)).is_ok_and(|now| now == file)
    }

    pub(super) fn free(&self) {
        self.descriptor.store(FREE, SeqCst);
    }
}

/// Notes an open descriptor.
pub(super) fn note(descriptor: RawFd) -> io::Result<&'static Place> {
    let (device, inode) = identify(descriptor)?;
    let mut block = &FIRST;
    loop {
        let reserve = |place: &&Place| place.descriptor.compare_exchange(FREE, RESERVED, SeqCst, SeqCst).is_ok();
        if let Some(place) = block.places.iter().find(reserve) {
            place.device.store(device, SeqCst);
            place.inode.store(inode, SeqCst);
            place.descriptor.store(descriptor, SeqCst);
            return Ok(place);
        }
        block = block.next.get().unwrap_or_else(|| block.next.set(Block::new()));
    }
}

/// Closes every descriptor that is noted and still stands for its file, and frees all places. For the child of a fork.
pub(super) fn close_all() {
    let mut next = Some(&FIRST);
    while let Some(block) = next {
        for place in &block.places {
            if place.is_intact() {
                // SAFETY: the child's copy of a descriptor that the library opened. Whoever had it in the parent leaves
                // it alone in this process (`Descriptor`), so its number is free.
                unsafe { libc::close(place.descriptor.load(SeqCst)) };
            }
            place.free();
        }
        next = block.next.get();
    }
}

/// Device and inode of an open file.
fn identify(descriptor: RawFd) -> io::Result<(u64, u64)> {
    if descriptor < 0 {
        return Err(io::Error::from_raw_os_error(libc::EBADF));
    }
    let mut status = MaybeUninit::<libc::stat>::uninit();
    // SAFETY: room for what the call writes.
    if unsafe { libc::fstat(descriptor, status.as_mut_ptr()) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: written by the call that succeeded.
    let status = unsafe { status.assume_init() };
    #[allow(clippy::unnecessary_cast, reason = "the types differ from one architecture to the next")]
    Ok((status.st_dev as u64, status.st_ino as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::os::fd::AsRawFd;

    #[test]
    fn the_table_grows_and_knows_what_it_holds() {
        let files: Vec<_> = (0..100).map(|_| File::open("/dev/null").expect("can be opened")).collect();
        let places: Vec<_> = files.iter().map(|file| note(file.as_raw_fd()).expect("is open")).collect();
        assert!(places.iter().all(|place| place.is_intact()));
        let different: std::collections::HashSet<_> = places.iter().map(std::ptr::from_ref).collect();
        assert_eq!(different.len(), 100);
        // Two files that are open at the same time, and the place of one of them with the number of the other.
        let (pipe, _) = std::io::pipe().expect("can be made");
        let place = note(pipe.as_raw_fd()).expect("is open");
        place.descriptor.store(files[0].as_raw_fd(), SeqCst);
        assert!(!place.is_intact());
        place.free();
        places.iter().for_each(|place| place.free());
    }
}
