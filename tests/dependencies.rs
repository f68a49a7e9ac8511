//! The dependencies are as few, and as old-fashioned, as docs/dependencies.md and the manifest say.
#![allow(missing_docs, reason = "a test program")]

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments)
        .output()
        .expect("cargo is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn crates(features: &[&str]) -> BTreeSet<String> {
    crates_along("normal", features)
}

/// Those that are reached by these kinds of dependency.
fn crates_along(edges: &str, features: &[&str]) -> BTreeSet<String> {
    let tree = ["tree", "--locked", "--edges", edges, "--prefix", "none", "--no-dedupe", "--format", "{p}"];
    let tree = cargo(&[&tree, features].concat());
    tree.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn without_features_the_library_stays_at_34_crates() {
    let (light, whole) = (crates(&["--no-default-features"]), crates(&[]));
    assert!(light.len() <= 34, "{} crates: {light:#?}", light.len());
    let page = include_str!("../docs/dependencies.md");
    let counts = [
        format!("`cargo tree -e normal` counts {} crates, this one included.", whole.len()),
        format!("(`--no-default-features`) it counts {}.", light.len()),
        format!(
            "`certificate`, {} crates",
            crates(&["--no-default-features", "-F", "certificate"]).len() - light.len()
        ),
        format!(
            "`system-trust`, {} crates",
            crates(&["--no-default-features", "-F", "system-trust"]).len() - light.len()
        ),
    ];
    for count in counts {
        assert!(page.contains(&count), "docs/dependencies.md does not say {count}");
    }
}

/// Who installs the library compiles nothing that only the generator needs.
#[test]
fn the_build_script_needs_no_crate() {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--locked", "--no-deps", "--format-version", "1"])).expect("is JSON");
    let dependencies = metadata["packages"][0]["dependencies"].as_array().expect("is a list");
    let of_the_build: Vec<&Value> = dependencies.iter().filter(|each| each["kind"] == "build").collect();
    assert!(of_the_build.is_empty(), "{of_the_build:?}");
    let compiled = crates_along("normal,build", &[]);
    for tool in ["cbindgen ", "toml ", "clap "] {
        assert!(!compiled.iter().any(|each| each.starts_with(tool)), "{tool}is compiled by who installs the library");
    }
}

#[test]
fn no_dependency_wants_a_newer_rust() {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--locked", "--format-version", "1"])).expect("is JSON");
    let packages = metadata["packages"].as_array().expect("is a list");
    let version = |package: &Value| -> Option<Vec<u32>> {
        package["rust_version"].as_str()?.split('.').map(|part| part.parse().ok()).collect()
    };
    let own = packages.iter().find(|package| package["name"] == "cloudbackupjobs").expect("is among them");
    let own = version(own).expect("the manifest states one");
    for package in packages {
        assert!(
            version(package).is_none_or(|wanted| wanted <= own),
            "{} wants {:?}",
            package["name"],
            version(package)
        );
    }
    assert!(packages.len() > 30);
}

#[test]
fn every_dependency_has_its_line_in_the_documents() {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--locked", "--no-deps", "--format-version", "1"])).expect("is JSON");
    let page = include_str!("../docs/dependencies.md");
    let table = page.split("| crate | why |").nth(1).expect("is there");
    for dependency in metadata["packages"][0]["dependencies"].as_array().expect("is a list") {
        let name = dependency["name"].as_str().expect("has a name");
        assert!(table.contains(name), "docs/dependencies.md does not say why {name} is needed");
    }
}
