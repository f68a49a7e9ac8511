//! The header in C and C++ compilers: included alone and twice, in every standard, without a warning. Also its numbers,
//! and that every declaration has a comment.
#![allow(missing_docs, clippy::print_stderr, reason = "a test program has no interface")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::abi;
use support::c_header::{self, Header, is_identifier};
use support::c_program::{self, Linking};

/// The statuses of the ABI, written a second time: programs are compiled with these numbers, so they must never change.
const STATUSES: [(&str, i32); 17] = [
    ("CBJ_OK", 0),
    ("CBJ_ERROR_INVALID_ARGUMENT", 1),
    ("CBJ_ERROR_CONFIG", 2),
    ("CBJ_ERROR_AUTHENTICATION", 3),
    ("CBJ_ERROR_PERMISSION", 4),
    ("CBJ_ERROR_NOT_FOUND", 5),
    ("CBJ_ERROR_REJECTED", 6),
    ("CBJ_ERROR_RATE_LIMITED", 7),
    ("CBJ_ERROR_SERVER", 8),
    ("CBJ_ERROR_RESOLVE", 9),
    ("CBJ_ERROR_CONNECT", 10),
    ("CBJ_ERROR_TLS", 11),
    ("CBJ_ERROR_NETWORK", 12),
    ("CBJ_ERROR_TIMEOUT", 13),
    ("CBJ_ERROR_CANCELLED", 14),
    ("CBJ_ERROR_PROTOCOL", 15),
    ("CBJ_ERROR_INTERNAL", 16),
];

/// The states of the ABI, which are the service's own numbers.
const STATES: [(&str, i32); 6] = [
    ("CBJ_STATE_UNKNOWN", 0),
    ("CBJ_STATE_IN_PROGRESS", 1),
    ("CBJ_STATE_FINISHED", 2),
    ("CBJ_STATE_FAILED", 3),
    ("CBJ_STATE_FINISHED_WITH_EXCEPTION", 4),
    ("CBJ_STATE_PARTIALLY_FINISHED", 5),
];

/// The types of jobs, which are the service's own numbers.
const JOB_TYPES: [(&str, i32); 6] = [
    ("CBJ_JOB_TYPE_ALL", 0),
    ("CBJ_JOB_TYPE_BACKUP", 1),
    ("CBJ_JOB_TYPE_RESTORE", 2),
    ("CBJ_JOB_TYPE_EXPORT", 3),
    ("CBJ_JOB_TYPE_DELETION", 4),
    ("CBJ_JOB_TYPE_RETENTION", 5),
];

/// The types of objects, which are the service's own numbers.
const OBJECT_TYPES: [(&str, i32); 13] = [
    ("CBJ_OBJECT_TYPE_ALL", 0),
    ("CBJ_OBJECT_TYPE_EXCHANGE_ONLINE", 1),
    ("CBJ_OBJECT_TYPE_SHAREPOINT_ONLINE", 2),
    ("CBJ_OBJECT_TYPE_ONEDRIVE", 3),
    ("CBJ_OBJECT_TYPE_MICROSOFT_365_GROUPS", 4),
    ("CBJ_OBJECT_TYPE_PROJECT_ONLINE", 5),
    ("CBJ_OBJECT_TYPE_PUBLIC_FOLDER", 6),
    ("CBJ_OBJECT_TYPE_TEAMS", 7),
    ("CBJ_OBJECT_TYPE_VIVA_ENGAGE", 8),
    ("CBJ_OBJECT_TYPE_TEAMS_CHAT", 9),
    ("CBJ_OBJECT_TYPE_POWER_BI", 10),
    ("CBJ_OBJECT_TYPE_POWER_AUTOMATE", 11),
    ("CBJ_OBJECT_TYPE_POWER_APPS", 12),
];

const TRUSTS: [(&str, i32); 2] = [("CBJ_TRUST_BUNDLED", 0), ("CBJ_TRUST_SYSTEM", 1)];

const LOG_LEVELS: [(&str, i32); 4] =
    [("CBJ_LOG_ERROR", 1), ("CBJ_LOG_WARN", 2), ("CBJ_LOG_INFO", 3), ("CBJ_LOG_DEBUG", 4)];

/// The types of the enumerations. They are not `enum`s, because the compiler would choose the width of an `enum`.
const CHOICES: [&str; 6] = ["cbj_status", "cbj_state", "cbj_job_type", "cbj_object_type", "cbj_trust", "cbj_log_level"];

/// The type of the function that the host provides.
const CALLBACK: (&str, &str) =
    ("cbj_log_fn", "void (*cbj_log_fn)(void *user_data, cbj_log_level level, const char *message)");

const HANDLES: [&str; 7] =
    ["cbj_client", "cbj_config", "cbj_error", "cbj_job", "cbj_job_iter", "cbj_query", "cbj_summary"];

const INCLUDE_GUARD: &str = "CLOUDBACKUPJOBS_H";

struct Language {
    /// The name for `-x`.
    name: &'static str,
    standards: [&'static str; 5],
    warnings: &'static [&'static str],
}

const C: Language = Language {
    name: "c",
    standards: ["c89", "gnu89", "c99", "c11", "c2x"],
    warnings: &["-Wstrict-prototypes", "-Wmissing-prototypes", "-Wold-style-definition", "-Wc++-compat"],
};

const CPP: Language = Language { name: "c++", standards: ["c++98", "c++11", "c++17", "c++20", "c++2b"], warnings: &[] };

const COMPILERS: [(&str, &Language); 4] = [("gcc", &C), ("g++", &CPP), ("clang", &C), ("clang++", &CPP)];

/// Whether the tests are left out for `compiler`: a developer may not have clang, but CI has it.
fn is_left_out(compiler: &str) -> bool {
    compiler.starts_with("clang") && env::var_os("CI").is_none() && !c_program::is_installed(compiler)
}

/// A source that includes the header first and twice. It does not compile if a number differs from the contract.
fn translation_unit() -> String {
    let mut source = "#include \"cloudbackupjobs.h\"\n#include \"cloudbackupjobs.h\"\n".to_owned();
    // C89 and C++98 have no static assertion, but they refuse an array of -1 elements.
    source += "#define HOLDS(what, condition) typedef char what[(condition) ? 1 : -1]\n";
    let mut holds = |what: &str, condition: &str| {
        writeln!(source, "HOLDS({what}, {condition});").expect("a String takes text");
    };
    holds("no_time_is_the_least", "CBJ_NO_TIME == INT64_MIN");
    holds("no_time_is_64_bits_wide", "sizeof(CBJ_NO_TIME) == sizeof(int64_t)");
    for (name, number) in STATUSES.iter().chain(&STATES) {
        holds(&format!("{name}_is_{number}"), &format!("{name} == {number}"));
    }
    for choice in CHOICES {
        holds(&format!("{choice}_is_32_bits_wide"), &format!("sizeof({choice}) == sizeof(int32_t)"));
        holds(&format!("{choice}_is_signed"), &format!("({choice})-1 < 0"));
    }
    for (name, number) in versions() {
        holds(&format!("{name}_is_cargos"), &format!("{name} == {number}"));
    }
    // Programs may also use the numbers in the preprocessor, which knows no types.
    source += "#if CBJ_NO_TIME != INT64_MIN || CBJ_OK != 0\n#error \"numbers that #if does not understand\"\n#endif\n";
    source
}

/// The version of the header, as Cargo has it.
fn versions() -> [(&'static str, &'static str); 3] {
    [
        ("CBJ_VERSION_MAJOR", env!("CARGO_PKG_VERSION_MAJOR")),
        ("CBJ_VERSION_MINOR", env!("CARGO_PKG_VERSION_MINOR")),
        ("CBJ_VERSION_PATCH", env!("CARGO_PKG_VERSION_PATCH")),
    ]
}

/// As [`translation_unit`], for compilers whose `long` has 32 bits. In C89 and C++98 their preprocessor has no number for the
/// least time, and C++98 does not declare INT64_MIN.
fn translation_unit_for_32_bits() -> String {
    let unit = translation_unit();
    let (before_if, _) = unit.split_once("#if ").expect("ends with a condition");
    let holds = |what: &str, condition: &str| format!("HOLDS({what}, {condition});\n");
    before_if.replace("CBJ_NO_TIME == INT64_MIN", "(uint64_t)CBJ_NO_TIME == (uint64_t)1 << 63")
        + &holds("no_time_is_signed", "CBJ_NO_TIME < 0")
        + "int64_t no_time = CBJ_NO_TIME;\n"
        + "#if (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L) || (defined(__cplusplus) && __cplusplus >= 201103L)\n"
        + "#if CBJ_NO_TIME >= 0\n#error \"a number that #if does not understand\"\n#endif\n#endif\n"
        + &holds("long_has_32_bits", "sizeof(long) == 4")
}

/// Compiles `source`, with every warning an error. `Err` is the compiler's output.
fn check(compiler: &str, language: &Language, standard: &str, source: &Path) -> Result<(), String> {
    let mut command = Command::new(compiler);
    command
        .args(["-x", language.name, &format!("-std={standard}"), "-Wall", "-Wextra", "-pedantic", "-Werror"])
        .args(["-Wundef", "-Wconversion", "-Wsign-conversion", "-Wshadow"])
        .args(language.warnings)
        // With -isystem the compiler would not print warnings.
        .arg("-I")
        .arg(c_program::root().join("include"))
        .args(["-c", "-o", "/dev/null"])
        .arg(source);
    let output = command.output().map_err(|error| format!("{compiler} does not start: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.success() && said.is_empty() { Ok(()) } else { Err(format!("{compiler} {standard}: {said}")) }
}

#[test]
fn every_compiler_takes_it_twice_in_every_standard_without_a_warning() {
    let source: PathBuf = c_program::scratch_dir().join("header_alone_and_twice");
    std::fs::write(&source, translation_unit()).expect("target is writable");
    let (mut tried, mut failures) = (0, Vec::new());
    for (compiler, language) in COMPILERS.iter().filter(|(compiler, _)| !is_left_out(compiler)) {
        for standard in language.standards {
            tried += 1;
            failures.extend(check(compiler, language, standard, &source).err());
        }
    }
    assert!(failures.is_empty(), "{} of {tried} fail:\n{}", failures.len(), failures.join("\n"));
    let left_out = COMPILERS.iter().filter(|(compiler, _)| is_left_out(compiler)).count();
    assert_eq!(tried, 20 - 5 * left_out, "the table has lost a compiler or a standard");
}

/// 32-bit Linux and 64-bit Windows.
#[test]
fn compilers_whose_long_has_32_bits_take_it_too() {
    let source = c_program::scratch_dir().join("translation_unit_32");
    std::fs::write(&source, translation_unit_for_32_bits()).expect("target is writable");
    let mut failures = Vec::new();
    for (compiler, language) in
        [("i686-linux-gnu-gcc", &C), ("x86_64-w64-mingw32-gcc", &C), ("x86_64-w64-mingw32-g++", &CPP)]
    {
        if !c_program::is_installed(compiler) {
            assert!(env::var_os("CI").is_none(), "CI has {compiler}");
            eprintln!("left out: {compiler} is not installed");
            continue;
        }
        for standard in language.standards {
            failures.extend(check(compiler, language, standard, &source).err());
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn a_cpp_program_links_and_agrees_on_the_version() {
    for compiler in ["g++", "clang++"].into_iter().filter(|compiler| !is_left_out(compiler)) {
        for standard in ["-std=c++98", "-std=c++17"] {
            let program = c_program::compile_as(compiler, &[standard], "tests/c/linkage.cpp", Linking::Shared);
            let output = c_program::run(&program, &[env!("CARGO_PKG_VERSION")], &[]);
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{compiler} {standard}: {:?}\n{said}", output.status);
        }
    }
}

#[test]
fn its_numbers_are_the_contracts_and_no_others() {
    let header = Header::read();
    // The version is checked when it is compiled, and CBJ_NO_TIME is an expression.
    let is_choice = |name: &str| name != INCLUDE_GUARD && name != "CBJ_NO_TIME" && !name.starts_with("CBJ_VERSION_");
    let declared: BTreeMap<&str, &str> = header
        .macros
        .iter()
        .map(|each| (each.name.as_str(), each.value.as_str()))
        .filter(|(name, _)| is_choice(name))
        .collect();
    let expected: Vec<(&str, String)> = [&STATUSES[..], &STATES, &JOB_TYPES, &OBJECT_TYPES, &TRUSTS, &LOG_LEVELS]
        .concat()
        .iter()
        .map(|(name, number)| (*name, number.to_string()))
        .collect();
    assert_eq!(declared, expected.iter().map(|(name, number)| (*name, number.as_str())).collect());
}

#[test]
fn its_types_are_opaque_handles_and_choices_of_32_bits() {
    let header = Header::read();
    let declared: BTreeMap<&str, &str> =
        header.typedefs.iter().map(|each| (each.name.as_str(), each.target.as_str())).collect();
    let handles: Vec<String> = HANDLES.iter().map(|name| format!("struct {name}")).collect();
    let handles = HANDLES.into_iter().zip(handles.iter().map(String::as_str));
    let choices = CHOICES.into_iter().map(|name| (name, "int32_t"));
    assert_eq!(declared, handles.chain(choices).chain([CALLBACK]).collect());
}

#[test]
fn every_status_has_its_macros_name() {
    for (name, number) in STATUSES {
        assert_eq!(abi::name(number), name);
    }
    for number in [-1, 17, i32::MIN, i32::MAX] {
        assert_eq!(abi::name(number), "CBJ_ERROR_UNKNOWN", "{number}");
    }
}

#[test]
fn it_is_plain_c89_for_every_compiler() {
    let text = c_header::text();
    let strange: BTreeSet<char> = text.chars().filter(|c| !matches!(c, '\n' | ' '..='~')).collect();
    assert!(strange.is_empty(), "not ASCII, or a control character: {strange:?}");
    let code = c_header::without_comments(&text);
    assert!(!code.contains("//"), "C89 has no such comments");
    // The compiler chooses the width of an enum, C89 has no bool, and the rest is not valid in both C and C++.
    for word in ["enum", "bool", "_Bool", "inline", "restrict", "long", "union", "__attribute__"] {
        assert!(code.split(|c| !is_identifier(c)).all(|found| found != word), "it uses {word}");
    }
}

/// A comment of the header: the line that it begins in, and its words.
type Comment = (usize, Vec<String>);

/// The comment that ends in the line before `line`. Numbers that belong together (the version) may share a comment, if
/// no blank line is between them.
fn comment_above(lines: &[&str], line: usize) -> Option<Comment> {
    let end = line.checked_sub(1)?;
    if lines[line].starts_with("#define ") && lines[end].starts_with("#define ") {
        return comment_above(lines, end);
    }
    // Several definitions of one name, one for each kind of compiler, share a comment.
    if lines[end].starts_with("#if defined(") || lines[end].starts_with("    (defined(") {
        return comment_above(lines, end);
    }
    if !lines[end].ends_with("*/") {
        return None;
    }
    let start = (0..=end).rev().find(|&index| lines[index].trim_start().starts_with("/*"))?;
    let text = lines[start..=end].join(" ");
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    Some((start, words.map(str::to_owned).collect()))
}

/// The line that declares `name`. In C a name is declared before it is used, so this is its first line outside
/// comments.
fn declaration_of(lines: &[&str], name: &str) -> usize {
    let is_code = |line: &str| !line.starts_with("/*") && !line.starts_with(" *");
    let names_it = |line: &str| line.split(|c| !is_identifier(c)).any(|word| word == name);
    let found = lines.iter().position(|line| is_code(line) && names_it(line));
    found.unwrap_or_else(|| panic!("{name} is declared somewhere"))
}

#[test]
fn everything_that_it_declares_has_a_comment_of_its_own() {
    const FEWEST_WORDS: usize = 3;
    let (text, header) = (c_header::text(), Header::read());
    let lines: Vec<&str> = text.lines().collect();
    let macros = header.macros.iter().map(|each| each.name.as_str()).filter(|name| *name != INCLUDE_GUARD);
    let functions = header.functions.iter().map(|each| each.name.as_str());
    let names: Vec<&str> =
        header.typedefs.iter().map(|each| each.name.as_str()).chain(functions).chain(macros).collect();

    let (mut mistakes, mut comments) = (Vec::new(), BTreeMap::new());
    for &name in &names {
        match comment_above(&lines, declaration_of(&lines, name)) {
            None => mistakes.push(format!("{name} has no comment directly before it")),
            Some((_, words)) if words.len() < FEWEST_WORDS => {
                mistakes.push(format!("{name}: \"{}\" explains nothing", words.join(" ")));
            }
            Some((start, words)) => {
                let (first_start, first_name) = *comments.entry(words).or_insert((start, name));
                if first_start != start {
                    mistakes.push(format!("{name} has the same comment as {first_name}"));
                }
            }
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    assert!(names.len() > 140, "only {} declarations were found", names.len());
}
