//! The tables between "begin generated" and "end generated" are those of the header and of the sources.

use super::page::{self, Page};
use super::support::c_header::{self, Header};

#[test]
fn statuses() {
    let header = page::file("include/cloudbackupjobs.h");
    let defined: Vec<&str> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define "))
        .filter(|it| it.starts_with("CBJ_ERROR_"))
        .collect();
    let page = Page::read("docs/errors.md");
    let listed: Vec<String> = page.table("| status |").iter().map(|row| row[0].replace('`', "")).collect();
    assert_eq!(listed, defined);
}

/// The options as the library knows them: their names, and whether they may be given as the path of a file.
fn options() -> Vec<(String, bool)> {
    let source = page::file("src/config/options.rs");
    let table = source.split("pub(super) const OPTIONS").nth(1).and_then(|rest| rest.split("\n};").next());
    let rows = table.expect("is there").split("option(").skip(2);
    rows.map(|row| {
        let name = row.split('"').nth(1).expect("has a name").to_owned();
        (name, row.split_once("Secret(").is_some())
    })
    .collect()
}

#[test]
fn options_of_the_configuration() {
    let (page, header) = (Page::read("docs/configuration.md"), Header::read());
    let rows = page.table("| option |");
    let names: Vec<String> = rows.iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    assert_eq!(names, options().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
    for (row, (name, is_secret)) in rows.iter().zip(options()) {
        let variable = format!("`CBJ_{}`", name.to_ascii_uppercase());
        let expected = if is_secret { format!("{variable}, `..._FILE`") } else { variable.clone() };
        assert_eq!(row[1], expected, "{name}");
        for setter in row[2].split(", ").map(|setter| setter.trim_matches('`')) {
            assert!(header.function(&format!("cbj_config_set_{setter}")).is_some(), "{name}: no setter {setter}");
        }
        let text = c_header::text();
        for comment in ["cbj_config_load_env(", "cbj_config_load_file("] {
            let comment = text.split(comment).next().and_then(|before| before.rsplit("/**").next()).expect("is there");
            let spelling = if comment.contains("CBJ_DATA_CENTER") { variable.trim_matches('`') } else { &name };
            assert!(comment.contains(spelling), "the header does not name {spelling}");
        }
    }
    // Every setter belongs to a row, but for what cannot be written down.
    for function in &header.functions {
        let Some(setter) = function.name.strip_prefix("cbj_config_set_") else { continue };
        let is_there = rows.iter().any(|row| row[2].split(", ").any(|cell| cell.trim_matches('`') == setter));
        assert!(is_there || matches!(setter, "option" | "log"), "no option for {setter}");
    }
    // The defaults are those of the header.
    for (name, default) in [("timeout_ms", "30000"), ("connect_timeout_ms", "10000"), ("max_response_bytes", "8388608")]
    {
        let row = rows.iter().find(|row| row[0].contains(name)).expect("is there");
        assert_eq!(row[4], default);
    }
}
