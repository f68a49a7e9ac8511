//! The strings in Rust sources.

use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::Lit;

use crate::Result;

/// The strings of some files, in their order.
pub struct Strings(Vec<Vec<String>>);

impl Strings {
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(String::as_str)
    }

    /// Each two strings that follow each other in a file, and a document with escapes with each of the strings shortly before
    /// it.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        const SHORTLY: usize = 6;
        self.0.iter().flat_map(|file| {
            (1..=SHORTLY).flat_map(move |distance| {
                let pairs =
                    file.iter().zip(file.iter().skip(distance)).map(|(one, other)| (one.as_str(), other.as_str()));
                pairs.filter(move |(_, other)| distance == 1 || other.starts_with('{') && other.contains('\\'))
            })
        })
    }
}

/// The strings in the files, and in the files of the folders, at `paths` below `root`.
pub fn strings_of(root: &Path, paths: &[&str]) -> Result<Strings> {
    let mut files = Vec::new();
    for path in paths {
        add(&root.join(path), &mut files).map_err(|error| format!("{path}: {error}"))?;
    }
    Ok(Strings(files))
}

fn add(path: &Path, files: &mut Vec<Vec<String>>) -> Result<()> {
    if path.is_dir() {
        let mut entries = fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(entry, files));
    }
    if path.extension().is_some_and(|extension| extension == "rs") {
        let source: TokenStream = fs::read_to_string(path)?.parse().map_err(|error| format!("is not Rust: {error}"))?;
        let mut strings = Vec::new();
        collect(source, &mut strings);
        files.push(strings);
    }
    Ok(())
}

fn collect(source: TokenStream, strings: &mut Vec<String>) {
    let mut is_attribute = false;
    for token in source {
        match token {
            // Comments are attributes here, and what an attribute says is no test.
            TokenTree::Group(group) if !is_attribute => collect(group.stream(), strings),
            TokenTree::Literal(literal) => match Lit::new(literal) {
                Lit::Str(text) => strings.push(text.value()),
                Lit::ByteStr(text) => strings.extend(String::from_utf8(text.value())),
                _ => {}
            },
            TokenTree::Punct(mark) if mark.as_char() == '#' => {
                is_attribute = true;
                continue;
            }
            _ => {}
        }
        is_attribute = false;
    }
}
