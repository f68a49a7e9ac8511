//! A configuration out of a file: one JSON object, whose members are the options of [`super::options`].

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::options::{self, Kind, OptionRule};
use super::{Config, by_name};
use crate::error::{Error, ErrorKind};
use crate::file;
use crate::quote::full_stop;
use crate::wire::{json_secret, json_string};

impl Config {
    /// Sets every option that the file names: one JSON object, UTF-8, whose members are named like the options in
    /// docs/configuration.md, e.g. `{"data_center": "us", "client_id": "…", "client_secret_file": "/run/secrets/cbj"}`. A
    /// secret may be given as the path of a file that holds it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] with line and column for a text that is not JSON, a name that is not an option or that comes
    /// twice, and a value that its option does not take. [`ErrorKind::Config`] also for a file that cannot be read, for a
    /// file with a secret that is open to other users, and for a file with a secret or the path of one that users other
    /// than administrators (root) and the one who runs the program can change.
    pub fn load_file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let wrong = |reason: &str| {
            let end = full_stop(reason);
            Error::new(ErrorKind::Config, format!("Configuration: the file {} {reason}{end}", file::quoted(path)))
        };
        let content = file::read(path).map_err(|reason| wrong(&reason))?;
        content.must_not_be_empty().map_err(|reason| wrong(&reason))?;
        let text = std::str::from_utf8(&content.bytes)
            .map_err(|error| wrong(&format!("is not UTF-8 from byte {} on", error.valid_up_to())))?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        // serde_json would quote the text that is in the place of an object, and it may be a secret.
        let blank = text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len();
        if !text[blank..].starts_with('{') {
            let (line, column) = place(text, blank);
            return Err(wrong(&format!("is wrong in line {line}, column {column}: wanted an object with the options")));
        }
        let mut loading = Loading { config: self, names: Vec::new(), holds_secret: false, leads_to_secret: false };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = deserializer.deserialize_map(&mut loading).and_then(|()| deserializer.end());
        // Checked before other mistakes are reported, because the secret is exposed already.
        if loading.holds_secret {
            content.must_be_private().map_err(|reason| wrong(&reason))?;
        }
        if loading.leads_to_secret {
            content.must_be_unchangeable().map_err(|reason| wrong(&reason))?;
        }
        read.map_err(|error| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let reason = error.to_string();
            let reason = reason.strip_suffix(&place).unwrap_or(&reason);
            wrong(&format!("is wrong in line {}, column {}: {reason}", error.line(), error.column()))
        })?;
        let mut config = loading.config;
        config.changeable_files.extend(content.changeable.map(|reason| wrong(&reason).message().to_owned()));
        Ok(config)
    }
}

/// Line and column of the byte at `index`; both count from 1.
fn place(text: &str, index: usize) -> (usize, usize) {
    let before = &text.as_bytes()[..index];
    let line_begin = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    (before.iter().filter(|byte| **byte == b'\n').count() + 1, index - line_begin + 1)
}

struct Loading {
    config: Config,
    /// The names of the options that were set.
    names: Vec<&'static str>,
    holds_secret: bool,
    /// Whether the file contains a secret or the path of one.
    leads_to_secret: bool,
}

impl<'de> Visitor<'de> for &mut Loading {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the options")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let (option, of_file) = options::find(&name).ok_or_else(|| A::Error::custom(by_name::unknown(&name)))?;
            if self.names.contains(&option.name) {
                return Err(A::Error::custom(format!("{} is set a second time", option.name)));
            }
            self.names.push(option.name);
            let value = map.next_value::<&RawValue>()?;
            self.set(option, of_file, value).map_err(|reason| A::Error::custom(format!("{name} {reason}")))?;
        }
        Ok(())
    }
}

impl Loading {
    fn set(&mut self, option: &OptionRule, of_file: bool, value: &RawValue) -> Result<(), String> {
        let wanted = |wanted: &str| format!("is {}, wanted {wanted}", shown(value));
        let text_wanted = || json_string(value).map(Cow::into_owned).ok_or_else(|| wanted("a text in quotes"));
        let config = &mut self.config;
        match option.kind {
            Kind::Text(set) => {
                self.leads_to_secret |= option.name == "client_certificate";
                set(config, text_wanted()?);
            }
            Kind::Secret(set) if of_file => {
                let path = text_wanted()?;
                self.leads_to_secret = true;
                set(config, by_name::secret_of_file(&path)?);
            }
            Kind::Secret(set) => {
                // The value is never shown.
                let secret = json_secret(value).ok_or("is not a text in quotes")?;
                let is_secret = options::is_secret(option, secret.expose());
                self.holds_secret |= is_secret;
                self.leads_to_secret |= is_secret;
                set(config, secret);
            }
            Kind::Number(set) => set(config, value.get().parse().map_err(|_| wanted(options::NUMBER))?),
            Kind::Size(set) => set(config, value.get().parse().map_err(|_| wanted(options::SIZE))?),
            Kind::Flag(set) => match value.get() {
                "true" | "1" => set(config, true),
                "false" | "0" => set(config, false),
                _ => return Err(wanted("true or false")),
            },
            Kind::Word(words, set) => {
                let text = json_string(value);
                let index = words.iter().position(|word| text.as_deref() == Some(word));
                set(config, index.ok_or_else(|| wanted(&quoted(words)))?);
            }
        }
        Ok(())
    }
}

/// A value that its option does not take, for a message.
fn shown(value: &RawValue) -> String {
    let (json, kind) = (value.get(), value.get().as_bytes().first());
    match kind {
        Some(b'"') if !options::may_be_quoted(json.trim_matches('"')) => "another text".to_owned(),
        Some(b'{') => "an object".to_owned(),
        Some(b'[') => "a list".to_owned(),
        Some(b'-' | b'0'..=b'9') if !options::may_be_quoted(json) => "another number".to_owned(),
        _ => json.to_owned(),
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" or ")
}
