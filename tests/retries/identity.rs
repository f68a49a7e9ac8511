//! Requests to the identity service are tried again like requests to the service, with the same retries and within the
//! same time.

use std::time::Duration;

use crate::support::abi::{Client, Setup, name};
use crate::support::answers::{JOB, JOB_ID, answer, headed, ok, token};
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};
use crate::{TOLERANCE, answers, attempts, status};

/// The identity service, the service, and their client.
fn both(
    identity: impl IntoIterator<Item = Script>,
    service: impl IntoIterator<Item = Script>,
    timeout_ms: u32,
    max_retries: u32,
) -> (ScriptedServer, ScriptedServer, Client) {
    let identity = ScriptedServer::start(identity, Afterwards::RepeatLast);
    let service = ScriptedServer::start(service, Afterwards::RepeatLast);
    let client = Setup::new()
        .base_url(&service.url())
        .identity_url(&format!("{}/connect/token", identity.url()))
        .client_secret("client-1", "s3cret")
        .timeout_ms(timeout_ms)
        .max_retries(max_retries)
        .client();
    (identity, service, client)
}

#[test]
fn a_busy_identity_service_is_asked_again() {
    for code in [408, 429, 502, 503, 504] {
        let scripts = [answers(status(code)), answers(token("token-1"))];
        let (identity, service, client) = both(scripts, [answers(ok(JOB))], 10_000, 1);
        client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{code}: {failure:?}"));
        let asked = identity.requests();
        assert_eq!((asked.len(), service.requests().len()), (2, 1), "{code}");
        assert_eq!(asked[0].body, asked[1].body, "{code}");
        assert!(asked[0].body.contains("grant_type=client_credentials"), "{code}");
        assert!(service.requests()[0].head.to_lowercase().contains("authorization: bearer token-1"), "{code}");
    }
}

#[test]
fn a_connection_to_the_identity_service_that_breaks_is_tried_again() {
    let cut = headed("200 OK\r\nContent-Length: 500", r#"{"access_token":"token-1"#);
    for (row, script) in [
        ("closed", vec![Step::Request, Step::Close]),
        ("reset", vec![Step::Request, Step::Reset]),
        ("cut", vec![Step::Request, Step::Send(cut.clone()), Step::Close]),
        ("reset in the body", vec![Step::Request, Step::Send(cut), Step::Reset]),
    ] {
        let (identity, service, client) =
            both([script.clone(), answers(token("token-2"))], [answers(ok(JOB))], 10_000, 1);
        client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}: {failure:?}"));
        let asked = identity.requests();
        assert_eq!((asked.len(), service.requests().len()), (2, 1), "{row}");
        assert_eq!(asked[0].body, asked[1].body, "{row}");

        let (identity, service, client) = both([script], [answers(ok(JOB))], 10_000, 1);
        let failure = client.get_job(JOB_ID, None).expect_err(row);
        assert_eq!((identity.connections(), attempts(&failure)), (2, 2), "{row}: {failure:?}");
        assert_eq!((failure.is_retryable, service.connections()), (1, 0), "{row}: {failure:?}");
        assert!(!failure.message.contains("token-1"), "{row}: {failure:?}");
    }
}

#[test]
fn an_identity_service_that_stays_busy_is_the_failure() {
    let (identity, service, client) = both([answers(status(503))], [answers(ok(JOB))], 10_000, 2);
    let failure = client.get_job(JOB_ID, None).expect_err("there is no token");
    assert_eq!((name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_SERVER", 503), "{failure:?}");
    assert!(failure.message.starts_with(&format!("POST {}/connect/token: ", identity.url())), "{failure:?}");
    assert_eq!((identity.requests().len(), attempts(&failure)), (3, 3), "{failure:?}");
    assert_eq!(service.connections(), 0);
}

#[test]
fn a_refusal_is_not_asked_again() {
    let refusal = answer("400 Bad Request", r#"{"error":"invalid_client","error_description":"Unknown client"}"#);
    for (row, bytes, status) in [
        ("400", refusal, "CBJ_ERROR_AUTHENTICATION"),
        ("401", status(401), "CBJ_ERROR_AUTHENTICATION"),
        ("403", status(403), "CBJ_ERROR_AUTHENTICATION"),
        ("404", status(404), "CBJ_ERROR_AUTHENTICATION"),
        ("500", status(500), "CBJ_ERROR_SERVER"),
        ("a page", ok("<html>Sign in</html>"), "CBJ_ERROR_PROTOCOL"),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(), "CBJ_ERROR_PROTOCOL"),
    ] {
        let (identity, service, client) = both([answers(bytes), answers(token("t"))], [answers(ok(JOB))], 10_000, 2);
        let failure = client.get_job(JOB_ID, None).expect_err(row);
        assert_eq!(name(failure.status), status, "{row}: {failure:?}");
        assert_eq!((identity.connections(), service.connections()), (1, 0), "{row}: {failure:?}");
        assert!(!format!("{failure:?}").contains("s3cret"), "{row}: {failure:?}");
    }
}

#[test]
fn both_services_share_the_retries_and_a_token_outlives_them() {
    let identity = [answers(status(503)), answers(token("t"))];
    let service = [answers(status(503)), answers(ok(JOB))];
    let (asked, served, client) = both(identity.clone(), service.clone(), 10_000, 2);
    client.get_job(JOB_ID, None).expect("one retry each");
    assert_eq!((asked.requests().len(), served.requests().len()), (2, 2));

    let (asked, served, client) = both(identity, service, 10_000, 1);
    let failure = client.get_job(JOB_ID, None).expect_err("one retry for both");
    assert_eq!((name(failure.status).as_str(), attempts(&failure)), ("CBJ_ERROR_SERVER", 2), "{failure:?}");
    assert_eq!((asked.requests().len(), served.requests().len()), (2, 1));
}

#[test]
fn both_services_share_the_time() {
    let slow = vec![Step::Request, Step::Pause(Duration::from_millis(400)), Step::Send(token("t")), Step::Close];
    let (identity, service, client) = both([slow], [vec![Step::Request, Step::Stall]], 700, 2);
    let (result, elapsed) = client.timed(JOB_ID);
    assert_eq!(name(result.expect_err("is never answered").status), "CBJ_ERROR_TIMEOUT");
    assert!(elapsed < Duration::from_millis(700) + TOLERANCE, "{elapsed:?}");
    assert_eq!((identity.requests().len(), service.requests().len()), (1, 1));
}

#[test]
fn a_connection_to_the_identity_service_is_replaced_too() {
    // The token has already expired when it comes, so that every call fetches a token.
    let expired = ok(r#"{"access_token":"t","expires_in":0}"#);
    let once = vec![Step::Request, Step::Send(expired.clone()), Step::Request, Step::Reset];
    let (identity, _service, client) =
        both([once, vec![Step::Behave(expired)]], [vec![Step::Behave(ok(JOB))]], 10_000, 0);
    for call in 0..2 {
        client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{call}: {failure:?}"));
    }
    assert_eq!((identity.connections(), identity.requests().len()), (2, 3));
}
