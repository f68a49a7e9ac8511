//! PostgreSQL with the schema of Zabbix, in a folder of its own, behind a socket in that folder.
//!
//! The schema is imported once, into `target/`. Each server gets a copy of the files. PostgreSQL refuses to run as root;
//! then it runs as nobody. Nobody may not be able to reach `target/`, so the copy is below the folder for temporary files.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use super::daemon::Daemon;
use super::support::c_program::library_dir;

/// The files of the schema, in the order in which they are to be imported.
const SCHEMA: [&str; 3] = ["schema.sql.gz", "images.sql.gz", "data.sql.gz"];

const SCHEMA_FOLDER: &str = "/usr/share/zabbix-server-pgsql";

/// The folder with the programs of the newest PostgreSQL.
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut folders: Vec<PathBuf> = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    folders.retain(|folder| folder.join("postgres").exists());
    folders.sort();
    folders.pop()
}

pub struct Database {
    /// Ends before the folder is removed.
    daemon: Option<Daemon>,
    folder: PathBuf,
}

impl Database {
    pub fn start() -> Self {
        let seed = seed();
        let database = Self::new();
        run(Command::new("cp").arg("-r").arg(seed).arg(database.data()));
        database.started()
    }

    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("cbj-zabbix-{}-{number}", std::process::id()));
        fs::create_dir(&folder).expect("nobody else has a folder with this name");
        Self { daemon: None, folder }
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn started(mut self) -> Self {
        if is_root() {
            run(Command::new("chown").args(["-R", "nobody"]).arg(&self.folder));
        }
        let mut command = as_user(&programs().expect("is installed").join("postgres"));
        command.arg("-D").arg(self.data()).arg("-k").arg(&self.folder);
        // Nobody needs the data after a crash of the machine.
        for setting in ["listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off"] {
            command.args(["-c", setting]);
        }
        self.daemon = Some(Daemon::start(command.current_dir(&self.folder), &self.folder));
        let folder = self.folder.clone();
        let daemon = self.daemon.as_mut().expect("was just started");
        daemon.wait("the database does not answer", |_| {
            let asked = psql(&folder, "postgres").args(["-c", "select 1"]).stderr(Stdio::null()).output();
            asked.expect("psql is installed").status.success()
        });
        self
    }

    /// The folder with the socket.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn execute(&self, statement: &str) {
        run(psql(&self.folder, "zabbix").args(["-c", statement]));
    }

    fn end(&mut self) {
        self.daemon.as_mut().expect("was started").stop();
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.daemon = None;
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{}: {error}", self.folder.display());
        }
    }
}

/// The files of a database with the schema. They are made by the first test that needs them, in any run.
fn seed() -> PathBuf {
    static MAKING: Mutex<()> = Mutex::new(());
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    let bytes: u64 = SCHEMA.iter().map(|name| schema_file(name).metadata().expect("is installed").len()).sum();
    // Another version of the schema, or of PostgreSQL, gets another folder.
    let version = programs().expect("is installed").display().to_string().replace(|c: char| !c.is_ascii_digit(), "");
    let seed = library_dir().join(format!("zabbix-schema-{version}-{bytes}"));
    if !seed.exists() {
        make_seed(&seed);
    }
    seed
}

fn schema_file(name: &str) -> PathBuf {
    Path::new(SCHEMA_FOLDER).join(name)
}

fn make_seed(seed: &Path) {
    let database = Database::new();
    if is_root() {
        run(Command::new("chown").arg("nobody").arg(&database.folder));
    }
    let mut initdb = as_user(&programs().expect("is installed").join("initdb"));
    initdb.arg("-D").arg(database.data()).current_dir(&database.folder);
    run(initdb.args(["-A", "trust", "-U", "zabbix", "-E", "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"]));
    let mut database = database.started();
    run(psql(&database.folder, "postgres").args(["-c", "create database zabbix"]));
    for name in SCHEMA {
        let unzip = Command::new("zcat").arg(schema_file(name)).stdout(Stdio::piped()).spawn();
        let mut unzip = unzip.expect("zcat is there");
        let text = unzip.stdout.take().expect("is a pipe");
        run(psql(&database.folder, "zabbix").stdin(text));
        assert!(unzip.wait().expect("is a child").success(), "{name}");
    }
    // Without statistics, one of the frontend's queries takes minutes.
    database.execute("vacuum analyze");
    database.end();
    // Nobody finds half of a seed: it gets its name when it is whole.
    let half = seed.with_extension(std::process::id().to_string());
    run(Command::new("cp").arg("-r").arg(database.data()).arg(&half));
    fs::rename(&half, seed).expect("target is writable");
}

fn psql(folder: &Path, database: &str) -> Command {
    let mut command = Command::new("psql");
    command.args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-U", "zabbix", "-d", database, "-h"]).arg(folder);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

fn is_root() -> bool {
    fs::metadata("/proc/self").expect("Linux has it").uid() == 0
}

/// The program as nobody if this is root.
fn as_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]).arg(program);
    command
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
