//! The wire format: JSON text into the model, contradictions of the published reference included.
//!
//! Rests on the model and nothing else; no HTTP here.

mod envelope;
mod escape;
mod explanation;
mod job;
mod json;
mod token;
mod value;

pub(crate) use envelope::{Data, Envelope, Explanation};
pub(crate) use explanation::{explain_body, quote_beginning};
pub(crate) use job::JobMembers;
pub(crate) use token::TokenAnswer;
pub(crate) use value::{Unreadable, string as json_string};
