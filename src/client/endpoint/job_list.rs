//! One page of the list of jobs.
//!
//! Service page: "List Jobs".

use std::borrow::Cow;

use super::Endpoint;
use crate::client::next_link;
use crate::client::request::{Request, push_location, push_parameter};
use crate::config::ServiceUrl;
use crate::error::Error;
use crate::model::JobState;
use crate::policy::Words;
use crate::query::{Period, Query};
use crate::time::date_text;
use crate::wire::{Choice, JobListMembers, JobPage};

const PATH: &str = "/backup/m365/cloudbackupjobs";

/// The service documents dates, not times, and not which end of a day it means. So a day more is asked for at each end,
/// and the exact time is compared here.
const MARGIN_MS: i64 = 24 * 60 * 60 * 1000;

/// Asks for one page.
pub(in crate::client) struct JobList<'c> {
    /// Chooses its jobs.
    pub(in crate::client) choice: Choice<'c>,
}

/// Where a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::client) enum Place {
    /// The page with this number, from 0.
    Index(u32),
    /// The query of a link that the service gave.
    Link(String),
}

/// The request for a page of the jobs that `query` means, if the location is valid.
pub(in crate::client) fn request(
    base_url: &ServiceUrl,
    query: &Query,
    period: Period,
    location: Option<&str>,
    place: &Place,
) -> Result<Request, Error> {
    Request::get(base_url, PATH.len() + 160, |path| {
        path.push_str(PATH);
        let index = match place {
            Place::Link(link) => {
                path.push('?');
                path.push_str(link);
                return Ok(());
            }
            Place::Index(index) => index,
        };
        let first_day = period.since.and_then(|since| date_text(since.saturating_sub(MARGIN_MS)));
        let last_day = period.until.and_then(|until| date_text(until.saturating_add(MARGIN_MS)));
        let number = |number: i32| (number != 0).then(|| number.to_string());
        for (name, value) in [
            ("startTime", first_day),
            ("finishTime", last_day),
            ("jobType", number(query.job_type.number())),
            ("objectType", number(query.object_type.number())),
            ("jobState", number(if query.state == JobState::Unknown { 0 } else { query.state as i32 })),
            ("pageIndex", Some(index.to_string())),
            ("pageSize", Some(query.page_size.to_string())),
        ] {
            if let Some(value) = value {
                push_parameter(path, name, &value);
            }
        }
        push_location(path, location)
    })
}

impl<'c> Endpoint for JobList<'c> {
    type Output = JobPage;
    type Given = Choice<'c>;
    type Data<'a> = JobListMembers<'a, 'c>;

    const WORDS: &'static Words = &Words {
        nothing: "the answer contains no list of jobs",
        nothing_advice: "On a tenant that is not Multi-Geo name no location.",
        not_found_advice: "Check the data center and that the tenant is licensed for Cloud Backup for Microsoft 365.",
    };

    fn given(&self) -> Choice<'c> {
        self.choice
    }

    fn forget_echo(page: &mut JobPage, token: &str) {
        // An empty link still says that there is a next page.
        if let Some(link) = &mut page.metadata.next_link
            && next_link::echoes(link, token)
        {
            link.clear();
        }
    }

    fn request_id(page: &JobPage) -> Option<&str> {
        page.answer.request_id().map(crate::model::TextRef::as_str)
    }

    fn warning<'o>(&self, _: &'o JobPage, _: impl Fn(&'o str) -> Cow<'o, str>) -> Option<String> {
        None
    }
}
