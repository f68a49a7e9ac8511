//! The zip for Windows: what is in it, and programs that are built from it or lie in it, run by wine against the sandbox.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::bill::{Expected, complaints, file_name, sha256};
use super::licences::linked;
use super::packages::{VERSION, files, made, succeeds};
use super::used::variables;
use crate::support::c_program::{output_in_files, root, scratch_dir};
use crate::support::dll;
use crate::support::manifest::Manifest;
use crate::support::sandbox::{self, Options, Sandbox};

const TRIPLE: &str = "x86_64-pc-windows-gnu";

/// The unpacked zip, if the folder of packages has one.
fn unpacked(name: &str) -> Option<PathBuf> {
    let stem = format!("cloudbackupjobs-{VERSION}-windows-x86_64");
    let zip = made()?.join(format!("{stem}.zip"));
    if !zip.exists() {
        eprintln!("left out: no {}", zip.display());
        return None;
    }
    let folder = scratch_dir().join(format!("zip-{name}"));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("target is writable");
    }
    succeeds(Command::new("python3").args(["-m", "zipfile", "-e"]).arg(zip).arg(&folder), &[]);
    Some(folder.join(stem))
}

/// A command in the environment of `packaging/target`.
fn in_target(arguments: &[&str]) -> Command {
    let mut command = Command::new(root().join("packaging/target"));
    command.arg(TRIPLE).args(arguments);
    command
}

/// What a command of `packaging/target` prints; it needs the user's own environment, for wine and pip.
fn said(command: &mut Command, environment: &[(&str, String)]) -> String {
    command.envs(environment.iter().map(|(name, value)| (*name, value)));
    let output = output_in_files(command).expect("packaging/target starts");
    let said = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    assert!(output.status.success(), "{command:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

fn path(path: &Path) -> &str {
    path.to_str().expect("is UTF-8")
}

#[test]
fn its_bill_of_materials_lists_what_is_linked_in() {
    let Some(folder) = unpacked("bill") else { return };
    let bill = std::fs::read_to_string(folder.join("doc/sbom.cdx.json")).expect("is there");
    let libraries = ["bin/cloudbackupjobs.dll", "lib/libcloudbackupjobs.a"].map(|file| folder.join(file));
    let expected = Expected {
        linked: linked(TRIPLE),
        others: &["std"],
        libraries: libraries.iter().map(|file| (file_name(file), sha256(file))).collect(),
    };
    let wrong = complaints(&serde_json::from_str(&bill).expect("is JSON"), &expected);
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn it_needs_windows_alone_and_exports_the_header() {
    let Some(folder) = unpacked("contents") else { return };
    for file in ["bin/cloudbackupjobs.dll", "bin/cloudbackupjobs.exe", "bin/check_cloudbackup_job.exe"] {
        let headers = dll::headers(&folder.join(file));
        dll::assert_needs_windows_alone(&headers, &["cloudbackupjobs.dll"]);
        let has_no_time = headers.contains("Time/Date stamp \t\t0") || headers.contains("Jan  1 00:00:00 1970");
        assert!(has_no_time, "{file} has a time");
    }
    let names: BTreeSet<String> = Manifest::read().functions().into_iter().map(|function| function.name).collect();
    let definition = std::fs::read_to_string(folder.join("lib/cloudbackupjobs.def")).expect("is there");
    let defined: BTreeSet<String> = definition.lines().skip(2).map(|line| line.trim().to_owned()).collect();
    assert_eq!(defined, names);
    assert_eq!(dll::exported(&dll::headers(&folder.join("bin/cloudbackupjobs.dll"))), names);
}

#[test]
fn it_names_no_folder_of_the_building_machine() {
    let Some(folder) = unpacked("paths") else { return };
    let home = std::env::var("HOME").expect("is set");
    for file in files(&folder) {
        let bytes = std::fs::read(&file).expect("is readable");
        for place in [path(root()), &format!("{home}/.cargo")] {
            assert!(memchr::memmem::find(&bytes, place.as_bytes()).is_none(), "{} names {place}", file.display());
        }
    }
}

#[test]
fn its_programs_answer_where_it_was_unpacked() {
    let Some(folder) = unpacked("programs") else { return };
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let program = folder.join("bin/cloudbackupjobs.exe");
    let show = ["target-run", path(&program), "show", sandbox::FINISHED, "--json"];
    let shown = said(&mut in_target(&show), &variables(&sandbox));
    assert!(shown.starts_with(&format!("{{\"id\":\"{}\",\"state\":\"finished\"", sandbox::FINISHED)), "{shown}");
    let plugin = folder.join("bin/check_cloudbackup_job.exe");
    let judged = said(&mut in_target(&["target-run", path(&plugin), "--version"]), &[]);
    assert!(judged.contains(VERSION), "{judged}");
    let resource = said(&mut in_target(&["sh", "-c", "target-windres -J coff -O rc \"$0\"", path(&plugin)]), &[]);
    assert!(resource.contains(VERSION), "{resource}");
}

/// By pkg-config, with both libraries; and with the import library for MSVC, which lld links as link.exe does.
#[test]
fn programs_are_built_with_each_of_its_libraries() {
    let Some(folder) = unpacked("libraries") else { return };
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let source = folder.join("doc/c/job_details.c");
    let flags = |name: &str| {
        let configured = [("PKG_CONFIG_PATH", folder.join("lib/pkgconfig").display().to_string())];
        succeeds(Command::new("pkg-config").args(["--cflags", "--libs", name]), &configured)
    };
    let import = format!("-I{} {}", path(&folder.join("include")), path(&folder.join("lib/cloudbackupjobs.lib")));
    let zig = "python3 -m ziglang cc -target x86_64-windows-gnu";
    for (name, compiler, libraries) in [
        ("shared", "target-cc", flags("cloudbackupjobs")),
        ("static", "target-cc", flags("cloudbackupjobs-static")),
        ("msvc", zig, import),
    ] {
        let program = folder.join(format!("bin/{name}.exe"));
        let line = format!("{compiler} -std=c99 {} {} -o {}", path(&source), libraries.trim(), path(&program));
        said(&mut in_target(&["sh", "-c", &line]), &[]);
        let run = ["target-run", path(&program), sandbox::FINISHED_WITH_EXCEPTION];
        let answer = said(&mut in_target(&run), &variables(&sandbox));
        assert!(answer.contains("Finished with Exception"), "{name}: {answer}");
    }
}

#[test]
fn cmake_finds_it() {
    let Some(folder) = unpacked("cmake") else { return };
    let project = folder.join("project");
    std::fs::create_dir_all(&project).expect("target is writable");
    std::fs::copy(folder.join("doc/c/job_details.c"), project.join("job_details.c")).expect("is there");
    let lists = "cmake_minimum_required(VERSION 3.13)\nproject(program C)\n\
        find_package(cloudbackupjobs REQUIRED COMPONENTS shared static)\n\
        foreach(kind shared static)\n add_executable(by_${kind} job_details.c)\n \
        target_link_libraries(by_${kind} PRIVATE cloudbackupjobs::${kind})\nendforeach()\n";
    std::fs::write(project.join("CMakeLists.txt"), lists).expect("target is writable");
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let configure = format!(
        "cd {} && cmake -S . -B build -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc \
         -DCMAKE_PREFIX_PATH={} && cmake --build build",
        path(&project),
        path(&folder)
    );
    said(Command::new("sh").args(["-c", &configure]), &[]);
    for kind in ["shared", "static"] {
        let program = folder.join(format!("bin/by_{kind}.exe"));
        std::fs::copy(project.join(format!("build/by_{kind}.exe")), &program).expect("was built");
        let run = ["target-run", path(&program), sandbox::FINISHED_WITH_EXCEPTION];
        let answer = said(&mut in_target(&run), &variables(&sandbox));
        assert!(answer.contains("Finished with Exception"), "{kind}: {answer}");
    }
}
