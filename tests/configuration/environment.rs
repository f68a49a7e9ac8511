//! `cbj_config_load_env`, in a C program with its own environment.

use super::support::answers::{self, JOB, JOB_ID, ok};
use super::support::c_program::{self, Linking};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};
use super::{ACCESS, REFUSED, write};

/// Runs tests/c/fetch.c. Returns what it printed, and what it logged.
fn fetch(environment: &[(String, String)], file: &str) -> (String, String) {
    let program = c_program::compile("tests/c/fetch.c", Linking::Shared);
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let output = c_program::run(&program, &[JOB_ID, file, "4"], &environment);
    (String::from_utf8(output.stdout).expect("is UTF-8"), String::from_utf8(output.stderr).expect("is UTF-8"))
}

fn variable(option: &str, value: &str) -> (String, String) {
    (format!("CBJ_{}", option.to_ascii_uppercase()), value.to_owned())
}

#[test]
fn every_option_is_known_by_its_upper_case_name() {
    for row in REFUSED.iter().filter(|row| !row.words.is_empty()) {
        let rest = ACCESS.iter().chain(&[("client_secret", "s")]).filter(|(option, _)| *option != row.option);
        let mut environment: Vec<_> = rest.map(|(option, value)| variable(option, value)).collect();
        environment.push(variable(row.option, row.text));
        let (said, _) = fetch(&environment, "");
        assert!(said.starts_with("CBJ_ERROR_CONFIG") && said.contains(row.words), "{}: {said}", row.option);
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[test]
fn the_options_of_the_environment_reach_the_server() {
    let server = ScriptedServer::start([vec![Step::Behave(answers::answer("503 Busy", ""))]], Afterwards::RepeatLast);
    let environment = [
        ("base_url", server.url().as_str()),
        ("access_token", "token-of-the-environment"),
        ("location", "EUR"),
        ("max_retries", "3"),
        ("allow_http", "TRUE"),
        ("trust", "System"),
        // For the library, an empty variable is not set.
        ("timeout_ms", ""),
        ("client_secret", ""),
        ("client_secret_file", ""),
        ("proxy", ""),
    ]
    .map(|(option, value)| variable(option, value));
    let (said, _) = fetch(&environment, "");
    assert!(said.starts_with("CBJ_ERROR_SERVER"), "{said}");
    assert_eq!(server.requests().len(), 4);
    let head = &server.requests()[0].head;
    assert!(head.contains("?location=EUR ") && head.contains("Bearer token-of-the-environment"), "{head}");
}

#[test]
fn values_that_are_none_are_named_by_their_variable() {
    for (option, value, words) in [
        ("timeout_ms", "soon", "CBJ_TIMEOUT_MS is \"soon\", wanted a whole number from 0 to 4294967295"),
        ("timeout_ms", "s3cret", "CBJ_TIMEOUT_MS is another text, wanted"),
        ("max_response_bytes", "s3cret", "CBJ_MAX_RESPONSE_BYTES is another text, wanted"),
        ("allow_http", "s3cret", "CBJ_ALLOW_HTTP is another text, wanted"),
        ("trust", "s3cret", "CBJ_TRUST is another text, wanted"),
        ("timeout_ms", "-1", "CBJ_TIMEOUT_MS is \"-1\", wanted"),
        ("max_retries", "4294967296", "CBJ_MAX_RETRIES is"),
        (
            "max_response_bytes",
            "1e6",
            "CBJ_MAX_RESPONSE_BYTES is \"1e6\", wanted a whole number from 0 to 18446744073709551615",
        ),
        ("allow_http", "maybe", "CBJ_ALLOW_HTTP is \"maybe\", wanted 1 or 0"),
        ("trust", "mine", "CBJ_TRUST is \"mine\", wanted bundled or system"),
        (
            "client_secret_file",
            "/nonexistent/x",
            "CBJ_CLIENT_SECRET_FILE names the file \"/nonexistent/x\", which cannot be read",
        ),
        // The secret itself in the place of its path.
        ("client_secret_file", "s3cret", "CBJ_CLIENT_SECRET_FILE names the file (not shown"),
        ("data_center", "s3cret", "data_center is not one of au, sg"),
    ] {
        let (said, _) = fetch(&[variable(option, value)], "");
        assert!(said.starts_with("CBJ_ERROR_CONFIG") && said.contains(words), "{option}: {said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
    let both = [variable("client_secret", "s3cret"), variable("client_secret_file", "/x")];
    let (said, _) = fetch(&both, "");
    assert!(said.contains("CBJ_CLIENT_SECRET and CBJ_CLIENT_SECRET_FILE are both set"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn secrets_come_out_of_files() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    for (name, content) in
        [("plain", "tok3n"), ("line", "tok3n\n"), ("crlf", "tok3n\r\n"), ("mark", "\u{feff}tok3n\r\n")]
    {
        let path = write(&format!("token-{name}"), content, 0o400);
        let before = server.requests().len();
        let (said, _) = fetch(&[variable("base_url", &server.url()), variable("access_token_file", &path)], "");
        assert_eq!(said, "Finished\n", "{name}");
        let head = &server.requests()[before].head;
        assert!(head.contains("Bearer tok3n\r\n"), "{name}: {head}");
    }
    // Only the last line break is removed.
    let path = write("token-two-lines", "tok3n\n\n", 0o400);
    let (said, _) = fetch(&[variable("base_url", &server.url()), variable("access_token_file", &path)], "");
    assert!(said.contains("access_token contains a blank, a line break") && !said.contains("tok3n"), "{said}");
}

#[test]
fn a_file_loaded_after_the_environment_wins() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let file = write("wins.json", r#"{"access_token": "of-the-file"}"#, 0o600);
    let (said, _) =
        fetch(&[variable("base_url", &server.url()), variable("access_token", "of-the-environment")], &file);
    assert_eq!(said, "Finished\n");
    assert!(server.requests()[0].head.contains("Bearer of-the-file"));
}

#[test]
fn a_variable_that_is_nearly_an_option_is_warned_of() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let environment = [
        variable("base_url", &server.url()),
        variable("access_token", "t"),
        variable("timeout", "5"),
        variable("client_secert", "s3cret"),
        // A variable of another program.
        variable("test_valgrind_of_my_own", "1"),
    ];
    let (said, log) = fetch(&environment, "");
    assert_eq!(said, "Finished\n");
    for line in [
        "2 The environment variable CBJ_TIMEOUT is not an option; did you mean CBJ_TIMEOUT_MS?\n",
        "2 The environment variable CBJ_CLIENT_SECERT is not an option; did you mean CBJ_CLIENT_SECRET?\n",
    ] {
        assert!(log.contains(line), "{log}");
    }
    assert!(!log.contains("OF_MY_OWN") && !log.contains("s3cret"), "{log}");
}

/// No client is made, so there is no log.
#[test]
fn the_error_about_what_is_missing_names_the_variables_that_would_do_and_those_that_nearly_do() {
    let center = variable("data_center", "us");
    let id = variable("client_id", "id");
    for (environment, words) in [
        (vec![], &["data_center is missing", "(in the environment: CBJ_DATA_CENTER or CBJ_BASE_URL)"][..]),
        (
            vec![variable("data_centre", "us")],
            &[
                "data_center is missing",
                "The environment variable CBJ_DATA_CENTRE is not an option; did you mean CBJ_DATA_CENTER?",
            ],
        ),
        (
            vec![center.clone(), id.clone()],
            &[
                "client_secret is missing",
                "CBJ_CLIENT_ID with CBJ_CLIENT_SECRET, CBJ_CLIENT_SECRET_FILE or CBJ_CLIENT_CERTIFICATE",
                "CBJ_ACCESS_TOKEN or CBJ_ACCESS_TOKEN_FILE",
            ],
        ),
        (
            vec![center.clone(), id.clone(), variable("client_secrt", "s3cret")],
            &["client_secret is missing", "CBJ_CLIENT_SECRT is not an option; did you mean CBJ_CLIENT_SECRET?"],
        ),
        (
            vec![center.clone(), id.clone(), ("cbj_client_secret".to_owned(), "s3cret".to_owned())],
            &["client_secret is missing", "cbj_client_secret is not an option; did you mean CBJ_CLIENT_SECRET?"],
        ),
        (
            vec![center, variable("client_secret", "s3cret"), variable("clientid", "id")],
            &["client_id is missing", "(in the environment: CBJ_CLIENT_ID)", "CBJ_CLIENTID is not an option"],
        ),
        (
            vec![variable("base_url", "https://graph.example"), id, variable("client_secret", "s3cret")],
            &["identity_url is missing", "CBJ_IDENTITY_URL or CBJ_DATA_CENTER"],
        ),
    ] {
        let (said, log) = fetch(&environment, "");
        assert!(said.starts_with("CBJ_ERROR_CONFIG"), "{said}");
        for word in words {
            assert!(said.contains(word), "no {word:?} in {said}");
        }
        assert!(!said.contains("s3cret") && log.is_empty(), "{said}{log}");
    }
    // If the host does not read the environment, the error names no variable.
    let failure = super::support::abi::Setup::new().try_client().map(|_| ()).expect_err("nothing is set");
    assert!(!failure.message.contains("CBJ_"), "{}", failure.message);
}
