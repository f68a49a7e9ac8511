//! The options as the host set them. [`Settings::check`] checks them once, together.

mod by_name;
mod data_center;
mod defaults;
mod description;
mod environment;
#[cfg(fuzzing)]
pub(crate) mod fuzzing;
mod json_file;
mod options;
mod proxy;
mod proxy_exceptions;
mod settings;
mod url;

use std::path::PathBuf;

use crate::log::{Log, LogLevel};
use crate::secret::Secret;

pub use description::{ConfigOption, OptionKind};
pub(crate) use proxy::{LONGEST_PROXY, Proxies, Proxy};
pub(crate) use settings::{App, Credentials, LONGEST_TOKEN, LONGEST_USER_AGENT, Proof, Settings, Trusted, check_token};
pub(crate) use url::{LONGEST_URL, ServiceUrl};

/// Which certificate authorities are trusted if no CA file is set. The numbers are those of the C ABI and never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[repr(i32)]
pub enum Trust {
    /// Mozilla's authorities, as bundled with the library.
    #[default]
    Bundled = 0,
    /// The machine's authorities: from `SSL_CERT_FILE` and `SSL_CERT_DIR` if one is set, else from the system's store.
    System = 1,
}

/// How to reach the service, and with which credentials. Every setter may be called again: the last call wins.
/// [`Config::load_env`], [`Config::load_file`] and [`Config::set_option`] act like calls of the setters.
///
/// The setters check nothing. [`Client::new`](crate::Client::new) checks the options, and its error names the option.
#[derive(Debug, Clone, Default)]
pub struct Config {
    data_center: Option<String>,
    base_url: Option<String>,
    identity_url: Option<String>,
    access_token: Option<Secret>,
    client_id: Option<String>,
    client_secret: Option<Secret>,
    client_certificate: Option<PathBuf>,
    client_certificate_password: Option<Secret>,
    scope: Option<String>,
    location: Option<String>,
    timeout_ms: Option<u32>,
    connect_timeout_ms: Option<u32>,
    max_retries: Option<u32>,
    max_response_bytes: Option<u64>,
    ca_file: Option<PathBuf>,
    trust: Trust,
    /// `None`: from the environment. Secret, because it may contain a password.
    proxy: Option<Secret>,
    user_agent: Option<String>,
    allow_http: bool,
    log: Log,
    /// `Some` if the environment was read: a sentence for each variable whose name is similar to an option's. If an
    /// option is missing, the error quotes them, else the log does.
    variables: Option<Vec<String>>,
    /// A refusal for each loaded file that other users can change. No client is made then, because every client has a
    /// secret.
    changeable_files: Vec<String>,
}

impl Config {
    /// A configuration with every default.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tenant's data center, which determines both URLs: `us`, `gcp-jp`, `gov` and so on.
    ///
    /// Service page: "Use AvePoint Graph API".
    #[must_use]
    pub fn data_center(mut self, name: impl Into<String>) -> Self {
        self.data_center = Some(name.into());
        self
    }

    /// The service's URL, which may have a path. Wins over the data center.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// The identity service's token URL. Wins over the data center. Used unchanged, including a slash at its end.
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
        self.client_id = Some(client_id.into());
        self.client_secret = Some(Secret::new(secret.as_ref()));
        self
    }

    /// The app registration's client id, and the file of the certificate with which the client gets its tokens itself:
    /// PEM (certificate and private key) or PKCS#12 (`.pfx`, `.p12`). Read by `Client::new`.
    #[must_use]
    pub fn client_certificate(
        mut self,
        client_id: impl Into<String>,
        path: impl Into<PathBuf>,
        password: Option<&str>,
    ) -> Self {
        self.client_id = Some(client_id.into());
        self.client_certificate = Some(path.into());
        self.client_certificate_password = password.map(Secret::new);
        self
    }

    /// The scope to ask a token for. Default: `microsoft365backup.jobInfo.read.all`.
    #[must_use]
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// The location for calls that do not name one. Only for Multi-Geo tenants: other tenants get no job with a
    /// location.
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

    /// How often a call tries again after a failure that may pass by itself. Default: 2.
    #[must_use]
    pub fn max_retries(mut self, retries: u32) -> Self {
        self.max_retries = Some(retries);
        self
    }

    /// The largest answer that is read, in bytes. Default: 8 MiB. A call takes at most 1 MiB of memory plus three times
    /// the size of its answer, whatever the answer contains.
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

    /// Which certificate authorities are trusted. Default: [`Trust::Bundled`]. A CA file replaces both.
    #[must_use]
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// The proxy: `http://host:port` or `https://host:port`, with user and password if the proxy needs them,
    /// percent-encoded. `None`, the default: from the environment. `""`: no proxy.
    #[must_use]
    pub fn proxy(mut self, url: Option<&str>) -> Self {
        self.proxy = url.map(Secret::new);
        self
    }

    /// Text put before the library's own `User-Agent`: printable ASCII, at most 1024 bytes.
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

    /// Calls `sink` with each line of the client's log up to `max_level`, on the thread of the call.
    ///
    /// Several threads may call `sink` at once. The library holds no lock while `sink` runs, and does not log the calls
    /// that `sink` itself makes. But the call goes on only when `sink` returns.
    #[must_use]
    pub fn log(mut self, max_level: LogLevel, sink: impl Fn(LogLevel, &str) + Send + Sync + 'static) -> Self {
        self.log = Log::new(max_level, sink);
        self
    }

    /// Removes the log.
    #[must_use]
    pub fn without_log(mut self) -> Self {
        self.log = Log::default();
        self
    }
}
