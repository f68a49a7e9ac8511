//! The sources compile everywhere without a warning, and those that agents share can be used alone, from C++ too.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::build::{ARTIFACTS, compile, has_what_it_needs, sources_in};
use super::support::c_program::{is_installed, library_dir, root, scratch_dir};

#[test]
fn every_source_compiles_without_a_warning_as_c99_and_c11_with_gcc_and_clang() {
    for compiler in ["gcc", "clang"] {
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

/// A compiler that finds the headers of the library and of `shared`.
fn compiler(name: &str) -> Command {
    let mut command = Command::new(name);
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
    let source = scratch_dir().join("lifted_out.cpp");
    std::fs::write(&source, "#include \"job_check.h\"\nint main() { return jc_worse(JC_OK, JC_OK); }\n")
        .expect("writes");
    let program = scratch_dir().join("lifted_out");
    let mut link = compiler("c++");
    link.args(["-std=c++98", "-Wno-long-long"]).arg(source).args(shared_objects("cpp")).arg("-L").arg(library_dir());
    run(link.args(["-lcloudbackupjobs", "-lm", "-o"]).arg(&program));
    assert!(Command::new(program).status().is_ok());
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
