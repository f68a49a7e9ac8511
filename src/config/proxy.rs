//! Which proxy a request goes through: from the configuration, else from the environment.

use std::env;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::percent_decode_str;
use ureq::http::Uri;

use super::proxy_exceptions::Exceptions;
use crate::origin::{Origin, Scheme, shown_scheme};
use crate::quote::one_line;
use crate::secret::{Secret, Zeroizing, conceal};
use crate::sys;

/// The variables that name the proxy for URLs of a scheme. The first variable that is set and not empty counts.
/// `HTTP_PROXY` is in neither list: a web server sets it for its CGI programs from a header of the request ("httpoxy").
const VARIABLES: [(&str, &[&str]); 2] = [
    ("https", &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]),
    ("http", &["http_proxy", "ALL_PROXY", "all_proxy"]),
];

/// Far longer than any address with credentials. With this limit, the request for a tunnel fits into its buffer.
pub(crate) const LONGEST_PROXY: usize = 4096;

const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// A proxy that makes tunnels with `CONNECT` (RFC 9110 section 9.3.6).
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    /// Scheme, host and port, without credentials: for connecting and for messages.
    pub(crate) origin: Origin,
    /// The value of `Proxy-Authorization`.
    pub(crate) authorization: Option<Secret>,
}

/// The proxies of a client, by the scheme of the URL. If a proxy setting cannot be read, making a client fails, but
/// only if the client needs this proxy: the setting may be meant for other programs.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxies {
    https: Option<Result<Proxy, String>>,
    http: Option<Result<Proxy, String>>,
    /// The exceptions of the environment. `None` if the proxy was set explicitly.
    exceptions: Option<Exceptions>,
}

impl Proxies {
    /// `url` as it was set; `None`: from the environment as it is now. The error does not show the URL, because it may
    /// contain a password.
    pub(super) fn choose(url: Option<&str>) -> Result<Self, String> {
        match url {
            Some("") => Ok(Self::default()),
            Some(url) => {
                let proxy = Proxy::parse(url)?;
                Ok(Self { https: Some(Ok(proxy.clone())), http: Some(Ok(proxy)), exceptions: None })
            }
            None => {
                let variable = |name: &str| Some(env::var_os(name)?.to_string_lossy().into_owned());
                Ok(Self::from_environment(sys::ENVIRONMENT_HAS_CASE, variable))
            }
        }
    }

    fn from_environment(has_case: bool, variable: impl Fn(&str) -> Option<String>) -> Self {
        // Without case, `http_proxy` is also the variable that a web server sets.
        let is_from_a_request = |name: &str| name == "http_proxy" && !has_case && variable("REQUEST_METHOD").is_some();
        let first = |names: &[&'static str]| {
            let mut names = names.iter().filter(|name| !is_from_a_request(name));
            names.find_map(|name| Some((*name, variable(name).filter(|value| !value.trim().is_empty())?)))
        };
        let [https, http] = VARIABLES.map(|(_, names)| {
            let (name, url) = first(names)?;
            let url = Zeroizing::new(url);
            Some(Proxy::parse(url.trim()).map_err(|reason| {
                format!(
                    "comes from the environment variable {name}, which {reason}; correct it, or set proxy to \"\" for no proxy"
                )
            }))
        });
        let exceptions = first(&EXCEPTIONS).map(|(_, list)| Exceptions::parse(&list)).unwrap_or_default();
        Self { https, http, exceptions: Some(exceptions) }
    }

    /// Fails if a request to `target` needs a proxy that could not be read.
    pub(super) fn check(&self, target: &Origin) -> Result<(), String> {
        self.configured(target).map_or(Ok(()), |proxy| proxy.as_ref().map(|_| ()).map_err(String::clone))
    }

    /// The proxy through which `target` is reached, if there is one.
    pub(crate) fn route(&self, target: &Origin) -> Option<&Proxy> {
        self.configured(target).and_then(|proxy| proxy.as_ref().ok())
    }

    fn configured(&self, target: &Origin) -> Option<&Result<Proxy, String>> {
        let proxy = match target.scheme() {
            Scheme::Http => &self.http,
            Scheme::Https => &self.https,
        };
        let is_excepted = |exceptions: &Exceptions| target.is_loopback() || exceptions.hold(target);
        proxy.as_ref().filter(|_| !self.exceptions.as_ref().is_some_and(is_excepted))
    }
}

impl Proxy {
    /// Reads `[http[s]://][user[:password]@]host[:port]`. The error never shows the text.
    fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST_PROXY {
            return Err(format!("is longer than {LONGEST_PROXY} bytes"));
        }
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(format!("has {}, wanted http or https", shown_scheme(&scheme)));
        }
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        // A password may contain an @ that should have been encoded.
        let (credentials, address) = match rest.rsplit_once('@') {
            Some((credentials, address)) => (Some(credentials), address),
            None => (None, rest),
        };
        if address.contains(['/', '?', '#']) {
            return Err("must end with the port: a proxy's address has no path".to_owned());
        }
        let uri: Uri = format!("{scheme}://{address}").parse().map_err(|error| format!("is not a URL: {error}"))?;
        let origin = Origin::from_uri(&uri)?;
        Ok(Self { authorization: credentials.map(basic).transpose()?, origin })
    }

    /// `text` of the proxy on one line, without the credentials that the proxy was sent, whether in base64 or in clear
    /// text.
    pub(crate) fn without_credentials(&self, text: &str) -> String {
        let sent = self.authorization.as_ref().map_or("", |value| value.expose());
        let encoded = sent.strip_prefix(BASIC).unwrap_or_default();
        let decoded = Zeroizing::new(BASE64_STANDARD.decode(encoded).expect("the client has encoded it"));
        // A text has no password that is not UTF-8.
        let (user, password) = str::from_utf8(&decoded).ok().and_then(|both| both.split_once(':')).unwrap_or_default();
        // Some proxies take a key in the place of a user, without a password.
        let password = if password.is_empty() { user } else { password };
        let secrets = [encoded, encoded.trim_end_matches('='), password];
        // On one line, a secret can appear that was not in the text before.
        let hide = |text: String| secrets.iter().fold(text, |text, secret| conceal(&text, secret).into_owned());
        hide(one_line(&hide(text.to_owned())))
    }
}

/// What begins the value of `Proxy-Authorization`.
const BASIC: &str = "Basic ";

/// Basic credentials (RFC 7617) from the user information of a URL.
fn basic(user_information: &str) -> Result<Secret, String> {
    let (user, password) = user_information.split_once(':').unwrap_or((user_information, ""));
    let decode = |text: &str| Zeroizing::new(percent_decode_str(text).collect::<Vec<u8>>());
    let (user, password) = (decode(user), decode(password));
    if user.contains(&b':') {
        return Err("has a user name with a colon, which Basic authentication does not allow".to_owned());
    }
    let mut both = Zeroizing::new(Vec::with_capacity(user.len() + 1 + password.len()));
    both.extend_from_slice(&user);
    both.push(b':');
    both.extend_from_slice(&password);
    let mut value = Zeroizing::new(String::with_capacity(BASIC.len() + both.len().div_ceil(3) * 4));
    value.push_str(BASIC);
    BASE64_STANDARD.encode_string(&*both, &mut value);
    Ok(Secret::new(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proxies_are_read_and_their_passwords_not_shown() {
        let shown = |text: &str| {
            Proxy::parse(text).map(|proxy| {
                (
                    proxy.origin.to_string(),
                    proxy.authorization.as_ref().map(|value| value.expose().to_owned()).unwrap_or_default(),
                )
            })
        };
        let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        for (text, name, authorization) in [
            ("http://proxy.example:3128", "http://proxy.example:3128", String::new()),
            ("proxy.example:3128", "http://proxy.example:3128", String::new()),
            ("proxy.example", "http://proxy.example", String::new()),
            ("HTTPS://proxy.example:3129/", "https://proxy.example:3129", String::new()),
            ("http://[::1]:3128", "http://[::1]:3128", String::new()),
            ("http://u:p@proxy.example:3128", "http://proxy.example:3128", basic("u:p")),
            ("u:p@proxy.example:3128", "http://proxy.example:3128", basic("u:p")),
            ("http://u@proxy.example:3128", "http://proxy.example:3128", basic("u:")),
            ("http://u:p%40%3A%25@h:1", "http://h:1", basic("u:p@:%")),
            ("http://u:p@:p@h:1", "http://h:1", basic("u:p@:p")),
            ("http://d%5Cu:%C3%BC+@h:1", "http://h:1", basic("d\\u:ü+")),
        ] {
            assert_eq!(shown(text), Ok((name.to_owned(), authorization)), "{text}");
        }
        for text in [
            "socks5://u:s3cret@h:1",
            "http://",
            "http://u:s3cret@",
            "http://u:s3cret@h:0",
            "http://u:s3cret@h:99999",
            "http://u:s3cret@h:1/path",
            "http://u%3Ax:s3cret@h:1",
            "http://u:s3cret@h h:1",
            "ftp://h",
            "",
            ":3128",
        ] {
            let error = Proxy::parse(text).expect_err(text);
            assert!(!error.contains("s3cret"), "{error}");
        }
        assert!(!format!("{:?}", Proxy::parse("http://u:s3cret@h:1")).contains("s3cret"));
        assert!(!format!("{:?}", Proxy::parse("http://u:s3cret@h:1")).contains(&BASE64_STANDARD.encode("u:s3cret")));
    }

    fn target(url: &str) -> Origin {
        Origin::from_uri(&url.parse().expect("is a URL")).expect("names a host")
    }

    fn route(variables: &[(&str, &str)], url: &str) -> Option<String> {
        let of = |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let proxies = Proxies::from_environment(true, of);
        proxies.route(&target(url)).map(|proxy| proxy.origin.host().to_owned())
    }

    #[test]
    fn the_variables_count_in_their_order() {
        for (variables, url, proxy) in [
            (
                &[("HTTPS_PROXY", "http://a:1"), ("https_proxy", "http://b:1"), ("ALL_PROXY", "http://c:1")][..],
                "https",
                "a",
            ),
            (&[("https_proxy", "http://b:1"), ("ALL_PROXY", "http://c:1")], "https", "b"),
            (&[("HTTPS_PROXY", ""), ("https_proxy", " "), ("ALL_PROXY", "http://c:1")], "https", "c"),
            (&[("all_proxy", "d:1")], "https", "d"),
            (&[("HTTP_PROXY", "http://x:1"), ("http_proxy", "http://y:1")], "https", ""),
            (&[("HTTP_PROXY", "http://x:1"), ("HTTPS_PROXY", "http://y:1")], "http", ""),
            (&[("http_proxy", "http://y:1"), ("ALL_PROXY", "http://c:1")], "http", "y"),
        ] {
            let found = route(variables, &format!("{url}://graph.example/x"));
            assert_eq!(found.unwrap_or_default(), proxy, "{variables:?}");
        }
        let wrong =
            Proxies::from_environment(true, |name| (name == "ALL_PROXY").then(|| "socks5://u:s3cret@h:1".to_owned()));
        assert_eq!(wrong.check(&target("https://localhost/")), Ok(()));
        let error = wrong.check(&target("https://graph.example/")).expect_err("is none of ours");
        assert!(error.contains("ALL_PROXY") && error.contains("socks5") && !error.contains("s3cret"), "{error}");
    }

    #[test]
    fn a_web_server_sets_no_proxy_where_the_environment_has_no_case() {
        for (has_case, is_cgi, proxy) in [(true, true, Some("y")), (false, false, Some("y")), (false, true, None)] {
            let proxies = Proxies::from_environment(has_case, |name| match name {
                "http_proxy" => Some("http://y:1".to_owned()),
                "REQUEST_METHOD" => is_cgi.then(|| "GET".to_owned()),
                _ => None,
            });
            let found = proxies.route(&target("http://graph.example/")).map(|proxy| proxy.origin.host());
            assert_eq!(found, proxy, "{has_case} {is_cgi}");
        }
    }

    #[test]
    fn loopback_is_exempt_unless_the_proxy_was_set() {
        for url in ["https://localhost:1/", "https://127.0.0.2/", "https://[::1]/"] {
            assert_eq!(route(&[("ALL_PROXY", "http://p:1")], url), None);
            let explicit = Proxies::choose(Some("http://p:1")).expect("is read");
            assert!(explicit.route(&target(url)).is_some());
            let off = Proxies::choose(Some("")).expect("is read");
            assert!(off.route(&target(url)).is_none());
        }
    }
}
