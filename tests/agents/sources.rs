//! The sources compile everywhere without a warning.

use super::build::{ARTIFACTS, compile, has_what_it_needs};
use super::support::c_program::is_installed;

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

#[test]
fn the_shared_header_is_cpp_too() {
    if !is_installed("c++") {
        assert!(std::env::var_os("CI").is_none(), "CI has a C++ compiler");
        return;
    }
    let (root, scratch) = (super::support::c_program::root(), super::support::c_program::scratch_dir());
    let source = scratch.join("lifted_out.cpp");
    std::fs::write(&source, "#include \"job_check.h\"\nint main() { return jc_worse(JC_OK, JC_OK); }\n")
        .expect("writes");
    let object = scratch.join("job_check.o");
    let compile = |compiler: &str, arguments: &[&std::ffi::OsStr]| {
        let mut command = std::process::Command::new(compiler);
        command.args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-I"]).arg(root.join("include"));
        command.arg("-I").arg(root.join("examples/agents/shared")).args(arguments);
        let output = command.output().expect("the compiler starts");
        assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    };
    let shared = root.join("examples/agents/shared/job_check.c");
    compile("cc", &["-std=c99".as_ref(), "-c".as_ref(), shared.as_ref(), "-o".as_ref(), object.as_ref()]);
    let library = super::support::c_program::library_dir();
    let program = scratch.join("lifted_out");
    compile(
        "c++",
        &[
            "-std=c++98".as_ref(),
            "-Wno-long-long".as_ref(),
            source.as_ref(),
            object.as_ref(),
            "-L".as_ref(),
            library.as_ref(),
            "-lcloudbackupjobs".as_ref(),
            "-lm".as_ref(),
            "-o".as_ref(),
            program.as_ref(),
        ],
    );
    assert!(std::process::Command::new(program).status().is_ok());
}
