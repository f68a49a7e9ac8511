//! Programs outside the repository: by pkg-config, CMake and Meson, shared and static.

use std::path::Path;
use std::process::Command;

use super::tree::{Tree, consumer, installed, is_here, run, succeeds};
use crate::support::c_program::{self, root};
use crate::support::sandbox::{self, Options, Sandbox};

pub fn pkg_config(tree: &Tree, arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    command.args(arguments);
    command.env("PKG_CONFIG_PATH", tree.pkg_config_path()).env_remove("PKG_CONFIG_SYSROOT_DIR");
    succeeds(&mut command).split_whitespace().map(str::to_owned).collect()
}

/// Runs a program against the sandbox; what it printed, and its exit status.
fn ask(tree: &Tree, program: &Path, arguments: &[&str], sandbox: &Sandbox) -> (String, Option<i32>) {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("CBJ_BASE_URL", sandbox.base_url())
        .env("CBJ_IDENTITY_URL", sandbox.identity_url())
        .env("CBJ_CLIENT_ID", "sandbox-client")
        .env("CBJ_CLIENT_SECRET", "sandbox-secret");
    let shared = program.file_name().is_some_and(|name| name.to_string_lossy().contains("shared"));
    let output = if shared {
        // run() takes it away, and the tree is not where the system looks.
        let path = tree.libraries();
        let mut with_path = Command::new("env");
        with_path.arg(format!("LD_LIBRARY_PATH={}", path.display())).arg(program).args(arguments);
        for (name, value) in command.get_envs() {
            with_path.env(name, value.expect("is set"));
        }
        run(&mut with_path)
    } else {
        run(&mut command)
    };
    (super::tree::both(&output), output.status.code())
}

fn prints_the_job(tree: &Tree, program: &Path) {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (said, status) = ask(tree, program, &[sandbox::FINISHED_WITH_EXCEPTION], &sandbox);
    assert_eq!(status, Some(0), "{}: {said}", program.display());
    assert!(said.contains("Finished with Exception"), "{said}");
}

fn holds_in_cpp(tree: &Tree, program: &Path) {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let said = ask(tree, program, &[sandbox::FINISHED_WITH_EXCEPTION, sandbox::UNKNOWN], &sandbox);
    assert_eq!(said, ("0\n".to_owned(), Some(0)), "{}", program.display());
}

/// Whether the program needs the dynamic loader at all.
fn is_dynamic(program: &Path) -> bool {
    succeeds(Command::new("readelf").arg("-d").arg(program)).contains("(NEEDED)")
}

/// Whether the dynamic loader is asked for the library.
fn wants_library(program: &Path) -> bool {
    succeeds(Command::new("readelf").arg("-d").arg(program)).contains("[libcloudbackupjobs.so.1]")
}

#[test]
fn c_by_pkg_config_shared() {
    let Some(tree) = installed().filter(|_| is_here("pkg-config")) else { return };
    let folder = consumer("pkg_config_shared");
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "job_details.c", "-o", "c_shared"]);
    succeeds(command.current_dir(&folder).args(pkg_config(tree, &["--cflags", "--libs", "cloudbackupjobs"])));
    assert!(wants_library(&folder.join("c_shared")));
    prints_the_job(tree, &folder.join("c_shared"));
}

#[test]
fn c_by_pkg_config_static() {
    let Some(tree) = installed().filter(|_| is_here("pkg-config")) else { return };
    let folder = consumer("pkg_config_static");
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-Wall", "-Wextra", "-pedantic", "-Werror", "job_details.c", "-o", "c_static"]);
    succeeds(command.current_dir(&folder).args(pkg_config(tree, &["--cflags", "--libs", "cloudbackupjobs-static"])));
    assert!(!wants_library(&folder.join("c_static")));
    assert!(is_dynamic(&folder.join("c_static")));
    prints_the_job(tree, &folder.join("c_static"));
}

/// With nothing to load at run time, by either pkg-config file, and with the flags of a project that adds `--static`.
#[test]
fn c_by_pkg_config_without_any_shared_library() {
    let Some(tree) = installed().filter(|_| is_here("pkg-config")) else { return };
    let folder = consumer("pkg_config_whole");
    for (compiler, arguments) in [
        ("gcc", &["--cflags", "--libs", "cloudbackupjobs-static"][..]),
        ("gcc", &["--static", "--cflags", "--libs", "cloudbackupjobs"][..]),
        ("clang", &["--cflags", "--libs", "cloudbackupjobs-static"][..]),
    ] {
        if !is_here(compiler) {
            continue;
        }
        let mut command = Command::new(compiler);
        command.args(["-std=c99", "-static", "job_details.c", "-o", "whole"]);
        succeeds(command.current_dir(&folder).args(pkg_config(tree, arguments)));
        assert!(!is_dynamic(&folder.join("whole")), "{compiler} {arguments:?}");
        prints_the_job(tree, &folder.join("whole"));
    }
}

/// The library of `cargo build`, which is not installed: the build line of README with `-static`.
#[test]
fn the_build_line_without_installing_works_without_any_shared_library() {
    let Some(_) = installed() else { return };
    let folder = consumer("built_whole");
    let mut command = Command::new("cc");
    command.args(["-std=c99", "-static", "job_details.c", "-o", "whole"]).arg("-I").arg(root().join("include"));
    command.arg(c_program::library_dir().join("libcloudbackupjobs.a")).args(c_program::STATIC_LIBRARIES);
    succeeds(command.current_dir(&folder));
    assert!(!is_dynamic(&folder.join("whole")));
    let output = run(&mut Command::new(folder.join("whole")));
    assert!(super::tree::both(&output).starts_with("usage: "), "{}", super::tree::both(&output));
}

#[test]
fn c_and_cpp_by_cmake_shared_and_static() {
    let Some(tree) = installed().filter(|_| is_here("cmake")) else { return };
    let folder = consumer("cmake");
    let mut configure = Command::new("cmake");
    configure.args(["-S", ".", "-B", "build", "-DCMAKE_BUILD_TYPE=Release"]);
    configure.arg(format!("-DWANTED_VERSION={}", env!("CARGO_PKG_VERSION")));
    configure.arg(format!("-DCMAKE_PREFIX_PATH={}", tree.prefix.display()));
    let said = succeeds(configure.current_dir(&folder));
    assert!(said.contains(concat!("found version ", env!("CARGO_PKG_VERSION"))), "{said}");
    succeeds(Command::new("cmake").args(["--build", "build"]).current_dir(&folder));
    for kind in ["shared", "static"] {
        let (c, cpp) = (folder.join(format!("build/c_{kind}")), folder.join(format!("build/cpp_{kind}")));
        for program in [&c, &cpp] {
            assert_eq!(wants_library(program), kind == "shared", "{}", program.display());
        }
        prints_the_job(tree, &c);
        holds_in_cpp(tree, &cpp);
    }
    for whole in [folder.join("build/c_whole"), folder.join("build/cpp_whole")] {
        assert!(!is_dynamic(&whole), "{}", whole.display());
    }
    prints_the_job(tree, &folder.join("build/c_whole"));
    holds_in_cpp(tree, &folder.join("build/cpp_whole"));
}

#[test]
fn cmake_says_what_it_misses() {
    let Some(tree) = installed().filter(|_| is_here("cmake")) else { return };
    let folder = consumer("cmake_misses");
    let configure = |wanted: &str| {
        let mut command = Command::new("cmake");
        command.args(["-S", ".", "-B", wanted]).arg(format!("-DWANTED_VERSION={wanted}"));
        command.arg(format!("-DCMAKE_PREFIX_PATH={}", tree.prefix.display())).current_dir(&folder);
        let output = run(&mut command);
        (output.status.success(), super::tree::both(&output))
    };
    let (succeeded, said) = configure("99.0");
    assert!(!succeeded && said.contains("99.0"), "{said}");
    assert!(configure("0.0.1").0, "an older version was asked for");
    assert!(configure("0.0.1...99").0, "a range was asked for");
    assert!(!configure("0.0.1...<0.0.2").0, "a range that ends before");

    let lists = std::fs::read_to_string(folder.join("CMakeLists.txt")).expect("is there");
    let lists = lists.replace("COMPONENTS shared static", "COMPONENTS statc");
    std::fs::write(folder.join("CMakeLists.txt"), lists).expect("target is writable");
    let (succeeded, said) = configure("0.0.1.1");
    assert!(!succeeded && said.contains("no component statc"), "{said}");
}

#[test]
fn c_and_cpp_by_meson() {
    let Some(tree) = installed().filter(|_| is_here("meson")) else { return };
    let folder = consumer("meson");
    let mut setup = Command::new("meson");
    setup.args(["setup", "build"]).env("PKG_CONFIG_PATH", tree.pkg_config_path());
    succeeds(setup.current_dir(&folder));
    succeeds(Command::new("meson").args(["compile", "-C", "build"]).current_dir(&folder));
    assert!(wants_library(&folder.join("build/c_shared")));
    prints_the_job(tree, &folder.join("build/c_shared"));
    holds_in_cpp(tree, &folder.join("build/cpp_shared"));
    assert!(!wants_library(&folder.join("build/c_inside")));
    prints_the_job(tree, &folder.join("build/c_inside"));
}
