//! Links, and paths in `code` style, lead to what is there.

use std::path::{Component, Path, PathBuf};

use super::page::{self, Page};
use super::support::c_program::root;

/// The first parts of paths in this repository.
const FOLDERS: [&str; 9] =
    ["tests/", "examples/", "packaging/", "benches/", "include/", "docs/", "fuzz/", "src/", ".ci/"];

/// `docs/../README.md` as `README.md`.
fn resolved(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => assert!(parts.pop(), "{} leads out of the repository", path.display()),
            part => parts.push(part),
        }
    }
    parts
}

#[test]
fn every_link_leads_to_a_file_and_to_a_heading_in_it() {
    let pages = page::all();
    let mut seen = 0;
    for page in &pages {
        for link in page.links().filter(|link| !link.starts_with("https://")) {
            let (file, heading) = link.split_once('#').map_or((link, None), |(file, heading)| (file, Some(heading)));
            let folder = Path::new(&page.path).parent().expect("a file is in a folder");
            let target = if file.is_empty() { PathBuf::from(&page.path) } else { resolved(&folder.join(file)) };
            assert!(root().join(&target).exists(), "{}: no {} for {link}", page.path, target.display());
            if let Some(heading) = heading {
                let anchors = Page::read(target.to_str().expect("UTF-8")).anchors();
                assert!(anchors.iter().any(|anchor| anchor == heading), "{}: no heading for {link}", page.path);
            }
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen} links");
}

#[test]
fn every_path_in_code_style_is_there() {
    let mut seen = 0;
    for page in page::all() {
        for span in page.code_spans() {
            let path = span.split([' ', ':']).next().unwrap_or_default();
            // A history names what was there once, and a pattern or a placeholder is no path.
            if !FOLDERS.iter().any(|folder| path.starts_with(folder)) || path.contains(['*', '{', '<']) {
                continue;
            }
            assert!(root().join(path).exists(), "{}: no {path}", page.path);
            seen += 1;
        }
    }
    assert!(seen > 50, "{seen} paths");
}
