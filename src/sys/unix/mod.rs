//! Linux, FreeBSD and macOS. What macOS lacks is in a file of its own.

mod access;
mod descriptor;
mod descriptor_table;
mod event;
mod fork;
mod open;
mod poll;
mod resolver;
mod signals;
mod tcp;
mod thread_key;
mod user;

#[cfg_attr(any(target_os = "linux", target_os = "freebsd"), path = "linux_freebsd.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod differences;

pub(crate) use access::{access, own_user};
pub(crate) use descriptor::{is_out_of_descriptors, is_out_of_memory};
pub(crate) use event::Event;
pub(super) use fork::Process;
pub(crate) use fork::without_fork;
pub(crate) use open::{open_for_reading, path_begins_like};
pub(crate) use poll::{Watch, poll};
pub(crate) use resolver::resolve;
pub(super) use signals::NoSignals;
#[cfg(test)]
pub(crate) use signals::signals_taken;
pub(crate) use tcp::{Connection, begin_connect};
pub(super) use thread_key::{check_for_key, has_key};

/// Whether names of environment variables that differ in case mean different variables.
pub(crate) const ENVIRONMENT_HAS_CASE: bool = true;

/// Prepares the process for clients: notices forks from now on, and keeps the library's code in memory.
pub(crate) fn prepare_process() -> std::io::Result<()> {
    differences::stay_loaded();
    fork::watch_forks()
}
