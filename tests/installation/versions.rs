//! One version: of cargo, the library, the header, pkg-config and CMake; and one number of the ABI.

use std::path::Path;
use std::process::Command;

use super::tree::{consumer, installed, is_here, succeeds};
use crate::support::c_program::root;
use crate::support::manifest::Manifest;

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[test]
fn all_agree_by_their_own_tools() {
    let Some(tree) = installed() else { return };
    let folder = consumer("versions");
    let program = "#include <stdio.h>\n#include <cloudbackupjobs.h>\n\
        int main(void) { printf(\"%d.%d.%d %s\\n\", CBJ_VERSION_MAJOR, CBJ_VERSION_MINOR, CBJ_VERSION_PATCH, cbj_version()); return 0; }\n";
    std::fs::write(folder.join("version.c"), program).expect("target is writable");
    let mut cc = Command::new("cc");
    cc.arg("version.c").arg("-I").arg(tree.prefix.join("include")).args(["-o", "version"]);
    cc.arg(tree.shared()).arg(format!("-Wl,-rpath,{}", tree.libraries().display()));
    succeeds(cc.current_dir(&folder));
    assert_eq!(succeeds(&mut Command::new(folder.join("version"))), format!("{VERSION} {VERSION}\n"));

    if is_here("pkg-config") {
        let mut command = Command::new("pkg-config");
        command.args(["--modversion", "cloudbackupjobs"]).env("PKG_CONFIG_PATH", tree.pkg_config_path());
        assert_eq!(succeeds(&mut command).trim(), VERSION);
    }
    if is_here("cmake") {
        let script = "set(PACKAGE_FIND_VERSION 0)\ninclude(${FILE})\nmessage(\"${PACKAGE_VERSION}\")\n";
        std::fs::write(folder.join("version.cmake"), script).expect("target is writable");
        let file = tree.prefix.join("share/cmake/cloudbackupjobs/cloudbackupjobsConfigVersion.cmake");
        let mut command = Command::new("cmake");
        command.arg(format!("-DFILE={}", file.display())).args(["-P", "version.cmake"]).current_dir(&folder);
        let output = super::tree::run(&mut command);
        assert_eq!(super::tree::both(&output).trim(), VERSION);
    }
}

/// What CMake's version file says to a program with pointers of so many bytes, where the library is an ELF file of `class`.
fn judged(folder: &Path, class: u8, library_folder: &str, bytes: &str) -> String {
    let cmake = folder.join("share/cmake/cloudbackupjobs");
    let library = folder.join(library_folder).join("libcloudbackupjobs.so");
    for each in [&cmake, &folder.join("include"), &folder.join(library_folder)] {
        std::fs::create_dir_all(each).expect("target is writable");
    }
    let name = "cloudbackupjobsConfigVersion.cmake";
    std::fs::copy(root().join("packaging/cmake").join(name), cmake.join(name)).expect("target is writable");
    let header = "include/cloudbackupjobs.h";
    std::fs::copy(root().join(header), folder.join(header)).expect("target is writable");
    std::fs::write(&library, [0x7f, b'E', b'L', b'F', class, 1, 1, 0]).expect("target is writable");
    let script = "set(PACKAGE_FIND_VERSION 0)\ninclude(${FILE})\n\
        message(\"${PACKAGE_VERSION}, unsuitable: ${PACKAGE_VERSION_UNSUITABLE}\")\n";
    std::fs::write(folder.join("version.cmake"), script).expect("target is writable");
    let mut command = Command::new("cmake");
    command.arg(format!("-DFILE={}", cmake.join(name).display())).arg(format!("-DCMAKE_SIZEOF_VOID_P={bytes}"));
    command.args(["-DCMAKE_LIBRARY_ARCHITECTURE=i386-linux-gnu", "-P", "version.cmake"]).current_dir(folder);
    let said = super::tree::both(&super::tree::run(&mut command)).trim().to_owned();
    std::fs::remove_file(library).expect("target is writable");
    said
}

#[test]
fn cmake_refuses_a_library_with_pointers_of_another_size() {
    if !is_here("cmake") {
        return;
    }
    let folder = consumer("pointers");
    let suitable = format!("{VERSION}, unsuitable:");
    // The first folder is Debian's for one of several architectures.
    for library_folder in ["lib/i386-linux-gnu", "lib", "lib64"] {
        let judged = |class, bytes| judged(&folder, class, library_folder, bytes);
        assert_eq!(judged(1, "4"), suitable, "{library_folder}");
        assert_eq!(judged(2, "8"), suitable, "{library_folder}");
        assert_eq!(judged(1, "8"), format!("{VERSION} (32 bit), unsuitable: TRUE"), "{library_folder}");
        assert_eq!(judged(2, "4"), format!("{VERSION} (64 bit), unsuitable: TRUE"), "{library_folder}");
        // A project without a language does not know the size.
        assert_eq!(judged(1, ""), suitable, "{library_folder}");
    }
}

#[test]
fn the_abis_number_is_that_of_the_manifest() {
    let cargo = std::fs::read_to_string(root().join("Cargo.toml")).expect("is there");
    let section = cargo.split("[package.metadata.capi.library]").nth(1).expect("is there");
    let version = section.lines().find_map(|line| line.strip_prefix("version = ")).expect("is stated");
    assert_eq!(version, format!("\"{}.0.0\"", Manifest::read().abi()));
}
