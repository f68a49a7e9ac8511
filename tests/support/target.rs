//! The machine for which the tests compile C programs, and on which these run: this machine, or the target that
//! `CBJ_TEST_TARGET` names. `packaging/targets` has the targets, and `packaging/target` their compilers and the programs
//! that run their programs (qemu, wine, a loader). The servers of the tests always run on this machine.
//!
//! A test does not know the target. If it needs something that targets lack, it asks [`has`].

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::c_program::root;
use super::targets;

/// What a test may need that this machine has and a target may lack. This is the list of all exceptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// The address sanitizer and that for undefined behaviour.
    Sanitizers,
    /// The command `cc`, as documents write it.
    Cc,
    /// A compiler that makes a program of C++ sources in one step.
    Cpp,
    /// gdb, which stops a thread at a chosen moment.
    Gdb,
    /// The headers of collectd.
    Collectd,
    /// A way to tell the memory of a program that starts threads.
    Memory,
}

impl Need {
    /// Why the target lacks it, or `None` if it has it.
    fn lacking_on(self, triple: &str) -> Option<&'static str> {
        match self {
            Self::Sanitizers => Some("the compilers for other targets come without the sanitizers' libraries"),
            Self::Cc => Some("cc compiles for this machine"),
            Self::Cpp => (triple.starts_with("armv7-"))
                .then_some("cargo-zigbuild adds a file in C to each program, and C knows no standard of C++"),
            Self::Gdb => {
                Some("gdb controls no program under qemu or an explicit loader, and stops none that zig has linked")
            }
            Self::Collectd => Some("collectd's headers are for this machine, as is the collectd that loads the module"),
            // A C program of ten lines that starts and joins threads, one after the other, grows by that much for each.
            Self::Memory => (triple == "aarch64-unknown-linux-musl").then_some(
                "musl does not tell how much of the heap is in use, and qemu 7.2 keeps 327 KiB for each thread that has ended",
            ),
        }
    }
}

/// Whether the machine on which the C programs run has it. Says so if not.
pub fn has(need: Need) -> bool {
    let lacking = triple().and_then(|triple| need.lacking_on(triple));
    if let Some(reason) = lacking {
        eprintln!("left out on {}: {reason}", triple().unwrap_or_default());
    }
    lacking.is_none()
}

/// The target, unless the programs are for this machine.
pub fn triple() -> Option<&'static str> {
    static TRIPLE: LazyLock<Option<String>> = LazyLock::new(|| {
        let triple = env::var("CBJ_TEST_TARGET").ok()?;
        assert!(targets::rows().iter().any(|row| row.triple == triple), "packaging/targets has no {triple}");
        assert!(env::var_os("CBJ_TEST_VALGRIND").is_none(), "valgrind is for programs of this machine");
        Some(triple)
    });
    TRIPLE.as_deref()
}

/// Whether the C library is musl.
pub fn is_musl() -> bool {
    triple().is_some_and(|triple| triple.ends_with("-musl"))
}

pub fn is_windows() -> bool {
    triple().is_some_and(|triple| triple.contains("-windows-"))
}

/// Where `packaging/target TRIPLE cargo build` puts the libraries.
pub fn library_dir() -> Option<PathBuf> {
    triple().map(|triple| root().join("target/cross").join(triple).join("debug"))
}

/// The C or C++ compiler of this name, or that of the target.
pub fn compiler(name: &str) -> Command {
    if triple().is_none() {
        return Command::new(name);
    }
    Command::new(programs().join(if name.contains("++") { "target-c++" } else { "target-cc" }))
}

/// Flags behind all others: they spare the target's compiler the warnings about what is not ours.
pub fn last_flags() -> &'static [&'static str] {
    match triple() {
        None => &[],
        // For this processor cargo-zigbuild compiles a file of its own together with ours.
        Some(triple) if triple.starts_with("armv7-") => &["-Wno-c11-extensions", "-Wno-missing-prototypes"],
        // zig's headers of glibc use a keyword of C11 in every standard.
        Some(_) => &["-Wno-c11-extensions"],
    }
}

/// The folder of `target-cc` and the other programs of `packaging/target`.
fn programs() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let mut command = Command::new(root().join("packaging/target"));
        command.args([triple().expect("is set"), "sh", "-c", "dirname $(command -v target-cc)"]);
        let output = command.output().expect("packaging/target starts");
        assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
        PathBuf::from(String::from_utf8(output.stdout).expect("UTF-8").trim_end())
    });
    &FOLDER
}

/// How many times longer than on this machine a program may take for what it promises in milliseconds. Emulated code runs at
/// a tenth of the speed, and an emulated system call takes several of the machine's own.
pub fn patience() -> u32 {
    let is_emulated = triple_to_run().is_some_and(|triple| !triple.starts_with("i686-"));
    if is_emulated { 5 } else { 1 }
}

/// The C compilers by which the sources are compiled without a warning.
pub fn compilers() -> &'static [&'static str] {
    if triple().is_some() { &["cc"] } else { &["gcc", "clang"] }
}

/// As [`compilers`], for C++.
pub fn cpp_compilers() -> &'static [&'static str] {
    match triple() {
        None => &["g++", "clang++"],
        Some(_) if has(Need::Cpp) => &["c++"],
        Some(_) => &[],
    }
}

/// What the static library needs beside the libraries that it needs on this machine.
pub fn static_libraries() -> &'static [&'static str] {
    match triple() {
        None => &[],
        // gcc has the functions that unwind in its own library; zig, the linker for Linux targets, has them here.
        Some(_) => &["-lunwind"],
    }
}

/// What makes a program that can load libraries.
pub fn loading_flags() -> &'static [&'static str] {
    // zig links a program for musl statically if it is linked with no shared library.
    if is_musl() { &["-dynamic"] } else { &[] }
}

/// The target, if its programs need a program that runs them.
fn triple_to_run() -> Option<&'static str> {
    triple().filter(|triple| !triple.starts_with("x86_64-unknown-linux-"))
}

/// The path at which a compiler puts a program that the tests will run as `program`.
pub fn compiled(program: &Path) -> PathBuf {
    match triple_to_run() {
        None => program.to_owned(),
        Some(_) => program.with_extension(if is_windows() { "exe" } else { "bin" }),
    }
}

/// Makes `program` runnable here, after [`compiled`] was written. For a target it becomes a script that runs what was
/// compiled, so that a test starts it, sends it signals and closes its streams as if it were the program.
pub fn make_runnable(program: &Path) {
    let Some(triple) = triple_to_run() else { return };
    // cargo sets LD_LIBRARY_PATH for this machine's programs.
    let script = format!(
        "#!/bin/sh\n# Runs a program for {triple}.\nunset LD_LIBRARY_PATH\nexec '{}' '{}' \"$@\"\n",
        programs().join("target-run").display(),
        compiled(program).display()
    );
    // Another test may be running the script that an earlier run has made.
    let new = program.with_extension("new");
    fs::write(&new, script).expect("target is writable");
    fs::set_permissions(&new, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("is ours");
    fs::rename(&new, program).expect("target is writable");
}
