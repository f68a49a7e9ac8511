//! Every function of the library with NULL in every place of a pointer, with texts that are none, and with numbers out
//! of range. The calls are in tests/c/null_walk.c; here its rows are held against the header and the exports.
#![allow(missing_docs, reason = "a test program has no interface")]

mod support;

use std::collections::BTreeSet;

use support::answers::ok;
use support::c_header::{Function, Header, Parameter, split_list};
use support::c_program::{Linking, compile, exported_symbols, run};
use support::scripted_server::{Afterwards, ScriptedServer, Step};

/// A call of the walk: what is wrong with it, the function, and the parameter that it is wrong in.
type Row = (&'static str, String, Option<usize>);

/// A line of the walk: its row, and the arguments as the source writes them.
struct Call {
    row: Row,
    arguments: Vec<String>,
}

/// The only job of the server.
const LISTED: &str = r#"{"id":"FB1","state":"Finished"}"#;

const NULL: &str = "NULL";
const NOT_UTF8: &str = "NOT_UTF8";
const OUT_OF_RANGE: &str = "OUT_OF_RANGE";
const NO_POINTER: &str = "NO_POINTER";

/// The rows that `function` has to have.
fn rows_of(function: &Function) -> Vec<Row> {
    let row = |kind, position| (kind, function.name.clone(), position);
    let mut rows = Vec::new();
    for (position, parameter) in function.parameters.iter().enumerate() {
        if parameter.is_pointer {
            rows.push(row(NULL, Some(position)));
        }
        if parameter.is_text() {
            rows.push(row(NOT_UTF8, Some(position)));
        }
        if has_range(parameter) {
            rows.push(row(OUT_OF_RANGE, Some(position)));
        }
    }
    if !function.parameters.iter().any(|parameter| parameter.is_pointer) {
        rows.push(row(NO_POINTER, None));
    }
    rows
}

/// Indexes and lengths, and numbers that stand for a choice. Of a quantity every value means something.
fn has_range(parameter: &Parameter) -> bool {
    const QUANTITIES: [&str; 4] = ["uint32_t", "uint64_t", "int64_t", "double"];
    !parameter.is_pointer && !QUANTITIES.contains(&parameter.type_name.as_str())
}

/// Runs the walk. Its own checks must hold; what it called is the result.
fn walk(linking: Linking) -> Vec<Call> {
    let list = format!(r#"{{"statusCode":200,"data":[{LISTED}],"metadata":{{"totalCount":1,"nextLink":""}}}}"#);
    let server = ScriptedServer::start(vec![vec![Step::Behave(ok(list))]], Afterwards::RepeatLast);
    let output = run(&compile("tests/c/null_walk.c", linking), &[&server.url(), "rows"], &[]);
    let (said, listing) = (String::from_utf8_lossy(&output.stderr), String::from_utf8_lossy(&output.stdout));
    let last = listing.lines().last().unwrap_or_default();
    assert!(output.status.success(), "{linking:?}: {:?}\n{said}The last row was {last}", output.status);
    assert!(said.is_empty(), "{linking:?}: {said}");
    listing.lines().filter(|line| !line.starts_with("REQUIRED\t")).map(call).collect()
}

fn call(line: &str) -> Call {
    let columns: Vec<&str> = line.split('\t').collect();
    let [kind, function, position, arguments] = columns[..] else { panic!("not a row: {line}") };
    let kinds = [NULL, NOT_UTF8, OUT_OF_RANGE, NO_POINTER];
    let kind = kinds.into_iter().find(|known| *known == kind).unwrap_or_else(|| panic!("no such kind: {line}"));
    let arguments = arguments.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let arguments = split_list(arguments.unwrap_or_else(|| panic!("no arguments: {line}")));
    Call {
        row: (kind, function.to_owned(), position.parse().ok()),
        arguments: arguments.into_iter().map(str::to_owned).collect(),
    }
}

/// Whether a row does what it says: NULL, and bytes that are no text, are where they should be and nowhere else. Beside
/// a second wrong argument the first would prove nothing.
fn keeps_its_word(call: &Call) -> bool {
    [NULL, NOT_UTF8].into_iter().all(|wrong| {
        let found: Vec<usize> = (0..call.arguments.len()).filter(|&index| call.arguments[index] == wrong).collect();
        let (kind, _, position) = &call.row;
        found == if *kind == wrong { position.as_slice() } else { &[] }
    })
}

fn walk_is_complete(linking: Linking) {
    let header = Header::read();
    let calls = walk(linking);
    for call in &calls {
        let Call { row: (kind, function, position), arguments } = call;
        assert!(keeps_its_word(call), "{kind} {function} {position:?} is called with {arguments:?}");
    }
    let walked: BTreeSet<Row> = calls.into_iter().map(|call| call.row).collect();

    let demanded: BTreeSet<Row> = header.functions.iter().flat_map(rows_of).collect();
    let missing: Vec<_> = demanded.difference(&walked).collect();
    let surplus: Vec<_> = walked.difference(&demanded).collect();
    assert!(missing.is_empty() && surplus.is_empty(), "missing: {missing:#?}\nnot demanded: {surplus:#?}");

    // The header and the library are generated and built apart from each other.
    let functions: BTreeSet<String> = walked.into_iter().map(|(_, function, _)| format!("T {function}")).collect();
    assert_eq!(functions, exported_symbols());
}

#[test]
fn every_careless_call_is_answered_by_the_shared_library() {
    walk_is_complete(Linking::Shared);
}

#[test]
fn every_careless_call_is_answered_by_the_static_library() {
    walk_is_complete(Linking::Static);
}
