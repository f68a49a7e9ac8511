//! The requests, and the pages of a list, for the fuzz targets.

use std::cell::RefCell;

use super::answer;
use super::endpoint::{JobDetails, JobList, Place, job_list_request};
use super::next_link;
use super::request::Request;
use crate::config::ServiceUrl;
use crate::error::Error;
use crate::model::Job;
use crate::query::Query;
use crate::wire::{Choose, Facts};

/// What is asked for, as it is sent.
#[derive(Debug, PartialEq, Eq)]
pub struct Asked {
    /// The whole URL.
    pub url: String,
    /// Path and query.
    pub target: String,
    /// The value of `Host`.
    pub host: String,
}

impl Asked {
    fn new(base_url: &ServiceUrl, request: &Request) -> Self {
        let sent = base_url.request_for(ureq::http::Method::GET, request.uri().clone());
        Self {
            url: request.uri().to_string(),
            target: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            host: sent.headers()["host"].to_str().map(str::to_owned).unwrap_or_default(),
        }
    }
}

/// The request for the details of a job. `Err` if nothing would be sent.
pub fn job_request(base_url: &str, id: &str, location: Option<&str>) -> Result<Asked, String> {
    let base_url = ServiceUrl::parse_base(base_url, false)?;
    let request = JobDetails { id }.request(&base_url, location).map_err(|error| error.to_string())?;
    Ok(Asked::new(&base_url, &request))
}

/// The request for the first page of a list, and the one for the page that `link` leads to, if the link is followed.
pub fn page_requests(base_url: &str, query: &Query, link: &str) -> Result<(Asked, Option<Asked>), String> {
    let base_url = ServiceUrl::parse_base(base_url, false)?;
    let period = query.period().map_err(|error| error.to_string())?;
    let location = query.location.as_deref();
    let request = |place| job_list_request(&base_url, query, period, location, &place);
    let first = request(Place::Index(0)).map_err(|error| error.to_string())?;
    // As in `Pages::turn`. A query of a link that no request can be made with would be the library's defect.
    let next = next_link::query(link, &first).map(|query| request(Place::Link(query)).expect("can be sent"));
    Ok((Asked::new(&base_url, &first), next.map(|next| Asked::new(&base_url, &next))))
}

/// Whether a link contains the token that was sent.
pub fn echoes(link: &str, token: &str) -> bool {
    next_link::echoes(link, token)
}

/// One page of a list.
#[derive(Debug)]
pub struct Page {
    /// The wanted jobs.
    pub jobs: Vec<Job>,
    /// The number of entries, wanted or not.
    pub entries: usize,
    /// How many jobs the service says there are.
    pub total: Option<i64>,
    /// The link to the next page.
    pub next_link: Option<String>,
    /// Whether the service says that there is no next page.
    pub is_last: bool,
}

/// Wants every second job, or all of them.
struct Every {
    step: usize,
    seen: usize,
}

impl Choose for Every {
    fn begin(&mut self) {
        self.seen = 0;
    }

    fn wants(&mut self, _: &Facts<'_>) -> bool {
        self.seen += 1;
        self.seen.is_multiple_of(self.step)
    }

    fn may_be_absent(&self) -> bool {
        self.step > 1
    }
}

/// Reads the answer about a list, and makes every `step`-th job.
pub fn page(body: &[u8], step: usize) -> Result<Page, Error> {
    let choice = RefCell::new(Every { step, seen: 0 });
    let page =
        answer::read_saved(&JobList { choice: &choice }, &"The saved answer", body).map_err(|failed| failed.error)?;
    let (entries, metadata) = (page.entries, page.metadata);
    let (total, next_link, is_last) = (metadata.total, metadata.next_link, metadata.is_last);
    Ok(Page { jobs: page.jobs, entries, total, next_link, is_last })
}
