//! Options by their names: in a file, in the environment and one by one, and who may read what holds a secret.
#![allow(missing_docs, reason = "a test program")]

mod by_name;
mod environment;
mod file;
mod permissions;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use support::c_program::scratch_dir;

/// The name of every option, with a value that `cbj_client_new` refuses, as JSON and as text, and words of the refusal.
/// The rest of the configuration is [`ACCESS`], reduced by `without`.
struct Row {
    option: &'static str,
    json: &'static str,
    text: &'static str,
    words: &'static str,
}

/// An option and its value.
type Setting = (&'static str, &'static str);

/// A configuration that makes a client.
const ACCESS: [Setting; 3] =
    [("base_url", "https://graph.example"), ("identity_url", "https://identity.example"), ("client_id", "id")];

const fn row(option: &'static str, json: &'static str, text: &'static str, words: &'static str) -> Row {
    Row { option, json, text, words }
}

/// Each row shows that the option was set: otherwise nothing would be refused, or something else.
const REFUSED: [Row; 19] = [
    row("data_center", r#""mars""#, "mars", "data_center \"mars\" is not one of"),
    row("base_url", r#""ftp://x""#, "ftp://x", "base_url has the scheme ftp"),
    row("identity_url", r#""ftp://x""#, "ftp://x", "identity_url has the scheme ftp"),
    row("access_token", r#""a b""#, "a b", "access_token and client_secret are both set"),
    row("client_id", r#""a\u0001""#, "a\u{1}", "client_secret has a client id that is empty or contains a control"),
    row("client_secret", r#""a\u0001""#, "a\u{1}", "client_secret has a secret that is empty or contains a control"),
    row("client_certificate", r#""/none.pem""#, "/none.pem", "client_secret and client_certificate are both set"),
    // Here only the name is tested; tests/client_certificates/ tests the password.
    row("client_certificate_password", r#""p""#, "p", ""),
    row("scope", r#""a\"b""#, "a\"b", "scope must be visible ASCII words"),
    row("location", r#""EUR&x""#, "EUR&x", "location must consist of at most 64"),
    row("timeout_ms", "0", "0", "timeout_ms must be at least 1"),
    row("connect_timeout_ms", "0", "0", "connect_timeout_ms must be at least 1"),
    // Every number is allowed.
    row("max_retries", "4294967295", "4294967295", ""),
    row("max_response_bytes", "0", "0", "max_response_bytes must be at least 1"),
    row("ca_file", r#""/none.pem""#, "/none.pem", "ca_file \"/none.pem\" cannot be read"),
    row("trust", r#""system""#, "system", ""),
    row("proxy", r#""socks5://u:s3cret@h:1""#, "socks5://u:s3cret@h:1", "proxy has the scheme socks5"),
    row("user_agent", r#""\u00fc""#, "ü", "user_agent must be printable ASCII"),
    row("allow_http", "true", "1", ""),
];

/// Writes a separate file for `name`, with these permissions.
fn write(name: &str, content: impl AsRef<[u8]>, mode: u32) -> String {
    let path: PathBuf = scratch_dir().join(format!("configuration-{name}"));
    // An existing file may be read-only, so it is made anew.
    let _ = fs::remove_file(&path);
    fs::write(&path, content).expect("the scratch folder is writable");
    fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("is ours");
    path.into_os_string().into_string().expect("the repository's path is UTF-8")
}
