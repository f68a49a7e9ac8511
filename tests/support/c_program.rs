//! Builds and runs C programs with the committed header and the built library.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::canary;

/// How a program is linked with the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linking {
    Shared,
    Static,
    /// Not linked: the program loads the library itself (`dlopen`).
    Loaded,
}

/// The root folder of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder in which cargo put the libraries, beside this test program. It is not target/PROFILE: only `cargo build`
/// writes the libraries there, so they may be missing, or built from an older source.
pub fn library_dir() -> PathBuf {
    let program = env::current_exe().expect("a program knows its path");
    let dir = program.parent().expect("target/PROFILE/deps/program").to_owned();
    assert!(dir.join("libcloudbackupjobs.so").is_file(), "no libcloudbackupjobs.so in {}", dir.display());
    dir
}

/// Whether `program` can be run here.
pub fn is_installed(program: &str) -> bool {
    // Some programs do not know this option and fail. That does not matter: they are installed if they start.
    Command::new(program).arg("--version").stdin(Stdio::null()).output().is_ok()
}

/// The further libraries that the static library needs. docs/installing.md says the same.
pub const STATIC_LIBRARIES: [&str; 3] = ["-lpthread", "-ldl", "-lm"];

/// A folder for the files that this test program makes, the same in every run. Each test program has its own, because
/// they run side by side and compile the same sources.
pub fn scratch_dir() -> PathBuf {
    let program = env::current_exe().expect("a program knows its path");
    let dir = library_dir().join("c_programs").join(program.file_name().expect("is a file"));
    std::fs::create_dir_all(&dir).expect("target is writable");
    dir
}

/// Compiles a source of this repository with every warning as an error, and returns the path of the program.
pub fn compile(source: &str, linking: Linking) -> PathBuf {
    compile_as("cc", &["-std=c99", "-D_POSIX_C_SOURCE=200809L"], source, linking)
}

/// As [`compile`], with this compiler and these flags that name a standard.
pub fn compile_as(compiler: &str, standard: &[&str], source: &str, linking: Linking) -> PathBuf {
    compile_against(&library_dir(), compiler, standard, source, linking)
}

/// As [`compile_as`], with the libraries in `dir`.
pub fn compile_against(dir: &Path, compiler: &str, standard: &[&str], source: &str, linking: Linking) -> PathBuf {
    static PROGRAMS: AtomicUsize = AtomicUsize::new(0);
    let stem = Path::new(source).file_stem().and_then(|stem| stem.to_str()).expect("a file name");
    let number = PROGRAMS.fetch_add(1, Ordering::Relaxed);
    let program = scratch_dir().join(format!("{stem}-{linking:?}-{number}"));
    let mut command = Command::new(compiler);
    command
        .args(standard)
        .args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-g"])
        .arg("-I")
        .arg(root().join("include"))
        .arg("-o")
        .arg(&program)
        .arg(root().join(source));
    match linking {
        Linking::Shared => {
            command.arg("-L").arg(dir).arg("-lcloudbackupjobs");
            // RPATH, not RUNPATH: cargo sets an LD_LIBRARY_PATH with target/PROFILE in it, which wins over RUNPATH.
            command.arg("-Wl,--disable-new-dtags").arg(format!("-Wl,-rpath,{}", dir.display()));
        }
        Linking::Loaded => {
            command.args(["-ldl", "-lpthread"]);
        }
        Linking::Static => {
            command.arg(dir.join("libcloudbackupjobs.a")).args(STATIC_LIBRARIES);
        }
    }
    let output = command.output().unwrap_or_else(|error| panic!("{compiler} does not start: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    program
}

/// Compiles a source to a shared object for `LD_PRELOAD`, and returns its path.
pub fn compile_preload(source: &str) -> PathBuf {
    let stem = Path::new(source).file_stem().and_then(|stem| stem.to_str()).expect("a file name");
    let object = scratch_dir().join(format!("{stem}-{:?}.so", std::thread::current().id()));
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-pedantic", "-Werror", "-shared", "-fPIC", "-o"]);
    command.arg(&object).arg(root().join(source)).arg("-lpthread");
    let output = command.output().expect("cc is installed");
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    object
}

/// The symbols that the shared library exports. Each is the letter of its kind and its name, as `nm` shows them, e.g.
/// `T cbj_version`.
pub fn exported_symbols() -> BTreeSet<String> {
    let mut nm = Command::new("nm");
    nm.args(["-D", "--defined-only", "--format=posix"]).arg(library_dir().join("libcloudbackupjobs.so"));
    let output = nm.output().expect("nm is installed beside the C compiler");
    assert!(output.status.success(), "{nm:?}\n{}", String::from_utf8_lossy(&output.stderr));
    let listing = String::from_utf8(output.stdout).expect("names are ASCII");
    let symbol = |line: &str| {
        let mut columns = line.split_whitespace();
        let (name, kind) = (columns.next()?, columns.next()?);
        Some(format!("{kind} {name}"))
    };
    listing.lines().map(|line| symbol(line).unwrap_or_else(|| panic!("nm says {line:?}"))).collect()
}

/// Runs a program that [`compile`] made. If `CBJ_TEST_VALGRIND` is set, the program runs under valgrind, and the test
/// also fails after an error or if a byte is definitely or indirectly lost.
pub fn run(program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = if env::var_os("CBJ_TEST_VALGRIND").is_some() {
        let mut valgrind = Command::new("valgrind");
        valgrind
            .args(["--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite,indirect"])
            .args(["--show-leak-kinds=definite,indirect", "--num-callers=40"])
            .arg(format!("--suppressions={}", root().join("tests/c/resolver.supp").display()))
            .arg(program);
        valgrind
    } else {
        Command::new(program)
    };
    take_configuration_away(&mut command);
    command.args(arguments).envs(environment.iter().copied());
    let output = command.output().expect("the program starts");
    if output.status.code() == Some(99) {
        panic!("valgrind: {}", String::from_utf8_lossy(&output.stderr));
    }
    for said in [&output.stdout, &output.stderr] {
        canary::check("the program", &String::from_utf8_lossy(said));
    }
    output
}

/// The developer's own configuration must not influence the tests. What the test itself set stays.
pub fn take_configuration_away(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_ascii_uppercase();
        let is_configuration = text.starts_with("CBJ_") || text.ends_with("_PROXY") || text.starts_with("SSL_CERT_");
        if is_configuration && command.get_envs().all(|(set, _)| set != name) {
            command.env_remove(name);
        }
    }
}
