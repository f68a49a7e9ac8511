//! TLS with servers that are not ours: OpenSSL's test server, and nginx.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::server::certificate;
use super::support::abi::{Setup, name};
use super::support::answers::{JOB, JOB_ID, ok};
use super::support::c_program::{is_installed, scratch_dir};

/// The process ends with the test.
struct Running {
    child: Child,
    port: u16,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it was started");
    }
}

/// Whether the tests with `program` are left out: a developer may not have it, but CI has it.
fn is_left_out(program: &str) -> bool {
    env::var_os("CI").is_none() && !is_installed(program)
}

/// A folder with the service's answer as a file, including the head.
fn folder(name: &str) -> PathBuf {
    let folder = scratch_dir().join(name);
    let jobs = folder.join("backup/m365/cloudbackupjobs");
    fs::create_dir_all(&jobs).expect("the scratch folder is writable");
    fs::write(jobs.join(JOB_ID), ok(JOB)).expect("the scratch folder is writable");
    folder
}

fn openssl(own: &str, options: &[&str]) -> Running {
    let mut child = Command::new("openssl")
        .args(["s_server", "-accept", "127.0.0.1:0", "-HTTP", "-cert", &certificate(own)])
        .args(["-key", &certificate("key.pem")])
        .args(options)
        .current_dir(folder("openssl"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl is installed");
    let mut lines = BufReader::new(child.stdout.take().expect("is piped")).lines();
    let port = lines.find_map(|line| line.ok()?.strip_prefix("ACCEPT 127.0.0.1:")?.parse().ok());
    let port = port.expect("it says where it listens");
    // The program would stop if nobody read its output.
    std::thread::spawn(move || lines.for_each(drop));
    Running { child, port }
}

fn nginx(own: &str, versions: &str) -> Running {
    let folder = folder(&format!("nginx-{own}-{}", versions.replace(' ', "")));
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("is free").port();
    let (own, key, place) = (certificate(own), certificate("key.pem"), folder.display());
    let configuration = format!(
        "daemon off; master_process off; pid {place}/pid; error_log {place}/errors;\n\
         events {{}}\n\
         http {{ access_log off; server {{ listen 127.0.0.1:{port} ssl; ssl_protocols {versions};\n\
         ssl_certificate {own}; ssl_certificate_key {key};\n\
         location / {{ default_type application/json; return 200 '{JOB}'; }} }} }}\n"
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, configuration).expect("the scratch folder is writable");
    let child = Command::new("nginx").args([Path::new("-p"), &folder, Path::new("-c"), &file]).spawn();
    let running = Running { child: child.expect("nginx is installed"), port };
    for _ in 0..100 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return running;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("nginx does not listen: {}", fs::read_to_string(folder.join("errors")).unwrap_or_default());
}

fn setup(port: u16, ca: Option<&str>) -> Setup {
    let setup = Setup::with_token(&format!("https://localhost:{port}")).timeout_ms(10_000).max_retries(0);
    match ca {
        Some(ca) => setup.ca_file(&certificate(ca)),
        None => setup,
    }
}

/// Certificate, authority, and words of the refusal.
type Row = (&'static str, Option<&'static str>, &'static str);

const REFUSED: [Row; 6] = [
    ("server.pem", None, "of an unknown issuer. Behind an inspecting proxy? Set the CA file"),
    ("other-host.pem", Some("ca.pem"), "not for localhost but for"),
    ("expired.pem", Some("ca.pem"), "expired at 2021-01-01T00:00:00Z; this machine's clock says 2"),
    (
        "not-yet-valid.pem",
        Some("ca.pem"),
        "not yet valid, but from 2119-01-01T00:00:00Z on; this machine's clock says 2",
    ),
    ("authority-as-server.pem", Some("authority-as-server.pem"), "of an authority (CA:TRUE) as its own"),
    ("no-names.pem", Some("ca.pem"), "not for localhost but for no host at all"),
];

#[track_caller]
fn assert_refused(port: u16, ca: Option<&str>, words: &str) {
    let failure = setup(port, ca).client().get_job(JOB_ID, None).map(|_| ()).expect_err(words);
    assert_eq!(name(failure.status), "CBJ_ERROR_TLS", "{failure:?}");
    assert!(failure.message.contains(words), "no {words:?} in {}", failure.message);
}

#[test]
fn openssls_server() {
    if is_left_out("openssl") {
        return;
    }
    for version in ["-tls1_2", "-tls1_3"] {
        let server = openssl("server.pem", &[version]);
        setup(server.port, Some("ca.pem")).client().get_job(JOB_ID, None).expect(version);
    }
    for (own, ca, words) in REFUSED {
        assert_refused(openssl(own, &[]).port, ca, words);
    }
    // At its default security level, OpenSSL itself refuses these versions.
    for version in ["-tls1", "-tls1_1"] {
        let server = openssl("server.pem", &[version, "-cipher", "ALL:@SECLEVEL=0"]);
        assert_refused(server.port, Some("ca.pem"), "the server speaks neither TLS 1.2 nor TLS 1.3");
    }
}

#[test]
fn nginx_with_each_certificate() {
    if is_left_out("nginx") {
        return;
    }
    for versions in ["TLSv1.2", "TLSv1.3", "TLSv1.2 TLSv1.3"] {
        let server = nginx("server.pem", versions);
        let client = setup(server.port, Some("ca.pem")).client();
        for _ in 0..3 {
            client.get_job(JOB_ID, None).expect(versions);
        }
    }
    for (own, ca, words) in REFUSED {
        assert_refused(nginx(own, "TLSv1.2 TLSv1.3").port, ca, words);
    }
}
