//! Where each language looks for the library's file, and by which name on which system.
//!
//! The loader of Linux takes a file of any name. So a binding that is made to believe that it runs on another system loads
//! the library of this one from a file with the other system's name.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::languages::{LANGUAGES, Language, NEEDED_BY_JAVA, built, sources, with_siblings};
use super::report::is_here;
use crate::support::c_program::{library_dir, root, scratch_dir};
use crate::support::manifest::Manifest;

/// A binding that is read when a program starts.
struct Script {
    language: &'static str,
    /// What the language calls the systems that the manifest has as linux, windows and macos.
    systems: [&'static str; 3],
    command: &'static [&'static str],
    /// Says that it runs on SYSTEM, and prints the library's version by the binding in FOLDER.
    code: &'static str,
}

const SCRIPTS: &[Script] = &[
    Script {
        language: "Python",
        systems: ["linux", "win32", "darwin"],
        command: &["python3", "-B", "-c"],
        code: "import sys; sys.platform = 'SYSTEM'; sys.path.insert(0, 'FOLDER'); import cloudbackupjobs; \
               print(cloudbackupjobs.version())",
    },
    Script {
        language: "Node.js",
        systems: ["linux", "win32", "darwin"],
        command: &["node", "-e"],
        // koffi chooses a file of its own by the system.
        code: "require('koffi'); Object.defineProperty(process, 'platform', { value: 'SYSTEM' }); \
               console.log(require('FOLDER/cloudbackupjobs.js').version())",
    },
    Script {
        language: "Ruby",
        systems: ["linux-gnu", "mingw32", "darwin22"],
        command: &["ruby", "-e"],
        code: "require 'rbconfig'; RbConfig::CONFIG['host_os'] = 'SYSTEM'; require 'FOLDER/cloudbackupjobs.rb'; \
               puts CloudBackupJobs.version",
    },
    Script {
        language: "Perl",
        systems: ["linux", "MSWin32", "darwin"],
        command: &["/usr/bin/perl", "-MFFI::Platypus", "-MFile::Spec", "-MFile::Basename", "-e"],
        code: "$^O = 'SYSTEM'; require 'FOLDER/CloudBackupJobs.pm'; print CloudBackupJobs::version(), qq(\\n)",
    },
    Script {
        language: "PHP",
        systems: ["Linux", "Windows", "Darwin"],
        command: &["php", "-r"],
        code: "define('CloudBackupJobs\\PHP_OS_FAMILY', 'SYSTEM'); require 'FOLDER/cloudbackupjobs.php'; \
               echo CloudBackupJobs\\Native::lib()->cbj_version(), PHP_EOL;",
    },
    Script {
        language: "Lua",
        systems: ["Linux", "Windows", "OSX"],
        command: &["luajit", "-e"],
        code: "require('ffi').os = 'SYSTEM'; package.path = 'FOLDER/?.lua'; print(require('cloudbackupjobs').version())",
    },
];

/// A language, if it is installed.
fn here(name: &str) -> Option<&'static Language> {
    let language = LANGUAGES.iter().find(|language| language.name == name).expect("is one of the nine");
    is_here(language).then_some(language)
}

/// The library's name on a system.
pub fn file(system: &str) -> String {
    let manifest = Manifest::read();
    manifest.0["files"][system].as_str().unwrap_or_else(|| panic!("the manifest has no file for {system}")).to_owned()
}

pub fn empty(name: &str) -> PathBuf {
    let folder = scratch_dir().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("target is writable");
    }
    std::fs::create_dir_all(&folder).expect("target is writable");
    folder
}

/// Puts the library into a folder by this name.
pub fn put(folder: &Path, name: &str) {
    std::fs::create_dir_all(folder).expect("target is writable");
    // .NET looks at the name that a symbolic link leads to.
    std::fs::hard_link(library_dir().join("libcloudbackupjobs.so"), folder.join(name)).expect("is new");
}

/// What a program says, with the libraries of one folder beside those of the system.
pub fn says(command: &mut Command, libraries: &Path) -> (bool, String) {
    let modules = root().join("target/koffi/node_modules");
    command.env_remove("CBJ_LIBRARY").env("LD_LIBRARY_PATH", libraries).env("NODE_PATH", modules);
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn a_binding_looks_beside_itself_and_then_where_the_system_does() {
    const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), "\n");
    for script in SCRIPTS {
        let Some(language) = here(script.language) else { continue };
        for (system, word) in ["linux", "windows", "macos"].into_iter().zip(script.systems) {
            let what = format!("{} on {system}", language.name);
            let name = file(system);
            let binding = empty("binding");
            for source in sources(language) {
                let path = root().join(source);
                std::fs::copy(&path, binding.join(path.file_name().expect("is a file"))).expect("target is writable");
            }
            let command = || {
                let code = script.code.replace("SYSTEM", word).replace("FOLDER", binding.to_str().expect("UTF-8"));
                let mut command = Command::new(script.command[0]);
                command.args(&script.command[1..]).arg(code);
                command
            };
            let (nowhere, of_the_system) = (empty("nowhere"), empty("of_the_system"));
            // On Linux, LuaJIT looks for no other names.
            let by_lua = language.name == "Lua" && !name.starts_with("lib");
            put(&of_the_system, &if by_lua { format!("lib{name}") } else { name.clone() });
            assert_eq!(says(&mut command(), &of_the_system), (true, VERSION.to_owned()), "{what}");
            let (succeeds, said) = says(&mut command(), &nowhere);
            assert!(!succeeds && said.contains(&name), "{what}: {said}");
            put(&binding, &name);
            assert_eq!(says(&mut command(), &nowhere), (true, VERSION.to_owned()), "{what}");
        }
    }
}

/// The program is not configured, which it can only know from the library.
pub fn finds(command: &mut Command, libraries: &Path) {
    let (_, said) = says(command.arg("FB1"), libraries);
    assert!(said.contains("CBJ_ERROR_CONFIG"), "{command:?}: {said}");
}

/// In .NET the library lies in the program's folder. For .NET Framework, which has no choice at run time, the name is that
/// of Windows.
#[test]
fn csharp_looks_beside_its_program() {
    let Some(language) = here("C#") else { return };
    let nowhere = empty("nowhere-of-csharp");
    for (system, define) in [("linux", "ANY"), ("windows", "NETFRAMEWORK")] {
        let folder = empty("beside-csharp");
        let program = folder.join("JobReport.exe");
        let mut compile = Command::new("mcs");
        compile.args(["-warnaserror", "-warn:4"]).arg(format!("-define:{define}"));
        compile.arg(format!("-out:{}", program.display()));
        compile.args(with_siblings(&root().join("examples/languages").join(language.file)));
        assert!(compile.status().expect("mcs starts").success());
        put(&folder, &file(system));
        finds(Command::new("mono").arg(&program), &nowhere);
    }
}

#[test]
fn java_looks_in_the_class_path() {
    let Some(language) = here("Java") else { return };
    let program = (language.program)(&root().join("examples/languages").join(language.file), "libraries");
    let resources = built("java-resources");
    let folder = resources.join("linux-x86-64");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("target is writable");
    }
    put(&folder, &file("linux"));
    let mut command = Command::new(&program.command[0]);
    for word in &program.command[1..] {
        let is_class_path = word.starts_with(NEEDED_BY_JAVA);
        command.arg(if is_class_path { format!("{word}:{}", resources.display()) } else { word.clone() });
    }
    finds(&mut command, &empty("nowhere-of-java"));
}
