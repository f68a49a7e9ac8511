//! What the library gives back: a job, and the text it is made of. Rests on nothing.

mod job;
mod state;
mod text;

pub use job::{Job, JobError};
pub use state::JobState;

pub(crate) use job::{Counts, Moment};
pub(crate) use text::{Text, Texts};
