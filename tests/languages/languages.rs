//! The languages, and how a file of each is run.

use std::path::PathBuf;

use super::declarations::{self, Declare};
use crate::support::c_program::root;

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
];

fn file(name: &str) -> String {
    root().join("examples/languages").join(name).to_str().expect("a UTF-8 path").to_owned()
}

fn interpreted(interpreter: &[&str], name: &str) -> Program {
    // No bytecode beside the sources.
    let environment = vec![("PYTHONDONTWRITEBYTECODE", "1".to_owned())];
    let interpreter = interpreter.iter().map(|word| (*word).to_owned());
    Program { command: interpreter.chain([file(name)]).collect(), environment }
}

pub fn path(language: &Language) -> PathBuf {
    root().join("examples/languages").join(language.file)
}

pub fn source(language: &Language) -> String {
    std::fs::read_to_string(path(language)).unwrap_or_else(|error| panic!("{}: {error}", language.file))
}
