//! `packaging/targets`, the table that packages, wheels and tests read, and the command line of `packaging/target`.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::process::Command;

mod support;

use support::targets::{Row, rows};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/target");

#[test]
fn the_columns_of_a_line_agree() {
    let targets = rows();
    assert_eq!(targets.len(), targets.iter().map(|row| &row.triple).collect::<BTreeSet<_>>().len());
    for Row { triple, columns } in &targets {
        // Node's cpu, Debian's architecture, Debian's folder of libraries, and the end of the wheel's tag.
        let (cpu, deb, multiarch, wheel) = match triple.split('-').next() {
            Some("x86_64") => ("x64", "amd64", "x86_64-linux-gnu", "x86_64"),
            Some("aarch64") => ("arm64", "arm64", "aarch64-linux-gnu", "aarch64"),
            Some("armv7") => ("arm", "armhf", "arm-linux-gnueabihf", "armv7l"),
            Some("i686") => ("ia32", "i386", "i386-linux-gnu", "i686"),
            _ => panic!("{triple}: the test does not know the processor"),
        };
        let expected = if triple.contains("-linux-gnu") {
            ["linux", cpu, "glibc", deb, multiarch, &format!("manylinux2014_{wheel}")]
        } else if triple.ends_with("-linux-musl") {
            ["linux", cpu, "musl", "-", "-", &format!("musllinux_1_2_{wheel}")]
        } else {
            assert_eq!(triple, "x86_64-pc-windows-gnu");
            ["win32", cpu, "-", "-", "-", "win_amd64"]
        };
        assert_eq!(columns, &expected, "{triple}");
    }
}

#[test]
fn packaging_target_knows_every_target_of_the_table() {
    let script = fs::read_to_string(SCRIPT).expect("the script is there");
    for Row { triple, .. } in rows() {
        assert!(script.contains(&format!("\n    {triple})")), "{triple}");
    }
}

#[test]
fn an_unknown_target_and_a_missing_command_are_mistakes() {
    for (arguments, message) in [
        (&["sparc-sun-solaris", "true"][..], "unknown target sparc-sun-solaris"),
        (&["i686-unknown-linux-gnu"][..], "usage: packaging/target TRIPLE COMMAND"),
    ] {
        let output = Command::new(SCRIPT).args(arguments).output().expect("bash is there");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(stderr.contains(message), "{arguments:?}: {stderr}");
    }
}

/// docs/platforms.md says of every promise, for every target, whether it was tried there.
#[test]
fn every_promise_was_tried_or_not_on_every_target() {
    let page = include_str!("../docs/platforms.md");
    let (_, table) = page.split_once("\n| promise |").expect("has the table");
    let table = table.split("\n\n").next().unwrap_or_default();
    let rows: Vec<Vec<&str>> =
        table.lines().skip(2).map(|line| line.trim_matches('|').split('|').map(str::trim).collect()).collect();
    let bold = |line: &str| line.strip_prefix("| **")?.split_once(".**").map(|(name, _)| name.to_owned());
    let promises: Vec<String> = include_str!("../docs/promises.md").lines().filter_map(bold).collect();
    assert!(promises.len() > 10, "{promises:?}");
    assert_eq!(rows.iter().map(|row| row[0].to_owned()).collect::<Vec<_>>(), promises);
    for row in rows {
        assert_eq!(row.len(), 8, "{row:?}");
        for cell in &row[1..] {
            let word = cell.split([':', ' ']).next().unwrap_or_default();
            assert!(["run", "compiled", "not"].contains(&word), "{}: {cell:?}", row[0]);
        }
    }
}

#[test]
fn one_target_inside_another_is_alone_in_the_path() {
    if env::var_os("CI").is_none() && Command::new("cargo-zigbuild").arg("--version").output().is_err() {
        eprintln!("left out: cargo-zigbuild is missing (pip install cargo-zigbuild ziglang)");
        return;
    }
    // Programs of both targets run on this machine, so target-run runs a script.
    let output = Command::new(SCRIPT)
        .args(["x86_64-unknown-linux-gnu", "target-run", SCRIPT, "i686-unknown-linux-gnu", "target-run"])
        .args(["sh", "-c", "echo $PATH"])
        .output()
        .expect("bash is there");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let path = String::from_utf8(output.stdout).expect("PATH is UTF-8");
    let folders: Vec<_> =
        path.trim().split(':').filter_map(|folder| folder.split("target/cross/bin/").nth(1)).collect();
    assert_eq!(folders, ["i686-unknown-linux-gnu"]);
}
