//! `packaging/abi/functions.toml`: one line for each function.

use crate::artefact::Files;

pub const PATH: &str = "packaging/abi/functions.toml";

pub struct Table(toml::Table);

pub struct Row {
    pub since: String,
    /// What an accessor answers where there is nothing to say, if its type leaves a choice.
    pub absent: Option<String>,
    /// The parameters for which NULL has a meaning.
    pub accepts: Vec<String>,
    /// Of a choice: a number that is not listed is no mistake, unless it is negative.
    pub open: bool,
}

impl Table {
    pub fn read(files: &Files) -> Self {
        let text = files.read(PATH);
        Self(text.parse().unwrap_or_else(|error| panic!("{PATH}: {error}")))
    }

    pub fn function(&self, name: &str) -> Row {
        self.row("functions", name)
    }

    pub fn type_since(&self, name: &str) -> String {
        self.row("types", name).since
    }

    pub fn is_open(&self, choice: &str) -> bool {
        self.row("types", choice).open
    }

    pub fn constant_since(&self, name: &str) -> String {
        self.row("constants", name).since
    }

    /// Nothing stands in the table that the sources do not have.
    pub fn must_only_name(&self, section: &str, known: &[String]) {
        for name in self.section(section).keys() {
            assert!(known.contains(name), "{PATH}: [{section}] has a line for {name}, which src/ffi does not have");
        }
    }

    fn section(&self, section: &str) -> &toml::Table {
        self.0.get(section).and_then(toml::Value::as_table).unwrap_or_else(|| panic!("{PATH} has no [{section}]"))
    }

    fn row(&self, section: &str, name: &str) -> Row {
        let row = self.section(section).get(name).and_then(toml::Value::as_table);
        let row = row.unwrap_or_else(|| {
            panic!(
                "{PATH}: [{section}] has no line for {name}: add {name} = {{ since = \"{}\" }}",
                env!("CARGO_PKG_VERSION")
            )
        });
        for key in row.keys() {
            assert!(
                ["since", "absent", "accepts", "open"].contains(&key.as_str()),
                "{PATH}: {name}: {key} means nothing"
            );
        }
        let text = |value: &toml::Value| {
            value.as_str().unwrap_or_else(|| panic!("{PATH}: {name}: {value:?} is no text")).to_owned()
        };
        let accepts = row
            .get("accepts")
            .map(|list| list.as_array().unwrap_or_else(|| panic!("{PATH}: {name}: accepts is no list")));
        Row {
            since: row.get("since").map(text).unwrap_or_else(|| panic!("{PATH}: {name}: since is missing")),
            absent: row.get("absent").map(text),
            accepts: accepts.into_iter().flatten().map(text).collect(),
            open: row.get("open").is_some_and(|value| {
                value.as_bool().unwrap_or_else(|| panic!("{PATH}: {name}: open is neither true nor false"))
            }),
        }
    }
}
