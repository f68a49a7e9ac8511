//! Reads the declarations in `include/cloudbackupjobs.h` from its text. A C compiler tells whether a header is right,
//! but not what is in it. cbindgen's own view of the sources would only repeat what generated the header.

use super::c_program::root;

/// The declarations of the header, in its order.
pub struct Header {
    pub functions: Vec<Function>,
    pub typedefs: Vec<Typedef>,
    pub macros: Vec<Macro>,
}

pub struct Function {
    pub name: String,
    pub parameters: Vec<Parameter>,
}

pub struct Parameter {
    pub name: String,
    /// In the spelling of the header, e.g. `const char *`.
    pub type_name: String,
    pub is_pointer: bool,
}

pub struct Typedef {
    pub name: String,
    /// The type behind the name, e.g. `int32_t`.
    pub target: String,
}

pub struct Macro {
    pub name: String,
    pub value: String,
}

impl Parameter {
    /// Whether it is NUL-terminated text that the function reads.
    pub fn is_text(&self) -> bool {
        self.type_name == "const char *"
    }
}

impl Header {
    /// The committed header.
    pub fn read() -> Self {
        Self::parse(&text())
    }

    fn parse(text: &str) -> Self {
        // A line that ends with a backslash goes on in the next one.
        let code = without_comments(text).replace("\\\n", " ");
        let mut header =
            Self { functions: Vec::new(), typedefs: Vec::new(), macros: code.lines().filter_map(macro_of).collect() };
        for statement in statements(&code) {
            match statement.strip_prefix("typedef ") {
                Some(rest) => header.typedefs.push(typedef(rest)),
                None => header.functions.push(function(&statement, &header.typedefs)),
            }
        }
        header
    }

    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name == name)
    }
}

/// The text of the committed header.
pub fn text() -> String {
    std::fs::read_to_string(root().join("include/cloudbackupjobs.h")).expect("the header is there, in UTF-8")
}

/// `text` with every comment replaced by one blank, as a C compiler sees it.
pub fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        code += before;
        code.push(' ');
        rest = after.split_once("*/").expect("a comment ends").1;
    }
    code + rest
}

/// Splits a list of parameters or arguments at its commas, but not at commas inside nested parentheses.
pub fn split_list(list: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let outer_comma = |c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && depth == 0
    };
    list.split(outer_comma).map(str::trim).filter(|item| !item.is_empty()).collect()
}

fn macro_of(line: &str) -> Option<Macro> {
    let (name, value) = line.strip_prefix("#define ")?.split_once(' ').unwrap_or((&line["#define ".len()..], ""));
    Some(Macro { name: name.to_owned(), value: value.trim().to_owned() })
}

/// The statements that C sees: without preprocessor lines and without the parts that are only for C++.
fn statements(code: &str) -> Vec<String> {
    let mut is_cpp_only = false;
    let mut seen = String::new();
    for line in code.lines() {
        if line.starts_with('#') {
            is_cpp_only = line == "#ifdef __cplusplus";
        } else if !is_cpp_only {
            seen += line;
            seen.push(' ');
        }
    }
    let statement = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    seen.split(';').map(statement).filter(|statement| !statement.is_empty()).collect()
}

fn typedef(rest: &str) -> Typedef {
    let pointer_to_function = rest.split_once("(*").and_then(|(_, after)| after.split_once(')'));
    let (target, name) = match pointer_to_function {
        Some((name, _)) => (rest, name),
        None => split_name(rest),
    };
    Typedef { name: name.to_owned(), target: target.to_owned() }
}

fn function(statement: &str, typedefs: &[Typedef]) -> Function {
    let parts = statement.strip_suffix(')').and_then(|rest| rest.split_once('('));
    let (head, list) = parts.unwrap_or_else(|| panic!("neither a typedef nor a function: {statement}"));
    let parameters = match list {
        "void" => Vec::new(),
        list => split_list(list).into_iter().map(|text| parameter(text, typedefs)).collect(),
    };
    Function { name: split_name(head).1.to_owned(), parameters }
}

fn parameter(text: &str, typedefs: &[Typedef]) -> Parameter {
    let (type_name, name) = split_name(text);
    let hides_pointer = |typedef: &&Typedef| typedef.name == type_name && typedef.target.contains('*');
    Parameter {
        name: name.to_owned(),
        type_name: type_name.to_owned(),
        is_pointer: type_name.contains('*') || typedefs.iter().any(|typedef| hides_pointer(&typedef)),
    }
}

/// Splits a declaration into type and name: `const char *name` is (`const char *`, `name`).
fn split_name(declaration: &str) -> (&str, &str) {
    let start = declaration.rfind(|c: char| !is_identifier(c)).map_or(0, |index| index + 1);
    let (type_name, name) = declaration.split_at(start);
    assert!(!type_name.trim().is_empty() && !name.is_empty(), "no type and name: {declaration}");
    (type_name.trim(), name)
}

/// Whether C and Rust allow `c` in the middle of a name.
pub fn is_identifier(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
