//! The languages, and how a file of each is run.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::declarations::{self, Declare};
use crate::support::c_program::{root, scratch_dir};

pub struct Language {
    /// As README's table names it.
    pub name: &'static str,
    /// Below `examples/languages`.
    pub file: &'static str,
    /// None where the language reads the header itself.
    pub declare: Option<Declare>,
    /// What must be installed: commands, or files.
    pub needs: &'static [&'static str],
    /// Of this source, in a folder of this name where one is built.
    pub program: fn(&Path, &str) -> Program,
    /// Whether Ctrl-C ends the program while a call waits, and not only after the call.
    pub ends_at_once: bool,
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
        declare: Some(declarations::python),
        needs: &["python3"],
        program: |source, _| interpreted(&["python3"], source),
        ends_at_once: true,
    },
    Language {
        name: "Ruby",
        file: "ruby/job_report.rb",
        declare: Some(declarations::ruby),
        needs: &["ruby"],
        program: |source, _| interpreted(&["ruby", "-w"], source),
        ends_at_once: true,
    },
    Language {
        name: "Perl",
        file: "perl/job_report.pl",
        declare: Some(declarations::perl),
        needs: &["perl", "/usr/lib/x86_64-linux-gnu/perl5/5.36/FFI/Platypus.pm"],
        program: |source, _| interpreted(&["/usr/bin/perl"], source),
        ends_at_once: true,
    },
    Language {
        name: "PHP",
        file: "php/job_report.php",
        declare: Some(declarations::c),
        needs: &["php"],
        program: |source, _| interpreted(&["php"], source),
        ends_at_once: true,
    },
    Language {
        name: "Lua",
        file: "lua/job_report.lua",
        declare: Some(declarations::c),
        needs: &["luajit"],
        program: |source, _| interpreted(&["luajit"], source),
        ends_at_once: false,
    },
    Language {
        name: "Node.js",
        file: "node/cloudbackupjobs.js",
        declare: Some(declarations::node),
        needs: &["node", "target/koffi/node_modules/koffi"],
        program: |source, _| interpreted(&["node"], source),
        ends_at_once: true,
    },
    Language {
        name: "Go",
        file: "go/job_report.go",
        declare: None,
        needs: &["go", "pkg-config"],
        program: go,
        ends_at_once: true,
    },
    Language {
        name: "Java",
        file: "java/JobReport.java",
        declare: Some(declarations::java),
        needs: &["javac", "java", JNA],
        program: java,
        ends_at_once: true,
    },
    Language {
        name: "C#",
        file: "csharp/JobReport.cs",
        declare: Some(declarations::csharp),
        needs: &["mcs", "mono"],
        program: csharp,
        ends_at_once: true,
    },
];

/// Debian's package libjna-java.
const JNA: &str = "/usr/share/java/jna.jar";

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
fn built(name: &str) -> PathBuf {
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
        super::report::installed_library().display(),
        root().join("include").display()
    );
    std::fs::write(folder.join("cloudbackupjobs.pc"), pc).expect("target is writable");
    let out = folder.join("job_report");
    let mut command = Command::new("go");
    command.arg("build").arg("-o").arg(&out).arg(source);
    command.env("PKG_CONFIG_PATH", &folder).env("GOCACHE", cache).env("GOFLAGS", "-mod=mod");
    command.env("GOPATH", folder.join("path")).env("GOPROXY", "off").env("GO111MODULE", "off");
    succeeds(command.current_dir(&folder));
    program(&[out.to_str().expect("UTF-8")])
}

fn java(source: &Path, folder: &str) -> Program {
    let folder = built(&format!("java-{folder}"));
    let mut command = Command::new("javac");
    command.args(["-Xlint:all", "-Werror", "-encoding", "UTF-8", "-cp", JNA, "-d"]);
    succeeds(command.arg(&folder).arg(source));
    program(&["java", "-Dfile.encoding=UTF-8", "-cp", &format!("{JNA}:{}", folder.display()), "JobReport"])
}

fn csharp(source: &Path, folder: &str) -> Program {
    let out = built(&format!("csharp-{folder}")).join("JobReport.exe");
    let mut command = Command::new("mcs");
    succeeds(command.args(["-warnaserror", "-warn:4"]).arg(format!("-out:{}", out.display())).arg(source));
    program(&["mono", out.to_str().expect("UTF-8")])
}

pub fn path(language: &Language) -> PathBuf {
    root().join("examples/languages").join(language.file)
}

pub fn source(language: &Language) -> String {
    std::fs::read_to_string(path(language)).unwrap_or_else(|error| panic!("{}: {error}", language.file))
}

/// What a file says is made to be copied, with `program` of the tests in the place of its own program.
pub fn with_program(language: &Language, folder: &str) -> Program {
    let source = source(language);
    let (copied, _) = source.split_once("The program.\n").unwrap_or_else(|| panic!("{}: The program.", language.file));
    let path = path(language);
    let extension = path.extension().expect("has one").to_str().expect("UTF-8");
    let program = root().join("tests/languages").join(folder).join(format!("program.{extension}"));
    let program = std::fs::read_to_string(&program).unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let copy = built(&format!("{folder}-{}", extension)).join(path.file_name().expect("is a file"));
    std::fs::write(&copy, format!("{copied}The program.\n\n{program}")).expect("target is writable");
    (language.program)(&copy, folder)
}
