//! The link to the next page: link, token, base URL.
#![no_main]

use cloudbackupjobs::Query;
use cloudbackupjobs::fuzzing::{echoes, page_requests};
use cloudbackupjobs_fuzz::parts;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some([link, token, base]) = parts(data) else { return };
    for base in [base, "https://Graph.example/v1", "http://[::1]:8080", "https://graph.example:443/a%2Fb/"] {
        check(base, link);
    }
    if token.len() > 7 {
        assert!(!link.contains(token) || echoes(link, token));
        let encoded = percent_encoding::utf8_percent_encode(token, percent_encoding::NON_ALPHANUMERIC);
        assert!(echoes(&format!("{link}&{encoded}"), token));
    }
});

fn check(base: &str, link: &str) {
    let query = Query::new().since(None);
    let Ok((first, next)) = page_requests(base, &query, link) else { return };
    let Some(next) = next else { return };
    let place = |url: &str| url.split_once('?').map(|(place, query)| (place.to_owned(), query.to_owned()));
    let (first_place, _) = place(&first.url).expect("has a query");
    let (next_place, next_query) = place(&next.url).expect("has a query");
    assert_eq!((&next_place, &next.host), (&first_place, &first.host));
    assert!(next.target.bytes().all(|byte| byte.is_ascii_graphic()), "{}", next.target);
    assert!(!next.url.contains('#'));
    assert!(link.contains(&next_query), "{next_query}");
    // The link leads there by the rules of RFC 3986, too.
    let resolved = resolve(&first_place, link.trim());
    assert_eq!(normal(&resolved), normal(&first_place), "{link}");
    // What was followed once is followed again, in any form.
    let mut forms = vec![next.url.clone(), format!("?{next_query}"), format!(" {}#x", next.url)];
    // A path with two slashes at its begin would name a host.
    if !next.target.starts_with("//") {
        forms.push(next.target.clone());
    }
    for again in forms {
        assert_eq!(page_requests(base, &query, &again).expect("can be asked").1.as_ref(), Some(&next), "{again}");
    }
}

/// Where `link` leads from `base`, without its query (RFC 3986 section 5.2.2, without the removal of dots).
fn resolve(base: &str, link: &str) -> String {
    let link = link.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = base.split_once("://").expect("is absolute");
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let has_scheme = link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    });
    if has_scheme {
        link.to_owned()
    } else if let Some(with_authority) = link.strip_prefix("//") {
        format!("{scheme}://{with_authority}")
    } else if link.starts_with('/') {
        format!("{scheme}://{authority}{link}")
    } else if link.is_empty() {
        base.to_owned()
    } else {
        let folder = &path[..path.rfind('/').map_or(0, |at| at + 1)];
        format!("{scheme}://{authority}{folder}{link}")
    }
}

/// Scheme, host and port in one spelling, and the path as it is.
fn normal(url: &str) -> (String, String, u16, String) {
    let (scheme, rest) = url.split_once("://").unwrap_or_else(|| panic!("{url} is not absolute"));
    let scheme = scheme.to_ascii_lowercase();
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some((host, port)) => (host, port.parse().unwrap_or_else(|_| panic!("{url} has no port"))),
        None => (authority, if scheme == "http" { 80 } else { 443 }),
    };
    (scheme, host.to_ascii_lowercase(), port, path.to_owned())
}
