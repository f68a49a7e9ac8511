//! What the link to the next page of a list means. The service documents no form of it; others of its endpoints give an
//! absolute URL, a path, a relative URL or a token.

use percent_encoding::percent_decode_str;
use ureq::http::Uri;

use super::request::Request;

/// The longest query that is followed. The request must fit into the buffer of a connection.
const LONGEST_QUERY: usize = 8 * 1024;

/// The query of `link`, if the link leads to the scheme, host, port and path of `request`. Only its query is taken, so
/// that the token goes nowhere else.
pub(super) fn query(link: &str, request: &Request) -> Option<String> {
    let link = link.trim();
    let link = link.split_once('#').map_or(link, |(link, _)| link);
    let (place, query) = link.split_once('?')?;
    if query.is_empty()
        || query.len() > LONGEST_QUERY
        || !query.bytes().all(can_be_sent)
        || !leads_to(place, request.uri())
    {
        return None;
    }
    Some(query.to_owned())
}

/// Whether a query can have this character. URLs exclude more characters (RFC 3986), but servers send and accept some of
/// those, such as `|`.
fn can_be_sent(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'<' | b'>')
}

/// Whether `link` contains the token that was sent, also in percent-encoding. Such a link must not be used: links are shown
/// in messages and in the log.
pub(super) fn echoes(link: &str, token: &str) -> bool {
    link.contains(token) || percent_decode_str(link).decode_utf8_lossy().contains(token)
}

/// Whether `place`, a URL without query that may be relative, is that of `uri` (RFC 3986 section 5.2). A place with
/// `.` or `..` segments does not count.
fn leads_to(place: &str, uri: &Uri) -> bool {
    let path = uri.path();
    if place.is_empty() {
        return true;
    }
    if let Some(with_authority) = place.strip_prefix("//") {
        return uri.scheme_str().is_some_and(|scheme| is_same(&format!("{scheme}://{with_authority}"), uri));
    }
    if place.starts_with('/') {
        return place == path;
    }
    if place.contains("://") {
        return is_same(place, uri);
    }
    path.rsplit_once('/').is_some_and(|(_, last)| place == last)
}

/// Whether an absolute URL has the scheme, host, port and path of `uri`.
fn is_same(url: &str, uri: &Uri) -> bool {
    let Ok(url) = url.parse::<Uri>() else { return false };
    let has_user = url.authority().is_none_or(|authority| authority.as_str().contains('@'));
    let origin = |uri: &Uri| crate::origin::Origin::from_uri(uri).ok();
    !has_user
        && url.path() == uri.path()
        && origin(&url).zip(origin(uri)).is_some_and(|(url, uri)| {
            url.scheme() == uri.scheme() && url.port() == uri.port() && url.host().eq_ignore_ascii_case(uri.host())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ServiceUrl;

    fn follow(link: &str) -> Option<String> {
        let base = ServiceUrl::parse_base("https://Graph.example/v1", false).expect("is a URL");
        let request = Request::get(&base, 0, |path| {
            path.push_str("/backup/m365/cloudbackupjobs?pageIndex=0");
            Ok(())
        });
        query(link, &request.expect("is a request"))
    }

    #[test]
    fn a_link_to_the_same_place_is_followed_whatever_its_form() {
        for place in [
            "https://graph.example/v1/backup/m365/cloudbackupjobs",
            "HTTPS://GRAPH.EXAMPLE:443/v1/backup/m365/cloudbackupjobs",
            "//graph.example/v1/backup/m365/cloudbackupjobs",
            "/v1/backup/m365/cloudbackupjobs",
            "cloudbackupjobs",
            "",
            "  ",
        ] {
            let link = format!("{place}?pageIndex=1&pageSize=50#part");
            assert_eq!(follow(&link).as_deref(), Some("pageIndex=1&pageSize=50"), "{link}");
        }
    }

    #[test]
    fn any_other_link_is_not() {
        for place in [
            "http://graph.example/v1/backup/m365/cloudbackupjobs",
            "https://graph.example:8443/v1/backup/m365/cloudbackupjobs",
            "https://graph.example.evil/v1/backup/m365/cloudbackupjobs",
            "https://graph.example@evil.example/v1/backup/m365/cloudbackupjobs",
            "https://user@graph.example/v1/backup/m365/cloudbackupjobs",
            "https://evil.example\\@graph.example/v1/backup/m365/cloudbackupjobs",
            "https://graph.example/v1/backup/m365/other",
            "https://graph.example/v1/backup/m365/cloudbackupjobs/",
            "//evil.example/v1/backup/m365/cloudbackupjobs",
            "///v1/backup/m365/cloudbackupjobs",
            "/backup/m365/cloudbackupjobs",
            "../m365/cloudbackupjobs",
            "backup/m365/cloudbackupjobs",
            "javascript:cloudbackupjobs",
            "ftp://graph.example/v1/backup/m365/cloudbackupjobs",
        ] {
            let link = format!("{place}?pageIndex=1");
            assert_eq!(follow(&link), None, "{link}");
        }
        let long = format!("?{}", "x".repeat(LONGEST_QUERY + 1));
        for link in ["", "eyJwYWdlIjoxfQ==", "2", "?", "?a=\r\nX: y", "?a b", "?\u{fc}", "?a=\"", "?<", "?a>b", &long] {
            assert_eq!(follow(link), None, "{link}");
        }
    }
}
