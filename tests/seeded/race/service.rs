//! The service and the identity service. What they answer is part of the question: the id of a job or, for a list, the
//! location. So every answer shows which question it belongs to.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::support::answers::{self, JOB, JOB_ID, answer, ok};
use crate::support::list_server;
use crate::support::scripted_server::{Request, Script, Service, Step};

/// How a question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Good,
    /// Some milliseconds later.
    Slow,
    /// The connection is closed after the answer.
    Closes,
    Absent,
    /// HTTP 503 to the first request. In a list: for the last page.
    Busy,
    /// RST instead of an answer.
    Resets,
    /// HTTP 401 to the first request.
    Refused,
    /// Nothing is sent.
    Stalls,
    /// The job runs while it is asked for this often.
    Runs(u8),
}

/// The question for a job, or for a list of so many jobs. Its text is the id or the location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub kind: Kind,
    /// Which clients ask: their tokens name it, too.
    pub family: usize,
    pub jobs: usize,
    /// Who asks, and which of its questions this is.
    pub who: String,
    pub number: usize,
}

impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Good => "good",
            Kind::Slow => "slow",
            Kind::Closes => "closes",
            Kind::Absent => "absent",
            Kind::Busy => "busy",
            Kind::Resets => "resets",
            Kind::Refused => "refused",
            Kind::Stalls => "stalls",
            Kind::Runs(polls) => return write!(f, "runs{polls}{}", self.rest()),
        };
        write!(f, "{kind}{}", self.rest())
    }
}

impl FromStr for Question {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Vec<_> = text.split('.').collect();
        let [kind, family, jobs, who, number] = parts[..] else { return Err(format!("not a question: {text}")) };
        let kind = match kind {
            "good" => Kind::Good,
            "slow" => Kind::Slow,
            "closes" => Kind::Closes,
            "absent" => Kind::Absent,
            "busy" => Kind::Busy,
            "resets" => Kind::Resets,
            "refused" => Kind::Refused,
            "stalls" => Kind::Stalls,
            runs => {
                let polls = runs.strip_prefix("runs").and_then(|polls| polls.parse().ok());
                Kind::Runs(polls.ok_or_else(|| format!("not a question: {text}"))?)
            }
        };
        let parse = |text: &str| text.parse::<usize>().map_err(|error| error.to_string());
        Ok(Self { kind, family: parse(family)?, jobs: parse(jobs)?, who: who.to_owned(), number: parse(number)? })
    }
}

impl Question {
    fn rest(&self) -> String {
        format!(".{}.{}.{}.{}", self.family, self.jobs, self.who, self.number)
    }

    /// A number that belongs to this question.
    pub fn count(&self) -> i64 {
        let hash = self.to_string().bytes().fold(17_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        i64::from(hash >> 4)
    }

    pub fn request_id(&self, location: Option<&str>) -> String {
        format!("R-{self}-{}", location.unwrap_or("nowhere"))
    }

    /// The ids of the jobs of a list.
    pub fn listed(&self, index: usize) -> String {
        format!("{self}.{index}")
    }
}

/// What the server has seen.
#[derive(Clone)]
pub struct World(Arc<Mutex<Seen>>);

#[derive(Default)]
struct Seen {
    /// How often each question came. For a list: each page.
    asked: HashMap<String, usize>,
    tokens: HashMap<usize, usize>,
    complaints: Vec<String>,
}

impl World {
    pub fn new() -> Self {
        Self(Arc::default())
    }

    pub fn service(&self) -> Service {
        let world = self.clone();
        Service::new(move |_, request| {
            world.script(request).unwrap_or_else(|complaint| {
                world.seen().complaints.push(format!("{complaint}: {}", request.head));
                vec![Step::Send(answer("418 Not a request of this plan", ""))]
            })
        })
    }

    /// How many tokens were asked for.
    pub fn tokens(&self, family: usize) -> usize {
        self.seen().tokens.get(&family).copied().unwrap_or_default()
    }

    pub fn complaints(&self) -> Vec<String> {
        self.seen().complaints.clone()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often this was asked before.
    fn before(&self, what: &str) -> usize {
        let mut seen = self.seen();
        let times = seen.asked.entry(what.to_owned()).or_default();
        *times += 1;
        *times - 1
    }

    fn script(&self, request: &Request) -> Result<Script, String> {
        let target = request.head.split(' ').nth(1).ok_or("no request line")?;
        if let Some(rest) = target.strip_prefix("/identity/") {
            return self.issue(rest);
        }
        let rest = target.strip_prefix(list_server::PATH).ok_or("no path of the service")?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let parameter = |name: &str| query.split('&').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        let question: Question = match path.strip_prefix('/') {
            Some(id) => id.parse()?,
            None => parameter("location").ok_or("a list without a location")?.parse()?,
        };
        let token = request.head.split("Bearer ").nth(1).and_then(|rest| rest.lines().next()).ok_or("no token")?;
        if !token.starts_with(&format!("token-{}-", question.family)) {
            return Err(format!("{token} is a token of other clients"));
        }
        if path.is_empty() {
            let number = |name| parameter(name).and_then(|text| text.parse::<usize>().ok()).ok_or("no number");
            return Ok(self.page(&question, number("pageIndex")?, number("pageSize")?));
        }
        Ok(self.job(&question, parameter("location")))
    }

    /// `rest` is the number of the family and how many seconds its tokens last.
    fn issue(&self, rest: &str) -> Result<Script, String> {
        let (family, seconds) = rest.split_once('/').ok_or("no family")?;
        let number = family.parse().map_err(|_| "no family")?;
        let issued = {
            let mut seen = self.seen();
            let issued = seen.tokens.entry(number).or_default();
            *issued += 1;
            *issued
        };
        let body =
            format!(r#"{{"access_token":"token-{family}-{issued}","expires_in":{seconds},"token_type":"Bearer"}}"#);
        Ok(vec![Step::Pause(Duration::from_millis(10)), Step::Send(ok(body))])
    }

    fn job(&self, question: &Question, location: Option<&str>) -> Script {
        let id = question.to_string();
        let before = self.before(&id);
        let state = if matches!(question.kind, Kind::Runs(polls) if before < polls.into()) {
            "In Progress"
        } else {
            "Finished"
        };
        let body = JOB
            .replace(JOB_ID, &id)
            .replace("Finished", state)
            .replace(r#""totalNumber":3"#, &format!(r#""totalNumber":{}"#, question.count()))
            .replace("0HNEVHLNSPSEJ:00000010", &question.request_id(location));
        let sends = |head: &str, body: &str| vec![Step::Send(answer(head, body))];
        match question.kind {
            Kind::Slow => vec![Step::Pause(Duration::from_millis(10)), Step::Send(ok(body))],
            Kind::Closes => vec![Step::Send(answer("200 OK\r\nConnection: close", body)), Step::Close],
            Kind::Absent => sends("404 Not Found", &answers::refusal(404, "No such job.")),
            Kind::Busy if before == 0 => sends("503 Busy", ""),
            Kind::Refused if before == 0 => sends("401 Unauthorized", ""),
            Kind::Resets => vec![Step::Reset],
            Kind::Stalls => vec![Step::Stall],
            Kind::Good | Kind::Busy | Kind::Refused | Kind::Runs(_) => vec![Step::Send(ok(body))],
        }
    }

    fn page(&self, question: &Question, index: usize, size: usize) -> Script {
        let first = (index * size).min(question.jobs);
        let last = (first + size).min(question.jobs);
        if question.kind == Kind::Busy && last == question.jobs && self.before(&format!("{question}/{index}")) == 0 {
            return vec![Step::Send(answer("503 Busy", ""))];
        }
        let jobs = (first..last).map(|index| {
            let start = format!("2026-11-24T{:02}:{:02}:00Z", index / 60, index % 60);
            list_server::job_at(&question.listed(index), "Finished", &start, "2026-11-25T02:00:00Z")
        });
        let mut script = list_server::page(jobs, &format!(r#""totalCount":{}"#, question.jobs));
        match question.kind {
            Kind::Slow => script.insert(0, Step::Pause(Duration::from_millis(5))),
            Kind::Closes => script.push(Step::Close),
            _ => {}
        }
        script
    }
}
