//! The two URLs that a client talks to, checked before anything is sent.

use std::net::IpAddr;

use ureq::http::Uri;

/// Far longer than any URL of the service; with it the first line of every request fits into the buffer for it.
pub(crate) const LONGEST_URL: usize = 2048;

/// A checked absolute URL without user information, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceUrl {
    /// Scheme, authority and path.
    text: String,
    uri: Uri,
}

impl ServiceUrl {
    /// Checks `text`, to which paths are appended: without a slash at its end. The error says what is wrong with it; it
    /// does not repeat the URL, which may hold a password.
    pub(crate) fn parse_base(text: &str, allow_http: bool) -> Result<Self, String> {
        let Self { uri, .. } = Self::parse(text, allow_http)?;
        let (scheme, authority) = (uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", |it| it.as_str()));
        let text = format!("{scheme}://{authority}{}", uri.path().trim_end_matches('/'));
        Ok(Self { text, uri })
    }

    /// Checks `text`, which is used as it is: whoever is named by a URL compares it byte by byte.
    pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Self, String> {
        if text.len() > LONGEST_URL {
            return Err(format!("is longer than {LONGEST_URL} bytes"));
        }
        // `Uri` drops a fragment and an empty user information without a word.
        if text.contains(['#', '?', '@']) {
            return Err("must hold no user name, password, query or fragment".to_owned());
        }
        // `Uri` would let it pass, and it would go out as it is (RFC 3986 section 2).
        if !text.is_ascii() {
            return Err("must be ASCII: percent-encode what is not, and write a host in its xn-- form".to_owned());
        }
        let uri: Uri = text.parse().map_err(|error| format!("is no URL: {error}"))?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("must begin with https:// and a host name".to_owned());
        };
        let host = authority.host();
        // The parser keeps a port that is no number ("host:x") as part of the authority.
        let port_is_bad = authority.as_str().len() != host.len() && !matches!(authority.port_u16(), Some(1..));
        if host.is_empty() || port_is_bad {
            return Err("must name a host, and a port from 1 to 65535 if any".to_owned());
        }
        match scheme {
            "https" => {}
            "http" if allow_http || is_loopback(host) => {}
            "http" => return Err("must be https: http is for loopback, or with allow_http".to_owned()),
            other => {
                let other =
                    known_scheme(other).map_or("another scheme".to_owned(), |known| format!("the scheme {known}"));
                return Err(format!("has {other}, wanted https"));
            }
        }
        Ok(Self { text: text.to_owned(), uri })
    }

    /// Scheme and authority are what counts.
    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The URL as requests and messages name it.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
}

/// A scheme that can be named in a message. One that nobody uses may be the beginning of a secret.
pub(super) fn known_scheme(scheme: &str) -> Option<&'static str> {
    const KNOWN: [&str; 11] =
        ["http", "https", "ftp", "file", "ws", "wss", "socks", "socks4", "socks4a", "socks5", "socks5h"];
    KNOWN.into_iter().find(|known| scheme.eq_ignore_ascii_case(known))
}

/// Whether packets to `host` stay on this machine. Of names only `localhost` is known to (RFC 6761 section 6.3).
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = bare_host(host);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The host without the brackets of IPv6.
pub(crate) fn bare_host(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_urls_pass() {
        for (text, allow_http, normal) in [
            ("https://graph.example", false, Some("https://graph.example")),
            ("https://graph.example/", false, Some("https://graph.example")),
            ("https://graph.example:8443/a/b//", false, Some("https://graph.example:8443/a/b")),
            ("http://127.0.0.1:80/x", false, Some("http://127.0.0.1:80/x")),
            ("http://127.9.9.9", false, Some("http://127.9.9.9")),
            ("http://localhost:1", false, Some("http://localhost:1")),
            ("http://LOCALHOST:1", false, Some("http://LOCALHOST:1")),
            ("http://[::1]:8080", false, Some("http://[::1]:8080")),
            ("http://graph.example", true, Some("http://graph.example")),
            ("http://graph.example", false, None),
            ("http://localhost.example", false, None),
            ("http://128.0.0.1", false, None),
            ("http://[::2]", false, None),
            ("ftp://graph.example", true, None),
            ("graph.example", false, None),
            ("/path", false, None),
            ("https://", false, None),
            ("https://:443", false, None),
            ("https://u:p@graph.example", false, None),
            ("https://graph.example?x=1", false, None),
            ("https://graph.example/#x", false, None),
            ("https://graph.example:99999", false, None),
            ("https://graph.example:0", false, None),
            ("https://graph.example:x", false, None),
            ("https://graph.example/a b", false, None),
            ("https://graph.example/\u{fc}", false, None),
            ("https://graph.example/%C3%BC", false, Some("https://graph.example/%C3%BC")),
            ("https://gr\u{e4}ph.example", false, None),
            ("https://graph.example\r\nX: y", false, None),
            ("", false, None),
        ] {
            let found = ServiceUrl::parse_base(text, allow_http);
            assert_eq!(found.as_ref().ok().map(ServiceUrl::as_str), normal, "{text}: {found:?}");
            let exact = ServiceUrl::parse(text, allow_http);
            assert_eq!(exact.as_ref().ok().map(ServiceUrl::as_str), normal.map(|_| text), "{text}: {exact:?}");
        }
    }

    #[test]
    fn a_url_has_a_longest_length() {
        let of_length = |length: usize| format!("{:x<length$}", "https://graph.example/");
        assert!(ServiceUrl::parse(&of_length(LONGEST_URL), false).is_ok());
        let error = ServiceUrl::parse(&of_length(LONGEST_URL + 1), false).expect_err("is too long");
        assert_eq!(error, "is longer than 2048 bytes");
    }
}
