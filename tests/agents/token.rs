//! The program that writes one token for all checks, and its systemd units.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::build::plugin;
use super::daemon::{folder, is_missing};
use super::job::answering;
use super::runs::service_of;
use super::support::answers::{answer, ok};
use super::support::c_program::{root, take_configuration_away};
use super::support::canary;
use super::support::patience::TOLERANCE;
use super::support::sandbox::{Options, Sandbox};

fn write(file: &Path, text: &str, mode: u32) {
    std::fs::write(file, text).expect("target is writable");
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).expect("is ours");
}

/// A tenant that the program writes a token for.
struct Tenant {
    folder: PathBuf,
    url: String,
    secret: PathBuf,
    token: PathBuf,
}

impl Tenant {
    /// `None` if a program that the writer needs is not installed.
    fn new(name: &str, identity_url: &str) -> Option<Self> {
        if is_missing("curl") || is_missing("jq") {
            return None;
        }
        let folder = folder(name);
        let (secret, token) = (folder.join("secret"), folder.join("token"));
        write(&secret, "sandbox-secret\n", 0o600);
        Some(Self { folder, url: identity_url.to_owned(), secret, token })
    }

    fn command(&self) -> Command {
        let mut command = Command::new(root().join("examples/agents/token/cloudbackup_token"));
        take_configuration_away(&mut command);
        command.arg(&self.token).env("CBJ_IDENTITY_URL", &self.url).env("CBJ_ALLOW_HTTP", "true");
        command.env("CBJ_CLIENT_ID", "sandbox-client").env("CBJ_CLIENT_SECRET_FILE", &self.secret);
        command
    }

    fn run(&self) -> Output {
        self.command().output().expect("sh is there")
    }

    /// Runs it and expects a failure that leaves the token as it was, and nothing else behind. Gives what it says.
    fn fails(&self, mut command: Command) -> String {
        let before = std::fs::read(&self.token).ok();
        let files = self.files();
        let output = command.output().expect("sh is there");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {said}");
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(said.starts_with("cloudbackup_token: ") && said.matches('\n').count() == 1, "one line: {said}");
        canary::check("the writer", &said);
        assert_eq!(std::fs::read(&self.token).ok(), before, "{said}");
        assert_eq!(self.files(), files, "{said}");
        said
    }

    fn files(&self) -> BTreeSet<PathBuf> {
        std::fs::read_dir(&self.folder).expect("is there").map(|entry| entry.expect("is readable").path()).collect()
    }

    fn mode(&self) -> u32 {
        std::fs::metadata(&self.token).expect("is there").permissions().mode() & 0o7777
    }
}

#[test]
fn twenty_checks_cost_one_token() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let Some(tenant) = Tenant::new("token", &sandbox.identity_url()) else { return };
    // A file that was open to others is replaced by one that is not.
    write(&tenant.token, "old", 0o644);
    let output = tenant.run();
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    assert_eq!((tenant.mode(), sandbox.token_requests()), (0o600, 1));
    let token = std::fs::read_to_string(&tenant.token).expect("is there");
    assert_eq!(tenant.files().len(), 2, "{:?}", tenant.files());

    // By the environment, and by the file of the configuration; whether the API answers, a kind, and a job.
    let config = tenant.folder.join("cloudbackup.json");
    let text = serde_json::json!({"base_url": sandbox.base_url(), "access_token_file": tenant.token});
    write(&config, &text.to_string(), 0o600);
    for number in 0..20 {
        let mut check = Command::new(plugin());
        take_configuration_away(&mut check);
        check.args(match number % 3 {
            0 => &["--latest", "--object-type=any"][..],
            1 => &["--latest", "--object-type=onedrive"],
            _ => &["-j", "FB20241015105312327583"],
        });
        if number % 2 == 0 {
            check.arg("--config").arg(&config);
        } else {
            check.env("CBJ_BASE_URL", sandbox.base_url()).env("CBJ_ACCESS_TOKEN_FILE", &tenant.token);
        }
        let output = check.output().expect("is compiled");
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    assert_eq!((sandbox.token_requests(), sandbox.job_requests()), (1, 20));
    assert!(sandbox.requests().iter().all(|seen| seen.header("authorization") == Some(&format!("Bearer {token}"))));
    // The next half hour.
    assert!(tenant.run().status.success());
    assert_ne!(std::fs::read_to_string(&tenant.token).expect("is there"), token);
    assert_eq!((tenant.mode(), sandbox.token_requests()), (0o600, 2));
}

/// SCALE.md says so.
#[test]
fn a_check_costs_a_token_and_a_request_for_each_kind() {
    let kinds = "exchange-online,sharepoint-online,onedrive,microsoft-365-groups,project-online,public-folder,teams,\
                 viva-engage,teams-chat,power-bi,power-automate,power-apps";
    for (object_types, requests) in [("any", 1), ("onedrive", 1), (kinds, 12)] {
        let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
        let mut check = Command::new(plugin());
        take_configuration_away(&mut check);
        check.env("CBJ_BASE_URL", sandbox.base_url()).env("CBJ_IDENTITY_URL", sandbox.identity_url());
        check.env("CBJ_CLIENT_ID", "sandbox-client").env("CBJ_CLIENT_SECRET", "sandbox-secret");
        let output = check.args(["--latest", "--object-type", object_types]).output().expect("is compiled");
        assert!(output.stdout.starts_with(b"BACKUP "), "{output:?}");
        assert_eq!((sandbox.token_requests(), sandbox.job_requests()), (1, requests), "{output:?}");
    }
    // All of them on one connection.
    let server = service_of([]);
    let mut check = Command::new(plugin());
    take_configuration_away(&mut check);
    check.env("CBJ_BASE_URL", server.url()).env("CBJ_ACCESS_TOKEN", "token-of-the-test");
    check.args(["--latest", "--object-type", kinds]).output().expect("is compiled");
    assert_eq!((server.connections(), server.asked().len()), (1, 12));
}

#[test]
fn a_failure_keeps_the_token_and_says_why() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let Some(mut tenant) = Tenant::new("token-failures", &sandbox.identity_url()) else { return };
    write(&tenant.token, "old", 0o600);

    let with = |tenant: &Tenant, name: &str, value: &str| {
        let mut command = tenant.command();
        command.env(name, value);
        tenant.fails(command)
    };
    for name in ["CBJ_IDENTITY_URL", "CBJ_CLIENT_ID", "CBJ_CLIENT_SECRET_FILE"] {
        assert!(with(&tenant, name, "").ends_with(&format!("{name} is not set\n")), "{name}");
    }
    assert!(with(&tenant, "CBJ_CLIENT_SECRET_FILE", "/nowhere").contains("/nowhere cannot be read by user "));
    assert!(with(&tenant, "CBJ_ALLOW_HTTP", "false").contains("\"http\" not supported"));
    assert!(with(&tenant, "CBJ_CLIENT_ID", "another").contains("HTTP 400: invalid_client: The client is unknown"));
    assert!(with(&tenant, "CBJ_SCOPE", "another").contains("HTTP 400: invalid_scope: "));
    assert!(with(&tenant, "PATH", "/nowhere").contains("curl is not installed"));
    std::fs::set_permissions(&tenant.secret, std::fs::Permissions::from_mode(0o644)).expect("is ours");
    assert!(tenant.fails(tenant.command()).contains("is open to other users: run chmod 600 "));
    std::fs::set_permissions(&tenant.secret, std::fs::Permissions::from_mode(0o600)).expect("is ours");
    assert_eq!(std::fs::read(&tenant.token).expect("is there"), b"old");

    // The answers of services that are broken. The first one repeats the secret.
    let refusal = r#"{"error":"invalid_client","error_description":"no client has\n sandbox-secret"}"#;
    for (bytes, reason) in [
        (answer("400 Bad Request", refusal), "HTTP 400: invalid_client: no client has  (secret)\n"),
        (answer("403 Forbidden", "<html>"), "HTTP 403: the answer is not JSON\n"),
        (answer("302 Found\r\nLocation: http://127.0.0.1:1/", "{}"), "HTTP 302: \n"),
        (ok("<html>"), "the answer has no access token that can be used\n"),
        (ok("{}"), "the answer has no access token that can be used\n"),
        (ok(r#"{"access_token":7,"token_type":"Bearer"}"#), "the answer has no access token that can be used\n"),
        (ok(r#"{"access_token":"t","token_type":"mac"}"#), "the answer has no access token that can be used\n"),
        (ok(r#"{"access_token":"a b"}"#), "the answer has no access token that can be used\n"),
        (ok(r#"{"access_token":"a\n"}"#), "the answer has no access token that can be used\n"),
        (ok(r#"{"access_token":""}"#), "the answer has no access token that can be used\n"),
    ] {
        let server = answering(bytes);
        tenant.url = server.url();
        let said = tenant.fails(tenant.command());
        assert!(said.ends_with(reason), "{reason}: {said}");
        assert_eq!(server.requests().len(), 1, "{said}");
    }
    // A service that is away.
    tenant.url = "http://127.0.0.1:1/connect/token".to_owned();
    assert!(tenant.fails(tenant.command()).contains("Failed to connect"));
    // A folder is no file, and gets no token.
    tenant.token = tenant.folder.join("a-folder");
    std::fs::create_dir(&tenant.token).expect("target is writable");
    assert!(tenant.fails(tenant.command()).ends_with("a-folder is a directory\n"));
    tenant.token = tenant.folder.join("a-folder/nowhere/token");
    let output = tenant.run();
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("cannot be written by user"));
}

/// The command lines of a process and of all below it.
fn command_lines(process: u32, lines: &mut Vec<String>) {
    let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    lines.push(String::from_utf8_lossy(&line).replace('\0', " "));
    let children = std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
    for child in children.split_whitespace() {
        command_lines(child.parse().expect("a process id"), lines);
    }
}

#[test]
fn no_command_line_has_the_secret_and_a_second_run_at_the_same_time_does_no_harm() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let Some(tenant) = Tenant::new("token-secret", &sandbox.identity_url()) else { return };
    sandbox.set_latency(Duration::from_millis(700));
    let start = || tenant.command().stdout(Stdio::null()).spawn().expect("sh is there");
    let mut both = [start(), start()];
    let (begin, mut seen) = (Instant::now(), BTreeSet::new());
    while both.iter_mut().any(|child| child.try_wait().expect("is a child").is_none()) {
        assert!(begin.elapsed() < Duration::from_secs(20), "it does not end");
        let mut lines = Vec::new();
        both.iter().for_each(|child| command_lines(child.id(), &mut lines));
        seen.extend(lines);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(seen.iter().any(|line| line.starts_with("curl ") && line.contains("client_id=sandbox-client")), "{seen:?}");
    let token = std::fs::read_to_string(&tenant.token).expect("is there");
    for line in &seen {
        canary::check("a command line", line);
        assert!(!line.contains(&token), "{line}");
    }
    assert!(both.iter_mut().all(|child| child.wait().expect("is a child").success()));
    assert_eq!((tenant.files().len(), sandbox.token_requests()), (2, 2));
}

#[test]
fn a_run_that_is_ended_leaves_nothing_behind() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let Some(tenant) = Tenant::new("token-ended", &sandbox.identity_url()) else { return };
    sandbox.set_latency(Duration::from_secs(2));
    let mut child = tenant.command().spawn().expect("sh is there");
    let begin = Instant::now();
    while tenant.files().len() < 2 {
        assert!(begin.elapsed() < Duration::from_secs(2) + TOLERANCE, "it does not begin");
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = Command::new("kill").args(["-s", "TERM", &child.id().to_string()]).status();
    assert!(sent.expect("kill is there").success());
    assert_eq!(child.wait().expect("is a child").code(), Some(1));
    assert_eq!(tenant.files(), BTreeSet::from([tenant.secret.clone()]));
}

#[test]
fn systemd_takes_the_units() {
    if is_missing("systemd-analyze") {
        return;
    }
    let folder = folder("token-units");
    let token = root().join("examples/agents/token");
    for unit in ["cloudbackup-token@.service", "cloudbackup-token@.timer"] {
        let text = std::fs::read_to_string(token.join(unit)).expect("is there");
        let program = token.join("cloudbackup_token").display().to_string();
        let text = text.replace("/usr/local/lib/cloudbackupjobs/cloudbackup_token", &program);
        std::fs::write(folder.join(unit), text).expect("target is writable");
    }
    let mut verify = Command::new("systemd-analyze");
    verify.args(["verify", "--man=no", "cloudbackup-token@contoso.service", "cloudbackup-token@contoso.timer"]);
    let output = verify.current_dir(&folder).output().expect("is installed");
    assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    // Every half hour, as the documents say.
    let timer = std::fs::read_to_string(token.join("cloudbackup-token@.timer")).expect("is there");
    let calendar = timer.lines().find_map(|line| line.strip_prefix("OnCalendar=")).expect("has times");
    let mut times = Command::new("systemd-analyze");
    times.args(["calendar", "--iterations=3", "--base-time=2026-11-24 10:01:00 UTC", calendar]).env("TZ", "UTC");
    let output = times.output().expect("is installed");
    let said = String::from_utf8_lossy(&output.stdout);
    for time in ["10:30:00", "11:00:00", "11:30:00"] {
        assert!(said.contains(time), "{said}");
    }
}
