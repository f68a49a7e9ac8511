//! The two URLs that a client talks to, checked before anything is sent.

use bytes::Bytes;
use ureq::http::uri::{self, PathAndQuery, Uri};
use ureq::http::{HeaderValue, Method, Request, header};

use crate::origin::{Origin, Scheme, shown_scheme};

/// Far longer than any URL of the service. With this limit, the first line of every request fits into its buffer.
pub(crate) const LONGEST_URL: usize = 2048;

/// A checked absolute URL without user information, query or fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ServiceUrl {
    /// Scheme, authority and path.
    text: String,
    uri: Uri,
    origin: Origin,
    /// The value of `Host`. Without it ureq builds the value for every request.
    host: HeaderValue,
}

impl ServiceUrl {
    /// Checks `text`, to which paths are appended, and removes slashes at its end. The error says what is wrong. It
    /// does not repeat the URL, which may contain a password.
    pub(crate) fn parse_base(text: &str, allow_http: bool) -> Result<Self, String> {
        let url = Self::parse(text, allow_http)?;
        let text = format!("{}{}", url.origin, url.path());
        Ok(Self { text, ..url })
    }

    /// Checks `text`, which is used unchanged: the identity service compares its URL byte by byte.
    pub(crate) fn parse(text: &str, allow_http: bool) -> Result<Self, String> {
        if text.len() > LONGEST_URL {
            return Err(format!("is longer than {LONGEST_URL} bytes"));
        }
        // `Uri` drops a fragment and an empty user information without an error.
        if text.contains(['#', '?', '@']) {
            return Err("must hold no user name, password, query or fragment".to_owned());
        }
        // `Uri` accepts other characters, and they would be sent unchanged (RFC 3986 section 2).
        if !text.is_ascii() {
            return Err("must be ASCII: percent-encode what is not, and write a host in its xn-- form".to_owned());
        }
        let uri: Uri = text.parse().map_err(|error| format!("is not a URL: {error}"))?;
        if let Some(other) = uri.scheme_str().filter(|scheme| !matches!(*scheme, "http" | "https")) {
            return Err(format!("has {}, wanted https", shown_scheme(other)));
        }
        let origin = Origin::from_uri(&uri)?;
        if origin.scheme() == Scheme::Http && !allow_http && !origin.is_loopback() {
            return Err("must be https: http is for loopback, or with allow_http".to_owned());
        }
        let host = HeaderValue::from_str(&origin.host_header()).map_err(|error| format!("is not a URL: {error}"))?;
        Ok(Self { text: text.to_owned(), uri, origin, host })
    }

    /// The URL's path without a slash at its end, because other paths are appended to it.
    pub(crate) fn path(&self) -> &str {
        self.uri.path().trim_end_matches('/')
    }

    /// The URL with its path replaced by `path`, which may include a query.
    pub(crate) fn with_path(&self, path: String) -> Result<Uri, String> {
        let mut parts = uri::Parts::default();
        (parts.scheme, parts.authority) = (self.uri.scheme().cloned(), self.uri.authority().cloned());
        parts.path_and_query = Some(
            PathAndQuery::from_maybe_shared(Bytes::from(path))
                .map_err(|error| format!("{}: a path of it: {error}.", self.text))?,
        );
        Uri::from_parts(parts).map_err(|error| format!("{}: {error}.", self.text))
    }

    /// A request for the URL itself.
    pub(crate) fn request(&self, method: Method) -> Request<()> {
        self.request_for(method, self.uri.clone())
    }

    /// A request for `uri`, which was made by [`ServiceUrl::with_path`].
    pub(crate) fn request_for(&self, method: Method, uri: Uri) -> Request<()> {
        let mut request = Request::new(());
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        // The first field, as RFC 9110 section 7.2 recommends.
        request.headers_mut().insert(header::HOST, self.host.clone());
        request
    }

    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The URL as requests and messages name it.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }
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
    fn a_request_names_the_host_and_the_url_of_messages() {
        for (text, host) in [
            ("https://graph.example", "graph.example"),
            ("https://graph.example:8443/a/b//", "graph.example:8443"),
            ("https://graph.example:443/a", "graph.example"),
            ("http://127.0.0.1:443", "127.0.0.1:443"),
            ("http://[::1]:80/x", "[::1]"),
            ("http://[::1]:8080", "[::1]:8080"),
        ] {
            let base = ServiceUrl::parse_base(text, false).expect(text);
            let uri = base.with_path(format!("{}/jobs/%2F?location=EUR", base.path())).expect(text);
            let request = base.request_for(Method::GET, uri);
            assert_eq!(request.uri().to_string(), format!("{}/jobs/%2F?location=EUR", base.as_str()));
            assert_eq!((request.method(), &request.headers()[header::HOST]), (&Method::GET, &base.host));
            assert_eq!(base.host, host, "{text}");
        }
        let exact = ServiceUrl::parse("https://id.example/connect/token/", false).expect("is a URL");
        let request = exact.request(Method::POST);
        assert_eq!((request.uri().to_string().as_str(), request.method()), (exact.as_str(), &Method::POST));
        assert_eq!(request.headers()[header::HOST], "id.example");
    }

    #[test]
    fn a_url_has_a_longest_length() {
        let of_length = |length: usize| format!("{:x<length$}", "https://graph.example/");
        assert!(ServiceUrl::parse(&of_length(LONGEST_URL), false).is_ok());
        let error = ServiceUrl::parse(&of_length(LONGEST_URL + 1), false).expect_err("is too long");
        assert_eq!(error, "is longer than 2048 bytes");
    }
}
