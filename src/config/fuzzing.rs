//! The check of a configuration, and the settings of proxies, for the fuzz targets.

use super::proxy_exceptions::Exceptions;
use super::{Config, Credentials, Proof, Proxies, ServiceUrl, Settings};
use crate::error::Error;
use crate::secret::Secret;

/// What the check of a configuration makes of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Checked {
    /// The base URL without a slash at its end.
    pub base_url: String,
    /// The value of `User-Agent`.
    pub user_agent: String,
    /// The access token or the client secret.
    pub secret: Option<String>,
    /// What `Debug` shows of the settings and the credentials.
    pub shown: String,
}

/// Checks a configuration, and reads the files that it names.
pub fn check(config: &Config) -> Result<Checked, Error> {
    let (settings, credentials) = Settings::check(config)?;
    let shown = format!("{settings:?} {credentials:?}");
    let secret = match credentials {
        Credentials::AccessToken(token) => Some(token.expose().to_owned()),
        Credentials::App(app) => match &app.proof {
            Proof::Secret(secret) => Some(secret.expose().to_owned()),
            Proof::Certificate(_) => None,
        },
    };
    let Settings { base_url, user_agent, .. } = settings;
    Ok(Checked { base_url: base_url.as_str().to_owned(), user_agent, secret, shown })
}

/// The address of the proxy and the value of `Proxy-Authorization`. `None` for no proxy. The error may be shown.
pub fn proxy(url: &str) -> Result<Option<(String, Option<String>)>, String> {
    let target = ServiceUrl::parse_base("https://graph.example", false)?;
    let proxies = Proxies::choose(Some(url))?;
    let proxy = proxies.route(target.origin());
    Ok(proxy
        .map(|proxy| (proxy.origin.to_string(), proxy.authorization.as_ref().map(Secret::expose).map(str::to_owned))))
}

/// Whether a list such as `NO_PROXY` excepts the host of `url`. The error says why `url` is none.
pub fn is_excepted(list: &str, url: &str) -> Result<bool, String> {
    let target = ServiceUrl::parse_base(url, true)?;
    Ok(Exceptions::parse(list).hold(target.origin()))
}
