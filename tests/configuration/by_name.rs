//! `cbj_config_set_option`, and the same in Rust.

use cloudbackupjobs::ffi::*;
use cloudbackupjobs::{Client, Config, ErrorKind};

use super::support::abi::{self, Failure, Setup};
use super::support::answers::{self, JOB, JOB_ID, ok};
use super::support::canary::{self, PLANTED};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};
use super::{ACCESS, REFUSED, write};

/// A configuration with these options.
fn with(options: &[(&str, &str)]) -> Setup {
    let mut setup = Setup::new();
    for (name, value) in options {
        setup.set_option(name, value).unwrap_or_else(|failure| panic!("{name}: {failure:?}"));
    }
    setup
}

/// The refusal of one option. The configuration must be as it was: it still makes a client.
fn refusal(name: &str, value: &str) -> Failure {
    let mut setup = with(&ACCESS);
    setup.set_option("client_secret", "s").expect("is an option");
    let failure = setup.set_option(name, value).expect_err(name);
    assert!(setup.try_client().is_ok(), "{name} was changed");
    failure
}

#[test]
fn every_option_is_known_by_the_name_of_the_file() {
    for row in REFUSED {
        let rest = ACCESS.iter().chain(&[("client_secret", "s")]).filter(|(option, _)| *option != row.option);
        let options: Vec<_> = rest.copied().chain([(row.option, row.text)]).collect();
        match with(&options).try_client() {
            Ok(_) => assert_eq!(row.words, "", "{} is accepted", row.option),
            Err(failure) => {
                assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG");
                assert!(!row.words.is_empty() && failure.message.contains(row.words), "{}", failure.message);
            }
        }
    }
}

#[test]
fn the_options_reach_the_server() {
    let server = ScriptedServer::start([vec![Step::Behave(answers::answer("503 Busy", ""))]], Afterwards::RepeatLast);
    let client = with(&[
        ("base_url", &server.url()),
        ("access_token", "token-by-its-name"),
        ("location", "EUR"),
        ("user_agent", "mine/1"),
        ("max_retries", "1"),
        ("timeout_ms", "9000"),
        ("connect_timeout_ms", "5000"),
        ("max_response_bytes", "100000"),
        ("trust", "Bundled"),
        ("proxy", ""),
        ("allow_http", "False"),
    ])
    .client();
    assert_eq!(client.get_job(JOB_ID, None).expect_err("is busy").status, CBJ_ERROR_SERVER);
    let requests = server.requests();
    assert_eq!(requests.len(), 2, "one retry");
    let head = &requests[0].head;
    assert!(head.contains("?location=EUR ") && head.contains("Bearer token-by-its-name"), "{head}");
    assert!(head.to_ascii_lowercase().contains("user-agent: mine/1 cloudbackupjobs/"), "{head}");
}

/// Numbers and words show that they were taken over by what they do, with nothing else that would do it.
#[test]
fn numbers_and_words_are_taken_over() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let token = [("access_token", "t"), ("base_url", &*server.url())];
    let failure = |option| with(&[token[0], token[1], option]).client().get_job(JOB_ID, None).expect_err("is refused");
    assert_eq!(failure(("max_response_bytes", "1")).status, CBJ_ERROR_PROTOCOL);
    let elsewhere = ("base_url", "http://192.0.2.1");
    for (allowed, yes) in [("1", true), ("true", true), ("TRUE", true), ("0", false), ("false", false)] {
        let result = with(&[token[0], elsewhere, ("allow_http", allowed)]).try_client().map(|_| ());
        assert_eq!(result.is_ok(), yes, "{allowed}");
    }
    for (name, value) in [("timeout_ms", "0"), ("connect_timeout_ms", "0"), ("max_response_bytes", "0")] {
        let failure = with(&[token[0], token[1], (name, value)]).try_client().map(|_| ()).expect_err(name);
        assert!(failure.message.contains(&format!("{name} must be at least 1")), "{}", failure.message);
    }
}

#[test]
fn what_is_wrong_is_said_by_the_name_of_the_option() {
    for (name, value, message) in [
        ("timeout", "5", "Configuration: \"timeout\" is not an option; did you mean \"timeout_ms\"?"),
        ("Timeout_MS", "5", "Configuration: \"Timeout_MS\" is not an option; did you mean \"timeout_ms\"?"),
        ("scope_file", "/x", "Configuration: \"scope_file\" is not an option; did you mean \"ca_file\"?"),
        ("timeout_ms", "soon", "Configuration: timeout_ms is \"soon\", wanted a whole number from 0 to 4294967295."),
        ("timeout_ms", "", "Configuration: timeout_ms is \"\", wanted a whole number from 0 to 4294967295."),
        (
            "connect_timeout_ms",
            " 5",
            "Configuration: connect_timeout_ms is \" 5\", wanted a whole number from 0 to 4294967295.",
        ),
        ("max_retries", "-1", "Configuration: max_retries is \"-1\", wanted a whole number from 0 to 4294967295."),
        (
            "max_retries",
            "4294967296",
            "Configuration: max_retries is \"4294967296\", wanted a whole number from 0 to 4294967295.",
        ),
        (
            "max_response_bytes",
            "1e6",
            "Configuration: max_response_bytes is \"1e6\", wanted a whole number from 0 to 18446744073709551615.",
        ),
        ("allow_http", "yes", "Configuration: allow_http is \"yes\", wanted 1 or 0, or true or false."),
        ("allow_http", "", "Configuration: allow_http is \"\", wanted 1 or 0, or true or false."),
        ("trust", "mine", "Configuration: trust is \"mine\", wanted bundled or system."),
        ("trust", "", "Configuration: trust is \"\", wanted bundled or system."),
    ] {
        let failure = refusal(name, value);
        assert_eq!(abi::name(failure.status), "CBJ_ERROR_INVALID_ARGUMENT", "{failure:?}");
        assert_eq!(failure.message, message);
    }
    let failure = refusal("", "x");
    assert_eq!(abi::name(failure.status), "CBJ_ERROR_INVALID_ARGUMENT");
    assert!(failure.message.starts_with("Configuration: \"\" is not an option"), "{}", failure.message);
    let failure = refusal(&"x".repeat(1_000_000), "x");
    assert_eq!(failure.message, "Configuration: this name is not an option, and is longer than any of them.");
}

/// An empty value is the empty text, as in a file; it does not unset an option.
#[test]
fn an_empty_value_is_the_empty_text() {
    let base = [("base_url", "https://graph.example"), ("identity_url", "https://identity.example")];
    let credentials = [("client_id", "id"), ("client_secret", "s")];
    for (name, words) in [
        ("data_center", "data_center \"\" is not one of"),
        ("base_url", "base_url"),
        ("identity_url", "identity_url"),
        ("client_id", "client id that is empty"),
        ("client_secret", "secret that is empty"),
        ("client_certificate", "client_secret and client_certificate are both set"),
        ("access_token", "access_token and client_secret are both set"),
        ("scope", "scope must be visible ASCII words"),
        ("location", "location is empty"),
        ("ca_file", "ca_file \"\" cannot be read"),
        ("user_agent", "user_agent must be printable ASCII"),
    ] {
        let options: Vec<_> = base.into_iter().chain(credentials).chain([(name, "")]).collect();
        let failure = with(&options).try_client().map(|_| ()).expect_err(name);
        assert!(failure.message.contains(words), "{name}: {}", failure.message);
    }
    for name in ["proxy", "client_certificate_password"] {
        let options: Vec<_> = base.into_iter().chain(credentials).chain([(name, "")]).collect();
        assert!(with(&options).try_client().is_ok(), "{name}");
    }
}

#[test]
fn secrets_come_out_of_files_that_nobody_else_can_read() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let path = write("by-name-token", "tok3n\r\n", 0o400);
    with(&[("base_url", &server.url()), ("access_token_file", &path)])
        .client()
        .get_job(JOB_ID, None)
        .expect("is there");
    assert!(server.requests()[0].head.contains("Bearer tok3n\r\n"), "{}", server.requests()[0].head);

    let open = write("by-name-open", PLANTED[0], 0o644);
    for option in ["access_token_file", "client_secret_file", "client_certificate_password_file", "proxy_file"] {
        for (path, words) in [
            (open.as_str(), "is open to other users (mode 0644): run chmod 600 "),
            ("/nonexistent/x", "names the file \"/nonexistent/x\", which cannot be read"),
            ("", "names the file \"\", which cannot be read"),
            // The secret itself, where its path belongs.
            (PLANTED[0], "names the file (not shown"),
        ] {
            let failure = refusal(option, path);
            assert_eq!(abi::name(failure.status), "CBJ_ERROR_CONFIG", "{failure:?}");
            let named = failure.message.starts_with(&format!("Configuration: {option} "));
            assert!(named && failure.message.contains(words), "{option}: {}", failure.message);
        }
    }
}

/// The planted secrets are looked for in every failure as it comes in.
#[test]
fn what_may_be_a_secret_is_not_quoted() {
    let names: Vec<&str> = REFUSED.iter().map(|row| row.option).collect();
    for secret in PLANTED {
        for name in names.iter().chain(&["client_secert", "clientSecret", "ca_file_file"]) {
            let mut setup = Setup::new();
            // A text is taken over here, and judged by the client.
            if setup.set_option(name, secret).is_ok() {
                let rest = ACCESS.iter().chain(&[("client_secret", "s")]).filter(|(option, _)| option != name);
                for (option, value) in rest {
                    setup.set_option(option, value).expect("is an option");
                }
                let _ = setup.try_client();
            }
        }
        if secret.bytes().any(|byte| !byte.is_ascii_alphabetic() && byte != b'-') {
            refusal(secret, "client_secret");
        }
        let config = Config::new().set_option("client_secret", secret).expect("is an option");
        canary::check("Debug", &format!("{config:?}"));
    }
}

#[test]
fn the_last_call_wins() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let file = write("by-name.json", r#"{"access_token": "of-the-file", "location": "EUR"}"#, 0o600);
    let mut setup = Setup::new().base_url(&server.url()).location("GBR").load_file(&file).expect("is read");
    setup.set_option("access_token", "first").expect("is an option");
    setup.set_option("access_token", "second").expect("is an option");
    setup.location("CAN").client().get_job(JOB_ID, None).expect("is there");
    let head = &server.requests()[0].head;
    assert!(head.contains("?location=CAN ") && head.contains("Bearer second\r\n"), "{head}");
}

#[test]
fn rust_programs_set_options_by_name_too() {
    let error = Config::new().set_option("timeout_ms", "soon").expect_err("is no number");
    assert_eq!(error.kind(), ErrorKind::InvalidArgument);
    let error = Config::new().set_option("client_secret_file", "/nonexistent/x").expect_err("is not there");
    assert_eq!(error.kind(), ErrorKind::Config);
    let config = [("data_center", "us"), ("access_token", "t"), ("timeout_ms", "0")]
        .into_iter()
        .try_fold(Config::new(), |config, (name, value)| config.set_option(name, value))
        .expect("are options");
    let error = Client::new(&config).expect_err("has no time");
    assert!(error.message().contains("timeout_ms must be at least 1"), "{}", error.message());
}

#[test]
fn trust_is_one_of_two_numbers() {
    let mut config = cbj_config_new();
    for (trust, status) in [(0, CBJ_OK), (1, CBJ_OK), (2, CBJ_ERROR_INVALID_ARGUMENT), (-1, CBJ_ERROR_INVALID_ARGUMENT)]
    {
        assert_eq!(cbj_config_set_trust(config.as_deref_mut(), trust), status, "{trust}");
    }
    cbj_config_free(config);
}

#[test]
fn the_parts_of_the_library_are_known_by_name() {
    for (name, has) in [(c"certificate", 1), (c"system-trust", 1), (c"Certificate", 0), (c"system", 0), (c"", 0)] {
        // SAFETY: a NUL-terminated string.
        assert_eq!(unsafe { cbj_has_feature(name.as_ptr()) }, has, "{name:?}");
    }
}
