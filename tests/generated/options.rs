//! What repeats the options: the comments of the functions that load them, the types of Python and Node.js, and the table in
//! the documents.

use cloudbackupjobs::{Config, ConfigOption, OptionKind};

use crate::artefact::{Artefact, text_of};
use crate::manifest;
use crate::support::manifest::Manifest;

const SOURCE: &str = "src/ffi/config_load.rs";

/// The widest line of a comment.
const WIDTH: usize = 120;

pub fn comments() -> Vec<Artefact> {
    vec![
        Artefact::region(SOURCE, "variables", |_| text_of(&variables())),
        Artefact::region(SOURCE, "members", |_| text_of(&members())),
    ]
}

pub fn types() -> Vec<Artefact> {
    vec![
        Artefact::region("examples/languages/python/cloudbackupjobs.pyi", "options", |_| text_of(&python())),
        Artefact::region("examples/languages/node/cloudbackupjobs.d.ts", "options", |_| text_of(&typescript())),
    ]
}

pub fn table() -> Artefact {
    Artefact::region("docs/configuration.md", "options", |files| {
        text_of(&rows(&Manifest::parse(&files.read(manifest::PATH))))
    })
}

fn list(names: impl Iterator<Item = String>, between: &str) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match &names[..] {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} {between} {last}", first.join(", ")),
    }
}

/// A paragraph of a comment.
fn comment(text: &str) -> Vec<String> {
    let mut lines = vec!["///".to_owned()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("has a line");
        if last.len() + 1 + word.len() > WIDTH {
            lines.push(format!("/// {word}"));
        } else {
            *last += &format!(" {word}");
        }
    }
    lines
}

fn variables() -> Vec<String> {
    let mut lines = Vec::new();
    for option in Config::options() {
        let default = option.default().map(|default| format!(" Default: {default}.")).unwrap_or_default();
        lines.extend(comment(&format!("`{}`: {}.{default}", option.variable(), option.description())));
    }
    lines.push("///".to_owned());
    let files = list(Config::options().filter_map(|option| option.file_variable()), "or");
    lines.extend(comment(&format!("The value may also be in a file, whose path is then the value of {files}.")));
    lines
}

fn members() -> Vec<String> {
    let of = |kinds: &[OptionKind]| {
        list(Config::options().filter(|each| kinds.contains(&each.kind())).map(|each| each.name().to_owned()), "and")
    };
    let mut lines = comment(&format!("Text: {}.", of(&[OptionKind::Text, OptionKind::Path, OptionKind::Secret])));
    lines.extend(comment(&format!("Numbers: {}.", of(&[OptionKind::Number, OptionKind::Size]))));
    for option in Config::options() {
        if let OptionKind::Word(words) = option.kind() {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            lines.extend(comment(&format!("{}: `{}`.", words.join(" or "), option.name())));
        }
    }
    lines.extend(comment(&format!("true or false: {}.", of(&[OptionKind::Flag]))));
    lines.push("///".to_owned());
    let files = list(Config::options().filter_map(|option| option.file_name()), "or");
    lines.extend(comment(&format!("The value may also be in a file, whose path is then the value of {files}.")));
    lines
}

fn python() -> Vec<String> {
    let kind = |kind| match kind {
        OptionKind::Path => "str | os.PathLike[str]".to_owned(),
        OptionKind::Number | OptionKind::Size => "int".to_owned(),
        OptionKind::Flag => "bool".to_owned(),
        OptionKind::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            format!("Literal[{}]", words.join(", "))
        }
        _ => "str".to_owned(),
    };
    let lines = |option: ConfigOption| {
        let file = option.file_name().map(|name| (name, OptionKind::Path));
        [Some((option.name().to_owned(), option.kind())), file].into_iter().flatten()
    };
    Config::options().flat_map(lines).map(|(name, of)| format!("{name}: {} | None", kind(of))).collect()
}

fn typescript() -> Vec<String> {
    let kind = |kind| match kind {
        OptionKind::Number => "number".to_owned(),
        OptionKind::Size => "number | bigint".to_owned(),
        OptionKind::Flag => "boolean".to_owned(),
        OptionKind::Word(words) => words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" | "),
        _ => "string".to_owned(),
    };
    let lines = |option: ConfigOption| {
        let mut description = option.description().replace('`', "");
        description[..1].make_ascii_uppercase();
        let default = option.default().map(|default| format!(" Default: {default}.")).unwrap_or_default();
        let mut lines = vec![
            format!("/** {description}.{default} */"),
            format!("{}?: {} | null;", camel(option.name()), kind(option.kind())),
        ];
        if let Some(file) = option.file_name() {
            lines.push(format!("/** The path of a file that holds {}. */", camel(option.name())));
            lines.push(format!("{}?: string | null;", camel(&file)));
        }
        lines
    };
    Config::options().flat_map(lines).collect()
}

/// `clientId` for `client_id`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |camel, word| format!("{camel}{}{}", word[..1].to_ascii_uppercase(), &word[1..]))
}

fn rows(manifest: &Manifest) -> Vec<String> {
    let mut lines = vec![
        "| option | environment variable | setter `cbj_config_set_...` | meaning | default |".to_owned(),
        "| --- | --- | --- | --- | --- |".to_owned(),
    ];
    for option in Config::options() {
        let file = if option.file_variable().is_some() { ", `..._FILE`" } else { "" };
        let default = match option.default() {
            Some(value) if option.default_is_value() => format!("`{value}`"),
            words => words.unwrap_or_default(),
        };
        lines.push(format!(
            "| `{}` | `{}`{file} | {} | {} | {default} |",
            option.name(),
            option.variable(),
            setters(manifest, option.name()),
            option.description()
        ));
    }
    lines
}

/// The setters of an option: the one of its name, or else those with a parameter for it.
fn setters(manifest: &Manifest, option: &str) -> String {
    const PREFIX: &str = "cbj_config_set_";
    let functions = manifest.functions();
    let setters = || functions.iter().filter_map(|function| Some((function.name.strip_prefix(PREFIX)?, function)));
    let takes = |name: &str, parameter: &str| parameter == option || format!("{name}_{parameter}") == option;
    let found: Vec<String> = match setters().find(|(name, _)| *name == option) {
        Some((name, _)) => vec![format!("`{name}`")],
        None => setters()
            .filter(|(name, function)| function.parameters.iter().any(|each| takes(name, &each.name)))
            .map(|(name, _)| format!("`{name}`"))
            .collect(),
    };
    if found.is_empty() {
        // It sets every option by its name.
        assert!(setters().any(|(name, _)| name == "option"), "no setter for the option {option}");
        return "`option`".to_owned();
    }
    found.join(", ")
}

/// Every setter belongs to an option, but for what cannot be written down.
#[test]
fn every_setter_has_an_option() {
    let manifest = Manifest::read();
    let all: Vec<String> = Config::options().map(|option| setters(&manifest, option.name())).collect();
    for function in manifest.functions() {
        let Some(setter) = function.name.strip_prefix("cbj_config_set_") else { continue };
        let is_there = all.iter().any(|setters| setters.contains(&format!("`{setter}`")));
        assert!(is_there || matches!(setter, "log" | "option"), "no option for {setter}");
    }
}

/// The comment of a setter names the default, too.
#[test]
fn the_defaults_in_the_comments_of_the_setters_are_those_of_the_options() {
    let text = crate::support::c_header::text();
    let mut compared = 0;
    for option in Config::options().filter(|option| option.default_is_value()) {
        let (before, _) = text.split_once(&format!("cbj_config_set_{}(", option.name())).expect("is declared");
        let comment = before.rsplit("/**").next().expect("has a comment");
        let default = match (option.name(), option.default().expect("is a value")) {
            ("trust", _) => "`CBJ_TRUST_BUNDLED`".to_owned(),
            ("scope", text) => format!("\"{text}\""),
            (_, value) => value.replace("false", "0"),
        };
        assert!(comment.contains(&format!("Default: {default}")), "{}: {comment}", option.name());
        compared += 1;
    }
    assert_eq!(compared, 7);
}
