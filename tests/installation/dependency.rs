//! The packed crate as the dependency of a Rust program: building it changes nothing in its folder.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::tree::{both, packed, run, succeeds};
use crate::support::c_program::scratch_dir;

/// Every file under `folder`, with what is in it.
fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("is a folder") {
        let path = entry.expect("is readable").path();
        if path.is_dir() {
            found.extend(content(&path));
        } else {
            let bytes = fs::read(&path).expect("is readable");
            found.push((path, bytes));
        }
    }
    found.sort();
    found
}

fn set_mode(folder: &Path, folders: u32, files: u32) {
    for entry in fs::read_dir(folder).expect("is a folder") {
        let path = entry.expect("is readable").path();
        if path.is_dir() {
            set_mode(&path, folders, files);
        } else {
            fs::set_permissions(&path, Permissions::from_mode(files)).expect("is ours");
        }
    }
    fs::set_permissions(folder, Permissions::from_mode(folders)).expect("is ours");
}

#[test]
fn its_build_writes_nothing() {
    let scratch = scratch_dir();
    // Side by side: a package inside the program's folder would be one of its own.
    let (program, library) = (scratch.join("rust_program"), scratch.join("its_library"));
    for old in [&program, &library].into_iter().filter(|folder| folder.exists()) {
        set_mode(old, 0o755, 0o644);
        fs::remove_dir_all(old).expect("target is writable");
    }
    fs::create_dir_all(&library).expect("target is writable");
    succeeds(Command::new("cp").arg("-r").arg(packed().join(".")).arg(&library));
    // Like a clone, as of a submodule, with a header that is not generated from its sources.
    let header = library.join("include/cloudbackupjobs.h");
    let other = fs::read_to_string(&header).expect("is packed") + "/* stale */\n";
    fs::write(&header, other).expect("target is writable");
    fs::write(library.join(".git"), "gitdir: elsewhere\n").expect("target is writable");
    set_mode(&library, 0o555, 0o444);

    fs::create_dir_all(program.join("src")).expect("target is writable");
    let manifest = "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
                    [dependencies]\ncloudbackupjobs = { path = \"../its_library\", default-features = false }\n";
    fs::write(program.join("Cargo.toml"), manifest).expect("target is writable");
    fs::copy(library.join("Cargo.lock"), program.join("Cargo.lock")).expect("is packed");
    let source = "fn main() {\n    let _ = cloudbackupjobs::Config::new();\n}\n";
    fs::write(program.join("src/main.rs"), source).expect("target is writable");

    let before = content(&library);
    let mut cargo = Command::new("cargo");
    // Twice: what the first build changed, the second one would build again.
    cargo.args(["check", "--offline", "--target-dir"]).arg(scratch.join("target")).current_dir(&program);
    let first = run(&mut cargo);
    assert!(first.status.success() && !both(&first).contains("warning"), "{}", both(&first));
    assert!(content(&library) == before, "the build changed the dependency");
    let second = both(&run(&mut cargo));
    assert!(!second.contains("Checking") && !second.contains("Compiling"), "{second}");
}
