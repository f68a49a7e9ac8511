//! Compiles the C programs for Windows and runs them, with a limit of time.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::c_program::{self, Linking, compiler, library_dir, root, scratch_dir};
use crate::support::{canary, target};

/// The most time that a program may take, in seconds. A program that hangs is ended.
const LIMIT: &str = "120";

/// The system libraries that the programs themselves use.
const OWN_LIBRARIES: [&str; 3] = ["-lws2_32", "-lcrypt32", "-lshell32"];

/// What the static library needs beside the libraries that mingw always links.
const STATIC_LIBRARIES: [&str; 3] = ["-lws2_32", "-luserenv", "-lntdll"];

/// Whether the tests are for Windows. Says so if not.
#[expect(clippy::print_stderr, reason = "a test that is left out must say so")]
pub fn is_asked() -> bool {
    if !target::is_windows() {
        eprintln!("left out: CBJ_TEST_TARGET=x86_64-pc-windows-gnu asks for it (.ci/platform)");
    }
    target::is_windows()
}

/// Compiles `tests/windows/c/NAME.c`, or another source of the repository.
pub fn compile(source: &str, linking: Linking) -> PathBuf {
    let source = if source.contains('/') { source.to_owned() } else { format!("tests/windows/c/{source}.c") };
    let source = root().join(source);
    let stem = source.file_stem().expect("is a file").to_string_lossy().into_owned();
    compile_all(&stem, &[source], &[], linking)
}

/// Compiles a program of several sources, with the headers in these folders of the repository.
pub fn compile_all(name: &str, sources: &[PathBuf], headers: &[&Path], linking: Linking) -> PathBuf {
    static PROGRAMS: AtomicUsize = AtomicUsize::new(0);
    let made = scratch_dir().join(format!("{name}-{}", PROGRAMS.fetch_add(1, Ordering::Relaxed)));
    let mut command = compiler("cc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "-g"]);
    for folder in [Path::new("include")].iter().chain(headers) {
        command.arg("-I").arg(root().join(folder));
    }
    command.args(sources);
    match linking {
        Linking::Shared => c_program::link(&mut command, linking, &library_dir()),
        Linking::Static => drop(command.arg(library_dir().join("libcloudbackupjobs.a")).args(STATIC_LIBRARIES)),
        Linking::Loaded => {}
    }
    command.args(OWN_LIBRARIES);
    c_program::make(command, &made);
    made
}

/// Keeps wine alive until this test program ends, and with it the standard input of `keeper.c`. Wine's server inherits the
/// streams of the program that starts it: if that were another one, its output would not end. Returns the process id of the
/// program.
pub fn keep_wine_alive() -> u32 {
    static KEEPER: LazyLock<Child> = LazyLock::new(|| {
        let mut command = Command::new(compile("keeper", Linking::Loaded));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut keeper = command.spawn().expect("wine is installed");
        let mut line = String::new();
        BufReader::new(keeper.stdout.as_mut().expect("is piped")).read_line(&mut line).expect("prints text");
        assert_eq!(line.trim_end(), "started", "wine does not run programs");
        keeper
    });
    KEEPER.id()
}

/// Runs a program that [`compile`] or [`compile_all`] made.
pub fn run(program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    keep_wine_alive();
    let mut command = Command::new("timeout");
    command.args(["--kill-after=5", LIMIT]).arg(program).args(arguments).stdin(Stdio::null());
    // wine reads arguments and names of files in the encoding of the locale.
    command.env("LC_ALL", "C.UTF-8").envs(environment.iter().copied());
    c_program::take_configuration_away(&mut command);
    let output = c_program::output_in_files(&mut command).expect("timeout is a part of coreutils");
    for said in [&output.stdout, &output.stderr] {
        canary::check("the program", &String::from_utf8_lossy(said));
    }
    assert_ne!(output.status.code(), Some(124), "{}: not over after {LIMIT} s\n{}", program.display(), said(&output));
    output
}

/// Both streams.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|stream| String::from_utf8_lossy(stream)).concat()
}

/// Runs a program whose checks must all hold. It prints nothing then, and neither does the library.
#[track_caller]
pub fn holds(program: &Path, arguments: &[&str], environment: &[(&str, &str)]) {
    let output = run(program, arguments, environment);
    assert!(output.status.success(), "{} {arguments:?}: {:?}\n{}", program.display(), output.status, said(&output));
    assert_eq!(said(&output), "", "{} {arguments:?}", program.display());
}

/// The environment of a client of a scripted server.
pub fn client_of(url: &str) -> [(&str, &str); 2] {
    [("CBJ_BASE_URL", url), ("CBJ_ACCESS_TOKEN", "token")]
}
