//! What the library returns: a job and its texts. This room needs no other room.

mod answer;
mod arena;
mod folded;
mod job;
mod kind;
mod state;
mod summary;
mod text;

pub use job::{Job, JobError, JobErrors};
pub use kind::{JobType, ObjectType};
pub use state::JobState;
pub use summary::JobSummary;

pub(crate) use answer::AnswerInfo;
pub(crate) use arena::{Arena, Entries, Entry, List, SharedTexts, Source, Span};
pub(crate) use job::{Counts, Moment};
pub(crate) use text::{Text, TextRef};
