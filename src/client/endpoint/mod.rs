//! The endpoints of the service. One file for each endpoint has what differs between them. [`super::call`] runs a call,
//! the same way for all of them.

mod job_details;
mod job_list;

use std::borrow::Cow;

use crate::policy::Words;
use crate::wire::Data;

pub(super) use job_details::JobDetails;
pub(super) use job_list::{JobList, Place, request as job_list_request};

/// What differs between the endpoints. Each endpoint also makes its own [`Request`](super::request::Request), with path
/// and query.
pub(super) trait Endpoint {
    /// What a call returns.
    type Output;

    /// What reading the `data` of an answer needs to know beforehand.
    type Given: Clone;

    /// Reads the `data` of an answer.
    type Data<'a>: Data<'a, Output = Self::Output, Given = Self::Given>;

    /// What an answer without data means, and what can be done about it.
    const WORDS: &'static Words;

    fn given(&self) -> Self::Given;

    /// Removes from `output` what the library would send or show later, if it contains the token that was sent.
    fn forget_echo(_output: &mut Self::Output, _token: &str) {}

    /// The id of the request that brought `output`, for the log.
    fn request_id(output: &Self::Output) -> Option<&str>;

    /// A warning about a call that succeeded, if there is one. `shown` makes a text of the service safe for the log.
    fn warning<'o>(&self, output: &'o Self::Output, shown: impl Fn(&'o str) -> Cow<'o, str>) -> Option<String>;
}
