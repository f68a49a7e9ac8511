//! A server that answers the list endpoint: a function says what happens for each request. Keeps connections open, and
//! remembers the requests.

use chrono::{SecondsFormat, Utc};

use super::answers::{self, ok};
use super::scripted_server::{Afterwards, Request, Script, ScriptedServer, Service, Step};

/// The path of the list.
pub const PATH: &str = "/backup/m365/cloudbackupjobs";

pub struct ListServer(ScriptedServer);

/// A request for a page.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Counts the requests on all connections together, from 0.
    pub number: usize,
    /// Path and query.
    pub target: String,
    /// The request line and the header lines.
    pub head: String,
}

impl Asked {
    fn new(number: usize, request: &Request) -> Self {
        let target = request.head.split(' ').nth(1).expect("a request line has three parts").to_owned();
        Self { number, target, head: request.head.clone() }
    }

    /// The parameters of the query, in their order.
    pub fn parameters(&self) -> Vec<(&str, &str)> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        query.split('&').map(|part| part.split_once('=').unwrap_or((part, ""))).collect()
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The number of the page that is asked for.
    pub fn page(&self) -> usize {
        self.parameter("pageIndex").and_then(|number| number.parse().ok()).expect("a page is asked for by its number")
    }

    /// The value of a header line.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    }
}

/// More requests than any test needs. A listing without an end fails then.
const MOST_REQUESTS: usize = 2000;

impl ListServer {
    pub fn start(answer: impl Fn(&Asked) -> Script + Send + Sync + 'static) -> Self {
        let service = Service::new(move |number, request| match number {
            ..MOST_REQUESTS => answer(&Asked::new(number, request)),
            _ => vec![Step::Send(answers::answer("500 There is no end", ""))],
        });
        Self(ScriptedServer::start([vec![Step::Serve(service)]], Afterwards::RepeatLast))
    }

    /// A server whose pages are these, one for each request. The last one is sent again and again.
    pub fn with_pages(pages: impl IntoIterator<Item = Script>) -> Self {
        let pages: Vec<Script> = pages.into_iter().collect();
        Self::start(move |asked| pages[asked.number.min(pages.len() - 1)].clone())
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.0.url()
    }

    pub fn connections(&self) -> usize {
        self.0.connections()
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.0.requests().iter().enumerate().map(|(number, request)| Asked::new(number, request)).collect()
    }

    /// The pages that were asked for by their number.
    pub fn pages(&self) -> Vec<usize> {
        self.asked().iter().map(Asked::page).collect()
    }
}

/// An answer with a body.
pub fn sends(body: impl AsRef<[u8]>) -> Script {
    vec![Step::Send(ok(body))]
}

/// A page with these jobs, which are JSON texts, and with the members of `metadata`. Its time is now.
pub fn page<J: AsRef<str>>(jobs: impl IntoIterator<Item = J>, metadata: &str) -> Script {
    let jobs: Vec<String> = jobs.into_iter().map(|job| job.as_ref().to_owned()).collect();
    sends(format!(
        r#"{{"statusCode":200,"message":"","errors":null,"data":[{}],"metadata":{{{metadata}}},"requestId":"request-1","timestamp":"{}","traceId":"trace-1"}}"#,
        jobs.join(","),
        Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true)
    ))
}

/// A page with jobs that have these ids.
pub fn page_of(ids: impl IntoIterator<Item = impl AsRef<str>>, metadata: &str) -> Script {
    page(ids.into_iter().map(|id| job(id.as_ref())), metadata)
}

/// A finished job.
pub fn job(id: &str) -> String {
    job_at(id, "Finished", "2026-11-24T01:00:00Z", "2026-11-24T02:00:00Z")
}

pub fn job_at(id: &str, state: &str, start: &str, finish: &str) -> String {
    format!(
        r#"{{"id":"{id}","state":"{state}","startTime":"{start}","finishTime":"{finish}","duration":"1.000","backupDetails":{{"totalCount":3,"failedCount":0,"successfulCount":3,"skippedCount":0}},"jobErrors":[]}}"#
    )
}

/// The ids of `count` jobs, from the number `first` on.
pub fn ids(first: usize, count: usize) -> Vec<String> {
    (first..first + count).map(|number| format!("IB{number:05}")).collect()
}
