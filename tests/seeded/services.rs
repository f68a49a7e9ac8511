//! The servers and the options of the C programs that run scenes (tests/c/scenes.h).

use std::env;
use std::fs;
use std::sync::OnceLock;

use serde_json::{Value, json};

use crate::support::answers::{job_named, ok, page, token};
use crate::support::c_program::{self, Linking, compile_as, compile_preload, scratch_dir};
use crate::support::client_certificate::{PASSWORD, Scratch, joined};
use crate::support::scripted_server::{Afterwards, Request, Script, ScriptedServer, Service, Step};
use crate::tls_server::{Server, certificate};

/// A service, an identity service and the file of options for both.
pub struct Services {
    way: Way,
    _servers: Vec<ScriptedServer>,
    _certificate: Option<Scratch>,
    options: Scratch,
}

/// How a client reaches the service, and with what credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// http, with a token of the host.
    Plain,
    /// https with a CA file, with a token of the host.
    Tls,
    /// https with the system's store, with a token of the host.
    SystemTrust,
    /// http, with a client secret.
    Secret,
    /// http, with a certificate.
    Certificate,
}

impl Way {
    pub const ALL: [Self; 5] = [Self::Plain, Self::Tls, Self::SystemTrust, Self::Secret, Self::Certificate];
}

/// The size of the text in the answer about the job "large".
pub const LARGE: usize = 4 * 1024 * 1024;

/// Answers as tests/c/scenes.h expects it.
fn answer(_: usize, request: &Request) -> Script {
    let target = request.head.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if query.contains("pageIndex=") {
        let index = (0..3).find(|index| query.contains(&format!("pageIndex={index}&"))).expect("one of three pages");
        return vec![Step::Send(ok(page(&format!("J{}", index + 1), 3, "")))];
    }
    match path.rsplit('/').next().unwrap_or_default() {
        "stall" => vec![Step::Stall],
        id @ "large" => {
            let error = format!(r#""jobErrors":[{{"value":"{}"}}]"#, "x".repeat(LARGE));
            vec![Step::Send(ok(job_named(id).replace(r#""jobErrors":[]"#, &error)))]
        }
        id => vec![Step::Send(ok(job_named(id)))],
    }
}

impl Services {
    pub fn start(way: Way) -> Self {
        let script = || vec![Step::Serve(Service::new(answer))];
        let service = match way {
            Way::Tls | Way::SystemTrust => Server::default().start([script()]),
            _ => ScriptedServer::start([script()], Afterwards::RepeatLast),
        };
        let identity = ScriptedServer::start([vec![Step::Behave(token("token-1"))]], Afterwards::RepeatLast);
        // By name, so that it is looked up.
        let named = |server: &ScriptedServer| server.url().replace("127.0.0.1", "localhost");
        let mut url = named(&service);
        let mut more = json!({"access_token": "pl4nted-T0ken"});
        let mut client_certificate = None;
        match way {
            Way::Plain => {}
            Way::Tls => {
                url = url.replace("http:", "https:");
                more["ca_file"] = certificate("ca.pem").into();
            }
            Way::SystemTrust => {
                url = url.replace("http:", "https:");
                more["trust"] = "system".into();
            }
            Way::Secret => more = json!({"client_id": "id", "client_secret": "s3cret"}),
            Way::Certificate => {
                let file = Scratch::private("pem", joined(&["certificate.pem", "key-aes256.pem"]));
                more = json!({"client_id": "id", "client_certificate": file.path(),
                    "client_certificate_password": PASSWORD});
                client_certificate = Some(file);
            }
        }
        let options = merged(
            json!({"base_url": url, "identity_url": format!("{}/connect/token", named(&identity)), "max_retries": 0,
                "proxy": ""}),
            more,
        );
        let options = Scratch::private("json", options.to_string());
        Self { way, _servers: vec![service, identity], _certificate: client_certificate, options }
    }

    pub fn way(&self) -> Way {
        self.way
    }

    /// Runs a C program against these services, with another one in front of the C library. Returns what it printed. Nothing may be
    /// printed as an error, by the library either.
    pub fn run(&self, program: &str, preload: &str, variable: (&str, &str), arguments: &[&str]) -> String {
        let program = compile_as("cc", &["-std=c99", "-D_GNU_SOURCE"], program, Linking::Shared);
        let preload = compile_preload(preload).into_os_string().into_string().expect("UTF-8");
        let (own, verbose) = (self.environment(), env::var("CBJ_TEST_VERBOSE"));
        let mut environment: Vec<(&str, &str)> = own.iter().map(|(name, value)| (*name, &**value)).collect();
        environment.extend([("LD_PRELOAD", &*preload), variable]);
        environment.extend(verbose.as_ref().map(|verbose| ("CBJ_TEST_VERBOSE", &**verbose)));
        let output = c_program::run(&program, arguments, &environment);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{:?} {arguments:?}: {}\n{said}", self.way, output.status);
        String::from_utf8(output.stdout).expect("the messages are UTF-8")
    }

    /// The environment of a program.
    fn environment(&self) -> Vec<(&str, String)> {
        vec![
            ("CBJ_TEST_CONFIG", self.options.path().to_owned()),
            // The system's store, for those that trust it.
            ("SSL_CERT_FILE", certificate("ca.pem")),
            ("SSL_CERT_DIR", store()),
        ]
    }
}

/// A folder with a copy of the authority's certificate, as the system's store also has each certificate in a file of its
/// own.
fn store() -> String {
    static STORE: OnceLock<String> = OnceLock::new();
    let make = || {
        let folder = scratch_dir().join("store");
        fs::create_dir_all(&folder).expect("target is writable");
        fs::copy(certificate("ca.pem"), folder.join("ca.pem")).expect("target is writable");
        folder.into_os_string().into_string().expect("the build folder's path is UTF-8")
    };
    STORE.get_or_init(make).clone()
}

fn merged(mut options: Value, more: Value) -> Value {
    let (Some(all), Value::Object(more)) = (options.as_object_mut(), more) else { panic!("both are objects") };
    all.extend(more);
    options
}
