//! Keeps the library in memory.

use std::io;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};

/// Pins the library: the host may call `FreeLibrary` while a look-up or a call is under way, and its code must stay.
/// Where the library is a part of the program, the program is pinned, which changes nothing.
pub(super) fn stay_loaded() -> io::Result<()> {
    static DONE: AtomicBool = AtomicBool::new(false);
    static MARK: u8 = 0;
    if DONE.load(SeqCst) {
        return Ok(());
    }
    let mut module = null_mut();
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
    // SAFETY: with these flags the second argument is an address inside this library. The third is a place for the result.
    if unsafe { GetModuleHandleExW(flags, (&raw const MARK).cast(), &raw mut module) } == 0 {
        return Err(io::Error::last_os_error());
    }
    DONE.store(true, SeqCst);
    Ok(())
}
