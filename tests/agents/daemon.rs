//! A monitoring agent that runs as long as its test.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::support::c_program::{self, scratch_dir};

/// How long an agent may take to begin, or to notice something.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Whether the agent is left out here. CI has them all.
pub fn is_missing(program: &str) -> bool {
    let is_there =
        ["/usr/sbin", "/usr/bin", "/usr/lib/nagios/plugins"].iter().any(|dir| Path::new(dir).join(program).exists());
    assert!(is_there || std::env::var_os("CI").is_none(), "CI has {program}");
    if !is_there {
        eprintln!("left out: {program} is not installed");
    }
    !is_there
}

/// Nobody's port. Below 32768: zabbix_agentd takes no other, and nobody is given one of these by chance.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = std::process::id().wrapping_mul(37).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        let port = 20_000 + u16::try_from(number).expect("is less");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// An empty folder for the files of one agent.
pub fn folder(name: &str) -> PathBuf {
    let folder = scratch_dir().join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("is ours");
    }
    std::fs::create_dir_all(&folder).expect("target is writable");
    folder
}

/// A file with the service's URL and a token, as `cbj_config_load_file` reads it.
pub fn credentials(folder: &Path, url: &str) -> PathBuf {
    let file = folder.join("cloudbackup.json");
    let text: Value = json!({"base_url": url, "access_token": "token-of-the-test", "max_retries": 0});
    std::fs::write(&file, text.to_string()).expect("target is writable");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("is ours");
    file
}

pub struct Daemon {
    pub child: Child,
    pub log: PathBuf,
}

impl Daemon {
    /// Starts it in the foreground, what it prints in a file.
    pub fn start(command: &mut Command, folder: &Path) -> Self {
        let log = folder.join("log");
        let file = std::fs::File::create(&log).expect("target is writable");
        let copy = file.try_clone().expect("is open");
        command.stdin(Stdio::null()).stdout(file).stderr(copy);
        c_program::take_configuration_away(command);
        Self { child: command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}")), log }
    }

    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).expect("is there")).into_owned()
    }

    pub fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args(["-s", signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill is there").success());
    }

    /// Waits until somebody listens there.
    pub fn await_port(&mut self, port: u16) {
        self.wait("nobody listens", |_| TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok());
    }

    pub fn wait(&mut self, what: &str, happened: impl Fn(&Self) -> bool) {
        let begin = Instant::now();
        while !happened(self) {
            let ended = self.child.try_wait().expect("is a child");
            assert!(ended.is_none(), "the agent ended: {ended:?}\n{}", self.log());
            assert!(begin.elapsed() < PATIENCE, "{what}\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it as its service manager would, and gives the time that it took.
    pub fn stop(&mut self) -> Duration {
        let begin = Instant::now();
        self.signal("TERM");
        while self.child.try_wait().expect("is a child").is_none() {
            assert!(begin.elapsed() < PATIENCE, "it does not end\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        begin.elapsed()
    }

    /// Its children, where it has forked workers.
    pub fn workers(&self) -> Vec<u32> {
        let path = format!("/proc/{0}/task/{0}/children", self.child.id());
        let listing = std::fs::read_to_string(path).expect("Linux has it");
        listing.split_whitespace().map(|id| id.parse().expect("a process id")).collect()
    }
}

/// Resident memory of a process in KiB.
pub fn resident_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).expect("it lives");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux tells");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

impl Drop for Daemon {
    fn drop(&mut self) {
        if let Ok(None) = self.child.try_wait() {
            let _ = Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status();
            let begin = Instant::now();
            while begin.elapsed() < Duration::from_secs(5) {
                if !matches!(self.child.try_wait(), Ok(None)) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(10));
            }
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}
