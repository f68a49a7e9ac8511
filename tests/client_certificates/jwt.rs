//! Reads an assertion as the identity service does, and checks it with programs that are not ours.

use std::collections::BTreeMap;
use std::env;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use crate::support::client_certificate::{Scratch, fixture};
use crate::support::scripted_server::Request;

/// The fields of a form.
pub fn form(request: &Request) -> BTreeMap<String, String> {
    let decoded = |text: &str| {
        assert!(!text.contains('+'), "a blank or a plus, depending on who reads it: {text}");
        percent_encoding::percent_decode_str(text).decode_utf8().expect("forms are UTF-8").into_owned()
    };
    let mut fields = BTreeMap::new();
    for field in request.body.split('&') {
        let (name, value) = field.split_once('=').expect("name=value");
        assert!(fields.insert(decoded(name), decoded(value)).is_none(), "{name} comes twice");
    }
    fields
}

/// The parts of a JWT. They are not trusted before [`Jwt::verify`].
pub struct Jwt {
    /// The JWT as it was sent.
    pub text: String,
    pub header: Map<String, Value>,
    pub claims: Map<String, Value>,
    signature: Vec<u8>,
}

impl Jwt {
    /// The assertion in a request.
    pub fn of(request: &Request) -> Self {
        let text = form(request).remove("client_assertion").expect("the form has an assertion");
        let parts: Vec<Vec<u8>> = text.split('.').map(decoded).collect();
        let [header, claims, signature] = parts.try_into().expect("header, claims and signature");
        Self { text, header: object(&header), claims: object(&claims), signature }
    }

    /// Checks with OpenSSL that it was signed with the key of this certificate.
    pub fn verify(&self, certificate: &str) {
        let public_key = openssl(&["x509", "-noout", "-pubkey", "-in", &path(certificate)], &[]).stdout;
        let public_key = Scratch::private("pub", public_key);
        let signature = Scratch::private("sig", &self.signature);
        let (signed, _) = self.text.rsplit_once('.').expect("has parts");
        let arguments = ["dgst", "-sha256", "-verify", public_key.path(), "-signature", signature.path()];
        let output = openssl(&arguments, signed.as_bytes());
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "Verified OK");
    }
}

/// Decodes base64url without padding, and refuses other kinds.
fn decoded(part: &str) -> Vec<u8> {
    BASE64_URL_SAFE_NO_PAD.decode(part).unwrap_or_else(|error| panic!("{part}: {error}"))
}

fn object(json: &[u8]) -> Map<String, Value> {
    serde_json::from_slice(json).unwrap_or_else(|error| panic!("{}: {error}", String::from_utf8_lossy(json)))
}

/// The SHA-1 of a certificate as OpenSSL gives it: upper-case hex.
pub fn thumbprint(certificate: &str) -> String {
    let output = openssl(&["x509", "-noout", "-fingerprint", "-sha1", "-in", &path(certificate)], &[]);
    let line = String::from_utf8(output.stdout).expect("ASCII");
    line.trim().split_once('=').expect("name=fingerprint").1.replace(':', "")
}

pub fn path(certificate: &str) -> String {
    fixture(certificate).into_os_string().into_string().expect("the repository's path is UTF-8")
}

/// Whether the tests are left out for OpenSSL: a developer may not have it, but CI has it.
pub fn is_openssl_left_out() -> bool {
    env::var_os("CI").is_none() && !is_there("openssl", &["version"])
}

/// The same for PyJWT.
pub fn is_pyjwt_left_out() -> bool {
    env::var_os("CI").is_none() && !is_there("python3", &["-c", "import jwt, cryptography"])
}

fn is_there(program: &str, arguments: &[&str]) -> bool {
    Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success())
}

fn openssl(arguments: &[&str], input: &[u8]) -> Output {
    run(Command::new("openssl").args(arguments), input)
}

/// Runs a program, which must succeed.
pub fn run(command: &mut Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    child.stdin.take().expect("is piped").write_all(input).expect("the program reads its input");
    let output = child.wait_with_output().expect("the program ends");
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said));
    output
}
