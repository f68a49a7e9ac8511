//! The programs in the pages compile, run against the sandbox, and say what they should.

use std::path::PathBuf;
use std::process::{Command, Output};

use super::page::{self, Page};
use super::support::answers::ok;
use super::support::c_program::{self, Linking, library_dir, scratch_dir};
use super::support::sandbox::{self, Options, Sandbox};
use super::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// What a sandbox prints as `export` line.
pub fn environment(sandbox: &Sandbox) -> Vec<(&'static str, String)> {
    vec![
        ("CBJ_BASE_URL", sandbox.base_url()),
        ("CBJ_IDENTITY_URL", sandbox.identity_url()),
        ("CBJ_CLIENT_ID", "sandbox-client".to_owned()),
        ("CBJ_CLIENT_SECRET", "sandbox-secret".to_owned()),
    ]
}

/// Runs a program with one argument, and the variables if any.
fn run(program: &std::path::Path, job_id: &str, environment: &[(&str, String)]) -> Output {
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    c_program::run(program, &[job_id], &environment)
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Compiles each C block of a page.
fn c_programs(path: &str) -> Vec<PathBuf> {
    let compile = |(number, program): (usize, &String)| {
        let source = scratch_dir().join(format!("{}{number}.c", path.replace(['/', '.'], "_")));
        std::fs::write(&source, program).expect("target is writable");
        c_program::compile(source.to_str().expect("a UTF-8 path"), Linking::Shared)
    };
    Page::read(path).code("c").iter().enumerate().map(compile).collect()
}

/// Compiles a Rust program against the library of the tests.
fn rust_program(name: &str, text: &str) -> PathBuf {
    let (source, program) = (scratch_dir().join(format!("{name}.rs")), scratch_dir().join(name));
    std::fs::write(&source, text).expect("target is writable");
    let dir = library_dir();
    let rlib = dir.join("libcloudbackupjobs.rlib");
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition", "2024", "-D", "warnings", "-o"]).arg(&program).arg(&source);
    rustc.arg("--extern").arg(format!("cloudbackupjobs={}", rlib.display()));
    rustc.arg("-L").arg(format!("dependency={}", dir.display()));
    let output = rustc.output().expect("rustc is there where cargo is");
    assert!(output.status.success(), "{}", stderr(&output));
    program
}

/// A program that prints how many objects of a job failed, or that the service did not say.
fn reports_failed_objects(program: &std::path::Path) {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let environment = environment(&sandbox);
    let found = run(program, sandbox::FINISHED_WITH_EXCEPTION, &environment);
    assert_eq!(stdout(&found), "Finished with Exception: 4 objects failed\n");
    assert_eq!((found.status.code(), stderr(&found).as_str()), (Some(0), ""));

    let silent = run(program, sandbox::UNKNOWN_STATE, &environment);
    assert_eq!(stdout(&silent), "Awaiting Approval: the service did not say how many objects failed\n");

    let missing = run(program, sandbox::UNKNOWN, &environment);
    assert_eq!((missing.status.code(), stdout(&missing).as_str()), (Some(1), ""));
    assert!(stderr(&missing).contains("the answer contains no job"), "{}", stderr(&missing));

    let unconfigured = run(program, sandbox::FINISHED, &[]);
    assert!(stderr(&unconfigured).contains("data_center is missing"), "{}", stderr(&unconfigured));
}

/// The backup of a kind of objects that started last in the sandbox.
pub fn last_backup(sandbox: &Sandbox, object_type: u8) -> &sandbox::Run {
    let backups = sandbox.runs().iter().filter(|run| (run.job_type, run.object_type) == (sandbox::BACKUP, object_type));
    backups.max_by_key(|run| run.start).expect("there is one")
}

/// A server with the jobs in `entries`, and the variables for it.
pub fn list_of(entries: &str) -> (ScriptedServer, Vec<(&'static str, String)>) {
    let list = format!(r#"{{"statusCode":200,"data":[{entries}],"metadata":{{"totalCount":1,"nextLink":""}}}}"#);
    let server = ScriptedServer::start(vec![vec![Step::Behave(ok(list))]], Afterwards::RepeatLast);
    let environment = vec![("CBJ_BASE_URL", server.url()), ("CBJ_ACCESS_TOKEN", "token".to_owned())];
    (server, environment)
}

#[test]
fn the_c_program_of_the_readme() {
    let programs = c_programs("README.md");
    assert_eq!(programs.len(), 1);
    let last_run = &programs[0];
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let environment = environment(&sandbox);
    let failed = last_backup(&sandbox, sandbox::SHAREPOINT_ONLINE).counts.failed;
    let found = run(last_run, "sharepoint-online", &environment);
    assert_eq!(stdout(&found), format!("failed, {failed} objects failed\n"));
    assert_eq!((found.status.code(), stderr(&found).as_str()), (Some(2), ""));

    let none = run(last_run, "Public Folder", &environment);
    assert_eq!(stdout(&none), "no backup has ended in the last 7 days\n");
    assert_eq!(none.status.code(), Some(2));

    let (_server, of_server) = list_of(r#"{"id":"FB1","state":"Finished"}"#);
    let silent = run(last_run, "all", &of_server);
    assert_eq!(stdout(&silent), "finished, the service did not say how many objects failed\n");
    assert_eq!(silent.status.code(), Some(0));
    let (_server, of_server) = list_of(r#"{"id":"FB1","state":"In Progress"}"#);
    assert_eq!(stdout(&run(last_run, "all", &of_server)), "no backup has ended in the last 7 days\n");

    let misspelt = run(last_run, "sharepiont", &environment);
    assert_eq!((misspelt.status.code(), stdout(&misspelt).as_str()), (Some(3), ""));
    assert_eq!(stderr(&misspelt), "There is no kind of objects called sharepiont.\n");

    let unconfigured = run(last_run, "onedrive", &[]);
    assert!(stderr(&unconfigured).contains("data_center is missing"), "{}", stderr(&unconfigured));
}

#[test]
fn the_program_that_lists() {
    let programs = c_programs("docs/listing.md");
    assert_eq!(programs.len(), 1);
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let found = run(&programs[0], "", &environment(&sandbox));
    assert_eq!(stderr(&found), "");
    let last = last_backup(&sandbox, sandbox::ONEDRIVE);
    let lines = stdout(&found);
    // The sandbox lists the newest job first.
    assert_eq!(lines.lines().next(), Some(format!("{} {}", last.id, last.outcome.text()).as_str()));
    assert!(lines.lines().count() > 7 && !lines.contains("incomplete"), "{lines}");

    let (_server, of_server) = list_of("");
    assert_eq!(stdout(&run(&programs[0], "", &of_server)), "The list is incomplete.\n");
    let (_server, of_server) = list_of("null");
    let refused = run(&programs[0], "", &of_server);
    assert!(stdout(&refused).is_empty() && stderr(&refused).contains("data[0]"), "{}", stderr(&refused));
}

#[test]
fn the_rust_program() {
    let programs = Page::read("docs/languages.md").code("rust");
    assert_eq!(programs.len(), 1);
    reports_failed_objects(&rust_program("rust_program", &programs[0]));
}

#[test]
fn the_readme_and_the_page_on_rust_name_the_crate_alike() {
    let lines = Page::read("docs/languages.md").code("toml");
    assert_eq!(lines.len(), 1);
    let line = lines[0].lines().last().expect("has a line").to_owned();
    assert!(Page::read("README.md").code_spans().any(|span| span == line), "README does not have {line}");
}

#[test]
fn the_program_that_logs() {
    let programs = c_programs("docs/logging.md");
    assert_eq!(programs.len(), 1);
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let found = run(&programs[0], sandbox::FINISHED, &environment(&sandbox));
    let line = stderr(&found);
    assert!(line.starts_with("3 GET /backup/m365/cloudbackupjobs/FB20241015105312327583: status 200, "), "{line}");
    let missing = run(&programs[0], sandbox::UNKNOWN, &environment(&sandbox));
    let lines = stderr(&missing);
    assert!(
        lines.lines().any(|line| line.starts_with("1 GET ") && line.contains("the answer contains no job")),
        "{lines}"
    );
}

/// Every other page too: a program that nothing here runs must at least be noticed.
#[test]
fn no_page_has_a_program_that_is_not_run() {
    let run = ["README.md", "docs/listing.md", "docs/logging.md", "docs/languages.md"];
    for page in page::all() {
        let has_program = page.blocks().iter().any(|block| matches!(block.info.as_str(), "c" | "cpp" | "rust"));
        assert!(!has_program || run.contains(&page.path.as_str()), "nothing runs the program in {}", page.path);
    }
}

#[test]
fn the_configuration_file_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let files = Page::read("docs/configuration.md").code("json");
    assert_eq!(files.len(), 1);
    let folder = scratch_dir().join("configuration");
    std::fs::create_dir_all(&folder).expect("target is writable");
    let write = |name: &str, text: &str| {
        std::fs::write(folder.join(name), text).expect("target is writable");
        std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600)).expect("is ours");
    };
    write("secret", "secret of the page\n");
    write("config.json", &files[0].replace("/etc/cloudbackupjobs", folder.to_str().expect("UTF-8")));
    let config = cloudbackupjobs::Config::new().load_file(folder.join("config.json")).expect("is read");
    cloudbackupjobs::Client::new(&config).expect("is complete");
}
