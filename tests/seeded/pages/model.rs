//! What must become of a list, from what was served: the rules of docs/listing.md once more, without a page that is read.

use std::collections::HashSet;

use super::served::{Link, Listed, Page};

/// A query, as far as it decides about a list.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub since: Option<i64>,
    pub until: Option<i64>,
    pub most: usize,
}

/// Where a page is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Number(usize),
    Query(String),
}

/// The state of a list after some pages.
#[derive(Debug)]
pub struct Model<'p> {
    asked: Asked,
    seen: HashSet<&'p str>,
    pub jobs: Vec<&'p Listed>,
    pub total: Option<i64>,
    /// `None` behind the last page.
    pub next: Option<Place>,
    number: usize,
    gave_up: bool,
}

impl<'p> Model<'p> {
    pub fn new(asked: Asked) -> Self {
        let next = Some(Place::Number(0));
        Self { asked, seen: HashSet::new(), jobs: Vec::new(), total: None, next, number: 0, gave_up: false }
    }

    pub fn read(&mut self, page: &'p Page) {
        let Asked { since, until, most } = self.asked;
        let before = self.seen.len();
        let mut too_many = false;
        for job in page.jobs.iter().flatten() {
            let in_time = |start| since.is_none_or(|since| since <= start) && until.is_none_or(|until| start < until);
            let is_inside = job.start.is_none_or(in_time);
            if self.seen.contains(job.identity.as_str()) {
                continue;
            }
            if is_inside && self.jobs.len() == most {
                too_many = true;
                continue;
            }
            self.seen.insert(&job.identity);
            if is_inside {
                self.jobs.push(job);
            }
        }
        // A page without entries takes nothing from the total.
        let has_entries = page.jobs.iter().flatten().next().is_some();
        let counts = |total: &i64| has_entries || self.total.is_none_or(|before| *total >= before);
        self.total = page.total.filter(counts).or(self.total);
        let names_next = matches!(page.link, Link::Number | Link::Query(_));
        let goes_on = self.seen.len() > before && (names_next || self.missing() > 0);
        let outside = self.seen.len() - self.jobs.len();
        // A service that knows no filter may send any number of jobs that nobody asked for.
        let is_enough = self.jobs.len() == most || outside >= most.max(10_000);
        self.gave_up = too_many || goes_on && is_enough;
        self.number += 1;
        self.next = (goes_on && !self.gave_up).then(|| match &page.link {
            Link::Query(query) => Place::Query(query.clone()),
            _ => Place::Number(self.number),
        });
    }

    fn missing(&self) -> i64 {
        let total = self.total.unwrap_or(0).max(0);
        (total - i64::try_from(self.seen.len()).expect("is small")).max(0)
    }

    /// What the accessors say at the end: how many jobs are missing, -1 if that is unknown.
    pub fn missing_count(&self) -> i64 {
        if self.gave_up { -1 } else { self.missing() }
    }

    /// The job that is the last by this key; of equal ones, the first.
    pub fn latest<K: Ord>(&self, wanted: impl Fn(&Listed) -> bool, key: impl Fn(&Listed) -> K) -> Option<&'p Listed> {
        let mut latest: Option<&Listed> = None;
        for job in self.jobs.iter().copied().filter(|job| wanted(job)) {
            if latest.is_none_or(|latest| key(job) > key(latest)) {
                latest = Some(job);
            }
        }
        latest
    }
}
