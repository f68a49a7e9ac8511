//! The rooms of `src/` depend on each other in one direction only: no two files, and no two rooms, need each other.
#![allow(missing_docs, reason = "a test program has no interface")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use support::c_program::root;

type Graph = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_two_files_need_each_other() {
    assert_eq!(circle(&files()), None);
}

#[test]
fn no_two_rooms_need_each_other() {
    let room = |module: &str| module.split("::").next().unwrap_or_default().to_owned();
    let mut rooms = Graph::new();
    for (module, needs) in files() {
        let others = needs.iter().map(|needed| room(needed)).filter(|other| *other != room(&module));
        rooms.entry(room(&module)).or_default().extend(others);
    }
    assert!(rooms["ffi"].contains("client") && rooms["client"].contains("http"), "{rooms:?}");
    assert_eq!(circle(&rooms), None);
}

/// The doors of the fuzz targets are in files of their own, and no other file opens one: a program must not need them.
#[test]
fn only_the_fuzz_targets_know_their_doors() {
    let mut sources = BTreeMap::new();
    collect(&root().join("src"), &root().join("src"), &mut sources);
    let is_door = |module: &str| module == "fuzzing" || module.ends_with("::fuzzing");
    let (doors, others): (Vec<_>, Vec<_>) = sources.iter().partition(|(module, _)| is_door(module));
    assert!(doors.len() > 5, "{doors:?}");
    for (module, (text, _)) in others {
        let lines = text.lines().collect::<Vec<_>>();
        for (number, line) in
            lines.iter().enumerate().filter(|(_, line)| line.contains("fuzzing::") || line.ends_with("mod fuzzing;"))
        {
            let before = lines[..number].iter().rev().take(2).any(|line| *line == "#[cfg(fuzzing)]");
            assert!(before, "src/{}.rs: {line}", module.replace("::", "/"));
        }
    }
}

/// What a system is asked for, and which system it is, stands in `src/sys` alone.
#[test]
fn no_room_but_sys_knows_which_system_it_runs_on() {
    let mut sources = BTreeMap::new();
    collect(&root().join("src"), &root().join("src"), &mut sources);
    let asks = |text: &str| {
        let words = [
            "cfg(unix",
            "cfg(windows",
            "cfg!(unix",
            "cfg!(windows",
            "target_os",
            "target_family",
            "std::os::",
            "libc::",
            "windows_sys",
        ];
        words.into_iter().find(|word| text.contains(word))
    };
    let mut those_that_ask = BTreeSet::new();
    for (module, (text, _)) in &sources {
        match asks(text) {
            Some(_) if module.starts_with("sys::") || module == "sys" => drop(those_that_ask.insert(module.clone())),
            found => assert_eq!(found, None, "src/{}.rs", module.replace("::", "/")),
        }
    }
    assert!(those_that_ask.contains("sys::windows::poll") && those_that_ask.contains("sys::unix::poll"));
}

#[test]
fn a_circle_is_found() {
    let graph = |arrows: &[(&str, &str)]| {
        let mut graph = Graph::new();
        for (from, to) in arrows {
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
        }
        graph
    };
    assert_eq!(circle(&graph(&[("a", "b"), ("b", "c"), ("a", "c")])), None);
    let found = circle(&graph(&[("a", "b"), ("b", "c"), ("c", "b")])).expect("there is one");
    assert_eq!(found, ["b", "c"]);
}

/// Which file needs which, by their `use` lines. A folder's own file and the files in the folder count as one, because
/// the folder's file names the others.
fn files() -> Graph {
    let source = root().join("src");
    let mut modules = BTreeMap::new();
    collect(&source, &source, &mut modules);
    let mut graph = Graph::new();
    for (module, (text, is_folder)) in &modules {
        let needs = graph.entry(module.clone()).or_default();
        for path in used_paths(text) {
            let Some(path) = absolute(module, *is_folder, &path) else { continue };
            let Some(needed) = longest(&path, |known| modules.contains_key(known)) else { continue };
            let related = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}::"));
            if !related(module, &needed) && !related(&needed, module) {
                needs.insert(needed);
            }
        }
    }
    graph
}

fn collect(source: &Path, folder: &Path, modules: &mut BTreeMap<String, (String, bool)>) {
    for entry in std::fs::read_dir(folder).expect("is a folder") {
        let path = entry.expect("can be read").path();
        if path.is_dir() {
            collect(source, &path, modules);
            continue;
        }
        let inside = path.strip_prefix(source).expect("is inside").with_extension("");
        let names: Vec<String> =
            inside.iter().map(|name| name.to_string_lossy().into_owned()).filter(|name| name != "mod").collect();
        let text = std::fs::read_to_string(&path).expect("is text");
        // Unit tests may use every room.
        let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
        let is_folder = path.ends_with("mod.rs") || path.with_extension("").is_dir();
        modules.insert(names.join("::"), (text, is_folder));
    }
}

/// The paths in the `use` lines of a file, one for each name in braces.
fn used_paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for part in text
        .split("\nuse ")
        .skip(1)
        .chain(text.split("\npub use ").skip(1))
        .chain(text.split("\npub(crate) use ").skip(1))
    {
        let line: String = part.split(';').next().unwrap_or_default().split_whitespace().collect();
        match line.split_once('{') {
            Some((before, names)) => {
                let names = names.trim_end_matches('}');
                paths.extend(names.split(',').filter(|name| !name.is_empty()).map(|name| format!("{before}{name}")));
            }
            None => paths.push(line),
        }
    }
    paths
}

/// The path from the root of the crate. `None` for a path of another crate.
fn absolute(module: &str, is_folder: bool, path: &str) -> Option<String> {
    if let Some(path) = path.strip_prefix("crate::") {
        return Some(path.to_owned());
    }
    let mut at: Vec<&str> = module.split("::").collect();
    let mut rest = path;
    while let Some(above) = rest.strip_prefix("super::") {
        at.pop();
        rest = above;
    }
    if rest == path && !is_folder {
        return None;
    }
    at.push(rest);
    Some(at.join("::"))
}

fn longest(path: &str, is_known: impl Fn(&str) -> bool) -> Option<String> {
    let mut path = path;
    loop {
        if is_known(path) {
            return Some(path.to_owned());
        }
        path = path.rsplit_once("::")?.0;
    }
}

/// The members of a circle, if there is one. They are what is left after removing, again and again, everything that
/// needs nothing or that nothing needs.
fn circle(graph: &Graph) -> Option<Vec<String>> {
    let mut left: BTreeSet<&String> = graph.keys().collect();
    loop {
        let is_between = |module: &&String| {
            let needs = graph[*module].iter().any(|needed| left.contains(needed));
            let is_needed = left.iter().any(|other| graph[*other].contains(*module));
            needs && is_needed
        };
        let between: BTreeSet<&String> = left.iter().copied().filter(is_between).collect();
        if between.len() == left.len() {
            break;
        }
        left = between;
    }
    (!left.is_empty()).then(|| left.into_iter().cloned().collect())
}
