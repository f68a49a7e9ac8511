//! Direct calls of the operating system, for what the standard library does not offer. Besides [`crate::ffi`] this is
//! the only place with `unsafe`. Depends on no other module.

mod descriptor;
mod descriptor_table;
mod event;
mod fork;
mod lent;
mod per_process;
mod poll;
mod resolver;
mod set_once;
mod tcp;
mod thread;
mod user;

pub(crate) use descriptor::{Descriptor, is_out_of_descriptors};
pub(crate) use event::Event;
pub(crate) use fork::{watch_forks, without_fork};
pub(crate) use lent::Lent;
pub(crate) use per_process::PerProcess;
pub(crate) use poll::{Readiness, Until, Watch, poll};
pub(crate) use resolver::{Unresolved, resolve};
pub(crate) use set_once::SetOnce;
pub(crate) use tcp::begin_connect;
pub(crate) use thread::{ThreadMark, start_quietly};
pub(crate) use user::{effective_user, user_name};
