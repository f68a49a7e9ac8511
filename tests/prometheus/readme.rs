//! The README of the folder: its alerts are those of the rules, and its files are there.

use std::collections::BTreeSet;

use super::rules::alerts;
use super::{file, read};

#[test]
fn the_readme_names_each_alert_with_its_severity_and_meaning() {
    let readme = read("README.md");
    let mut described = BTreeSet::new();
    for line in readme.lines().filter(|line| line.starts_with("| `CloudBackup")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        assert!(cells.len() == 5 && cells[3].len() > 20, "{line}");
        assert!(described.insert((cells[1].trim_matches('`').to_owned(), cells[2].to_owned())), "twice: {line}");
    }
    assert_eq!(described, alerts().into_iter().collect());
}

#[test]
fn the_readme_names_each_file_of_the_folder() {
    let readme = read("README.md");
    for entry in std::fs::read_dir(file("")).expect("is there") {
        let name = entry.expect("is readable").file_name().into_string().expect("UTF-8");
        assert!(name == "README.md" || readme.contains(&name), "{name}");
    }
}
