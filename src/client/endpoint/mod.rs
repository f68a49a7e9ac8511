//! The endpoints of the service: one file for each says what differs between them. Running a call is the same for all:
//! [`super::call`].

mod job_details;

use std::borrow::Cow;

use crate::policy::Words;
use crate::wire::Data;

pub(super) use job_details::JobDetails;

/// What differs between the endpoints. Beside this, each makes its own [`Request`](super::request::Request): path and
/// query.
pub(super) trait Endpoint {
    /// What a call returns.
    type Output;

    /// What reads the `data` of an answer.
    type Data<'a>: Data<'a, Output = Self::Output>;

    /// What an answer without data means, and what can be done about it.
    const WORDS: &'static Words;

    /// The id of the request that brought `output`, for the log.
    fn request_id(output: &Self::Output) -> Option<&str>;

    /// What somebody should look after although the call succeeded. `shown` makes a text of the service fit for the log.
    fn warning<'o>(&self, output: &'o Self::Output, shown: impl Fn(&'o str) -> Cow<'o, str>) -> Option<String>;
}
