//! Proxies that companies use: tinyproxy and squid.

use std::env;
use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::support::abi::name;
use super::support::answers::JOB_ID;
use super::support::c_program::is_installed;
use super::{service, setup};

const AUTHENTICATOR: &str = "/usr/lib/squid/basic_ncsa_auth";

/// The process ends with the test, and its folder is removed.
struct Running {
    child: Child,
    port: u16,
    folder: PathBuf,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().expect("it is ours");
        self.child.wait().expect("it was started");
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Starts `program` with a configuration in which PORT and FOLDER are replaced.
fn start(program: &str, arguments: &[&str], configuration: &str) -> Running {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|free| free.local_addr()).expect("is free").port();
    // squid drops root's rights and must still reach the folder.
    let folder = env::temp_dir().join(format!("cloudbackupjobs-{program}-{port}"));
    fs::create_dir_all(&folder).expect("there is a place for temporary files");
    let place =
        |text: &str| text.replace("PORT", &port.to_string()).replace("FOLDER", folder.to_str().expect("is UTF-8"));
    let passwords = folder.join("passwords");
    fs::write(&passwords, password_line()).expect("is ours");
    let file = folder.join("configuration");
    fs::write(&file, place(configuration)).expect("is ours");
    let child = Command::new(program)
        .args(arguments)
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let running = Running { child, port, folder };
    for _ in 0..200 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return running;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("{program} does not listen");
}

/// In the format of htpasswd: `user` with the password `p@ss word`.
fn password_line() -> String {
    let output = Command::new("openssl").args(["passwd", "-apr1", "p@ss word"]).output().expect("openssl is installed");
    format!("user:{}\n", String::from_utf8_lossy(&output.stdout).trim())
}

fn is_left_out(program: &str) -> bool {
    env::var_os("CI").is_none() && !(is_installed(program) && is_installed("openssl"))
}

/// Credentials and the result: a job, or words of the refusal.
type Row = (&'static str, Result<(), &'static str>);

fn check(proxy: &Running, rows: &[Row]) {
    for (credentials, expected) in rows {
        let service = service();
        let url = format!("http://{credentials}127.0.0.1:{}", proxy.port);
        let client = setup(&service, "localhost", &url).max_retries(0).client();
        match (client.get_job(JOB_ID, None), expected) {
            (Ok(_), Ok(())) => {
                client.get_job(JOB_ID, None).expect("the tunnel is kept");
                assert_eq!(service.connections(), 1);
            }
            (Err(failure), Err(words)) => {
                assert_eq!(name(failure.status), "CBJ_ERROR_CONNECT", "{failure:?}");
                let answer = format!("the proxy http://127.0.0.1:{} answered {words}", proxy.port);
                assert!(failure.message.contains(&answer), "no {answer:?} in {failure:?}");
                assert_eq!((failure.is_retryable, service.connections()), (0, 0));
            }
            (found, expected) => panic!("{url}: {found:?}, not {expected:?}"),
        }
    }
}

const RIGHT: &str = "user:p%40ss%20word@";
const WRONG: &str = "user:other@";

#[test]
fn tinyproxy() {
    if is_left_out("tinyproxy") {
        return;
    }
    let base = "Port PORT\nListen 127.0.0.1\nTimeout 30\nMaxClients 20\nLogFile \"FOLDER/log\"\n";
    let run = |more: &str| start("tinyproxy", &["-d", "-c"], &format!("{base}{more}\n"));
    check(&run(""), &[("", Ok(())), (RIGHT, Ok(()))]);
    // Its configuration allows only letters and digits in a password.
    check(
        &run("BasicAuth user passw0rd"),
        &[("user:passw0rd@", Ok(())), ("", Err("407 Proxy Authentication Required")), (WRONG, Err("401 Unauthorized"))],
    );
    check(&run("ConnectPort 1"), &[("", Err("403 Access violation"))]);
    fs::write(env::temp_dir().join("cloudbackupjobs-filter"), "^localhost$\n").expect("is ours");
    let filter =
        format!("Filter \"{}\"\nFilterDefaultDeny No", env::temp_dir().join("cloudbackupjobs-filter").display());
    check(&run(&filter), &[("", Err("403 Filtered"))]);
}

#[test]
fn squid() {
    if is_left_out("squid") || !Path::new(AUTHENTICATOR).exists() && env::var_os("CI").is_none() {
        return;
    }
    let base = "http_port 127.0.0.1:PORT\npid_filename none\ncache deny all\naccess_log none\ncache_log /dev/null\n\
                cache_store_log none\nshutdown_lifetime 0 seconds\ncache_mem 1 MB\nworkers 1\nmax_filedescriptors 1024\n\
                hosts_file /etc/hosts\nvisible_hostname localhost\nnetdb_filename none\ncoredump_dir none\n";
    let run = |more: &str| start("squid", &["-N", "-f"], &format!("{base}{more}\n"));
    check(&run("http_access allow all"), &[("", Ok(())), (RIGHT, Ok(()))]);
    let auth = format!(
        "auth_param basic program {AUTHENTICATOR} FOLDER/passwords\nauth_param basic children 1\n\
         acl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all"
    );
    check(
        &run(&auth),
        &[
            (RIGHT, Ok(())),
            ("", Err("407 Proxy Authentication Required")),
            (WRONG, Err("407 Proxy Authentication Required")),
        ],
    );
    // Debian's configuration: tunnels to port 443 only.
    let shipped = "acl SSL_ports port 443\nacl CONNECT method CONNECT\nhttp_access deny CONNECT !SSL_ports\nhttp_access allow all";
    check(&run(shipped), &[("", Err("403 Forbidden"))]);
}
