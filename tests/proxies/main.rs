//! Calls through a proxy: what is sent to it, what it answers, and which proxy is used.
#![allow(missing_docs, reason = "a test program")]

mod environment;
mod real;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
#[path = "../tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod tls_server;
mod tunnel;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cloudbackupjobs::ffi::*;
use support::abi::{Setup, name};
use support::answers::{self, JOB, JOB_ID, ok};
use support::canary::PLANTED;
use support::scripted_server::{Afterwards, ScriptedServer, Step};
use tls_server::certificate;
use tunnel::Tunnel;

/// The service over TLS, as `localhost` and `127.0.0.1`.
fn service() -> ScriptedServer {
    tls_server::Server::default().start([vec![Step::Behave(ok(JOB))]])
}

/// A client of `host` at the server's port, through the proxy at `proxy`.
fn setup(server: &ScriptedServer, host: &str, proxy: &str) -> Setup {
    Setup::with_token(&format!("https://{host}:{}", server.address().port()))
        .ca_file(&certificate("ca.pem"))
        .timeout_ms(10_000)
        .proxy(proxy)
}

#[test]
fn a_job_comes_through_a_tunnel_that_is_kept() {
    let basic = |text: &str| Some(format!("Basic {}", BASE64_STANDARD.encode(text)));
    for (credentials, authorization) in [
        ("", None),
        ("user:pass@", basic("user:pass")),
        ("user@", basic("user:")),
        ("d%5Cuser:p%40ss%3A%25+%C3%BC@", basic("d\\user:p@ss:%+ü")),
    ] {
        for (scheme, proxy) in [("http", Tunnel::plain as fn(_) -> _), ("https", Tunnel::over_tls)] {
            let service = service();
            let proxy = proxy(service.address());
            let url = format!("{scheme}://{credentials}localhost:{}", proxy.port());
            let client = setup(&service, "localhost", &url).client();
            for _ in 0..3 {
                client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{url}: {failure:?}"));
            }
            let heads = proxy.heads();
            assert_eq!((heads.len(), service.connections(), service.requests().len()), (1, 1, 3), "{url}");
            let target = format!("localhost:{}", service.address().port());
            let lines: Vec<&str> = heads[0].lines().collect();
            assert_eq!(lines[..2], [format!("CONNECT {target} HTTP/1.1"), format!("Host: {target}")]);
            let header = |name: &str| {
                let line = lines.iter().find(|line| line.starts_with(&format!("{name}: ")))?;
                Some(line[name.len() + 2..].to_owned())
            };
            assert_eq!(header("Proxy-Authorization"), authorization, "{url}");
            assert!(header("User-Agent").is_some_and(|agent| agent.starts_with("cloudbackupjobs/")));
            // The data for the service is inside TLS.
            assert!(!heads[0].contains("token-of-the-host") && !heads[0].contains("\r\nAuthorization"), "{}", heads[0]);
            assert!(!service.requests()[0].head.to_ascii_lowercase().contains("proxy-authorization"));
        }
    }
}

#[test]
fn the_proxy_looks_the_host_up_and_cannot_pass_for_it() {
    // A look-up on this machine would fail; and the certificate of the service has another name.
    let nameless = "graph.invalid";
    let service = service();
    let proxy = Tunnel::plain(service.address());
    let url = format!("http://127.0.0.1:{}", proxy.port());
    let failure = setup(&service, nameless, &url).client().get_job(JOB_ID, None).expect_err("is another host");
    assert_eq!(name(failure.status), "CBJ_ERROR_TLS");
    assert!(failure.message.contains("not for graph.invalid but for"), "{}", failure.message);
    assert_eq!(proxy.heads().len(), 1);
    assert!(proxy.heads()[0].starts_with(&format!("CONNECT {nameless}:{}", service.address().port())));
    assert_eq!(service.requests().len(), 0);
}

#[test]
fn a_proxy_that_speaks_tls_is_verified_itself() {
    let service = service();
    let proxy = Tunnel::over_tls(service.address());
    let url = format!("https://127.0.0.2:{}", proxy.port());
    let failure = setup(&service, "localhost", &url).max_retries(0).client().get_job(JOB_ID, None);
    let failure = failure.expect_err("its certificate is for 127.0.0.1");
    assert_eq!(name(failure.status), "CBJ_ERROR_TLS");
    assert!(failure.message.contains(&format!("with the proxy {url}")), "{}", failure.message);
    assert!(failure.message.contains("not for 127.0.0.2"), "{}", failure.message);
    assert!(proxy.heads().is_empty());
}

#[test]
fn plain_http_and_the_identity_service_go_through_it_too() {
    let (token, secret) = (PLANTED[1], PLANTED[0]);
    let service = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let identity = ScriptedServer::start([vec![Step::Behave(answers::token(token))]], Afterwards::RepeatLast);
    let proxy = Tunnel::as_asked();
    let client = Setup::new()
        .base_url(&service.url())
        .identity_url(&identity.url())
        .client_secret("id", secret)
        .proxy(&format!("http://127.0.0.1:{}", proxy.port()))
        .client();
    client.get_job(JOB_ID, None).expect("is there");
    let heads = proxy.heads();
    assert_eq!(heads.len(), 2, "{heads:?}");
    for (head, server) in heads.iter().zip([&identity, &service]) {
        assert!(head.starts_with(&format!("CONNECT {} HTTP/1.1\r\n", server.address())), "{head}");
        assert!(!head.contains(token) && !head.contains(secret), "{head}");
    }
}

#[test]
fn an_empty_proxy_is_none_and_the_last_setting_wins() {
    let service = service();
    let proxy = Tunnel::plain(service.address());
    let url = format!("http://127.0.0.1:{}", proxy.port());
    setup(&service, "localhost", &url).proxy("").client().get_job(JOB_ID, None).expect("is there");
    assert_eq!(proxy.heads().len(), 0);
    setup(&service, "localhost", "").proxy(&url).client().get_job(JOB_ID, None).expect("is there");
    assert_eq!(proxy.heads().len(), 1);
}

#[test]
fn an_address_that_is_none_is_refused_without_being_shown() {
    for (url, words) in [
        ("socks5://user:s3cret@127.0.0.1:1080", "proxy has the scheme socks5, wanted http or https"),
        ("http://user:s3cret@", "proxy"),
        ("http://user:s3cret@127.0.0.1:99999", "proxy"),
        ("http://user:s3cret@127.0.0.1:3128/path", "proxy must end with the port"),
        ("http://us%3Aer:s3cret@127.0.0.1:3128", "proxy has a user name with a colon"),
    ] {
        let failure = Setup::with_token("https://graph.example").proxy(url).try_client().map(|_| ()).expect_err(url);
        assert_eq!(name(failure.status), "CBJ_ERROR_CONFIG");
        assert!(failure.message.contains(words), "{}", failure.message);
    }
}

#[test]
fn a_call_that_waits_for_the_proxy_can_be_cancelled() {
    let proxy = ScriptedServer::start([vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
    let client = Setup::with_token("https://graph.invalid").proxy(&proxy.url()).timeout_ms(10_000).client();
    std::thread::scope(|scope| {
        let call = scope.spawn(|| client.timed(JOB_ID));
        std::thread::sleep(std::time::Duration::from_millis(300));
        // SAFETY: a live client.
        unsafe { cbj_client_cancel(client.as_ptr()) };
        let (job, time) = call.join().expect("no panic");
        assert_eq!(job.expect_err("is cancelled").status, CBJ_ERROR_CANCELLED);
        assert!(time.as_millis() < 1000, "{time:?}");
    });
}
