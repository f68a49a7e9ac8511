//! The list of jobs inside an envelope: one page of a listing.
//!
//! Service page: "List Jobs", response.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::envelope::{Beside, Data};
use super::job::{Facts, JobMembers};
use super::json::{self, Document, Name};
use super::value::{Unreadable, Value};
use crate::model::{AnswerInfo, Arena, Job};

/// The members of `metadata`: the total in both published spellings, and the link to the next page.
const METADATA: [&str; 3] = ["totalCount", "totalNumber", "nextLink"];

/// Chooses the jobs of a page that are made. The others cost no memory.
pub(crate) trait Choose: Clone {
    /// Whether this job is to be made. Called for every entry of the page, in their order.
    fn wants(&mut self, facts: &Facts<'_>) -> bool;

    /// Whether the answer may have no list at all. That is normal behind the last page.
    fn may_be_absent(&self) -> bool;
}

/// One page of a listing.
pub(crate) struct JobPage<C> {
    /// The chosen jobs, in the service's order.
    pub(crate) jobs: Vec<Job>,
    pub(crate) choice: C,
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
pub(crate) struct JobListMembers<C> {
    choice: C,
    jobs: Vec<Job>,
    entries: usize,
    /// Why the first unreadable entry cannot be read.
    unreadable: Option<Unreadable>,
}

impl<'a, C: Choose> Data<'a> for JobListMembers<C> {
    type Output = JobPage<C>;
    type Given = C;

    const BEGINS: char = '[';
    const WANTED: &'static str = "the jobs, a list";

    fn new(_: Document<'a>, choice: C) -> Self {
        Self { choice, jobs: Vec::new(), entries: 0, unreadable: None }
    }

    fn read<A: MapAccess<'a>>(&mut self, _: Name<'_, 'a>, members: &mut A) -> Result<(), A::Error> {
        members.next_value_seed(ReadingJobs(self))
    }

    fn finish(mut self, _: &'a str, beside: Beside<'a>) -> Result<Option<JobPage<C>>, Unreadable> {
        if let Some(reason) = self.unreadable {
            return Err(reason);
        }
        let answer = answer(beside);
        self.jobs.iter_mut().for_each(|job| job.answer = answer.clone());
        let Self { choice, jobs, entries, .. } = self;
        Ok(Some(JobPage { jobs, choice, entries, metadata: metadata(beside), answer }))
    }

    fn absent(choice: C, beside: Beside<'a>) -> Option<JobPage<C>> {
        let metadata = metadata(beside);
        (choice.may_be_absent() || metadata.total == Some(0)).then(|| JobPage {
            jobs: Vec::new(),
            choice,
            entries: 0,
            metadata,
            answer: answer(beside),
        })
    }
}

impl<C: Choose> JobListMembers<C> {
    fn entry(&mut self, entry: Value<'_>) {
        let index = self.entries;
        self.entries += 1;
        if self.unreadable.is_none()
            && let Err(reason) = self.read_entry(entry)
        {
            let place = format!("data[{index}]");
            // A member of the entry, or the entry itself.
            let is_member = matches!(&reason, Unreadable::Member { member, .. } if !member.is_empty());
            self.unreadable = Some(reason.within(&if is_member { place + "." } else { place }));
        }
    }

    fn read_entry(&mut self, entry: Value<'_>) -> Result<(), Unreadable> {
        let text = entry.raw();
        let mut members = JobMembers::new(Document::new(text), ());
        if !json::read(text, &mut members)? || members.is_empty() {
            return Err(Unreadable::member("", entry, "a job, an object with members"));
        }
        let facts = members.facts(text)?;
        if self.choice.wants(&facts) {
            let (mut job, arena) = members.job(&facts);
            job.arena = arena.exact();
            self.jobs.push(job);
        }
        Ok(())
    }
}

fn answer(beside: Beside<'_>) -> AnswerInfo {
    beside.read(&mut Arena::default())
}

fn metadata(beside: Beside<'_>) -> Metadata {
    let members = beside.metadata.and_then(|metadata| json::members(metadata.raw(), METADATA).ok().flatten());
    let Some([total_count, total_number, next_link]) = members else { return Metadata::default() };
    let count = |value: Option<Value<'_>>| value?.count("").ok().flatten();
    let is_last = next_link.is_some_and(|link| link.as_sent().is_none());
    let next_link = next_link.and_then(|link| link.text("").ok().flatten()).map(|link| link.plain().into_owned());
    Metadata { total: count(total_count).or_else(|| count(total_number)), next_link, is_last }
}

struct ReadingJobs<'l, C>(&'l mut JobListMembers<C>);

impl<'de, C: Choose> Visitor<'de> for ReadingJobs<'_, C> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<&'de RawValue>()? {
            self.0.entry(Value::new(element));
        }
        Ok(())
    }
}

impl<'de, C: Choose> DeserializeSeed<'de> for ReadingJobs<'_, C> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}
