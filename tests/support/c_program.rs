//! C programs against the committed header and the built library.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// How a program takes the library in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linking {
    Shared,
    Static,
}

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where cargo put the libraries: beside the folder of this test program.
pub fn library_dir() -> PathBuf {
    let program = env::current_exe().expect("a program knows its path");
    let dir = program.parent().and_then(Path::parent).expect("target/PROFILE/deps/program").to_owned();
    assert!(dir.join("libcloudbackupjobs.so").is_file(), "no libcloudbackupjobs.so in {}", dir.display());
    dir
}

/// Whether `program` can be run here.
pub fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// What the static library needs beside itself; README says the same.
pub const STATIC_LIBRARIES: [&str; 4] = ["-lpthread", "-ldl", "-lm", "-lgcc_s"];

/// Compiles a source of this repository, every warning an error, and gives the path of the program.
pub fn compile(source: &str, linking: Linking) -> PathBuf {
    let stem = Path::new(source).file_stem().and_then(|stem| stem.to_str()).expect("a file name");
    // Test programs run side by side and compile the same sources.
    let folder = library_dir().join("c_programs").join(std::process::id().to_string());
    std::fs::create_dir_all(&folder).expect("target is writable");
    let thread = format!("{:?}", std::thread::current().id()).replace(['(', ')'], "_");
    let program = folder.join(format!("{stem}-{linking:?}-{thread}"));
    let dir = library_dir();
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-g", "-D_POSIX_C_SOURCE=200809L"])
        .arg("-I")
        .arg(root().join("include"))
        .arg("-o")
        .arg(&program)
        .arg(root().join(source));
    match linking {
        Linking::Shared => {
            cc.arg("-L").arg(&dir).arg("-lcloudbackupjobs").arg(format!("-Wl,-rpath,{}", dir.display()));
        }
        Linking::Static => {
            cc.arg(dir.join("libcloudbackupjobs.a")).args(STATIC_LIBRARIES);
        }
    }
    let output = cc.output().expect("a C compiler is installed as cc");
    assert!(output.status.success(), "{cc:?}\n{}", String::from_utf8_lossy(&output.stderr));
    program
}

/// Runs a program that [`compile`] made; under valgrind if `CBJ_TEST_VALGRIND` is set, which then is part of the test:
/// an error, or a byte that is definitely or indirectly lost, makes it fail.
pub fn run(program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = if env::var_os("CBJ_TEST_VALGRIND").is_some() {
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect"])
            .args(["--show-leak-kinds=definite,indirect", "--num-callers=30"])
            .arg(program);
        valgrind
    } else {
        Command::new(program)
    };
    // The host's own configuration must not leak into the tests.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CBJ_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).envs(environment.iter().copied());
    let output = command.output().expect("the program starts");
    if output.status.code() == Some(99) {
        panic!("valgrind: {}", String::from_utf8_lossy(&output.stderr));
    }
    output
}
