//! The proxy of the environment, in C programs with their own environment. Unit tests cover the meaning of each
//! variable; these tests show that the variables count.

use super::support::answers::JOB_ID;
use super::support::c_program::{self, Linking};
use super::tunnel::Tunnel;

/// A label of 64 characters is not a valid name. A look-up on this machine refuses it without asking a server; through
/// a proxy, the tunnel is made before the name matters.
fn nameless() -> String {
    format!("{}.invalid", "x".repeat(64))
}

#[test]
fn the_environments_proxy_is_taken_unless_it_is_excepted() {
    let program = c_program::compile("tests/c/fetch.c", Linking::Shared);
    let host = nameless();
    let (base, suffix) = (format!("https://{host}"), "invalid");
    for (environment, is_asked) in [
        (&[("HTTPS_PROXY", "PROXY")][..], true),
        (&[("https_proxy", "PROXY")], true),
        (&[("ALL_PROXY", "PROXY")], true),
        (&[("HTTP_PROXY", "PROXY"), ("http_proxy", "PROXY")], false),
        (&[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", suffix)], false),
        (&[("HTTPS_PROXY", "PROXY"), ("no_proxy", "other.example, *")], false),
        (&[("HTTPS_PROXY", "PROXY"), ("NO_PROXY", "other.example")], true),
        // A proxy that is set explicitly is for every host; an empty one means no proxy.
        (&[("CBJ_PROXY", "PROXY"), ("NO_PROXY", "*")], true),
        (&[("CBJ_PROXY", ""), ("HTTPS_PROXY", "PROXY")], false),
        (&[], false),
    ] {
        let proxy = Tunnel::as_asked();
        let url = format!("http://user:s3cret@127.0.0.1:{}", proxy.port());
        let own = [("CBJ_BASE_URL", base.as_str()), ("CBJ_ACCESS_TOKEN", "t"), ("CBJ_MAX_RETRIES", "0")];
        let given =
            environment.iter().map(|(name, value)| (*name, if *value == "PROXY" { url.as_str() } else { *value }));
        let environment: Vec<(&str, &str)> = own.into_iter().chain(given).collect();
        let output = c_program::run(&program, &[JOB_ID], &environment);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(proxy.heads().len(), usize::from(is_asked), "{environment:?}: {said}");
        assert_eq!(said.starts_with("CBJ_ERROR_RESOLVE"), !is_asked, "{environment:?}: {said}");
        if let Some(head) = proxy.heads().first() {
            assert!(head.starts_with(&format!("CONNECT {host}:443 ")) && head.contains("Proxy-Authorization: Basic "));
        }
    }
}

/// No system connects to the broadcast address, and none of it reaches a network.
#[test]
fn an_address_is_excepted_by_itself_and_by_its_network() {
    let program = c_program::compile("tests/c/fetch.c", Linking::Shared);
    for (exceptions, is_asked) in [
        ("255.255.255.255", false),
        ("255.255.255.255:443", false),
        ("[::ffff:255.255.255.255]:443", false),
        ("255.255.255.255:8443", true),
        ("254.0.0.0/7", false),
        ("254.0.0.0/8", true),
        ("255.0.0.0/33", true),
        ("ff00::/8", true),
        ("255", true),
        ("graph.example:443", true),
    ] {
        let proxy = Tunnel::as_asked();
        let url = format!("http://127.0.0.1:{}", proxy.port());
        let environment = [
            ("CBJ_BASE_URL", "https://255.255.255.255"),
            ("CBJ_ACCESS_TOKEN", "t"),
            ("CBJ_MAX_RETRIES", "0"),
            ("HTTPS_PROXY", &url),
            ("NO_PROXY", exceptions),
        ];
        let said = String::from_utf8(c_program::run(&program, &[JOB_ID], &environment).stdout).expect("is UTF-8");
        assert_eq!(proxy.heads().len(), usize::from(is_asked), "{exceptions}: {said}");
        assert!(said.starts_with("CBJ_ERROR_CONNECT"), "{exceptions}: {said}");
    }
}

#[test]
fn a_proxy_of_the_environment_that_is_none_is_named_by_its_variable() {
    let program = c_program::compile("tests/c/fetch.c", Linking::Shared);
    let run = |base: &str| {
        let environment = [
            ("CBJ_BASE_URL", base),
            ("CBJ_ACCESS_TOKEN", "t"),
            ("CBJ_MAX_RETRIES", "0"),
            ("ALL_PROXY", "socks5://u:s3cret@h:1"),
        ];
        String::from_utf8(c_program::run(&program, &[JOB_ID], &environment).stdout).expect("is UTF-8")
    };
    let said = run("https://graph.invalid");
    assert!(
        said.starts_with("CBJ_ERROR_CONFIG: Configuration: proxy comes from the environment variable ALL_PROXY, which"),
        "{said}"
    );
    assert!(said.contains("socks5"), "{said}");
    // A bad proxy that is not needed does no harm.
    let said = run("https://127.0.0.1:1");
    assert!(said.starts_with("CBJ_ERROR_CONNECT"), "{said}");
}

#[test]
fn the_environment_is_read_when_the_client_is_made() {
    let (first, second) = (Tunnel::as_asked(), Tunnel::as_asked());
    let urls = [&first, &second].map(|proxy| format!("http://127.0.0.1:{}", proxy.port()));
    let program = c_program::compile("tests/c/proxy_once.c", Linking::Shared);
    let base = format!("https://{}", nameless());
    let output = c_program::run(&program, &[&base, JOB_ID, &urls[0], &urls[1]], &[]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!((first.heads().len(), second.heads().len()), (2, 0));
}
