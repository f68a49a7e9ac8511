//! The man pages, which `packaging/reference` writes from the header's comments: there is one for everything that is
//! declared, no word of a comment is lost, mandoc accepts them, and a reader finds the usual sections.
//!
//! Needs python3, mandoc and groff; where one is not installed, the tests are left out, except in CI.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use support::c_header::{self, Header, is_identifier};
use support::c_program::{is_installed, root, scratch_dir};

fn is_left_out() -> bool {
    let is_missing = |program: &&str| !is_installed(program);
    let missing = ["mandoc", "groff", "python3"].into_iter().find(is_missing).filter(|_| env::var_os("CI").is_none());
    if let Some(program) = missing {
        eprintln!("left out: {program} is not installed");
    }
    missing.is_some()
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

/// A page as a reader sees it.
fn rendered(name: &str) -> &'static str {
    static TEXTS: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        names().into_iter().chain(["cloudbackupjobs".to_owned()]).map(|name| (name.clone(), render(&name))).collect()
    });
    &TEXTS[name]
}

fn render(name: &str) -> String {
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
        let shown = words(rendered(&function.name));
        for word in words(&comment) {
            assert!(shown.contains(&word), "{}: {word}", function.name);
        }
    }
    let first = text.split("*/").next().expect("begins with a comment").split("IN SHORT").nth(1).expect("has it");
    let shown = words(rendered("cloudbackupjobs"));
    // The overview has an index of its own, by subject.
    let (program, rest) = first.split_once("TO DO THIS, CALL THAT").expect("has an index");
    let (_, rules) = rest.split_once("RULES THAT HOLD EVERYWHERE").expect("has rules");
    for word in words(&format!("{program}{rules}")) {
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

/// The text of a section, or None where the page has no such section.
fn section(name: &str, title: &str) -> Option<String> {
    let page = rendered(name);
    let (_, rest) = page.split_once(&format!("\n{title}\n"))?;
    // Titles begin at the margin, text does not.
    Some(rest.lines().take_while(|line| line.is_empty() || line.starts_with(' ')).collect::<Vec<_>>().join("\n"))
}

#[test]
fn every_page_leads_on_and_every_result_is_explained() {
    if is_left_out() {
        return;
    }
    let text = c_header::text();
    for name in names() {
        assert!(section(&name, "SEE ALSO").is_some_and(|others| others.contains("cloudbackupjobs(3)")), "{name}");
    }
    for function in Header::read().functions {
        let (before, _) = text.rsplit_once(&format!("{}(", function.name)).expect("is declared");
        let is_void = before.ends_with("\nvoid ");
        let returns = section(&function.name, "RETURN VALUES");
        assert_eq!(returns.is_none(), is_void, "{}: {returns:?}", function.name);
        if function.name.starts_with("cbj_config_set_") {
            let returns = returns.expect("is there");
            assert!(returns.contains("CBJ_OK") && returns.contains("CBJ_ERROR_INVALID_ARGUMENT"), "{returns}");
        }
    }
}

#[test]
fn the_pages_of_the_main_functions_have_the_headers_program() {
    if is_left_out() {
        return;
    }
    let first = c_header::text();
    let program = first
        .split("*/")
        .next()
        .and_then(|text| text.split("IN SHORT").nth(1))
        .and_then(|text| text.split("TO DO THIS").next());
    let program = program.expect("has a program");
    let program: Vec<&str> = program.lines().filter_map(|line| line.strip_prefix(" *     ")).collect();
    assert!(program.len() > 10);
    for name in [
        "cloudbackupjobs",
        "cbj_client_new",
        "cbj_client_summarize_jobs",
        "cbj_query_new",
        "cbj_error_message",
        "cbj_summary",
    ] {
        let example = section(name, "EXAMPLES").unwrap_or_else(|| panic!("{name} has no example"));
        for line in &program {
            assert!(example.contains(line.trim()), "{name}: {line}");
        }
    }
}

#[test]
fn environment_variables_have_a_section() {
    if is_left_out() {
        return;
    }
    let text = c_header::text();
    let (before, _) = text.rsplit_once("cbj_config_load_env(").expect("is declared");
    let comment = words(before.rsplit("/**").next().expect("has a comment"));
    let variables: Vec<&String> = comment
        .iter()
        .filter(|word| word.starts_with("CBJ_") && *word != "CBJ_OK" && !word.starts_with("CBJ_ERROR_"))
        .collect();
    assert!(variables.len() > 15);
    for page in ["cbj_config_load_env", "cloudbackupjobs"] {
        let environment = section(page, "ENVIRONMENT").expect("is there");
        let listed: BTreeSet<&str> = environment.lines().map(str::trim).collect();
        for variable in &variables {
            let is_listed = listed.iter().any(|line| line.split([' ', ',']).next() == Some(variable.as_str()));
            assert!(is_listed, "{page}: {variable}");
        }
    }
    let proxies = ["HTTPS_PROXY", "https_proxy", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy"];
    let certificates = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    for (page, expected) in [
        ("cbj_config_set_proxy", &proxies[..]),
        ("cbj_client_new", &proxies[..]),
        ("cloudbackupjobs", &proxies[..]),
        ("cbj_config_set_trust", &certificates[..]),
        ("cloudbackupjobs", &certificates[..]),
    ] {
        let environment = words(&section(page, "ENVIRONMENT").expect("is there"));
        for variable in expected {
            assert!(environment.iter().any(|word| word == variable), "{page}: {variable}");
        }
    }
}

#[test]
fn the_overview_lists_everything_by_subject() {
    if is_left_out() {
        return;
    }
    let list = section("cloudbackupjobs", "FUNCTIONS AND TYPES").expect("is there");
    let mut subject = "";
    let mut listed: Vec<(&str, String)> = Vec::new();
    for line in list.lines() {
        // A title of a subject is indented less than what stands under it.
        if line.starts_with("   ") && !line.starts_with("     ") {
            subject = line.trim();
        } else if let Some((name, _)) = line.trim().split_once("(3)").filter(|(name, _)| name.starts_with("cbj_")) {
            listed.push((subject, name.to_owned()));
        }
    }
    let mut found: Vec<String> = listed.iter().map(|(_, name)| name.clone()).collect();
    let mut expected = names();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    for (name, subject) in [
        ("cbj_config_set_proxy", "Configuration"),
        ("cbj_log_fn", "Configuration"),
        ("cbj_client_get_job", "Client"),
        ("cbj_job_state", "Job"),
        ("cbj_query_set_state", "Query"),
        ("cbj_job_iter_next", "List of jobs"),
        ("cbj_job_type_name", "Numbers and their names"),
        ("cbj_error_message", "Error"),
        ("cbj_state_is_terminal", "Numbers and their names"),
        ("cbj_log_level", "Numbers and their names"),
        ("cbj_version", "Library"),
    ] {
        assert!(listed.contains(&(subject, name.to_owned())), "{name}: {listed:?}");
    }
    let mut subjects: Vec<&str> = listed.iter().map(|(subject, _)| *subject).collect();
    subjects.dedup();
    let position = |subject: &str| subjects.iter().position(|each| *each == subject);
    assert!(position("Configuration") < position("Client") && position("Client") < position("Job"), "{subjects:?}");
    assert!(position("Job") < position("Error") && position("Error") < position("Numbers and their names"));
}

/// The clocks of these two time zones are 26 hours apart, so their days always differ. POSIX defines them: no file is needed.
#[test]
fn the_date_is_that_of_the_commit_in_every_time_zone() {
    if is_left_out() {
        return;
    }
    let date = |zone: &str| {
        let folder = scratch_dir().join(format!("dated/{zone}"));
        let mut reference = Command::new(root().join("packaging/reference"));
        succeeds(reference.arg(&folder).env("TZ", zone).env_remove("SOURCE_DATE_EPOCH"));
        let page = std::fs::read_to_string(folder.join("man3/cbj_client.3")).expect("was written");
        page.lines().find_map(|line| line.strip_prefix(".Dd ")).expect("has a date").to_owned()
    };
    let dates = ["UTC+12", "UTC-14"].map(date);
    assert_eq!(dates[0], dates[1]);
    if root().join(".git").exists() {
        let mut git = Command::new("git");
        git.args(["log", "-1", "--format=%cd", "--date=format-local:%B %-d, %Y"]).current_dir(root());
        assert_eq!(dates[0], succeeds(git.env("TZ", "UTC").env("LC_ALL", "C")).trim());
    }
}

/// groff is what `man` uses on Linux; mandoc does not have this title of its own.
#[test]
fn no_page_names_another_system() {
    if is_left_out() {
        return;
    }
    for name in ["cloudbackupjobs", "cbj_client_get_job"] {
        let mut groff = Command::new("groff");
        let text = succeeds(groff.args(["-mdoc", "-T", "ascii", "-P", "-c"]).arg(pages().join(format!("{name}.3"))));
        let edges =
            [text.lines().next(), text.trim_end().lines().last()].map(|line| line.expect("is there").to_owned());
        assert!(edges[0].contains("Library Functions Manual") && !edges[0].contains("BSD"), "{edges:?}");
        assert!(edges[1].contains(concat!("cloudbackupjobs ", env!("CARGO_PKG_VERSION"))), "{edges:?}");
    }
}
