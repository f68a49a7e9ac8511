//! The documents are true: their programs compile, run and say what they should, their links lead somewhere, and their
//! tables are those of the sources. `.ci/readme` runs their commands.
#![allow(missing_docs, reason = "a test program")]

mod headers;
mod links;
mod page;
mod programs;
#[path = "../support/mod.rs"]
mod support;
mod tables;

use page::Page;

const MOST_LINES_OF_README: usize = 150;

#[test]
fn a_newcomer_finishes_the_readme() {
    let lines = Page::read("README.md").text.lines().count();
    assert!(lines <= MOST_LINES_OF_README, "{lines} lines");
}

#[test]
fn the_readme_links_every_page() {
    let readme = Page::read("README.md");
    let linked: Vec<&str> = readme.links().collect();
    let pages = page::all();
    let documents: Vec<&Page> = pages.iter().filter(|page| page.path.starts_with("docs/")).collect();
    assert!(documents.len() >= 10);
    for page in documents {
        let is_linked = linked.iter().any(|link| link.split('#').next() == Some(&page.path));
        assert!(is_linked, "README does not link {}", page.path);
    }
}

#[test]
fn it_says_who_made_it_and_for_what() {
    let readme = Page::read("README.md").text;
    let (beginning, _) = readme.split_once("\n## ").expect("has sections");
    assert!(beginning.contains("ot affiliated with AvePoint"));
    for system in ["Linux", "x86-64", "glibc"] {
        assert!(beginning.contains(system), "the beginning does not name {system}");
    }
}

#[test]
fn the_stated_rust_version_is_that_of_the_manifest() {
    let manifest = page::file("Cargo.toml");
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("is stated");
    let stated = format!("Rust {} or newer", version.trim_matches('"'));
    for page in ["README.md", "docs/platforms.md"] {
        assert!(Page::read(page).text.contains(&stated), "{page} does not say {stated}");
    }
}

#[test]
fn every_test_program_and_every_room_is_listed() {
    for (folder, page) in [("tests", "docs/testing.md"), ("src", "docs/design.md")] {
        let text = Page::read(page).text;
        for entry in std::fs::read_dir(support::c_program::root().join(folder)).expect("is a folder") {
            let name = entry.expect("is readable").file_name().into_string().expect("UTF-8");
            let helps = matches!(name.as_str(), "support" | "certificates" | "c" | "lib.rs" | "secret.rs");
            assert!(helps || text.contains(&format!("{folder}/{name}")), "{page} does not name {folder}/{name}");
        }
    }
}
