//! The shared library exports exactly what the header declares, and every export enters the library through the guard.
#![allow(missing_docs, reason = "a test program has no interface")]

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use support::c_header::{Header, is_identifier};
use support::c_program::{exported_symbols, library_dir, root};

const BEGINNING: &str = "extern \"C\" fn ";

/// The functions of src/ffi/guard.rs and src/ffi/outcome.rs that catch panics, as their own tests show.
const GUARDS: [&str; 5] = ["guard", "read", "free", "change", "run"];

/// Functions that enter a guard for many setters. The rule for exports applies to them, too.
const GUARDED: [&str; 4] = ["make", "make_optional", "set_text", "set_number"];

/// Enters without a guard: a signal handler may call it, and a guard's thread-local variable may be allocated when a
/// thread first uses it. Its body may only make the [`CALLS_OF_UNGUARDED`].
const UNGUARDED: [&str; 1] = ["cbj_client_cancel"];

/// The calls that such a function may make. None can panic: atomics, an `fstat` and a `send`.
const CALLS_OF_UNGUARDED: [&str; 3] = ["Some", "shared", "cancel"];

/// Calls that are allowed in the arguments of a guard, and thus before the guard. None can panic.
const HARMLESS: [&str; 4] = ["null", "as_ptr", "cast", "shared"];

/// Operators that can panic: indexing, and arithmetic that overflows or divides by zero. (`-` is missing, because it is
/// also the sign of -1.)
const PANICKING: [char; 5] = ['[', '+', '*', '/', '%'];

#[test]
fn the_library_exports_what_the_header_declares_and_nothing_else() {
    let declared: BTreeSet<String> =
        Header::read().functions.iter().map(|function| format!("T {}", function.name)).collect();
    let exported = exported_symbols();
    let missing: Vec<_> = declared.difference(&exported).collect();
    let surplus: Vec<_> = exported.difference(&declared).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:?}\nnot in the header: {surplus:?}");
    assert!(!declared.is_empty());
}

/// The texts that only documents and Rust programs use (`Config::options`) are not in the library that C programs load.
#[test]
fn the_library_holds_no_words_of_the_documents() {
    let library = std::fs::read(library_dir().join("libcloudbackupjobs.so")).expect("is readable");
    let holds = |words: &str| memchr::memmem::find(&library, words.as_bytes()).is_some();
    for option in cloudbackupjobs::Config::options() {
        assert!(!holds(option.description()), "{}: {}", option.name(), option.description());
    }
    // The names of the options are in it.
    assert!(holds("connect_timeout_ms"));
}

/// A panic that leaves an `extern "C"` function aborts the host, and no compiler warns about it. So this test reads the
/// sources: nothing happens outside a guard. The guard is the first call, nothing in its arguments except the closure
/// can panic, and nothing follows it.
#[test]
fn every_export_enters_through_the_guard() {
    let sources = ffi_sources();
    let mut exports = BTreeSet::new();
    let mut mistakes = Vec::new();
    for (path, source) in &sources {
        for (name, body) in functions(source, BEGINNING) {
            let mistake = if UNGUARDED.contains(&name.as_str()) { calls_else(&body) } else { unguarded(&body) };
            mistakes.extend(mistake.map(|reason| format!("{}: {name} {reason}", path.display())));
            exports.insert(name);
        }
    }
    assert!(mistakes.is_empty(), "{}", mistakes.join("\n"));
    // An export that this test does not recognize would not be checked.
    assert_eq!(exports, Header::read().functions.into_iter().map(|function| function.name).collect());
}

#[test]
fn a_guard_is_what_its_name_says() {
    let mut found = BTreeSet::new();
    for (path, source) in ffi_sources() {
        for (name, body) in functions(&source, "fn ") {
            if GUARDS.contains(&name.as_str()) {
                let is_at_home = path.ends_with("guard.rs") || path.ends_with("outcome.rs");
                assert!(is_at_home, "{}: fn {name} passes for a guard", path.display());
                let catches =
                    calls(&without_literals(&body)).any(|(_, call)| matches!(call, "catch" | "caught" | "guard"));
                assert!(catches, "fn {name} catches nothing");
            } else if GUARDED.contains(&name.as_str()) {
                assert_eq!(unguarded(&body), None, "{}: fn {name}", path.display());
            } else {
                continue;
            }
            found.insert(name);
        }
    }
    assert_eq!(found, GUARDS.into_iter().chain(GUARDED).map(str::to_owned).collect());
}

#[test]
fn only_the_c_layer_exports() {
    let c_layer = root().join("src/ffi");
    // `fork` calls its three functions; they are not exported.
    let handlers = root().join("src/sys/fork.rs");
    for path in rust_files(&root().join("src")).into_iter().filter(|path| !path.starts_with(&c_layer)) {
        let source = read_code(&path);
        for word in ["extern \"", "no_mangle", "export_name"] {
            let may = path == handlers && word == "extern \"";
            assert!(may || !source.contains(word), "{}: {word}", path.display());
        }
    }
}

/// What a body does apart from the [`CALLS_OF_UNGUARDED`].
fn calls_else(body: &str) -> Option<String> {
    if body.contains(PANICKING) {
        return Some("computes something outside a guard".to_owned());
    }
    let call = calls(body).find(|(_, call)| !CALLS_OF_UNGUARDED.contains(call))?.1.to_owned();
    Some(format!("calls {call} outside a guard"))
}

/// Why a body is not completely inside a guard.
fn unguarded(body: &str) -> Option<String> {
    let body = without_constants(&without_literals(body));
    let Some((start, first)) = calls(&body).next() else { return Some("calls nothing".to_owned()) };
    if !GUARDS.iter().chain(&GUARDED).any(|guard| *guard == first) {
        return Some(format!("calls {first} before any guard"));
    }
    let (arguments, after) = parenthesized(&body[start..]);
    let before_closure = arguments.split('|').next().unwrap_or_default();
    if body[..start].contains(PANICKING) || before_closure.contains(PANICKING) {
        return Some(format!("computes something outside {first}"));
    }
    if let Some((_, harmful)) = calls(before_closure).find(|(_, call)| !HARMLESS.contains(call)) {
        return Some(format!("calls {harmful} for an argument of {first}, which is outside the guard"));
    }
    let after = after.trim_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '}'));
    (!after.is_empty()).then(|| format!("goes on after {first}: {after}"))
}

/// Every call of a function, method or macro in `code`: the place of its parenthesis, and the name before it.
fn calls(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.match_indices('(').filter_map(|(index, _)| {
        let before = code[..index].strip_suffix('!').unwrap_or(&code[..index]);
        let name = &before[before.rfind(|c: char| !is_identifier(c)).map_or(0, |end| end + 1)..];
        (!name.is_empty()).then_some((index, name))
    })
}

/// `code` begins with a parenthesis. Returns the text inside the parentheses, and the text after them.
fn parenthesized(code: &str) -> (&str, &str) {
    let mut depth = 0_i32;
    let end = code.find(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    });
    let end = end.expect("a parenthesis is closed");
    (&code[1..end], &code[end + 1..])
}

/// The name and body of each top-level function whose declaration contains `beginning`. rustfmt puts the last brace
/// alone at the beginning of a line.
fn functions(source: &str, beginning: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (index, _) in source.match_indices(beginning) {
        let line = source[..index].rfind('\n').map_or(0, |end| end + 1);
        if source[line..].starts_with(' ') {
            continue;
        }
        let rest = &source[index + beginning.len()..];
        let name: String = rest.chars().take_while(|c| is_identifier(*c)).collect();
        let body = rest.split_once("{\n").and_then(|(_, body)| body.split_once("\n}"));
        found.push((name, body.expect("a function has a body").0.to_owned()));
    }
    found
}

fn without_literals(code: &str) -> String {
    // Every second piece is between quotes; the sources of the C layer contain no escaped quote.
    assert!(!code.contains("\\\"") && !code.contains("'\"'"), "a quote inside a literal: {code}");
    code.split('"').step_by(2).collect()
}

/// The compiler evaluates constants, so they cannot panic at run time.
fn without_constants(body: &str) -> String {
    let mut kept = String::new();
    let mut in_constant = false;
    for line in body.lines() {
        in_constant |= line.trim_start().starts_with("const ");
        if !in_constant {
            kept += line;
            kept.push('\n');
        }
        in_constant &= !line.trim_end().ends_with(';');
    }
    kept
}

fn ffi_sources() -> Vec<(PathBuf, String)> {
    let files = rust_files(&root().join("src/ffi"));
    files.into_iter().map(|path| (path.clone(), read_code(&path))).collect()
}

/// A source without its comments and its unit tests.
fn read_code(path: &Path) -> String {
    let source = std::fs::read_to_string(path).expect("sources are readable");
    let code = source.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

fn rust_files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).expect("src is readable");
    let paths = entries.map(|entry| entry.expect("src is readable").path());
    let files = paths.flat_map(|path| if path.is_dir() { rust_files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}
