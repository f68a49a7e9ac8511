//! What a host can set, as it set it. Whether it makes sense as a whole is judged once, by [`Settings::check`].

mod data_center;
mod settings;
mod url;

use std::path::PathBuf;

use crate::secret::Secret;

pub(crate) use settings::{Credentials, Settings, check_location, check_token};
pub(crate) use url::ServiceUrl;

/// How to reach the service and as whom. Every setter may be called again: the last call wins.
///
/// Nothing is judged here; [`Client::new`](crate::Client::new) does, and its error names the option.
#[derive(Debug, Clone, Default)]
pub struct Config {
    data_center: Option<String>,
    base_url: Option<String>,
    identity_url: Option<String>,
    access_token: Option<Secret>,
    client_secret: Option<(String, Secret)>,
    scope: Option<String>,
    location: Option<String>,
    timeout_ms: Option<u32>,
    connect_timeout_ms: Option<u32>,
    max_retries: Option<u32>,
    max_response_bytes: Option<u64>,
    ca_file: Option<PathBuf>,
    user_agent: Option<String>,
    allow_http: bool,
}

impl Config {
    /// A configuration with every default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tenant's data center, which names both URLs: `us`, `gcp-jp`, `gov` and so on.
    ///
    /// Service page: "Use AvePoint Graph API".
    #[must_use]
    pub fn data_center(mut self, name: impl Into<String>) -> Self {
        self.data_center = Some(name.into());
        self
    }

    /// The service's URL, which may carry a path. Wins over the data center.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The identity service's token URL. Wins over the data center.
    #[must_use]
    pub fn identity_url(mut self, url: impl Into<String>) -> Self {
        self.identity_url = Some(url.into());
        self
    }

    /// An access token that the host got itself; [`Client::set_access_token`](crate::Client::set_access_token) replaces
    /// it later.
    #[must_use]
    pub fn access_token(mut self, token: impl AsRef<str>) -> Self {
        self.access_token = Some(Secret::new(token.as_ref()));
        self
    }

    /// The app registration's client id and secret, with which the client gets its tokens itself.
    #[must_use]
    pub fn client_secret(mut self, client_id: impl Into<String>, secret: impl AsRef<str>) -> Self {
        self.client_secret = Some((client_id.into(), Secret::new(secret.as_ref())));
        self
    }

    /// The scope to ask a token for. Default: `microsoft365backup.jobInfo.read.all`.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// The location for calls that name none. Only for Multi-Geo tenants: others get no job with it.
    #[must_use]
    pub fn location(mut self, location: impl Into<String>) -> Self {
        self.location = Some(location.into());
        self
    }

    /// Milliseconds for a whole call: token, request, answer and retries. Default: 30000.
    #[must_use]
    pub fn timeout_ms(mut self, ms: u32) -> Self {
        self.timeout_ms = Some(ms);
        self
    }

    /// Milliseconds for one attempt to connect, within the call's time: look-up of the name, connection and TLS handshake
    /// together. Default: 10000.
    #[must_use]
    pub fn connect_timeout_ms(mut self, ms: u32) -> Self {
        self.connect_timeout_ms = Some(ms);
        self
    }

    /// How often a call tries again. Default: 2.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// The largest answer that is read, in bytes. Default: 8 MiB.
    #[must_use]
    pub fn max_response_bytes(mut self, bytes: u64) -> Self {
        self.max_response_bytes = Some(bytes);
        self
    }

    /// A PEM file of certificates that are trusted instead of the bundled roots. Read by `Client::new`.
    #[must_use]
    pub fn ca_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.ca_file = Some(path.into());
        self
    }

    /// Text put before the library's own `User-Agent`: printable ASCII.
    #[must_use]
    pub fn user_agent(mut self, text: impl Into<String>) -> Self {
        self.user_agent = Some(text.into());
        self
    }

    /// Whether plain http is allowed to other hosts than loopback. Default: no.
    #[must_use]
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }
}
