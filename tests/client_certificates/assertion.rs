//! What is sent to the identity service: the form, and the assertion in it.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::jwt::{self, Jwt, form};
use crate::support::abi::name;
use crate::support::answers::{JOB, JOB_ID, answer, headed, ok, token};
use crate::support::c_program::root;
use crate::support::client_certificate::{PASSWORD, Scratch, joined};
use crate::support::scripted_server::Step;
use crate::{CLIENT_ID, Services, always};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Client ids that need care in JSON and in forms.
const CLIENT_IDS: [&str; 4] = [CLIENT_ID, r#"a "quoted" \ id"#, "größe €😀", "a+b&c=d%20e/f"];

fn pem() -> Scratch {
    Scratch::of(&["certificate.pem", "key.pem"])
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

fn keys(object: &Map<String, Value>) -> Vec<&str> {
    object.keys().map(String::as_str).collect::<BTreeSet<_>>().into_iter().collect()
}

#[test]
fn the_form_has_four_fields_and_no_secret() {
    for client_id in CLIENT_IDS {
        let (services, file) = (Services::behaving(), pem());
        services
            .setup()
            .client_certificate(client_id, file.path(), None)
            .client()
            .get_job(JOB_ID, None)
            .expect("a job");
        let asked = &services.identity.requests()[0];
        assert!(asked.head.starts_with("POST /connect/token HTTP/1.1\r\n"), "{asked:?}");
        let head = asked.head.to_lowercase();
        assert!(head.contains("\r\ncontent-type: application/x-www-form-urlencoded"), "{asked:?}");
        assert!(!head.contains("authorization:"), "{asked:?}");
        let form = form(asked);
        let names: Vec<&str> = form.keys().map(String::as_str).collect();
        assert_eq!(names, ["client_assertion", "client_assertion_type", "grant_type", "scope"], "{asked:?}");
        assert_eq!(form["grant_type"], "client_credentials");
        assert_eq!(form["scope"], "microsoft365backup.jobInfo.read.all");
        assert_eq!(form["client_assertion_type"], ASSERTION_TYPE);
    }
}

#[test]
fn the_scope_is_the_configured_one() {
    let (services, file) = (Services::behaving(), pem());
    let setup = services.setup().client_certificate(CLIENT_ID, file.path(), None).scope("one.read two.write");
    setup.client().get_job(JOB_ID, None).expect("a job");
    assert_eq!(form(&services.identity.requests()[0])["scope"], "one.read two.write");
}

#[test]
fn the_assertion_says_what_the_service_documents_and_nothing_else() {
    for client_id in CLIENT_IDS {
        let (services, file) = (Services::behaving(), pem());
        let client = services.setup().client_certificate(client_id, file.path(), None).client();
        let before = now();
        client.get_job(JOB_ID, None).expect("a job");
        let after = now();
        let jwt = Jwt::of(&services.identity.requests()[0]);
        assert_eq!(keys(&jwt.header), ["alg", "kid", "typ", "x5t"], "{client_id}");
        assert_eq!((&jwt.header["alg"], &jwt.header["typ"]), (&"RS256".into(), &"JWT".into()), "{client_id}");
        assert_eq!(keys(&jwt.claims), ["aud", "exp", "iss", "jti", "nbf", "sub"], "{client_id}");
        assert_eq!((&jwt.claims["iss"], &jwt.claims["sub"]), (&client_id.into(), &client_id.into()));
        assert_eq!(jwt.claims["aud"], services.identity_url(), "{client_id}");
        assert_is_uuid(jwt.claims["jti"].as_str().expect("is text"));
        let seconds = |claim: &str| jwt.claims[claim].as_u64().unwrap_or_else(|| panic!("{:?}", jwt.claims));
        // Clocks differ, so the assertion has been valid for some time. It is not valid for long.
        assert!((before - 600..=after).contains(&seconds("nbf")), "{before} {:?}", jwt.claims);
        assert!((after + 1..=before + 600).contains(&seconds("exp")), "{after} {:?}", jwt.claims);
    }
}

#[test]
fn the_assertion_is_for_the_identity_url_as_it_was_set() {
    let (services, file) = (Services::behaving(), pem());
    let url = format!("{}/", services.identity_url());
    let setup = services.setup().identity_url(&url).client_certificate(CLIENT_ID, file.path(), None);
    setup.client().get_job(JOB_ID, None).expect("a job");
    let request = &services.identity.requests()[0];
    assert_eq!(Jwt::of(request).claims["aud"], url);
    assert!(request.head.starts_with("POST /connect/token/ HTTP/1.1\r\n"), "{request:?}");
}

fn assert_is_uuid(text: &str) {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12], "{text}");
    assert!(text.bytes().all(|b| b == b'-' || b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{text}");
}

#[test]
fn the_header_names_the_certificate_as_openssl_does() {
    if jwt::is_openssl_left_out() {
        return;
    }
    for certificate in ["certificate.pem", "forever.pem"] {
        let (services, file) = (Services::behaving(), Scratch::of(&[certificate, "key.pem"]));
        services
            .setup()
            .client_certificate(CLIENT_ID, file.path(), None)
            .client()
            .get_job(JOB_ID, None)
            .expect("a job");
        let jwt = Jwt::of(&services.identity.requests()[0]);
        let hex = jwt::thumbprint(certificate);
        let bytes: Vec<u8> = hex
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(&String::from_utf8_lossy(pair), 16).unwrap())
            .collect();
        assert_eq!(bytes.len(), 20);
        assert_eq!(jwt.header["kid"], hex, "{certificate}");
        assert_eq!(jwt.header["x5t"], BASE64_URL_SAFE_NO_PAD.encode(bytes), "{certificate}");
        jwt.verify(certificate);
    }
}

#[test]
fn pyjwt_accepts_the_assertion() {
    if jwt::is_pyjwt_left_out() {
        return;
    }
    for client_id in CLIENT_IDS {
        let (services, file) = (Services::behaving(), Scratch::private("pfx", joined(&["windows.pfx"])));
        let setup = services.setup().client_certificate(client_id, file.path(), Some(PASSWORD));
        setup.client().get_job(JOB_ID, None).expect("a job");
        let jwt = Jwt::of(&services.identity.requests()[0]);
        let mut python = Command::new("python3");
        python.arg(root().join("tests/client_certificates/verify.py"));
        python.args([&jwt::path("certificate.pem"), &services.identity_url(), client_id]);
        jwt::run(&mut python, jwt.text.as_bytes());
    }
}

#[test]
fn every_request_of_a_token_has_an_assertion_of_its_own() {
    let busy = vec![Step::Request, Step::Send(answer("503 Busy\r\nRetry-After: 0", "")), Step::Close];
    let refused = vec![Step::Request, Step::Send(answer("401 Unauthorized", "")), Step::Close];
    // The first token is requested twice. The service refuses it, and another token is fetched.
    let services = Services::start([busy, always(token("token-1"))], [refused, always(ok(JOB))]);
    let file = pem();
    let client = services.setup().max_retries(3).client_certificate(CLIENT_ID, file.path(), None).client();
    client.get_job(JOB_ID, None).expect("a job in the end");
    let jwts: Vec<Jwt> = services.identity.requests().iter().map(Jwt::of).collect();
    assert_eq!(jwts.len(), 3);
    let ids: BTreeSet<&str> = jwts.iter().filter_map(|jwt| jwt.claims["jti"].as_str()).collect();
    assert_eq!(ids.len(), 3, "an identity service refuses an assertion that it has seen");
    if !jwt::is_openssl_left_out() {
        jwts.iter().for_each(|jwt| jwt.verify("certificate.pem"));
    }
    // While a token is good, no other token is fetched.
    client.get_job(JOB_ID, None).expect("a job");
    assert_eq!(services.identity.requests().len(), 3);
}

#[test]
fn an_assertion_that_the_identity_service_echoes_is_not_in_the_message() {
    // Longer than a quotation in a message: if the quotation is cut, no part of the assertion may stay.
    for (row, before, after) in [
        ("OAuth", r#"{"error":"invalid_client","error_description":"Bad assertion "#, r#""}"#),
        ("OAuth, behind much text", &format!(r#"{{"error":"{}"#, "x ".repeat(150)), r#""}"#),
        ("envelope", r#"{"statusCode":400,"message":"Bad assertion "#, r#"","errors":null}"#),
        ("details", r#"{"message":"Bad","errors":[{"code":"1","message":""#, r#""}]}"#),
        ("page", "<html>Bad assertion ", "</html>"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let identity_url = format!("http://{}/connect/token", listener.local_addr().expect("is bound"));
        let echo = echo(listener, before.to_owned(), after.to_owned());
        let (services, file) = (Services::behaving(), pem());
        let setup = services.setup().identity_url(&identity_url).client_certificate(CLIENT_ID, file.path(), None);
        let failure = setup.client().get_job(JOB_ID, None).expect_err(row);
        let assertion = echo.join().expect("the server answers");
        assert_eq!(name(failure.status), "CBJ_ERROR_AUTHENTICATION", "{row}: {failure:?}");
        let said = format!("{failure:?}");
        // No header, claims or signature, and no long part of one.
        for (start, _) in assertion.char_indices().step_by(8) {
            let part = assertion.get(start..start + 24).unwrap_or_default();
            assert!(part.is_empty() || !said.contains(part), "{row}: {part} in {said}");
        }
    }
}

/// Answers one request with 400 and its assertion between `before` and `after`. Returns the assertion.
fn echo(listener: TcpListener, before: String, after: String) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let (mut socket, _) = listener.accept().expect("the client comes");
        socket.set_read_timeout(Some(Duration::from_secs(10))).expect("an open socket");
        let mut request = Vec::new();
        let assertion = loop {
            let mut bytes = [0; 4096];
            let count = socket.read(&mut bytes).expect("the client asks");
            request.extend_from_slice(&bytes[..count]);
            let text = String::from_utf8_lossy(&request).into_owned();
            // The assertion is the last field, and its last part is a signature of 256 bytes.
            let field = text.split_once("client_assertion=").map(|(_, field)| field.to_owned());
            match field.filter(|field| field.rsplit('.').next().is_some_and(|last| last.len() == 342)) {
                Some(assertion) => break assertion,
                None => assert!(count > 0, "{text}"),
            }
        };
        let body = format!("{before}{assertion}{after}");
        let head = format!("400 Bad Request\r\nConnection: close\r\nContent-Length: {}", body.len());
        socket.write_all(&headed(&head, body)).expect("the client reads");
        assertion
    })
}
