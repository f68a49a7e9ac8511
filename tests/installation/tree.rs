//! The packed crate, and the tree that is installed from it, which the tests share.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::support::c_program::{is_installed, root, scratch_dir};

/// A folder under the prefix that the libraries are in, as Debian has it: CMake and pkg-config must not guess.
pub const LIBRARY_FOLDER: &str = "lib/x86_64-linux-gnu";

pub struct Tree {
    pub prefix: PathBuf,
}

impl Tree {
    pub fn libraries(&self) -> PathBuf {
        self.prefix.join(LIBRARY_FOLDER)
    }

    pub fn shared(&self) -> PathBuf {
        self.libraries().join("libcloudbackupjobs.so")
    }

    pub fn pkg_config_path(&self) -> PathBuf {
        self.libraries().join("pkgconfig")
    }
}

/// The tree, or None where it was not asked for: a release build takes minutes.
pub fn installed() -> Option<&'static Tree> {
    static TREE: OnceLock<Option<Tree>> = OnceLock::new();
    TREE.get_or_init(|| {
        let is_wanted = ["CI", "CBJ_TEST_INSTALL"].into_iter().any(|name| env::var_os(name).is_some());
        if !is_wanted {
            eprintln!("left out: CBJ_TEST_INSTALL=1 builds and installs a release");
        }
        is_wanted.then(install)
    })
    .as_ref()
}

/// Whether `program` can be used; in CI it must.
pub fn is_here(program: &str) -> bool {
    let here = env::var_os("CI").is_some() || is_installed(program);
    if !here {
        eprintln!("left out: {program} is not installed");
    }
    here
}

/// The crate as `cargo package` makes it, unpacked: what is not in its list in Cargo.toml is missing here.
pub fn packed() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let scratch = scratch_dir();
        let name = concat!("cloudbackupjobs-", env!("CARGO_PKG_VERSION"));
        let mut cargo = Command::new("cargo");
        cargo.args(["package", "--locked", "--offline", "--no-verify", "--allow-dirty", "--quiet", "--target-dir"]);
        succeeds(cargo.arg(scratch.join("pack")).current_dir(root()));
        let package = scratch.join(format!("pack/package/{name}.crate"));
        let (folder, unpacked) = (scratch.join(name), scratch.join("unpacked.crate"));
        let bytes = std::fs::read(&package).expect("was made");
        // The same as last time stays as it is, for cargo judges by the time of a file what it must build again.
        if std::fs::read(&unpacked).ok().as_ref() != Some(&bytes) {
            if folder.exists() {
                std::fs::remove_dir_all(&folder).expect("target is writable");
            }
            // With the time of now: in a package every file has the same one.
            succeeds(Command::new("tar").arg("-xzmf").arg(&package).arg("-C").arg(&scratch));
            std::fs::write(&unpacked, bytes).expect("target is writable");
        }
        folder
    })
}

fn install() -> Tree {
    let scratch = scratch_dir();
    let (made, moved) = (scratch.join("made"), scratch.join("moved"));
    for old in [&made, &moved] {
        if old.exists() {
            std::fs::remove_dir_all(old).expect("target is writable");
        }
    }
    install_into(&made);
    std::fs::rename(&made, &moved).expect("target is writable");
    Tree { prefix: moved }
}

/// Runs the packed crate's `packaging/install`; what it printed.
pub fn install_into(prefix: &Path) -> String {
    let mut command = Command::new(packed().join("packaging/install"));
    command.arg("--prefix").arg(prefix).arg("--libdir").arg(prefix.join(LIBRARY_FOLDER));
    // Not the folder of the tests' own build, whose lock it would wait for.
    succeeds(command.arg("--target-dir").arg(install_target()))
}

/// Where releases are built to be installed; other steps of the gate use it again.
pub fn install_target() -> PathBuf {
    root().join("target/install")
}

/// Runs a command that must succeed; its output.
pub fn succeeds(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{command:?}\n{}", both(&output));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn run(command: &mut Command) -> Output {
    // What cargo tells its children is not for the cargo that they start.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_") && text != "CARGO_HOME" || text.starts_with("RUST") && text != "RUSTUP_HOME" {
            command.env_remove(name);
        }
    }
    command.env_remove("LD_LIBRARY_PATH");
    command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

pub fn both(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A new, empty folder with the sources of a program outside the repository.
pub fn consumer(name: &str) -> PathBuf {
    let folder = scratch_dir().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("target is writable");
    }
    std::fs::create_dir_all(&folder).expect("target is writable");
    let files = [
        "tests/installation/consumer/CMakeLists.txt",
        "tests/installation/consumer/meson.build",
        "tests/installation/consumer/other_library.rs",
        "tests/installation/consumer/two_rust_libraries.c",
        "tests/c/cpp_api.cpp",
        "examples/c/job_details.c",
    ];
    for file in files {
        let name = Path::new(file).file_name().expect("is a file");
        std::fs::copy(root().join(file), folder.join(name)).expect("target is writable");
    }
    folder
}
