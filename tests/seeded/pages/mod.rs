//! Servers that page in mutated ways. A model computes from what was served what must come.

mod model;
mod served;
mod server;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use cloudbackupjobs::ffi::*;
use fastrand::Rng;
use model::{Asked, Model, Place};
use served::{Link, NOON, Page};
use server::{Served, Serving, Then, lock};

use crate::call::{LONG, checked, in_time, note, tell};
use crate::support::abi::{Client, Failure, Job, Setup, name};
use crate::support::abi_many::{JobIter, Query, Summary};
use crate::support::list_server::{self, ListServer};
use crate::turns::turns;

struct Turn {
    serving: Arc<Mutex<Serving>>,
    _server: ListServer,
    client: Client,
    query: Query,
    asked: Asked,
}

impl Turn {
    fn new(rng: &mut Rng) -> Self {
        let then = match rng.u8(..160) {
            0 => Then::Endless(1000, true),
            1..=39 => Then::Endless(rng.usize(1..30), false),
            40..=79 => Then::Circle,
            80..=119 => Then::Empty,
            _ => Then::Last,
        };
        let mut time = || [None, Some(NOON), Some(NOON + rng.i64(-5000..5000))][rng.usize(..3)];
        let asked = match (time(), time()) {
            (since, _) if matches!(then, Then::Endless(_, true)) => (since.or(Some(NOON)), None),
            // So that `max_jobs` ends the list, and not the number of jobs outside.
            _ if matches!(then, Then::Endless(_, false)) => (None, None),
            (Some(since), Some(until)) if since > until => (Some(until), Some(since)),
            times => times,
        };
        let most = if rng.bool() { 10_000 } else { rng.usize(1..60) };
        let most = if matches!(then, Then::Endless(_, false)) { most.min(200) } else { most };
        let asked = Asked { since: asked.0, until: asked.1, most };
        let mut query = Query::ever().page_size(rng.u32(1..=60)).max_jobs(u32::try_from(most).expect("is small"));
        query = query.since(asked.since.unwrap_or(CBJ_NO_TIME)).until(asked.until.unwrap_or(CBJ_NO_TIME));
        let mut pages = served::pages(rng);
        if matches!(then, Then::Endless(..)) {
            pages.iter_mut().for_each(|page| {
                page.jobs.get_or_insert_default();
                (page.link, page.total, page.metadata) = (Link::Number, None, r#""nextLink":"more""#.to_owned());
            });
        }
        if pages.is_empty() {
            pages.push(Page::empty());
        }
        let failing = if rng.bool() { rng.u8(2..8) } else { 0 };
        let (rng, base, log) = (rng.fork(), String::new(), Vec::new());
        let serving = Serving { rng, pages, then, failing, mutates: false, base, log };
        let serving = Arc::new(Mutex::new(serving));
        let server = ListServer::start({
            let serving = Arc::clone(&serving);
            move |asked| lock(&serving).respond(&asked.target)
        });
        lock(&serving).base = server.url();
        let client = Setup::with_token(&server.url()).proxy("").max_retries(0).client();
        Self { serving, _server: server, client, query, asked }
    }

    /// Checks the requests since the last call of this function, and returns what must have come.
    fn model<'s>(&self, log: &'s [Served]) -> Model<'s> {
        let mut model = Model::new(self.asked);
        for (number, Served { target, page, .. }) in log.iter().enumerate() {
            let expected = match &model.next {
                Some(Place::Number(page)) => log[0].target.replace("pageIndex=0", &format!("pageIndex={page}")),
                Some(Place::Query(query)) => format!("{}?{query}", list_server::PATH),
                None => panic!("request {number} comes after the end: {target}"),
            };
            assert_eq!(*target, expected, "request {number}");
            if let Some(page) = page {
                model.read(page);
            }
        }
        model
    }

    /// A list to its end. Failures are gone over, and must have been served.
    fn list(&self) -> Vec<Job> {
        lock(&self.serving).log.clear();
        let mut iter = loop {
            match checked(&self.client, LONG, || self.client.list_jobs(&self.query)) {
                Ok(iter) => break iter,
                Err(failure) => self.goes_on_after(&failure, true),
            }
        };
        let mut jobs = Vec::new();
        loop {
            match checked(&self.client, LONG, || iter.next()) {
                Ok(Some(job)) => jobs.push(job),
                Ok(None) => break,
                Err(failure) => self.goes_on_after(&failure, false),
            }
        }
        self.check(&mut iter, &jobs);
        jobs
    }

    fn goes_on_after(&self, failure: &Failure, begins: bool) {
        note(format!("failure: {}", name(failure.status)));
        let mut serving = lock(&self.serving);
        let last = serving.log.last().expect("something was asked for");
        assert!(last.page.is_none(), "a good page: {failure:?}");
        if begins {
            serving.log.clear();
        }
        // After some failures the service works, so that every list ends.
        serving.failing = serving.failing.saturating_add(1);
        if serving.rng.u8(..8) == 0 {
            serving.failing = 0;
        }
    }

    fn check(&self, iter: &mut JobIter, jobs: &[Job]) {
        let serving = lock(&self.serving);
        let model = self.model(&serving.log);
        assert_eq!(model.next, None, "there is another page");
        let found: Vec<_> = jobs.iter().map(|job| (&job.json, job.start_ms, job.finish_ms, job.state)).collect();
        let ms = |time: Option<i64>| time.unwrap_or(CBJ_NO_TIME);
        let expected: Vec<_> =
            model.jobs.iter().map(|job| (&job.json, ms(job.start), ms(job.finish), job.state)).collect();
        assert_eq!(found, expected);
        assert_eq!((iter.total_count(), iter.missing_count()), (model.total.unwrap_or(-1), model.missing_count()));
        assert_eq!(iter.is_complete(), i32::from(model.missing_count() == 0));
        note(format!("list: {}", if iter.is_complete() == 1 { "complete" } else { "incomplete" }));
    }

    /// A summary of the same pages.
    fn summarize(&self) {
        let summary = loop {
            lock(&self.serving).log.clear();
            match checked(&self.client, LONG, || self.client.summarize_jobs(&self.query)) {
                Ok(summary) => break summary,
                Err(failure) => self.goes_on_after(&failure, true),
            }
        };
        let serving = lock(&self.serving);
        let model = self.model(&serving.log);
        assert_eq!(model.next, None, "there is another page");
        check_summary(&summary, &model);
    }

    /// A list whose bytes are mutated. Its end cannot be computed, but its jobs were sent, each comes once, and it ends.
    fn mutated(&self) {
        {
            let mut serving = lock(&self.serving);
            (serving.mutates, serving.failing) = (true, 0);
            serving.log.clear();
        }
        let mut jobs = Vec::new();
        let result = checked(&self.client, LONG, || self.client.list_jobs(&self.query)).and_then(|mut iter| {
            while let Some(job) = checked(&self.client, LONG, || iter.next())? {
                jobs.push(job);
            }
            Ok(())
        });
        note(format!("mutated: {}", result.map_or_else(|failure| name(failure.status), |()| "CBJ_OK".to_owned())));
        let mut serving = lock(&self.serving);
        serving.mutates = false;
        assert!(jobs.len() <= self.asked.most);
        let mut identities = HashSet::new();
        for job in jobs {
            let was_sent =
                |served: &Served| served.body.windows(job.json.len()).any(|part| part == job.json.as_bytes());
            assert!(serving.log.iter().any(was_sent), "was not sent: {job:?}");
            let is_inside = self.asked.since.is_none_or(|since| since <= job.start_ms)
                && self.asked.until.is_none_or(|until| job.start_ms < until);
            assert!(is_inside || job.start_ms == CBJ_NO_TIME, "{job:?} of {:?}", self.asked);
            let identity = job.id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| job.json.clone());
            assert!(identities.insert(identity), "came twice: {job:?}");
        }
    }
}

fn check_summary(summary: &Summary, model: &Model<'_>) {
    let json = |job: Option<&served::Listed>| job.map(|job| job.json.clone());
    let found = |job: Option<Job>| job.map(|job| job.json);
    let by_start = |job: &served::Listed| (job.start, job.finish);
    let is_terminal = |job: &served::Listed| (2..=5).contains(&job.state);
    assert_eq!(found(summary.latest()), json(model.latest(|_| true, by_start)));
    let ended = model.latest(is_terminal, |job| (job.finish.or(job.start), job.start));
    assert_eq!(found(summary.latest_ended()), json(ended));
    for state in 0..=5 {
        assert_eq!(found(summary.latest_in_state(state)), json(model.latest(|job| job.state == state, by_start)));
        let count = model.jobs.iter().filter(|job| job.state == state).count();
        assert_eq!(usize::try_from(summary.count_in_state(state)), Ok(count), "in state {state}");
    }
    assert_eq!(usize::try_from(summary.count()), Ok(model.jobs.len()));
    assert_eq!((summary.total_count(), summary.missing_count()), (model.total.unwrap_or(-1), model.missing_count()));
    assert_eq!(summary.is_complete(), i32::from(model.missing_count() == 0));
}

fn turn(rng: &mut Rng) {
    let turn = Turn::new(rng);
    turn.list();
    turn.summarize();
    if rng.bool() {
        turn.mutated();
        turn.list();
    }
}

#[test]
fn lists() {
    turns("pages::lists", 60, |rng| in_time(rng, turn));
    tell("pages::lists");
}
