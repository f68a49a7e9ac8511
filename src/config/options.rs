//! The table of the options by name. Files, the environment, `set_option` and the documents use it.

use std::path::Path;

use super::defaults::{
    DEFAULT_CONNECT_TIMEOUT_MS, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_MAX_RETRIES, DEFAULT_SCOPE, DEFAULT_TIMEOUT_MS,
};
use super::{Config, Trust};
use crate::file;
use crate::secret::Secret;

/// An option that has a name.
#[derive(Clone, Copy)]
pub(super) struct OptionRule {
    /// Its name in a file. In the environment it is upper case with `CBJ_` before it.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

/// What an option's value is, and where it goes.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Text(fn(&mut Config, String)),
    /// Text that is a secret, or may contain one. The value of `…_file` is the path of a file with the text.
    Secret(fn(&mut Config, Secret)),
    /// A whole number up to 2^32-1.
    Number(fn(&mut Config, u32)),
    /// A whole number up to 2^64-1.
    Size(fn(&mut Config, u64)),
    /// Yes or no.
    Flag(fn(&mut Config, bool)),
    /// One of these words.
    Word(&'static [&'static str], fn(&mut Config, usize)),
}

pub(super) const NUMBER: &str = "a whole number from 0 to 4294967295";
pub(super) const SIZE: &str = "a whole number from 0 to 18446744073709551615";

/// A longer name is not an option with a typing error.
const LONGEST_NAME: usize = 64;

/// A longer number is not quoted: no sensible number has as many digits.
const LONGEST_NUMBER: usize = 24;

/// A longer text may be a secret. In bytes.
const LONGEST_WORD: usize = 5;

/// The end of an option's name if its value is the path of a file with the secret.
pub(super) const FILE: &str = "_file";

/// An option with what the documents say about it.
pub(super) struct Row {
    pub(super) rule: OptionRule,
    /// Whether the text is the path of a file.
    pub(super) is_path: bool,
    /// A phrase, in ASCII and without a full stop at its end.
    pub(super) description: &'static str,
    pub(super) default: Default,
}

/// The value of an option that nobody has set.
pub(super) enum Default {
    /// None that the documents name.
    None,
    Number(u64),
    /// A value that can be set.
    Value(&'static str),
    /// Words about it.
    Words(&'static str),
}

/// In the order of the setters in the header.
pub(super) const ROWS: [Row; 19] = {
    use Kind::{Flag, Number, Secret, Size, Text, Word};
    const fn option(name: &'static str, kind: Kind, description: &'static str, default: Default) -> Row {
        Row { rule: OptionRule { name, kind }, is_path: false, description, default }
    }
    const fn path(name: &'static str, kind: Kind, description: &'static str) -> Row {
        Row { rule: OptionRule { name, kind }, is_path: true, description, default: Default::None }
    }
    [
        option(
            "data_center",
            Text(|config, text| config.data_center = Some(text)),
            "the tenant's data center, which names both URLs: `us`, `gcp-jp`, `gov` and so on",
            Default::None,
        ),
        option(
            "base_url",
            Text(|config, text| config.base_url = Some(text)),
            "the URL of the service; wins over the data center",
            Default::None,
        ),
        option(
            "identity_url",
            Text(|config, text| config.identity_url = Some(text)),
            "the token URL of the identity service, used exactly as it is; wins over the data center",
            Default::None,
        ),
        option(
            "access_token",
            Secret(|config, secret| config.access_token = Some(secret)),
            "an access token that the program got itself",
            Default::None,
        ),
        option(
            "client_id",
            Text(|config, text| config.client_id = Some(text)),
            "the client id of the app registration",
            Default::None,
        ),
        option(
            "client_secret",
            Secret(|config, secret| config.client_secret = Some(secret)),
            "the client secret of the app registration",
            Default::None,
        ),
        path(
            "client_certificate",
            Text(|config, text| config.client_certificate = Some(text.into())),
            "the path of the file with the certificate of the app registration and its private key: PEM, or PKCS#12 (.pfx, .p12)",
        ),
        option(
            "client_certificate_password",
            Secret(|config, secret| config.client_certificate_password = Some(secret)),
            "the password of the certificate's file",
            Default::Words("none"),
        ),
        option(
            "scope",
            Text(|config, text| config.scope = Some(text)),
            "the scope that access tokens are requested for",
            Default::Value(DEFAULT_SCOPE),
        ),
        option(
            "location",
            Text(|config, text| config.location = Some(text)),
            "the location of the jobs in a Multi-Geo tenant, for calls that name none",
            Default::Words("none"),
        ),
        option(
            "timeout_ms",
            Number(|config, number| config.timeout_ms = Some(number)),
            "the milliseconds that a whole call may take, retries included",
            Default::Number(DEFAULT_TIMEOUT_MS as u64),
        ),
        option(
            "connect_timeout_ms",
            Number(|config, number| config.connect_timeout_ms = Some(number)),
            "the milliseconds that one attempt to connect may take",
            Default::Number(DEFAULT_CONNECT_TIMEOUT_MS as u64),
        ),
        option(
            "max_retries",
            Number(|config, number| config.max_retries = Some(number)),
            "how many times a call tries again",
            Default::Number(DEFAULT_MAX_RETRIES as u64),
        ),
        option(
            "max_response_bytes",
            Size(|config, number| config.max_response_bytes = Some(number)),
            "the size in bytes of the largest answer that is read; a call takes at most three times the size of its answer, \
             and 1 MiB",
            Default::Number(DEFAULT_MAX_RESPONSE_BYTES),
        ),
        path(
            "ca_file",
            Text(|config, text| config.ca_file = Some(text.into())),
            "the path of a PEM file with the certificates that are trusted instead of all others",
        ),
        option(
            "trust",
            Word(&["bundled", "system"], |config, index| config.trust = [Trust::Bundled, Trust::System][index]),
            "whose certificates are trusted: `bundled` for Mozilla's authorities, `system` for those of the machine, or of \
             `SSL_CERT_FILE` and `SSL_CERT_DIR`",
            Default::Value("bundled"),
        ),
        option(
            "proxy",
            Secret(|config, secret| config.proxy = Some(secret)),
            "the proxy: `http[s]://[user:password@]host:port`, user and password percent-encoded; empty for no proxy",
            Default::Words("from the environment"),
        ),
        option(
            "user_agent",
            Text(|config, text| config.user_agent = Some(text)),
            "text that is put before the library's own User-Agent",
            Default::Words("none"),
        ),
        option(
            "allow_http",
            Flag(|config, flag| config.allow_http = flag),
            "whether plain http is allowed to hosts other than loopback: `true` or `false`",
            Default::Value("false"),
        ),
    ]
};

/// The same without the words, which the shared library does not need.
pub(super) const OPTIONS: [OptionRule; ROWS.len()] = {
    let mut rules = [ROWS[0].rule; ROWS.len()];
    let mut index = 0;
    while index < rules.len() {
        rules[index] = ROWS[index].rule;
        index += 1;
    }
    rules
};

/// The option with that name, and whether the value is the path of a file with the secret.
pub(super) fn find(name: &str) -> Option<(&'static OptionRule, bool)> {
    let named = |name: &str| OPTIONS.iter().find(|option| option.name == name);
    // `ca_file` is an option itself.
    named(name).map(|option| (option, false)).or_else(|| {
        let option = named(name.strip_suffix(FILE)?)?;
        matches!(option.kind, Kind::Secret(_)).then_some((option, true))
    })
}

/// Every name that [`find`] finds.
pub(super) fn names() -> impl Iterator<Item = String> {
    OPTIONS.iter().flat_map(|option| {
        let file = matches!(option.kind, Kind::Secret(_)).then(|| format!("{}{FILE}", option.name));
        [Some(option.name.to_owned()), file].into_iter().flatten()
    })
}

/// The option's name that is nearest to `unknown`, and the distance between them.
pub(super) fn nearest(unknown: &str) -> Option<(String, usize)> {
    // The time to compute the distance grows with both lengths.
    if unknown.len() > LONGEST_NAME {
        return None;
    }
    let unknown = unknown.to_ascii_lowercase();
    names().map(|name| (distance(&unknown, &name), name)).min().map(|(distance, name)| (name, distance))
}

/// Whether a message may quote `text`, which its option does not take: it may quote a number, and a text that is too short
/// for a secret. Any other text may be a secret under the wrong name.
pub(super) fn may_be_quoted(text: &str) -> bool {
    let is_number = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.'));
    text.len() <= LONGEST_WORD || is_number && text.len() <= LONGEST_NUMBER
}

/// Whether `text`, the option's value, is a secret. The address of a proxy is a secret only with a password.
pub(super) fn is_secret(option: &OptionRule, text: &str) -> bool {
    matches!(option.kind, Kind::Secret(_)) && (option.name != "proxy" || text.contains('@'))
}

/// The secret in the file at `path`, without the byte order mark and the line break that editors put at its ends.
pub(super) fn secret_of_file(path: &Path) -> Result<Secret, String> {
    let content = file::read(path)?;
    content.must_be_private()?;
    content.must_not_be_empty()?;
    let text = std::str::from_utf8(&content.bytes)
        .map_err(|error| format!("is not UTF-8 from byte {} on", error.valid_up_to()))?;
    // Editors on Windows begin a file with this mark.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(Secret::new(text.strip_suffix('\r').unwrap_or(text)))
}

/// How many letters must be inserted, deleted or changed to turn `a` into `b` (Levenshtein distance).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_typing_errors_understood() {
        let found = |name| find(name).map(|(option, of_file)| (option.name, of_file));
        assert_eq!(found("client_secret"), Some(("client_secret", false)));
        assert_eq!(found("client_secret_file"), Some(("client_secret", true)));
        assert_eq!(found("ca_file"), Some(("ca_file", false)));
        assert_eq!(found("scope_file"), None);
        assert_eq!(found("CLIENT_SECRET"), None);
        for (typed, meant) in [
            ("clinet_id", "client_id"),
            ("clientId", "client_id"),
            ("timeout", "timeout_ms"),
            ("CLIENT_SECRET", "client_secret"),
            ("client_secert_file", "client_secret_file"),
            ("datacenter", "data_center"),
        ] {
            assert_eq!(nearest(typed).expect("is short").0, meant, "{typed}");
        }
        assert_eq!(nearest(&"x".repeat(16 * 1024 * 1024)), None);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}
