//! A page of the documents: its blocks of code, its headings and its links.

use std::path::Path;

use super::support::c_program::root;

pub struct Page {
    /// From the root of the repository.
    pub path: String,
    pub text: String,
}

pub struct Block {
    /// What stands behind the fence: `c`, `sh needs npm`.
    pub info: String,
    pub text: String,
}

pub fn file(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every page that a user reads.
pub fn all() -> Vec<Page> {
    let mut paths = ["README.md", "CHANGELOG.md", "SECURITY.md"].map(str::to_owned).to_vec();
    for folder in ["docs", "examples", "fuzz", "packaging"] {
        add_pages_below(folder, &mut paths);
    }
    assert!(paths.len() > 15, "{paths:?}");
    paths.iter().map(|path| Page::read(path)).collect()
}

fn add_pages_below(folder: &str, paths: &mut Vec<String>) {
    for entry in std::fs::read_dir(root().join(folder)).expect("is a folder") {
        let entry = entry.expect("is readable");
        let path = format!("{folder}/{}", entry.file_name().into_string().expect("UTF-8"));
        if entry.path().is_dir() {
            add_pages_below(&path, paths);
        } else if Path::new(&path).extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
}

impl Page {
    pub fn read(path: &str) -> Self {
        Self { path: path.to_owned(), text: file(path) }
    }

    pub fn blocks(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut rest = self.text.as_str();
        while let Some((_, after)) = rest.split_once("\n```") {
            let (info, after) = after.split_once('\n').expect("a fence ends its line");
            let (text, after) = after.split_once("\n```").unwrap_or_else(|| panic!("{}: no end of {info}", self.path));
            blocks.push(Block { info: info.to_owned(), text: format!("{text}\n") });
            rest = after;
        }
        blocks
    }

    /// The text of every block of `language`.
    pub fn code(&self, language: &str) -> Vec<String> {
        self.blocks().into_iter().filter(|block| block.info == language).map(|block| block.text).collect()
    }

    /// The lines outside of blocks.
    pub fn prose(&self) -> Vec<&str> {
        let mut inside = false;
        let is_prose = |line: &&str| {
            let is_fence = line.starts_with("```");
            inside ^= is_fence;
            !inside && !is_fence
        };
        self.text.lines().filter(is_prose).collect()
    }

    /// Where `[text](target)` leads.
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.prose()
            .into_iter()
            .flat_map(|line| line.split("](").skip(1))
            .map(|rest| rest.split(')').next().unwrap_or_default())
    }

    /// What stands in `code` style.
    pub fn code_spans(&self) -> impl Iterator<Item = &str> {
        self.prose().into_iter().flat_map(|line| line.split('`').skip(1).step_by(2))
    }

    /// The names that links to this page's headings use, as GitHub and most programs make them.
    pub fn anchors(&self) -> Vec<String> {
        let headings = self.prose().into_iter().filter(|line| line.starts_with('#'));
        headings.map(|heading| anchor(heading.trim_start_matches('#').trim())).collect()
    }

    /// The rows of the table that begins with `header`, as cells.
    pub fn table(&self, header: &str) -> Vec<Vec<&str>> {
        let at = self.text.find(header).unwrap_or_else(|| panic!("{}: no table {header}", self.path));
        let lines = self.text[at..].lines().take_while(|line| line.starts_with('|')).skip(2);
        lines.map(|line| line.trim_matches('|').split(" | ").map(str::trim).collect()).collect()
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}
