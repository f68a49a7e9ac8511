//! `packaging/abi/manifest.json` says what the header declares, as cbindgen understands the sources, and what the calls of
//! `tests/c/null_walk.c` show. The generator makes it of the types and comments of the sources (`tests/generated/`).
#![allow(missing_docs, reason = "a test program has no interface")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::c_header::{self, Header};
use support::c_program::root;
use support::manifest::{Function, Manifest, Parameter};

#[test]
fn it_declares_what_the_header_declares() {
    let (manifest, header) = (Manifest::read(), Header::read());
    let listed: Vec<String> = manifest.functions().iter().map(declaration).collect();
    let code = c_header::without_comments(&c_header::text()).split_whitespace().collect::<Vec<_>>().join(" ");
    for declaration in &listed {
        assert!(code.contains(&format!(" {declaration};")), "the header has no {declaration}");
    }
    let names: Vec<String> = manifest.functions().into_iter().map(|function| function.name).collect();
    assert_eq!(names, header.functions.iter().map(|function| function.name.clone()).collect::<Vec<_>>());

    let numbers: BTreeMap<String, String> =
        manifest.choices().into_iter().map(|(name, number)| (name, number.to_string())).collect();
    let is_number = |value: &str| value.parse::<i64>().is_ok();
    let declared = header.macros.iter().filter(|each| is_number(&each.value) && !each.name.contains("_VERSION_"));
    assert_eq!(numbers, declared.map(|each| (each.name.clone(), each.value.clone())).collect());

    let mut types: BTreeSet<String> = BTreeSet::new();
    for kind in ["handles", "choices", "callbacks"] {
        types.extend(manifest.0[kind].as_object().expect("is an object").keys().cloned());
    }
    assert_eq!(types, header.typedefs.iter().map(|each| each.name.clone()).collect());
}

/// A function as C declares it.
fn declaration(function: &Function) -> String {
    let with_name = |type_name: &str, name: &str| {
        let blank = if type_name.ends_with('*') { "" } else { " " };
        format!("{type_name}{blank}{name}")
    };
    let parameters: Vec<String> =
        function.parameters.iter().map(|parameter| with_name(&parameter.type_name, &parameter.name)).collect();
    let list = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
    format!("{}({list})", with_name(&function.return_type, &function.name))
}

/// What the walk expects of a call with NULL, and how the manifest calls it.
fn meaning(expectation: &str) -> &'static str {
    match expectation {
        "it_returns" => "nothing",
        "refused" | "no_client" | "no_other" | "no_iter" | "no_summary" | "no_job" | "only_an_error" => "refused",
        "no_text" | "no_count" | "no_time" | "no_hours" | "nothing_listed" | "no_state" | "no"
        | "neither_yes_nor_no" | "no_type" | "no_job_inside" => "absent",
        _ => "accepted",
    }
}

#[test]
fn null_means_what_the_walk_shows() {
    let walk: String = ["tests/c/null_walk.c", "tests/c/null_walk_rows.h"]
        .iter()
        .map(|path| std::fs::read_to_string(root().join(path)).expect("the walk is there"))
        .collect();
    let manifest = Manifest::read();
    let mut walked = BTreeSet::new();
    for row in walk.lines().filter_map(|line| line.trim_start().strip_prefix("NULL_ROW(cbj_")) {
        let cells: Vec<&str> = row.splitn(4, ", ").collect();
        let function = manifest.function(&format!("cbj_{}", cells[0]));
        let parameter = &function.parameters[cells[1].parse::<usize>().expect("the number of a parameter")];
        // The status of no error is the one that an invalid argument has.
        let shown = if function.name == "cbj_error_status" { "absent" } else { meaning(cells[2]) };
        assert_eq!(parameter.null.as_deref(), Some(shown), "{}: {}", function.name, parameter.name);
        walked.insert((function.name, parameter.name.clone()));
    }
    for function in manifest.functions() {
        for Parameter { name, null, .. } in &function.parameters {
            assert_eq!(
                null.is_some(),
                walked.contains(&(function.name.clone(), name.clone())),
                "{}: {name}",
                function.name
            );
        }
    }
}

/// A version of a release or of the one in the making, for whatever has one; nothing is newer than the library.
#[test]
fn everything_names_the_version_that_introduced_it() {
    fn walk(value: &serde_json::Value, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                found.extend(members.get("since").and_then(|since| since.as_str()).map(str::to_owned));
                members.iter().filter(|(name, _)| *name != "meanings").for_each(|(_, member)| walk(member, found));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let manifest = Manifest::read();
    let mut found = Vec::new();
    walk(&manifest.0, &mut found);
    let number =
        |version: &str| -> Vec<u32> { version.split('.').map(|part| part.parse().expect("a number")).collect() };
    for since in &found {
        assert!(number(since) <= number(env!("CARGO_PKG_VERSION")), "since {since}");
    }
    let kinds = ["handles", "choices", "callbacks", "constants"];
    let others: usize = kinds.iter().map(|kind| manifest.0[*kind].as_object().expect("is an object").len()).sum();
    assert_eq!(found.len(), manifest.functions().len() + others);
    assert!(manifest.functions().iter().all(|function| function.since.contains('.')));
}
