//! The machine's own store of trusted certificates: `CBJ_TRUST_SYSTEM`. The tests use a C program, whose environment
//! says where the store is.

use std::fs;

use super::server::{Server, certificate, pem};
use super::serves;
use super::support::answers::JOB_ID;
use super::support::c_program::{self, Linking, scratch_dir};
use super::support::scripted_server::ScriptedServer;

fn fetch(server: &ScriptedServer, environment: &[(&str, &str)]) -> String {
    let program = c_program::compile("tests/c/fetch.c", Linking::Shared);
    let url = format!("https://localhost:{}", server.address().port());
    let own = [("CBJ_BASE_URL", url.as_str()), ("CBJ_ACCESS_TOKEN", "t"), ("CBJ_MAX_RETRIES", "0")];
    let output = c_program::run(&program, &[JOB_ID], &[&own, environment].concat());
    String::from_utf8(output.stdout).expect("is UTF-8")
}

/// A folder with one file. OpenSSL looks only for certain file names.
fn store(name: &str, file: &str, content: &str) -> String {
    let folder = scratch_dir().join(name);
    fs::create_dir_all(&folder).expect("the scratch folder is writable");
    fs::write(folder.join(file), content).expect("the scratch folder is writable");
    folder.into_os_string().into_string().expect("is UTF-8")
}

#[test]
fn the_store_of_the_environment_is_honoured() {
    let server = Server::default().start([serves()]);
    let ca = certificate("ca.pem");
    let system = ("CBJ_TRUST", "system");
    assert_eq!(fetch(&server, &[system, ("SSL_CERT_FILE", &ca)]), "Finished\n");
    let folder = store("store", "0123abcd.0", &pem("ca.pem"));
    assert_eq!(fetch(&server, &[system, ("SSL_CERT_DIR", &folder)]), "Finished\n");
    // Together with other certificates, and with one that cannot be read.
    let mixed = store("mixed", "all.pem", &format!("{}{}", pem("authority-as-server.pem"), pem("ca.pem")));
    let broken = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    let file = format!("{mixed}/broken.pem");
    fs::write(&file, format!("{broken}{}", pem("ca.pem"))).expect("the scratch folder is writable");
    assert_eq!(fetch(&server, &[system, ("SSL_CERT_FILE", &file)]), "Finished\n");

    // The store counts only if `trust` is set to it.
    let bundled = fetch(&server, &[("SSL_CERT_FILE", &ca)]);
    assert!(bundled.starts_with("CBJ_ERROR_TLS") && bundled.contains("unknown issuer"), "{bundled}");
    let other = fetch(&server, &[system, ("SSL_CERT_FILE", &certificate("authority-as-server.pem"))]);
    assert!(other.starts_with("CBJ_ERROR_TLS") && other.contains("unknown issuer"), "{other}");
    // A CA file replaces the store.
    let file = [system, ("SSL_CERT_FILE", &ca), ("CBJ_CA_FILE", &certificate("authority-as-server.pem"))];
    let instead = fetch(&server, &file);
    assert!(instead.starts_with("CBJ_ERROR_TLS"), "{instead}");
}

#[test]
fn a_store_without_a_certificate_is_refused_with_advice() {
    let server = Server::default().start([serves()]);
    let empty = store("empty", "readme.txt", "none\n");
    for (variable, value) in [("SSL_CERT_FILE", "/nonexistent/store.pem"), ("SSL_CERT_DIR", empty.as_str())] {
        let said = fetch(&server, &[("CBJ_TRUST", "system"), (variable, value)]);
        assert!(
            said.starts_with("CBJ_ERROR_CONFIG: Configuration: trust is set to the system's store, which contains no"),
            "{said}"
        );
        assert!(said.contains("ca-certificates") && said.contains("SSL_CERT_FILE"), "{said}");
    }
}
