//! Secrets are sent only to the server for which they are meant, are never shown, and are wiped when they are not
//! needed any more.
#![allow(missing_docs, reason = "a test program")]

mod support;
#[path = "tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod tls_server;

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cloudbackupjobs::ffi::{CBJ_ERROR_AUTHENTICATION, CBJ_ERROR_SERVER};
use cloudbackupjobs::{Client, Config, LogLevel};
use support::abi::{Failure, Lines, Setup, name};
use support::answers::{self, JOB, JOB_ID, ok};
use support::c_program::{self, Linking, root, scratch_dir};
use support::canary::{self, PLANTED};
use support::scripted_server::{Afterwards, ScriptedServer, Service, Step};

/// Answers that echo `secret`, in every place that a message quotes.
fn echoes(secret: &str) -> Vec<Vec<u8>> {
    let json = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let secret_in_json = json(secret);
    vec![
        answers::answer(&format!("400 {secret}\r\nContent-Type: {secret}\r\nContent-Encoding: {secret}"), secret),
        answers::answer(
            "403 Forbidden",
            format!(
                r#"{{"statusCode":403,"message":"{secret_in_json}","requestId":"{secret_in_json}","traceId":"{secret_in_json}",
                "errors":[{{"code":"{secret_in_json}","field":"{secret_in_json}","message":"{secret_in_json}"}}]}}"#
            ),
        ),
        answers::answer(
            "400 Bad Request",
            format!(r#"{{"error":"{secret_in_json}","error_description":"It was {secret_in_json}."}}"#),
        ),
        answers::answer("302 Found\r\nLocation: https://elsewhere.example/?token=".to_owned().as_str(), secret),
        ok(format!(r#"{{"statusCode":200,"data":{{"id":"1","backupDetails":{{"totalCount":"{secret_in_json}"}}}}}}"#)),
        ok(format!("<html>{secret}</html>")),
        format!("HTTP/1.1 200 {secret}\r\n{secret}\r\n\r\n").into_bytes(),
        secret.as_bytes().to_vec(),
    ]
}

#[test]
fn what_a_server_echoes_is_not_told() {
    // The second secret is longer than the part of an answer that is quoted.
    let long = format!("{}{}", PLANTED[1], "x".repeat(600));
    for (secret, answer) in [PLANTED[0], &long]
        .into_iter()
        .flat_map(|secret| echoes(secret).into_iter().map(move |answer| (secret, answer)))
    {
        let server = ScriptedServer::start([vec![Step::Behave(answer.clone())]], Afterwards::RepeatLast);
        let good = ScriptedServer::start([vec![Step::Behave(answers::token("t"))]], Afterwards::RepeatLast);
        let setups = [
            Setup::new().base_url(&server.url()).access_token(secret),
            Setup::new().base_url(&good.url()).identity_url(&server.url()).client_secret("id", secret),
        ];
        for setup in setups {
            let lines = Lines::new();
            let client = setup.max_retries(0).log(lines, cloudbackupjobs::ffi::CBJ_LOG_DEBUG).client();
            // Failures and log lines are checked for the planted secrets when the test receives them.
            let failure = client.get_job(JOB_ID, None).expect_err("is no answer");
            let texts = format!("{failure:?} {:?}", lines.all());
            assert!(!texts.contains(secret), "{}: {texts}", String::from_utf8_lossy(&answer));
            assert!(!lines.all().is_empty());
        }
    }
}

/// The failure of a call that gets this answer from the identity service, or from the service if `of_service` is set.
fn failure_of(answer: &[u8], secret: &str, of_service: bool) -> Failure {
    let server = ScriptedServer::start([vec![Step::Behave(answer.to_vec())]], Afterwards::RepeatLast);
    let setup = Setup::new().max_retries(0);
    let setup = if of_service {
        setup.base_url(&server.url()).access_token(secret)
    } else {
        setup.base_url("http://127.0.0.1:1").identity_url(&server.url()).client_secret("id", secret)
    };
    setup.client().get_job(JOB_ID, None).expect_err("is no job")
}

#[test]
fn the_librarys_own_words_stay_whatever_the_secret_is() {
    let refusal = r#"{"error":"invalid_client","error_description":"The client is unknown.","x":"It was s3cret-1."}"#;
    let refused = answers::answer("400 Bad Request", refusal);
    let quoted =
        ": HTTP 400 Bad Request: invalid_client; The client is unknown. Check the client id, the client secret";
    let nothing_quoted =
        ": HTTP 400 Bad Request; its text is not shown, because it contains the secret. Check the client id";
    for (secret, words) in [
        ("another one", quoted),
        // The quoted text does not contain it.
        ("s3cret-1", quoted),
        // The library's own words contain it, which reveals nothing.
        ("HTTP", quoted),
        ("identity", quoted),
        // A gap would reveal these words: the whole text that contains one is left out.
        ("client", ": HTTP 400 Bad Request: [secret]; [secret]. Check the client id, the client secret"),
        ("unknown", ": HTTP 400 Bad Request: invalid_client; [secret]. Check the client id, the client secret"),
        // It also occurs in the names.
        ("s", nothing_quoted),
        ("e", nothing_quoted),
        ("error", nothing_quoted),
        ("{", nothing_quoted),
    ] {
        let failure = failure_of(&refused, secret, false);
        assert!(failure.message.contains(words), "{secret:?}: {failure:?}");
        assert_eq!(
            (failure.http_status, name(failure.status).as_str()),
            (400, "CBJ_ERROR_AUTHENTICATION"),
            "{secret:?}"
        );
    }
}

/// Something on the way may have changed the status of an answer with a token, or its JSON.
#[test]
fn a_token_in_a_refusal_of_the_identity_service_is_not_shown() {
    let whole = r#"{"access_token":"pl4nted-T0ken","expires_in":3600}"#;
    for body in [whole.to_owned(), whole.replace("access", "acc\\ess"), whole.replace('}', ""), whole.replace('"', "'")]
    {
        for (status, kind) in [("400 Bad Request", CBJ_ERROR_AUTHENTICATION), ("500 Oh", CBJ_ERROR_SERVER)] {
            // The failure is searched for the token.
            let failure = failure_of(&answers::answer(status, &body), "another", false);
            assert_eq!(failure.status, kind, "{failure:?}");
            assert!(
                failure.message.contains(": the text is not shown, because it may contain a token."),
                "{failure:?}"
            );
        }
    }
    let in_the_head = answers::answer("200 OK\r\nContent-Type: access_token\":\"pl4nted-T0ken\"", "{");
    let failure = failure_of(&in_the_head, "another", false);
    assert!(failure.message.contains("received HTTP 200, [secret], 1 bytes"), "{failure:?}");
    let shown = failure_of(&answers::answer("400 Bad Request", "<html>Who are you?</html>"), "another", false);
    assert!(shown.message.contains("beginning \"<html>Who are you?</html>\""), "{shown:?}");
    // The service issues no tokens.
    let shown = failure_of(&answers::answer("400 Bad Request", "no token, no job"), "another", true);
    assert!(shown.message.contains("beginning \"no token, no job\""), "{shown:?}");
}

#[test]
fn a_token_that_stands_in_an_answer_changes_nothing_but_its_texts() {
    let envelope = |status: u16| {
        format!(
            r#"{{"statusCode":{status},"message":"No use for it","errors":[{{"code":"C1","field":"F1","message":"It was it"}}],
            "requestId":"request-1","traceId":"trace-1","data":null}}"#
        )
    };
    let head = "200 OK\r\nContent-Type: application/json";
    for secret in ["it", "statusCode", "403", "\"statusCode\":", "request-1", "t", "\":\"", "HTTP", "application/json"]
    {
        let failure = failure_of(&answers::answer(head, envelope(403)), secret, true);
        let outcome = (name(failure.status), failure.http_status, failure.is_retryable);
        assert_eq!(outcome, ("CBJ_ERROR_PERMISSION".to_owned(), 403, 0), "{secret:?}: {failure:?}");
        assert!(failure.message.contains(": HTTP 403 Forbidden"), "{secret:?}: {failure:?}");
        assert!(failure.message.contains("Grant the app registration the permission"), "{secret:?}: {failure:?}");
        let texts = [failure.request_id, failure.trace_id].into_iter().chain(failure.details.concat());
        for text in texts.flatten() {
            assert!(text == "[secret]" || !text.contains(secret), "{secret:?}: {text:?}");
        }
        for (body, words) in [
            (envelope(200), "the answer contains no job"),
            ("it is statusCode 403".to_owned(), "the answer"),
            (String::new(), "the answer is empty"),
        ] {
            let failure = failure_of(&answers::answer(head, &body), secret, true);
            assert!(failure.message.contains(words), "{secret:?}: {failure:?}");
            assert_eq!(failure.http_status, 200, "{secret:?}: {failure:?}");
        }
    }
    // The requested wait is always shown, even if nothing else is.
    let busy = answers::answer("429 Too Many Requests\r\nRetry-After: 7", "sorry");
    let failure = failure_of(&busy, "s", true);
    assert_eq!((failure.retry_after_ms, failure.is_retryable), (7_000, 1), "{failure:?}");
    assert!(
        failure.message.contains("The server asks to wait 7 s.") && !failure.message.contains("sorry"),
        "{failure:?}"
    );
}

#[test]
fn a_secret_that_json_escapes_is_hidden() {
    let secret = "pl4in+S3cret/with\"quotes&1234567890=";
    // The spellings of .NET, PHP and JavaScript.
    for escaped in [
        r"pl4in\u002BS3cret/with\u0022quotes\u00261234567890=",
        r#"pl4in+S3cret\/with\"quotes&1234567890="#,
        r#"pl4in+S3cret/with\"quotes&1234567890="#,
    ] {
        // The quotation ends in the middle of the secret.
        for before in [0, 365, 370] {
            let text = format!("{} {escaped}", "x".repeat(before));
            let body = format!(r#"{{"error":"invalid_client","error_description":"{text}"}}"#);
            let failure = failure_of(&answers::answer("401 Unauthorized", body), secret, false);
            assert!(failure.message.contains("invalid_client; "), "{escaped}: {failure:?}");
            assert!(!failure.message.contains("pl4in"), "{escaped}: {failure:?}");
        }
    }
}

/// As .NET and browsers encode forms, and as pages in HTML have them.
#[test]
fn a_secret_in_another_encoding_is_not_told() {
    // A token has no blank.
    let (secret, token) = ("pl4in+S3cret/with<&> 1234567890=!", "pl4in+S3cret/with<&>1234567890=!");
    for (encoded, secret, of_service) in [
        ("pl4in%2bS3cret%2fwith%3c%26%3e+1234567890%3d!", secret, false),
        ("pl4in%2BS3cret%2Fwith%3C%26%3E%201234567890%3D!", secret, false),
        ("pl4in&#43;S3cret/with&lt;&amp;&gt; 1234567890=!", secret, false),
        ("pl4in&#x2B;S3cret&#x2F;with&lt;&amp;&gt; 1234567890&#x3D;!", secret, false),
        ("pl4in%2bS3cret%2fwith%3c%26%3e1234567890%3d!", token, true),
        ("pl4in&#43;S3cret/with&lt;&amp;&gt;1234567890=!", token, true),
    ] {
        for (status, body) in [
            ("400 Bad Request", format!("<p>unknown client: {encoded}</p>")),
            ("400 Bad Request", format!(r#"{{"error":"invalid_request","error_description":"form: {encoded}"}}"#)),
            (
                "403 Forbidden",
                format!(
                    r#"{{"statusCode":403,"message":"no","errors":[{{"code":"{encoded}"}}],"traceId":"{encoded}"}}"#
                ),
            ),
        ] {
            let failure = failure_of(&answers::answer(status, &body), secret, of_service);
            assert!(!format!("{failure:?}").contains("pl4in"), "{encoded}: {failure:?}");
            assert!(failure.message.contains("its text is not shown"), "{encoded}: {failure:?}");
        }
    }
}

/// The state of a job is a text of the service, and the message of a wait quotes it.
#[test]
fn a_token_in_the_place_of_a_state_is_not_told() {
    for token in [PLANTED[1].to_owned(), format!("{}{}", PLANTED[1], "x".repeat(100))] {
        let answer = ok(answers::job_in(&token));
        let server = ScriptedServer::start([vec![Step::Behave(answer)]], Afterwards::RepeatLast);
        let lines = Lines::new();
        let setup = Setup::new().base_url(&server.url()).access_token(&token).max_retries(0);
        let client = setup.log(lines, cloudbackupjobs::ffi::CBJ_LOG_DEBUG).client();
        let failure = client.wait_job(JOB_ID, 100, 2000).expect_err("does not end");
        assert!(failure.message.contains("The last state was \"[secret]\"."), "{failure:?}");
        assert!(!format!("{failure:?} {:?}", lines.all()).contains(PLANTED[1]), "{failure:?}");
    }
}

#[test]
fn a_secret_is_looked_for_in_time() {
    let body = "a".repeat(64_000_000);
    let server = ScriptedServer::start([vec![Step::Behave(ok(body))]], Afterwards::RepeatLast);
    let time = |secret: &str| {
        let setup = Setup::new().base_url(&server.url()).access_token(secret).max_retries(0);
        let (result, elapsed) = setup.max_response_bytes(80_000_000).client().timed(JOB_ID);
        let failure = result.expect_err("is no job");
        assert!(!failure.message.contains(secret), "{failure:?}");
        elapsed
    };
    // The second secret might begin at every place: a search that starts again at each place would compare a terabyte.
    let (harmless, periodic) = (time(&"b".repeat(16_000)), time(&format!("{}b", "a".repeat(16_000))));
    assert!(periodic < 4 * harmless + Duration::from_secs(2), "{periodic:?}, and {harmless:?} for another secret");
}

#[test]
fn token_and_secret_go_to_whom_they_are_for() {
    let (token, secret) = (PLANTED[1], PLANTED[0]);
    let identity = ScriptedServer::start([vec![Step::Behave(answers::token(token))]], Afterwards::RepeatLast);
    // A redirect to the identity service could send the token to the wrong server.
    let elsewhere = format!("{}/backup", identity.url());
    let redirect = answers::answer(&format!("307 Temporary Redirect\r\nLocation: {elsewhere}"), "");
    let first = vec![Step::Request, Step::Send(ok(JOB)), Step::Request, Step::Send(redirect), Step::Close];
    let service = ScriptedServer::start([first], Afterwards::RepeatLast);
    let client =
        Setup::new().base_url(&service.url()).identity_url(&identity.url()).client_secret("id", secret).client();
    client.get_job(JOB_ID, None).expect("is there");
    client.get_job(JOB_ID, None).expect_err("redirects are not followed");
    let all = |server: &ScriptedServer| {
        server.requests().iter().map(|request| format!("{}\n{}", request.head, request.body)).collect::<String>()
    };
    let (to_identity, to_service) = (all(&identity), all(&service));
    assert_eq!((identity.requests().len(), service.requests().len()), (1, 2));
    let sent = "client_secret=pl4nted-S3cret%2B%2F%3D%25";
    assert!(to_identity.contains(sent) && !to_identity.contains(token), "{to_identity}");
    assert!(!to_identity.to_ascii_lowercase().contains("authorization"), "{to_identity}");
    assert!(to_service.contains(token) && !to_service.contains("pl4nted-S3cret"), "{to_service}");
    // The secret is not in the request line, which servers and proxies log.
    assert!(to_identity.starts_with("POST / HTTP/1.1\r\n"), "{to_identity}");
}

#[test]
fn debug_shows_none() {
    let [secret, token, ..] = PLANTED;
    let proxy = format!("http://user:{secret}@proxy.example:3128");
    let config = Config::new()
        .base_url("https://graph.example")
        .access_token(token)
        .proxy(Some(&proxy))
        .log(LogLevel::Debug, |_, line| canary::check("a log line", line));
    let client = Client::new(&config).expect("is complete");
    let contradictory = config.clone().client_secret("id", secret).client_certificate("id", "/c.pem", Some(secret));
    let error = Client::new(&contradictory).expect_err("is contradictory");
    for text in [format!("{config:?} {contradictory:?} {client:?} {error:?}"), format!("{config:#?} {client:#?}")] {
        canary::check("Debug", &text);
        assert!(!text.contains(&BASE64_STANDARD.encode(format!("user:{secret}"))), "{text}");
    }
    let secret_client = Config::new().data_center("us").client_secret("id", secret);
    canary::check("Debug", &format!("{:?}", Client::new(&secret_client).expect("is complete")));
    for option in ["access_token", "client_secret", "client_certificate_password", "proxy"] {
        let by_name = Config::new().set_option(option, secret).expect("is an option");
        canary::check("Debug", &format!("{by_name:?}"));
    }
}

/// The form in the C source: every byte is changed, so that the program's memory does not contain the secret.
fn masked(name: &str, text: &str) -> String {
    let masked = text.bytes().fold(String::new(), |mut masked, byte| {
        let _ = write!(masked, "\\x{:02x}", byte ^ 0x15);
        masked
    });
    format!("-DMASKED_{name}=\"{masked}\"")
}

#[test]
fn nothing_is_left_in_memory() {
    let client_secret = "A secret/of the app+registration";
    let (token, host_token) = ("token-issued-by-the-identity-service", "token-that-the-host-got-itself");
    let (proxy_password, certificate_password) = ("pass-word-of-the-proxy", "correct horse");
    let definitions = [
        masked("CLIENT_SECRET", client_secret),
        masked("FORM", "A%20secret%2Fof%20the%20app%2Bregistration"),
        masked("ASSERTION", "&client_assertion=eyJ"),
        masked("TOKEN", token),
        masked("TOKEN_HEADER", &format!("uthorization: Bearer {token}")),
        masked("HOST_TOKEN", host_token),
        masked("PROXY_PASSWORD", proxy_password),
        masked("PROXY_BASIC", &BASE64_STANDARD.encode(format!("user:{proxy_password}"))),
        masked("CERTIFICATE_PASSWORD", certificate_password),
    ];
    let flags: Vec<&str> = ["-std=c99"].into_iter().chain(definitions.iter().map(String::as_str)).collect();
    let program = c_program::compile_as("cc", &flags, "tests/c/memory.c", Linking::Shared);

    // Without a length, a buffer for the body may have to grow.
    let issued = format!(r#"{{"access_token":"{token}","expires_in":3600,"token_type":"Bearer"}}"#);
    let in_chunks = answers::chunked(format!("{}0\r\n\r\n", answers::chunk(&issued)));
    let identity = ScriptedServer::start([vec![Step::Behave(in_chunks)]], Afterwards::RepeatLast);
    // A list that goes on on a second page, and a job.
    let answers = || {
        let service = Service::by_line([("?", ok(answers::page("J1", 2, ""))), ("", ok(JOB))]);
        vec![Step::Serve(service)]
    };
    let service = ScriptedServer::start([answers()], Afterwards::RepeatLast);
    let refuses = answers::answer("407 Proxy Authentication Required", "");
    let proxy = ScriptedServer::start([vec![Step::Behave(refuses)]], Afterwards::RepeatLast);
    let certificate = scratch_dir().join("memory.pfx");
    let _ = fs::remove_file(&certificate);
    fs::copy(root().join("tests/certificates/client/openssl3.pfx"), &certificate).expect("is committed");
    fs::set_permissions(&certificate, fs::Permissions::from_mode(0o600)).expect("is ours");
    let arguments = [
        &service.url(),
        &identity.url(),
        JOB_ID,
        &proxy.address().to_string(),
        certificate.to_str().expect("the repository's path is UTF-8"),
    ];
    let output = c_program::run(&program, &arguments, &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((identity.requests().len(), service.requests().len(), proxy.requests().len()), (2, 4, 1));
    let sent = |server: &ScriptedServer, what: &str| {
        server.requests().iter().any(|request| format!("{}\n{}", request.head, request.body).contains(what))
    };
    assert!(sent(&identity, "&client_assertion=eyJ") && sent(&service, &format!("uthorization: Bearer {token}")));

    let identity = tls_server::Server::default().start([vec![Step::Behave(answers::token(token))]]);
    let service = tls_server::Server::default().start([answers()]);
    let [base_url, identity_url] = [&service, &identity].map(|server| server.url().replace("http:", "https:"));
    let arguments = [&base_url, &identity_url, JOB_ID, &tls_server::certificate("ca.pem")];
    let output = c_program::run(&program, &arguments, &[]);
    assert!(output.status.success(), "over TLS: {}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((identity.requests().len(), service.requests().len()), (1, 2));
}

#[test]
fn the_canary_sings() {
    let found = std::panic::catch_unwind(|| canary::check("a message", &format!("x {} y", PLANTED[0])));
    assert!(found.is_err());
    assert_eq!(name(0), "CBJ_OK");
}
