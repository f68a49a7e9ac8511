//! The options of a sandbox.

use std::time::{Duration, SystemTime};

/// The permission that a token needs.
pub const PERMISSION: &str = "microsoft365backup.jobInfo.read.all";

/// The options of a sandbox.
#[derive(Clone, Debug)]
pub struct Options {
    /// 0: any free port.
    pub port: u16,
    /// The time to wait before each answer.
    pub latency: Duration,
    /// The lifetime of tokens, also in the answers. With 0 or less, a token expires at once.
    pub token_lifetime_seconds: i64,
    /// The id of the only client that the identity service knows.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The scopes that the client is registered for, separated by blanks. The job endpoints need [`PERMISSION`].
    pub scope: String,
    /// How long the job that is running at the start goes on.
    pub run_time: Duration,
    /// The time at which the sandbox starts and its history ends; `None` for now. From then on the sandbox's clock runs as
    /// fast as the real one.
    pub start_time: Option<SystemTime>,
    /// The order of the list.
    pub order: Order,
    /// How the list says how many jobs there are on all pages.
    pub total: Total,
    /// How a page of the list names the next one.
    pub next_link: NextLink,
    /// The most jobs on a page. A larger page size is not refused, but the page has only so many jobs.
    pub page_limit: Option<usize>,
    /// Whether a job moves to the front of the list whenever page 1 is asked for. The job is the one that page 1 would have
    /// begun with, so that a client that has read page 0 gets another job twice and this one never.
    pub shift: bool,
    /// The page that is answered with 429 and `Retry-After: 1` the first time.
    pub rate_limit_page: Option<usize>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            latency: Duration::ZERO,
            token_lifetime_seconds: 3600,
            client_id: "sandbox-client".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            scope: PERMISSION.to_owned(),
            run_time: Duration::from_secs(300),
            start_time: None,
            order: Order::NewestFirst,
            total: Total::Count,
            next_link: NextLink::Absolute,
            page_limit: None,
            shift: false,
            rate_limit_page: None,
        }
    }
}

/// The order of the list, by start time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The latest start first.
    NewestFirst,
    /// The earliest start first.
    OldestFirst,
    /// None that can be recognized, but the same for each request.
    Unordered,
}

/// How the list says how many jobs there are on all pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// `"totalCount":652`, as in the published sample.
    Count,
    /// `"totalNumber":652`, as in the published table.
    Number,
    /// `"totalCount":"652"`.
    Text,
    /// Not at all.
    Missing,
}

/// How a page names the next one. The last page has an empty link, except with [`Null`](Self::Null) and
/// [`Missing`](Self::Missing).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextLink {
    /// `""` on every page.
    Empty,
    /// `http://127.0.0.1:8080/backup/m365/cloudbackupjobs?pageIndex=1`, with the host that the client asked.
    Absolute,
    /// `/backup/m365/cloudbackupjobs?pageIndex=1`
    Rooted,
    /// `cloudbackupjobs?pageIndex=1`
    Relative,
    /// `?pageIndex=1`
    QueryOnly,
    /// A text that only the service understands. No parameter takes it.
    Token,
    /// `null` on every page.
    Null,
    /// There is no such member.
    Missing,
    /// Like [`Absolute`](Self::Absolute), but at [`ELSEWHERE`](super::ELSEWHERE), another host. A client must not follow it,
    /// because that host would get the token. The sandbox refuses requests to that host.
    Elsewhere,
}

/// A value that a command line names.
pub trait Named: Copy + 'static {
    /// Each value with its name. The first one is the default.
    const NAMES: &'static [(&'static str, Self)];
}

impl Named for Order {
    const NAMES: &'static [(&'static str, Self)] =
        &[("newest", Self::NewestFirst), ("oldest", Self::OldestFirst), ("unordered", Self::Unordered)];
}

impl Named for Total {
    const NAMES: &'static [(&'static str, Self)] =
        &[("totalCount", Self::Count), ("totalNumber", Self::Number), ("string", Self::Text), ("none", Self::Missing)];
}

impl Named for NextLink {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("absolute", Self::Absolute),
        ("empty", Self::Empty),
        ("rooted", Self::Rooted),
        ("relative", Self::Relative),
        ("query-only", Self::QueryOnly),
        ("token", Self::Token),
        ("null", Self::Null),
        ("none", Self::Missing),
        ("elsewhere", Self::Elsewhere),
    ];
}
