//! The declarations that each language needs, made of the manifest for the functions that its files call.

use std::collections::BTreeSet;

use crate::artefact::{Artefact, Files, parts, text_of};
use crate::languages::{LANGUAGES, Notation, sources};
use crate::manifest;
use crate::support::c_header::is_identifier;
use crate::support::c_program::root;
use crate::support::manifest::{Function, Manifest};

const REGION: &str = "declarations";

pub fn artefacts() -> Vec<Artefact> {
    LANGUAGES.iter().filter_map(|language| Some(artefact(sources(language), language.notation?))).collect()
}

/// The region is in one of a language's files, and declares what all of them call.
fn artefact(paths: Vec<String>, notation: Notation) -> Artefact {
    let has_region = |path: &&String| {
        let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        parts(&text, REGION).is_ok()
    };
    // One without the region says what is wrong.
    let path = paths.iter().find(has_region).unwrap_or(&paths[0]).clone();
    Artefact::region(&path, REGION, move |files| {
        let manifest = Manifest::parse(&files.read(manifest::PATH));
        text_of(&declare(notation, &manifest, &called(files, &paths, &manifest)))
    })
}

fn declare(notation: Notation, manifest: &Manifest, functions: &[Function]) -> Vec<String> {
    match notation {
        Notation::C => c(manifest, functions),
        Notation::Csharp => csharp(functions),
        Notation::Java => java(functions),
        Notation::Node => node(functions),
        Notation::Perl => perl(functions),
        Notation::Python => python(functions),
        Notation::Ruby => ruby(functions),
    }
}

/// The functions that files name outside their declarations, in the manifest's order. A name that the manifest does not
/// have is a mistake.
fn called(files: &Files, paths: &[String], manifest: &Manifest) -> Vec<Function> {
    let is_function = |word: &&str| word.starts_with("cbj_") && !word.ends_with('_');
    let texts: Vec<String> = paths.iter().map(|path| files.read(path)).collect();
    let written_by_hand = texts.iter().flat_map(|text| match parts(text, REGION) {
        Ok((before, _, after)) => [before, after],
        Err(_) => [text, ""],
    });
    let words: BTreeSet<&str> =
        written_by_hand.flat_map(|part| part.split(|c| !is_identifier(c))).filter(is_function).collect();
    let types: Vec<String> = ["handles", "choices", "callbacks"].iter().flat_map(|kind| manifest.names(kind)).collect();
    let functions = manifest.functions();
    for word in &words {
        let is_known =
            types.iter().any(|name| name == word) || functions.iter().any(|function| function.name == **word);
        assert!(is_known, "{paths:?}: there is no function {word}");
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
        "int32_t" => Kind::Int32,
        "int64_t" => Kind::Int64,
        "uint32_t" => Kind::Uint32,
        "uint64_t" => Kind::Uint64,
        "size_t" => Kind::Size,
        "double" => Kind::Double,
        place if place.ends_with("**") => Kind::Place,
        handle if handle.ends_with('*') => Kind::Handle,
        choice if choice.starts_with("cbj_") => Kind::Int32,
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

fn python(functions: &[Function]) -> Vec<String> {
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
fn c(manifest: &Manifest, functions: &[Function]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for handle in manifest.names("handles") {
        all.push(format!("typedef struct {handle} {handle};"));
    }
    for choice in manifest.names("choices") {
        all.push(format!("typedef int32_t {choice};"));
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

fn node(functions: &[Function]) -> Vec<String> {
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

fn ruby(functions: &[Function]) -> Vec<String> {
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

fn perl(functions: &[Function]) -> Vec<String> {
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

fn java(functions: &[Function]) -> Vec<String> {
    fn result(kind: Kind) -> &'static str {
        match kind {
            Kind::Nothing => "void",
            Kind::Handle | Kind::Text => "Pointer",
            Kind::Place => "PointerByReference",
            Kind::Int32 | Kind::Uint32 => "int",
            Kind::Int64 | Kind::Uint64 => "long",
            Kind::Size => "SizeT",
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

fn csharp(functions: &[Function]) -> Vec<String> {
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
