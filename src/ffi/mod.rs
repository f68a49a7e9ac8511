//! The C ABI: what `include/cloudbackupjobs.h` declares, a thin skin over the Rust API. For C programs, and for
//! programs that load the library; Rust programs use [`Client`](crate::Client).
//!
//! How the rules of the ABI are kept:
//!
//! - Who owns a handle is in the type of the parameter: `Option<Box<T>>` takes it over, `Option<&T>` borrows it, and an
//!   out-parameter is written by `outcome::make` alone. A mistake does not compile. `None` is C's NULL.
//!
//!   ```compile_fail,E0382
//!   use cloudbackupjobs::ffi::*;
//!   let config = cbj_config_new();
//!   cbj_config_free(config);
//!   cbj_config_set_timeout_ms(config.as_deref_mut(), 1000); // used after it was freed
//!   ```
//!
//!   ```compile_fail,E0308
//!   use cloudbackupjobs::ffi::*;
//!   fn callback(job: Option<&cbj_job>) {
//!       cbj_job_free(job); // freed by one who only borrowed it
//!   }
//!   ```
//! - Every entry goes through `guard`, where panics end and where it is decided what NULL gives back.
//! - The comments are the header's: C programmers read them there.
//!
//! The header is generated from these files: `CBJ_GENERATE=1 cargo test --test generated`.

// The names are C's, and the contract of each function is its comment, written for C.
#![allow(non_camel_case_types, clippy::missing_safety_doc)]

mod client;
mod config;
mod config_load;
mod error;
mod guard;
mod job;
mod job_iter;
mod kind;
mod log;
mod outcome;
mod query;
mod status;
mod summary;
mod text;

pub use client::*;
pub use config::*;
pub use config_load::*;
pub use error::*;
pub use job::*;
pub use job_iter::*;
pub use kind::*;
pub use log::*;
pub use query::*;
pub use status::*;
pub use summary::*;
