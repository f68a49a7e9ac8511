//! The details of one job.
//!
//! Service page: "Retrieve Job Details".

use std::borrow::Cow;

use super::Endpoint;
use crate::client::request::{Request, push_location};
use crate::config::ServiceUrl;
use crate::error::{Error, ErrorKind};
use crate::model::Job;
use crate::percent;
use crate::policy::Words;
use crate::quote::beginning;
use crate::wire::JobMembers;

const PATH: &str = "/backup/m365/cloudbackupjobs/";

/// Far longer than any published id; ids are opaque.
const LONGEST_ID: usize = 256;

/// How many characters of an id a message quotes.
const QUOTED: usize = 40;

/// Asks for the job with this id.
pub(in crate::client) struct JobDetails<'a> {
    pub(in crate::client) id: &'a str,
}

impl JobDetails<'_> {
    /// The request, if the id and the location are valid.
    pub(in crate::client) fn request(&self, base_url: &ServiceUrl, location: Option<&str>) -> Result<Request, Error> {
        check_id(self.id)?;
        // Most ids need no encoding.
        let room = PATH.len() + self.id.len();
        Request::get(base_url, room, |path| {
            path.push_str(PATH);
            path.extend(percent::encode(self.id));
            push_location(path, location)
        })
    }
}

impl Endpoint for JobDetails<'_> {
    type Output = Job;
    type Given = ();
    type Data<'a> = JobMembers<'a>;

    const WORDS: &'static Words = &Words {
        nothing: "the answer contains no job",
        nothing_advice: "Check the job id; on a Multi-Geo tenant name the location of the job, on any other tenant name none.",
        not_found_advice: "Check the job id, the location (only on a Multi-Geo tenant), the data center and that the tenant is licensed \
                           for Cloud Backup for Microsoft 365.",
    };

    fn given(&self) {}

    fn request_id(job: &Job) -> Option<&str> {
        job.request_id()
    }

    /// Another id in the answer is a warning and no error, because the service may write an id in its own way.
    fn warning<'o>(&self, job: &'o Job, shown: impl Fn(&'o str) -> Cow<'o, str>) -> Option<String> {
        let id = job.id().filter(|id| !id.trim().eq_ignore_ascii_case(self.id.trim()))?;
        Some(format!(
            "The answer about the job {:?} is about the job {:?}. Check what is between this program and the service.",
            beginning(self.id, QUOTED),
            beginning(&shown(id), QUOTED)
        ))
    }
}

fn check_id(job_id: &str) -> Result<(), Error> {
    let reason = if job_id.is_empty() {
        "is empty".to_owned()
    } else if matches!(job_id, "." | "..") {
        // Servers and proxies resolve these even where they are percent-encoded.
        "is a path segment with a special meaning".to_owned()
    } else if job_id.len() > LONGEST_ID {
        format!("has {} bytes, more than {LONGEST_ID}", job_id.len())
    } else if job_id.chars().any(char::is_control) {
        "contains a control character".to_owned()
    } else {
        return Ok(());
    };
    let message = format!("The job id {:?} {reason}. Nothing was sent.", beginning(job_id, QUOTED));
    Err(Error::new(ErrorKind::InvalidArgument, message))
}
