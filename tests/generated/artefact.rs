//! Files and marked regions of files, and how they are made.

use std::collections::BTreeMap;

use crate::support::c_program::root;

/// A file or a region of one, and what makes its text.
pub struct Artefact {
    path: String,
    region: Option<&'static str>,
    text: Box<dyn Fn(&Files) -> String>,
}

impl Artefact {
    pub fn file(path: &str, text: impl Fn(&Files) -> String + 'static) -> Self {
        Self { path: path.to_owned(), region: None, text: Box::new(text) }
    }

    /// What stands between a line with `begin generated: NAME` and the next one with `end generated`. Its lines are
    /// indented as the first of the two is.
    pub fn region(path: &str, name: &'static str, text: impl Fn(&Files) -> String + 'static) -> Self {
        Self { path: path.to_owned(), region: Some(name), text: Box::new(text) }
    }

    pub fn name(&self) -> String {
        self.region.map_or_else(|| self.path.clone(), |region| format!("{}: region {region:?}", self.path))
    }

    /// Makes the text and puts it into `files`; whether it is another one than before.
    pub fn make(&self, files: &mut Files) -> bool {
        let text = (self.text)(files);
        let before = files.find(&self.path);
        let after = match self.region {
            None => text,
            Some(region) => {
                let before = before.as_deref().unwrap_or_else(|| panic!("there is no {}", self.path));
                replace(before, region, &text).unwrap_or_else(|reason| panic!("{}: {reason}", self.path))
            }
        };
        let is_stale = before.as_deref() != Some(after.as_str());
        files.0.insert(self.path.clone(), after);
        is_stale
    }
}

/// The files of the repository as they are when everything is made: an artefact sees what was made before it, also where
/// nothing is written.
#[derive(Default)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    pub fn read(&self, path: &str) -> String {
        self.find(path).unwrap_or_else(|| panic!("there is no {path}"))
    }

    fn find(&self, path: &str) -> Option<String> {
        self.0.get(path).cloned().or_else(|| std::fs::read_to_string(root().join(path)).ok())
    }

    /// Writes what differs from the files on the disk; their paths.
    pub fn write(&self) -> Vec<&str> {
        let mut written = Vec::new();
        for (path, text) in &self.0 {
            if std::fs::read_to_string(root().join(path)).ok().as_ref() != Some(text) {
                std::fs::write(root().join(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
                written.push(path.as_str());
            }
        }
        written
    }
}

/// Lines as a text.
pub fn text_of<T: AsRef<str>>(lines: &[T]) -> String {
    lines.iter().map(|line| format!("{}\n", line.as_ref())).collect()
}

/// A file in three parts: what comes before the lines of a region, they, and what comes after them. The markers belong to the
/// outer parts.
pub fn parts<'t>(text: &'t str, region: &str) -> Result<(&'t str, &'t str, &'t str), String> {
    let marker = format!("begin generated: {region}");
    let is_begin = |at: &usize| !text[at + marker.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let mut begins = text.match_indices(&marker).map(|(at, _)| at).filter(is_begin);
    let begin = begins.next().ok_or_else(|| format!("has no line with {marker:?}"))?;
    if begins.next().is_some() {
        return Err(format!("has two lines with {marker:?}"));
    }
    let begin = begin + text[begin..].find('\n').ok_or("ends within a marker")? + 1;
    let end =
        text[begin..].find("end generated").ok_or_else(|| format!("has no \"end generated\" after {marker:?}"))?;
    let end = text[..begin + end].rfind('\n').map_or(0, |at| at + 1);
    // Another region that begins inside would be overwritten.
    if text[begin..end].contains("begin generated:") {
        return Err(format!("has no \"end generated\" after {marker:?}"));
    }
    Ok((&text[..begin], &text[begin..end], &text[end..]))
}

fn replace(text: &str, region: &str, inside: &str) -> Result<String, String> {
    let (before, _, after) = parts(text, region)?;
    let marker = before.trim_end_matches('\n').rsplit('\n').next().unwrap_or_default();
    let indent: String = marker.chars().take_while(|c| *c == ' ').collect();
    let indented = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") };
    Ok(format!("{before}{}{after}", inside.lines().map(indented).collect::<String>()))
}

#[test]
fn a_region_is_replaced_and_nothing_else() {
    let text = "a\n  // begin generated: names\n  old\n  // end generated\nz // begin generated: names_too\n// end generated\n";
    let made = replace(text, "names", "one\n\ntwo\n").expect("has the region");
    let expected = "a\n  // begin generated: names\n  one\n\n  two\n  // end generated\nz // begin generated: names_too\n// end generated\n";
    assert_eq!(made, expected);
    assert_eq!(replace(&made, "names", "one\n\ntwo\n").as_ref(), Ok(&made));
    for (broken, reason) in [
        ("", "has no line with \"begin generated: names\""),
        ("begin generated: names\n", "has no \"end generated\" after \"begin generated: names\""),
        (
            "begin generated: names\nbegin generated: more\nend generated\n",
            "has no \"end generated\" after \"begin generated: names\"",
        ),
        (
            "begin generated: names\nbegin generated: names\nend generated\n",
            "has two lines with \"begin generated: names\"",
        ),
    ] {
        assert_eq!(replace(broken, "names", ""), Err(reason.to_owned()), "{broken}");
    }
}
