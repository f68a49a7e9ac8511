//! `packaging/targets`, the table that packages, wheels and tests read.

use super::c_program::root;

/// A line of the table.
#[derive(Debug, Clone)]
pub struct Row {
    pub triple: String,
    /// The columns behind the triple, in their order. A dash stands for nothing.
    pub columns: Vec<String>,
}

impl Row {
    /// The column of this number; `None` for a dash.
    fn column(&self, number: usize) -> Option<&str> {
        self.columns.get(number).map(String::as_str).filter(|value| *value != "-")
    }

    /// As Node.js names it.
    pub fn system(&self) -> &str {
        self.column(0).expect("every target has a system")
    }

    pub fn libc(&self) -> Option<&str> {
        self.column(2)
    }

    /// Debian's names of the architecture and of its folder of libraries.
    pub fn debian(&self) -> Option<(&str, &str)> {
        Some((self.column(3)?, self.column(4)?))
    }
}

pub fn rows() -> Vec<Row> {
    let table = std::fs::read_to_string(root().join("packaging/targets")).expect("the table is there");
    let lines = table.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let read = lines.map(|line| {
        let mut columns = line.split_whitespace().map(str::to_owned);
        Row { triple: columns.next().expect("the line is not empty"), columns: columns.collect() }
    });
    read.collect()
}
