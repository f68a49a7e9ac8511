//! The list of jobs inside an envelope: one page of a listing.
//!
//! Service page: "List Jobs", response.

use std::cell::RefCell;

use super::envelope::{Beside, Data};
use super::job::{Facts, JobMembers};
use super::json::{self, Elements, Member, Object, Stop};
use super::value::{Unreadable, Value};
use crate::model::{AnswerInfo, Arena, Job};

/// The members of `metadata`: the total in both published spellings, and the link to the next page.
const METADATA: [&str; 3] = ["totalCount", "totalNumber", "nextLink"];

/// Chooses the jobs of a page that are made. The others cost no memory.
pub(crate) trait Choose {
    /// Called before the first entry of a page. A page may be read more than once: what was chosen of it before does not
    /// count.
    fn begin(&mut self);

    /// Whether this job is to be made. Called for every entry of the page, in their order.
    fn wants(&mut self, facts: &Facts<'_>) -> bool;

    /// Whether the answer may have no list at all. That is normal behind the last page.
    fn may_be_absent(&self) -> bool;
}

/// A [`Choose`], as the reader of a page has it. A type parameter would make the machine code of every reader anew for each
/// kind of choice.
pub(crate) type Choice<'c> = &'c RefCell<dyn Choose + 'c>;

/// One page of a listing.
pub(crate) struct JobPage {
    /// The chosen jobs, in the service's order.
    pub(crate) jobs: Vec<Job>,
    /// How many entries the page has, chosen or not.
    pub(crate) entries: usize,
    pub(crate) metadata: Metadata,
    pub(crate) answer: AnswerInfo,
}

/// What the service says about the whole list.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    /// How many jobs there are. `None` also if it cannot be read: it must not hide the jobs.
    pub(crate) total: Option<i64>,
    /// Where the next page is, in one of many forms. `None` if there is none.
    pub(crate) next_link: Option<String>,
    /// Whether the service says that there is none: it sends an empty link.
    pub(crate) is_last: bool,
}

/// Reads the list. Each job is made at once, so that only one entry at a time is taken apart.
pub(crate) struct JobListMembers<'a, 'c> {
    choice: Choice<'c>,
    entry: JobMembers<'a>,
    jobs: Vec<Job>,
    entries: usize,
    /// Why the first unreadable entry cannot be read.
    unreadable: Option<Unreadable>,
}

impl<'a, 'c> Data<'a> for JobListMembers<'a, 'c> {
    type Output = JobPage;
    type Given = Choice<'c>;

    const BEGINS: char = '[';
    const WANTED: &'static str = "the jobs, a list";

    fn new(choice: Choice<'c>) -> Self {
        choice.borrow_mut().begin();
        // Its arena is used for one entry after the other.
        Self { choice, entry: JobMembers::new(()), jobs: Vec::new(), entries: 0, unreadable: None }
    }

    fn read(&mut self, member: &mut Member<'_, 'a>) -> Result<&'a str, Stop> {
        member.list(self)
    }

    fn finish(mut self, _: &'a str, beside: Beside<'a>) -> Result<Option<JobPage>, Unreadable> {
        if let Some(reason) = self.unreadable {
            return Err(reason);
        }
        let answer = answer(beside);
        self.jobs.iter_mut().for_each(|job| job.answer = answer.clone());
        let Self { jobs, entries, .. } = self;
        Ok(Some(JobPage { jobs, entries, metadata: metadata(beside), answer }))
    }

    fn absent(choice: Choice<'c>, beside: Beside<'a>) -> Option<JobPage> {
        let metadata = metadata(beside);
        let mut choice = choice.borrow_mut();
        choice.begin();
        (choice.may_be_absent() || metadata.total == Some(0)).then(|| JobPage {
            jobs: Vec::new(),
            entries: 0,
            metadata,
            answer: answer(beside),
        })
    }
}

impl<'a> Elements<'a> for JobListMembers<'a, '_> {
    fn object(&mut self) -> &mut dyn Object<'a> {
        self.entry.renew();
        &mut self.entry
    }

    fn end(&mut self, index: usize, json: &'a str) {
        self.entries += 1;
        if self.unreadable.is_none()
            && let Err(reason) = self.entry(json)
        {
            self.fail(index, reason);
        }
    }

    fn other(&mut self, index: usize, value: Value<'a>) {
        self.entries += 1;
        if self.unreadable.is_none() {
            self.fail(index, not_a_job(value));
        }
    }
}

impl<'a> JobListMembers<'a, '_> {
    fn entry(&mut self, json: &'a str) -> Result<(), Unreadable> {
        if self.entry.is_empty() {
            return Err(not_a_job(Value(json)));
        }
        let facts = self.entry.facts(json)?;
        if self.choice.borrow_mut().wants(&facts) {
            let mut job = self.entry.job(&facts);
            job.arena = self.entry.detach_texts();
            self.jobs.push(job);
        }
        Ok(())
    }

    fn fail(&mut self, index: usize, reason: Unreadable) {
        let place = format!("data[{index}]");
        // A member of the entry, or the entry itself.
        let is_member = matches!(&reason, Unreadable::Member { member, .. } if !member.is_empty());
        self.unreadable = Some(reason.within(&if is_member { place + "." } else { place }));
    }
}

fn not_a_job(value: Value<'_>) -> Unreadable {
    Unreadable::member("", value, "a job, an object with members")
}

fn answer(beside: Beside<'_>) -> AnswerInfo {
    beside.read(&mut Arena::with_capacity(beside.length_of_ids()))
}

fn metadata(beside: Beside<'_>) -> Metadata {
    let members = beside.metadata.and_then(|metadata| json::members(metadata.raw(), &METADATA).ok().flatten());
    let Some([total_count, total_number, next_link]) = members else { return Metadata::default() };
    let count = |value: Option<Value<'_>>| value?.count("").ok().flatten();
    let is_last = next_link.is_some_and(|link| link.as_sent().is_none());
    let next_link = next_link.and_then(|link| link.text("").ok().flatten()).map(|link| link.plain().into_owned());
    Metadata { total: count(total_count).or_else(|| count(total_number)), next_link, is_last }
}
