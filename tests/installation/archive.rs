//! The static library beside another that was written in Rust.

use std::process::Command;

use super::tree::{consumer, installed, run, succeeds};
use crate::support::manifest::Manifest;

#[test]
fn only_the_functions_of_the_header_are_global() {
    let Some(tree) = installed() else { return };
    let mut nm = Command::new("nm");
    nm.args(["-g", "--defined-only", "--format=posix"]).arg(tree.libraries().join("libcloudbackupjobs.a"));
    let mut found: Vec<String> = succeeds(&mut nm)
        .lines()
        .filter_map(|line| {
            line.split_once(" T ")
                .map(|(name, _)| name.to_owned())
                .or_else(|| line.contains(' ').then(|| line.to_owned()))
        })
        .collect();
    found.sort();
    let mut expected: Vec<String> = Manifest::read().functions().into_iter().map(|function| function.name).collect();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn it_links_beside_another_rust_library_also_as_a_whole() {
    let Some(tree) = installed() else { return };
    let folder = consumer("two_rust_libraries");
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition=2024", "--crate-type=staticlib", "-O", "other_library.rs"]);
    succeeds(rustc.current_dir(&folder));
    let ours = tree.libraries().join("libcloudbackupjobs.a");
    for whole in [false, true] {
        let mut command = Command::new("cc");
        command.arg("-I").arg(tree.prefix.join("include")).args(["two_rust_libraries.c", "-o", "both"]);
        let (begin, end) = if whole { ("-Wl,--whole-archive", "-Wl,--no-whole-archive") } else { ("-g", "-g") };
        command.arg(begin).arg(&ours).arg("libother_library.a").arg(end);
        succeeds(command.args(["-lpthread", "-ldl", "-lm", "-lgcc_s"]).current_dir(&folder));
        let output = run(&mut Command::new(folder.join("both")));
        assert_eq!(output.status.code(), Some(0), "{}", super::tree::both(&output));
    }
}

/// Both libraries' panics are caught there, too: the compiler links its unwinder, libgcc_eh, by itself.
#[test]
fn it_links_beside_another_rust_library_without_any_shared_library() {
    let Some(tree) = installed() else { return };
    let folder = consumer("two_rust_libraries_whole");
    let mut rustc = Command::new("rustc");
    rustc.args(["--edition=2024", "--crate-type=staticlib", "-O", "other_library.rs"]);
    succeeds(rustc.current_dir(&folder));
    let mut command = Command::new("cc");
    command.arg("-I").arg(tree.prefix.join("include")).args(["-static", "two_rust_libraries.c", "-o", "both"]);
    command.arg(tree.libraries().join("libcloudbackupjobs.a")).arg("libother_library.a");
    succeeds(command.args(["-lpthread", "-ldl", "-lm"]).current_dir(&folder));
    let output = run(&mut Command::new(folder.join("both")));
    assert_eq!(output.status.code(), Some(0), "{}", super::tree::both(&output));
}
