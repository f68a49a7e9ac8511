//! The man pages, which `packaging/reference` writes of the header's comments: one for everything that is declared,
//! nothing of a comment lost, without a warning of mandoc, and as pages for a browser.
//!
//! Wants python3 and mandoc; outside CI they are left out where mandoc is not installed.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

mod support;

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use support::c_header::{self, Header, is_identifier};
use support::c_program::{is_installed, root, scratch_dir};

fn is_left_out() -> bool {
    let left_out = env::var_os("CI").is_none() && !(is_installed("mandoc") && is_installed("python3"));
    if left_out {
        eprintln!("left out: mandoc or python3 is not installed");
    }
    left_out
}

fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// The folder with the pages, written once.
fn pages() -> &'static PathBuf {
    static PAGES: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = scratch_dir().join("man");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).expect("target is writable");
        }
        succeeds(Command::new(root().join("packaging/reference")).arg(&folder));
        folder.join("man3")
    });
    &PAGES
}

/// What has a page: every function and every type.
fn names() -> Vec<String> {
    let header = Header::read();
    let types = header.typedefs.iter().map(|each| each.name.clone());
    types.chain(header.functions.iter().map(|each| each.name.clone())).collect()
}

#[test]
fn everything_that_the_header_declares_has_a_page() {
    if is_left_out() {
        return;
    }
    let entries = std::fs::read_dir(pages()).expect("is a folder");
    let written: BTreeSet<String> =
        entries.map(|entry| entry.expect("is readable").file_name().into_string().expect("UTF-8")).collect();
    let expected: BTreeSet<String> =
        names().into_iter().chain(["cloudbackupjobs".to_owned()]).map(|name| format!("{name}.3")).collect();
    assert_eq!(written, expected);
}

#[test]
fn mandoc_has_no_complaint_and_makes_pages_for_a_browser() {
    if is_left_out() {
        return;
    }
    for name in names().iter().map(String::as_str).chain(["cloudbackupjobs"]) {
        let page = pages().join(format!("{name}.3"));
        // Its warnings and errors; "style" would be a matter of OpenBSD's own tree.
        let lint = succeeds(Command::new("mandoc").args(["-T", "lint", "-W", "warning"]).arg(&page));
        assert_eq!(lint, "", "{name}");
        let html = succeeds(Command::new("mandoc").args(["-T", "html", "-O", "man=%N.html"]).arg(&page));
        assert!(html.contains("<h1") && html.contains(name), "{name}");
        // Links lead to pages that are there.
        for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split(".html\"").next()) {
            if !link.contains(['#', ':', '<']) {
                assert!(pages().join(format!("{link}.3")).is_file(), "{name}: {link}");
            }
        }
    }
}

/// The words of a text, whatever it is laid out like.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !is_identifier(c)).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// As a reader sees it.
fn rendered(name: &str) -> String {
    let page = pages().join(format!("{name}.3"));
    let text = succeeds(Command::new("mandoc").args(["-T", "ascii", "-O", "width=900"]).arg(page));
    // Bold is each letter twice, with a backspace between.
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '\u{8}' => _ = shown.pop(),
            other => shown.push(other),
        }
    }
    shown
}

#[test]
fn no_word_of_a_comment_is_lost() {
    if is_left_out() {
        return;
    }
    let text = c_header::text();
    for function in Header::read().functions {
        let (before, _) = text.rsplit_once(&format!("{}(", function.name)).expect("is declared");
        let comment = before.rsplit("/**").next().and_then(|rest| rest.split("*/").next()).expect("has a comment");
        // What begins a section is its title.
        let comment = comment.replace("Returns:", "RETURN VALUES").replace("Threads:", "THREADS");
        let comment = comment.replace("Service page:", "SERVICE PAGE");
        let shown = words(&rendered(&function.name));
        for word in words(&comment) {
            assert!(shown.contains(&word), "{}: {word}", function.name);
        }
    }
    let first = text.split("*/").next().expect("begins with a comment").split("IN SHORT").nth(1).expect("has it");
    let shown = words(&rendered("cloudbackupjobs"));
    for word in words(&first.replace("RULES THAT HOLD EVERYWHERE", "")) {
        assert!(shown.contains(&word), "cloudbackupjobs: {word}");
    }
}

#[test]
fn choices_list_their_numbers() {
    if is_left_out() {
        return;
    }
    for (choice, prefix) in [
        ("cbj_status", "CBJ_ERROR_"),
        ("cbj_state", "CBJ_STATE_"),
        ("cbj_trust", "CBJ_TRUST_"),
        ("cbj_log_level", "CBJ_LOG_"),
    ] {
        let shown = rendered(choice);
        for each in Header::read().macros.iter().filter(|each| each.name.starts_with(prefix)) {
            assert!(shown.contains(&format!("{} ({})", each.name, each.value)), "{choice}: {}", each.name);
        }
    }
}
