//! One version: of cargo, the library, the header, pkg-config and CMake; and one number of the ABI.

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

#[test]
fn the_abis_number_is_that_of_the_manifest() {
    let cargo = std::fs::read_to_string(root().join("Cargo.toml")).expect("is there");
    let section = cargo.split("[package.metadata.capi.library]").nth(1).expect("is there");
    let version = section.lines().find_map(|line| line.strip_prefix("version = ")).expect("is stated");
    assert_eq!(version, format!("\"{}.0.0\"", Manifest::read().abi()));
}
