//! The forms of `nextLink`, and where it must not lead.

use std::net::TcpListener;

use cloudbackupjobs::ffi::*;

use crate::client;
use crate::support::abi::Setup;
use crate::support::abi_many::Query;
use crate::support::list_server::{ListServer, PATH, ids, page_of};

/// A server with two pages; the first one has this link. `$SERVER` in it stands for the server's URL.
fn linking(link: &'static str) -> ListServer {
    ListServer::start(move |asked| {
        let host = asked.header("host").expect("every request names its host");
        let link = link.replace("$SERVER", &format!("http://{host}"));
        match asked.number {
            0 => page_of(ids(0, 2), &format!(r#""nextLink":"{link}""#)),
            _ => page_of(ids(2, 2), r#""nextLink":"""#),
        }
    })
}

/// Lists everything from a server with two pages, and returns the target of the second request.
fn second_target(server: &ListServer, base_path: &str) -> String {
    let client = Setup::new()
        .base_url(&format!("{}{base_path}", server.url()))
        .access_token("token-of-the-host")
        .max_retries(0)
        .client();
    let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
    assert_eq!((iter.ids(), iter.is_complete()), (ids(0, 4), 1));
    let asked = server.asked();
    assert_eq!((asked.len(), server.connections()), (2, 1));
    assert_eq!(asked[1].header("authorization"), Some("Bearer token-of-the-host"));
    asked[1].target.clone()
}

#[test]
fn a_link_to_the_same_place_is_followed_in_every_form() {
    for link in [
        "$SERVER/backup/m365/cloudbackupjobs?pageIndex=7&cursor=abc%3D",
        "$SERVER/backup/m365/cloudbackupjobs?pageIndex=7&cursor=abc%3D#top",
        "  /backup/m365/cloudbackupjobs?pageIndex=7&cursor=abc%3D ",
        "cloudbackupjobs?pageIndex=7&cursor=abc%3D",
        "?pageIndex=7&cursor=abc%3D",
        "\\u003fpageIndex=7\\u0026cursor=abc%3D",
    ] {
        let target = second_target(&linking(link), "");
        assert_eq!(target, format!("{PATH}?pageIndex=7&cursor=abc%3D"), "{link}");
    }
    // No URL may have these characters either, but servers send them, and take them as they are.
    assert_eq!(second_target(&linking("?cursor=a|{b}^c"), ""), format!("{PATH}?cursor=a|{{b}}^c"));
    let link = "/gateway/v1/backup/m365/cloudbackupjobs?cursor=2";
    assert_eq!(second_target(&linking(link), "/gateway/v1"), format!("/gateway/v1{PATH}?cursor=2"));
}

#[test]
fn a_link_that_is_none_means_the_next_number() {
    for link in [
        "eyJwYWdlIjoxfQ==",
        "2",
        "true",
        "?",
        "$SERVER/backup/m365/cloudbackupjobs",
        "$SERVER/backup/m365/cloudbackupjobs?",
        "$SERVER/backup/m365/cloudbackupjobs/?pageIndex=7",
        "$SERVER/backup/m365/other?pageIndex=7",
        "/backup/m365?pageIndex=7",
        "/other/backup/m365/cloudbackupjobs?pageIndex=7",
        "../m365/cloudbackupjobs?pageIndex=7",
        "$SERVER/backup/x/../m365/cloudbackupjobs?pageIndex=7",
        "backup/m365/cloudbackupjobs?pageIndex=7",
        "?pageIndex=7 8",
        "?pageIndex=7\\r\\nX-Injected: yes",
        "?pageIndex=7\\u0000",
        "?pageIndex=\u{fc}",
        "http://",
        "http://[::1?pageIndex=7",
        ":?x",
        // No URL may have these characters.
        "?cursor=\\\"x\\\"",
        "?cursor=<x>",
    ] {
        let target = second_target(&linking(link), "");
        assert_eq!(target, format!("{PATH}?pageIndex=1&pageSize=50"), "{link}");
    }
}

#[test]
fn a_link_that_is_longer_than_a_request_may_be_means_the_next_number() {
    let server = ListServer::start(|asked| match asked.number {
        0 => page_of(ids(0, 2), &format!(r#""nextLink":"?cursor={}""#, "x".repeat(100_000))),
        _ => page_of(ids(2, 2), ""),
    });
    assert_eq!(second_target(&server, ""), format!("{PATH}?pageIndex=1&pageSize=50"));
}

#[test]
fn a_link_that_leads_elsewhere_is_never_followed() {
    // Nobody may connect to this one.
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    elsewhere.set_nonblocking(true).expect("is a socket");
    let other = elsewhere.local_addr().expect("is bound").port();
    for link in [
        "http://127.0.0.1:$OTHER/backup/m365/cloudbackupjobs?pageIndex=7",
        "http://localhost:$OTHER/backup/m365/cloudbackupjobs?pageIndex=7",
        "//127.0.0.1:$OTHER/backup/m365/cloudbackupjobs?pageIndex=7",
        "https://127.0.0.1:$OTHER/backup/m365/cloudbackupjobs?pageIndex=7",
        "https://127.0.0.1:$PORT/backup/m365/cloudbackupjobs?pageIndex=7",
        "http://localhost:$PORT/backup/m365/cloudbackupjobs?pageIndex=7",
        "http://127.0.0.2:$PORT/backup/m365/cloudbackupjobs?pageIndex=7",
        "http://127.0.0.1/backup/m365/cloudbackupjobs?pageIndex=7",
        "http://127.0.0.1:$PORT@127.0.0.1:$OTHER/backup/m365/cloudbackupjobs?pageIndex=7",
        "http://user:password@127.0.0.1:$PORT/backup/m365/cloudbackupjobs?pageIndex=7",
        "http://@127.0.0.1:$PORT/backup/m365/cloudbackupjobs?pageIndex=7",
        "//user@127.0.0.1:$PORT/backup/m365/cloudbackupjobs?pageIndex=7",
        "http://127.0.0.1:$OTHER\\\\@127.0.0.1:$PORT/backup/m365/cloudbackupjobs?pageIndex=7",
        "\\\\\\\\127.0.0.1:$OTHER/backup/m365/cloudbackupjobs?pageIndex=7",
        "/\\\\127.0.0.1:$OTHER/backup/m365/cloudbackupjobs?pageIndex=7",
        "///127.0.0.1:$OTHER/backup/m365/cloudbackupjobs?pageIndex=7",
        "http:/backup/m365/cloudbackupjobs?pageIndex=7",
        "http:cloudbackupjobs?pageIndex=7",
        "ftp://127.0.0.1:$PORT/backup/m365/cloudbackupjobs?pageIndex=7",
        "javascript:cloudbackupjobs?pageIndex=7",
        "file:///backup/m365/cloudbackupjobs?pageIndex=7",
    ] {
        let server = ListServer::start(move |asked| {
            let host = asked.header("host").expect("every request names its host");
            let port = host.rsplit_once(':').expect("names its port").1;
            let link = link.replace("$OTHER", &other.to_string()).replace("$PORT", port);
            match asked.number {
                0 => page_of(ids(0, 2), &format!(r#""nextLink":"{link}""#)),
                _ => page_of(ids(2, 2), ""),
            }
        });
        // All on one connection to the server itself; the listing goes on by the number of the page.
        assert_eq!(second_target(&server, ""), format!("{PATH}?pageIndex=1&pageSize=50"), "{link}");
        let connected = elsewhere.accept().map_err(|error| error.kind());
        assert_eq!(connected.err(), Some(std::io::ErrorKind::WouldBlock), "{link}");
    }
}

/// Numbers and links take turns.
#[test]
fn the_number_counts_the_pages_that_links_brought() {
    let server = ListServer::start(|asked| match asked.number {
        0 => page_of(["a"], r#""nextLink":"?cursor=x""#),
        1 => page_of(["b"], r#""nextLink":"token""#),
        2 => page_of(["c"], r#""nextLink":"?cursor=y""#),
        _ => page_of(["d"], r#""nextLink":"""#),
    });
    let client = client(&server);
    let ids = client.list_jobs(&Query::ever()).expect("is a list").ids();
    assert_eq!(ids, ["a", "b", "c", "d"]);
    let targets: Vec<String> = server.asked().into_iter().map(|asked| asked.target.replace(PATH, "")).collect();
    assert_eq!(targets, ["?pageIndex=0&pageSize=50", "?cursor=x", "?pageIndex=2&pageSize=50", "?cursor=y"]);
}

/// A redirect is not followed either: it is an answer that is no list.
#[test]
fn a_redirect_of_a_page_is_not_followed() {
    let elsewhere = ListServer::with_pages([page_of(["there"], "")]);
    let target = format!("302 Found\r\nLocation: {}{PATH}?pageIndex=1", elsewhere.url());
    let server = ListServer::start(move |asked| match asked.number {
        0 => page_of(["here"], r#""totalCount":2"#),
        _ => vec![crate::support::scripted_server::Step::Send(crate::support::answers::answer(&target, ""))],
    });
    let mut iter = client(&server).list_jobs(&Query::ever()).expect("is a list");
    let failure = iter.rest().expect_err("is refused");
    assert_eq!((failure.status, failure.http_status), (CBJ_ERROR_REJECTED, 302), "{failure:?}");
    assert_eq!(elsewhere.connections(), 0);
}
