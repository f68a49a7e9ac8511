//! The languages, and how a file of each is run.

use std::path::PathBuf;
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
    /// Builds it, where that is needed.
    pub program: fn() -> Program,
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
        program: || interpreted(&["python3"], "python/cloudbackupjobs.py"),
    },
    Language {
        name: "Ruby",
        file: "ruby/job_report.rb",
        declare: Some(declarations::ruby),
        needs: &["ruby"],
        program: || interpreted(&["ruby", "-w"], "ruby/job_report.rb"),
    },
    Language {
        name: "Perl",
        file: "perl/job_report.pl",
        declare: Some(declarations::perl),
        needs: &["perl", "/usr/lib/x86_64-linux-gnu/perl5/5.36/FFI/Platypus.pm"],
        program: || interpreted(&["/usr/bin/perl"], "perl/job_report.pl"),
    },
    Language {
        name: "PHP",
        file: "php/job_report.php",
        declare: Some(declarations::c),
        needs: &["php"],
        program: || interpreted(&["php"], "php/job_report.php"),
    },
    Language {
        name: "Lua",
        file: "lua/job_report.lua",
        declare: Some(declarations::c),
        needs: &["luajit"],
        program: || interpreted(&["luajit"], "lua/job_report.lua"),
    },
    Language {
        name: "Node.js",
        file: "node/cloudbackupjobs.js",
        declare: Some(declarations::node),
        needs: &["node", "target/koffi/node_modules/koffi"],
        program: || interpreted(&["node"], "node/cloudbackupjobs.js"),
    },
    Language { name: "Go", file: "go/job_report.go", declare: None, needs: &["go", "pkg-config"], program: go },
    Language {
        name: "Java",
        file: "java/JobReport.java",
        declare: Some(declarations::java),
        needs: &["javac", "java", JNA],
        program: java,
    },
    Language {
        name: "C#",
        file: "csharp/JobReport.cs",
        declare: Some(declarations::csharp),
        needs: &["mcs", "mono"],
        program: csharp,
    },
];

/// Debian's package libjna-java.
const JNA: &str = "/usr/share/java/jna.jar";

fn file(name: &str) -> String {
    root().join("examples/languages").join(name).to_str().expect("a UTF-8 path").to_owned()
}

fn interpreted(interpreter: &[&str], name: &str) -> Program {
    // No bytecode beside the sources.
    let modules = root().join("target/koffi/node_modules").display().to_string();
    let environment = vec![("PYTHONDONTWRITEBYTECODE", "1".to_owned()), ("NODE_PATH", modules)];
    let interpreter = interpreter.iter().map(|word| (*word).to_owned());
    Program { command: interpreter.chain([file(name)]).collect(), environment }
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

fn go() -> Program {
    let folder = built("go");
    // The library is not installed here: what pkg-config would say.
    let pc = format!(
        "Name: cloudbackupjobs\nDescription: not installed\nVersion: 0\nLibs: -L{} -lcloudbackupjobs\nCflags: -I{}\n",
        super::report::installed_library().display(),
        root().join("include").display()
    );
    std::fs::write(folder.join("cloudbackupjobs.pc"), pc).expect("target is writable");
    let out = folder.join("job_report");
    let mut command = Command::new("go");
    command.arg("build").arg("-o").arg(&out).arg(file("go/job_report.go"));
    command.env("PKG_CONFIG_PATH", &folder).env("GOCACHE", folder.join("cache")).env("GOFLAGS", "-mod=mod");
    command.env("GOPATH", folder.join("path")).env("GOPROXY", "off").env("GO111MODULE", "off");
    succeeds(command.current_dir(&folder));
    program(&[out.to_str().expect("UTF-8")])
}

fn java() -> Program {
    let folder = built("java");
    let mut command = Command::new("javac");
    command.args(["-Xlint:all", "-Werror", "-encoding", "UTF-8", "-cp", JNA, "-d"]);
    succeeds(command.arg(&folder).arg(file("java/JobReport.java")));
    program(&["java", "-Dfile.encoding=UTF-8", "-cp", &format!("{JNA}:{}", folder.display()), "JobReport"])
}

fn csharp() -> Program {
    let out = built("csharp").join("JobReport.exe");
    let mut command = Command::new("mcs");
    succeeds(
        command
            .args(["-warnaserror", "-warn:4"])
            .arg(format!("-out:{}", out.display()))
            .arg(file("csharp/JobReport.cs")),
    );
    program(&["mono", out.to_str().expect("UTF-8")])
}

pub fn path(language: &Language) -> PathBuf {
    root().join("examples/languages").join(language.file)
}

pub fn source(language: &Language) -> String {
    std::fs::read_to_string(path(language)).unwrap_or_else(|error| panic!("{}: {error}", language.file))
}
