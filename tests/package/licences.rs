//! The licences of what is linked in, for each target.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;

use super::packages::{made, unpacked};
use crate::support::c_program::root;

/// What cargo links into the library for a target.
pub fn linked(triple: &str) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "tree",
        "--locked",
        "--offline",
        "-e",
        "normal",
        "--prefix",
        "none",
        "--no-dedupe",
        "--target",
        triple,
    ]);
    let tree = cargo.current_dir(root()).output().expect("cargo starts");
    String::from_utf8(tree.stdout)
        .expect("is text")
        .lines()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ").replace(" v", " "))
        .filter(|each| !each.starts_with("cloudbackupjobs "))
        .collect()
}

#[test]
fn it_has_the_licences_of_every_crate() {
    let Some(made) = made() else { return };
    for package in unpacked(&made, "licences") {
        let triple = &package.target.triple;
        let documents = package.usr.join("share/doc/cloudbackupjobs");
        let licences = std::fs::read_to_string(documents.join("LICENCES-OF-WHAT-IS-LINKED-IN.txt")).expect("is there");
        let linked = linked(triple);
        assert!(linked.len() > 30);
        for each in &linked {
            assert!(licences.contains(&format!("  {each}\n")), "{triple}: no licence of {each}");
        }
        // Beside the crates: what zig links.
        assert!(licences.contains("LLVM libunwind"), "{triple}");
        assert_eq!(licences.contains("musl, the C library"), package.target.is_musl, "{triple}");
    }
}
