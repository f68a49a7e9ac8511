//! What the dynamic loader of a host reads in the shared library.

use std::process::Command;

use super::tree::{Tree, installed, succeeds};

fn readelf(tree: &Tree, what: &str) -> String {
    succeeds(Command::new("readelf").env("LC_ALL", "C").args(["-W", what]).arg(tree.shared()))
}

/// The values of a tag of the dynamic section, e.g. of `(NEEDED)`.
fn values(dynamic: &str, tag: &str) -> Vec<String> {
    let value = |line: &str| line.split_once(tag).map(|(_, rest)| rest.trim().to_owned());
    dynamic.lines().filter_map(value).collect()
}

#[test]
fn its_name_has_the_number_of_the_abi() {
    let Some(tree) = installed() else { return };
    let abi = crate::support::manifest::Manifest::read().abi();
    assert_eq!(values(&readelf(tree, "-d"), "(SONAME)"), [format!("Library soname: [libcloudbackupjobs.so.{abi}]")]);
    let link = std::fs::read_link(tree.shared()).expect("is a link");
    assert_eq!(link.to_str(), Some(format!("libcloudbackupjobs.so.{abi}.0.0").as_str()));
    let link = std::fs::read_link(tree.libraries().join(format!("libcloudbackupjobs.so.{abi}"))).expect("is a link");
    assert_eq!(link.to_str(), Some(format!("libcloudbackupjobs.so.{abi}.0.0").as_str()));
}

#[test]
fn it_needs_the_c_library_alone() {
    let Some(tree) = installed() else { return };
    let needed = values(&readelf(tree, "-d"), "(NEEDED)");
    let allowed = ["libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2"];
    assert!(needed.iter().any(|library| library.contains("[libc.so.6]")), "{needed:?}");
    for library in needed {
        assert!(allowed.iter().any(|allowed| library.ends_with(&format!("[{allowed}]"))), "{library}");
    }
}

#[test]
fn it_stays_mapped_and_looks_for_nothing_where_it_was_built() {
    let Some(tree) = installed() else { return };
    let dynamic = readelf(tree, "-d");
    assert!(values(&dynamic, "(FLAGS_1)")[0].contains("NODELETE"), "{dynamic}");
    for tag in ["(RPATH)", "(RUNPATH)", "(TEXTREL)"] {
        assert!(values(&dynamic, tag).is_empty(), "{dynamic}");
    }
}

#[test]
fn nothing_of_it_is_executable_and_writable() {
    let Some(tree) = installed() else { return };
    let segments = readelf(tree, "-l");
    let stack = segments.lines().find(|line| line.contains("GNU_STACK")).expect("says what stack it wants");
    assert!(stack.contains("RW ") && !stack.contains("RWE"), "{stack}");
    assert!(!segments.lines().any(|line| line.contains("RWE")), "{segments}");
    // Full RELRO: what the loader resolved cannot be written any more, and it resolves everything at once.
    assert!(segments.lines().any(|line| line.contains("GNU_RELRO")), "{segments}");
    assert!(values(&readelf(tree, "-d"), "(FLAGS)").iter().any(|flags| flags.contains("BIND_NOW")));
}

#[test]
fn it_names_no_folder_of_the_machine_that_built_it() {
    let Some(tree) = installed() else { return };
    let home = std::env::var("HOME").expect("is set");
    for file in [tree.shared(), tree.libraries().join("libcloudbackupjobs.a")] {
        let bytes = std::fs::read(&file).expect("is there");
        for folder in [home.as_str(), env!("CARGO_MANIFEST_DIR")] {
            let found = bytes.windows(folder.len()).any(|window| window == folder.as_bytes());
            assert!(!found, "{} names {folder}", file.display());
        }
    }
}

#[test]
fn the_man_pages_are_installed() {
    let Some(tree) = installed() else { return };
    for page in ["cloudbackupjobs.3", "cbj_client_get_job.3", "cbj_job.3"] {
        assert!(tree.prefix.join("share/man/man3").join(page).is_file(), "{page}");
    }
}
