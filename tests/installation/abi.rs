//! The ABI against that of the last release, which `packaging/abi/released/` has: as libabigail's abidiff sees it, and
//! as the manifest tells it. `packaging/abi/README.md` is the promise that is kept here.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tree::{both, is_here, run, succeeds};
use crate::support::c_program::{root, scratch_dir};
use crate::support::manifest::{Function, Manifest};

/// Of the last release; where nothing was released yet, of the version in the making.
const RELEASED: &str = "0.1.0";

fn released(ending: &str) -> PathBuf {
    root().join(format!("packaging/abi/released/{RELEASED}.{ending}"))
}

/// A library with what the header declares, as a C compiler understands it and tells in its debugging information. The
/// real one has none; that it exports the same names is what `tests/exports.rs` holds.
fn declared_library(functions: &[Function], folder: &Path) -> PathBuf {
    std::fs::create_dir_all(folder).expect("target is writable");
    let mut source = "#include <stdlib.h>\n#include \"cloudbackupjobs.h\"\n".to_owned();
    for function in functions {
        let parameters: Vec<String> =
            function.parameters.iter().map(|parameter| format!("{} {}", parameter.type_name, parameter.name)).collect();
        let list = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
        writeln!(source, "{} {}({list}) {{ abort(); }}", function.return_type, function.name).expect("takes text");
    }
    std::fs::write(folder.join("declared.c"), source).expect("target is writable");
    let mut cc = Command::new("cc");
    // Paths would be another on each machine.
    cc.args(["-shared", "-fPIC", "-g", "-O0", "-fdebug-prefix-map=../=", "-Wl,-soname,libcloudbackupjobs.so.1"]);
    cc.arg(format!("-ffile-prefix-map={}=.", root().display()))
        .arg(format!("-ffile-prefix-map={}=.", folder.display()));
    cc.arg("-I").arg(root().join("include")).args(["declared.c", "-o", "libcloudbackupjobs.so"]).current_dir(folder);
    succeeds(&mut cc);
    folder.join("libcloudbackupjobs.so")
}

fn abidiff(library: &Path) -> (Option<i32>, String) {
    let mut command = Command::new("abidiff");
    command.arg(released("abi")).arg(library);
    let output = run(&mut command);
    (output.status.code(), both(&output))
}

/// abidiff's exit status has bit 4 (8) where something was changed or removed that programs may use.
const INCOMPATIBLE: i32 = 8;

fn is_another_abi() -> bool {
    let text = std::fs::read_to_string(released("json")).expect("the released manifest is there");
    let before: serde_json::Value = serde_json::from_str(&text).expect("is JSON");
    before["abi"].as_u64() != Some(Manifest::read().abi())
}

#[test]
fn nothing_is_changed_or_removed_without_another_number() {
    if !is_here("abidiff") {
        return;
    }
    let library = declared_library(&Manifest::read().functions(), &scratch_dir().join("declared"));
    if std::env::var_os("CBJ_TEST_RECORD_ABI").is_some() {
        let mut abidw = Command::new("abidw");
        abidw.args(["--no-corpus-path", "--no-comp-dir-path", "--no-show-locs", "--out-file"]).arg(released("abi"));
        succeeds(abidw.arg(&library));
        std::fs::copy(root().join("packaging/abi/manifest.json"), released("json")).expect("is writable");
    }
    let (status, said) = abidiff(&library);
    let status = status.expect("abidiff is not killed");
    assert!(status & 3 == 0, "abidiff failed: {said}");
    assert!(status & INCOMPATIBLE == 0 || is_another_abi(), "another ABI needs another number:\n{said}");
}

/// The test above would see it.
#[test]
fn a_removal_and_a_change_are_seen_and_an_addition_is_allowed() {
    if !is_here("abidiff") {
        return;
    }
    let functions = || Manifest::read().functions();
    let status = |name: &str, functions: &[Function]| {
        abidiff(&declared_library(functions, &scratch_dir().join(name))).0.expect("abidiff is not killed")
    };
    let mut removed = functions();
    removed.retain(|function| function.name != "cbj_job_trace_id");
    assert!(status("removed", &removed) & INCOMPATIBLE != 0);

    // The header declares it otherwise, so it is another name that changes.
    let mut fewer: Vec<Function> = functions();
    let cut = fewer.iter_mut().find(|function| function.name == "cbj_job_parse").expect("is there");
    cut.name = "cbj_job_parse_more".to_owned();
    assert!(status("renamed", &fewer) & INCOMPATIBLE != 0);

    let mut added = functions();
    let mut more = functions().remove(0);
    more.name = "cbj_of_the_next_version".to_owned();
    added.push(more);
    assert_eq!(status("added", &added) & INCOMPATIBLE, 0);
}

/// What abidiff does not see: numbers, who owns what, and what NULL means.
#[test]
fn what_the_last_release_promised_is_still_promised() {
    if is_another_abi() {
        return;
    }
    let text = std::fs::read_to_string(released("json")).expect("the released manifest is there");
    let (before, now) = (serde_json::from_str(&text).expect("is JSON"), Manifest::read().0);
    let broken = broken_promises(&before, &now);
    assert!(broken.is_empty(), "{}", broken.join("\n"));

    let mut reused = now.clone();
    reused["choices"]["cbj_status"]["constants"]["CBJ_ERROR_TIMEOUT"] = 99.into();
    assert_eq!(broken_promises(&before, &reused), ["cbj_status: CBJ_ERROR_TIMEOUT was 13 and is 99"]);
    let mut fewer = now.clone();
    fewer["functions"].as_array_mut().expect("is a list").remove(0);
    assert_eq!(broken_promises(&before, &fewer), ["cbj_status_name is gone"]);
    let mut stricter = now;
    let mut functions = stricter["functions"].as_array_mut().expect("is a list").iter_mut();
    let function = functions.find(|function| function["name"] == "cbj_error_status").expect("is there");
    function["parameters"][0]["null"] = "refused".into();
    assert_eq!(broken_promises(&before, &stricter), ["cbj_error_status has changed"]);
}

fn broken_promises(before: &serde_json::Value, now: &serde_json::Value) -> Vec<String> {
    let mut broken = Vec::new();
    for (choice, entry) in before["choices"].as_object().expect("is an object") {
        for (name, number) in entry["constants"].as_object().expect("is an object") {
            let found = &now["choices"][choice]["constants"][name];
            if found != number {
                broken.push(format!("{choice}: {name} was {number} and is {found}"));
            }
        }
    }
    for kind in ["handles", "callbacks", "constants"] {
        for (name, entry) in before[kind].as_object().expect("is an object") {
            if now[kind].get(name) != Some(entry) {
                broken.push(format!("{name} has changed"));
            }
        }
    }
    let functions = now["functions"].as_array().expect("is a list");
    for entry in before["functions"].as_array().expect("is a list") {
        let name = entry["name"].as_str().expect("is text");
        match functions.iter().find(|function| function["name"] == entry["name"]) {
            None => broken.push(format!("{name} is gone")),
            Some(found) if found != entry => broken.push(format!("{name} has changed")),
            Some(_) => {}
        }
    }
    broken
}
