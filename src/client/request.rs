//! A request to the service, checked before anything is sent.

use std::fmt;

use ureq::http::Uri;

use crate::config::ServiceUrl;
use crate::error::{Error, ErrorKind};
use crate::location::{check_location, named};

/// A `GET`. It is displayed as messages name it, by method and URL.
#[derive(Debug)]
pub(super) struct Request {
    uri: Uri,
    /// The length of the base URL's path, with which every path begins.
    base_path: usize,
}

impl Request {
    /// `append` writes path and query after the path of `base_url`, in about `room` bytes.
    pub(super) fn get(
        base_url: &ServiceUrl,
        room: usize,
        append: impl FnOnce(&mut String) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let base_path = base_url.path();
        let mut path = String::with_capacity(base_path.len() + room);
        path.push_str(base_path);
        append(&mut path)?;
        let uri = base_url.with_path(path).map_err(|reason| Error::new(ErrorKind::Internal, reason))?;
        Ok(Self { uri, base_path: base_path.len() })
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Method, path and query, for the log. What belongs to the base URL never changes, and is left out.
    pub(super) fn method_and_path(&self) -> String {
        let path = self.uri.path_and_query().map_or("", |path| path.as_str());
        format!("GET {}", &path[self.base_path..])
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GET {}", self.uri)
    }
}

/// Appends a parameter to the query of `path`. `value` must not need percent-encoding.
pub(super) fn push_parameter(path: &mut String, name: &str, value: &str) {
    path.push(if path.contains('?') { '&' } else { '?' });
    path.push_str(name);
    path.push('=');
    path.push_str(value);
}

/// Appends the location of a Multi-Geo tenant to the query of `path`.
pub(super) fn push_location(path: &mut String, location: Option<&str>) -> Result<(), Error> {
    let Some(location) = location else { return Ok(()) };
    check_location(location).map_err(|reason| {
        Error::new(ErrorKind::InvalidArgument, format!("{} {reason}. Nothing was sent.", named(location)))
    })?;
    push_parameter(path, "location", location);
    Ok(())
}
