//! The tarball and the Debian package that `packaging/package` made: what they need from a system, what is in them, and
//! that they work where they are unpacked, without the repository.
//!
//! `CBJ_TEST_PACKAGE` names the folder with the two files. Without it the tests are left out; `.ci/night` sets it.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

mod support;

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::c_program::{root, scratch_dir};
use support::manifest::Manifest;
use support::sandbox::{self, Options, Sandbox};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The newest C library that a file may need.
const GLIBC: [u32; 2] = [2, 17];

fn made() -> Option<PathBuf> {
    let folder = env::var_os("CBJ_TEST_PACKAGE").map(|folder| root().join(folder));
    if folder.is_none() {
        eprintln!("left out: CBJ_TEST_PACKAGE must name the folder that packaging/package has filled (.ci/night)");
    }
    folder
}

/// Runs a program in an environment with these variables only.
fn run(command: &mut Command, environment: &[(&str, String)]) -> Output {
    command.env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
    command.envs(environment.iter().map(|(name, value)| (*name, value)));
    command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

fn succeeds(command: &mut Command, environment: &[(&str, String)]) -> String {
    let output = run(command, environment);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{command:?}\n{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// Unpacks one of the two files: the folder that stands for `/usr`, and the folder of its libraries.
fn unpacked(made: &Path, is_debian: bool, name: &str) -> (PathBuf, PathBuf) {
    let folder = scratch_dir().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("target is writable");
    }
    std::fs::create_dir_all(&folder).expect("target is writable");
    if is_debian {
        let package = made.join(format!("cloudbackupjobs_{VERSION}_amd64.deb"));
        succeeds(Command::new("dpkg-deb").arg("-x").arg(package).arg(&folder), &[]);
        (folder.join("usr"), folder.join("usr/lib/x86_64-linux-gnu"))
    } else {
        let stem = format!("cloudbackupjobs-{VERSION}-linux-x86_64");
        let package = made.join(format!("{stem}.tar.gz"));
        succeeds(Command::new("tar").arg("-xzf").arg(package).arg("-C").arg(&folder), &[]);
        (folder.join(&stem), folder.join(&stem).join("lib"))
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("is a folder").map(|entry| entry.expect("is readable").path());
    entries.flat_map(|path| if path.is_dir() && !path.is_symlink() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn nothing_wants_a_newer_c_library() {
    let Some(made) = made() else { return };
    let (usr, _) = unpacked(&made, true, "glibc");
    let mut looked_at = 0;
    for file in files(&usr).into_iter().filter(|file| !file.is_symlink()) {
        if !std::fs::read(&file).expect("is readable").starts_with(b"\x7fELF") {
            continue;
        }
        looked_at += 1;
        let symbols = succeeds(Command::new("objdump").arg("-T").arg(&file), &[]);
        for wanted in symbols.split("GLIBC_").skip(1) {
            let version = wanted.split([')', ' ']).next().expect("a version");
            let parts: Vec<u32> = version.split('.').map(|part| part.parse().expect("a number")).collect();
            assert!(parts[..2] <= GLIBC[..], "{} wants GLIBC_{version}", file.display());
        }
    }
    // The library, the program, the plugin, the program for snmpd and the modules for Zabbix and collectd.
    assert_eq!(looked_at, 6);
}

#[test]
fn the_library_exports_the_abi_and_needs_glibc_alone() {
    let Some(made) = made() else { return };
    let (_, libraries) = unpacked(&made, true, "exports");
    let library = libraries.join("libcloudbackupjobs.so.1");
    let listing = succeeds(Command::new("nm").args(["-D", "--defined-only", "--format=posix"]).arg(&library), &[]);
    let exported: BTreeSet<String> =
        listing.lines().map(|line| line.split(' ').next().expect("a name").to_owned()).collect();
    let expected: BTreeSet<String> = Manifest::read().functions().into_iter().map(|function| function.name).collect();
    assert_eq!(exported, expected);
    // In glibc 2.17 threads and the loader's functions are libraries of their own.
    let of_glibc = ["libc.so.6", "libm.so.6", "libpthread.so.0", "libdl.so.2", "ld-linux-x86-64.so.2"];
    let dynamic = succeeds(Command::new("readelf").arg("-d").arg(&library), &[]);
    let needed: Vec<&str> =
        dynamic.split("Shared library: [").skip(1).map(|rest| rest.split(']').next().expect("ends")).collect();
    assert!(!needed.is_empty() && needed.iter().all(|library| of_glibc.contains(library)), "{needed:?}");
    assert!(dynamic.contains("[libcloudbackupjobs.so.1]") && dynamic.contains("NODELETE"), "{dynamic}");
}

#[test]
fn programs_are_built_from_it_and_run() {
    let Some(made) = made() else { return };
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    for (is_debian, name) in [(true, "used_deb"), (false, "used_tar")] {
        let (usr, libraries) = unpacked(&made, is_debian, name);
        let environment = [
            ("CBJ_BASE_URL", sandbox.base_url()),
            ("CBJ_IDENTITY_URL", sandbox.identity_url()),
            ("CBJ_CLIENT_ID", "sandbox-client".to_owned()),
            ("CBJ_CLIENT_SECRET", "sandbox-secret".to_owned()),
            ("LD_LIBRARY_PATH", libraries.display().to_string()),
        ];
        let pkg_config = [("PKG_CONFIG_PATH", libraries.join("pkgconfig").display().to_string())];
        let flags = succeeds(Command::new("pkg-config").args(["--cflags", "--libs", "cloudbackupjobs"]), &pkg_config);
        let documents = usr.join("share/doc/cloudbackupjobs");
        let program = usr.join("job_details");
        let mut cc = Command::new("cc");
        cc.arg("-std=c99").arg(documents.join("c/job_details.c")).args(flags.split_whitespace()).arg("-o");
        succeeds(cc.arg(&program), &[]);
        let said = succeeds(Command::new(&program).arg(sandbox::FINISHED_WITH_EXCEPTION), &environment);
        assert!(said.contains("Finished with Exception"), "{said}");

        let script = documents.join("languages/python/cloudbackupjobs.py");
        let mut python = Command::new("python3");
        python.arg("-B").arg(script).arg(sandbox::FINISHED_WITH_EXCEPTION);
        // Each request has an id of its own, in the last line.
        let without_id = |said: &str| said.split("Request id").next().expect("a beginning").to_owned();
        assert_eq!(without_id(&succeeds(&mut python, &environment)), without_id(&said));

        let plugin = usr.join("lib/nagios/plugins/check_cloudbackup_job");
        // Out of the tarball programs find the library by their own place.
        let reach = if is_debian { &environment[..] } else { &environment[..4] };
        let said =
            succeeds(Command::new(usr.join("bin/cloudbackupjobs")).args(["show", sandbox::FINISHED, "--json"]), reach);
        assert!(said.starts_with(&format!("{{\"id\":\"{}\",\"state\":\"finished\"", sandbox::FINISHED)), "{said}");
        let page = usr.join("share/man/man1/cloudbackupjobs.1");
        assert!(std::fs::read_to_string(page).expect("is there").contains(&format!(".Os cloudbackupjobs {VERSION}")));
        let output = run(Command::new(plugin).args(["-j", sandbox::FINISHED]), reach);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            said.starts_with("CLOUDBACKUP") || said.contains("OK"),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.code().is_some_and(|status| status <= 2), "{said}");
    }
}

#[test]
fn it_has_the_licences_of_every_crate_and_lists_them() {
    let Some(made) = made() else { return };
    let (usr, _) = unpacked(&made, true, "licences");
    let documents = usr.join("share/doc/cloudbackupjobs");
    let licences = std::fs::read_to_string(documents.join("LICENCES-OF-WHAT-IS-LINKED-IN.txt")).expect("is there");
    let bill = std::fs::read_to_string(documents.join("sbom.cdx.json")).expect("is there");
    assert!(!bill.contains(env!("CARGO_MANIFEST_DIR")), "it names where it was built");
    let bill: serde_json::Value = serde_json::from_str(&bill).expect("is JSON");
    let listed: BTreeSet<String> = bill["components"]
        .as_array()
        .expect("is a list")
        .iter()
        .map(|each| format!("{} {}", each["name"].as_str().expect("text"), each["version"].as_str().expect("text")))
        .collect();
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["tree", "--locked", "--offline", "-e", "normal", "--prefix", "none", "--no-dedupe"])
        .current_dir(root());
    let tree = cargo.output().expect("cargo starts");
    let linked: BTreeSet<String> = String::from_utf8(tree.stdout)
        .expect("is text")
        .lines()
        .map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ").replace(" v", " "))
        .filter(|each| !each.starts_with("cloudbackupjobs "))
        .collect();
    assert!(linked.len() > 30);
    for each in &linked {
        assert!(listed.contains(each), "the bill of materials has no {each}");
        assert!(licences.contains(&format!("  {each}\n")), "no licence of {each}");
    }
}
