//! The sources compile everywhere without a warning, and those that agents share can be used alone, from C++ too.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::{ARTIFACTS, PLUGIN, WARNINGS, compile, has_what_it_needs, sources, sources_in};
use super::support::c_program::{self, Linking, is_installed, library_dir, root, scratch_dir};
use super::support::target::{self, Need};

#[test]
fn every_source_compiles_without_a_warning_as_c99_and_c11_with_gcc_and_clang() {
    for compiler in target::compilers() {
        if !is_installed(compiler) {
            assert!(std::env::var_os("CI").is_none(), "CI has {compiler}");
            continue;
        }
        for artifact in ARTIFACTS.iter().filter(|artifact| has_what_it_needs(artifact)) {
            for standard in ["-std=c99", "-std=c11"] {
                compile(artifact, compiler, &[standard]);
            }
        }
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("prints UTF-8")
}

/// The compiler for Windows, if it is installed. CI has it.
fn windows_compiler() -> Option<&'static str> {
    let name = "x86_64-w64-mingw32-gcc";
    let is_there = is_installed(name);
    assert!(is_there || std::env::var_os("CI").is_none(), "CI has {name}");
    is_there.then_some(name)
}

#[test]
fn the_plugin_and_the_shared_files_compile_for_windows_without_a_warning() {
    let Some(compiler) = windows_compiler() else { return };
    let agents = root().join("examples/agents");
    for standard in ["-std=c99", "-std=c11"] {
        for source in sources(&PLUGIN) {
            let mut command = Command::new(compiler);
            command.args([standard, "-O1", "-c", "-o", "/dev/null"]).args(WARNINGS);
            command.arg("-I").arg(root().join("include")).arg("-I").arg(agents.join("shared")).arg(source);
            run(&mut command);
        }
    }
}

/// The headers that a source includes, and the macro of Windows if it is there.
fn systems_in(source: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(source).expect("is text");
    let is_of_a_system = |line: &&str| {
        let header = line.strip_prefix("#include <").and_then(|rest| rest.split('>').next());
        line.contains("_WIN32")
            || header.is_some_and(|header| SYSTEM_HEADERS.contains(&header) || header.contains("sys/"))
    };
    text.lines().filter(is_of_a_system).map(str::to_owned).collect()
}

const SYSTEM_HEADERS: &[&str] =
    &["fcntl.h", "io.h", "process.h", "pthread.h", "regex.h", "signal.h", "unistd.h", "windows.h"];

/// What is written once for each system is read beside its counterpart.
#[test]
fn only_the_files_for_a_system_know_it() {
    let jobs = std::fs::read_dir(root().join("examples/c/jobs")).expect("is there");
    let jobs = jobs.map(|entry| entry.expect("is readable").path());
    let all: Vec<PathBuf> = jobs.chain(sources(&PLUGIN)).collect();
    let is_for_a_system = |file: &Path| {
        let name = file.file_name().and_then(OsStr::to_str).expect("UTF-8");
        name.ends_with("_posix.c") || name.ends_with("_windows.c")
    };
    let (of_a_system, portable): (Vec<PathBuf>, Vec<PathBuf>) = all.into_iter().partition(|file| is_for_a_system(file));
    assert_eq!(of_a_system.len(), 7, "{of_a_system:?}");
    for file in of_a_system {
        assert!(!systems_in(&file).is_empty(), "{} is for one system, and does not look so", file.display());
    }
    for file in portable {
        // signals.c has sig_atomic_t from the signal.h of C itself.
        let known: Vec<String> = systems_in(&file).into_iter().filter(|line| line != "#include <signal.h>").collect();
        assert_eq!(known, [""; 0], "{}", file.display());
    }
}

/// A compiler that finds the headers of the library and of `shared`.
fn compiler(name: &str) -> Command {
    let mut command = c_program::compiler(name);
    command.args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-I"]).arg(root().join("include"));
    command.arg("-I").arg(root().join("examples/agents/shared"));
    command
}

/// Compiles each file of `shared` by itself, into a folder of the test.
fn shared_objects(folder: &str) -> Vec<PathBuf> {
    let folder = scratch_dir().join(folder);
    std::fs::create_dir_all(&folder).expect("target is writable");
    let compile = |source: PathBuf| {
        let object = folder.join(source.with_extension("o").file_name().expect("is a file"));
        run(compiler("cc").args(["-std=c99", "-c"]).arg(source).arg("-o").arg(&object));
        object
    };
    sources_in("shared").into_iter().map(compile).collect()
}

#[test]
fn the_shared_files_are_cpp_too() {
    if !is_installed("c++") {
        assert!(std::env::var_os("CI").is_none(), "CI has a C++ compiler");
        return;
    }
    if !target::has(Need::Cpp) {
        return;
    }
    let source = scratch_dir().join("lifted_out.cpp");
    std::fs::write(&source, "#include \"job_check.h\"\nint main() { return jc_worse(JC_OK, JC_OK); }\n")
        .expect("writes");
    let program = scratch_dir().join("lifted_out");
    let mut link = compiler("c++");
    link.args(["-std=c++98", "-Wno-long-long"]).arg(source).args(shared_objects("cpp"));
    c_program::link(&mut link, Linking::Shared, &library_dir());
    c_program::make(link, &program);
    assert_eq!(c_program::run(&program, &[], &[]).status.code(), Some(0));
}

/// The symbols of an object that `nm` lists with these options, as far as they are ours.
fn symbols(object: &Path, option: &str) -> Vec<String> {
    let listed = run(Command::new("nm").args(["-P", "-g", option]).arg(object));
    let names = listed.lines().filter_map(|line| line.split(' ').next());
    names.filter(|name| name.starts_with("jc_")).map(str::to_owned).collect()
}

#[test]
fn each_shared_file_uses_only_files_above_it() {
    if !is_installed("nm") {
        assert!(std::env::var_os("CI").is_none(), "CI has nm");
        return;
    }
    let header = std::fs::read_to_string(root().join("examples/agents/shared/job_check.h")).expect("is there");
    let list = header.split("Each uses only files above it:").nth(1).and_then(|rest| rest.split("*/").next());
    let listed: Vec<&str> =
        list.expect("job_check.h lists the files").split_whitespace().filter(|word| word.ends_with(".c")).collect();
    let objects: BTreeMap<String, PathBuf> = shared_objects("order")
        .into_iter()
        .map(|object| (object.file_stem().and_then(OsStr::to_str).expect("UTF-8").to_owned() + ".c", object))
        .collect();
    let mut in_order = listed.clone();
    in_order.sort_unstable();
    assert_eq!(in_order, objects.keys().collect::<Vec<_>>(), "job_check.h lists every file once");
    let mut defined: Vec<String> = Vec::new();
    for file in listed {
        defined.extend(symbols(&objects[file], "--defined-only"));
        for name in symbols(&objects[file], "--undefined-only") {
            assert!(defined.contains(&name), "{file} uses {name}, which no file above it defines");
        }
    }
    assert!(defined.len() > 30, "{defined:?}");
}
