//! A real `zabbix_agentd` with the module, asked over its own protocol.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::Value;

use super::super::build::{ZABBIX, compile};
use super::super::daemon::{Daemon, credentials, folder, free_port};
use super::super::job::ID;

pub static MODULE: LazyLock<PathBuf> = LazyLock::new(|| compile(&ZABBIX, "cc", &[]));

pub struct Agent {
    pub daemon: Daemon,
    pub port: u16,
}

/// What the agent answers to a key, as its own tool would show it.
#[derive(Debug, PartialEq)]
pub enum Answer {
    Value(String),
    NotSupported(String),
}

pub fn value(text: &str) -> Answer {
    Answer::Value(text.to_owned())
}

impl Agent {
    /// With `extra` lines in the module's configuration; the agent's timeout is 3 s.
    pub fn start(name: &str, url: &str, extra: &str) -> Self {
        let folder = folder(name);
        let file = credentials(&folder, url);
        let conf = folder.join("cloudbackup.conf");
        std::fs::write(&conf, format!("# comment\n\nConfigFile={}\n{extra}", file.display())).expect("is writable");
        Self::start_with(&folder, &conf)
    }

    pub fn start_with(folder: &Path, conf: &Path) -> Self {
        let port = free_port();
        let file = folder.join("agentd.conf");
        let module = MODULE.display().to_string();
        let (dir, name) = module.rsplit_once('/').expect("is a path");
        let text = format!(
            "Server=127.0.0.1\nListenIP=127.0.0.1\nListenPort={port}\nHostname=test\nLogType=console\nAllowRoot=1\n\
             PidFile={}/pid\nStartAgents=3\nTimeout=3\nLoadModulePath={dir}\nLoadModule={name}\n",
            folder.display()
        );
        std::fs::write(&file, text).expect("is writable");
        let mut command = Command::new("/usr/sbin/zabbix_agentd");
        command.arg("-f").arg("-c").arg(&file).env_clear().env("CLOUDBACKUP_CONF", conf).env("TZ", "UTC");
        let mut daemon = Daemon::start(&mut command, folder);
        daemon.await_port(port);
        Self { daemon, port }
    }

    pub fn ask(&self, key: &str) -> Answer {
        ask(self.port, key)
    }

    pub fn job(&self, field: &str) -> Answer {
        self.ask(&format!("cloudbackup.job[{ID},{field}]"))
    }

    /// A field of the kind exchange-online.
    pub fn kind(&self, field: &str) -> Answer {
        self.ask(&format!("cloudbackup.kind[exchange-online,{field}]"))
    }

    /// The value of an item, which is JSON.
    pub fn json(&self, key: &str) -> Value {
        let text = self.ask(key).into_value();
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{key}: {error}: {text}"))
    }
}

impl Answer {
    pub fn into_value(self) -> String {
        match self {
            Self::Value(text) => text,
            Self::NotSupported(said) => panic!("not supported: {said}"),
        }
    }

    /// Why the item has no value.
    pub fn into_reason(self) -> String {
        match self {
            Self::NotSupported(said) => said,
            Self::Value(text) => panic!("it has the value {text}"),
        }
    }
}

pub fn ask(port: u16, key: &str) -> Answer {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("the agent listens");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("is a socket");
    let mut sent = b"ZBXD\x01".to_vec();
    sent.extend(u64::try_from(key.len()).expect("is short").to_le_bytes());
    sent.extend(key.as_bytes());
    stream.write_all(&sent).expect("the agent reads");
    let mut got = Vec::new();
    stream.read_to_end(&mut got).expect("the agent answers");
    assert!(got.starts_with(b"ZBXD\x01"), "{key}: {got:?}");
    let text = String::from_utf8(got.split_off(13)).expect("UTF-8");
    match text.strip_prefix("ZBX_NOTSUPPORTED\0") {
        Some(message) => Answer::NotSupported(message.to_owned()),
        None => Answer::Value(text),
    }
}
