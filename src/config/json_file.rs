//! A configuration out of a file: one JSON object, whose members are the options of [`super::options`].

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::options::{self, Kind, OptionRule};
use super::{Config, file};
use crate::error::{Error, ErrorKind, beginning};
use crate::secret::Secret;
use crate::wire::json_string;

impl Config {
    /// Sets every option that the file names: one JSON object, UTF-8, whose members are named like the options in README,
    /// e.g. `{"data_center": "us", "client_id": "…", "client_secret_file": "/run/secrets/cbj"}`. A secret may be given as
    /// the path of a file that holds it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] with line and column: what is not JSON, a name that is no option, a name that comes twice, a
    /// value that is none for its option. Also for a file that cannot be read, and for one that holds a secret and is
    /// open to other users.
    pub fn load_file(self, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let wrong = |reason: &str| {
            Error::new(ErrorKind::Config, format!("Configuration: the file {path:?} {}.", reason.trim_end_matches('.')))
        };
        let content = file::read(path).map_err(|reason| wrong(&reason))?;
        content.must_not_be_empty().map_err(|reason| wrong(&reason))?;
        let text = std::str::from_utf8(&content.bytes)
            .map_err(|error| wrong(&format!("is not UTF-8 from byte {} on", error.valid_up_to())))?;
        let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        let mut loading = Loading { config: self, names: Vec::new(), holds_secret: false };
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = deserializer.deserialize_map(&mut loading).and_then(|()| deserializer.end());
        // Whatever else may be wrong: the secret lies open.
        if loading.holds_secret {
            content.must_be_private().map_err(|reason| wrong(&reason))?;
        }
        read.map_err(|error| {
            let place = format!(" at line {} column {}", error.line(), error.column());
            let reason = error.to_string();
            let reason = reason.strip_suffix(&place).unwrap_or(&reason);
            wrong(&format!("is wrong in line {}, column {}: {reason}", error.line(), error.column()))
        })?;
        Ok(loading.config)
    }
}

struct Loading {
    config: Config,
    /// Of the options that were set.
    names: Vec<&'static str>,
    holds_secret: bool,
}

impl<'de> Visitor<'de> for &mut Loading {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the options")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let (option, of_file) = options::find(&name).ok_or_else(|| {
                let nearest = options::nearest(&name).0;
                A::Error::custom(format!("{:?} is no option; is {nearest:?} meant?", beginning(&name, 40)))
            })?;
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
        let text = json_string(value);
        let wanted = |wanted: &str| format!("is {}, wanted {wanted}", beginning(value.get(), 40));
        let text_wanted = || text.clone().map(Cow::into_owned).ok_or_else(|| wanted("a text in quotes"));
        let config = &mut self.config;
        match option.kind {
            Kind::Text(set) => set(config, text_wanted()?),
            Kind::Secret(set) if of_file => {
                let path = text_wanted()?;
                let secret = options::secret_of_file(Path::new(&path))
                    .map_err(|reason| format!("names the file {path:?}, which {reason}"))?;
                set(config, secret);
            }
            Kind::Secret(set) => {
                // Not shown, whatever it is.
                let text = text.as_deref().ok_or("is no text in quotes")?;
                self.holds_secret |= options::is_secret(option, text);
                set(config, Secret::new(text));
            }
            Kind::Number(set) => set(config, value.get().parse().map_err(|_| wanted(options::NUMBER))?),
            Kind::Size(set) => set(config, value.get().parse().map_err(|_| wanted(options::SIZE))?),
            Kind::Flag(set) => match value.get() {
                "true" | "1" => set(config, true),
                "false" | "0" => set(config, false),
                _ => return Err(wanted("true or false")),
            },
            Kind::Word(words, set) => {
                let index = words.iter().position(|word| text.as_deref() == Some(word));
                set(config, index.ok_or_else(|| wanted(&quoted(words)))?);
            }
        }
        Ok(())
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(" or ")
}
