//! The dependencies are as few, and as old-fashioned, as the README and the manifest say.
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
    let tree = ["tree", "--locked", "--edges", "normal", "--prefix", "none", "--no-dedupe", "--format", "{p}"];
    let tree = cargo(&[&tree, features].concat());
    tree.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn without_features_the_library_stays_at_36_crates() {
    let (light, whole) = (crates(&["--no-default-features"]), crates(&[]));
    assert!(light.len() <= 36, "{} crates: {light:#?}", light.len());
    let readme = include_str!("../README.md");
    let counts = [
        format!("`cargo tree -e normal` counts {} crates, this one included; {} of them", whole.len(), light.len()),
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
        assert!(readme.contains(&count), "README does not say {count}");
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
fn every_run_time_dependency_has_its_line_in_the_readme() {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--locked", "--no-deps", "--format-version", "1"])).expect("is JSON");
    let readme = include_str!("../README.md");
    let section = readme.split("## Dependencies").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("is there");
    for dependency in metadata["packages"][0]["dependencies"].as_array().expect("is a list") {
        let name = dependency["name"].as_str().expect("has a name");
        assert!(section.contains(name), "README does not say why {name} is needed");
    }
}
