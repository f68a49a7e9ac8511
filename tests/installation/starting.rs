//! An installed program finds the shared library: by rpath, by ldconfig, and with the lines that `packaging/install` prints.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::consumers::pkg_config;
use super::tree::{LIBRARY_FOLDER, Tree, both, install_into, installed, is_here, run, succeeds};
use crate::support::c_program::{root, scratch_dir};

const PROGRAM: &str = "#include <stdio.h>\n#include <cloudbackupjobs.h>\n\
    int main(void) { puts(cbj_version()); return 0; }\n";

/// A new folder with `program.c`, which prints the version of the library.
fn folder(name: &str) -> PathBuf {
    let folder = scratch_dir().join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("target is writable");
    }
    fs::create_dir_all(&folder).expect("target is writable");
    fs::write(folder.join("program.c"), PROGRAM).expect("target is writable");
    folder
}

fn build(tree: &Tree, folder: &Path, others: &[String]) {
    let mut cc = Command::new("cc");
    cc.args(["program.c", "-o", "program"]).args(pkg_config(tree, &["--cflags", "--libs", "cloudbackupjobs"]));
    succeeds(cc.args(others).current_dir(folder));
}

fn prints_the_version(command: &mut Command) {
    assert_eq!(succeeds(command), concat!(env!("CARGO_PKG_VERSION"), "\n"));
}

fn does_not_start(command: &mut Command) {
    let output = run(command);
    assert_eq!(output.status.code(), Some(127), "{}", both(&output));
    assert!(both(&output).contains("libcloudbackupjobs.so.1: cannot open shared object file"), "{}", both(&output));
}

#[test]
fn by_rpath() {
    let Some(tree) = installed().filter(|_| is_here("pkg-config")) else { return };
    let folder = folder("rpath");
    build(tree, &folder, &[]);
    does_not_start(&mut Command::new(folder.join("program")));
    let libdir = pkg_config(tree, &["--variable=libdir", "cloudbackupjobs"]);
    build(tree, &folder, &[format!("-Wl,-rpath,{}", libdir[0])]);
    prints_the_version(&mut Command::new(folder.join("program")));
}

/// In a root of its own, so that the machine's cache stays as it is.
#[test]
fn by_ldconfig() {
    let Some(tree) = installed().filter(|_| is_here("pkg-config")) else { return };
    // chroot and `ldconfig -r` are for root, which the gate is.
    let is_root = succeeds(Command::new("id").arg("-u")).trim() == "0";
    if !is_root && std::env::var_os("CI").is_none() {
        eprintln!("left out: ldconfig needs root");
        return;
    }
    let root = folder("ldconfig");
    build(tree, &root, &[]);
    let copy = |file: &Path, to: &Path| {
        fs::create_dir_all(to).expect("target is writable");
        succeeds(Command::new("cp").arg("-a").arg(file).arg(to));
    };
    let linked = succeeds(Command::new("ldd").arg(root.join("program")));
    // What the library needs of the system comes along, at the places that it has there.
    let needed = succeeds(Command::new("ldd").arg(tree.shared()));
    for file in linked.split_whitespace().chain(needed.split_whitespace()).filter(|word| word.starts_with('/')) {
        let to = root.join(file.trim_start_matches('/'));
        fs::create_dir_all(to.parent().expect("is in a folder")).expect("target is writable");
        fs::copy(file, to).expect("is readable");
    }
    for name in ["libcloudbackupjobs.so.1", "libcloudbackupjobs.so.1.0.0"] {
        copy(&tree.libraries().join(name), &root.join("usr/local/lib"));
    }
    fs::create_dir_all(root.join("etc")).expect("target is writable");
    fs::write(root.join("etc/ld.so.conf"), "/usr/local/lib\n/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu\n")
        .expect("target is writable");
    let mut start = Command::new("chroot");
    start.arg(&root).arg("/program");
    does_not_start(&mut start);
    succeeds(Command::new("ldconfig").arg("-r").arg(&root));
    prints_the_version(&mut start);
}

#[test]
fn by_the_lines_that_are_printed() {
    let Some(_) = installed().filter(|_| is_here("pkg-config")) else { return };
    let folder = folder("printed");
    let prefix = folder.join("prefix");
    let said = install_into(&prefix);
    let lines: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    // The loader does not look there, and pkg-config does not either.
    assert_eq!(lines.len(), 2, "{said}");
    assert!(lines[0].starts_with("export PKG_CONFIG_PATH=") && lines[1].contains("-Wl,-rpath,"), "{said}");
    succeeds(Command::new("sh").args(["-e", "-c"]).arg(lines.join("\n")).current_dir(&folder));
    prints_the_version(&mut Command::new(folder.join("program")));
    assert!(prefix.join(LIBRARY_FOLDER).join("libcloudbackupjobs.so.1").is_file());
}

#[test]
fn nothing_is_printed_that_is_not_needed() {
    if !is_here("python3") || !is_here("pkg-config") {
        return;
    }
    let next_steps = |libdir: &str, environment: &str| {
        let script = "import importlib.machinery, importlib.util, sys\n\
            loader = importlib.machinery.SourceFileLoader('install', sys.argv[1])\n\
            module = importlib.util.module_from_spec(importlib.util.spec_from_loader('install', loader))\n\
            sys.dont_write_bytecode = True\nloader.exec_module(module)\n\
            print('\\n'.join(module.next_steps(sys.argv[2])))";
        let mut python = Command::new("python3");
        python.args(["-B", "-c", script]).arg(root().join("packaging/install")).arg(libdir);
        succeeds(python.env("PKG_CONFIG_PATH", environment)).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let build = "cc program.c $(pkg-config --cflags --libs cloudbackupjobs)";
    // Where the C library itself is, the loader looks.
    let listed = succeeds(Command::new("/sbin/ldconfig").arg("-p"));
    let libc = listed.lines().find(|line| line.contains("libc.so.6") && line.contains("x86-64")).expect("is there");
    let system = Path::new(libc.rsplit(' ').next().expect("a path")).parent().expect("a folder").display().to_string();
    let known = format!("{system}/pkgconfig");
    assert_eq!(next_steps(&system, &known), ["ldconfig  # as root", &format!("{build} -o program")]);
    assert_eq!(
        next_steps("/opt/cbj/lib", "/opt/cbj/lib/pkgconfig"),
        [format!("{build} -Wl,-rpath,/opt/cbj/lib -o program")]
    );
    assert_eq!(
        next_steps("/opt/cbj/lib", ""),
        ["export PKG_CONFIG_PATH=/opt/cbj/lib/pkgconfig", &format!("{build} -Wl,-rpath,/opt/cbj/lib -o program")]
    );
}

/// The tree was moved since it was made: the program finds the library by its own place.
#[test]
fn the_program_that_is_installed() {
    let Some(tree) = installed() else { return };
    let said = succeeds(Command::new(tree.prefix.join("bin/cloudbackupjobs")).arg("--version"));
    assert_eq!(said, concat!("cloudbackupjobs ", env!("CARGO_PKG_VERSION"), "\n"));
    let page = fs::read_to_string(tree.prefix.join("share/man/man1/cloudbackupjobs.1")).expect("is there");
    assert!(page.contains(concat!(".Os cloudbackupjobs ", env!("CARGO_PKG_VERSION"), "\n")), "{page}");
}
