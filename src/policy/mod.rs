//! What an answer means, what is tried again, and how long things last: tables. No other room decides this.

mod failure;
mod status;
#[cfg(test)]
mod tests;
mod times;

pub(crate) use failure::failure_rule;
pub(crate) use status::status_rule;
pub(crate) use times::*;

/// Which server was asked. The same status means different things from the two servers, and the operator must look in
/// different places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The service at the base URL, with the texts of the endpoint.
    Service(&'static Words),
    /// The identity service, at the identity URL.
    Identity,
}

/// The texts of an endpoint for an answer without data.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// Says what a successful answer lacks, e.g. "the answer contains no job".
    pub(crate) nothing: &'static str,
    /// What the operator can do about a successful answer without data.
    pub(crate) nothing_advice: &'static str,
    /// What the operator can do about HTTP 404.
    pub(crate) not_found_advice: &'static str,
}

/// Whether and how a call tries again. Every request may be repeated: reading a job or fetching a token changes nothing
/// on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retry {
    /// Not at all.
    No,
    /// After a wait, as long as there are retries and time.
    Backoff,
    /// At once on a fresh connection, once per call, and not counted as a retry: it is normal that a server closes a
    /// connection that was kept open.
    FreshConnection,
}
