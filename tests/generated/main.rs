//! The generator. Each artefact is a file, or a marked region of a file, and the function that makes its text from its
//! source. What is made is committed.
//!
//!     CBJ_GENERATE=1 cargo test --test generated      writes every artefact that is stale
//!     cargo test --test generated                     fails, and names them
//!
//! docs/changing.md lists the sources: what to touch for a new accessor, option, endpoint or language.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../languages/languages.rs"]
#[allow(dead_code, reason = "only the names are used here, and not how a program is run")]
mod languages;

mod artefact;
mod declarations;
mod enumerations;
mod header;
mod libraries;
mod manifest;
mod null_walk;
mod options;
mod quickstart;
#[path = "../../examples/quickstart/report.rs"]
mod report;
mod sources;
mod statuses;
mod table;
#[allow(dead_code, reason = "the quickstart uses all of it")]
#[path = "../../examples/quickstart/text.rs"]
mod text;

use artefact::{Artefact, Files};
use languages::LANGUAGES;

const COMMAND: &str = "CBJ_GENERATE=1 cargo test --test generated";

/// In an order in which each artefact comes after those that it is made from.
fn artefacts() -> Vec<Artefact> {
    let mut all = options::comments();
    all.push(header::artefact());
    all.push(manifest::artefact());
    all.push(null_walk::artefact());
    all.extend(declarations::artefacts());
    all.extend(libraries::artefacts());
    all.extend(enumerations::artefacts());
    all.extend(options::types());
    all.push(options::table());
    all.push(statuses::table());
    all.push(Artefact::region("docs/languages.md", "languages", |_| languages_table()));
    all.push(libraries::table());
    all.push(quickstart::of_readme());
    all
}

fn languages_table() -> String {
    let mut lines =
        vec!["| language | file | mechanism | version tested |".to_owned(), "| --- | --- | --- | --- |".to_owned()];
    lines.extend(LANGUAGES.iter().map(|language| {
        format!(
            "| {} | [`{file}`](../examples/languages/{file}) | {} | {} |",
            language.name,
            language.mechanism,
            language.version,
            file = language.file
        )
    }));
    artefact::text_of(&lines)
}

#[test]
fn every_artefact_is_what_its_source_says() {
    let is_written = std::env::var_os("CBJ_GENERATE").is_some();
    let mut files = Files::default();
    let mut stale = Vec::new();
    for artefact in artefacts() {
        if artefact.make(&mut files) {
            stale.push(artefact.name());
        }
    }
    if is_written {
        for path in files.write() {
            eprintln!("written: {path}");
        }
        return;
    }
    assert!(stale.is_empty(), "stale:\n    {}\nThis writes them anew: {COMMAND}", stale.join("\n    "));
}
