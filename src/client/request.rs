//! Which job is asked for: checked before anything is sent.
//!
//! Service page: "Retrieve Job Details", request.

use crate::config::{ServiceUrl, check_location};
use crate::error::{Error, ErrorKind};
use crate::percent;
use crate::quote::beginning;

/// Far longer than any published id; ids are opaque.
const LONGEST_ID: usize = 256;

/// A request for one job's details.
#[derive(Debug)]
pub(super) struct JobRequest {
    /// `GET` and the URL, as messages name it.
    subject: String,
    /// Where in it the path begins.
    path: usize,
}

const METHOD: &str = "GET ";
const PATH: &str = "/backup/m365/cloudbackupjobs/";
const LOCATION: &str = "?location=";

impl JobRequest {
    pub(super) fn new(base_url: &ServiceUrl, job_id: &str, location: Option<&str>) -> Result<Self, Error> {
        check_id(job_id)?;
        let location_length = location.map_or(0, |location| location.len() + LOCATION.len());
        // Of one piece, for most ids need no encoding.
        let room = METHOD.len() + base_url.as_str().len() + PATH.len() + job_id.len() + location_length;
        let mut subject = String::with_capacity(room);
        subject.push_str(METHOD);
        subject.push_str(base_url.as_str());
        let path = subject.len();
        subject.push_str(PATH);
        subject.extend(percent::encode(job_id));
        if let Some(location) = location {
            check_location(location).map_err(|reason| {
                Error::new(
                    ErrorKind::InvalidArgument,
                    format!("The location {:?} {reason}. Nothing was sent.", beginning(location, 40)),
                )
            })?;
            subject.push_str(LOCATION);
            subject.push_str(location);
        }
        Ok(Self { subject, path })
    }

    /// The same without scheme and host, which never change.
    pub(super) fn method_and_path(&self) -> String {
        format!("{METHOD}{}", &self.subject[self.path..])
    }

    pub(super) fn url(&self) -> &str {
        &self.subject[METHOD.len()..]
    }

    pub(super) fn subject(&self) -> &str {
        &self.subject
    }
}

fn check_id(job_id: &str) -> Result<(), Error> {
    let reason = if job_id.is_empty() {
        "is empty".to_owned()
    } else if matches!(job_id, "." | "..") {
        // Servers and proxies resolve these even where they are percent-encoded.
        "is a path segment with a meaning of its own".to_owned()
    } else if job_id.len() > LONGEST_ID {
        format!("has {} bytes, more than {LONGEST_ID}", job_id.len())
    } else if job_id.chars().any(char::is_control) {
        "holds a control character".to_owned()
    } else {
        return Ok(());
    };
    let message = format!("The job id {:?} {reason}. Nothing was sent.", beginning(job_id, 40));
    Err(Error::new(ErrorKind::InvalidArgument, message))
}
