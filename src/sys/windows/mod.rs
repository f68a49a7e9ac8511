//! Windows 10, Windows Server 2016, and newer.

mod access;
mod event;
mod library;
mod open;
mod poll;
mod process;
mod resolver;
mod socket;
mod tcp;
mod user;

pub(crate) use access::access;
pub(crate) use event::Event;
pub(crate) use open::{open_for_reading, path_begins_like};
pub(crate) use poll::{Watch, poll};
#[cfg(test)]
pub(crate) use process::signals_taken;
pub(crate) use process::without_fork;
pub(super) use process::{NoSignals, Process, check_for_key, has_key};
pub(crate) use resolver::resolve;
pub(crate) use tcp::{Connection, begin_connect, is_out_of_descriptors, is_out_of_memory};
pub(crate) use user::own_user;

/// Whether names of environment variables that differ in case mean different variables.
pub(crate) const ENVIRONMENT_HAS_CASE: bool = false;

/// Prepares the process for clients: keeps the library's code in memory.
pub(crate) fn prepare_process() -> std::io::Result<()> {
    library::stay_loaded()
}
