//! Scheme, host and port: the origin of a URL (RFC 9110, section 4.3.1). URLs, proxies, look-ups and
//! tunnels use this one type.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use ureq::http::Uri;

/// The supported schemes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Http,
    Https,
}

impl Scheme {
    fn from_name(name: &str) -> Option<Self> {
        [Self::Http, Self::Https].into_iter().find(|scheme| scheme.as_str().eq_ignore_ascii_case(name))
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// The origin of a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    scheme: Scheme,
    /// Without the brackets of IPv6.
    host: String,
    /// `None`: the default port of the scheme.
    port: Option<u16>,
}

impl Origin {
    /// The origin of `uri`, or the reason why it has none. The reason does not repeat the URL, which may hold a secret.
    pub(crate) fn from_uri(uri: &Uri) -> Result<Self, String> {
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("must begin with https:// and a host name".to_owned());
        };
        let host = authority.host();
        // The parser takes more than that: "host:x", "user@host", "[::1]x:80".
        let port_is_bad = match authority.as_str().strip_prefix(host) {
            Some("") => false,
            Some(rest) => {
                let digits = rest.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
                !digits || !matches!(authority.port_u16(), Some(1..))
            }
            None => true,
        };
        // It also takes any text in brackets, and any brackets in a name. They stand for an address of IPv6, maybe with a zone.
        let brackets_are_bad = if host.starts_with('[') {
            without_brackets(host).split('%').next().unwrap_or_default().parse::<Ipv6Addr>().is_err()
        } else {
            host.contains(['[', ']'])
        };
        if host.is_empty() || port_is_bad || brackets_are_bad {
            return Err("must name a host, and a port from 1 to 65535 if any".to_owned());
        }
        let scheme =
            Scheme::from_name(scheme).ok_or_else(|| format!("has {}, wanted http or https", shown_scheme(scheme)))?;
        Ok(Self { scheme, host: without_brackets(host).to_owned(), port: authority.port_u16() })
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The name, or the address as the system's functions expect it: IPv6 without brackets.
    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    /// The host as a URL has it: IPv6 in brackets.
    pub(crate) fn host_in_url(&self) -> String {
        if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() }
    }

    /// The value of `Host` (RFC 9110 section 7.2): the port where it is not the scheme's own.
    pub(crate) fn host_header(&self) -> String {
        let host = self.host_in_url();
        if self.port() == self.scheme.default_port() { host } else { format!("{host}:{}", self.port()) }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(self.scheme.default_port())
    }

    /// The host, if it is an address.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// Whether packets to it stay on this machine. `localhost` is the only name of which that is certain (RFC 6761
    /// section 6.3).
    pub(crate) fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost") || self.address().is_some_and(|address| address.is_loopback())
    }
}

/// As in the URL, without a path.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host_in_url())?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// The host without the brackets of IPv6.
pub(crate) fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Names a scheme in a message. An unknown scheme may be the beginning of a secret, so it is not named.
pub(crate) fn shown_scheme(scheme: &str) -> String {
    const KNOWN: [&str; 11] =
        ["http", "https", "ftp", "file", "ws", "wss", "socks", "socks4", "socks4a", "socks5", "socks5h"];
    let known = KNOWN.into_iter().find(|known| scheme.eq_ignore_ascii_case(known));
    known.map_or("another scheme".to_owned(), |known| format!("the scheme {known}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Result<Origin, String> {
        Origin::from_uri(&text.parse().expect("is a URI"))
    }

    #[test]
    fn scheme_host_and_port_are_read() {
        for (text, host, port, shown) in [
            ("https://Graph.example/a", "Graph.example", 443, "https://Graph.example"),
            ("http://graph.example", "graph.example", 80, "http://graph.example"),
            ("HTTPS://graph.example:8443/a/b", "graph.example", 8443, "https://graph.example:8443"),
            ("http://[::1]:80/", "::1", 80, "http://[::1]:80"),
            ("https://[fd00::1]", "fd00::1", 443, "https://[fd00::1]"),
        ] {
            let origin = origin(text).expect(text);
            assert_eq!((origin.host(), origin.port(), origin.to_string().as_str()), (host, port, shown), "{text}");
        }
        for text in [
            "https://:443",
            "https://h:0",
            "https://h:99999",
            "https://h:x",
            "https://[h]",
            "https://[]:1",
            "https://[fd00:z1]",
            "https://[::1]x:80",
            "https://e[fd00::1]:8443",
            "https://user@h",
            "https://user@h:443",
            "/path",
            "h",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
        let error = origin("socks5://h").expect_err("is no scheme of ours");
        assert_eq!(error, "has the scheme socks5, wanted http or https");
        assert!(!origin("s3cret://h").expect_err("is no scheme").contains("s3cret"));
    }

    #[test]
    fn loopback_is_known_by_address_and_by_its_one_name() {
        for (text, is_loopback) in [
            ("http://localhost", true),
            ("http://LOCALHOST:1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]", true),
            ("http://localhost.example", false),
            ("http://128.0.0.1", false),
            ("http://[::2]", false),
        ] {
            assert_eq!(origin(text).expect(text).is_loopback(), is_loopback, "{text}");
        }
    }

    #[test]
    fn the_host_header_has_a_port_only_where_the_scheme_has_another() {
        for (text, header, in_url) in [
            ("https://graph.example", "graph.example", "graph.example"),
            ("https://graph.example:443", "graph.example", "graph.example"),
            ("https://graph.example:80", "graph.example:80", "graph.example"),
            ("http://graph.example:80", "graph.example", "graph.example"),
            ("http://graph.example:443", "graph.example:443", "graph.example"),
            ("https://[fd00::1]", "[fd00::1]", "[fd00::1]"),
            ("https://[fd00::1]:8443", "[fd00::1]:8443", "[fd00::1]"),
        ] {
            let origin = origin(text).expect(text);
            assert_eq!((origin.host_header().as_str(), origin.host_in_url().as_str()), (header, in_url), "{text}");
        }
        assert_eq!(origin("http://h").map(|origin| origin.scheme()), Ok(Scheme::Http));
        assert_eq!(origin("https://h").map(|origin| origin.scheme()), Ok(Scheme::Https));
    }

    #[test]
    fn only_known_schemes_are_shown_and_only_whole_brackets_taken_away() {
        assert_eq!(shown_scheme("FTP"), "the scheme ftp");
        assert_eq!(shown_scheme("pl4nted"), "another scheme");
        for (host, without) in [("[::1]", "::1"), ("::1", "::1"), ("[::1", "[::1"), ("::1]", "::1]"), ("h", "h")] {
            assert_eq!(without_brackets(host), without);
        }
    }
}
