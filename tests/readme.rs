//! The README is true: its C program compiles, runs against the sandbox and says what it should.
#![allow(missing_docs, reason = "a test program")]

mod support;

use support::c_program::{self, Linking, root, scratch_dir};
use support::sandbox::{self, Options, Sandbox};

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("the README is there")
}

/// The fenced blocks of `language`.
fn blocks(text: &str, language: &str) -> Vec<String> {
    text.split(&format!("```{language}\n"))
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_c_program_runs() {
    let programs = blocks(&readme(), "c");
    assert_eq!(programs.len(), 1);
    let source = scratch_dir().join("readme.c");
    std::fs::write(&source, &programs[0]).expect("target is writable");
    let program = c_program::compile(source.to_str().expect("a UTF-8 path"), Linking::Shared);

    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
    let environment = [
        ("CBJ_BASE_URL", base_url.as_str()),
        ("CBJ_IDENTITY_URL", identity_url.as_str()),
        ("CBJ_CLIENT_ID", "sandbox-client"),
        ("CBJ_CLIENT_SECRET", "sandbox-secret"),
    ];
    let found = c_program::run(&program, &[sandbox::FINISHED_WITH_EXCEPTION], &environment);
    assert_eq!(String::from_utf8_lossy(&found.stdout), "Finished with Exception: 4 objects failed\n");
    assert_eq!((found.status.code(), found.stderr.as_slice()), (Some(0), "".as_bytes()));

    let missing = c_program::run(&program, &[sandbox::UNKNOWN], &environment);
    assert_eq!((missing.status.code(), missing.stdout.as_slice()), (Some(1), "".as_bytes()));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("the answer holds no job"));

    let unconfigured = c_program::run(&program, &[sandbox::FINISHED], &[]);
    assert!(String::from_utf8_lossy(&unconfigured.stderr).contains("data_center is missing"));
}

/// The program after "IN SHORT" in the first comment of a header.
fn in_short(header: &str) -> String {
    let text = std::fs::read_to_string(root().join("include").join(header)).expect("the header is there");
    let rest = text.split("IN SHORT\n").nth(1).and_then(|rest| rest.split("RULES THAT").next()).expect("has a program");
    let lines = rest.lines().filter_map(|line| line.strip_prefix(" *     "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_programs_in_the_headers_run() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
    // Not the real service.
    let c = in_short("cloudbackupjobs.h").replace(
        "cbj_config_set_data_center(config, \"us\");",
        "cbj_config_set_base_url(config, argv[1]); cbj_config_set_identity_url(config, argv[2]);",
    );
    assert!(c.contains("argv[1]"), "{c}");
    let c = format!(
        "#include <stdio.h>\n#include \"cloudbackupjobs.h\"\nint main(int argc, char **argv) {{\n\
         const char *client_id = \"sandbox-client\", *client_secret = argc == 3 ? \"sandbox-secret\" : \"\";\n{c}return 0;\n}}\n"
    );
    let source = scratch_dir().join("in_short.c");
    std::fs::write(&source, c).expect("target is writable");
    let program = c_program::compile(source.to_str().expect("a UTF-8 path"), Linking::Shared);
    let output = c_program::run(&program, &[&base_url, &identity_url], &[]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "state 2, 0 failed\n");

    // A newcomer may have no C++ compiler; CI has.
    if std::env::var_os("CI").is_none() && !c_program::is_installed("g++") {
        return;
    }
    let source = scratch_dir().join("in_short.cpp");
    std::fs::write(&source, in_short("cloudbackupjobs.hpp")).expect("target is writable");
    let path = source.to_str().expect("a UTF-8 path");
    let program = c_program::compile_as("g++", &["-std=c++17"], path, Linking::Shared);
    let environment = [
        ("CBJ_BASE_URL", base_url.as_str()),
        ("CBJ_IDENTITY_URL", identity_url.as_str()),
        ("CBJ_CLIENT_ID", "sandbox-client"),
        ("CBJ_CLIENT_SECRET", "sandbox-secret"),
    ];
    let output = c_program::run(&program, &[], &environment);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Finished\n");
    let unconfigured = c_program::run(&program, &[], &[]);
    assert_eq!(unconfigured.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&unconfigured.stderr).contains("data_center is missing"));
}

#[test]
fn the_table_of_statuses_is_the_headers() {
    let header = std::fs::read_to_string(root().join("include/cloudbackupjobs.h")).expect("the header is there");
    let defined: Vec<String> = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define CBJ_ERROR_"))
        .map(|definition| format!("CBJ_ERROR_{definition}"))
        .collect();
    let listed: Vec<String> = readme()
        .lines()
        .filter_map(|line| line.strip_prefix("| `CBJ_ERROR_"))
        .map(|row| format!("CBJ_ERROR_{}", row.split('|').next().unwrap_or_default().replace('`', "").trim()))
        .collect();
    assert_eq!(listed, defined);
}

/// The options as the library knows them: their names, and whether they may be given as the path of a file.
fn options() -> Vec<(String, bool)> {
    let source = std::fs::read_to_string(root().join("src/config/options.rs")).expect("the table is there");
    let table = source.split("pub(super) const OPTIONS").nth(1).and_then(|rest| rest.split("\n};").next());
    let rows = table.expect("is there").split("option(").skip(2);
    rows.map(|row| {
        let name = row.split('"').nth(1).expect("has a name").to_owned();
        (name, row.split_once("Secret(").is_some())
    })
    .collect()
}

#[test]
fn the_table_of_options_is_the_librarys() {
    let (readme, header) = (readme(), support::c_header::Header::read());
    let section =
        readme.split("## Configuration").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("is there");
    let rows: Vec<Vec<&str>> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect();
    let names: Vec<String> = rows.iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    assert_eq!(names, options().iter().map(|(name, _)| name.clone()).collect::<Vec<_>>());
    for (row, (name, is_secret)) in rows.iter().zip(options()) {
        let variable = format!("`CBJ_{}`", name.to_ascii_uppercase());
        let expected = if is_secret { format!("{variable}, `..._FILE`") } else { variable.clone() };
        assert_eq!(row[1], expected, "{name}");
        for setter in row[2].split(", ").map(|setter| setter.trim_matches('`')) {
            assert!(header.function(&format!("cbj_config_set_{setter}")).is_some(), "{name}: no setter {setter}");
        }
        let text = support::c_header::text();
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
        assert!(is_there || setter == "log", "no option for {setter}");
    }
    // The defaults are those of the header.
    for (name, default) in [("timeout_ms", "30000"), ("connect_timeout_ms", "10000"), ("max_response_bytes", "8388608")]
    {
        let row = rows.iter().find(|row| row[0].contains(name)).expect("is there");
        assert_eq!(row[4], default);
    }
}

#[test]
fn every_test_program_and_folder_is_listed() {
    let readme = readme();
    for (folder, prefix) in [("tests", "tests/"), ("src", "src/")] {
        for entry in std::fs::read_dir(root().join(folder)).expect("is a folder") {
            let name = entry.expect("is readable").file_name().into_string().expect("UTF-8");
            let helps = matches!(name.as_str(), "support" | "certificates" | "c" | "lib.rs" | "secret.rs");
            assert!(helps || readme.contains(&format!("{prefix}{name}")), "README does not name {prefix}{name}");
        }
    }
}

#[test]
fn the_stated_rust_version_and_crate_count_are_those_of_the_manifest() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the manifest is there");
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("is stated");
    assert!(readme().contains(&format!("Rust ({} or newer)", version.trim_matches('"'))));
}
