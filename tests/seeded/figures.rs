//! What the C programs that let a host fail have counted.

use std::collections::BTreeMap;
use std::env;
use std::time::Duration;

/// What was counted, by name.
#[derive(Default)]
pub struct Figures(pub BTreeMap<String, u64>);

impl Figures {
    pub fn add(&mut self, said: &str) {
        for line in said.lines() {
            let (name, count) = match line.split_once(' ') {
                Some(("function", function)) => (format!("function {function}"), 1),
                Some((name, count)) => (name.to_owned(), count.parse().unwrap_or(0)),
                None => continue,
            };
            *self.0.entry(name).or_default() += count;
        }
    }

    pub fn get(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    pub fn functions(&self) -> usize {
        self.0.keys().filter(|name| name.starts_with("function ")).count()
    }

    pub fn statuses(&self) -> String {
        let statuses = self.0.iter().filter(|(name, _)| name.starts_with("CBJ_"));
        statuses.map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    }
}

/// The time that `CBJ_TEST_SECONDS` allows.
pub fn allowed() -> Option<Duration> {
    let seconds = env::var("CBJ_TEST_SECONDS").ok()?;
    Some(Duration::from_secs(seconds.parse().expect("CBJ_TEST_SECONDS is a whole number")))
}
