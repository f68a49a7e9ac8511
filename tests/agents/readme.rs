//! What `examples/agents/README.md` shows of the plugin is what the plugin prints.

use super::build::plugin;
use super::support::c_program::{self, root};
use super::support::sandbox::{Options, Sandbox};

/// The text without what differs from run to run: how long ago something was, ids, the sandbox's port.
fn lasting(text: &str) -> String {
    let mut kept = text.to_owned();
    for (from, to) in [
        ("ended ", " ago"),
        ("age'=", "s;"),
        ("age=", ";"),
        ("age=", ","),
        ("Request id ", "\n"),
        ("Trace id ", "\n"),
        ("127.0.0.1:", "/"),
    ] {
        let mut rest = kept.as_str();
        let mut done = String::new();
        while let Some((before, after)) = rest.split_once(from) {
            done += before;
            done += from;
            let end = after.find(to).filter(|end| *end < 80).unwrap_or(0);
            rest = &after[end..];
        }
        kept = done + rest;
    }
    kept
}

#[test]
fn the_plugins_output_is_what_the_readme_shows() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
    let environment = [
        ("TZ", "UTC"),
        ("CBJ_BASE_URL", base_url.as_str()),
        ("CBJ_IDENTITY_URL", identity_url.as_str()),
        ("CBJ_CLIENT_ID", "sandbox-client"),
        ("CBJ_CLIENT_SECRET", "sandbox-secret"),
    ];
    let readme = std::fs::read_to_string(root().join("examples/agents/README.md")).expect("is there");
    let shown: Vec<(&str, &str)> = readme
        .split("```text\n$ check_cloudbackup_job ")
        .skip(1)
        .map(|rest| rest.split_once('\n').expect("a command and its output"))
        .collect();
    assert_eq!(shown.len(), 7);
    for (arguments, rest) in shown {
        let expected = rest.split("```").next().expect("ends");
        let output = c_program::run(plugin(), &arguments.split(' ').collect::<Vec<_>>(), &environment);
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(lasting(&printed), lasting(expected), "{arguments}");
    }
}

#[test]
fn the_tables_of_verdicts_are_those_of_the_source() {
    let readme = std::fs::read_to_string(root().join("examples/agents/README.md")).expect("is there");
    let source = std::fs::read_to_string(root().join("examples/agents/shared/verdicts.c")).expect("is there");
    let table = source.split("jc_failures[JC_FAILURES] = {").nth(1).and_then(|rest| rest.split("};").next());
    for row in table.expect("is there").lines().filter(|row| row.contains('"')) {
        let name = row.split('"').nth(1).expect("has a name");
        let verdict = row.rsplit("JC_").next().expect("has a verdict").trim_end_matches(['}', ',']);
        let line = readme.lines().find(|line| line.starts_with("| ") && line.contains(&format!("`{name}`")));
        let cells: Vec<&str> = line.unwrap_or_else(|| panic!("no row for {name}")).split('|').collect();
        assert!(cells[5].trim().starts_with(verdict), "{name}: {cells:?}");
    }
}
