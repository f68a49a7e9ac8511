//! Asks AvePoint's Cloud Backup for Microsoft 365 about backup jobs: finds last night's run, and tells its state, times,
//! counts and top errors. Synchronous and blocking, made to be linked into C programs and monitoring agents; the C ABI is
//! in `include/cloudbackupjobs.h` and in [`ffi`].
//!
//! This project is not affiliated with AvePoint.
//!
//! ```no_run
//! use cloudbackupjobs::{Client, Config, JobType, ObjectType, Query};
//!
//! let config = Config::new().data_center("us").client_secret("client id", "client secret");
//! let client = Client::new(&config)?;
//! let backups = Query::new().job_type(JobType::BACKUP).object_type(ObjectType::EXCHANGE_ONLINE);
//! match client.summarize_jobs(&backups)?.latest_ended() {
//!     Some(job) => println!("{:?}, {:?} objects failed", job.state(), job.failed_count()),
//!     None => println!("no backup has ended in the last 7 days"),
//! }
//! # Ok::<(), cloudbackupjobs::Error>(())
//! ```

mod auth;
#[cfg_attr(not(feature = "certificate"), path = "certificate/absent.rs")]
mod certificate;
mod client;
mod config;
mod error;
pub mod ffi;
mod file;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod http;
mod interrupt;
mod json_escape;
mod location;
mod log;
mod model;
mod origin;
mod percent;
mod policy;
mod query;
mod quote;
mod report;
mod secret;
mod sys;
mod time;
mod wire;

pub use client::{Client, JobIter};
pub use config::{Config, ConfigOption, OptionKind, Trust};
pub use error::{Error, ErrorDetail, ErrorDetails, ErrorKind};
pub use log::LogLevel;
pub use model::{Job, JobError, JobErrors, JobState, JobSummary, JobType, ObjectType};
pub use query::Query;
