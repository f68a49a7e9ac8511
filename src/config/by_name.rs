//! Sets an option by its name, with its value as text: for [`Config::set_option`] and the environment.

use std::path::Path;

use super::Config;
use super::options::{self, Kind, OptionRule};
use crate::error::{Error, ErrorKind};
use crate::file;
use crate::quote::full_stop;
use crate::secret::Secret;

impl Config {
    /// Sets one option by its name: the names and values of [`Config::load_file`]'s object, with a number written in
    /// digits, and yes and no as `true` and `false` or `1` and `0`. Case does not count in `true`, `false` and the words
    /// of `trust`. The value of `client_secret_file` and the like is the path of a file with the secret.
    ///
    /// ```
    /// # fn main() -> Result<(), cloudbackupjobs::Error> {
    /// use cloudbackupjobs::Config;
    ///
    /// let config = Config::new().set_option("data_center", "us")?.set_option("timeout_ms", "5000")?;
    /// let error = config.set_option("timeout", "5000").unwrap_err();
    /// assert_eq!(error.message(), "Configuration: \"timeout\" is not an option; did you mean \"timeout_ms\"?");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An empty value is the empty text, as `""` in the file: no proxy for `proxy`, the empty password for
    /// `client_certificate_password`, and refused for any other option, here or by [`Client::new`](crate::Client::new). To
    /// keep the default of an option, do not set it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidArgument`] for a name that is not an option and for a value that the option does not take.
    /// [`ErrorKind::Config`] if the file of a secret cannot be read or is open to other users.
    pub fn set_option(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let wrong = |kind, reason: String| Error::new(kind, format!("Configuration: {reason}{}", full_stop(&reason)));
        let (option, is_file) = options::find(name).ok_or_else(|| wrong(ErrorKind::InvalidArgument, unknown(name)))?;
        // Where the file is not what it should be, the caller's argument is sound, and the machine has to change.
        let kind = if is_file { ErrorKind::Config } else { ErrorKind::InvalidArgument };
        set(option, is_file, &mut self, value).map_err(|reason| wrong(kind, format!("{name} {reason}")))?;
        Ok(self)
    }
}

/// Sets `option` to the value that `text` is, or to the content of the file that `text` names. The error says what is wrong
/// with the value, without the name of the option. After an error nothing is changed.
pub(super) fn set(option: &OptionRule, is_file: bool, config: &mut Config, text: &str) -> Result<(), String> {
    let shown = || if options::may_be_quoted(text) { format!("{text:?}") } else { "another text".to_owned() };
    let wanted = |wanted: &str| format!("is {}, wanted {wanted}", shown());
    match option.kind {
        Kind::Text(set) => set(config, text.to_owned()),
        Kind::Secret(set) if is_file => set(config, secret_of_file(text)?),
        Kind::Secret(set) => set(config, Secret::new(text)),
        Kind::Number(set) => set(config, text.parse().map_err(|_| wanted(options::NUMBER))?),
        Kind::Size(set) => set(config, text.parse().map_err(|_| wanted(options::SIZE))?),
        Kind::Flag(set) => match text.to_ascii_lowercase().as_str() {
            "1" | "true" => set(config, true),
            "0" | "false" => set(config, false),
            _ => return Err(wanted("1 or 0, or true or false")),
        },
        Kind::Word(words, set) => {
            let index = words.iter().position(|word| text.eq_ignore_ascii_case(word));
            set(config, index.ok_or_else(|| wanted(&words.join(" or ")))?);
        }
    }
    Ok(())
}

/// The secret in the file at `path`, which the error names if it looks like a path.
pub(super) fn secret_of_file(path: &str) -> Result<Secret, String> {
    let path = Path::new(path);
    options::secret_of_file(path).map_err(|reason| format!("names the file {}, which {reason}", file::named(path)))
}

/// A sentence about a name that is not an option. A name with characters that no option has may be a secret, and is not
/// shown.
pub(super) fn unknown(name: &str) -> String {
    let is_word = name.bytes().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-'));
    match options::nearest(name) {
        Some((nearest, _)) if is_word => format!("{name:?} is not an option; did you mean {nearest:?}?"),
        Some((nearest, _)) => format!("this name is not an option; did you mean {nearest:?}?"),
        None => "this name is not an option, and is longer than any of them".to_owned(),
    }
}
