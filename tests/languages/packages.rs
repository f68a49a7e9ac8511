//! The wheel and the npm package: built, installed in an empty environment without a library of the system, and used
//! there. Outside CI they are left out where the tools are missing (python3 with venv, npm), for they fetch packages.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use crate::support::c_program::{library_dir, root, scratch_dir};
use crate::support::sandbox::{self, Options, Sandbox};

/// The library as it is built for the tests.
fn library() -> PathBuf {
    library_dir().join("libcloudbackupjobs.so")
}

fn new_folder(name: &str) -> PathBuf {
    let folder = scratch_dir().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("target is writable");
    }
    std::fs::create_dir_all(&folder).expect("target is writable");
    folder
}

fn run(command: &mut Command) -> Output {
    command.env_remove("LD_LIBRARY_PATH").env_remove("PYTHONPATH").env_remove("NODE_PATH");
    command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

/// A package cannot be built before the library: that is said, and what to run.
fn fails_without_library(command: &mut Command) {
    let output = run(command.env("CBJ_LIBRARY_FILE", "/nonexistent/library.so"));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(!output.status.success(), "{command:?}");
    assert!(
        said.contains(
            "run cargo rustc --release --lib --crate-type cdylib,staticlib in the repository, or name the library"
        ),
        "{said}"
    );
}

pub fn succeeds(command: &mut Command) -> String {
    let output = run(command);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Copies the files of a folder: what builds a package must leave nothing in the sources.
fn copy_of(folder: &str, to: &Path) {
    for entry in std::fs::read_dir(root().join(folder)).expect("is a folder") {
        let path = entry.expect("is readable").path();
        if path.is_file() {
            std::fs::copy(&path, to.join(path.file_name().expect("is a file"))).expect("target is writable");
        }
    }
}

pub fn is_wanted(what: &str) -> bool {
    let wanted = env::var_os("CI").is_some() || env::var_os("CBJ_TEST_PACKAGES").is_some();
    if !wanted {
        eprintln!("left out: {what} is built and installed in CI, or with CBJ_TEST_PACKAGES=1");
    }
    wanted
}

/// Runs a program against a sandbox that answers slowly; it prints the library's version.
pub fn holds(command: &mut Command) {
    let options = Options { latency: Duration::from_millis(500), ..Options::default() };
    let sandbox = Sandbox::start(options).expect("the sandbox starts");
    command.arg(sandbox::FINISHED_WITH_EXCEPTION);
    command.env("CBJ_BASE_URL", sandbox.base_url()).env("CBJ_IDENTITY_URL", sandbox.identity_url());
    assert_eq!(succeeds(command), concat!(env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn the_wheel() {
    if !is_wanted("the wheel") {
        return;
    }
    let folder = new_folder("wheel");
    let sources = folder.join("sources");
    std::fs::create_dir(&sources).expect("target is writable");
    copy_of("examples/languages/python", &sources);
    succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder.join("build")));
    let mut build = Command::new(folder.join("build/bin/pip"));
    build.args(["wheel", "--quiet", "--no-deps", "--wheel-dir"]).arg(&folder).arg(&sources);
    fails_without_library(&mut build);
    succeeds(build.env("CBJ_LIBRARY_FILE", library()).env("CBJ_WHEEL_PLATFORM", "manylinux_2_17_x86_64"));
    let wheel =
        folder.join(concat!("cloudbackupjobs-", env!("CARGO_PKG_VERSION"), "-py3-none-manylinux_2_17_x86_64.whl"));

    succeeds(Command::new("python3").args(["-m", "venv"]).arg(folder.join("used")));
    let pip = folder.join("used/bin/pip");
    succeeds(Command::new(&pip).args(["install", "--quiet", "--no-index"]).arg(&wheel));
    let mut program = Command::new(folder.join("used/bin/python"));
    holds(program.arg("-I").arg("-Werror").arg(root().join("tests/languages/python_package.py")));

    // Types: held against the module by mypy's stubtest, in an environment of its own.
    succeeds(Command::new(&pip).args(["install", "--quiet", "mypy==2.4.1"]));
    let mut stubtest = Command::new(folder.join("used/bin/python"));
    stubtest.args(["-m", "mypy.stubtest", "cloudbackupjobs", "--ignore-disjoint-bases", "--allowlist"]);
    succeeds(stubtest.arg(root().join("tests/languages/stubtest_allowlist.txt")).current_dir(&folder));
}

#[test]
fn the_npm_package() {
    if !is_wanted("the npm package") {
        return;
    }
    let folder = new_folder("npm");
    let (sources, used) = (folder.join("sources"), folder.join("used"));
    std::fs::create_dir(&sources).expect("target is writable");
    std::fs::create_dir(&used).expect("target is writable");
    copy_of("examples/languages/node", &sources);
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", "--pack-destination"]).arg(&folder).current_dir(&sources);
    fails_without_library(&mut pack);
    succeeds(pack.env("CBJ_LIBRARY_FILE", library()));
    assert!(!sources.join("libcloudbackupjobs.so.1").exists(), "left in the sources");

    std::fs::write(used.join("package.json"), "{\"private\": true}").expect("target is writable");
    let package = folder.join(concat!("cloudbackupjobs-", env!("CARGO_PKG_VERSION"), ".tgz"));
    let mut install = Command::new("npm");
    install.args(["install", "--silent", "--no-audit", "--no-fund"]).arg(&package);
    install.args(["typescript@5.9.3", "@types/node@20.19.0"]);
    succeeds(install.current_dir(&used));
    std::fs::copy(root().join("tests/languages/node_package.ts"), used.join("program.ts")).expect("target is writable");
    let mut tsc = Command::new("node_modules/.bin/tsc");
    tsc.args(["--strict", "--noUncheckedIndexedAccess", "--target", "es2022", "--module", "commonjs", "program.ts"]);
    succeeds(tsc.current_dir(&used));
    holds(Command::new("node").args(["--throw-deprecation", "--expose-gc", "program.js"]).current_dir(&used));
}

#[test]
fn their_versions_are_the_librarys() {
    let python = std::fs::read_to_string(root().join("examples/languages/python/pyproject.toml")).expect("is there");
    assert!(python.contains(concat!("\nversion = \"", env!("CARGO_PKG_VERSION"), "\"\n")));
    let node = std::fs::read_to_string(root().join("examples/languages/node/package.json")).expect("is there");
    assert!(node.contains(concat!("\"version\": \"", env!("CARGO_PKG_VERSION"), "\"")));
}
