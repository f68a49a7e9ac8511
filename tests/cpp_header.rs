//! `include/cloudbackupjobs.hpp`: it compiles without a warning in every standard that it supports, with and without
//! exceptions; what it returns and throws. tests/languages/complete.rs names what it lacks of the C header.
#![allow(missing_docs, reason = "a test program has no interface")]

mod support;

use std::env;
use std::path::PathBuf;
use std::process::Command;

use support::c_program::{self, Linking, library_dir, root, scratch_dir};
use support::sandbox::{self, Options, Sandbox};
use support::target;

const STANDARDS: [&str; 3] = ["c++17", "c++20", "c++2b"];

/// The installed compilers: a newcomer may have none. CI has both.
fn compilers() -> Vec<&'static str> {
    let is_here = |compiler: &&str| env::var_os("CI").is_some() || c_program::is_installed(compiler);
    target::cpp_compilers().iter().copied().filter(is_here).collect()
}

/// Compiles without linking, with every warning an error. Returns the compiler's output.
fn check(compiler: &str, flags: &[&str], source: &PathBuf) -> Result<(), String> {
    let mut command = Command::new(compiler);
    command
        .args([
            "-x",
            "c++",
            "-Wall",
            "-Wextra",
            "-pedantic",
            "-Werror",
            "-Wconversion",
            "-Wsign-conversion",
            "-Wshadow",
        ])
        .args([
            "-Wold-style-cast",
            "-Wnon-virtual-dtor",
            "-Woverloaded-virtual",
            "-Wundef",
            "-Wnull-dereference",
            "-O2",
        ])
        .args(flags)
        .arg("-I")
        .arg(root().join("include"))
        .args(["-c", "-o", "/dev/null"])
        .arg(source);
    let output = command.output().unwrap_or_else(|error| panic!("{compiler} does not start: {error}"));
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && said.is_empty() { Ok(()) } else { Err(format!("{compiler} {flags:?}: {said}")) }
}

fn source(name: &str, text: &str) -> PathBuf {
    let path = scratch_dir().join(name);
    std::fs::write(&path, text).expect("target is writable");
    path
}

#[test]
fn every_compiler_takes_it_twice_in_every_standard_without_a_warning() {
    let twice = source("twice.cpp", "#include <cloudbackupjobs.hpp>\n#include <cloudbackupjobs.hpp>\n");
    // Templates are compiled only if they are used.
    let used = ["tests/c/cpp_api.cpp", "tests/c/cpp_lists.cpp"].map(|source| root().join(source));
    for compiler in compilers() {
        for standard in STANDARDS {
            let standard = format!("-std={standard}");
            for source in [&twice, &used[0], &used[1]] {
                check(compiler, &[&standard], source).unwrap_or_else(|said| panic!("{said}"));
            }
            check(compiler, &[&standard, "-fno-exceptions", "-fno-rtti"], &twice)
                .unwrap_or_else(|said| panic!("{said}"));
        }
        let refused = check(compiler, &["-std=c++14"], &twice).expect_err("C++14 is too old");
        assert!(refused.contains("cloudbackupjobs.hpp is for C++17 and later"), "{refused}");
    }
}

#[test]
fn a_view_that_need_not_end_with_a_nul_is_not_taken_for_a_text() {
    let program = "#include <cloudbackupjobs.hpp>\n\
                   void use(cloudbackupjobs::Client &client) { client.get_job(std::string_view(\"FB1\")); }\n";
    for compiler in compilers() {
        assert!(check(compiler, &["-std=c++17"], &source("view.cpp", program)).is_err());
    }
}

#[test]
fn values_absences_and_failures_are_those_of_the_c_functions() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
    let environment = [
        ("CBJ_BASE_URL", base_url.as_str()),
        ("CBJ_IDENTITY_URL", identity_url.as_str()),
        ("CBJ_CLIENT_ID", "sandbox-client"),
        ("CBJ_CLIENT_SECRET", "sandbox-secret"),
    ];
    for compiler in compilers() {
        for standard in STANDARDS {
            let flag = format!("-std={standard}");
            let program = c_program::compile_as(compiler, &[&flag], "tests/c/cpp_api.cpp", Linking::Shared);
            let output = c_program::run(&program, &[sandbox::FINISHED_WITH_EXCEPTION, sandbox::UNKNOWN], &environment);
            let said = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!((said.0.as_ref(), said.1.as_ref()), ("0\n", ""), "{compiler} {standard}");
        }
    }
}

#[test]
fn lists_summaries_waiting_and_sharing_are_those_of_the_c_functions() {
    let said: Vec<_> = compilers()
        .into_iter()
        .flat_map(|compiler| [STANDARDS[0], STANDARDS[2]].map(|standard| (compiler, standard)))
        .map(|(compiler, standard)| {
            let flag = format!("-std={standard}");
            let program = c_program::compile_as(compiler, &[&flag], "tests/c/cpp_lists.cpp", Linking::Shared);
            // The sandbox refuses one page, once.
            let options = Options { rate_limit_page: Some(1), ..Options::default() };
            let sandbox = Sandbox::start(options).expect("the sandbox starts");
            let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
            let environment = [
                ("CBJ_BASE_URL", base_url.as_str()),
                ("CBJ_IDENTITY_URL", identity_url.as_str()),
                ("CBJ_CLIENT_ID", "sandbox-client"),
                ("CBJ_CLIENT_SECRET", "sandbox-secret"),
            ];
            let output = c_program::run(&program, &[], &environment);
            let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            format!("{compiler} {standard}: {out}{err}")
        })
        .filter(|said| !said.ends_with(": 0\n"))
        .collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

/// Two sources of one program may include it: no function is defined twice.
#[test]
fn two_units_of_one_program_use_it() {
    let first = "#include <cloudbackupjobs.hpp>\n\
                 bool is_refused(const cloudbackupjobs::Query &);\n\
                 int main() { return is_refused(cloudbackupjobs::Query().max_jobs(1)) ? 0 : 1; }\n";
    let second = "#include <cloudbackupjobs.hpp>\n\
                  bool is_refused(const cloudbackupjobs::Query &);\n\
                  bool is_refused(const cloudbackupjobs::Query &query)\n\
                  { return !cloudbackupjobs::Client(static_cast<cbj_client *>(nullptr)).try_list_jobs(query); }\n";
    let (first, second) = (source("first.cpp", first), source("second.cpp", second));
    for compiler in compilers() {
        let program = scratch_dir().join(format!("two-units-{compiler}"));
        let mut command = c_program::compiler(compiler);
        command.args(["-std=c++17", "-Wall", "-Werror", "-O0", "-I"]).arg(root().join("include"));
        command.args([&first, &second]);
        c_program::link(&mut command, Linking::Shared, &library_dir());
        c_program::make(command, &program);
        assert_eq!(c_program::run(&program, &[], &[]).status.code(), Some(0), "{compiler}");
    }
}

/// The wrapper adds nothing to a call: an accessor compiles to the same code as the call in C.
#[test]
fn an_accessor_costs_what_the_c_function_costs() {
    let text = "#include <cloudbackupjobs.hpp>\n\
                extern \"C\" int in_cpp(const cloudbackupjobs::Job &job) { return static_cast<int>(job.state()); }\n\
                extern \"C\" int in_c(cbj_job *const *job) noexcept { return cbj_job_state(*job); }\n";
    let source = source("cost.cpp", text);
    for compiler in compilers() {
        let mut command = Command::new(compiler);
        command.args(["-std=c++17", "-O2", "-S", "-fno-asynchronous-unwind-tables", "-o", "-", "-I"]);
        let output = command.arg(root().join("include")).arg(&source).output().expect("is installed");
        let assembly = String::from_utf8(output.stdout).expect("is text");
        let body = |name: &str| -> Vec<String> {
            let after = assembly.split(&format!("\n{name}:")).nth(1).expect("is compiled");
            let lines = after.lines().skip(1).map(str::trim).take_while(|line| !line.starts_with(".size"));
            let is_code = |line: &&str| !line.starts_with(['.', '#']) && !line.is_empty();
            lines.filter(is_code).map(str::to_owned).collect()
        };
        assert!(!body("in_c").is_empty());
        assert_eq!(body("in_cpp"), body("in_c"), "{compiler}");
    }
}
