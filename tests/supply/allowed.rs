//! `deny.toml`: what it allows is what the packages list, and it refuses what it is there to refuse. Each forbidden crate is a
//! change in what `cargo metadata` says of the real ones.

use std::collections::BTreeSet;
use std::env;
use std::path::PathBuf;

use serde_json::{Value, json};
use toml::Table;

use super::command::{command, empty_folder, refuses, succeeds};
use crate::support::c_program::root;
use crate::support::targets;

/// A crate that is linked in and has neither a build script nor a second version.
const VICTIM: &str = "base64";
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

fn table(path: &str) -> Table {
    std::fs::read_to_string(root().join(path)).expect("is there").parse().expect("is TOML")
}

fn texts(value: &toml::Value) -> BTreeSet<&str> {
    value.as_array().expect("is a list").iter().map(|each| each.as_str().expect("is a text")).collect()
}

#[test]
fn the_licences_are_those_that_the_packages_list() {
    let (deny, about) = (table("deny.toml"), table("packaging/licences/about.toml"));
    assert_eq!(texts(&deny["licenses"]["allow"]), texts(&about["accepted"]));
}

#[test]
fn every_target_is_checked() {
    let deny = table("deny.toml");
    let checked = texts(&deny["graph"]["targets"]);
    for target in targets::rows() {
        assert!(checked.contains(target.triple.as_str()), "deny.toml does not check {}", target.triple);
    }
}

#[test]
fn every_crate_of_the_lock_file_is_from_crates_io_and_has_a_hash() {
    let lock = table("Cargo.lock");
    let packages = lock["package"].as_array().expect("is a list");
    assert!(packages.len() > 60);
    for package in packages.iter().filter(|package| package["name"].as_str() != Some("cloudbackupjobs")) {
        let text = |key: &str| package.get(key).and_then(toml::Value::as_str);
        assert_eq!(text("source"), Some(CRATES_IO), "{package:?}");
        assert!(text("checksum").is_some_and(|hash| hash.len() == 64), "{package:?}");
    }
}

/// What `cargo metadata` says, with a change; `cargo deny check` of it.
fn checked(name: &str, change: impl FnOnce(Value) -> Value) -> Option<std::process::Command> {
    if env::var_os("CBJ_TEST_SUPPLY").is_none() {
        eprintln!("left out: CBJ_TEST_SUPPLY=1 asks for what needs cargo-deny (.ci/supply)");
        return None;
    }
    let mut cargo = command("cargo");
    cargo.args(["metadata", "--locked", "--all-features", "--format-version", "1"]).current_dir(root());
    let metadata: Value = serde_json::from_str(&succeeds(&mut cargo)).expect("is JSON");
    let file: PathBuf = empty_folder(&format!("allowed-{name}")).join("metadata.json");
    std::fs::write(&file, change(metadata).to_string()).expect("target is writable");
    let mut deny = command("cargo-deny");
    deny.args(["--offline", "--color", "never", "--config"])
        .arg(root().join("deny.toml"))
        .arg("--metadata-path")
        .arg(file);
    deny.args(["check", "bans", "licenses", "sources"]).current_dir(root());
    Some(deny)
}

fn package<'a>(metadata: &'a mut Value, name: &str) -> &'a mut Value {
    let packages = metadata["packages"].as_array_mut().expect("is a list");
    packages.iter_mut().find(|package| package["name"] == name).expect("is among them")
}

/// The metadata with other texts in them. The id of a package names it in the graph, so it changes with source and name.
fn replaced(metadata: &Value, replacements: &[(String, String)]) -> Value {
    let mut text = metadata.to_string();
    for (old, new) in replacements {
        assert!(text.contains(old), "no {old} in the metadata");
        text = text.replace(old, new);
    }
    serde_json::from_str(&text).expect("is JSON")
}

#[test]
fn what_is_in_the_lock_file_is_allowed() {
    let Some(mut deny) = checked("all", |metadata| metadata) else { return };
    let output = super::command::run(&mut deny);
    assert!(output.status.success(), "{}", super::command::said(&output));
}

#[test]
fn another_licence_is_refused() {
    for licence in ["GPL-3.0-only", "MPL-2.0", "MIT AND LGPL-2.1-only"] {
        let Some(mut deny) = checked("licence", |mut metadata| {
            package(&mut metadata, VICTIM)["license"] = json!(licence);
            metadata
        }) else {
            return;
        };
        refuses(&mut deny, "failed to satisfy license requirements");
    }
}

#[test]
fn a_crate_from_elsewhere_is_refused() {
    for (source, message) in [
        ("registry+https://registry.example.com/index", "'registry' source not explicitly allowed"),
        (
            "git+https://example.com/repository?rev=1#1111111111111111111111111111111111111111",
            "'git' source not explicitly allowed",
        ),
    ] {
        let Some(mut deny) = checked("source", |mut metadata| {
            package(&mut metadata, VICTIM)["source"] = json!(source);
            replaced(&metadata, &[(format!("{CRATES_IO}#{VICTIM}@"), format!("{source}#{VICTIM}@"))])
        }) else {
            return;
        };
        refuses(&mut deny, message);
    }
}

/// One crate takes the place of another.
fn renamed(metadata: &Value, new: &str) -> Value {
    let ids = (format!("#{VICTIM}@"), format!("#{new}@"));
    replaced(metadata, &[(json!(VICTIM).to_string(), json!(new).to_string()), ids])
}

#[test]
fn a_forbidden_crate_is_refused() {
    let deny = table("deny.toml");
    let forbidden = deny["bans"]["deny"].as_array().expect("is a list");
    assert!(forbidden.len() > 10);
    for name in ["openssl-sys", "tokio", "aws-lc-sys"] {
        let Some(mut deny) = checked("forbidden", |metadata| renamed(&metadata, name)) else { return };
        refuses(&mut deny, "is explicitly banned");
    }
}

#[test]
fn a_second_version_is_refused() {
    let Some(mut deny) = checked("second", |metadata| renamed(&metadata, "memchr")) else { return };
    refuses(&mut deny, "found 2 duplicate entries for crate 'memchr'");
}

#[test]
fn a_build_script_that_nobody_has_read_is_refused() {
    let Some(mut deny) = checked("script", |mut metadata| {
        let targets = package(&mut metadata, "ring")["targets"].as_array().expect("is a list").clone();
        let script = targets.into_iter().find(|target| target["kind"][0] == "custom-build").expect("ring has one");
        package(&mut metadata, VICTIM)["targets"].as_array_mut().expect("is a list").push(script);
        metadata
    }) else {
        return;
    };
    refuses(&mut deny, "has a build script but is not allowed to have one");
}

#[test]
fn a_dependency_without_a_version_is_refused() {
    let Some(mut deny) = checked("wildcard", |mut metadata| {
        let own = package(&mut metadata, "cloudbackupjobs")["dependencies"].as_array_mut().expect("is a list");
        own.iter_mut().find(|dependency| dependency["name"] == VICTIM).expect("is one")["req"] = json!("*");
        metadata
    }) else {
        return;
    };
    refuses(&mut deny, "wildcard dependency for crate 'cloudbackupjobs'");
}
