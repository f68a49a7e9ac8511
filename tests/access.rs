//! Access through the C ABI: refused configurations, tokens of the host, and tokens that the client fetches.
#![allow(missing_docs, reason = "a test program")]

mod support;

use cloudbackupjobs::ffi::*;
use support::abi::{self, Setup};
use support::answers::{JOB, answer, ok, token};
use support::sandbox::{self, Options, Sandbox};
use support::scripted_server::{Afterwards, ScriptedServer, Step};

const SECRET: &str = "sandbox-secret";

fn start(options: Options) -> Sandbox {
    Sandbox::start(options).expect("the sandbox starts")
}

fn setup(sandbox: &Sandbox) -> Setup {
    Setup::new()
        .base_url(&sandbox.base_url())
        .identity_url(&sandbox.identity_url())
        .client_secret("sandbox-client", SECRET)
}

#[test]
fn a_configuration_that_makes_no_sense_is_named() {
    let url = "https://graph.example";
    let token = || Setup::with_token(url);
    let secret = || Setup::new().data_center("us").client_secret("id", "secret");
    let cases: Vec<(Setup, &str)> = vec![
        (Setup::new(), "data_center"),
        (Setup::new().access_token("t"), "data_center"),
        (Setup::new().data_center("us"), "client_secret"),
        (Setup::new().data_center("mars").access_token("t"), "\"mars\" is not one of au, sg"),
        (token().client_secret("id", "secret"), "access_token and client_secret"),
        (Setup::new().base_url(url).client_secret("id", "secret"), "identity_url"),
        (Setup::with_token("http://graph.example"), "base_url must be https"),
        (Setup::with_token("https://u:p@graph.example"), "base_url must hold no user name"),
        (Setup::with_token("graph.example"), "base_url"),
        (Setup::with_token(""), "base_url"),
        (secret().identity_url("http://identity.example"), "identity_url must be https"),
        (Setup::new().data_center("us").client_secret("", "secret"), "client_secret has a client id"),
        (Setup::new().data_center("us").client_secret("id", ""), "client_secret has a secret"),
        (Setup::new().data_center("us").client_secret("id", "a\nb"), "client_secret has a secret"),
        (secret().scope(""), "scope"),
        (secret().scope("a\"b"), "scope"),
        (Setup::with_token(url).access_token(""), "access_token is empty"),
        (Setup::with_token(url).access_token("a b"), "access_token contains"),
        (Setup::with_token(url).access_token("token\n"), "access_token contains"),
        (Setup::with_token(url).access_token("a\r\nX: y"), "access_token contains"),
        (Setup::with_token(url).access_token(&"x".repeat(16_385)), "access_token is longer than 16384 bytes"),
        (Setup::with_token(&format!("{url}/{}", "x".repeat(2048))), "base_url is longer than 2048 bytes"),
        (secret().identity_url(&format!("{url}/{}", "x".repeat(2048))), "identity_url is longer than 2048 bytes"),
        (token().user_agent(&"x".repeat(1025)), "user_agent is longer than 1024 bytes"),
        (token().proxy(&format!("http://u:{}@h:1", "x".repeat(4096))), "proxy is longer than 4096 bytes"),
        (token().location("EUR&x"), "location"),
        (token().location(""), "location"),
        (token().user_agent("a\r\nX: y"), "user_agent"),
        (token().user_agent("ü"), "user_agent"),
        (token().timeout_ms(0), "timeout_ms"),
        (token().connect_timeout_ms(0), "connect_timeout_ms"),
        (token().max_response_bytes(0), "max_response_bytes"),
        (token().ca_file("/nonexistent/ca.pem"), "ca_file \"/nonexistent/ca.pem\" cannot be read"),
    ];
    for (setup, words) in cases {
        let failure = setup.try_client().map(|_| ()).expect_err(words);
        assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG", "{}", failure.message);
        assert!(failure.message.contains(words), "{words}: {}", failure.message);
        assert_eq!(failure.is_retryable, 0);
    }
}

#[test]
fn the_identity_services_refusal_leads_to_what_is_wrong() {
    let refusal = |line: &str| answer(line, r#"{"error":"invalid_client"}"#);
    let credentials = "Check the client id, the client secret or certificate and whether it has expired";
    let url = "the identity URL (identity_url)";
    let cases = [
        ("400", refusal("400 Bad Request"), CBJ_ERROR_AUTHENTICATION, vec![credentials, "scope", "data center"]),
        ("401", refusal("401 Unauthorized"), CBJ_ERROR_AUTHENTICATION, vec![credentials, "data center"]),
        ("403", refusal("403 Forbidden"), CBJ_ERROR_AUTHENTICATION, vec![credentials, "data center"]),
        ("404", answer("404 Not Found", ""), CBJ_ERROR_AUTHENTICATION, vec![url, "data center"]),
        ("405", answer("405 Method Not Allowed", ""), CBJ_ERROR_AUTHENTICATION, vec![url, "data center"]),
        (
            "302",
            answer("302 Found\r\nLocation: /", ""),
            CBJ_ERROR_REJECTED,
            vec!["set the identity URL (identity_url)"],
        ),
        ("501", answer("501 Not Implemented", ""), CBJ_ERROR_SERVER, vec![url]),
        ("505", answer("505 HTTP Version Not Supported", ""), CBJ_ERROR_SERVER, vec![url]),
        ("600", answer("600 Whatever", ""), CBJ_ERROR_PROTOCOL, vec![url]),
        ("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(), CBJ_ERROR_PROTOCOL, vec!["is not HTTP", url]),
        ("too large", ok("x".repeat(300_000)), CBJ_ERROR_PROTOCOL, vec!["larger than 262144 bytes", url]),
        ("503", answer("503 Service Unavailable", ""), CBJ_ERROR_SERVER, vec!["identity service is not available"]),
    ];
    for (row, bytes, status, words) in cases {
        let server = ScriptedServer::start([vec![Step::Request, Step::Send(bytes)]], Afterwards::RepeatLast);
        let setup = Setup::new().base_url("http://127.0.0.1:1").identity_url(&server.url());
        let client = setup.client_secret("client-1", "s3cret").max_retries(0).client();
        let failure = client.get_job(sandbox::FINISHED, None).expect_err(row);
        assert_eq!(abi::name(failure.status), abi::name(status), "{row}: {failure:?}");
        for word in words {
            assert!(failure.message.contains(word), "{row}: no {word:?} in {failure:?}");
        }
        for misleading in ["access token", "base URL", "max_response_bytes"] {
            assert!(!failure.message.contains(misleading), "{row}: {misleading} in {failure:?}");
        }
    }
}

#[test]
fn the_services_401_leads_to_the_token() {
    let server = ScriptedServer::start([vec![Step::Behave(answer("401 Unauthorized", ""))]], Afterwards::RepeatLast);
    let failure = Setup::with_token(&server.url()).client().get_job(sandbox::FINISHED, None).expect_err("is refused");
    for word in ["The access token was refused", "data center", "expired", "microsoft365backup.jobInfo.read.all"] {
        assert!(failure.message.contains(word), "no {word:?} in {failure:?}");
    }
}

#[test]
fn the_identity_url_is_used_as_it_is() {
    for path in ["", "/", "/connect/token", "/connect/token/", "/connect//token//"] {
        let server = ScriptedServer::start([vec![Step::Behave(token("t"))]], Afterwards::RepeatLast);
        let service = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
        let setup = Setup::new().base_url(&format!("{}/", service.url()));
        let client = setup.identity_url(&format!("{}{path}", server.url())).client_secret("id", "s3cret").client();
        client.get_job(sandbox::FINISHED, None).unwrap_or_else(|failure| panic!("{path}: {failure:?}"));
        let line = if path.is_empty() { "POST / HTTP/1.1\r\n".to_owned() } else { format!("POST {path} HTTP/1.1\r\n") };
        assert!(server.requests()[0].head.starts_with(&line), "{path}: {:?}", server.requests());
        // Paths are appended to the base URL, so its last slash is removed.
        let line = "GET /backup/m365/cloudbackupjobs/";
        assert!(service.requests()[0].head.starts_with(line), "{path}: {:?}", service.requests());
    }
}

#[test]
fn a_secret_that_stands_in_a_good_answer_changes_nothing() {
    // Each secret occurs in the answer with the token: in a name, a value or the punctuation.
    for secret in ["token", "t", "access_token", "Bearer", "expires_in", "\":\"", "3600", "token-of-"] {
        let server = ScriptedServer::start([vec![Step::Behave(token("token-of-1"))]], Afterwards::RepeatLast);
        let service = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
        let setup = Setup::new().base_url(&service.url()).identity_url(&server.url());
        let client = setup.client_secret("id", secret).client();
        client.get_job(sandbox::FINISHED, None).unwrap_or_else(|failure| panic!("{secret}: {failure:?}"));
        let head = service.requests()[0].head.to_lowercase();
        assert!(head.contains("authorization: bearer token-of-1\r\n"), "{secret}: {head}");
    }
}

#[test]
fn whatever_is_accepted_fits_into_a_request() {
    let (token_text, user_agent) = ("x".repeat(16_384), "u".repeat(1024));
    let (id, location) = ("ü".repeat(128), "L".repeat(64));
    let long_path = |url: String| {
        let length = 2048 - url.len() - 1;
        format!("{url}/{}", "p".repeat(length))
    };
    let answer_of_identity = token(&token_text);
    let identity = ScriptedServer::start([vec![Step::Behave(answer_of_identity)]], Afterwards::RepeatLast);
    let service = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let setup = || Setup::new().base_url(&long_path(service.url())).user_agent(&user_agent);
    let secret = "s3cret ".repeat(20_000);
    let by_secret = || setup().identity_url(&long_path(identity.url())).client_secret("id", &secret);
    for setup in [setup().access_token(&token_text), by_secret()] {
        let client = setup.client();
        client.get_job(&id, Some(&location)).unwrap_or_else(|failure| panic!("{failure:?}"));
        assert_ne!(client.set_access_token(&"x".repeat(16_385)), CBJ_OK);
    }
    let requests = service.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        let encoded = "%C3%BC".repeat(128);
        assert!(
            request.head.lines().next().is_some_and(|line| line.contains(&format!("/{encoded}?location={location}")))
        );
        assert!(request.head.contains(&token_text) && request.head.contains(&user_agent));
    }
    let body = &identity.requests()[0].body;
    assert!(body.contains(&"s3cret%20".repeat(20_000)), "{} bytes", body.len());

    // The longest URL of a proxy, with the longest host name.
    let host = format!("{}.invalid", ["h".repeat(63).as_str()].repeat(31).join("."));
    let refuses = answer("403 Forbidden", "");
    let proxy = ScriptedServer::start([vec![Step::Behave(refuses)]], Afterwards::RepeatLast);
    let address = format!("@{}", proxy.address());
    let credentials = format!("http://u:{}", "p".repeat(4096 - address.len() - 9));
    let failure = Setup::with_token(&format!("https://{host}"))
        .user_agent(&user_agent)
        .proxy(&format!("{credentials}{address}"))
        .max_retries(0)
        .client()
        .get_job("J", None)
        .expect_err("is refused");
    assert!(failure.message.contains("answered 403"), "{failure:?}");
    assert!(proxy.requests()[0].head.contains(&user_agent), "{:?}", proxy.requests());
}

#[test]
fn later_settings_win_and_every_data_center_is_known() {
    assert!(Setup::new().data_center("mars").data_center("gcp-jp").access_token("t").try_client().is_ok());
    assert!(Setup::with_token("http://graph.example").allow_http(1).try_client().is_ok());
    assert!(Setup::with_token("http://graph.example").allow_http(1).allow_http(0).try_client().is_err());
    for name in ["au", "sg", "ca", "ne", "we", "fr", "de", "jp", "kr", "ch", "uk", "us", "uae", "za", "qa", "gcp-au"]
        .into_iter()
        .chain(["gcp-jp", "gcp-us", "gcp-we", "gcp-kr", "gov", "aos2", "fedramp", "US"])
    {
        assert!(Setup::new().data_center(name).client_secret("id", "secret").try_client().is_ok(), "{name}");
    }
}

#[test]
fn a_token_that_cannot_be_used_is_refused_and_not_quoted() {
    let long = "x".repeat(16_385);
    for (token, kind, words) in [
        ("pl4nted-T0ken with-a-blank", "Bearer", "the access token contains a blank"),
        ("pl4nted-T0ken\\nX: y", "Bearer", "the access token contains a blank, a line break"),
        (&long, "Bearer", "the access token is longer than 16384 bytes"),
        ("", "Bearer", "access_token"),
        ("pl4nted-T0ken", "mac", "token_type"),
    ] {
        let answer = ok(format!(r#"{{"access_token":"{token}","token_type":"{kind}","expires_in":3600}}"#));
        let identity = ScriptedServer::start([vec![Step::Behave(answer)]], Afterwards::RepeatLast);
        let service = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
        let setup = Setup::new().base_url(&service.url()).identity_url(&identity.url()).client_secret("id", SECRET);
        let failure = setup.client().get_job("FB1", None).expect_err(words);
        assert_eq!(
            (abi::name(failure.status).as_str(), failure.is_retryable),
            ("CBJ_ERROR_PROTOCOL", 0),
            "{failure:?}"
        );
        assert!(failure.message.contains(words), "no {words:?} in {failure:?}");
        assert_eq!((identity.requests().len(), service.connections()), (1, 0), "{failure:?}");
    }
}

#[test]
fn one_token_serves_many_calls() {
    let sandbox = start(Options::default());
    let client = setup(&sandbox).client();
    for _ in 0..5 {
        client.get_job(sandbox::FINISHED, None).expect("is there");
    }
    assert_eq!((sandbox.token_requests(), sandbox.job_requests()), (1, 5));
}

#[test]
fn threads_that_wait_share_one_fetch() {
    let sandbox = start(Options { latency: std::time::Duration::from_millis(300), ..Options::default() });
    let client = setup(&sandbox).client();
    std::thread::scope(|scope| {
        for _ in 0..12 {
            scope.spawn(|| client.get_job(sandbox::FINISHED, None).expect("is there"));
        }
    });
    assert_eq!((sandbox.token_requests(), sandbox.job_requests()), (1, 12));
}

#[test]
fn threads_that_wait_share_the_failure_too() {
    let sandbox = start(Options { latency: std::time::Duration::from_millis(300), ..Options::default() });
    let client = setup(&sandbox).client_secret("sandbox-client", "wrong").client();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let failure = client.get_job(sandbox::FINISHED, None).expect_err("is refused");
                assert_eq!(failure.status, CBJ_ERROR_AUTHENTICATION);
            });
        }
    });
    assert!(sandbox.token_requests() < 4, "{} fetches for 8 threads", sandbox.token_requests());
}

#[test]
fn a_waiting_thread_ends_at_its_own_deadline() {
    let sandbox = start(Options { latency: std::time::Duration::from_millis(1500), ..Options::default() });
    let client = setup(&sandbox).timeout_ms(400).client();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (job, time) = client.timed(sandbox::FINISHED);
                assert_eq!(job.expect_err("is late").status, CBJ_ERROR_TIMEOUT);
                assert!((400..650).contains(&time.as_millis()), "{time:?}");
            });
        }
    });
}

#[test]
fn a_token_is_renewed_shortly_before_it_expires() {
    // The token is used for 0.9 s of its one second.
    let sandbox = start(Options { token_lifetime_seconds: 1, ..Options::default() });
    let client = setup(&sandbox).client();
    client.get_job(sandbox::FINISHED, None).expect("is there");
    client.get_job(sandbox::FINISHED, None).expect("is there");
    assert_eq!(sandbox.token_requests(), 1);
    std::thread::sleep(std::time::Duration::from_millis(950));
    client.get_job(sandbox::FINISHED, None).expect("is there");
    assert_eq!(sandbox.token_requests(), 2);
}

#[test]
fn a_refused_token_is_renewed_exactly_once() {
    let sandbox = start(Options::default());
    let client = setup(&sandbox).client();
    client.get_job(sandbox::FINISHED, None).expect("is there");
    sandbox.revoke_tokens();
    client.get_job(sandbox::FINISHED, None).expect("is there with a new token");
    assert_eq!((sandbox.token_requests(), sandbox.job_requests()), (2, 3));

    // A token that expires as soon as it is issued is refused again. Then the call fails.
    let sandbox = start(Options { token_lifetime_seconds: 0, ..Options::default() });
    let failure = setup(&sandbox).client().get_job(sandbox::FINISHED, None).expect_err("is refused");
    assert_eq!((failure.status, failure.http_status), (CBJ_ERROR_AUTHENTICATION, 401));
    assert_eq!((sandbox.token_requests(), sandbox.job_requests()), (2, 2));
}

#[test]
fn many_threads_renew_a_refused_token_once() {
    let sandbox = start(Options::default());
    let client = setup(&sandbox).client();
    client.get_job(sandbox::FINISHED, None).expect("is there");
    sandbox.revoke_tokens();
    sandbox.set_latency(std::time::Duration::from_millis(150));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.get_job(sandbox::FINISHED, None).expect("is there"));
        }
    });
    assert_eq!(sandbox.token_requests(), 2);
}

#[test]
fn the_identity_services_own_words_are_in_the_error_and_the_secret_is_not() {
    let sandbox = start(Options::default());
    let wrong = "Wr0ng-S3cret+/=%";
    let cases = [
        (setup(&sandbox).client_secret("sandbox-client", wrong), "invalid_client"),
        (setup(&sandbox).scope("something.else"), "invalid_scope"),
    ];
    for (setup, words) in cases {
        let failure = setup.client().get_job(sandbox::FINISHED, None).expect_err(words);
        assert_eq!(abi::name(failure.status), "CBJ_ERROR_AUTHENTICATION");
        assert_eq!((failure.http_status, failure.is_retryable), (400, 0));
        assert!(failure.message.starts_with(&format!("POST {}", sandbox.identity_url())), "{}", failure.message);
        assert!(failure.message.contains(words), "{}", failure.message);
        assert!(!failure.message.contains(wrong) && !failure.message.contains(SECRET), "{}", failure.message);
    }
    assert_eq!(sandbox.job_requests(), 0);
}

#[test]
fn a_secret_is_encoded_as_a_form_demands() {
    let secret = "a b&c=d+e%f/ü\"'";
    let sandbox = start(Options { client_secret: secret.to_owned(), ..Options::default() });
    let client = setup(&sandbox).client_secret("sandbox-client", secret).client();
    client.get_job(sandbox::FINISHED, None).expect("the secret arrived as it is");
}

#[test]
fn a_token_without_the_permission_is_told_apart() {
    let sandbox = start(Options { scope: "another.permission".to_owned(), ..Options::default() });
    let client = setup(&sandbox).scope("another.permission").client();
    let failure = client.get_job(sandbox::FINISHED, None).expect_err("lacks the permission");
    assert_eq!((failure.status, failure.http_status), (CBJ_ERROR_PERMISSION, 403));
}

#[test]
fn the_hosts_token_is_used_and_can_be_replaced() {
    let sandbox = start(Options::default());
    let client = Setup::new().base_url(&sandbox.base_url()).access_token(&sandbox.issue_token()).client();
    client.get_job(sandbox::FINISHED, None).expect("is there");
    sandbox.revoke_tokens();
    let failure = client.get_job(sandbox::FINISHED, None).expect_err("is refused");
    assert_eq!((failure.status, failure.http_status), (CBJ_ERROR_AUTHENTICATION, 401));
    // The library cannot renew the host's token, so it sends the token only once.
    assert_eq!((sandbox.job_requests(), sandbox.token_requests()), (2, 0));
    assert_eq!(client.set_access_token(&sandbox.issue_token()), CBJ_OK);
    client.get_job(sandbox::FINISHED, None).expect("is there with the new token");
    for bad in ["", "a b", "a\nb", "ü"] {
        assert_eq!(client.set_access_token(bad), CBJ_ERROR_INVALID_ARGUMENT, "{bad:?}");
    }
    client.get_job(sandbox::FINISHED, None).expect("a token that was refused changes nothing");
}

#[test]
fn a_call_under_way_goes_on_with_the_hosts_new_token() {
    let sandbox = start(Options::default());
    let client = Setup::new().base_url(&sandbox.base_url()).access_token(&sandbox.issue_token()).client();
    sandbox.revoke_tokens();
    sandbox.set_latency(std::time::Duration::from_millis(400));
    std::thread::scope(|scope| {
        let call = scope.spawn(|| client.get_job(sandbox::FINISHED, None));
        std::thread::sleep(std::time::Duration::from_millis(150));
        assert_eq!(client.set_access_token(&sandbox.issue_token()), CBJ_OK);
        call.join().expect("no panic").expect("is there with the new token");
    });
    assert_eq!(sandbox.job_requests(), 2);
}

#[test]
fn a_client_that_gets_its_tokens_itself_takes_none() {
    let sandbox = start(Options::default());
    let client = setup(&sandbox).client();
    assert_eq!(client.set_access_token("token"), CBJ_ERROR_CONFIG);
    client.get_job(sandbox::FINISHED, None).expect("is there");
}
