//! `tests/c/null_walk_rows.h`: the careless calls of every function, each with the answer that the manifest and the table
//! promise. `tests/null_walk.rs` holds them against the header and the exports, and runs them.
//!
//! What a call with NULL does where NULL has a meaning and the call can fail for a reason is different for each function:
//! those rows are in `tests/c/null_walk.c`, and so are those of a text that has a length.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::artefact::Artefact;
use crate::manifest;
use crate::support::manifest::{Function, Manifest, Parameter};
use crate::table::Table;

const PATH: &str = "tests/c/null_walk_rows.h";

pub fn artefact() -> Artefact {
    Artefact::file(PATH, |files| {
        let manifest = Manifest::parse(&files.read(manifest::PATH));
        rows(&manifest, &Table::read(files))
    })
}

fn rows(manifest: &Manifest, table: &Table) -> String {
    let walk = Walk { manifest, table };
    let functions = manifest.functions();
    let mut out = format!(
        "/* Generated from packaging/abi/functions.toml and src/ffi: {}\n *\n * Included by null_walk.c, which defines the \
         macros, the arguments and the expectations. */\n",
        crate::COMMAND
    );
    let mut section = |comment: &str, signature: &str, lines: Vec<String>| {
        write!(out, "\n/* {comment} */\nstatic void {signature}\n{{\n").expect("takes text");
        lines.iter().for_each(|line| writeln!(out, "    {line};").expect("takes text"));
        out += "}\n";
    };
    section("NULL for every pointer.", "walk_pointers(void)", each(&walk, &functions, Walk::pointers));
    section("Bytes that are not UTF-8 for every text.", "walk_texts(void)", each(&walk, &functions, Walk::texts));
    section(
        "Functions without a pointer.",
        "walk_without_pointers(void)",
        each(&walk, &functions, Walk::without_pointers),
    );
    section("A number that is no choice.", "walk_numbers(int32_t number)", each(&walk, &functions, Walk::numbers));
    section(
        "The numbers beside those of each choice.",
        "walk_neighbours(void)",
        each(&walk, &functions, Walk::neighbours),
    );
    let owners: BTreeSet<&str> = functions.iter().filter(|each| index_of(each).is_some()).map(handle).collect();
    for owner in owners {
        let name = owner.trim_start_matches("cbj_");
        let lines = functions.iter().filter(|each| index_of(each).is_some() && handle(each) == owner);
        section(
            &format!("An index out of range of a {owner}."),
            &format!("walk_{name}_indexes(size_t index)"),
            lines
                .map(|each| {
                    walk.row("OUT_OF_RANGE", each, index_of(each).expect("has one"), "index", &walk.absent(each))
                })
                .collect(),
        );
    }
    out
}

fn each<'m>(walk: &Walk<'m>, functions: &[Function], rows: fn(&Walk<'m>, &Function) -> Vec<String>) -> Vec<String> {
    functions.iter().flat_map(|function| rows(walk, function)).collect()
}

struct Walk<'m> {
    manifest: &'m Manifest,
    table: &'m Table,
}

fn takes_error(function: &Function) -> bool {
    function.parameters.iter().any(|each| each.type_name == "cbj_error **")
}

/// The handle that a function belongs to.
fn handle(function: &Function) -> &str {
    let kind = function.parameters.first().map_or("", |each| each.type_name.as_str());
    kind.trim_start_matches("const ").trim_end_matches([' ', '*'])
}

fn index_of(function: &Function) -> Option<usize> {
    function.parameters.iter().position(|each| each.type_name == "size_t" && each.name == "index")
}

fn is_text(parameter: &Parameter) -> bool {
    parameter.type_name == "const char *" && parameter.ownership.as_deref() == Some("copied")
}

impl Walk<'_> {
    fn row(&self, kind: &str, function: &Function, at: usize, value: &str, expectation: &str) -> String {
        let arguments: Vec<String> = (0..function.parameters.len())
            .map(|index| if index == at { value.to_owned() } else { self.sound(function, index) })
            .collect();
        format!("{kind}_ROW({}, {at}, {expectation}, ({}))", function.name, arguments.join(", "))
    }

    /// An argument that is right.
    fn sound(&self, function: &Function, index: usize) -> String {
        let Parameter { name, type_name, .. } = &function.parameters[index];
        match type_name.as_str() {
            "cbj_log_fn" => "log_line".to_owned(),
            "void *" => "&logged".to_owned(),
            "const char *" if name == "json" => "ENVELOPE".to_owned(),
            // The name of an option, for the function that takes one.
            "const char *" if name == "name" => "\"scope\"".to_owned(),
            "const char *" => "\"text\"".to_owned(),
            "size_t" if name == "index" => "0".to_owned(),
            "size_t" => "strlen(ENVELOPE)".to_owned(),
            "int32_t" | "int64_t" | "uint32_t" | "uint64_t" => "1".to_owned(),
            choice if self.choice(choice).is_some() => {
                self.choice(choice).expect("is one").pop().expect("has a number").0
            }
            place if place.ends_with("**") => format!("&out.{name}"),
            // An error is none of the failures that the function itself may have.
            pointer if pointer.contains("cbj_error *") => "failure".to_owned(),
            pointer if pointer.ends_with('*') => {
                pointer.trim_start_matches("const ").trim_start_matches("cbj_").trim_end_matches([' ', '*']).to_owned()
            }
            other => panic!("{}: no argument for a {other}", function.name),
        }
    }

    /// The names and numbers of a choice, in their order.
    fn choice(&self, name: &str) -> Option<Vec<(String, i64)>> {
        let constants = self.manifest.0["choices"].get(name)?["constants"].as_object().expect("is an object");
        let number = |number: &serde_json::Value| number.as_i64().expect("is a number");
        let mut all: Vec<(String, i64)> = constants.iter().map(|(name, value)| (name.clone(), number(value))).collect();
        all.sort_by_key(|(_, number)| *number);
        Some(all)
    }

    /// What holds of the answer where there is nothing to say.
    fn absent(&self, function: &Function) -> String {
        let absent = self.table.function(&function.name).absent;
        let expectation = match (function.return_type.as_str(), absent.as_deref()) {
            ("const char *", None) => "no_text",
            ("const char *", Some("CBJ_ERROR_UNKNOWN")) => "no_status_of_this_version",
            ("int32_t", Some("-1")) => "neither_yes_nor_no",
            ("int64_t", Some("-1")) => "no_count",
            ("int64_t", Some("CBJ_NO_TIME")) => "no_time",
            ("int32_t", Some("0")) => "no",
            ("double", None) => "no_hours",
            ("size_t", None) => "nothing_listed",
            ("cbj_state", None) => "no_state",
            ("const cbj_job *", None) => "no_job_inside",
            ("cbj_job_type" | "cbj_object_type" | "cbj_state", Some("-1")) => "no_type",
            ("cbj_status", Some("CBJ_ERROR_INVALID_ARGUMENT")) => "refused",
            (kind, absent) => panic!(
                "{}: {} answers {kind}: there is no expectation for absent = {absent:?}. The line names what it answers; the \
                 expectation is in tests/generated/null_walk.rs and tests/c/null_walk.c.",
                crate::table::PATH,
                function.name
            ),
        };
        expectation.to_owned()
    }

    /// What holds of a call that is refused for the parameter `at`.
    fn refused(&self, function: &Function, at: usize) -> String {
        if !takes_error(function) {
            return if function.return_type == "cbj_status" { "refused".to_owned() } else { self.absent(function) };
        }
        let is_place = |each: &&Parameter| each.type_name.ends_with("**") && each.type_name != "cbj_error **";
        match function.parameters.iter().find(is_place) {
            Some(place) if place.name != function.parameters[at].name => format!("no_{}", place.name),
            _ => "only_an_error".to_owned(),
        }
    }

    fn pointers(&self, function: &Function) -> Vec<String> {
        let mut rows = Vec::new();
        for (at, parameter) in function.parameters.iter().enumerate() {
            let expectation = match parameter.null.as_deref() {
                Some("nothing") => "it_returns".to_owned(),
                Some("absent") => self.absent(function),
                Some("refused") => self.refused(function, at),
                Some("accepted") if !takes_error(function) => {
                    // What it changes is not seen elsewhere.
                    rows.push(
                        self.row("NULL", function, at, "NULL", "accepted").replace("(config,", "(scratch_config,"),
                    );
                    continue;
                }
                _ => continue,
            };
            rows.push(self.row("NULL", function, at, "NULL", &expectation));
        }
        rows
    }

    fn texts(&self, function: &Function) -> Vec<String> {
        let texts = (0..function.parameters.len()).filter(|at| is_text(&function.parameters[*at]));
        texts.map(|at| self.row("NOT_UTF8", function, at, "NOT_UTF8", &self.refused(function, at))).collect()
    }

    fn without_pointers(&self, function: &Function) -> Vec<String> {
        if function.parameters.iter().any(|each| each.null.is_some()) {
            return Vec::new();
        }
        let returns = &function.entry["returns"];
        let (arguments, expectation) = match &function.parameters[..] {
            [] if returns["owner"] == "static" => (String::new(), "a_text".to_owned()),
            [] if returns["owner"] == "caller" => {
                (String::new(), function.return_type.replace("cbj_", "a_").trim_end_matches(" *").to_owned())
            }
            [only] => (self.beyond(&only.type_name).expect("is a choice")[1].to_string(), self.absent(function)),
            _ => panic!("{}: no row for a function without pointers that is called so", function.name),
        };
        vec![format!("NO_POINTER_ROW({}, {expectation}, ({arguments}))", function.name)]
    }

    /// The numbers before the first and after the last of a choice, or of yes and no.
    fn beyond(&self, type_name: &str) -> Option<[i64; 2]> {
        if type_name == "int32_t" {
            return Some([-1, 2]);
        }
        let numbers = self.choice(type_name)?;
        Some([numbers.first()?.1 - 1, numbers.last()?.1 + 1])
    }

    fn choices<'f>(&'f self, function: &'f Function) -> impl Iterator<Item = (usize, [i64; 2])> + 'f {
        function.parameters.iter().enumerate().filter_map(|(at, each)| Some((at, self.beyond(&each.type_name)?)))
    }

    fn numbers(&self, function: &Function) -> Vec<String> {
        let row = |at| {
            let row = self.row("OUT_OF_RANGE", function, at, "number", &self.refused(function, at));
            if self.takes_more(function, at) { format!("if (number < 0)\n        {row}") } else { row }
        };
        self.choices(function).map(|(at, _)| row(at)).collect()
    }

    fn neighbours(&self, function: &Function) -> Vec<String> {
        let row = |at, number: i64| {
            let is_right = number >= 0 && self.takes_more(function, at);
            (!is_right)
                .then(|| self.row("OUT_OF_RANGE", function, at, &number.to_string(), &self.refused(function, at)))
        };
        self.choices(function).flat_map(|(at, beyond)| beyond.map(|number| row(at, number))).flatten().collect()
    }

    /// Whether a parameter takes more numbers than the choice lists.
    fn takes_more(&self, function: &Function, at: usize) -> bool {
        let type_name = &function.parameters[at].type_name;
        self.choice(type_name).is_some() && self.table.is_open(type_name)
    }
}
