//! The programs and modules, compiled.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};

use super::support::c_program::{STATIC_LIBRARIES, library_dir, root, scratch_dir};

/// A program or module that is compiled.
pub struct Artifact {
    pub name: &'static str,
    /// Below `examples/agents`. It is compiled from all C files of this folder and of `shared`.
    pub folder: &'static str,
    /// A module that its host loads, not a program.
    pub is_module: bool,
    /// Flags that only its build line has.
    pub flags: &'static [&'static str],
}

pub const PLUGIN: Artifact = Artifact { name: "check_cloudbackup_job", folder: "nagios", is_module: false, flags: &[] };

pub const ZABBIX: Artifact = Artifact { name: "cloudbackup", folder: "zabbix", is_module: true, flags: &[] };

pub const COLLECTD: Artifact = Artifact {
    name: "collectd-cloudbackup",
    folder: "collectd",
    is_module: true,
    // Its headers are not held to our warnings.
    flags: &["-isystem", "/usr/include/collectd"],
};

pub const NET_SNMP: Artifact = Artifact { name: "cloudbackup_pass", folder: "net-snmp", is_module: false, flags: &[] };

pub const ARTIFACTS: &[&Artifact] = &[&PLUGIN, &ZABBIX, &COLLECTD, &NET_SNMP];

/// Whether the headers of the host are there. CI has them.
pub fn has_what_it_needs(artifact: &Artifact) -> bool {
    let is_there = artifact.name != COLLECTD.name || Path::new("/usr/include/collectd/core/daemon/plugin.h").exists();
    assert!(is_there || std::env::var_os("CI").is_none(), "CI has collectd-dev");
    is_there
}

/// A warning of any of these is an error, in C99 and C11, with gcc and clang: the same as for the header.
pub const WARNINGS: &[&str] = &[
    "-Wall",
    "-Wextra",
    "-pedantic",
    "-Werror",
    "-Wundef",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
    "-Wold-style-definition",
    "-Wc++-compat",
];

/// With the address sanitizer and that for undefined behaviour, which end the program at the first finding.
pub const SANITIZED: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

/// The C files of a folder below `examples/agents`.
pub fn sources_in(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("examples/agents").join(folder)).expect("is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("is readable").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "c"));
    files.sort();
    files
}

/// The C files of an artifact.
pub fn sources(artifact: &Artifact) -> Vec<PathBuf> {
    [sources_in(artifact.folder), sources_in("shared")].concat()
}

/// Compiles an artifact and gives its path.
pub fn compile(artifact: &Artifact, compiler: &str, flags: &[&str]) -> PathBuf {
    let tag: String = flags.concat().chars().filter(char::is_ascii_alphanumeric).collect();
    let ending = if artifact.is_module { ".so" } else { "" };
    let folder = scratch_dir().join(format!("{compiler}-{tag}"));
    std::fs::create_dir_all(&folder).expect("target is writable");
    let made = folder.join(format!("{}{ending}", artifact.name));
    let agents = root().join("examples/agents");
    let dir = library_dir();
    // Tests run side by side, and one must not run what another is just writing.
    static MADE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut all_made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if all_made.contains(&made) {
        return made;
    }
    let mut command = Command::new(compiler);
    // Not the test's flags but the standard comes first: what is added may name another.
    command.args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-g", "-O1"]).args(WARNINGS).args(flags);
    command.arg("-I").arg(root().join("include")).arg("-I").arg(agents.join("shared"));
    if artifact.is_module {
        command.args(["-shared", "-fPIC"]);
    }
    command.args(artifact.flags).args(sources(artifact));
    command.arg("-L").arg(&dir).args(["-lcloudbackupjobs", "-lm", "-lpthread"]);
    command.arg("-Wl,--disable-new-dtags").arg(format!("-Wl,-rpath,{}", dir.display())).arg("-o").arg(&made);
    let output = command.output().unwrap_or_else(|error| panic!("{compiler} does not start: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    all_made.insert(made.clone());
    made
}

/// The plugin as an operator has it.
pub fn plugin() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| compile(&PLUGIN, "cc", &[]));
    &PROGRAM
}

/// The plugin with the library inside: one file that runs wherever it lies.
pub fn static_plugin() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(compile_static_plugin);
    &PROGRAM
}

fn compile_static_plugin() -> PathBuf {
    let made = scratch_dir().join("check_cloudbackup_job-static");
    let agents = root().join("examples/agents");
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-O1", "-I"]).arg(root().join("include")).arg("-I").arg(agents.join("shared"));
    command.args(sources(&PLUGIN));
    command.arg(library_dir().join("libcloudbackupjobs.a")).args(STATIC_LIBRARIES).arg("-o").arg(&made);
    let output = command.output().expect("cc is installed");
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    made
}

/// The plugin with sanitizers; under valgrind, which does not go with them, the plugin as it is.
pub fn sanitized_plugin() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| compile(&PLUGIN, "cc", SANITIZED));
    if std::env::var_os("CBJ_TEST_VALGRIND").is_some() { plugin() } else { &PROGRAM }
}
