//! Each form of `nextLink`.

use crate::service::*;
use crate::{Answer, ask, fixed, list, start};
use serde_json::Value;

/// Some of the jobs, on three pages; the query says it in another case than the link does.
const QUERY: &str = "STARTTIME=2026-11-10&objecttype=9&location=NAM&pagesize=10";
const NEXT: &str = "startTime=2026-11-10&objectType=9&location=NAM&pageSize=10&pageIndex=";

fn sandbox(next_link: NextLink) -> Sandbox {
    start(Options { next_link, ..fixed() })
}

fn link(answer: &Answer) -> &Value {
    &answer.body["metadata"]["nextLink"]
}

/// Follows the links from the first page, as a browser would. `prefix` is what comes before the query in a link, and
/// `base` what it stands for.
fn follow(sandbox: &Sandbox, prefix: &str, base: &str) {
    let mut target = format!("{LIST_PATH}?{QUERY}");
    let mut ids = Vec::new();
    for page in 1..=3 {
        let answer = ask(sandbox, &target);
        ids.extend(answer.ids().into_iter().map(str::to_owned));
        let next = link(&answer).as_str().expect("is text");
        // The third page is the last one.
        assert_eq!(next, if page < 3 { format!("{prefix}?{NEXT}{page}") } else { String::new() });
        target = next.replacen(prefix, base, 1);
    }
    assert_eq!(ids.len(), 30);
    assert_eq!(ids, list(sandbox, &QUERY.replace("pagesize=10", "pagesize=500")).ids());
}

#[test]
fn links_lead_to_the_end() {
    let absolute = sandbox(NextLink::Absolute);
    let url = absolute.base_url() + LIST_PATH;
    follow(&absolute, &url, &url);
    follow(&sandbox(NextLink::Rooted), LIST_PATH, LIST_PATH);
    follow(&sandbox(NextLink::Relative), "cloudbackupjobs", LIST_PATH);
    follow(&sandbox(NextLink::QueryOnly), "", LIST_PATH);
}

#[test]
fn an_absolute_link_names_the_host_that_was_asked() {
    let sandbox = sandbox(NextLink::Absolute);
    let base_url = sandbox.base_url().replace("127.0.0.1", "localhost");
    let answer = ask(&sandbox, &format!("{base_url}{LIST_PATH}"));
    assert_eq!(*link(&answer), format!("{base_url}{LIST_PATH}?pageSize=10&pageIndex=1"));
}

#[test]
fn forms_that_lead_nowhere() {
    for (next_link, is_form) in [
        (NextLink::Empty, (|link| link == "") as fn(&Value) -> bool),
        (NextLink::Null, Value::is_null),
        (NextLink::Token, |link| link.as_str().is_some_and(|text| text.len() == 32 && !text.contains(['/', '?']))),
    ] {
        let sandbox = sandbox(next_link);
        let first = list(&sandbox, QUERY);
        assert!(
            first.body["metadata"].get("nextLink").is_some_and(is_form),
            "{next_link:?}: {}",
            first.body["metadata"]
        );
        let last = list(&sandbox, &format!("{QUERY}&pageIndex=2"));
        assert_eq!(*link(&last), if next_link == NextLink::Null { Value::Null } else { "".into() });
    }
    let missing = sandbox(NextLink::Missing);
    assert_eq!(list(&missing, QUERY).body["metadata"], serde_json::json!({"totalCount": 30}));
}

#[test]
fn tokens_of_pages_differ() {
    let sandbox = sandbox(NextLink::Token);
    assert_ne!(link(&list(&sandbox, QUERY)), link(&list(&sandbox, &format!("{QUERY}&pageIndex=1"))));
}

#[test]
fn a_client_that_follows_a_link_elsewhere_is_seen_and_refused() {
    let sandbox = sandbox(NextLink::Elsewhere);
    let answer = list(&sandbox, QUERY);
    let elsewhere = link(&answer).as_str().expect("is text").to_owned();
    let expected = format!("{}{LIST_PATH}?{NEXT}1", sandbox.base_url().replace("127.0.0.1", ELSEWHERE));
    assert_eq!(elsewhere, expected);
    let followed = ask(&sandbox, &elsewhere);
    assert_eq!(followed.status, 400);
    assert!(followed.body["errors"][0]["message"].as_str().is_some_and(|text| text.contains("another host")));
    let hosts: Vec<String> =
        sandbox.requests().iter().map(|seen| seen.header("host").expect("is sent").to_owned()).collect();
    assert!(hosts[0].starts_with("127.0.0.1:") && hosts[1].starts_with("localhost:"), "{hosts:?}");
    // The same page is there for a client that counts.
    assert_eq!(list(&sandbox, &format!("{QUERY}&pageIndex=1")).ids().len(), 10);
}
