//! The options as the documents describe them, for programs that show them to a person.

use super::Config;
use super::options::{Default, FILE, Kind, ROWS, Row};

/// What the value of an option is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OptionKind {
    /// Text.
    Text,
    /// The path of a file.
    Path,
    /// Text that is a secret, or may contain one. It may also be in a file: see [`ConfigOption::file_name`].
    Secret,
    /// A whole number up to 2^32-1.
    Number,
    /// A whole number up to 2^64-1.
    Size,
    /// Yes or no.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
}

/// An option that has a name; [`Config::options`] lists all of them.
#[derive(Clone, Copy)]
pub struct ConfigOption(&'static Row);

impl ConfigOption {
    /// Its name in a file, e.g. `timeout_ms`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.0.rule.name
    }

    /// Its name in the environment, e.g. `CBJ_TIMEOUT_MS`.
    #[must_use]
    pub fn variable(&self) -> String {
        super::environment::variable(self.name())
    }

    /// For a secret: the name of the option whose value is the path of a file with the secret, e.g. `client_secret_file`.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        (self.kind() == OptionKind::Secret).then(|| format!("{}{FILE}", self.name()))
    }

    /// The same in the environment, e.g. `CBJ_CLIENT_SECRET_FILE`.
    #[must_use]
    pub fn file_variable(&self) -> Option<String> {
        self.file_name().as_deref().map(super::environment::variable)
    }

    /// What its value is.
    #[must_use]
    pub fn kind(&self) -> OptionKind {
        match self.0.rule.kind {
            Kind::Text(_) if self.0.is_path => OptionKind::Path,
            Kind::Text(_) => OptionKind::Text,
            Kind::Secret(_) => OptionKind::Secret,
            Kind::Number(_) => OptionKind::Number,
            Kind::Size(_) => OptionKind::Size,
            Kind::Flag(_) => OptionKind::Flag,
            Kind::Word(words, _) => OptionKind::Word(words),
        }
    }

    /// What it does: a phrase in English. Backquotes enclose values and names.
    #[must_use]
    pub fn description(&self) -> &'static str {
        self.0.description
    }

    /// Its value if nobody sets it, or words about that value. `None` if there is nothing to name.
    #[must_use]
    pub fn default(&self) -> Option<String> {
        match self.0.default {
            Default::None => None,
            Default::Number(number) => Some(number.to_string()),
            Default::Value(text) | Default::Words(text) => Some(text.to_owned()),
        }
    }

    /// Whether [`ConfigOption::default`] is a value that can be set.
    #[must_use]
    pub fn default_is_value(&self) -> bool {
        matches!(self.0.default, Default::Number(_) | Default::Value(_))
    }
}

impl std::fmt::Debug for ConfigOption {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfigOption").field("name", &self.name()).field("kind", &self.kind()).finish_non_exhaustive()
    }
}

impl Config {
    /// Every option that [`Config::load_file`] and [`Config::load_env`] know.
    ///
    /// ```
    /// for option in cloudbackupjobs::Config::options() {
    ///     println!("{} ({}): {}", option.name(), option.variable(), option.description());
    /// }
    /// ```
    pub fn options() -> impl Iterator<Item = ConfigOption> {
        ROWS_FOR_PROGRAMS.iter().map(ConfigOption)
    }
}

static ROWS_FOR_PROGRAMS: [Row; ROWS.len()] = ROWS;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::by_name;
    use crate::config::settings::Settings;

    /// A configuration that makes sense, and nothing more.
    fn least() -> Config {
        Config::new().base_url("http://127.0.0.1:9").access_token("token")
    }

    fn settings(config: &Config) -> String {
        format!("{:?}", Settings::check(config).expect("makes sense").0)
    }

    /// A default that the table names is the one that holds when the option is not set.
    #[test]
    fn setting_a_default_changes_nothing() {
        let mut tried = 0;
        for row in ROWS_FOR_PROGRAMS.iter().filter(|row| ConfigOption(row).default_is_value()) {
            let default = ConfigOption(row).default().expect("is a value");
            let mut config = least();
            by_name::set(&row.rule, false, &mut config, &default).expect("is a value of the option");
            assert_eq!(settings(&config), settings(&least()), "{}", row.rule.name);
            if matches!(row.rule.kind, Kind::Flag(_) | Kind::Word(..)) {
                assert_eq!(format!("{config:?}"), format!("{:?}", least()), "{}", row.rule.name);
            }
            tried += 1;
        }
        assert_eq!(tried, 7);
        // The comparison above sees another value.
        assert_ne!(settings(&least().timeout_ms(29_999)), settings(&least()));
    }

    #[test]
    fn words_are_phrases_that_fit_into_a_table_and_a_header() {
        for option in Config::options() {
            let text = option.description();
            assert!(!text.is_empty() && text.is_ascii() && !text.contains(['|', '\n', '*']), "{text}");
            assert!(!text.ends_with('.') && !text.starts_with(char::is_uppercase), "{text}");
        }
    }
}
