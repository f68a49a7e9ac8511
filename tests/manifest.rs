//! `packaging/abi/manifest.json` says what the header declares, what its comments promise, and what the calls of
//! `tests/c/null_walk.c` show. Declarations in other languages are held against it, by `tests/languages/`.
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

/// Who owns a handle is in the types of the sources: what is borrowed, consumed or made.
#[test]
fn ownership_is_that_of_the_sources() {
    let sources: String = ["client", "config", "error", "job", "status"]
        .iter()
        .map(|file| std::fs::read_to_string(root().join(format!("src/ffi/{file}.rs"))).expect("sources are readable"))
        .collect();
    for function in Manifest::read().functions() {
        let after = sources.split(&format!("extern \"C\" fn {}(", function.name)).nth(1).expect("is defined");
        let list = after.split(['{']).next().expect("has a body");
        for parameter in &function.parameters {
            let rest = list.split(&format!("{}: ", parameter.name)).nth(1).expect("has the parameter");
            let rust: String = rest.chars().take_while(|c| *c != ',' && *c != ')').collect();
            let expected = match rust.as_str() {
                rust if rust.starts_with("Option<Box<") => Some("consumed"),
                rust if rust.contains("MaybeUninit<*mut cbj_") => Some("caller"),
                rust if rust.starts_with("Option<&") || rust == "*mut cbj_client" => Some("borrowed"),
                "*const c_char" if parameter.name == "json" => Some("borrowed"),
                "*const c_char" => Some("copied"),
                "cbj_log_fn" | "*mut c_void" => Some("kept"),
                _ => None,
            };
            assert_eq!(parameter.ownership.as_deref(), expected, "{}: {}: {rust}", function.name, parameter.name);
        }
        for parameter in &function.parameters {
            let entry = function.entry["parameters"].as_array().into_iter().flatten();
            let freed_by =
                entry.clone().find(|each| each["name"] == parameter.name).and_then(|each| each["freed_by"].as_str());
            let handle = parameter.type_name.strip_suffix(" **");
            assert_eq!(freed_by.map(str::to_owned), handle.map(|handle| format!("{handle}_free")), "{}", function.name);
        }
    }
}

/// What `tests/c/null_walk.c` expects of a call with NULL, and how the manifest calls it.
fn meaning(expectation: &str) -> &'static str {
    match expectation {
        "it_returns" => "nothing",
        "refused" | "no_client" | "no_job" | "only_an_error" => "refused",
        "no_text" | "no_count" | "no_time" | "no_hours" | "nothing_listed" | "no_state" | "no_http_status" | "no"
        | "neither_yes_nor_no" => "absent",
        _ => "accepted",
    }
}

#[test]
fn null_means_what_the_walk_shows() {
    let walk = std::fs::read_to_string(root().join("tests/c/null_walk.c")).expect("the walk is there");
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

#[test]
fn texts_have_an_owner_and_threads_are_those_of_the_comments() {
    let text = c_header::text();
    for function in Manifest::read().functions() {
        // The first text of the header has a program with calls; the declaration comes last.
        let (before, _) = text.rsplit_once(&format!("{}(", function.name)).expect("is declared");
        let comment = before.rsplit("/**").next().expect("has a comment");
        let returns = &function.entry["returns"];
        if function.return_type == "const char *" {
            let owner = returns["owner"].as_str().expect("a text has an owner");
            let is_static = comment.contains("static text, never NULL");
            assert_eq!(is_static, owner == "static", "{}", function.name);
            assert_eq!(returns["nullable"].as_bool(), Some(!is_static), "{}", function.name);
            assert!(is_static || function.parameters[0].name == owner, "{}: {owner}", function.name);
        }
        let expected = match comment.split("Threads: ").nth(1) {
            Some(said) if said.starts_with("one, while no other") => "exclusive",
            Some(said) if said.starts_with("one per configuration") => "one per configuration",
            Some(said) if said.starts_with("any") => "any",
            // Setters and accessors: what the comment of their handle says.
            None if function.name.starts_with("cbj_config_") => "one per configuration",
            None => "any",
            Some(said) => panic!("{}: Threads: {said}", function.name),
        };
        assert_eq!(function.threads, expected, "{}", function.name);
        let is_signal_safe = comment.contains("Async-signal-safe");
        assert_eq!(function.entry.get("signals").is_some(), is_signal_safe, "{}", function.name);
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
