//! `packaging/abi/manifest.json`: the ABI for programs, from the types and comments of the C layer and its table.

use std::fmt::Write as _;

use crate::artefact::{Artefact, Files};
use crate::libraries::Names;
use crate::sources::{Function, Sources};
use crate::table::{self, Row, Table};

pub const PATH: &str = "packaging/abi/manifest.json";

/// What the words of the manifest mean.
const MEANINGS: [(&str, &str); 8] = [
    ("files", "the file that a program loads at run time, by the system's name in Rust (target_os)"),
    ("since", "the version of the library that has it first"),
    (
        "threads",
        "any: any number at once, also with one handle; one per configuration, query or iterator: see \
         cbj_config, cbj_query, cbj_job_iter; exclusive: while no other thread uses the handle",
    ),
    (
        "ownership",
        "copied: read during the call and not needed after it; borrowed: only used during the call; kept: used as long as a \
         client lives that was made of the configuration; caller: a handle that the caller frees with freed_by; consumed: not \
         to be used after the call",
    ),
    (
        "owner",
        "of a text or handle that is returned: static, or the handle in the parameter of this name; caller: as with ownership",
    ),
    (
        "null",
        "accepted: NULL has a meaning of its own; refused: CBJ_ERROR_INVALID_ARGUMENT; absent: the function answers as if the \
         service had sent nothing; nothing: the function does nothing",
    ),
    ("nullable", "whether NULL is returned"),
    ("open", "of a choice that goes in: a number of 0 or more that is not listed is passed on, not refused"),
];

pub fn artefact() -> Artefact {
    Artefact::file(PATH, |files| manifest(&Sources::read(files), &Table::read(files), abi(files)))
}

/// The number of the ABI: the major version that Cargo.toml gives the library file.
pub fn abi(files: &Files) -> u64 {
    let cargo: toml::Table = files.read("Cargo.toml").parse().expect("Cargo.toml is TOML");
    let version = cargo["package"]["metadata"]["capi"]["library"]["version"].as_str().expect("is a text");
    version.split('.').next().and_then(|major| major.parse().ok()).expect("begins with a number")
}

/// What C calls a type of the C layer, and what the type says about a pointer.
struct CType {
    name: String,
    pointer: Option<Pointer>,
}

#[derive(Clone, Copy, PartialEq)]
enum Pointer {
    /// Text that goes in.
    Text,
    /// A handle that is only used during the call.
    Borrowed,
    /// A handle that the function frees.
    Consumed,
    /// A place for a handle.
    Place,
    /// What a configuration keeps.
    Kept,
}

fn c_type(rust: &str) -> CType {
    let inner = |before: &str, after: &str| rust.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    let pointer = |name: String, pointer| CType { name, pointer: Some(pointer) };
    if let Some(handle) = inner("Option<Box<", ">>") {
        return pointer(format!("{handle} *"), Pointer::Consumed);
    }
    if let Some(handle) = inner("Option<&mut MaybeUninit<*mut ", ">>") {
        return pointer(format!("{handle} **"), Pointer::Place);
    }
    if let Some(handle) = inner("Option<&mut ", ">") {
        return pointer(format!("{handle} *"), Pointer::Borrowed);
    }
    if let Some(handle) = inner("Option<&", ">") {
        return pointer(format!("const {handle} *"), Pointer::Borrowed);
    }
    match rust {
        "*const c_char" => return pointer("const char *".to_owned(), Pointer::Text),
        "*mut c_void" => return pointer("void *".to_owned(), Pointer::Kept),
        // A function pointer, whose typedef hides the asterisk.
        "cbj_log_fn" => return pointer(rust.to_owned(), Pointer::Kept),
        _ => {}
    }
    if let Some(handle) = rust.strip_prefix("*mut ") {
        return pointer(format!("{handle} *"), Pointer::Borrowed);
    }
    if let Some(handle) = rust.strip_prefix("*const ") {
        return pointer(format!("const {handle} *"), Pointer::Borrowed);
    }
    let name = match rust {
        "()" => "void",
        "i32" => "int32_t",
        "i64" => "int64_t",
        "u32" => "uint32_t",
        "u64" => "uint64_t",
        "usize" => "size_t",
        "f64" => "double",
        choice if choice.starts_with("cbj_") => choice,
        other => panic!("C has no name for {other}"),
    };
    CType { name: name.to_owned(), pointer: None }
}

fn manifest(sources: &Sources, table: &Table, abi: u64) -> String {
    let known = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>();
    table.must_only_name("functions", &known(sources.functions.iter().map(|each| &each.name).collect()));
    table.must_only_name("constants", &known(sources.constants.iter().map(|(name, ..)| name).collect()));
    let mut types: Vec<&String> = sources.handles.iter().collect();
    types.extend(sources.choices.iter().map(|each| &each.name));
    types.extend(sources.callbacks.iter().map(|each| &each.name));
    table.must_only_name("types", &known(types));

    let mut out = format!("{{\n  \"library\": \"cloudbackupjobs\",\n  \"abi\": {abi},\n");
    let names = Names::new(abi);
    section(&mut out, "files", names.by_system().iter().map(|(system, file)| format!("\"{system}\": \"{file}\"")));
    let since = |name: &str| table.type_since(name);
    section(&mut out, "meanings", MEANINGS.iter().map(|(word, meaning)| format!("\"{word}\": \"{meaning}\"")));
    let mut handles = sources.handles.clone();
    handles.sort();
    section(
        &mut out,
        "handles",
        handles
            .iter()
            .map(|name| format!("\"{name}\": {{\"since\": \"{}\", \"freed_by\": \"{name}_free\"}}", since(name))),
    );
    section(
        &mut out,
        "choices",
        sources.choices.iter().map(|choice| {
            let numbers = choice.constants.iter().map(|each| format!("        \"{}\": {}", each.name, each.number));
            format!(
                "\"{}\": {{\n      \"since\": \"{}\", \"type\": \"int32_t\",{}\n      \"constants\": {{\n{}\n      }}\n    }}",
                choice.name,
                since(&choice.name),
                if table.is_open(&choice.name) { " \"open\": true," } else { "" },
                numbers.collect::<Vec<_>>().join(",\n")
            )
        }),
    );
    section(
        &mut out,
        "callbacks",
        sources.callbacks.iter().map(|callback| {
            let parameters = callback.parameters.iter().map(|(name, rust)| declared(&c_type(rust).name, name));
            format!(
                "\"{}\": {{\"since\": \"{}\", \"type\": \"{}(*)({})\"}}",
                callback.name,
                since(&callback.name),
                declared(&c_type(&callback.result).name, ""),
                parameters.collect::<Vec<_>>().join(", ")
            )
        }),
    );
    section(
        &mut out,
        "constants",
        sources.constants.iter().map(|(name, rust, value)| {
            let since = table.constant_since(name);
            format!(
                "\"{name}\": {{\"since\": \"{since}\", \"type\": \"{}\", \"value\": \"{value}\"}}",
                c_type(rust).name
            )
        }),
    );
    let functions = sources.functions.iter().map(|each| function(each, &table.function(&each.name)));
    writeln!(out, "  \"functions\": [\n{}\n  ]\n}}", functions.collect::<Vec<_>>().join(",\n")).expect("takes text");
    out
}

fn section(out: &mut String, name: &str, entries: impl Iterator<Item = String>) {
    let entries: Vec<String> = entries.map(|entry| format!("    {entry}")).collect();
    writeln!(out, "  \"{name}\": {{\n{}\n  }},", entries.join(",\n")).expect("takes text");
}

fn declared(type_name: &str, name: &str) -> String {
    format!("{type_name}{}{name}", if type_name.ends_with('*') { "" } else { " " })
}

fn function(function: &Function, row: &Row) -> String {
    let Function { name, comment, parameters, .. } = function;
    let result = c_type(&function.result);
    for accepted in &row.accepts {
        assert!(parameters.iter().any(|(name, _)| name == accepted), "{}: {name} has no {accepted}", table::PATH);
    }
    let signals = if comment.contains("Async-signal-safe") { ", \"signals\": \"async-signal-safe\"" } else { "" };
    let mut returns = format!("\"type\": \"{}\"", result.name);
    match result.pointer {
        Some(Pointer::Text | Pointer::Borrowed) => {
            let is_static = comment.contains("Returns: static text");
            let nullable = !(is_static && comment.contains("static text, never NULL"));
            let owner = if is_static { "static" } else { &parameters.first().expect("a text has an owner").0 };
            write!(returns, ", \"nullable\": {nullable}, \"owner\": \"{owner}\"").expect("takes text");
        }
        Some(Pointer::Consumed) => {
            let handle = result.name.trim_end_matches(" *");
            write!(returns, ", \"nullable\": true, \"owner\": \"caller\", \"freed_by\": \"{handle}_free\"")
                .expect("takes text");
        }
        None => {}
        Some(_) => panic!("{name}: nothing is known of the owner of a {}", result.name),
    }
    let list: Vec<String> = (0..parameters.len()).map(|index| parameter(function, row, index)).collect();
    let list = if list.is_empty() { "[]".to_owned() } else { format!("[\n{}\n      ]", list.join(",\n")) };
    format!(
        "    {{\n      \"name\": \"{name}\", \"since\": \"{}\", \"threads\": \"{}\"{signals},\n      \"returns\": {{{returns}}},\n      \
         \"parameters\": {list}\n    }}",
        row.since,
        threads(function)
    )
}

/// What the comment says, or else the comment of the handle.
fn threads(function: &Function) -> &'static str {
    match function.comment.split("Threads: ").nth(1) {
        Some(said) if said.starts_with("one, while no other") => "exclusive",
        Some(said) if said.starts_with("one per configuration") => "one per configuration",
        Some(said) if said.starts_with("one per iterator") => "one per iterator",
        Some(said) if said.starts_with("any") => "any",
        Some(said) => panic!("{}: the manifest has no word for \"Threads: {said}\"", function.name),
        None if function.name.starts_with("cbj_config_") => "one per configuration",
        None if function.name.starts_with("cbj_query_") => "one per query",
        None => "any",
    }
}

fn parameter(function: &Function, row: &Row, index: usize) -> String {
    let (name, rust) = &function.parameters[index];
    let CType { name: type_name, pointer } = c_type(rust);
    let mut out = format!("        {{\"name\": \"{name}\", \"type\": \"{type_name}\"");
    if let Some(pointer) = pointer {
        // A text with a length is read where it lies, for it may be long.
        let has_length = function.parameters.get(index + 1).is_some_and(|(_, next)| next == "usize");
        let (direction, ownership) = match pointer {
            Pointer::Text if has_length => ("in", "borrowed"),
            Pointer::Text => ("in", "copied"),
            Pointer::Borrowed => ("in", "borrowed"),
            Pointer::Consumed => ("in", "consumed"),
            Pointer::Kept => ("in", "kept"),
            Pointer::Place => ("out", "caller"),
        };
        write!(out, ", \"direction\": \"{direction}\", \"ownership\": \"{ownership}\"").expect("takes text");
        if pointer == Pointer::Place {
            write!(out, ", \"freed_by\": \"{}_free\"", type_name.trim_end_matches(" **")).expect("takes text");
        }
        write!(out, ", \"null\": \"{}\"", null(function, row, name, pointer)).expect("takes text");
    }
    out + "}"
}

/// What NULL does.
fn null(function: &Function, row: &Row, name: &str, pointer: Pointer) -> &'static str {
    let is_accessor = row.absent.is_some() || !matches!(function.result.as_str(), "cbj_status" | "()");
    match pointer {
        Pointer::Place if name == "error" => "accepted",
        _ if row.accepts.iter().any(|accepted| accepted == name) => "accepted",
        _ if is_accessor => "absent",
        _ if function.result == "()" => "nothing",
        _ => "refused",
    }
}
