//! `zabbix_server` and its frontend.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::api::Api;
use super::daemon::{Daemon, folder, free_port, is_missing};
use super::database::{Database, programs};
use super::support::c_program::is_installed;

/// The frontend of Debian.
const FRONTEND: &str = "/usr/share/zabbix";

/// The frontend reads its configuration from a path below /etc that is written in a class. PHP runs this first: it loads the
/// class with another path.
const PREPENDED: &str = "<?php
$source = file_get_contents('/usr/share/zabbix/include/classes/core/CConfigFile.php');
eval('?>'.str_replace('/etc/zabbix/zabbix.conf.php', getenv('ZABBIX_CONF'), $source));
";

/// In the order in which they end: the database is the last.
pub struct Server {
    _frontend: Daemon,
    server: Daemon,
    pub database: Database,
    pub folder: PathBuf,
    pub frontend_port: u16,
    pub api: Api,
}

/// Whether the server is left out here. CI has it.
pub fn is_left_out() -> bool {
    let frontend_is_there = Path::new(FRONTEND).join("api_jsonrpc.php").exists();
    for (is_there, package) in [
        (frontend_is_there, "zabbix-frontend-php"),
        (programs().is_some(), "postgresql"),
        (is_installed("php"), "php-cli"),
    ] {
        assert!(is_there || std::env::var_os("CI").is_none(), "CI has {package}");
        if !is_there {
            eprintln!("left out: {package} is not installed");
            return true;
        }
    }
    is_missing("zabbix_server") || is_missing("zabbix_agentd")
}

impl Server {
    pub fn start(name: &str) -> Self {
        let database = Database::start();
        let folder = folder(name);
        let port = free_port();
        let server = start_server(&sub_folder(&folder, "server"), &database, port);
        let frontend_port = free_port();
        let frontend = start_frontend(&sub_folder(&folder, "frontend"), &database, port, frontend_port);
        let api = Api::log_in(frontend_port);
        Self { _frontend: frontend, server, database, folder, frontend_port, api }
    }

    /// What the server printed last, for a test that fails.
    pub fn logs(&self) -> String {
        let last = |log: String| log.lines().rev().take(30).map(|line| format!("{line}\n")).collect::<String>();
        last(self.server.log())
    }
}

pub fn sub_folder(folder: &Path, name: &str) -> PathBuf {
    let made = folder.join(name);
    fs::create_dir_all(&made).expect("target is writable");
    made
}

fn start_server(folder: &Path, database: &Database, port: u16) -> Daemon {
    let conf = folder.join("zabbix_server.conf");
    // A second is the shortest time after which the server reads its configuration again. One process of each kind is
    // enough for one host; the kinds that the test does not need have none.
    let text = format!(
        "DBHost={}\nDBName=zabbix\nDBUser=zabbix\nListenIP=127.0.0.1\nListenPort={port}\nSocketDir={}\nPidFile={}\n\
         LogType=console\nAllowRoot=1\nCacheUpdateFrequency=1\nTimeout=5\nUnavailableDelay=1\nUnreachableDelay=1\n\
         StartPollers=2\nStartPollersUnreachable=1\nStartTrappers=1\nStartPreprocessors=1\nStartHistoryPollers=1\n\
         StartDBSyncers=1\nStartPingers=0\nStartDiscoverers=0\nStartHTTPPollers=0\nStartODBCPollers=0\n",
        database.folder().display(),
        // The path of a socket is short.
        database.folder().display(),
        folder.join("pid").display()
    );
    fs::write(&conf, text).expect("target is writable");
    let mut command = Command::new("/usr/sbin/zabbix_server");
    let mut server = Daemon::start(command.arg("-f").arg("-c").arg(conf), folder);
    server.await_port(port);
    server
}

fn start_frontend(folder: &Path, database: &Database, server_port: u16, port: u16) -> Daemon {
    let conf = folder.join("zabbix.conf.php");
    let text = format!(
        "<?php\n$DB = ['TYPE' => 'POSTGRESQL', 'SERVER' => '{}', 'PORT' => '0', 'DATABASE' => 'zabbix', 'USER' => 'zabbix',\n\
         'PASSWORD' => '', 'SCHEMA' => '', 'ENCRYPTION' => false, 'DOUBLE_IEEE754' => true];\n\
         $ZBX_SERVER = '127.0.0.1';\n$ZBX_SERVER_PORT = '{server_port}';\n$ZBX_SERVER_NAME = '';\n\
         $IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;\n",
        database.folder().display()
    );
    fs::write(&conf, text).expect("target is writable");
    let prepended = folder.join("prepended.php");
    fs::write(&prepended, PREPENDED).expect("target is writable");
    let mut command = Command::new("php");
    command.env("ZABBIX_CONF", conf).arg("-d").arg(format!("auto_prepend_file={}", prepended.display()));
    // What the frontend asks for in its manual.
    for setting in
        ["memory_limit=256M", "post_max_size=16M", "max_execution_time=300", "max_input_time=300", "date.timezone=UTC"]
    {
        command.args(["-d", setting]);
    }
    command.args(["-S", &format!("127.0.0.1:{port}"), "-t", FRONTEND]);
    let mut frontend = Daemon::start(&mut command, folder);
    frontend.await_port(port);
    frontend
}
