//! C# on .NET Core, whose assembly is for all systems: it asks for the library's name when the program runs. The runtime comes
//! out of a package of PyPI.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::languages::with_siblings;
use super::libraries::{empty, file, finds, put, says};
use super::packages::{is_wanted, succeeds};
use crate::support::c_program::{is_installed, root};

/// A package of PyPI with a program in it, unpacked once: the folder.
pub fn runtime(package: &str, platform: &str) -> PathBuf {
    let folder = root().join("target/runtimes").join(format!("{}-{platform}", package.replace("==", "-")));
    if !folder.exists() {
        let download = empty(&format!("download-{package}-{platform}"));
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--platform", platform]);
        succeeds(pip.arg("--dest").arg(&download).arg(package));
        let unpack = "import pathlib, sys, zipfile; [wheel] = pathlib.Path(sys.argv[1]).glob('*.whl'); \
                      zipfile.ZipFile(wheel).extractall(sys.argv[2])";
        let unpacked = download.join("unpacked");
        succeeds(Command::new("python3").args(["-c", unpack]).arg(&download).arg(&unpacked));
        succeeds(Command::new("chmod").args(["-R", "+x"]).arg(&unpacked));
        std::fs::create_dir_all(folder.parent().expect("has one")).expect("target is writable");
        std::fs::rename(unpacked, &folder).expect("target is writable");
    }
    folder
}

const PACKAGE: &str = "dotnetcore2==3.1.23";

/// The folder of the program `dotnet`.
pub fn dotnet(platform: &str) -> PathBuf {
    runtime(PACKAGE, platform).join("dotnetcore2/bin")
}

/// Compiles C# sources for .NET Core into a folder, and returns the assembly.
pub fn compile(sources: &[PathBuf], folder: &Path) -> PathBuf {
    let framework = dotnet("manylinux1_x86_64").join("shared/Microsoft.NETCore.App/3.1.23");
    let assembly = folder.join("JobReport.dll");
    let mut compile = Command::new("mcs");
    // Some types are in two of the runtime's files.
    compile.args(["-nostdlib", "-noconfig", "-warnaserror", "-warn:4", "-nowarn:1685", "-define:NETCOREAPP"]);
    for entry in framework.read_dir().expect("the runtime has its files there") {
        let path = entry.expect("is readable").path();
        let name = path.file_name().and_then(|name| name.to_str()).expect("UTF-8");
        let is_managed = (name.starts_with("System.") || name == "mscorlib.dll") && name.ends_with(".dll");
        if is_managed && !name.contains("Native") {
            compile.arg(format!("-r:{}", path.display()));
        }
    }
    succeeds(compile.arg(format!("-out:{}", assembly.display())).args(sources));
    let configuration = r#"{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"3.1.23"},
        "configProperties":{"System.Globalization.Invariant":true}}}"#;
    std::fs::write(folder.join("JobReport.runtimeconfig.json"), configuration).expect("target is writable");
    assembly
}

/// The sources, of which one takes this system for another one.
fn sources_on(system: &str, folder: &Path) -> Vec<PathBuf> {
    let all = with_siblings(&root().join("examples/languages/csharp/Native.cs"));
    let copy = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("is there");
        let copy = folder.join(path.file_name().expect("is a file"));
        let real = format!("OSPlatform.{system})");
        assert!(!path.ends_with("Native.cs") || text.contains(&real), "{real}");
        std::fs::write(&copy, text.replace(&real, "OSPlatform.Linux)")).expect("target is writable");
        copy
    };
    all.into_iter().map(copy).collect()
}

#[test]
fn dotnet_asks_for_the_name_when_the_program_runs() {
    if !is_wanted("the runtime of .NET") || !is_installed("mcs") {
        return;
    }
    let nowhere = empty("nowhere-of-dotnet");
    for (system, name) in [("Linux", "linux"), ("Windows", "windows"), ("OSX", "macos")] {
        let folder = empty("dotnet");
        let sources = if system == "Linux" {
            with_siblings(&root().join("examples/languages/csharp/Native.cs"))
        } else {
            sources_on(system, &folder)
        };
        let assembly = compile(&sources, &folder);
        let program = || {
            let mut command = Command::new(dotnet("manylinux1_x86_64").join("dotnet"));
            command.arg(&assembly);
            command
        };
        let (_, said) = says(program().arg("FB1"), &nowhere);
        assert!(said.contains(&file(name)), "{system}: {said}");
        let of_the_system = empty("system-of-dotnet");
        put(&of_the_system, &file(name));
        finds(&mut program(), &of_the_system);
        put(&folder, &file(name));
        finds(&mut program(), &nowhere);
    }
}
