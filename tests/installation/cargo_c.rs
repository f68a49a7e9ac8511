//! The tree that `cargo cinstall` makes is the one that `packaging/install` makes, except for what cargo-c cannot do.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tree::{LIBRARY_FOLDER, install_target, installed, packed, succeeds};
use crate::support::c_program::scratch_dir;

/// Every file by its path under `folder`: the target of a link, or `None`.
fn files(folder: &Path, under: &Path, found: &mut BTreeMap<PathBuf, Option<PathBuf>>) {
    for entry in fs::read_dir(folder.join(under)).expect("is a folder") {
        let path = under.join(entry.expect("is readable").file_name());
        let link = fs::read_link(folder.join(&path)).ok();
        if link.is_none() && folder.join(&path).is_dir() {
            files(folder, &path, found);
        } else {
            found.insert(path, link);
        }
    }
}

fn tree_of(folder: &Path) -> BTreeMap<PathBuf, Option<PathBuf>> {
    let mut found = BTreeMap::new();
    files(folder, Path::new(""), &mut found);
    found
}

fn lines(mut command: Command, with: &str) -> Vec<String> {
    succeeds(&mut command).lines().filter(|line| line.contains(with)).map(str::to_owned).collect()
}

#[test]
fn cargo_c_makes_the_same_tree() {
    if std::env::var_os("CBJ_TEST_CARGO_C").is_none() {
        eprintln!("left out: CBJ_TEST_CARGO_C=1 compares with what cargo-c makes");
        return;
    }
    let ours = installed().expect("CBJ_TEST_INSTALL=1 or CI=true").prefix.clone();
    let theirs = scratch_dir().join("cargo_c");
    if theirs.exists() {
        fs::remove_dir_all(&theirs).expect("target is writable");
    }
    let mut cargo = Command::new("cargo");
    cargo.args(["cinstall", "--locked", "--release", "--prefix"]).arg(&theirs);
    cargo.arg("--libdir").arg(theirs.join(LIBRARY_FOLDER)).arg("--target-dir").arg(install_target());
    succeeds(cargo.current_dir(packed()));

    let mut expected = tree_of(&ours);
    // cargo-c writes one pkg-config file, and neither man pages nor the program.
    let is_ours_alone = |path: &Path| {
        path.starts_with("share/man") || path.starts_with("bin") || path.ends_with("cloudbackupjobs-static.pc")
    };
    expected.retain(|path, _| !is_ours_alone(path));
    assert_eq!(tree_of(&theirs), expected);
    for path in expected.keys().filter(|path| path.starts_with("include") || path.starts_with("share")) {
        let read = |folder: &Path| fs::read(folder.join(path)).expect("is readable");
        assert!(read(&ours) == read(&theirs), "{}", path.display());
    }
    let of_library = |program: &str, arguments: &[&str], prefix: &Path, with: &str| {
        let mut command = Command::new(program);
        command.args(arguments).arg(prefix.join(LIBRARY_FOLDER).join("libcloudbackupjobs.so"));
        lines(command, with)
    };
    for (program, arguments, with) in [
        ("readelf", &["-d"][..], "(SONAME)"),
        ("readelf", &["-d"][..], "(FLAGS_1)"),
        ("readelf", &["-d"][..], "(NEEDED)"),
    ] {
        let [of_ours, of_theirs] = [&ours, &theirs].map(|prefix| of_library(program, arguments, prefix, with));
        // The tag's address may differ, what it says may not.
        let values =
            |lines: &[String]| lines.iter().map(|line| line.split_once(with).expect("has it").1.to_owned()).collect();
        let [of_ours, of_theirs]: [Vec<String>; 2] = [values(&of_ours), values(&of_theirs)];
        assert!(!of_ours.is_empty());
        assert_eq!(of_ours, of_theirs, "{with}");
    }
    let exported = |prefix: &Path| {
        let listed = of_library("nm", &["-D", "--defined-only", "--format=posix"], prefix, "");
        listed.iter().map(|line| line.split(' ').next().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(exported(&ours), exported(&theirs));
    // pkg-config says the same of both: the version, and the flags but for the place.
    for arguments in [&["--modversion"][..], &["--cflags"], &["--libs"]] {
        let [of_ours, of_theirs] = [&ours, &theirs].map(|prefix| {
            let mut command = Command::new("pkg-config");
            command.args(arguments).arg("cloudbackupjobs");
            command.env("PKG_CONFIG_PATH", prefix.join(LIBRARY_FOLDER).join("pkgconfig"));
            let flags = succeeds(&mut command);
            flags.split_whitespace().map(|flag| normal(flag, prefix)).collect::<Vec<_>>()
        });
        assert_eq!(of_ours, of_theirs, "{arguments:?}");
    }
}

/// A flag with the prefix's own path taken out, however it is spelt.
fn normal(flag: &str, prefix: &Path) -> String {
    let Some((option, path)) = flag.find('/').map(|at| flag.split_at(at)) else { return flag.to_owned() };
    let path = fs::canonicalize(path).expect("is there");
    format!("{option}{}", path.strip_prefix(fs::canonicalize(prefix).expect("is there")).expect("is inside").display())
}
