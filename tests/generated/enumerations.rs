//! The numbers of choices that files of other languages repeat.

use crate::artefact::{Artefact, text_of};
use crate::manifest;
use crate::support::manifest::Manifest;

/// A name without its prefix (`IN_PROGRESS`), and its number.
type Named = (String, i64);

/// How a file writes the names and numbers.
type Write = fn(&[Named]) -> Vec<String>;

pub fn artefacts() -> Vec<Artefact> {
    let all: [(&str, &'static str, Write); 12] = [
        ("examples/languages/python/cloudbackupjobs.py", "states", python),
        ("examples/languages/python/cloudbackupjobs.py", "statuses", python),
        ("examples/languages/python/cloudbackupjobs.pyi", "states", python),
        ("examples/languages/python/cloudbackupjobs.pyi", "statuses", python),
        ("examples/languages/node/cloudbackupjobs.js", "states", node),
        ("examples/languages/node/cloudbackupjobs.d.ts", "states", typescript),
        ("examples/languages/java/JobReport.java", "states", java),
        ("examples/languages/csharp/JobReport.cs", "states", csharp),
        ("examples/languages/ruby/job_report.rb", "states", ruby),
        ("examples/languages/perl/job_report.pl", "states", perl),
        ("examples/languages/php/job_report.php", "states", php),
        ("examples/languages/lua/job_report.lua", "states", lua),
    ];
    let artefact = |(path, region, write): (&'static str, &'static str, Write)| {
        Artefact::region(path, region, move |files| {
            text_of(&write(&named(&Manifest::parse(&files.read(manifest::PATH)), region)))
        })
    };
    all.into_iter().map(artefact).collect()
}

/// What a region has the names of, in the order of their numbers.
fn named(manifest: &Manifest, region: &str) -> Vec<Named> {
    let (choice, prefix) = match region {
        "states" => ("cbj_state", "CBJ_STATE_"),
        "statuses" => ("cbj_status", "CBJ_ERROR_"),
        other => panic!("no choice for {other}"),
    };
    let constants = manifest.0["choices"][choice]["constants"].as_object().expect("is an object");
    // CBJ_OK is no error.
    let short = constants.iter().filter_map(|(name, number)| Some((name.strip_prefix(prefix)?, number)));
    let mut all: Vec<Named> =
        short.map(|(name, number)| (name.to_owned(), number.as_i64().expect("is a number"))).collect();
    all.sort_by_key(|(_, number)| *number);
    all
}

/// The names, where the language takes the number from their place.
fn in_place(all: &[Named], first: i64) -> impl Iterator<Item = &str> {
    let counted = all.iter().filter(move |(_, number)| *number >= first).zip(first..);
    counted.map(|((name, number), place)| {
        assert_eq!(*number, place, "{name} needs a number in languages that count by themselves");
        name.as_str()
    })
}

/// `InProgress`
fn camel(name: &str) -> String {
    name.split('_').map(|word| format!("{}{}", &word[..1], word[1..].to_ascii_lowercase())).collect()
}

/// `inProgress`
fn lower_camel(name: &str) -> String {
    let camel = camel(name);
    format!("{}{}", camel[..1].to_ascii_lowercase(), &camel[1..])
}

fn python(all: &[Named]) -> Vec<String> {
    all.iter().map(|(name, number)| format!("{name} = {number}")).collect()
}

fn node(all: &[Named]) -> Vec<String> {
    let names: Vec<String> = in_place(all, 0).map(|name| format!("'{}'", lower_camel(name))).collect();
    vec![format!("const STATES = [{}];", names.join(", "))]
}

fn typescript(all: &[Named]) -> Vec<String> {
    let mut lines = vec!["export type State =".to_owned()];
    lines.extend(all.iter().map(|(name, _)| format!("    | '{}'", lower_camel(name))));
    *lines.last_mut().expect("has a line") += ";";
    lines
}

fn java(all: &[Named]) -> Vec<String> {
    let mut lines: Vec<String> = in_place(all, 0).map(|name| format!("{name},")).collect();
    let last = lines.last_mut().expect("has a line");
    *last = last.replace(',', ";");
    lines
}

fn csharp(all: &[Named]) -> Vec<String> {
    all.iter().map(|(name, number)| format!("{} = {number},", camel(name))).collect()
}

fn php(all: &[Named]) -> Vec<String> {
    all.iter().map(|(name, number)| format!("case {} = {number};", camel(name))).collect()
}

fn ruby(all: &[Named]) -> Vec<String> {
    let mut lines = vec!["STATES = {".to_owned()];
    lines.extend(all.iter().map(|(name, number)| format!("  {number} => :{},", name.to_ascii_lowercase())));
    let last = lines.last_mut().expect("has a line");
    *last = last.trim_end_matches(',').to_owned();
    lines.push("}.freeze".to_owned());
    lines
}

fn perl(all: &[Named]) -> Vec<String> {
    let names: Vec<String> = in_place(all, 0).map(str::to_ascii_lowercase).collect();
    vec!["use constant STATES =>".to_owned(), format!("    qw({});", names.join(" "))]
}

/// The first element of a list has the number 1; what is not in it is unknown.
fn lua(all: &[Named]) -> Vec<String> {
    let names: Vec<String> =
        in_place(all, 1).map(|name| format!("\"{}\"", name.to_ascii_lowercase().replace('_', " "))).collect();
    vec![format!("local STATES = {{ {} }}", names.join(", "))]
}
