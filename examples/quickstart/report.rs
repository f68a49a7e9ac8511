//! The table: the last backup of each kind of object, and why it was not fine.

use std::fmt::Display;
use std::iter::once;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeZone};
use cloudbackupjobs::{Client, Error, ErrorKind, Job, JobState, JobSummary, JobType, ObjectType, Query};

use super::text::{clean, count, cut, short_duration, wrapped};

const DAYS: u64 = 7;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// No line is longer, except that no link is broken.
const WIDTH: usize = 100;
const GAP: usize = 2;

const HEADING: [&str; 7] = ["KIND", "LAST RUN", "ENDED", "AGO", "OBJECTS", "FAILED", "NOW"];
const KIND: usize = 0;
const LAST_RUN: usize = 1;
const AGO: usize = 3;
const OBJECTS: usize = 4;
const FAILED: usize = 5;
const NOW: usize = 6;

const BOLD: &str = "\x1b[1m";
const RED: &str = "\x1b[1;31m";
const GREEN: &str = "\x1b[32m";
const YELLOW: &str = "\x1b[33m";
const CYAN: &str = "\x1b[36m";
const NORMAL: &str = "\x1b[0m";

/// What is known of one kind of object.
pub struct Row {
    pub kind: ObjectType,
    pub summary: Result<JobSummary, Error>,
}

/// From when on the jobs of a report started.
pub fn since<Tz: TimeZone>(now: DateTime<Tz>) -> SystemTime {
    SystemTime::from(now) - DAY * u32::try_from(DAYS).unwrap_or(u32::MAX)
}

/// Asks for the backups of each kind, one kind after the other on one connection. Gives the kinds that had any, and those for
/// which the service had no answer.
///
/// # Errors
///
/// Any failure that the next kind would have, too, and the last one if no kind has an answer.
pub fn ask(client: &Client, since: SystemTime) -> Result<Vec<Row>, Error> {
    let query = Query::new().since(since).job_type(JobType::BACKUP);
    let mut rows: Vec<Row> = Vec::new();
    for kind in ObjectType::known() {
        match client.summarize_jobs(&query.clone().object_type(kind)) {
            Ok(summary) if summary.count() == 0 => {}
            Ok(summary) => rows.push(Row { kind, summary: Ok(summary) }),
            // The service answered, and may have another answer for the next kind: perhaps this one is not licensed.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Rejected | ErrorKind::Protocol) => {
                rows.push(Row { kind, summary: Err(error) });
            }
            Err(error) => return Err(error),
        }
    }
    let no_kind_has_an_answer =
        rows.len() == ObjectType::known().count() && rows.iter().all(|row| row.summary.is_err());
    match rows.pop() {
        Some(Row { summary: Err(error), .. }) if no_kind_has_an_answer => Err(error),
        last => Ok(rows.into_iter().chain(last).collect()),
    }
}

pub fn report<Tz: TimeZone>(rows: &[Row], now: DateTime<Tz>, has_colour: bool) -> String
where
    Tz::Offset: Display,
{
    let mut lines =
        vec![format!("Backups of the last {DAYS} days. Now: {}; times are local.", now.format("%Y-%m-%d %H:%M %:z"))];
    lines.push(String::new());
    if rows.is_empty() {
        lines.push("No kind of object had a backup.".to_owned());
    } else {
        lines.extend(table(rows, &now, has_colour));
    }
    for row in rows {
        lines.extend(remarks(row));
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

fn table<Tz: TimeZone>(rows: &[Row], now: &DateTime<Tz>, has_colour: bool) -> Vec<String>
where
    Tz::Offset: Display,
{
    let heading = HEADING.map(str::to_owned);
    let cells: Vec<[String; 7]> = rows.iter().map(|row| cells(row, now)).collect();
    let widths = widths(once(&heading).chain(&cells));
    let mut lines = vec![line(&heading, &widths, [has_colour.then_some(BOLD); 7])];
    for (row, cells) in rows.iter().zip(&cells) {
        let colours = if has_colour { colours(row, now) } else { [None; 7] };
        lines.push(line(cells, &widths, colours));
    }
    lines
}

/// The widths of the columns: what their texts need, and less for texts of the service that are too long.
fn widths<'a>(lines: impl Iterator<Item = &'a [String; 7]>) -> [usize; 7] {
    let mut widths = [0; 7];
    for cells in lines {
        for (width, cell) in widths.iter_mut().zip(cells) {
            *width = cell.chars().count().max(*width);
        }
    }
    for column in [LAST_RUN, NOW, KIND] {
        let least = HEADING[column].len();
        let whole = widths.iter().sum::<usize>() + GAP * (widths.len() - 1);
        widths[column] = widths[column].saturating_sub(whole.saturating_sub(WIDTH)).max(least);
    }
    widths
}

fn line(cells: &[String; 7], widths: &[usize; 7], colours: [Option<&str>; 7]) -> String {
    let mut line = String::new();
    for (column, cell) in cells.iter().enumerate() {
        let (width, cell) = (widths[column], cut(cell, widths[column]));
        let padded =
            if matches!(column, OBJECTS | FAILED) { format!("{cell:>width$}") } else { format!("{cell:<width$}") };
        // Colours are outside of the padding, because they count as characters.
        match colours[column] {
            Some(colour) => line.push_str(&format!("{colour}{padded}{NORMAL}")),
            None => line.push_str(&padded),
        }
        if column < NOW {
            line.push_str(&" ".repeat(GAP));
        }
    }
    line
}

fn cells<Tz: TimeZone>(row: &Row, now: &DateTime<Tz>) -> [String; 7]
where
    Tz::Offset: Display,
{
    let nothing = || "-".to_owned();
    let kind = row.kind.name().unwrap_or("?").to_owned();
    let Ok(summary) = &row.summary else {
        return [kind, "not known".to_owned(), nothing(), nothing(), nothing(), nothing(), nothing()];
    };
    let ended = summary.latest_ended();
    let finish = ended.and_then(Job::finish_time);
    let time = |time: SystemTime| DateTime::<chrono::Utc>::from(time).with_timezone(&now.timezone());
    [
        kind,
        ended.map_or("none has ended".to_owned(), |job| clean(job.state_text().unwrap_or("-"))),
        finish.map_or_else(nothing, |finish| time(finish).format("%Y-%m-%d %H:%M").to_string()),
        finish.map_or_else(nothing, |finish| short_duration(age(finish, now))),
        ended.map_or_else(nothing, |job| short_count(job.total_count())),
        ended.map_or_else(nothing, |job| short_count(job.failed_count())),
        running(summary).map_or_else(nothing, |job| {
            let state = match job.state() {
                JobState::InProgress => "running".to_owned(),
                _ => clean(job.state_text().unwrap_or("no state")),
            };
            job.start_time().map_or(state.clone(), |start| format!("{state} {}", short_duration(age(start, now))))
        }),
    ]
}

fn age<Tz: TimeZone>(time: SystemTime, now: &DateTime<Tz>) -> Duration {
    SystemTime::from(now.clone()).duration_since(time).unwrap_or_default()
}

/// With commas; a number that nobody counts in objects is rounded, so that the line keeps its width.
fn short_count(number: Option<i64>) -> String {
    const MOST: i64 = 9_999_999_999;
    match number {
        Some(number @ MOST..) => {
            #[allow(clippy::cast_precision_loss, reason = "three digits are printed")]
            let rounded = number as f64;
            format!("{rounded:.2e}")
        }
        number => count(number),
    }
}

/// The job that runs now. One in a state that this version does not know may be running, too.
fn running(summary: &JobSummary) -> Option<&Job> {
    let latest = summary.latest().filter(|job| !job.state().is_terminal());
    latest.or_else(|| summary.latest_in_state(JobState::InProgress))
}

fn is_fine(job: &Job) -> bool {
    job.state() == JobState::Finished
}

fn colours<Tz: TimeZone>(row: &Row, now: &DateTime<Tz>) -> [Option<&'static str>; 7] {
    let mut colours = [None; 7];
    let Ok(summary) = &row.summary else {
        colours[LAST_RUN] = Some(YELLOW);
        return colours;
    };
    if let Some(job) = summary.latest_ended() {
        colours[LAST_RUN] = Some(match job.state() {
            JobState::Finished => GREEN,
            JobState::Failed => RED,
            _ => YELLOW,
        });
        // A daily backup is late.
        let is_late = job.finish_time().is_some_and(|finish| age(finish, now) > DAY + DAY / 12);
        colours[AGO] = is_late.then_some(YELLOW);
    }
    colours[NOW] = running(summary).map(|_| CYAN);
    colours
}

/// What a person must know beside the table: the errors of the last run, if it was not fine, with their links.
fn remarks(row: &Row) -> Vec<String> {
    let kind = row.kind.name().unwrap_or("?");
    let mut lines = Vec::new();
    let summary = match &row.summary {
        Ok(summary) => summary,
        Err(error) => {
            lines.push(String::new());
            lines.extend(wrapped(&format!("{kind}: {error}"), WIDTH));
            return lines;
        }
    };
    if !summary.is_complete() {
        lines.push(String::new());
        lines.push(format!("{kind}: the service did not send all jobs, so a later run may be missing."));
    }
    if let Some(job) = summary.latest_ended().filter(|job| !is_fine(job)) {
        lines.push(String::new());
        lines.push(cut(&format!("{kind}, {}:", clean(job.id().unwrap_or("a job without an id"))), WIDTH));
        lines.extend(errors(job));
    }
    lines
}

fn errors(job: &Job) -> Vec<String> {
    let counts: Vec<String> = job.errors().map(|error| count(error.occurrences())).collect();
    let width = counts.iter().map(String::len).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (error, count) in job.errors().zip(counts) {
        let message = clean(error.message().unwrap_or("(without a text)"));
        for (number, part) in wrapped(&message, WIDTH - width - 5).into_iter().enumerate() {
            let lead = if number == 0 { format!("{count:>width$} ×") } else { " ".repeat(width + 2) };
            lines.push(format!("  {lead} {part}"));
        }
        lines.extend(error.url().map(|url| format!("  {} {}", " ".repeat(width + 2), clean(url))));
    }
    lines
}
