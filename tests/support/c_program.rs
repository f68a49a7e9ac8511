//! Builds and runs C programs with the committed header and the built library.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::canary;
use super::target::{self, Need};

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
/// writes the libraries there, so they may be missing, or built from an older source. Those for another target are where
/// `cargo build` for this target has put them.
pub fn library_dir() -> PathBuf {
    let beside_program = || {
        let program = env::current_exe().expect("a program knows its path");
        program.parent().expect("target/PROFILE/deps/program").to_owned()
    };
    let dir = target::library_dir().unwrap_or_else(beside_program);
    assert!(dir.join(library_name()).is_file(), "no {} in {}", library_name(), dir.display());
    dir
}

/// The file name of the shared library.
pub fn library_name() -> &'static str {
    if target::is_windows() { "cloudbackupjobs.dll" } else { "libcloudbackupjobs.so" }
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

/// Finds undefined behaviour, wrong addresses and what is not freed, and ends the program at the first finding.
pub const SANITIZED: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// [`SANITIZED`], or no flags where the program runs without sanitizers: under valgrind, and on other targets.
pub fn sanitizers() -> &'static [&'static str] {
    let is_possible = env::var_os("CBJ_TEST_VALGRIND").is_none() && target::has(Need::Sanitizers);
    if is_possible { SANITIZED } else { &[] }
}

/// The C or C++ compiler of this name.
pub fn compiler(name: &str) -> Command {
    target::compiler(name)
}

/// Adds the arguments that link a program or module with the library in `dir`.
pub fn link(command: &mut Command, linking: Linking, dir: &Path) {
    match linking {
        Linking::Shared => {
            command.arg("-L").arg(dir).arg("-lcloudbackupjobs");
            if !target::is_windows() {
                // RPATH, not RUNPATH: cargo sets an LD_LIBRARY_PATH with target/PROFILE in it, which wins over RUNPATH.
                command.arg("-Wl,--disable-new-dtags").arg(format!("-Wl,-rpath,{}", dir.display()));
            }
            command.args(["-lm", "-lpthread"]);
        }
        Linking::Loaded => {
            command.args(["-ldl", "-lpthread"]).args(target::loading_flags());
        }
        Linking::Static => {
            command.arg(dir.join("libcloudbackupjobs.a")).args(STATIC_LIBRARIES).args(target::static_libraries());
        }
    }
}

/// Runs a compiler that makes the program `made`, which can be run then.
pub fn make(command: Command, made: &Path) {
    compile_to(command, &target::compiled(made));
    target::make_runnable(made);
}

/// Runs a compiler that makes the shared object or program `made`.
pub fn compile_to(mut command: Command, made: &Path) {
    command.arg("-o").arg(made).args(target::last_flags());
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
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
pub fn compile_against(dir: &Path, name: &str, standard: &[&str], source: &str, linking: Linking) -> PathBuf {
    let stem = Path::new(source).file_stem().and_then(|stem| stem.to_str()).expect("a file name");
    // Some tests write a source, and write it again with another content.
    let text = std::fs::read_to_string(root().join(source)).expect("is text");
    let kind = format!("{linking:?} {} {name} {standard:?} {source}\n{text}", dir.display());
    once(&kind, |number| {
        let program = scratch_dir().join(format!("{stem}-{linking:?}-{number}"));
        let mut command = compiler(name);
        command.args(standard).args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-g"]);
        command.arg("-I").arg(root().join("include")).arg(root().join(source));
        link(&mut command, linking, dir);
        make(command, &program);
        program
    })
}

/// Compiles a source to a shared object for `LD_PRELOAD`, and returns its path.
pub fn compile_preload(source: &str) -> PathBuf {
    let stem = Path::new(source).file_stem().and_then(|stem| stem.to_str()).expect("a file name");
    once(&format!("preload {source}"), |number| {
        let object = scratch_dir().join(format!("{stem}-{number}.so"));
        let mut command = compiler("cc");
        command.args(["-std=c99", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-pedantic", "-Werror", "-shared", "-fPIC"]);
        command.arg(root().join(source)).arg("-lpthread");
        compile_to(command, &object);
        object
    })
}

/// Returns what `make` has made of this kind, which is made once. `make` gets a number of its own.
fn once(kind: &str, make: impl FnOnce(usize) -> PathBuf) -> PathBuf {
    static MADE: Mutex<BTreeMap<String, PathBuf>> = Mutex::new(BTreeMap::new());
    // A failed compilation has poisoned it, and was that test's failure.
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = made.get(kind) {
        return path.clone();
    }
    let path = make(made.len());
    made.insert(kind.to_owned(), path.clone());
    path
}

/// The symbols that the shared library exports. Each is the letter of its kind and its name, as `nm` shows them, e.g.
/// `T cbj_version`.
pub fn exported_symbols() -> BTreeSet<String> {
    let mut nm = Command::new("nm");
    nm.args(["-D", "--defined-only", "--format=posix"]).arg(library_dir().join(library_name()));
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
    // Guests of tests/c/ read it.
    command.env("CBJ_TEST_PATIENCE", target::patience().to_string());
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

/// Runs a command to its end, and returns what it printed. Its streams are files: a process of wine that inherits a pipe goes
/// on after the program, and what reads the pipe would wait for it.
pub fn output_in_files(command: &mut Command) -> std::io::Result<Output> {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let stem = format!("output-{}", RUNS.fetch_add(1, Ordering::Relaxed));
    let [stdout, stderr] = ["out", "err"].map(|name| scratch_dir().join(format!("{stem}.{name}")));
    let status = command.stdout(File::create(&stdout)?).stderr(File::create(&stderr)?).status()?;
    Ok(Output { status, stdout: std::fs::read(stdout)?, stderr: std::fs::read(stderr)? })
}

/// The developer's own configuration must not influence the tests. What the test itself set stays.
pub fn take_configuration_away(command: &mut Command) {
    if target::triple().is_some() {
        // cargo's, with this machine's library. For musl's loader it wins over RPATH, too.
        command.env_remove("LD_LIBRARY_PATH");
    }
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_ascii_uppercase();
        let is_configuration = text.starts_with("CBJ_") || text.ends_with("_PROXY") || text.starts_with("SSL_CERT_");
        if is_configuration && command.get_envs().all(|(set, _)| set != name) {
            command.env_remove(name);
        }
    }
}
