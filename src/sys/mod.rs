//! Direct calls of the operating system, for what the standard library does not offer. Besides [`crate::ffi`] this is
//! the only place with `unsafe`. Depends on no other module.
//!
//! Each system has a folder with the same names: `unix/` for Linux, FreeBSD and macOS, `windows/`. No other module asks
//! which system it runs on. docs/platforms.md lists, for each system, what is asked of it and how that was tested.

mod access;
// Compiled for the tests of every system.
#[cfg(any(windows, test, fuzzing))]
mod acl;
mod lent;
mod per_process;
mod set_once;
mod thread;
mod unresolved;
mod wait;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
use unix as system;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
use windows as system;

#[cfg(not(any(target_os = "linux", target_os = "freebsd", target_os = "macos", windows)))]
compile_error!("cloudbackupjobs is for Linux, Windows, FreeBSD and macOS: src/sys has nothing for this system");

use system::Process;

pub(crate) use access::Access;
#[cfg(fuzzing)]
pub use acl::fuzzing::*;
pub(crate) use lent::Lent;
pub(crate) use per_process::PerProcess;
pub(crate) use set_once::SetOnce;
#[cfg(test)]
pub(crate) use system::signals_taken;
pub(crate) use system::{
    Connection, ENVIRONMENT_HAS_CASE, Event, Watch, access, begin_connect, is_out_of_descriptors, is_out_of_memory,
    open_for_reading, own_user, path_begins_like, poll, prepare_process, resolve, without_fork,
};
pub(crate) use thread::{ThreadMark, start_quietly};
pub(crate) use unresolved::Unresolved;
pub(crate) use wait::{Readiness, Until};
