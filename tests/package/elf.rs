//! What the kernel, the dynamic loader and a linker read in the files of the packages.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::packages::{Package, Target, files, made, succeeds, targets, unpacked};
use crate::support::manifest::Manifest;

/// The newest C library that a file may need.
const GLIBC: [u32; 2] = [2, 17];

/// The libraries of glibc 2.17, in which threads and the loader's functions are libraries of their own; and its loaders.
const OF_GLIBC: [&str; 8] = [
    "libc.so.6",
    "libm.so.6",
    "libpthread.so.0",
    "libdl.so.2",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
    "ld-linux-armhf.so.3",
    "ld-linux.so.2",
];

fn readelf(option: &str, file: &Path) -> String {
    succeeds(Command::new("readelf").args(["-W", option]).arg(file), &[])
}

fn is_elf(file: &Path) -> bool {
    std::fs::read(file).expect("is readable").starts_with(b"\x7fELF")
}

fn elf_files(package: &Package) -> Vec<PathBuf> {
    let found: Vec<PathBuf> = files(&package.usr).into_iter().filter(|file| is_elf(file)).collect();
    // The library, the program, the plugin, the program for snmpd and the module for Zabbix; collectd has one for glibc.
    assert_eq!(found.len(), if package.target.is_musl { 5 } else { 6 }, "{found:?}");
    found
}

/// The values in brackets after a word, e.g. of `(NEEDED)`.
fn values<'a>(dynamic: &'a str, word: &str) -> Vec<&'a str> {
    let lines = dynamic.lines().filter(|line| line.contains(word));
    lines.filter_map(|line| line.split_once('[')?.1.split_once(']').map(|(value, _)| value)).collect()
}

/// Every file that runs, of every package; with the static plugins, where `with_static` says so.
fn for_each(name: &str, with_static: bool, check: impl Fn(&Target, &Path)) {
    let Some(made) = made() else { return };
    for package in unpacked(&made, name) {
        elf_files(&package).iter().for_each(|file| check(&package.target, file));
    }
    for target in targets(&made).iter().filter(|_| with_static) {
        target.static_plugin(&made).iter().for_each(|file| check(target, file));
    }
}

#[test]
fn nothing_wants_a_newer_c_library() {
    for_each("glibc", true, |target, file| {
        let versions = readelf("-V", file);
        assert!(!target.is_musl || !versions.contains("GLIBC_"), "{}: {versions}", file.display());
        for wanted in versions.split("Name: GLIBC_").skip(1) {
            let version = wanted.split_whitespace().next().expect("a version");
            let parts: Vec<u32> = version.split('.').map(|part| part.parse().expect("a number")).collect();
            assert!(parts[..2] <= GLIBC[..], "{} wants GLIBC_{version}", file.display());
        }
    });
}

#[test]
fn every_file_is_for_the_processor_of_its_package() {
    for_each("machine", true, |target, file| {
        let header = readelf("-h", file);
        let (machine, class, flags) = match target.processor() {
            "x86_64" => ("Advanced Micro Devices X86-64", "ELF64", ""),
            "aarch64" => ("AArch64", "ELF64", ""),
            "armv7" => ("ARM", "ELF32", "hard-float ABI"),
            "i686" => ("Intel 80386", "ELF32", ""),
            other => panic!("{other} has no line here"),
        };
        let is = |label: &str, value: &str| {
            header
                .lines()
                .any(|line| line.split_once(':').is_some_and(|(name, is)| name.trim() == label && is.contains(value)))
        };
        assert!(is("Machine", machine) && is("Class", class) && is("Flags", flags), "{}: {header}", file.display());
    });
}

#[test]
fn files_need_the_c_library_and_ours_alone() {
    for_each("needed", true, |target, file| {
        let dynamic = readelf("-d", file);
        let needed = values(&dynamic, "(NEEDED)");
        let name = file.file_name().expect("is a file").to_string_lossy();
        if name.ends_with("-static") {
            assert!(needed.is_empty() && !readelf("-l", file).contains("INTERP"), "{name}: {dynamic}");
            return;
        }
        let is_library = name.starts_with("libcloudbackupjobs.so");
        let of_libc: &[&str] = if target.is_musl { &["libc.so"] } else { &OF_GLIBC };
        for each in &needed {
            let is_ours = !is_library && *each == "libcloudbackupjobs.so.1";
            assert!(is_ours || of_libc.contains(each), "{} needs {each}", file.display());
        }
        assert_eq!(needed.contains(&"libcloudbackupjobs.so.1"), !is_library, "{needed:?}");
        for path in values(&dynamic, "(RUNPATH)").into_iter().chain(values(&dynamic, "(RPATH)")) {
            assert!(path.starts_with("$ORIGIN/"), "{} looks in {path}", file.display());
        }
    });
}

#[test]
fn every_file_is_hardened() {
    for_each("hardened", true, |target, file| {
        let (header, segments, dynamic) = (readelf("-h", file), readelf("-l", file), readelf("-d", file));
        let place = file.display();
        assert!(header.contains("DYN ("), "{place} has a fixed address: {header}");
        let stack = segments.lines().find(|line| line.contains("GNU_STACK")).expect("says what stack it wants");
        assert!(stack.contains("RW ") && !segments.lines().any(|line| line.contains("RWE")), "{place}: {segments}");
        assert!(segments.contains("GNU_RELRO") && !dynamic.contains("(TEXTREL)"), "{place}: {segments}{dynamic}");
        let now = dynamic.contains("BIND_NOW")
            || dynamic.lines().any(|line| line.contains("FLAGS_1") && line.contains("NOW"));
        assert!(now, "{place}: {dynamic}");
        // The canary of the C programs; the library is Rust, with a little C of ring. On 32-bit ARM zig links its own
        // function for it, which leaves no name.
        let name = file.file_name().expect("is a file").to_string_lossy();
        let is_named = !name.starts_with("libcloudbackupjobs") && !name.ends_with("-static");
        if is_named && target.processor() != "armv7" {
            assert!(readelf("--dyn-syms", file).contains("__stack_chk_fail"), "{place} has no stack protector");
        }
    });
}

#[test]
fn no_file_names_a_folder_of_the_machine_that_built_it() {
    let Some(made) = made() else { return };
    let home = env::var("HOME").expect("is set");
    for package in unpacked(&made, "paths") {
        let mut binary = elf_files(&package);
        binary.push(package.libraries.join("libcloudbackupjobs.a"));
        binary.extend(package.target.static_plugin(&made));
        for file in binary {
            let bytes = std::fs::read(&file).expect("is there");
            for folder in [format!("{home}/"), env!("CARGO_MANIFEST_DIR").to_owned(), "target/cross".to_owned()] {
                let found = bytes.windows(folder.len()).any(|window| window == folder.as_bytes());
                assert!(!found, "{} names {folder}", file.display());
            }
        }
        for file in files(&package.usr) {
            let text = std::fs::read(&file).expect("is there");
            let root = env!("CARGO_MANIFEST_DIR").as_bytes();
            assert!(
                !text.windows(root.len()).any(|window| window == root),
                "{} names where it was built",
                file.display()
            );
        }
    }
}

#[test]
fn the_libraries_export_the_abi() {
    let Some(made) = made() else { return };
    let expected: BTreeSet<String> = Manifest::read().functions().into_iter().map(|function| function.name).collect();
    for package in unpacked(&made, "exports") {
        for (name, option) in [("libcloudbackupjobs.so.1", "--dyn-syms"), ("libcloudbackupjobs.a", "-s")] {
            let library = package.libraries.join(name);
            // Num: Value Size Type Bind Vis Ndx Name
            let exported: BTreeSet<String> = readelf(option, &library)
                .lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>())
                .filter(|row| matches!(row.get(4), Some(&("GLOBAL" | "WEAK"))) && row.get(6) != Some(&"UND"))
                .map(|row| row[7].to_owned())
                .collect();
            assert_eq!(exported, expected, "{}", library.display());
        }
        let dynamic = readelf("-d", &package.libraries.join("libcloudbackupjobs.so.1"));
        assert!(dynamic.contains("[libcloudbackupjobs.so.1]"), "{dynamic}");
        // musl unloads nothing.
        assert!(package.target.is_musl || dynamic.contains("NODELETE"), "{dynamic}");
    }
}
