//! Secrets go to nobody but whom they are for, are told to nobody, and are gone when they are not needed any more.
#![allow(missing_docs, reason = "a test program")]

mod support;

use std::fmt::Write;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cloudbackupjobs::{Client, Config, LogLevel};
use support::abi::{Lines, Setup, name};
use support::answers::{self, JOB, JOB_ID, ok};
use support::c_program::{self, Linking, root, scratch_dir};
use support::canary::{self, PLANTED};
use support::scripted_server::{Afterwards, ScriptedServer, Step};

/// Everything that a server can echo, in every place of which a message is made.
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
    // The second is longer than what is quoted of an answer.
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
            // Failures and lines are held against the planted secrets where they come in.
            let failure = client.get_job(JOB_ID, None).expect_err("is no answer");
            let texts = format!("{failure:?} {:?}", lines.all());
            assert!(!texts.contains(secret), "{}: {texts}", String::from_utf8_lossy(&answer));
            assert!(!lines.all().is_empty());
        }
    }
}

#[test]
fn token_and_secret_go_to_whom_they_are_for() {
    let (token, secret) = (PLANTED[1], PLANTED[0]);
    let identity = ScriptedServer::start([vec![Step::Behave(answers::token(token))]], Afterwards::RepeatLast);
    // A redirect to the other one is where they would cross.
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
    // Not where servers and proxies log it.
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
}

/// As the C source takes it: every byte changed, so that it does not stand in the program.
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
        masked("TOKEN", token),
        masked("HOST_TOKEN", host_token),
        masked("PROXY_PASSWORD", proxy_password),
        masked("PROXY_BASIC", &BASE64_STANDARD.encode(format!("user:{proxy_password}"))),
        masked("CERTIFICATE_PASSWORD", certificate_password),
    ];
    let flags: Vec<&str> = ["-std=c99"].into_iter().chain(definitions.iter().map(String::as_str)).collect();
    let program = c_program::compile_as("cc", &flags, "tests/c/memory.c", Linking::Shared);

    let identity = ScriptedServer::start([vec![Step::Behave(answers::token(token))]], Afterwards::RepeatLast);
    let service = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
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
    assert_eq!((identity.requests().len(), service.requests().len(), proxy.requests().len()), (2, 2, 1));
}

#[test]
fn the_canary_sings() {
    let found = std::panic::catch_unwind(|| canary::check("a message", &format!("x {} y", PLANTED[0])));
    assert!(found.is_err());
    assert_eq!(name(0), "CBJ_OK");
}
