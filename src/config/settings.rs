//! The configuration after the check: complete, consistent and ready for use.

use std::path::PathBuf;
use std::time::Duration;

use super::defaults::{
    DEFAULT_CONNECT_TIMEOUT_MS, DEFAULT_MAX_RESPONSE_BYTES, DEFAULT_MAX_RETRIES, DEFAULT_SCOPE, DEFAULT_TIMEOUT_MS,
};
use super::url::ServiceUrl;
use super::{Config, Proxies, Trust, data_center, options};
use crate::certificate::ClientCertificate;
use crate::error::{Error, ErrorKind};
use crate::file;
use crate::location::check_location;
use crate::log::Log;
use crate::secret::Secret;

/// Longer than any known token. The header with the token must fit into the buffer of a connection.
pub(crate) const LONGEST_TOKEN: usize = 16 * 1024;

/// The longest text that a host may put before the library's own name. The header must fit into the buffer of a
/// connection, also together with everything that is sent to a proxy.
pub(crate) const LONGEST_USER_AGENT: usize = 1024;

/// PATH_MAX of Linux, which includes the NUL: no file has a longer path.
const LONGEST_PATH: usize = 4096;

/// How many variables with a name similar to an option's an error names.
const MOST_VARIABLES_NAMED: usize = 4;

/// A checked configuration.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) base_url: ServiceUrl,
    pub(crate) location: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) connect_timeout: Duration,
    pub(crate) max_retries: u32,
    pub(crate) max_response_bytes: u64,
    pub(crate) trusted: Trusted,
    pub(crate) proxies: Proxies,
    pub(crate) user_agent: String,
    pub(crate) log: Log,
}

/// Which certificate authorities are trusted.
#[derive(Debug, Clone)]
pub(crate) enum Trusted {
    Bundled,
    System,
    File(PathBuf),
}

/// How the client identifies itself to the service.
#[derive(Debug)]
pub(crate) enum Credentials {
    /// The host fetches the tokens.
    AccessToken(Secret),
    /// The client fetches the tokens itself.
    App(Box<App>),
}

/// An app registration, and where it gets its tokens.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) identity_url: ServiceUrl,
    pub(crate) client_id: String,
    pub(crate) proof: Proof,
    pub(crate) scope: String,
}

/// How the client proves its identity to the identity service.
#[derive(Debug)]
pub(crate) enum Proof {
    Secret(Secret),
    Certificate(ClientCertificate),
}

impl Settings {
    /// Checks `config`. The credentials are returned separately, because only [`crate::auth`] gets them.
    pub(crate) fn check(config: &Config) -> Result<(Self, Credentials), Error> {
        let center = match &config.data_center {
            None => None,
            Some(name) => Some(data_center::find(name).ok_or_else(|| no_data_center(name))?),
        };
        let base_url = config.base_url.as_deref().or(center.map(|center| center.base_url));
        let base_url = base_url
            .ok_or_else(|| missing(config, "data_center", "set it, or base_url", "CBJ_DATA_CENTER or CBJ_BASE_URL"))?;
        let base_url =
            ServiceUrl::parse_base(base_url, config.allow_http).map_err(|reason| wrong("base_url", &reason))?;
        // Used unchanged: an assertion names this URL, and the identity service compares it.
        let identity_url = config.identity_url.as_deref().or(center.map(|center| center.identity_url));
        let identity_url = identity_url.map(|url| ServiceUrl::parse(url, config.allow_http)).transpose();
        let identity_url = identity_url.map_err(|reason| wrong("identity_url", &reason))?;
        if let Some(location) = &config.location {
            check_location(location).map_err(|reason| wrong("location", &reason))?;
        }
        let proxies =
            Proxies::choose(config.proxy.as_ref().map(Secret::expose)).map_err(|reason| wrong("proxy", &reason))?;
        for url in [Some(&base_url), identity_url.as_ref()].into_iter().flatten() {
            proxies.check(url.origin()).map_err(|reason| wrong("proxy", &reason))?;
        }
        if let Some(reason) = config.changeable_files.first() {
            return Err(Error::new(ErrorKind::Config, reason.clone()));
        }
        let credentials = credentials(config, identity_url)?;
        let settings = Self {
            base_url,
            location: config.location.clone(),
            timeout: milliseconds("timeout_ms", config.timeout_ms, DEFAULT_TIMEOUT_MS)?,
            connect_timeout: milliseconds("connect_timeout_ms", config.connect_timeout_ms, DEFAULT_CONNECT_TIMEOUT_MS)?,
            max_retries: config.max_retries.unwrap_or(DEFAULT_MAX_RETRIES),
            max_response_bytes: match config.max_response_bytes {
                Some(0) => return Err(wrong("max_response_bytes", "must be at least 1")),
                set => set.unwrap_or(DEFAULT_MAX_RESPONSE_BYTES),
            },
            trusted: match (&config.ca_file, config.trust) {
                (Some(path), _) => Trusted::File(ca_file(path)?.clone()),
                (None, Trust::System) => Trusted::System,
                (None, Trust::Bundled) => Trusted::Bundled,
            },
            proxies,
            user_agent: user_agent(config.user_agent.as_deref())?,
            log: config.log.clone(),
        };
        for warning in config.variables.iter().flatten() {
            settings.log.warn(|| warning.clone());
        }
        Ok((settings, credentials))
    }
}

fn wrong(option: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Config, format!("Configuration: {option} {reason}."))
}

/// `variables`: the environment variables that would set the option. The message names them if the host reads the
/// environment.
fn missing(config: &Config, option: &str, cure: &str, variables: &str) -> Error {
    let Some(nearly) = &config.variables else {
        return wrong(option, &format!("is missing: {cure}"));
    };
    let missing = format!("Configuration: {option} is missing: {cure} (in the environment: {variables}).");
    let nearly = nearly.iter().take(MOST_VARIABLES_NAMED);
    let sentences: Vec<&str> = [&missing].into_iter().chain(nearly).map(String::as_str).collect();
    Error::new(ErrorKind::Config, sentences.join(" "))
}

fn no_data_center(name: &str) -> Error {
    let shown = if options::may_be_quoted(name) { format!("{name:?} ") } else { String::new() };
    wrong("data_center", &format!("{shown}is not one of {}", data_center::names()))
}

fn checked_path<'a>(option: &str, path: &'a PathBuf) -> Result<&'a PathBuf, Error> {
    if path.as_os_str().len() >= LONGEST_PATH {
        return Err(wrong(option, &format!("is longer than a path can be ({LONGEST_PATH} bytes)")));
    }
    Ok(path)
}

/// The file is read later, where it is used; that error names the file.
fn ca_file(path: &PathBuf) -> Result<&PathBuf, Error> {
    let path = checked_path("ca_file", path)?;
    if !file::may_be_named(path) {
        return Err(wrong("ca_file", &format!("{} cannot be read: there is no such file", file::named(path))));
    }
    Ok(path)
}

fn milliseconds(option: &str, set: Option<u32>, default: u32) -> Result<Duration, Error> {
    match set.unwrap_or(default) {
        0 => Err(wrong(option, "must be at least 1")),
        ms => Ok(Duration::from_millis(ms.into())),
    }
}

fn credentials(config: &Config, identity_url: Option<ServiceUrl>) -> Result<Credentials, Error> {
    let set = [
        ("access_token", config.access_token.is_some()),
        ("client_secret", config.client_secret.is_some()),
        ("client_certificate", config.client_certificate.is_some()),
    ];
    let mut set = set.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name);
    if let (Some(one), Some(other)) = (set.next(), set.next()) {
        return Err(wrong(one, &format!("and {other} are both set: set one of them")));
    }
    if let Some(token) = &config.access_token {
        check_token(token.expose()).map_err(|reason| wrong("access_token", &reason))?;
        return Ok(Credentials::AccessToken(token.clone()));
    }
    let (client_id, proof) = match (&config.client_secret, &config.client_certificate) {
        (None, None) => {
            let cure = "set client id and secret, client id and certificate, or access_token";
            let variables = "CBJ_CLIENT_ID with CBJ_CLIENT_SECRET, CBJ_CLIENT_SECRET_FILE or CBJ_CLIENT_CERTIFICATE; or \
                             CBJ_ACCESS_TOKEN or CBJ_ACCESS_TOKEN_FILE";
            return Err(missing(config, "client_secret", cure, variables));
        }
        (Some(secret), _) => {
            let client_id = client_id(config, "client_secret")?;
            check_text("client_secret", "secret", secret.expose())?;
            (client_id, Proof::Secret(secret.clone()))
        }
        (None, Some(path)) => {
            let client_id = client_id(config, "client_certificate")?;
            let path = checked_path("client_certificate", path)?;
            let password = config.client_certificate_password.as_ref().map(Secret::expose);
            let certificate = ClientCertificate::load(path, password, &config.log)
                .map_err(|reason| wrong("client_certificate", &format!("{} {reason}", file::named(path))))?;
            (client_id, Proof::Certificate(certificate))
        }
    };
    let identity_url = identity_url.ok_or_else(|| {
        let cure = "set it together with base_url, or set data_center";
        missing(config, "identity_url", cure, "CBJ_IDENTITY_URL or CBJ_DATA_CENTER")
    })?;
    let scope = config.scope.as_deref().unwrap_or(DEFAULT_SCOPE);
    // RFC 6749 section 3.3: visible ASCII without `"` and `\`, in words separated by blanks.
    if scope.is_empty() || !scope.bytes().all(|b| matches!(b, b' ' | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
        return Err(wrong("scope", "must be visible ASCII words"));
    }
    let app = App { identity_url, client_id: client_id.to_owned(), proof, scope: scope.to_owned() };
    Ok(Credentials::App(Box::new(app)))
}

/// The client id that belongs to the proof set as `option`.
fn client_id<'a>(config: &'a Config, option: &str) -> Result<&'a str, Error> {
    let client_id = config.client_id.as_deref();
    let client_id =
        client_id.ok_or_else(|| missing(config, "client_id", &format!("{option} needs it"), "CBJ_CLIENT_ID"))?;
    check_text(option, "client id", client_id)?;
    Ok(client_id)
}

fn check_text(option: &str, name: &str, text: &str) -> Result<(), Error> {
    if text.is_empty() || text.chars().any(char::is_control) {
        return Err(wrong(option, &format!("has a {name} that is empty or contains a control character")));
    }
    Ok(())
}

fn user_agent(set: Option<&str>) -> Result<String, Error> {
    const OWN: &str = concat!("cloudbackupjobs/", env!("CARGO_PKG_VERSION"));
    match set {
        None => Ok(OWN.to_owned()),
        Some(text) if text.trim().is_empty() || !text.bytes().all(|b| matches!(b, b' '..=b'~')) => {
            Err(wrong("user_agent", "must be printable ASCII"))
        }
        Some(text) if text.trim().len() > LONGEST_USER_AGENT => {
            Err(wrong("user_agent", &format!("is longer than {LONGEST_USER_AGENT} bytes")))
        }
        Some(text) => Ok(format!("{} {OWN}", text.trim())),
    }
}

/// Whether `token` can go into a header. The reason never repeats the token.
pub(crate) fn check_token(token: &str) -> Result<(), String> {
    if token.is_empty() {
        return Err("is empty".to_owned());
    }
    if token.len() > LONGEST_TOKEN {
        return Err(format!("is longer than {LONGEST_TOKEN} bytes"));
    }
    // RFC 6750 section 2.1 allows fewer characters. It only matters that no character ends the header or begins a
    // second word.
    if !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("contains a blank, a line break or another character that a token cannot have".to_owned());
    }
    Ok(())
}
