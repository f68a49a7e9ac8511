//! Everything about one job.

use std::time::SystemTime;

use chrono::{DateTime, Local};
use cloudbackupjobs::Job;

use super::text::{clean, count, long_duration};

pub fn details(job: &Job) -> String {
    let mut lines = vec![format!("Job {}", clean(job.id().unwrap_or("(without an id)")))];
    let mut row = |label: &str, value: String| lines.push(format!("  {label:<12}{value}"));
    row("State", clean(job.state_text().unwrap_or("not reported")));
    row("Started", time(job.start_time(), job.start_time_text()));
    row("Finished", time(job.finish_time(), job.finish_time_text()));
    row("Took", job.elapsed().map_or_else(|| "-".to_owned(), long_duration));
    let total = count(job.total_count());
    let [successful, failed, skipped] = [job.successful_count(), job.failed_count(), job.skipped_count()].map(count);
    row("Objects", format!("{total} in all: {successful} successful, {failed} failed, {skipped} skipped"));
    for (index, error) in job.errors().enumerate() {
        let label = if index == 0 { "Top errors" } else { "" };
        let message = clean(error.message().unwrap_or("(without a text)"));
        row(label, format!("{:>13} × {message}", count(error.occurrences())));
        if let Some(url) = error.url() {
            row("", format!("{:>13}   {}", "", clean(url)));
        }
    }
    row("Request id", clean(job.request_id().unwrap_or("-")));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Local time, and the text of the service, which its own pages show.
fn time(time: Option<SystemTime>, text: Option<&str>) -> String {
    match (time.map(DateTime::<Local>::from), text.map(clean)) {
        (Some(time), Some(text)) => format!("{}   ({text})", time.format("%Y-%m-%d %H:%M:%S %:z")),
        (None, Some(text)) => format!("{text}   (not a date that can be read)"),
        (_, None) => "-".to_owned(),
    }
}
