//! The declarations that each language needs, made of the manifest for the functions that its file calls.
//!
//! They stand in the file between "begin declarations" and "end declarations", and are what is made here. After a change
//! of the manifest, or for a file that calls more functions, this writes them anew:
//!
//!     CBJ_TEST_WRITE_DECLARATIONS=1 cargo test --test languages declarations

use std::collections::BTreeSet;

use super::languages::{LANGUAGES, Language, source};
use crate::support::c_header::is_identifier;
use crate::support::manifest::{Function, Manifest};

/// How a language writes what a function takes and gives.
pub type Declare = fn(&[Function]) -> Vec<String>;

#[test]
fn those_in_each_file_are_those_of_the_manifest() {
    for language in LANGUAGES {
        let Some(declare) = language.declare else { continue };
        let text = source(language);
        let (before, declared, after) = parts(language, &text);
        let indent: String =
            before.rsplit('\n').nth(1).expect("a line begins").chars().take_while(|c| *c == ' ').collect();
        let lines = declare(&called(&format!("{before}{after}")));
        let expected: String = lines
            .iter()
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") })
            .collect();
        if std::env::var_os("CBJ_TEST_WRITE_DECLARATIONS").is_some() {
            std::fs::write(super::languages::path(language), format!("{before}{expected}{after}"))
                .expect("is writable");
        } else {
            assert_eq!(declared, expected, "{}", language.file);
        }
        assert!(lines.len() > 20, "{}", language.file);
    }
}

/// The numbers that a file writes down beside a name are the manifest's. A name is what comes after the prefix of its
/// type: `NOT_FOUND`, or `NotFound`, for `CBJ_ERROR_NOT_FOUND`.
#[test]
fn numbers_in_each_file_are_those_of_the_manifest() {
    for language in LANGUAGES {
        let text = source(language);
        for line in text.lines() {
            for (name, number) in Manifest::read().choices() {
                let short = name.trim_start_matches("CBJ_").trim_start_matches("ERROR_").trim_start_matches("STATE_");
                let written = [format!("{short} = "), format!("{short}: "), format!("{} = ", camel(short))];
                for written in written {
                    let at = line.trim_start();
                    let Some(rest) = at.strip_prefix(&written) else { continue };
                    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                    if !digits.is_empty() {
                        assert_eq!(digits, number.to_string(), "{}: {line}", language.file);
                    }
                }
            }
        }
    }
}

fn camel(name: &str) -> String {
    name.split('_').map(|word| format!("{}{}", &word[..1], word[1..].to_ascii_lowercase())).collect()
}

/// What is before the declarations, they, and what is after them.
fn parts<'t>(language: &Language, text: &'t str) -> (&'t str, &'t str, &'t str) {
    let begin = text.find("begin declarations").unwrap_or_else(|| panic!("{}: begin declarations", language.file));
    let begin = begin + text[begin..].find('\n').expect("a line ends") + 1;
    let end = text.find("end declarations").unwrap_or_else(|| panic!("{}: end declarations", language.file));
    let end = text[..end].rfind('\n').expect("a line begins") + 1;
    (&text[..begin], &text[begin..end], &text[end..])
}

/// The functions that a text names, in the manifest's order. A name that the manifest has not is a mistake.
fn called(text: &str) -> Vec<Function> {
    let is_function = |word: &&str| word.starts_with("cbj_") && !word.ends_with('_');
    let words: BTreeSet<&str> = text.split(|c| !is_identifier(c)).filter(is_function).collect();
    let functions = Manifest::read().functions();
    let types = ["cbj_config", "cbj_client", "cbj_job", "cbj_error", "cbj_status", "cbj_state"];
    for word in &words {
        assert!(types.contains(word) || functions.iter().any(|function| function.name == **word), "no function {word}");
    }
    functions.into_iter().filter(|function| words.contains(function.name.as_str())).collect()
}

/// What crosses the ABI, whatever the header calls it.
#[derive(Clone, Copy)]
enum Kind {
    Nothing,
    Handle,
    /// A place for a handle.
    Place,
    Text,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Size,
    Double,
}

fn kind(type_name: &str) -> Kind {
    match type_name {
        "void" => Kind::Nothing,
        "const char *" => Kind::Text,
        "int32_t" | "cbj_status" | "cbj_state" | "cbj_trust" | "cbj_log_level" => Kind::Int32,
        "int64_t" => Kind::Int64,
        "uint32_t" => Kind::Uint32,
        "uint64_t" => Kind::Uint64,
        "size_t" => Kind::Size,
        "double" => Kind::Double,
        place if place.ends_with("**") => Kind::Place,
        handle if handle.ends_with('*') => Kind::Handle,
        other => panic!("no kind for {other}"),
    }
}

/// One line for each function, of its name, result and parameters in a language's words.
fn lines(
    functions: &[Function],
    result: fn(Kind) -> &'static str,
    parameter: fn(Kind) -> &'static str,
    line: fn(&str, &str, &[(&str, &str)]) -> String,
) -> Vec<String> {
    let declare = |function: &Function| {
        let parameters: Vec<(&str, &str)> =
            function.parameters.iter().map(|each| (parameter(kind(&each.type_name)), each.name.as_str())).collect();
        line(&function.name, result(kind(&function.return_type)), &parameters)
    };
    functions.iter().map(declare).collect()
}

fn joined(parameters: &[(&str, &str)], each: fn(&str, &str) -> String) -> String {
    parameters.iter().map(|(kind, name)| each(kind, name)).collect::<Vec<_>>().join(", ")
}

pub fn python(functions: &[Function]) -> Vec<String> {
    fn word(kind: Kind) -> &'static str {
        match kind {
            Kind::Nothing => "None",
            Kind::Handle => "c_void_p",
            Kind::Place => "POINTER(c_void_p)",
            Kind::Text => "c_char_p",
            Kind::Int32 => "c_int32",
            Kind::Int64 => "c_int64",
            Kind::Uint32 => "c_uint32",
            Kind::Uint64 => "c_uint64",
            Kind::Size => "c_size_t",
            Kind::Double => "c_double",
        }
    }
    let line = |name: &str, result: &str, parameters: &[(&str, &str)]| {
        format!("    \"{name}\": ({result}, [{}]),", joined(parameters, |kind, _| kind.to_owned()))
    };
    let mut all = vec!["_DECLARATIONS = {".to_owned()];
    all.extend(lines(functions, word, word, line));
    all.push("}".to_owned());
    all
}

/// The header's own words, for those that read C.
pub fn c(functions: &[Function]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for handle in ["client", "config", "error", "job"] {
        all.push(format!("typedef struct cbj_{handle} cbj_{handle};"));
    }
    for choice in ["status", "state", "trust", "log_level"] {
        all.push(format!("typedef int32_t cbj_{choice};"));
    }
    all.extend(functions.iter().map(|function| {
        let with_name = |type_name: &str, name: &str| {
            format!("{type_name}{}{name}", if type_name.ends_with('*') { "" } else { " " })
        };
        let parameters: Vec<String> =
            function.parameters.iter().map(|each| with_name(&each.type_name, &each.name)).collect();
        let list = if parameters.is_empty() { "void".to_owned() } else { parameters.join(", ") };
        format!("{}({list});", with_name(&function.return_type, &function.name))
    }));
    all
}

pub fn node(functions: &[Function]) -> Vec<String> {
    fn word(kind: Kind) -> &'static str {
        match kind {
            Kind::Nothing => "void",
            Kind::Handle => "void *",
            Kind::Place => "_Out_ void **",
            Kind::Text => "const char *",
            Kind::Int32 => "int32_t",
            Kind::Int64 => "int64_t",
            Kind::Uint32 => "uint32_t",
            Kind::Uint64 => "uint64_t",
            Kind::Size => "size_t",
            Kind::Double => "double",
        }
    }
    lines(functions, word, word, |name, result, parameters| {
        let list =
            joined(parameters, |kind, name| format!("{kind}{}{name}", if kind.ends_with('*') { "" } else { " " }));
        format!("{name}: library.func('{result} {name}({})'),", if list.is_empty() { "void" } else { &list })
    })
}

pub fn ruby(functions: &[Function]) -> Vec<String> {
    fn word(kind: Kind) -> &'static str {
        match kind {
            Kind::Nothing => "void",
            Kind::Handle | Kind::Place => "void *",
            Kind::Text => "const char *",
            Kind::Int32 => "int",
            Kind::Int64 => "long long",
            Kind::Uint32 => "unsigned int",
            Kind::Uint64 => "unsigned long long",
            Kind::Size => "size_t",
            Kind::Double => "double",
        }
    }
    lines(functions, word, word, |name, result, parameters| {
        let list = joined(parameters, |kind, name| format!("{kind} {name}").replace("* ", "*"));
        format!("extern '{result} {name}({})'", if list.is_empty() { "void" } else { &list }).replace("* cbj", "*cbj")
    })
}

pub fn perl(functions: &[Function]) -> Vec<String> {
    fn word(kind: Kind) -> &'static str {
        match kind {
            Kind::Nothing => "void",
            Kind::Handle => "opaque",
            Kind::Place => "opaque*",
            Kind::Text => "string",
            Kind::Int32 => "sint32",
            Kind::Int64 => "sint64",
            Kind::Uint32 => "uint32",
            Kind::Uint64 => "uint64",
            Kind::Size => "size_t",
            Kind::Double => "double",
        }
    }
    lines(functions, word, word, |name, result, parameters| {
        format!("$ffi->attach({name} => [{}] => '{result}');", joined(parameters, |kind, _| format!("'{kind}'")))
    })
}

pub fn java(functions: &[Function]) -> Vec<String> {
    fn result(kind: Kind) -> &'static str {
        match kind {
            Kind::Nothing => "void",
            Kind::Handle | Kind::Text => "Pointer",
            Kind::Place => "PointerByReference",
            Kind::Int32 | Kind::Uint32 => "int",
            Kind::Int64 | Kind::Uint64 | Kind::Size => "long",
            Kind::Double => "double",
        }
    }
    fn parameter(kind: Kind) -> &'static str {
        // NUL-terminated UTF-8, which the file makes itself.
        if matches!(kind, Kind::Text) { "byte[]" } else { result(kind) }
    }
    lines(functions, result, parameter, |name, result, parameters| {
        format!("{result} {name}({});", joined(parameters, |kind, name| format!("{kind} {name}")))
    })
}

pub fn csharp(functions: &[Function]) -> Vec<String> {
    fn result(kind: Kind) -> &'static str {
        match kind {
            Kind::Nothing => "void",
            Kind::Handle | Kind::Text => "IntPtr",
            Kind::Place => "out IntPtr",
            Kind::Int32 => "int",
            Kind::Int64 => "long",
            Kind::Uint32 => "uint",
            Kind::Uint64 => "ulong",
            Kind::Size => "UIntPtr",
            Kind::Double => "double",
        }
    }
    fn parameter(kind: Kind) -> &'static str {
        if matches!(kind, Kind::Text) { "byte[]" } else { result(kind) }
    }
    lines(functions, result, parameter, |name, result, parameters| {
        let list = joined(parameters, |kind, name| format!("{kind} {name}"));
        format!("[DllImport(Library)] internal static extern {result} {name}({list});")
    })
}
