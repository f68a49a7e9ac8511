//! The programs and modules, compiled.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use super::support::c_program::{self, Linking, compiler, library_dir, root, sanitizers, scratch_dir};
use super::support::target::{self, Need};

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
    if artifact.name != COLLECTD.name {
        return true;
    }
    let is_there = Path::new("/usr/include/collectd/core/daemon/plugin.h").exists();
    assert!(is_there || std::env::var_os("CI").is_none(), "CI has collectd-dev");
    is_there && target::has(Need::Collectd)
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
pub fn compile(artifact: &Artifact, compiler_name: &str, flags: &[&str]) -> PathBuf {
    let tag: String = flags.concat().chars().filter(char::is_ascii_alphanumeric).collect();
    let ending = if artifact.is_module { ".so" } else { "" };
    let folder = scratch_dir().join(format!("{compiler_name}-{tag}"));
    std::fs::create_dir_all(&folder).expect("target is writable");
    let made = folder.join(format!("{}{ending}", artifact.name));
    let agents = root().join("examples/agents");
    // Tests run side by side, and one must not run what another is just writing.
    static MADE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut all_made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if all_made.contains(&made) {
        return made;
    }
    let mut command = compiler(compiler_name);
    // Not the test's flags but the standard comes first: what is added may name another.
    command.args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-g", "-O1"]).args(WARNINGS).args(flags);
    command.arg("-I").arg(root().join("include")).arg("-I").arg(agents.join("shared"));
    command.args(artifact.flags).args(sources(artifact));
    c_program::link(&mut command, Linking::Shared, &library_dir());
    if artifact.is_module {
        command.args(["-shared", "-fPIC"]);
        c_program::compile_to(command, &made);
    } else {
        c_program::make(command, &made);
    }
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
    let mut command = compiler("cc");
    command.args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-O1"]);
    command.arg("-I").arg(root().join("include")).arg("-I").arg(agents.join("shared")).args(sources(&PLUGIN));
    c_program::link(&mut command, Linking::Static, &library_dir());
    c_program::make(command, &made);
    made
}

/// The plugin with sanitizers, or the plugin as it is where it cannot run with them.
pub fn sanitized_plugin() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| compile(&PLUGIN, "cc", sanitizers()));
    &PROGRAM
}
