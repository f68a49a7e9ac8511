//! What a binding, or the C++ header, does not have of the library: functions, numbers and options. Their classes are
//! written by hand, so whatever is new is missing at first; here it is named, file by file, until it is added or allowed to
//! be missing.

use std::collections::BTreeSet;

use cloudbackupjobs::Config;

use super::languages::{LANGUAGES, sources};
use crate::support::c_header::{is_identifier, without_comments};
use crate::support::c_program::root;
use crate::support::manifest::Manifest;

const CPP: &str = "include/cloudbackupjobs.hpp";

/// Something that files may lack.
struct Allowed {
    /// Parts of the files' paths.
    files: &'static [&'static str],
    /// Names, or beginnings of names with an asterisk. An option's name has `option ` before it.
    names: &'static [&'static str],
    why: &'static str,
}

const ALL: &[&str] = &["/"];
const PROGRAMS: &[&str] = &["/go/", "/java/", "/csharp/", "/ruby/", "/perl/", "/php/", "/lua/"];
const BINDINGS: &[&str] = &["/languages/"];
const MODULES: &[&str] = &["/python/", "/node/"];

const ALLOWED: &[Allowed] = &[
    Allowed {
        files: ALL,
        names: &["cbj_error_status"],
        why: "an error is made with the status that the call returned",
    },
    Allowed { files: &["/node/"], names: &["CBJ_OK", "CBJ_ERROR_*"], why: "an error has the name of its status" },
    Allowed { files: &["/go/"], names: &["CBJ_ERROR_*"], why: "an error has the name of its status" },
    Allowed {
        files: &["/java/", "/csharp/", "/ruby/", "/perl/", "/php/", "/lua/"],
        names: &["CBJ_OK", "CBJ_ERROR_*"],
        why: "an error has the name of its status",
    },
    Allowed {
        files: BINDINGS,
        names: &["cbj_config_set_*", "CBJ_TRUST_*"],
        why: "an option is set by its name and words",
    },
    Allowed {
        files: BINDINGS,
        names: &["cbj_state_name", "cbj_state_from_name"],
        why: "the language's own list of states has their names",
    },
    Allowed { files: MODULES, names: &["CBJ_LOG_*"], why: "there is no log in the language's idiom yet" },
    Allowed { files: PROGRAMS, names: &["CBJ_LOG_*"], why: "the program has no log" },
    Allowed {
        files: &["/go/"],
        names: &["cbj_client_resume"],
        why: "a context cancels a client of its own, which ends with the call",
    },
    Allowed {
        files: &["/perl/", "/php/", "/lua/"],
        names: &["cbj_client_cancel", "cbj_client_resume"],
        why: "while a call waits, no other part of a program runs, not even a signal handler",
    },
];

impl Allowed {
    fn is_for(&self, file: &str) -> bool {
        self.files.iter().any(|part| file.contains(part))
    }
}

/// Whether a name is one of those that `pattern` stands for.
fn is_named(name: &str, pattern: &str) -> bool {
    pattern.strip_suffix('*').map_or(name == pattern, |beginning| name.starts_with(beginning))
}

/// A file without the parts that the generator writes: what it declares it need not use.
fn hand_written(text: &str) -> String {
    let mut kept = String::new();
    let mut is_generated = false;
    for line in text.lines() {
        is_generated |= line.contains("begin generated: declarations");
        if !is_generated {
            kept += line;
            kept.push('\n');
        }
        is_generated &= !line.contains("end generated");
    }
    kept
}

/// What files lack together.
fn lacks(files: &[String], manifest: &Manifest) -> BTreeSet<String> {
    let read = |file: &String| {
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        if file == CPP { without_comments(&text) } else { hand_written(&text) }
    };
    let text: String = files.iter().map(read).collect();
    let words: BTreeSet<&str> = text.split(|c| !is_identifier(c)).collect();
    let mut all: Vec<String> = manifest.functions().into_iter().map(|function| function.name).collect();
    // The generator writes all numbers of a choice into its region.
    let has_region = |name: &str| {
        let regions = [
            ("CBJ_STATE_", "states"),
            ("CBJ_ERROR_", "statuses"),
            ("CBJ_OK", "statuses"),
            ("CBJ_JOB_TYPE_", "job_types"),
            ("CBJ_OBJECT_TYPE_", "object_types"),
        ];
        regions
            .iter()
            .any(|(prefix, region)| name.starts_with(prefix) && text.contains(&format!("begin generated: {region}\n")))
    };
    all.extend(manifest.choices().into_iter().map(|(name, _)| name).filter(|name| !has_region(name)));
    let mut lacking: BTreeSet<String> = all.into_iter().filter(|name| !words.contains(name.as_str())).collect();
    // A file that sets options by their names takes each of them, and the C++ header has a setter for each function.
    if files != [CPP] && !words.contains("cbj_config_set_option") {
        let is_there = |name: &str| words.contains(name) || words.contains(camel(name).as_str());
        let options = Config::options().map(|option| option.name()).filter(|name| !is_there(name));
        lacking.extend(options.map(|name| format!("option {name}")));
    }
    lacking
}

/// `clientId` for `client_id`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| format!("{camel}{}{}", word[..1].to_ascii_uppercase(), &word[1..]))
}

#[test]
fn what_a_binding_lacks_has_a_reason() {
    let manifest = Manifest::read();
    let all = LANGUAGES.iter().map(sources).chain([vec![CPP.to_owned()]]);
    let mut mistakes = Vec::new();
    for files in all {
        let lacking = lacks(&files, &manifest);
        let file = &files[0];
        let allowed: Vec<&Allowed> = ALLOWED.iter().filter(|allowed| allowed.is_for(file)).collect();
        for name in &lacking {
            if !allowed.iter().flat_map(|allowed| allowed.names).any(|pattern| is_named(name, pattern)) {
                mistakes.push(format!("{file} lacks {name}"));
            }
        }
        for Allowed { names, why, .. } in allowed {
            for pattern in names.iter().filter(|pattern| !lacking.iter().any(|name| is_named(name, pattern))) {
                mistakes.push(format!("{file} has {pattern}: ALLOWED says that it lacks it because {why}"));
            }
        }
    }
    assert!(mistakes.is_empty(), "add it to the file, or to ALLOWED with the reason:\n    {}", mistakes.join("\n    "));
}
