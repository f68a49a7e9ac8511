//! The table of statuses in the documents, out of the comments of the `CBJ_ERROR_...` constants.

use crate::artefact::{Artefact, text_of};
use crate::sources::{Constant, Sources};

pub fn table() -> Artefact {
    Artefact::region("docs/errors.md", "statuses", |files| {
        let mut lines = vec![
            "| status | cause | retryable | wait, where the service named no time | what to do |".to_owned(),
            "| --- | --- | --- | --- | --- |".to_owned(),
        ];
        let sources = Sources::read(files);
        lines.extend(sources.choice("cbj_status").constants.iter().filter(|each| each.name != "CBJ_OK").map(row));
        text_of(&lines)
    })
}

/// The comment has the cause first, and then parts with a label.
fn row(constant: &Constant) -> String {
    let Constant { name, comment, number } = constant;
    let (cause, rest) = comment
        .split_once("\n\n")
        .unwrap_or_else(|| panic!("{name}: the cause comes first, and a blank line after it"));
    let (retryable, wait, what_to_do) = (part(rest, "Retryable"), part(rest, "Wait"), part(rest, "What to do"));
    let needed = |part: Option<String>, label| {
        part.unwrap_or_else(|| panic!("{name}: the comment has no line that begins with \"{label}: \""))
    };
    let (retryable, what_to_do) = (needed(retryable, "Retryable"), needed(what_to_do, "What to do"));
    assert_eq!(wait.is_some(), retryable != "no", "{name}: who may try again has to know how long to wait");
    let cause = cause.replace('\n', " ");
    let cause = cause.trim_end_matches('.');
    format!("| `{name}` {number} | {cause} | {retryable} | {} | {what_to_do} |", wait.unwrap_or_else(|| "-".to_owned()))
}

/// What follows a label, up to the next one.
fn part(text: &str, label: &str) -> Option<String> {
    const LABELS: [&str; 3] = ["Retryable: ", "Wait: ", "What to do: "];
    let mut lines = text.lines().skip_while(|line| !line.starts_with(&format!("{label}: ")));
    let first = lines.next()?.strip_prefix(label)?.strip_prefix(": ")?;
    let others = lines.take_while(|line| !LABELS.iter().any(|label| line.starts_with(label)));
    let whole = others.fold(first.to_owned(), |whole, line| format!("{whole} {line}"));
    Some(whole.trim_end_matches('.').to_owned())
}
