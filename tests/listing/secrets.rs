//! The token is never told, and goes nowhere else. Every failure and log line is checked for it when the test receives it.

use cloudbackupjobs::ffi::*;

use crate::support::abi::{Lines, Setup};
use crate::support::abi_many::Query;
use crate::support::answers::{answer, ok};
use crate::support::canary::PLANTED;
use crate::support::list_server::{ListServer, PATH, page_of};
use crate::support::scripted_server::{Script, Step};

/// Whatever a page echoes, and wherever.
fn echoes(token: &str) -> Vec<Script> {
    let text = token.replace('\\', "\\\\").replace('"', "\\\"");
    [
        answer(&format!("400 {token}\r\nContent-Type: {token}"), token),
        answer("403 Forbidden", format!(r#"{{"statusCode":403,"message":"{text}","requestId":"{text}","traceId":"{text}","errors":[{{"code":"{text}","field":"{text}","message":"{text}"}}]}}"#)),
        ok(format!(r#"{{"message":"{text}","data":"{text}"}}"#)),
        ok(format!(r#"{{"data":[{{"id":"1","backupDetails":{{"totalCount":"{text}"}}}}]}}"#)),
        ok(format!(r#"{{"data":["{text}"]}}"#)),
        ok(format!("<html>{token}</html>")),
    ]
    .map(|answer| vec![Step::Send(answer)])
    .into()
}

#[test]
fn what_a_page_echoes_is_not_told() {
    let token = PLANTED[1];
    for (row, echo) in echoes(token).into_iter().enumerate() {
        // Of the first page, of the second, and of a summary.
        for failing in 0..2 {
            let echo = echo.clone();
            let server = ListServer::start(move |asked| match asked.page() {
                page if page == failing => echo.clone(),
                _ => page_of(["a"], r#""totalCount":2"#),
            });
            let lines = Lines::new();
            let client =
                Setup::with_token(&server.url()).access_token(token).max_retries(0).log(lines, CBJ_LOG_DEBUG).client();
            let failure = match client.list_jobs(&Query::ever()) {
                Ok(mut iter) => iter.rest().expect_err("the second page fails"),
                Err(failure) => failure,
            };
            let of_summary = client.summarize_jobs(&Query::ever()).err().expect("fails");
            assert_eq!((failure.status, failure.message), (of_summary.status, of_summary.message), "{row}");
            assert!(lines.of(CBJ_LOG_ERROR).len() == 2, "{row}: {:?}", lines.all());
        }
    }
}

/// A link is text of the service that the library sends, shows in messages and writes to the log. One that holds the token
/// would take the token there.
#[test]
fn a_link_that_echoes_the_token_is_not_followed() {
    let token = PLANTED[1];
    let encoded = token.replace('-', "%2D").replace('0', "%30");
    for link in [
        format!("?pageIndex=7&access_token={token}"),
        format!("?pageIndex=7&authorization=Bearer%20{token}"),
        format!("?{token}"),
        format!("{PATH}?pageIndex=7#{token}"),
        format!("?pageIndex=7&access_token={encoded}"),
    ] {
        let metadata = format!(r#""nextLink":"{link}""#);
        let server = ListServer::start(move |asked| match asked.number {
            0 => page_of(["a"], &metadata),
            1 => vec![Step::Send(answer("500 Internal Server Error", ""))],
            _ => page_of(["b"], ""),
        });
        let lines = Lines::new();
        let client =
            Setup::with_token(&server.url()).access_token(token).max_retries(0).log(lines, CBJ_LOG_DEBUG).client();
        let mut iter = client.list_jobs(&Query::ever()).expect("is a list");
        let failure = iter.rest().expect_err("the second page fails");
        assert!(!failure.message.contains(&encoded), "{failure:?}");
        assert_eq!((iter.ids(), iter.is_complete()), (vec!["b".to_owned()], 1), "{link}");
        // The link says that there are more pages, and that is all it is good for.
        assert_eq!(server.asked()[2].target, format!("{PATH}?pageIndex=1&pageSize=50"), "{link}");
        assert_eq!(lines.of(CBJ_LOG_INFO).len(), 3, "{:?}", lines.all());
    }
}

#[test]
fn the_token_is_only_in_its_header() {
    let server = ListServer::start(|asked| match asked.number {
        0 => page_of(["a"], r#""nextLink":"?cursor=x""#),
        _ => page_of(["b"], ""),
    });
    let client = Setup::with_token(&server.url()).access_token(PLANTED[1]).client();
    assert_eq!(client.list_jobs(&Query::ever()).expect("is a list").ids(), ["a", "b"]);
    for asked in server.asked() {
        assert!(!asked.target.contains(PLANTED[1]), "{asked:?}");
        let with_token: Vec<_> = asked.head.lines().filter(|line| line.contains(PLANTED[1])).collect();
        assert_eq!(with_token.len(), 1, "{asked:?}");
        assert!(with_token[0].to_ascii_lowercase().starts_with("authorization: bearer "), "{asked:?}");
    }
}
