//! The languages, and how a file of each is run. The generator takes their declarations and the documents' table from here.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::support::c_program::{library_dir, root, scratch_dir};

pub struct Language {
    /// As the documents name it.
    pub name: &'static str,
    /// The program, below `examples/languages`.
    pub file: &'static str,
    /// The files beside it that are made to be copied. Empty where they are the first part of the program's file.
    pub binding: &'static [&'static str],
    /// How it calls C.
    pub mechanism: &'static str,
    /// Of the language, as it is tested.
    pub version: &'static str,
    /// How it declares C functions. None where it reads the header itself.
    pub notation: Option<Notation>,
    /// What must be installed: commands, or files.
    pub needs: &'static [&'static str],
    /// Of this source, in a folder of this name where one is built.
    pub program: fn(&Path, &str) -> Program,
    /// Whether Ctrl-C ends the program while a call waits, and not only after the call.
    pub ends_at_once: bool,
}

/// A way to write the declaration of a C function; tests/generated/declarations.rs knows each.
#[derive(Clone, Copy)]
pub enum Notation {
    C,
    Csharp,
    Java,
    Node,
    Perl,
    Python,
    Ruby,
}

/// How a file is run.
pub struct Program {
    pub command: Vec<String>,
    pub environment: Vec<(&'static str, String)>,
}

pub const LANGUAGES: &[Language] = &[
    Language {
        name: "Python",
        file: "python/cloudbackupjobs.py",
        binding: &[],
        mechanism: "ctypes",
        version: "3.11",
        notation: Some(Notation::Python),
        needs: &["python3"],
        program: |source, _| interpreted(&["python3"], source),
        ends_at_once: true,
    },
    Language {
        name: "Node.js",
        file: "node/cloudbackupjobs.js",
        binding: &[],
        mechanism: "koffi 2.16",
        version: "20",
        notation: Some(Notation::Node),
        needs: &["node", "target/koffi/node_modules/koffi"],
        program: |source, _| interpreted(&["node"], source),
        ends_at_once: true,
    },
    Language {
        name: "Go",
        file: "go/job_report.go",
        binding: &["go/cloudbackupjobs.go", "go/job.go", "go/list.go"],
        mechanism: "cgo",
        version: "1.19",
        notation: None,
        needs: &["go", "pkg-config"],
        program: go,
        ends_at_once: true,
    },
    Language {
        name: "Java",
        file: "java/JobReport.java",
        binding: &["java/CloudBackupJobs.java"],
        mechanism: "JNA 5.13",
        version: "17",
        notation: Some(Notation::Java),
        needs: &["javac", "java", NEEDED_BY_JAVA],
        program: java,
        ends_at_once: true,
    },
    Language {
        name: "C#",
        file: "csharp/JobReport.cs",
        binding: &["csharp/Client.cs", "csharp/Job.cs", "csharp/JobList.cs", "csharp/Native.cs"],
        mechanism: "P/Invoke",
        version: "Mono 6.8, .NET Core 3.1",
        notation: Some(Notation::Csharp),
        needs: &["mcs", "mono"],
        program: csharp,
        ends_at_once: true,
    },
    Language {
        name: "Ruby",
        file: "ruby/job_report.rb",
        binding: &["ruby/cloudbackupjobs.rb"],
        mechanism: "fiddle",
        version: "3.1",
        notation: Some(Notation::Ruby),
        needs: &["ruby"],
        program: |source, _| interpreted(&["ruby", "-w"], source),
        ends_at_once: true,
    },
    Language {
        name: "Perl",
        file: "perl/job_report.pl",
        binding: &["perl/CloudBackupJobs.pm"],
        mechanism: "FFI::Platypus 2.05",
        version: "5.36",
        notation: Some(Notation::Perl),
        needs: &["perl", "/usr/lib/x86_64-linux-gnu/perl5/5.36/FFI/Platypus.pm"],
        program: |source, _| interpreted(&["/usr/bin/perl"], source),
        ends_at_once: true,
    },
    Language {
        name: "PHP",
        file: "php/job_report.php",
        binding: &["php/cloudbackupjobs.php"],
        mechanism: "FFI",
        version: "8.2",
        notation: Some(Notation::C),
        needs: &["php"],
        program: |source, _| interpreted(&["php"], source),
        ends_at_once: true,
    },
    Language {
        name: "Lua",
        file: "lua/job_report.lua",
        binding: &["lua/cloudbackupjobs.lua"],
        mechanism: "ffi",
        version: "LuaJIT 2.1",
        notation: Some(Notation::C),
        needs: &["luajit"],
        program: |source, _| interpreted(&["luajit"], source),
        ends_at_once: false,
    },
];

/// A folder with the library under the name that an installed one has. Made once: tests run side by side.
pub fn installed_library() -> &'static Path {
    static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = scratch_dir().join("lib");
        std::fs::create_dir_all(&folder).expect("target is writable");
        for name in ["libcloudbackupjobs.so.1", "libcloudbackupjobs.so"] {
            let link = folder.join(name);
            // Of an earlier run, perhaps to another profile.
            if link.symlink_metadata().is_ok() {
                std::fs::remove_file(&link).expect("target is writable");
            }
            std::os::unix::fs::symlink(library_dir().join("libcloudbackupjobs.so"), link).expect("target is writable");
        }
        folder
    });
    &FOLDER
}

/// Debian's package libjna-java.
pub const NEEDED_BY_JAVA: &str = "/usr/share/java/jna.jar";

fn interpreted(interpreter: &[&str], source: &Path) -> Program {
    // No bytecode beside the sources.
    let modules = root().join("target/koffi/node_modules").display().to_string();
    let environment = vec![("PYTHONDONTWRITEBYTECODE", "1".to_owned()), ("NODE_PATH", modules)];
    let interpreter = interpreter.iter().map(|word| (*word).to_owned());
    Program { command: interpreter.chain([utf8(source)]).collect(), environment }
}

fn utf8(path: &Path) -> String {
    path.to_str().expect("a UTF-8 path").to_owned()
}

/// Where a language's compiler puts what it makes.
pub fn built(name: &str) -> PathBuf {
    let folder = scratch_dir().join(name);
    std::fs::create_dir_all(&folder).expect("target is writable");
    folder
}

fn succeeds(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(output.status.success() && said.is_empty(), "{command:?}\n{said}");
}

fn program(command: &[&str]) -> Program {
    Program { command: command.iter().map(|word| (*word).to_owned()).collect(), environment: Vec::new() }
}

fn go(source: &Path, folder: &str) -> Program {
    // What was compiled once is compiled for all.
    let (cache, folder) = (built("go-cache"), built(&format!("go-{folder}")));
    // The library is not installed here: what pkg-config would say.
    let pc = format!(
        "Name: cloudbackupjobs\nDescription: not installed\nVersion: 0\nLibs: -L{} -lcloudbackupjobs\nCflags: -I{}\n",
        installed_library().display(),
        root().join("include").display()
    );
    std::fs::write(folder.join("cloudbackupjobs.pc"), pc).expect("target is writable");
    let out = folder.join("job_report");
    let mut command = Command::new("go");
    command.arg("build").arg("-o").arg(&out).args(with_siblings(source));
    command.env("PKG_CONFIG_PATH", &folder).env("GOCACHE", cache).env("GOFLAGS", "-mod=mod");
    command.env("GOPATH", folder.join("path")).env("GOPROXY", "off").env("GO111MODULE", "off");
    succeeds(command.current_dir(&folder));
    program(&[out.to_str().expect("UTF-8")])
}

fn java(source: &Path, folder: &str) -> Program {
    let folder = built(&format!("java-{folder}"));
    let mut command = Command::new("javac");
    command.args(["-Xlint:all", "-Werror", "-encoding", "UTF-8", "-cp", NEEDED_BY_JAVA, "-d"]);
    succeeds(command.arg(&folder).args(with_siblings(source)));
    // Some programs of the tests are in another package than the binding, as a user's are.
    let text = read(source);
    let package = text.lines().find_map(|line| line.strip_prefix("package ")).expect("is in a package");
    program(&[
        "java",
        "-Dfile.encoding=UTF-8",
        "-cp",
        &format!("{NEEDED_BY_JAVA}:{}", folder.display()),
        &format!("{}.JobReport", package.trim_end_matches(';')),
    ])
}

fn csharp(source: &Path, folder: &str) -> Program {
    let out = built(&format!("csharp-{folder}")).join("JobReport.exe");
    let mut command = Command::new("mcs");
    succeeds(
        command.args(["-warnaserror", "-warn:4"]).arg(format!("-out:{}", out.display())).args(with_siblings(source)),
    );
    program(&["mono", out.to_str().expect("UTF-8")])
}

/// The files of a source's folder that are compiled together.
pub fn with_siblings(source: &Path) -> Vec<PathBuf> {
    let entries = source.parent().expect("a folder").read_dir().expect("the folder can be read");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut all: Vec<PathBuf> = paths.filter(|path| path.extension() == source.extension()).collect();
    all.sort_unstable();
    all
}

pub fn path(language: &Language) -> PathBuf {
    root().join("examples/languages").join(language.file)
}

/// The files that call the library, below the repository's root.
pub fn sources(language: &Language) -> Vec<String> {
    let files = if language.binding.is_empty() { std::slice::from_ref(&language.file) } else { language.binding };
    files.iter().map(|file| format!("examples/languages/{file}")).collect()
}

/// What is made to be copied, with `program` of the tests in the place of the language's own program.
pub fn with_program(language: &Language, folder: &str) -> Program {
    let path = path(language);
    let extension = path.extension().expect("has one").to_str().expect("UTF-8");
    let program = read(&root().join("tests/languages").join(folder).join(format!("program.{extension}")));
    let copies = built(&format!("{folder}-{extension}"));
    for file in language.binding {
        let file = root().join("examples/languages").join(file);
        std::fs::copy(&file, copies.join(file.file_name().expect("is a file"))).expect("target is writable");
    }
    let program = if language.binding.is_empty() {
        let source = read(&path);
        let (copied, _) =
            source.split_once("The program.\n").unwrap_or_else(|| panic!("{}: The program.", language.file));
        format!("{copied}The program.\n\n{program}")
    } else {
        program
    };
    let copy = copies.join(path.file_name().expect("is a file"));
    std::fs::write(&copy, program).expect("target is writable");
    (language.program)(&copy, folder)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
