//! The history of the sandbox: five weeks of runs that end at a given time. A pure function of that time.
//!
//! A run is made from its day and its kind alone, so that it is the same however often and whenever it is made. Only the
//! latest run of a kind is what its [`Plan`] wants.

use super::plans::{BACKUP, EXCHANGE_ONLINE, Latest, ONEDRIVE, PLANS, Plan, RESTORE, SHAREPOINT_ONLINE, errors};
use super::run::{CENTRAL_LOCATION, Counts, Run, State};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc, Weekday};

/// How many days the history goes back.
pub const HISTORY_DAYS: u64 = 35;

/// All runs until `end`, the earliest start first. One of them is in progress at `end`, and finishes after `run_time`; all
/// others have ended.
pub fn history(end: DateTime<Utc>, run_time: TimeDelta) -> Vec<Run> {
    let mut runs: Vec<Run> = PLANS.iter().flat_map(|plan| plan.backups(end, run_time)).collect();
    for object_type in [EXCHANGE_ONLINE, SHAREPOINT_ONLINE, ONEDRIVE] {
        runs.extend(days(end).filter_map(|day| restore(day, object_type)).filter(|run| is_in_history(run, end)));
    }
    runs.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
    runs
}

fn days(end: DateTime<Utc>) -> impl Iterator<Item = NaiveDate> {
    let today = end.date_naive();
    (0..=HISTORY_DAYS).rev().filter_map(move |days| today.checked_sub_days(Days::new(days)))
}

fn is_in_history(run: &Run, end: DateTime<Utc>) -> bool {
    run.start >= end - Days::new(HISTORY_DAYS) && run.finish <= end
}

impl Plan {
    fn backups(&self, end: DateTime<Utc>, run_time: TimeDelta) -> Vec<Run> {
        let running = (self.latest == Latest::Running).then(|| self.running(end, run_time));
        let limit = match (&running, self.latest) {
            // The service skips a run while the last one is still running.
            (Some(running), _) => running.start,
            (None, Latest::LongAgo) => end - Days::new(3),
            (None, _) => end,
        };
        let mut starts: Vec<_> =
            days(end).flat_map(|day| self.starts.iter().map(move |minute| (day, *minute))).collect();
        let mut runs = Vec::new();
        while let Some((day, minute)) = starts.pop() {
            let is_latest = runs.is_empty();
            let run = self.backup(day, minute, is_latest);
            if is_in_history(&run, limit) && run.start >= end - Days::new(HISTORY_DAYS) {
                runs.push(run);
            }
        }
        runs.extend(running);
        runs
    }

    fn backup(&self, day: NaiveDate, minute: i64, is_latest: bool) -> Run {
        let seed = [i64::from(day.num_days_from_ce()), minute, i64::from(self.object_type)];
        let mut random = Random::new(&seed);
        let start = midnight(day) + TimeDelta::minutes(minute) + random.seconds(0..=95);
        let usual = random.usual_outcome();
        let mut length = random.seconds(self.minutes * 45..=self.minutes * 75);
        let objects = random.count(self.objects * 95 / 100..=self.objects);
        let outcome = match (is_latest, self.latest) {
            (false, _) => usual,
            (true, Latest::Failed) => State::Failed,
            (true, Latest::FinishedWithException) => State::FinishedWithException,
            (true, Latest::Finished | Latest::Running | Latest::LongAgo) => State::Finished,
        };
        if outcome == State::Failed {
            length = random.seconds(140..=290);
        }
        // The week's first run is a full backup.
        let is_full = day.weekday() == Weekday::Sun && Some(&minute) == self.starts.first();
        let id = backup_id(if is_full { "FB" } else { "IB" }, start, &mut random);
        self.run(id, start, start + length, outcome, objects, &mut random)
    }

    /// The backup that is in progress at `end`.
    fn running(&self, end: DateTime<Utc>, run_time: TimeDelta) -> Run {
        let mut random = Random::new(&[end.timestamp()]);
        let start = end.with_nanosecond(0).unwrap_or(end) - random.seconds(360..=480);
        let id = backup_id("IB", start, &mut random);
        self.run(id, start, end + run_time, State::Finished, self.objects, &mut random)
    }

    fn run(
        &self,
        id: String,
        start: DateTime<Utc>,
        finish: DateTime<Utc>,
        outcome: State,
        objects: u64,
        random: &mut Random,
    ) -> Run {
        let counts = random.counts(outcome, objects);
        let errors = errors(self.object_type, outcome, counts);
        let (object_type, location) = (self.object_type, self.location);
        Run { id, job_type: BACKUP, object_type, location, start, finish, outcome, counts, errors }
    }
}

/// Somebody restores something on one of four days, during the working day.
fn restore(day: NaiveDate, object_type: u8) -> Option<Run> {
    let mut random = Random::new(&[i64::from(day.num_days_from_ce()), -1, i64::from(object_type)]);
    if random.below(4) != 0 {
        return None;
    }
    let start = midnight(day) + random.seconds(8 * 3600..=16 * 3600);
    let finish = start + random.seconds(75..=1500);
    let outcome = if random.below(6) == 0 { State::FinishedWithException } else { State::Finished };
    let objects = random.count(5..=240);
    let id = format!("RS{}{:04}", start.format("%Y%m%d%H%M%S"), object_type);
    let counts = random.counts(outcome, objects);
    let errors = errors(object_type, outcome, counts);
    let location = CENTRAL_LOCATION;
    Some(Run { id, job_type: RESTORE, object_type, location, start, finish, outcome, counts, errors })
}

fn backup_id(prefix: &str, start: DateTime<Utc>, random: &mut Random) -> String {
    format!("{prefix}{}{:06}", start.format("%Y%m%d%H%M%S"), random.below(1_000_000))
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

/// Numbers that look random and depend on the seed alone (SplitMix64).
struct Random(u64);

impl Random {
    fn new(seed: &[i64]) -> Self {
        let mut random = Self(0);
        for number in seed {
            random.0 ^= number.cast_unsigned();
            random.0 = random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn count(&mut self, range: std::ops::RangeInclusive<u64>) -> u64 {
        range.start() + self.below(range.end() - range.start() + 1)
    }

    fn seconds(&mut self, range: std::ops::RangeInclusive<i64>) -> TimeDelta {
        let span = range.end().abs_diff(*range.start()) + 1;
        TimeDelta::seconds(range.start().saturating_add_unsigned(self.below(span)))
    }

    /// One of 12 backups has a problem.
    fn usual_outcome(&mut self) -> State {
        match self.below(72) {
            0 => State::Failed,
            1 => State::PartiallyFinished,
            2..=5 => State::FinishedWithException,
            _ => State::Finished,
        }
    }

    fn counts(&mut self, outcome: State, total: u64) -> Counts {
        let skipped = self.below(total / 100 + 1);
        let failed = match outcome {
            State::InProgress | State::Finished => 0,
            State::Failed => total * 4 / 5,
            State::FinishedWithException => self.count(1..=total / 150 + 1),
            // Those that were not reached count as skipped.
            State::PartiallyFinished => {
                let skipped = total * 3 / 8;
                return Counts { total, failed: 0, successful: total - skipped, skipped };
            }
        };
        Counts { total, failed, successful: total - failed - skipped, skipped }
    }
}
