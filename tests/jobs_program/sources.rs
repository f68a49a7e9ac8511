//! The sources and the man page.

use std::process::Command;

use super::program::{compile, compile_for_windows, folder, run_with};
use super::support::c_program::{is_installed, root, scratch_dir};
use super::support::target::{self, Need};

fn is_here(program: &str) -> bool {
    let here = is_installed(program);
    assert!(here || std::env::var_os("CI").is_none(), "CI has {program}");
    if !here {
        eprintln!("left out: {program} is not installed");
    }
    here
}

#[test]
fn they_compile_without_a_warning_as_c99_and_c11_with_gcc_and_clang() {
    for compiler in target::compilers().iter().filter(|compiler| is_here(compiler)) {
        for standard in ["-std=c99", "-std=c11"] {
            compile(&format!("{compiler}{standard}"), compiler, standard, &[]);
        }
    }
}

#[test]
fn they_compile_for_windows_without_a_warning() {
    let compiler = "x86_64-w64-mingw32-gcc";
    if is_here(compiler) {
        for standard in ["-std=c99", "-std=c11"] {
            compile_for_windows(compiler, standard);
        }
    }
}

#[test]
fn each_is_read_in_one_sitting() {
    for entry in std::fs::read_dir(folder()).expect("is there") {
        let path = entry.expect("is readable").path();
        let lines = std::fs::read_to_string(&path).expect("is text").lines().count();
        assert!(lines <= 300, "{}: {lines} lines", path.display());
    }
}

/// A person who copies the program builds it with the lines in its first comment.
#[test]
fn the_build_line_builds() {
    if !target::has(Need::Cc) {
        return;
    }
    let text = std::fs::read_to_string(folder().join("main.c")).expect("is there");
    let line =
        text.split(" *     cc ").nth(1).and_then(|rest| rest.split(" *     CBJ_").next()).expect("has a build line");
    let line = line.replace("\\\n *", "");
    let made = scratch_dir().join("by_build_line");
    // The library lies elsewhere in a test.
    let library = super::support::c_program::library_dir();
    let line = line.replace("-o cloudbackupjobs", &format!("-o {}", made.display()));
    let line = line.replace("target/release", &library.display().to_string()).replace("$PWD/", "");
    let mut sh = Command::new("sh");
    let output = sh.arg("-c").arg(format!("cc {line}")).current_dir(root()).output().expect("sh is there");
    assert!(output.status.success(), "{line}\n{}", String::from_utf8_lossy(&output.stderr));
    // Cargo's path to target/PROFILE, where an older library may lie, would win over the rpath.
    let output = Command::new(&made).arg("--version").env_remove("LD_LIBRARY_PATH").output().expect("starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The long options in a text.
fn options(text: &str, mark: &str) -> Vec<String> {
    let is_letter = |c: char| c.is_ascii_lowercase() || c == '-';
    let name = |rest: &str| rest.split(|c| !is_letter(c)).next().unwrap_or_default().trim_end_matches('-').to_owned();
    let mut names: Vec<String> = text.split(mark).skip(1).map(name).filter(|name| !name.is_empty()).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn the_man_page_names_every_option_and_every_name() {
    let help = run_with(&[], &["--help"]).stdout;
    let page = std::fs::read_to_string(folder().join("cloudbackupjobs.1")).expect("is there");
    let named = options(&help, " --");
    assert!(named.len() >= 13, "{named:?}");
    assert_eq!(options(&page, ".It Fl -"), named);
    let source = std::fs::read_to_string(folder().join("options.c")).expect("is there");
    let table = source.split("option named[] = {").nth(1).and_then(|rest| rest.split("};").next()).expect("is there");
    let mut taken: Vec<String> = table
        .split("{\"")
        .skip(1)
        .filter_map(|rest| rest.split_once("\", "))
        .map(|(name, _)| name.to_owned())
        .collect();
    taken.retain(|name| !name.contains('"'));
    taken.sort();
    assert_eq!(named, taken, "--help against the table");
    for label in ["KIND ", "STATE ", "TYPE "] {
        let names =
            help.split(&format!("\n{label}")).nth(1).and_then(|rest| rest.split("\n\n").next()).expect("is there");
        let names = names.split("\nSTATE").next().and_then(|names| names.split("\nTYPE").next()).expect("is there");
        for name in names.split([',', ' ', '\n']).filter(|name| !name.is_empty()) {
            assert!(page.split([' ', '\n']).any(|word| word == name), "{label}: the page does not name {name}");
        }
    }
    for status in 0..=5 {
        assert!(page.contains(&format!("\n.It {status}\n")) && help.contains(&format!("\n  {status}  ")), "{status}");
    }
    for variable in ["CBJ_DATA_CENTER", "CBJ_CLIENT_SECRET_FILE", "NO_COLOR", "TZ"] {
        assert!(page.contains(variable));
    }
}

#[test]
fn mandoc_has_no_complaint() {
    if !is_here("mandoc") || !is_here("python3") {
        return;
    }
    let folder = scratch_dir().join("man");
    let written = Command::new(root().join("packaging/reference")).arg(&folder).output().expect("starts");
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let page = folder.join("man1/cloudbackupjobs.1");
    let text = std::fs::read_to_string(&page).expect("is written");
    assert!(text.contains(concat!(".Os cloudbackupjobs ", env!("CARGO_PKG_VERSION"), "\n")), "{text}");
    assert!(!text.contains('@'), "something was not replaced");
    let lint = Command::new("mandoc").args(["-T", "lint", "-W", "warning"]).arg(&page).output().expect("starts");
    assert_eq!(String::from_utf8_lossy(&lint.stdout), "");
    // What it refers to has a page.
    for line in text.lines().filter_map(|line| line.strip_prefix(".Xr ")) {
        let mut words = line.split(' ');
        let (name, section) = (words.next().expect("a name"), words.next().expect("a section"));
        assert!(folder.join(format!("man{section}/{name}.{section}")).is_file(), "{line}");
    }
}
