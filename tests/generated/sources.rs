//! What the C layer (`src/ffi/`) defines, as syn reads it: functions, types and constants with their comments.

use syn::{Expr, Item, Type};

use crate::artefact::Files;
use crate::support::c_program::root;

/// In the order in which the header declares what they define. Other files come after them.
const FIRST: [&str; 11] =
    ["status", "error", "config", "config_load", "log", "client", "kind", "query", "job_iter", "summary", "job"];

/// The files of the C layer that define something for C.
pub fn paths() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("src/ffi")).expect("is a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("is readable").file_name().into_string().expect("is UTF-8"))
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| !matches!(name.as_str(), "mod" | "guard" | "text"))
        .collect();
    names.sort_by_key(|name| (FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()), name.clone()));
    names.into_iter().map(|name| format!("src/ffi/{name}.rs")).collect()
}

#[derive(Default)]
pub struct Sources {
    pub functions: Vec<Function>,
    pub handles: Vec<String>,
    pub choices: Vec<Choice>,
    pub callbacks: Vec<Callback>,
    /// Numbers of no choice: name, type as Rust has it, value.
    pub constants: Vec<(String, String, i128)>,
}

pub struct Function {
    pub name: String,
    pub comment: String,
    /// Name, and type as Rust has it.
    pub parameters: Vec<(String, String)>,
    pub result: String,
}

pub struct Choice {
    pub name: String,
    pub constants: Vec<Constant>,
}

pub struct Constant {
    pub name: String,
    pub comment: String,
    pub number: i128,
}

pub struct Callback {
    pub name: String,
    pub parameters: Vec<(String, String)>,
    pub result: String,
}

impl Sources {
    pub fn read(files: &Files) -> Self {
        let mut sources = Self::default();
        for path in paths() {
            let file = syn::parse_file(&files.read(&path)).unwrap_or_else(|error| panic!("{path}: {error}"));
            file.items.iter().for_each(|item| sources.take(item));
        }
        sources
    }

    pub fn choice(&self, name: &str) -> &Choice {
        self.choices.iter().find(|choice| choice.name == name).unwrap_or_else(|| panic!("src/ffi has no {name}"))
    }

    fn take(&mut self, item: &Item) {
        match item {
            Item::Fn(item) if item.sig.abi.is_some() => self.functions.push(Function {
                name: item.sig.ident.to_string(),
                comment: comment(&item.attrs),
                parameters: item.sig.inputs.iter().map(parameter).collect(),
                result: result(&item.sig.output),
            }),
            Item::Struct(item) if item.ident.to_string().starts_with("cbj_") => {
                self.handles.push(item.ident.to_string())
            }
            Item::Type(item) if is_public(&item.vis) => {
                let name = item.ident.to_string();
                match function_type(&item.ty) {
                    Some(function) => self.callbacks.push(Callback {
                        name,
                        parameters: function.inputs.iter().map(argument).collect(),
                        result: result(&function.output),
                    }),
                    None => self.choices.push(Choice { name, constants: Vec::new() }),
                }
            }
            Item::Const(item) if is_public(&item.vis) => {
                let (name, kind) = (item.ident.to_string(), type_name(&item.ty));
                let number = number(&item.expr);
                match self.choices.iter_mut().find(|choice| choice.name == kind) {
                    Some(choice) => choice.constants.push(Constant { name, comment: comment(&item.attrs), number }),
                    None => self.constants.push((name, kind, number)),
                }
            }
            _ => {}
        }
    }
}

fn is_public(visibility: &syn::Visibility) -> bool {
    matches!(visibility, syn::Visibility::Public(_))
}

/// The comment of an item, without the marks and without the blank after each.
fn comment(attributes: &[syn::Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let syn::Meta::NameValue(value) = &attribute.meta else { continue };
        let Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) = &value.value else { continue };
        let text = text.value();
        lines.push(text.strip_prefix(' ').unwrap_or(&text).to_owned());
    }
    lines.join("\n")
}

fn parameter(input: &syn::FnArg) -> (String, String) {
    let syn::FnArg::Typed(typed) = input else { panic!("a C function has no self") };
    let syn::Pat::Ident(name) = &*typed.pat else { panic!("a parameter has a name") };
    (name.ident.to_string(), type_name(&typed.ty))
}

fn argument(input: &syn::BareFnArg) -> (String, String) {
    let (name, _) = input.name.as_ref().expect("a parameter of a callback has a name");
    (name.to_string(), type_name(&input.ty))
}

fn result(output: &syn::ReturnType) -> String {
    match output {
        syn::ReturnType::Default => "()".to_owned(),
        syn::ReturnType::Type(_, kind) => type_name(kind),
    }
}

/// The function in `Option<... fn(...)>`.
fn function_type(kind: &Type) -> Option<&syn::TypeBareFn> {
    match kind {
        Type::BareFn(function) => Some(function),
        Type::Path(path) => arguments(path.path.segments.last()?).into_iter().find_map(function_type),
        _ => None,
    }
}

fn arguments(segment: &syn::PathSegment) -> Vec<&Type> {
    let syn::PathArguments::AngleBracketed(list) = &segment.arguments else { return Vec::new() };
    let kinds = list.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(kind) => Some(kind),
        _ => None,
    });
    kinds.collect()
}

/// A type without the modules and lifetimes in it: `Option<&mut MaybeUninit<*mut cbj_job>>`.
fn type_name(kind: &Type) -> String {
    match kind {
        Type::Path(path) => {
            let last = path.path.segments.last().expect("a path has a segment");
            let inner: Vec<String> = arguments(last).into_iter().map(type_name).collect();
            if inner.is_empty() { last.ident.to_string() } else { format!("{}<{}>", last.ident, inner.join(", ")) }
        }
        Type::Reference(reference) => {
            format!("&{}{}", if reference.mutability.is_some() { "mut " } else { "" }, type_name(&reference.elem))
        }
        Type::Ptr(pointer) => {
            format!("*{} {}", if pointer.mutability.is_some() { "mut" } else { "const" }, type_name(&pointer.elem))
        }
        _ => panic!("a type that the C layer does not use elsewhere: {kind:?}", kind = std::mem::discriminant(kind)),
    }
}

fn number(expression: &Expr) -> i128 {
    match expression {
        Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(number), .. }) => number.base10_parse().expect("is a number"),
        Expr::Unary(syn::ExprUnary { op: syn::UnOp::Neg(_), expr, .. }) => -number(expr),
        Expr::Binary(syn::ExprBinary { left, op: syn::BinOp::Sub(_), right, .. }) => number(left) - number(right),
        _ => panic!("a public constant of the C layer is a whole number"),
    }
}
