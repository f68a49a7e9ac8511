//! `packaging/abi/manifest.json`: the ABI for programs that write or check declarations in other languages.

use serde_json::Value;

use super::c_program::root;

/// The manifest.
pub struct Manifest(pub Value);

/// A parameter of a function.
#[derive(Clone)]
pub struct Parameter {
    pub name: String,
    /// As the header writes it.
    pub type_name: String,
    /// What NULL does, for a pointer.
    pub null: Option<String>,
    pub ownership: Option<String>,
}

pub struct Function {
    pub name: String,
    pub since: String,
    pub threads: String,
    pub return_type: String,
    pub parameters: Vec<Parameter>,
    /// The whole entry.
    pub entry: Value,
}

impl Manifest {
    pub fn read() -> Self {
        let text = std::fs::read_to_string(root().join("packaging/abi/manifest.json")).expect("the manifest is there");
        Self::parse(&text)
    }

    pub fn parse(text: &str) -> Self {
        Self(serde_json::from_str(text).expect("the manifest is JSON"))
    }

    pub fn abi(&self) -> u64 {
        self.0["abi"].as_u64().expect("abi is a number")
    }

    pub fn functions(&self) -> Vec<Function> {
        self.0["functions"].as_array().expect("functions is a list").iter().map(function).collect()
    }

    pub fn function(&self, name: &str) -> Function {
        let found = self.functions().into_iter().find(|function| function.name == name);
        found.unwrap_or_else(|| panic!("the manifest has no {name}"))
    }

    /// The names of the handles, choices, callbacks or constants.
    pub fn names(&self, kind: &str) -> Vec<String> {
        self.0[kind].as_object().expect("is an object").keys().cloned().collect()
    }

    /// Every constant of the choices: its name, and its number.
    pub fn choices(&self) -> Vec<(String, i64)> {
        let choices = self.0["choices"].as_object().expect("choices is an object");
        let constants = choices.values().flat_map(|choice| choice["constants"].as_object().expect("is an object"));
        constants.map(|(name, number)| (name.clone(), number.as_i64().expect("is a number"))).collect()
    }
}

fn function(entry: &Value) -> Function {
    let parameters = entry["parameters"].as_array().expect("parameters is a list").iter().map(|parameter| Parameter {
        name: text(&parameter["name"]),
        type_name: text(&parameter["type"]),
        null: parameter["null"].as_str().map(str::to_owned),
        ownership: parameter["ownership"].as_str().map(str::to_owned),
    });
    Function {
        name: text(&entry["name"]),
        since: text(&entry["since"]),
        threads: text(&entry["threads"]),
        return_type: text(&entry["returns"]["type"]),
        parameters: parameters.collect(),
        entry: entry.clone(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
