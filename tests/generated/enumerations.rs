//! The numbers of choices that files of other languages repeat.

use crate::artefact::{Artefact, text_of};
use crate::manifest;
use crate::support::manifest::Manifest;

/// A name without its prefix (`IN_PROGRESS`), and its number.
type Named = (String, i64);

/// How a file writes the names and numbers.
type Write = fn(&[Named]) -> Vec<String>;

/// The kinds of job and of objects, in the languages whose file is a program.
const KINDS: [(&str, &str, Write); 14] = [
    ("examples/languages/go/list.go", "job_types", |all| go("JobType", "CBJ_JOB_TYPE_", all)),
    ("examples/languages/go/list.go", "object_types", |all| go("ObjectType", "CBJ_OBJECT_TYPE_", all)),
    ("examples/languages/java/CloudBackupJobs.java", "job_types", java),
    ("examples/languages/java/CloudBackupJobs.java", "object_types", java),
    ("examples/languages/csharp/JobList.cs", "job_types", csharp),
    ("examples/languages/csharp/JobList.cs", "object_types", csharp),
    ("examples/languages/ruby/cloudbackupjobs.rb", "job_types", python),
    ("examples/languages/ruby/cloudbackupjobs.rb", "object_types", python),
    ("examples/languages/perl/CloudBackupJobs.pm", "job_types", |all| perl_constants("JOB_TYPE_", all)),
    ("examples/languages/perl/CloudBackupJobs.pm", "object_types", |all| perl_constants("OBJECT_TYPE_", all)),
    ("examples/languages/php/cloudbackupjobs.php", "job_types", php),
    ("examples/languages/php/cloudbackupjobs.php", "object_types", php),
    ("examples/languages/lua/cloudbackupjobs.lua", "job_types", |all| lua_table("JobType", all)),
    ("examples/languages/lua/cloudbackupjobs.lua", "object_types", |all| lua_table("ObjectType", all)),
];

pub fn artefacts() -> Vec<Artefact> {
    let all: [(&str, &'static str, Write); 20] = [
        ("examples/languages/python/cloudbackupjobs.py", "states", python),
        ("examples/languages/python/cloudbackupjobs.py", "statuses", python),
        ("examples/languages/python/cloudbackupjobs.pyi", "states", python),
        ("examples/languages/python/cloudbackupjobs.pyi", "statuses", python),
        ("examples/languages/python/cloudbackupjobs.py", "job_types", python),
        ("examples/languages/python/cloudbackupjobs.py", "object_types", python),
        ("examples/languages/python/cloudbackupjobs.pyi", "job_types", python),
        ("examples/languages/python/cloudbackupjobs.pyi", "object_types", python),
        ("examples/languages/node/cloudbackupjobs.js", "states", |all| node("STATES", all)),
        ("examples/languages/node/cloudbackupjobs.js", "job_types", |all| node("JOB_TYPES", all)),
        ("examples/languages/node/cloudbackupjobs.js", "object_types", |all| node("OBJECT_TYPES", all)),
        ("examples/languages/node/cloudbackupjobs.d.ts", "states", |all| typescript("State", all)),
        ("examples/languages/node/cloudbackupjobs.d.ts", "job_types", |all| typescript("JobType", all)),
        ("examples/languages/node/cloudbackupjobs.d.ts", "object_types", |all| typescript("ObjectType", all)),
        ("examples/languages/java/CloudBackupJobs.java", "states", java),
        ("examples/languages/csharp/Job.cs", "states", csharp),
        ("examples/languages/ruby/cloudbackupjobs.rb", "states", ruby),
        ("examples/languages/perl/CloudBackupJobs.pm", "states", perl),
        ("examples/languages/php/cloudbackupjobs.php", "states", php),
        ("examples/languages/lua/cloudbackupjobs.lua", "states", lua),
    ];
    let artefact = |(path, region, write): (&'static str, &'static str, Write)| {
        Artefact::region(path, region, move |files| {
            text_of(&write(&named(&Manifest::parse(&files.read(manifest::PATH)), region)))
        })
    };
    all.into_iter().chain(KINDS).map(artefact).collect()
}

/// What a region has the names of, in the order of their numbers.
fn named(manifest: &Manifest, region: &str) -> Vec<Named> {
    let (choice, prefix) = match region {
        "states" => ("cbj_state", "CBJ_STATE_"),
        "statuses" => ("cbj_status", "CBJ_ERROR_"),
        "job_types" => ("cbj_job_type", "CBJ_JOB_TYPE_"),
        "object_types" => ("cbj_object_type", "CBJ_OBJECT_TYPE_"),
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

fn node(list: &str, all: &[Named]) -> Vec<String> {
    let mut lines = vec![format!("const {list} = [")];
    lines.extend(in_place(all, 0).map(|name| format!("    '{}',", lower_camel(name))));
    lines.push("];".to_owned());
    lines
}

fn typescript(type_name: &str, all: &[Named]) -> Vec<String> {
    let mut lines = vec![format!("export type {type_name} =")];
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

/// As gofmt aligns them.
fn go(type_name: &str, prefix: &str, all: &[Named]) -> Vec<String> {
    let longest = all.iter().map(|(name, _)| camel(name).len()).max().unwrap_or_default() + type_name.len();
    let constant = |(name, _): &Named| {
        let go_name = format!("{type_name}{}", camel(name));
        format!("\t{go_name:longest$} {type_name} = C.{prefix}{name}")
    };
    all.iter().map(constant).collect()
}

fn ruby(all: &[Named]) -> Vec<String> {
    let mut lines = vec!["STATES = {".to_owned()];
    lines.extend(all.iter().map(|(name, number)| format!("  {number} => :{},", name.to_ascii_lowercase())));
    let last = lines.last_mut().expect("has a line");
    *last = last.trim_end_matches(',').to_owned();
    lines.push("}.freeze".to_owned());
    lines
}

fn perl_constants(prefix: &str, all: &[Named]) -> Vec<String> {
    let mut lines = vec!["use constant {".to_owned()];
    lines.extend(all.iter().map(|(name, number)| format!("    {prefix}{name} => {number},")));
    lines.push("};".to_owned());
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

fn lua_table(table: &str, all: &[Named]) -> Vec<String> {
    let mut lines = vec![format!("local {table} = {{")];
    lines.extend(all.iter().map(|(name, number)| format!("    {name} = {number},")));
    lines.push("}".to_owned());
    lines
}
