//! What the library gives back: a job, and the text it is made of. Rests on nothing.

mod answer;
mod arena;
mod job;
mod state;
mod text;

pub use job::{Job, JobError, JobErrors};
pub use state::JobState;

pub(crate) use answer::AnswerInfo;
pub(crate) use arena::{Arena, Entries, Entry, List, SharedTexts, Source, Span};
pub(crate) use job::{Counts, Moment};
pub(crate) use text::{Text, TextRef};
