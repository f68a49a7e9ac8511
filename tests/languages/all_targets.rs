//! What `packaging/languages` makes of the libraries of all targets: the wheels and the npm package. Each system must get its
//! own library. The libraries of other systems are files with a text here; tests of those systems use the real ones.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::libraries::{empty, file};
use super::packages::{holds, is_wanted, succeeds};
use crate::support::c_program::{is_installed, library_dir, root};
use crate::support::targets;

const HOST: &str = "x86_64-unknown-linux-gnu";

fn triples() -> Vec<String> {
    targets::rows().into_iter().map(|row| row.triple).collect()
}

/// A folder with a file for each target: a text, or for this machine also its library.
fn libraries(name: &str, is_usable: bool) -> PathBuf {
    let folder = empty(name);
    for triple in triples() {
        let system = if triple.contains("windows") { "windows" } else { "linux" };
        let library = folder.join(&triple).join(file(system));
        std::fs::create_dir(folder.join(&triple)).expect("target is writable");
        if is_usable && triple == HOST {
            std::fs::copy(library_dir().join("libcloudbackupjobs.so"), library).expect("target is writable");
        } else {
            std::fs::write(library, format!("the library for {triple}")).expect("target is writable");
        }
    }
    folder
}

fn make(libraries: &Path, output: &Path) -> Command {
    let mut command = Command::new(root().join("packaging/languages"));
    command.arg(libraries).arg(output).env("SOURCE_DATE_EPOCH", "1700000000");
    command
}

/// The packages of all targets, in a folder of this name.
fn packages(name: &str, is_usable: bool) -> PathBuf {
    let output = empty(name);
    succeeds(&mut make(&libraries(&format!("libraries-of-{name}"), is_usable), &output));
    output
}

fn npm_package(folder: &Path) -> PathBuf {
    folder.join(concat!("cloudbackupjobs-", env!("CARGO_PKG_VERSION"), ".tgz"))
}

#[test]
fn two_runs_make_equal_packages() {
    let (first, second) = (packages("first", false), packages("second", false));
    let mut made = 0;
    for entry in first.read_dir().expect("is a folder") {
        let path = entry.expect("is readable").path();
        let other = second.join(path.file_name().expect("is a file"));
        assert!(std::fs::read(&path).expect("is there") == std::fs::read(other).expect("is there"), "{path:?}");
        made += 1;
    }
    assert_eq!(made, triples().len() + 1);
}

#[test]
fn a_missing_library_is_named() {
    let (libraries, output) = (libraries("incomplete", false), empty("nothing-made"));
    std::fs::remove_dir_all(libraries.join("i686-unknown-linux-gnu")).expect("is there");
    let made = make(&libraries, &output).output().expect("it starts");
    let said = String::from_utf8_lossy(&made.stderr);
    assert_eq!(made.status.code(), Some(1), "{said}");
    assert!(
        said.contains("i686-unknown-linux-gnu/libcloudbackupjobs.so.1") && said.contains("linux-i686.tar.gz"),
        "{said}"
    );
    assert_eq!(output.read_dir().expect("is a folder").count(), 0);
    // Of those that are there.
    succeeds(make(&libraries, &output).args([HOST, "x86_64-pc-windows-gnu"]));
    assert_eq!(output.read_dir().expect("is a folder").count(), 3);
    let unknown = make(&libraries, &output).arg("sparc-sun-solaris").output().expect("it starts");
    assert_eq!(unknown.status.code(), Some(2));
}

/// As `packaging/package` makes them: the library is a link to the file with its version, and its crates have licences.
#[test]
fn libraries_are_taken_out_of_archives() {
    let (folder, output) = (empty("archives"), empty("of-archives"));
    let version = env!("CARGO_PKG_VERSION");
    let pack = "
import sys, tarfile, zipfile, io
folder, version = sys.argv[1:]
stem = f'cloudbackupjobs-{version}-linux-x86_64'
with tarfile.open(f'{folder}/{stem}-musl.tar.gz', 'w:gz') as archive:
    def add(path, **fields):
        text = fields.pop('text', '').encode()
        entry = tarfile.TarInfo(f'{stem}-musl/{path}')
        entry.size = len(text)
        for name, value in fields.items():
            setattr(entry, name, value)
        archive.addfile(entry, io.BytesIO(text))
    add('lib/libcloudbackupjobs.so.1', type=tarfile.SYMTYPE, linkname='libcloudbackupjobs.so.1.2.3')
    add('lib/libcloudbackupjobs.so.1.2.3', text='of musl')
    add('share/doc/cloudbackupjobs/LICENCES-OF-WHAT-IS-LINKED-IN.txt', text='crates of Linux')
stem = f'cloudbackupjobs-{version}-windows-x86_64'
with zipfile.ZipFile(f'{folder}/{stem}.zip', 'w') as archive:
    archive.writestr(f'{stem}/bin/cloudbackupjobs.dll', 'of Windows')
    archive.writestr(f'{stem}/share/doc/LICENCES-OF-WHAT-IS-LINKED-IN.txt', 'crates of Windows')
";
    succeeds(Command::new("python3").args(["-c", pack]).arg(&folder).arg(version));
    succeeds(make(&folder, &output).args(["x86_64-unknown-linux-musl", "x86_64-pc-windows-gnu"]));
    for (member, text) in [
        ("lib/linux-x64-musl/libcloudbackupjobs.so.1", "of musl"),
        ("lib/win32-x64/cloudbackupjobs.dll", "of Windows"),
        ("lib/linux-LICENCES-OF-WHAT-IS-LINKED-IN.txt", "crates of Linux"),
        ("lib/win32-LICENCES-OF-WHAT-IS-LINKED-IN.txt", "crates of Windows"),
    ] {
        let mut tar = Command::new("tar");
        tar.arg("-xOf").arg(npm_package(&output)).arg(format!("package/{member}"));
        assert_eq!(succeeds(&mut tar), text, "{member}");
    }
    for (platform, text) in [("musllinux_1_2_x86_64", "crates of Linux"), ("win_amd64", "crates of Windows")] {
        let wheel = output.join(format!("cloudbackupjobs-{version}-py3-none-{platform}.whl"));
        let read = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())";
        let licences = format!("cloudbackupjobs-{version}.dist-info/licenses/LICENCES-OF-WHAT-IS-LINKED-IN.txt");
        assert_eq!(succeeds(Command::new("python3").args(["-c", read]).arg(wheel).arg(licences)).trim(), text);
    }
}

/// pip takes the wheel of its system, without an index, and the module finds the library in it.
#[test]
fn each_system_gets_its_wheel() {
    if !is_wanted("an environment with pip") {
        return;
    }
    let made = packages("wheels", true);
    let environment = empty("environment");
    succeeds(Command::new("python3").args(["-m", "venv"]).arg(&environment));
    let python = environment.join("bin/python");
    succeeds(Command::new(&python).arg(root().join("tests/languages/wheels.py")).arg(&made));
    let mut install = Command::new(&python);
    install.args(["-m", "pip", "install", "--quiet", "--no-index", "--find-links"]).arg(&made).arg("cloudbackupjobs");
    succeeds(&mut install);
    holds(Command::new(&python).args(["-I", "-Werror"]).arg(root().join("tests/languages/python_package.py")));
}

#[test]
fn the_npm_package_chooses_the_library_of_its_system() {
    let koffi = root().join("target/koffi/node_modules");
    if !is_installed("node") || !koffi.join("koffi").exists() {
        assert!(std::env::var_os("CI").is_none(), "node and koffi must be there");
        eprintln!("left out: node or koffi is missing");
        return;
    }
    let (unpacked, programs) = (empty("unpacked"), empty("programs"));
    succeeds(Command::new("tar").arg("-xf").arg(npm_package(&packages("npm-of-all", false))).arg("-C").arg(&unpacked));
    let mut node = Command::new("node");
    node.arg(root().join("tests/languages/chooser.js")).arg(unpacked.join("package")).arg(programs);
    let chosen = node.env("NODE_PATH", koffi).output().expect("node starts");
    let said = String::from_utf8_lossy(&[chosen.stdout, chosen.stderr].concat()).into_owned();
    let mut expected = String::new();
    for (libc, is_musl) in [
        ("glibc", false),
        ("musl", true),
        ("other with glibc", false),
        ("other without", true),
        ("unreadable with glibc", false),
    ] {
        for cpu in ["x64", "arm64", "arm", "ia32", "riscv64"] {
            let folder = if is_musl { format!("lib/linux-{cpu}-musl/") } else { format!("lib/linux-{cpu}/") };
            // Where the package has none, the system may have one.
            let folder = if cpu == "riscv64" || is_musl && !cpu.ends_with("64") { "" } else { &folder };
            expected += &format!("linux {cpu} {libc}: {folder}libcloudbackupjobs.so.1\n");
        }
    }
    expected += "win32 x64: lib/win32-x64/cloudbackupjobs.dll\nwin32 arm64: cloudbackupjobs.dll\n\
                 darwin arm64: libcloudbackupjobs.1.dylib\nfreebsd x64: libcloudbackupjobs.so.1\n";
    assert_eq!(said, expected);
    let package: serde_json::Value =
        serde_json::from_slice(&std::fs::read(unpacked.join("package/package.json")).expect("is there")).expect("JSON");
    assert_eq!(package["os"], serde_json::json!(["linux", "win32"]));
    assert_eq!(package["cpu"], serde_json::json!(["arm", "arm64", "ia32", "x64"]));
    assert!(package["libc"].is_null() && package["scripts"].is_null());
}
