//! `cbj_config_load_file`.

use std::time::{Duration, Instant};

use cloudbackupjobs::ffi::*;

use super::support::abi::{self, Failure, Setup};
use super::support::answers::{self, JOB, JOB_ID, ok};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};
use super::{ACCESS, REFUSED, write};

fn load(name: &str, json: &str) -> Result<Setup, Failure> {
    Setup::new().load_file(&write(&format!("{name}.json"), json, 0o600))
}

fn refusal(name: &str, json: &str) -> Failure {
    match load(name, json) {
        Ok(_) => panic!("{name}: {json} is accepted"),
        Err(failure) => failure,
    }
}

#[test]
fn every_option_is_known_by_the_name_of_its_setter() {
    for row in REFUSED {
        let rest = ACCESS.iter().chain(&[("client_secret", "s")]).filter(|(option, _)| *option != row.option);
        let members: Vec<String> = rest.map(|(option, value)| format!("{option:?}: {value:?}")).collect();
        let json = format!("{{{}, {:?}: {}}}", members.join(", "), row.option, row.json);
        let result = load("option", &json).unwrap_or_else(|failure| panic!("{json}: {failure:?}")).try_client();
        match result {
            Ok(_) => assert_eq!(row.words, "", "{json} is accepted"),
            Err(failure) => {
                assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG");
                assert!(!row.words.is_empty() && failure.message.contains(row.words), "{json}: {}", failure.message);
                assert!(!failure.message.contains("s3cret"), "{}", failure.message);
            }
        }
    }
}

#[test]
fn the_options_of_a_file_reach_the_server() {
    let server = ScriptedServer::start([vec![Step::Behave(answers::answer("503 Busy", ""))]], Afterwards::RepeatLast);
    let json = format!(
        r#"{{"base_url": "{}", "access_token": "token-of-the-file", "location": "EUR", "user_agent": "mine/1",
            "max_retries": 1, "timeout_ms": 9000, "connect_timeout_ms": 5000, "max_response_bytes": 100000,
            "trust": "bundled", "proxy": "", "allow_http": false}}"#,
        server.url()
    );
    let client = load("reaches", &json).expect("is read").client();
    let failure = client.get_job(JOB_ID, None).expect_err("is busy");
    assert_eq!(failure.status, CBJ_ERROR_SERVER);
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "one retry");
    let head = &requests[0].head;
    assert!(head.contains("?location=EUR ") && head.contains("Bearer token-of-the-file"), "{head}");
    assert!(head.to_ascii_lowercase().contains("user-agent: mine/1 cloudbackupjobs/"), "{head}");
}

#[test]
fn what_is_wrong_is_found_by_line_and_column() {
    for (name, json, words) in [
        (
            "unknown",
            "{\n  \"clinet_id\": \"x\"\n}",
            &["line 2, column 13", "\"clinet_id\" is not an option; did you mean \"client_id\"?"][..],
        ),
        ("case", "{\"Timeout_MS\": 1}", &["line 1, column 13", "\"timeout_ms\""]),
        ("twice", "{\"scope\": \"a\",\n\"scope\": \"b\"}", &["line 2", "scope is set a second time"]),
        ("both", "{\"proxy\": \"\", \"proxy_file\": \"/x\"}", &["line 1", "proxy is set a second time"]),
        ("comma", "{\"scope\": \"a\",}", &["line 1, column 15"]),
        ("comment", "{\n// no\n}", &["line 2, column 1"]),
        ("end", "{\"scope\": \"a\"", &["line 1, column 13", "EOF"]),
        ("more", "{} {}", &["line 1, column 4"]),
        ("list", "[]", &["line 1", "an object with the options"]),
        (
            "text-as-number",
            "{\"timeout_ms\": \"1\"}",
            &["timeout_ms is \"1\", wanted a whole number from 0 to 4294967295"],
        ),
        ("negative", "{\"timeout_ms\": -1}", &["timeout_ms is -1, wanted"]),
        ("fraction", "{\"max_response_bytes\": 1.5}", &["max_response_bytes is 1.5, wanted a whole number"]),
        ("too-large", "{\"max_retries\": 4294967296}", &["max_retries is 4294967296, wanted"]),
        ("number-as-text", "{\"scope\": 5}", &["scope is 5, wanted a text in quotes"]),
        ("null", "{\"location\": null}", &["location is null, wanted a text in quotes"]),
        ("flag", "{\"allow_http\": \"yes\"}", &["allow_http is \"yes\", wanted true or false"]),
        ("word", "{\"trust\": \"mine\"}", &["trust is \"mine\", wanted \"bundled\" or \"system\""]),
        ("secret", "{\"client_secret\": 4711}", &["client_secret is not a text in quotes"]),
        ("secret-object", "{\"access_token\": {\"x\": \"s3cret\"}}", &["access_token is not a text in quotes"]),
        (
            "no-file",
            "{\"client_secret_file\": \"/nonexistent/x\"}",
            &["client_secret_file names the file \"/nonexistent/x\", which cannot be read"],
        ),
        ("empty", "", &["is empty"]),
        ("blank", " \n", &["is empty"]),
    ] {
        let failure = refusal(name, json);
        assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG", "{failure:?}");
        assert!(failure.message.contains(&format!("configuration-{name}.json")), "{}", failure.message);
        for word in words {
            assert!(failure.message.contains(word), "{json}: no {word:?} in {}", failure.message);
        }
        assert!(!failure.message.contains("s3cret") && !failure.message.contains("4711"), "{}", failure.message);
    }
    let failure = Setup::new().load_file(&write("bytes.json", b"{\"scope\": \"\xff\"}", 0o600)).map(|_| ());
    assert!(failure.expect_err("is no text").message.contains("is not UTF-8 from byte 11 on"));
    for (path, words) in [("/nonexistent/x.json", "cannot be read"), ("/", "is a directory"), ("", "cannot be read")] {
        let failure = Setup::new().load_file(path).map(|_| ()).expect_err(path);
        assert!(failure.message.contains(words), "{}", failure.message);
    }
}

/// The reader of the message may not be the person who wrote the file.
#[test]
fn what_may_be_a_secret_is_not_quoted_wherever_it_stands() {
    for json in [
        // Instead of the whole object.
        r#""s3cret""#,
        " \n \"s3cret\"",
        r#"["s3cret"]"#,
        "s3cret",
        "'s3cret'",
        "-----BEGIN s3cret-----",
        r#"{"client_secret": "x"} "s3cret""#,
        r#"{"s3cret"}"#,
        r#"{"client_secret" "s3cret"}"#,
        r#"{"client_secret": s3cret}"#,
        r#"{"client_secret": "s3cret}"#,
        // As the value of another option, or of an unknown one.
        r#"{"timeout_ms": "s3cret"}"#,
        r#"{"max_response_bytes": "s3cret"}"#,
        r#"{"allow_http": "s3cret"}"#,
        r#"{"trust": "s3cret"}"#,
        r#"{"scope": ["s3cret"]}"#,
        r#"{"scope": {"s3cret": 1}}"#,
        r#"{"clinet_secret": "s3cret"}"#,
        r#"{"s3cret": "client_secret"}"#,
        r#"{"client_secret_file": "s3cret"}"#,
        r#"{"proxy_file": "abc/s3cret=="}"#,
    ] {
        let message = refusal("misplaced", json).message;
        assert!(!message.contains("s3cret"), "{json}: {message}");
        assert!(message.contains("line ") && message.contains("column "), "{json}: {message}");
    }
    for json in [
        r#"{"data_center": "s3cret"}"#,
        r#"{"base_url": "s3cret://x"}"#,
        r#"{"proxy": "s3cret://x@h:1"}"#,
        r#"{"location": "s3cret+"}"#,
        r#"{"client_certificate": "s3cret"}"#,
        r#"{"ca_file": "s3cret", "access_token": "t"}"#,
    ] {
        let setup = load("names-a-secret", json).expect("is read");
        let complete = ["data_center", "base_url"].iter().any(|option| json.contains(option));
        let setup = if complete { setup } else { setup.data_center("us") };
        let failure = setup.try_client().map(|_| ()).expect_err(json);
        assert!(!failure.message.contains("s3cret"), "{json}: {}", failure.message);
    }
}

#[test]
fn a_url_that_is_not_ascii_is_refused() {
    for option in ["base_url", "identity_url"] {
        for url in ["https://graph.example/\u{fc}", "https://gr\u{e4}ph.example"] {
            let rest: Vec<String> = ACCESS
                .iter()
                .chain(&[("client_secret", "s")])
                .filter(|(name, _)| *name != option)
                .map(|(name, value)| format!("{name:?}: {value:?}"))
                .collect();
            let json = format!("{{{}, {option:?}: {url:?}}}", rest.join(", "));
            let failure = load("not-ascii", &json).expect("is read").try_client().map(|_| ()).expect_err(url);
            assert!(failure.message.contains(&format!("{option} must be ASCII")), "{}", failure.message);
        }
    }
}

/// A hostile file must not cost seconds of CPU, or make a message as long as the file.
#[test]
fn a_long_name_or_path_costs_little_and_is_not_repeated() {
    let long = "x".repeat(15 * 1024 * 1024);
    for json in [
        format!("{{\"{long}\": 1}}"),
        format!("{{\"client_secret_file\": \"/{long}\"}}"),
        format!("{{\"scope\": [\"{long}\"]}}"),
        format!("{{\"timeout_ms\": {}}}", "1".repeat(15 * 1024 * 1024)),
    ] {
        let begin = Instant::now();
        let message = refusal("long", &json).message;
        assert!(message.len() < 2000, "{} bytes", message.len());
        // Computing all distances to a name of this length would take minutes in a debug build.
        assert!(begin.elapsed() < Duration::from_secs(30), "{:?}", begin.elapsed());
    }
    for option in ["client_certificate", "ca_file", "data_center", "base_url", "proxy", "location", "scope"] {
        let rest = ACCESS.iter().chain(&[("client_secret", "s")]).filter(|(name, _)| *name != option);
        let rest = rest.filter(|(name, _)| !(option == "client_certificate" && *name == "client_secret"));
        let members: Vec<String> = rest.map(|(name, value)| format!("{name:?}: {value:?}")).collect();
        // With a control character, because otherwise it would be a good scope.
        let json = format!("{{{}, {option:?}: \"/{long}\\u0007\"}}", members.join(", "));
        let failure = load("long-value", &json).expect("is read").try_client().map(|_| ()).expect_err(option);
        assert!(failure.message.len() < 2000, "{option}: {} bytes", failure.message.len());
    }
    let failure = Setup::new().load_file(&format!("/{long}")).map(|_| ()).expect_err("is no path");
    assert!(
        failure.message.contains("cannot be read") && failure.message.len() < 2000,
        "{} bytes",
        failure.message.len()
    );
}

#[test]
fn a_byte_order_mark_and_escapes_are_read() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let json = format!("\u{feff}{{\"base\\u005furl\": \"{}\", \"access_token\": \"t\\u006f\\/ken\"}}", server.url());
    load("mark", &json).expect("is read").client().get_job(JOB_ID, None).expect("is there");
    assert!(server.requests()[0].head.contains("Bearer to/ken"), "{}", server.requests()[0].head);
}

#[test]
fn of_file_and_setters_the_last_one_wins_and_a_bad_file_changes_nothing() {
    let file = write("order.json", r#"{"location": "EUR&", "timeout_ms": 0, "access_token": "t"}"#, 0o600);
    let base = || Setup::new().base_url("https://graph.example");
    let before = base().location("EUR").timeout_ms(5).load_file(&file).expect("is read");
    assert!(before.try_client().map(|_| ()).expect_err("the file is last").message.contains("location"));
    let after = base().load_file(&file).expect("is read").location("EUR").timeout_ms(5);
    assert!(after.try_client().is_ok(), "the setters are last");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let path = write("huge.json", "{}", 0o600);
    let file = std::fs::OpenOptions::new().write(true).open(&path).expect("was just written");
    // The rest takes no room on the disk.
    file.set_len(16 * 1024 * 1024 + 1).expect("is ours");
    let failure = Setup::new().load_file(&path).map(|_| ()).expect_err("is too large");
    assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG");
    assert!(failure.message.contains("has 16777217 bytes, more than 16777216"), "{}", failure.message);
}
