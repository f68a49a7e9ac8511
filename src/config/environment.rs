//! A configuration out of the environment: the options of [`super::options`], upper case with `CBJ_` before them.

use std::env;
use std::ffi::OsString;

use super::options::{self, FILE, Kind, OPTIONS, OptionRule};
use super::{Config, by_name};
use crate::error::{Error, ErrorKind};
use crate::secret::Zeroizing;
use crate::sys;

const PREFIX: &str = "CBJ_";

/// The largest distance between a variable and an option's name that counts as a typing error.
const TYPING_ERROR: usize = 3;

impl Config {
    /// Sets every option that has an environment variable: `CBJ_DATA_CENTER`, `CBJ_CLIENT_ID`, `CBJ_TIMEOUT_MS` and so on.
    /// docs/configuration.md lists them. The value of `CBJ_CLIENT_SECRET_FILE` and the like is the path of a file with the
    /// secret. An empty variable counts as not set, with one exception: an empty `CBJ_PROXY` means no proxy.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if an option does not take the value of its variable, or if a file cannot be read or is open to
    /// other users. The message names the variable.
    pub fn load_env(mut self) -> Result<Self, Error> {
        for option in &OPTIONS {
            load(option, &mut self)?;
        }
        self.variables = Some(unknown());
        Ok(self)
    }
}

fn load(option: &OptionRule, config: &mut Config) -> Result<(), Error> {
    let name = variable(option.name);
    let value = value(&name)?.filter(|value| !value.is_empty() || option.name == "proxy");
    let file_name = format!("{name}{}", FILE.to_ascii_uppercase());
    let file = match option.kind {
        Kind::Secret(_) => value_of_file(&file_name)?,
        _ => None,
    };
    match (value, file) {
        (None, None) => Ok(()),
        (Some(_), Some(_)) => Err(wrong(&name, &format!("and {file_name} are both set: set one of them"))),
        (Some(value), None) => by_name::set(option, false, config, &value).map_err(|reason| wrong(&name, &reason)),
        (None, Some(path)) => by_name::set(option, true, config, &path).map_err(|reason| wrong(&file_name, &reason)),
    }
}

fn value_of_file(name: &str) -> Result<Option<Zeroizing<String>>, Error> {
    Ok(value(name)?.filter(|value| !value.is_empty()))
}

/// The name of an option in the environment.
pub(super) fn variable(option: &str) -> String {
    format!("{PREFIX}{}", option.to_ascii_uppercase())
}

/// The value of a variable. It may be a secret.
fn value(name: &str) -> Result<Option<Zeroizing<String>>, Error> {
    let text = |value: OsString| value.into_string().map(Zeroizing::new).map_err(|_| wrong(name, "is not UTF-8"));
    env::var_os(name).map(text).transpose()
}

fn wrong(name: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Config, format!("Configuration: the environment variable {name} {reason}."))
}

/// Whether two names mean the same variable.
fn is_same(name: &str, other: &str, has_case: bool) -> bool {
    if has_case { name == other } else { name.eq_ignore_ascii_case(other) }
}

/// A sentence for each variable that looks like an option and is not one. Not refused: a program may have variables of its
/// own with the same beginning.
fn unknown() -> Vec<String> {
    let known: Vec<String> = options::names().map(|name| variable(&name)).collect();
    env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| !known.iter().any(|known| is_same(known, name, sys::ENVIRONMENT_HAS_CASE)))
        .filter_map(|name| {
            let prefix = name.get(..PREFIX.len()).filter(|prefix| prefix.eq_ignore_ascii_case(PREFIX))?;
            let (nearest, distance) = options::nearest(&name[prefix.len()..])?;
            (distance <= TYPING_ERROR).then(|| {
                format!("The environment variable {name} is not an option; did you mean {}?", variable(&nearest))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_case_where_the_system_says_so() {
        assert!(is_same("CBJ_SCOPE", "CBJ_SCOPE", true) && !is_same("CBJ_SCOPE", "cbj_scope", true));
        assert!(is_same("CBJ_SCOPE", "Cbj_Scope", false) && !is_same("CBJ_SCOPE", "CBJ_PROXY", false));
    }
}
