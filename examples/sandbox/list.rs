//! The endpoint that lists jobs: the history, filtered and in pages.

use super::history::history;
use super::lock;
use super::options::{NextLink, Options, Order, Total};
use super::query::ListQuery;
use super::run::{Run, Spelling};
use chrono::{DateTime, TimeDelta, Utc};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

/// The path of the endpoint.
pub const LIST_PATH: &str = "/backup/m365/cloudbackupjobs";
/// The host of [`NextLink::Elsewhere`]. It leads to this server, so that the server can see whether a client follows it.
pub const ELSEWHERE: &str = "localhost";

/// The jobs of the history, and the state of the list between requests.
pub struct JobList {
    start_time: DateTime<Utc>,
    started: Instant,
    /// In the order of the list.
    runs: Vec<Run>,
    total: Total,
    next_link: NextLink,
    page_limit: usize,
    rate_limit_page: Option<usize>,
    rate_limited: AtomicBool,
    shift: bool,
    /// The ids of the jobs that moved to the front, the last one first.
    moved: Mutex<Vec<String>>,
}

/// A page as JSON text.
pub struct Page {
    /// The array of jobs.
    pub data: String,
    /// The object with the total and the next link.
    pub metadata: String,
}

impl JobList {
    /// The list of a sandbox that starts now.
    pub fn new(options: &Options) -> Self {
        let start_time: DateTime<Utc> = options.start_time.unwrap_or_else(SystemTime::now).into();
        let run_time = TimeDelta::from_std(options.run_time).unwrap_or(TimeDelta::MAX);
        let mut runs = history(start_time, run_time);
        match options.order {
            Order::OldestFirst => {}
            Order::NewestFirst => runs.reverse(),
            Order::Unordered => runs.sort_by_cached_key(|run| hash(&run.id)),
        }
        Self {
            start_time,
            started: Instant::now(),
            runs,
            total: options.total,
            next_link: options.next_link,
            page_limit: options.page_limit.unwrap_or(usize::MAX),
            rate_limit_page: options.rate_limit_page,
            rate_limited: AtomicBool::new(false),
            shift: options.shift,
            moved: Mutex::default(),
        }
    }

    /// The time on the sandbox's clock.
    pub fn now(&self) -> DateTime<Utc> {
        let elapsed = TimeDelta::from_std(self.started.elapsed()).unwrap_or(TimeDelta::MAX);
        self.start_time + elapsed
    }

    /// All runs, in the order of the list.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }

    /// Whether this request is the one that is answered with 429.
    pub fn is_rate_limited(&self, query: &ListQuery) -> bool {
        self.rate_limit_page == Some(query.page_index) && !self.rate_limited.swap(true, Ordering::SeqCst)
    }

    /// The page that was asked for. `host` is the host and port that the client asked.
    pub fn page(&self, query: &ListQuery, host: &str) -> Page {
        let now = self.now();
        let size = query.page_size.min(self.page_limit).max(1);
        let query = ListQuery { page_size: size, ..query.clone() };
        let mut runs: Vec<&Run> = self.runs.iter().filter(|run| is_asked_for(run, &query, now)).collect();
        self.reorder(&mut runs, &query);
        let begin = query.page_index.saturating_mul(size).min(runs.len());
        let end = begin.saturating_add(size).min(runs.len());
        let jobs: Vec<String> = runs[begin..end].iter().map(|run| run.json(now, Spelling::Count)).collect();
        let has_next = end < runs.len();
        Page { data: format!("[{}]", jobs.join(",")), metadata: self.metadata(&query, runs.len(), has_next, host) }
    }

    /// Brings the jobs that moved to the front. If page 1 is asked for, its first job is one of them from now on.
    fn reorder(&self, runs: &mut [&Run], query: &ListQuery) {
        if !self.shift {
            return;
        }
        let mut moved = lock(&self.moved);
        // Stable: jobs that did not move keep their order.
        let sort = |runs: &mut [&Run], moved: &[String]| {
            runs.sort_by_key(|run| moved.iter().position(|id| *id == run.id).unwrap_or(usize::MAX));
        };
        sort(runs, &moved);
        if query.page_index == 1
            && let Some(first) = runs.get(query.page_size)
        {
            moved.retain(|id| *id != first.id);
            moved.insert(0, first.id.clone());
            sort(runs, &moved);
        }
    }

    fn metadata(&self, query: &ListQuery, total: usize, has_next: bool, host: &str) -> String {
        let total = match self.total {
            Total::Count => Some(format!("\"totalCount\":{total}")),
            Total::Number => Some(format!("\"totalNumber\":{total}")),
            Total::Text => Some(format!("\"totalCount\":\"{total}\"")),
            Total::Missing => None,
        };
        let link = self.link(query, has_next, host).map(|link| format!("\"nextLink\":{link}"));
        let members: Vec<String> = total.into_iter().chain(link).collect();
        format!("{{{}}}", members.join(","))
    }

    /// The value of `nextLink` in JSON. Nothing in a link needs an escape of JSON.
    fn link(&self, query: &ListQuery, has_next: bool, host: &str) -> Option<String> {
        let next = query.for_page(query.page_index + 1);
        let link = match self.next_link {
            NextLink::Missing => return None,
            NextLink::Null => return Some("null".to_owned()),
            _ if !has_next => String::new(),
            NextLink::Empty => String::new(),
            NextLink::Absolute => format!("http://{host}{LIST_PATH}?{next}"),
            NextLink::Rooted => format!("{LIST_PATH}?{next}"),
            NextLink::Relative => format!("cloudbackupjobs?{next}"),
            NextLink::QueryOnly => format!("?{next}"),
            NextLink::Token => format!("{:016x}{:016x}", hash(&next), hash(&(&next, self.start_time))),
            NextLink::Elsewhere => {
                let port = host.rsplit_once(':').map_or("", |(_, port)| port);
                format!("http://{ELSEWHERE}:{port}{LIST_PATH}?{next}")
            }
        };
        Some(format!("\"{link}\""))
    }

    /// Whether a request came to the host that only [`NextLink::Elsewhere`] names.
    pub fn is_elsewhere(&self, host: &str) -> bool {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        self.next_link == NextLink::Elsewhere && name.eq_ignore_ascii_case(ELSEWHERE)
    }
}

fn is_asked_for(run: &Run, query: &ListQuery, now: DateTime<Utc>) -> bool {
    let day = run.start.date_naive();
    let is = |asked: u8, number: u8| asked == 0 || asked == number;
    is(query.job_type, run.job_type)
        && is(query.object_type, run.object_type)
        && is(query.job_state, run.state_at(now) as u8)
        && query.start.is_none_or(|start| day >= start)
        && query.finish.is_none_or(|finish| day < finish)
        && query.location.as_deref().is_none_or(|location| run.is_at(location))
}

/// The same for each request and each start.
fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
