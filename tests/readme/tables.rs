//! The tables in the pages are those of the header and of the sources.

use super::page::{self, Page};
use super::support::c_header;

#[test]
fn data_centers() {
    let source = page::file("src/config/data_center.rs");
    let address = |text: &str| text.split("https://").nth(1).and_then(|rest| rest.split('/').next()).map(str::to_owned);
    let identity = |constant: &str| {
        let line = source.lines().find(|line| line.starts_with(&format!("const {constant}: ")));
        line.and_then(address).unwrap_or_else(|| panic!("no URL of {constant}"))
    };
    let table = source.split("const DATA_CENTERS").nth(1).and_then(|rest| rest.split("];").next()).expect("is there");
    let mut known: Vec<(String, String)> = Vec::new();
    for line in table.lines().skip(1) {
        let name = line.split('"').nth(1).expect("has a name").to_owned();
        let constant = line.rsplit([' ', ',']).find(|word| word.starts_with(char::is_uppercase));
        let constant = constant.expect("has an identity service").trim_end_matches([')', '}']);
        known.push((name, identity(constant)));
    }
    let page = Page::read("docs/configuration.md");
    let mut listed: Vec<(String, String)> = Vec::new();
    for row in page.table("| name | place |") {
        assert!(!row[1].is_empty());
        for name in row[0].split(", ") {
            listed.push((name.trim_matches('`').to_owned(), row[2].trim_matches('`').to_owned()));
        }
    }
    assert_eq!(listed, known);
    // And those of the header.
    let text = c_header::text();
    let comment =
        text.split("cbj_status cbj_config_set_data_center(").next().and_then(|before| before.rsplit("/**").next());
    let words: Vec<&str> = comment.expect("is there").split([' ', ',', '.', ':', '\n']).collect();
    for (name, _) in known {
        assert!(words.contains(&name.as_str()), "the header does not name {name}");
    }
}

#[test]
fn states() {
    let header = page::file("include/cloudbackupjobs.h");
    let page = Page::read("docs/job.md");
    let mut listed = 0;
    for row in page.table("| text | constant |") {
        let constant = row[1].replace('`', "");
        assert!(header.contains(&format!("#define {constant}\n")), "no {constant}");
        let number: i32 = constant.split(' ').nth(1).and_then(|number| number.parse().ok()).expect("a number");
        let is_terminal = cloudbackupjobs::ffi::cbj_state_is_terminal(number) == 1;
        assert_eq!(row[2] == "no", is_terminal, "{constant}");
        listed += 1;
    }
    assert_eq!(listed, header.lines().filter(|line| line.starts_with("#define CBJ_STATE_")).count());
}
