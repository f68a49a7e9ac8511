//! `ca_file`: `cbj_client_new` reads the file and says what is wrong with it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::server::{Server, certificate, pem};
use crate::support::abi::{Setup, name};
use crate::support::answers::JOB_ID;
use crate::{serves, setup};

/// A file in the build folder with this content.
fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("ca_file-{}-{name}", std::process::id()));
    fs::write(&path, content).expect("the build folder is writable");
    text(path)
}

fn text(path: PathBuf) -> String {
    path.into_os_string().into_string().expect("the build folder's path is UTF-8")
}

#[test]
fn a_file_that_holds_no_authority_is_refused() {
    let authority = pem("ca.pem");
    let cut = &authority[..authority.len() / 2];
    let no_end = authority.replace("-----END CERTIFICATE-----\n", "");
    let no_base64 = authority.replace('M', "!");
    // Correct PEM around bytes that are not a certificate.
    let no_der = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    let der_cut = authority.lines().filter(|line| line.starts_with('-') || line.starts_with("MII")).collect::<Vec<_>>();
    let none = "contains no certificate";
    for (row, path, words) in [
        ("missing", "/nonexistent/ca.pem".to_owned(), "cannot be read"),
        ("directory", env!("CARGO_TARGET_TMPDIR").to_owned(), "cannot be read"),
        ("path below a file", format!("{}/ca.pem", certificate("ca.pem")), "cannot be read"),
        ("empty path", String::new(), ""),
        ("empty", file("empty", ""), none),
        ("blank", file("blank", "\n \n"), none),
        ("text", file("text", "This is no certificate.\n"), none),
        ("HTML", file("html", "<html>Sign in</html>"), none),
        ("bytes", file("bytes", (0..=255).collect::<Vec<u8>>()), none),
        ("key", certificate("key.pem"), none),
        ("cut", file("cut", cut), ""),
        ("no end", file("no-end", no_end), ""),
        ("not base64", file("no-base64", no_base64), ""),
        ("no certificate in the PEM", file("no-der", no_der), ""),
        ("half a certificate in the PEM", file("der-cut", der_cut.join("\n")), ""),
        ("one good, one not", file("one-bad", format!("{authority}{no_der}")), ""),
    ] {
        let failure = Setup::with_token("https://127.0.0.1:1").ca_file(&path).try_client().map(|_| ()).expect_err(row);
        assert_eq!(name(failure.status), "CBJ_ERROR_CONFIG", "{row}: {failure:?}");
        assert!(failure.message.contains("ca_file") && failure.message.contains(&path), "{row}: {failure:?}");
        assert!(failure.message.contains(words), "{row}: no {words:?} in {failure:?}");
        assert_eq!((failure.http_status, failure.is_retryable), (0, 0), "{row}: {failure:?}");
    }
}

#[test]
fn a_file_that_holds_the_authority_is_enough() {
    let authority = pem("ca.pem");
    let another = pem("authority-as-server.pem");
    for (row, content) in [
        ("as it is", authority.clone()),
        ("lines that end in CR LF", authority.replace('\n', "\r\n")),
        ("no line break at the end", authority.trim_end().to_owned()),
        ("text around it", format!("subject=CN = Test CA\n\n{authority}\nThe end.\n")),
        ("a mark at the beginning", format!("\u{feff}\n{authority}")),
        ("a comment that is not ASCII", format!("# Zertifizierungsstelle für Prüfungen\n{authority}")),
        ("second of two", format!("{another}{authority}")),
        ("beside a key", format!("{}{authority}", pem("key.pem"))),
        ("twice", format!("{authority}{authority}")),
    ] {
        let path = file(&format!("good-{}", row.replace(' ', "-")), content);
        let server = Server::default().start([serves()]);
        let client = setup(&server, "127.0.0.1", None).ca_file(&path).client();
        // The file was read, and is not needed any more.
        fs::remove_file(path).expect("is there");
        client.get_job(JOB_ID, None).unwrap_or_else(|failure| panic!("{row}: {failure:?}"));
    }
}

#[test]
fn the_file_is_trusted_instead_of_the_bundled_authorities() {
    // Only servers of the bundled authorities could show that these are not trusted. This test shows that the file
    // counts.
    let server = Server::default().start([serves()]);
    let client = setup(&server, "127.0.0.1", Some("authority-as-server.pem")).client();
    let failure = client.get_job(JOB_ID, None).expect_err("the file is of another authority");
    assert_eq!(name(failure.status), "CBJ_ERROR_TLS", "{failure:?}");
}
