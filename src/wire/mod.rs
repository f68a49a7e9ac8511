//! The wire format: makes the model from JSON text, and copes with the contradictions of the published reference.
//!
//! This room needs the model and knows nothing of HTTP.

mod envelope;
mod escape;
mod explanation;
mod job;
mod job_list;
mod json;
mod token;
mod value;

pub(crate) use envelope::{Data, Envelope, Explanation};
pub(crate) use explanation::{explain_body, mentions_token, quote_beginning};
pub(crate) use job::{Facts, JobMembers};
pub(crate) use job_list::{Choice, Choose, JobListMembers, JobPage, Metadata};
pub(crate) use token::TokenAnswer;
pub(crate) use value::{Unreadable, secret as json_secret, string as json_string};
