//! The program, compiled and run.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;

use super::support::answers;
use super::support::c_program::{self, Linking, library_dir, root, sanitizers, scratch_dir};
use super::support::sandbox::{EXCHANGE_ONLINE, Options, Run, Sandbox};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// A warning of any of these is an error.
const WARNINGS: &[&str] = &[
    "-Wall",
    "-Wextra",
    "-pedantic",
    "-Werror",
    "-Wundef",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-Wstrict-prototypes",
    "-Wmissing-prototypes",
    "-Wold-style-definition",
];

pub fn folder() -> PathBuf {
    root().join("examples/c/jobs")
}

fn sources() -> impl Iterator<Item = PathBuf> {
    let entries = std::fs::read_dir(folder()).expect("is there");
    let paths = entries.map(|entry| entry.expect("is readable").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "c"))
}

/// Compiles each source and links nothing: the library for Windows may not be there.
pub fn compile_for_windows(compiler: &str, standard: &str) {
    for source in sources() {
        let mut command = Command::new(compiler);
        command.args([standard, "-O1", "-c", "-o", "/dev/null"]).args(WARNINGS);
        let output = command.arg("-I").arg(root().join("include")).arg(source).output().expect("starts");
        assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

pub fn compile(name: &str, compiler: &str, standard: &str, flags: &[&str]) -> PathBuf {
    let made = scratch_dir().join(name);
    let mut command = c_program::compiler(compiler);
    command.args([standard, "-g", "-O1"]).args(WARNINGS).args(flags).arg("-I").arg(root().join("include"));
    command.args(sources());
    c_program::link(&mut command, Linking::Shared, &library_dir());
    c_program::make(command, &made);
    made
}

/// The program that the tests run.
pub fn program() -> &'static Path {
    static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| compile("cloudbackupjobs", "cc", "-std=c99", sanitizers()));
    &PROGRAM
}

pub fn start(options: Options) -> Sandbox {
    Sandbox::start(options).expect("the sandbox starts")
}

/// The variables of a sandbox.
pub fn variables(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    vec![
        ("TZ", "UTC".to_owned()),
        ("CBJ_BASE_URL", sandbox.base_url()),
        ("CBJ_IDENTITY_URL", sandbox.identity_url()),
        ("CBJ_CLIENT_ID", "sandbox-client".to_owned()),
        ("CBJ_CLIENT_SECRET", "sandbox-secret".to_owned()),
    ]
}

/// What a run of the program said, and how it ended.
#[derive(Debug)]
pub struct Said {
    pub stdout: String,
    pub stderr: String,
    pub status: Option<i32>,
}

impl Said {
    fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("prints UTF-8");
        Self { stdout: text(&output.stdout), stderr: text(&output.stderr), status: output.status.code() }
    }

    /// The document on stdout.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The documents on stdout, one on each line.
    pub fn json_lines(&self) -> Vec<Value> {
        let read = |line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.stdout.lines().map(read).collect()
    }

    /// The line of the table that begins with this word.
    pub fn row(&self, word: &str) -> &str {
        let is_row = |line: &&str| line.split(' ').next() == Some(word);
        self.stdout.lines().find(is_row).unwrap_or_else(|| panic!("no row {word}: {self:?}"))
    }
}

/// Runs the program with these variables.
pub fn run_with(environment: &[(&str, String)], arguments: &[&str]) -> Said {
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Said::of(&c_program::run(program(), arguments, &environment))
}

/// Runs the program against a sandbox.
pub fn run(sandbox: &Sandbox, arguments: &[&str]) -> Said {
    run_with(&variables(sandbox), arguments)
}

/// Runs the program against a server with a script.
pub fn run_at(server: &ScriptedServer, arguments: &[&str]) -> Said {
    run_with(&variables_at(server), arguments)
}

pub fn variables_at(server: &ScriptedServer) -> Vec<(&'static str, String)> {
    let token = "token".to_owned();
    vec![("TZ", "UTC".to_owned()), ("CBJ_BASE_URL", server.url()), ("CBJ_ACCESS_TOKEN", token)]
}

/// A server that gives these answers one after the other, on one connection, and then refuses.
pub fn server(given: impl IntoIterator<Item = Vec<u8>>) -> ScriptedServer {
    let script = given.into_iter().flat_map(|answer| [Step::Request, Step::Send(answer)]).chain([Step::Stall]);
    ScriptedServer::start([script.collect()], Afterwards::Refuse)
}

/// The answer to a request for one job.
pub fn job_answer(data: &Value) -> Vec<u8> {
    answers::ok(serde_json::json!({"statusCode": 200, "message": "", "data": data}).to_string())
}

/// The answer to a request for a list: these jobs and no more, of so many.
pub fn list_answer(jobs: &[Value], total: usize) -> Vec<u8> {
    let metadata = serde_json::json!({"totalCount": total, "nextLink": ""});
    answers::ok(serde_json::json!({"statusCode": 200, "message": "", "data": jobs, "metadata": metadata}).to_string())
}

/// The backup that is running when the sandbox starts.
pub fn running(sandbox: &Sandbox) -> &Run {
    let of_kind = sandbox.runs().iter().filter(|run| run.job_type == 1 && run.object_type == EXCHANGE_ONLINE);
    of_kind.max_by_key(|run| run.start).expect("has a run")
}
