//! The module in a small host of our own, for valgrind and sanitizers, and for what the agent does not survive.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::super::build::{ZABBIX, compile};
use super::super::daemon::{credentials, folder};
use super::super::job::{ID, envelope, environment, refusing, with_errors};
use super::super::runs::{finished, listed};
use super::super::support::answers::{answer, ok};
use super::super::support::c_program::{self, Linking, SANITIZED, root, sanitizers, scratch_dir};
use super::super::support::list_server::{Asked, ListServer, PATH};
use super::super::support::scripted_server::{Script, Step};
use super::agent::MODULE;
use super::kinds::failing_kind;

/// The host and the module: with sanitizers, too, unless the test runs under valgrind.
static BUILDS: LazyLock<Vec<(PathBuf, PathBuf)>> = LazyLock::new(|| {
    let mut builds = vec![(c_program::compile("tests/c/zabbix_host.c", Linking::Loaded), MODULE.clone())];
    if !sanitizers().is_empty() {
        let host = scratch_dir().join("zabbix_host-sanitized");
        let mut command = c_program::compiler("cc");
        command.args(SANITIZED).args(["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-g"]);
        command.arg(root().join("tests/c/zabbix_host.c")).arg("-ldl");
        c_program::make(command, &host);
        builds.push((host, compile(&ZABBIX, "cc", SANITIZED)));
    }
    builds
});

/// Writes the module's configuration, and gives its path.
fn conf(folder: &Path, url: &str, settings: &str) -> String {
    let file = credentials(folder, url);
    let conf = folder.join("cloudbackup.conf");
    std::fs::write(&conf, format!("ConfigFile={}\n{settings}", file.display())).expect("is writable");
    conf.to_str().expect("UTF-8").to_owned()
}

/// Asks for the keys, and gives what was printed: the answers to the child and those to the parent.
fn answers(host: &Path, module: &Path, keys: &[&str], environment: &[(&str, &str)]) -> String {
    let arguments = [&[module.to_str().expect("UTF-8")], keys].concat();
    let output = c_program::run(host, &arguments, environment);
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), b"".as_slice()), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// A job, and lists: of the failing kind for mailboxes, of nothing for all others.
fn jobs_and_lists(asked: &Asked) -> Script {
    if !asked.target.starts_with(&format!("{PATH}?")) {
        return vec![Step::Send(ok(envelope(&with_errors("Failed"))))];
    }
    let is_mailboxes = asked.parameter("objectType") == Some("1");
    listed(&if is_mailboxes { failing_kind() } else { Vec::new() })
}

const KIND: &str = "cloudbackup.kind|exchange-online|failed";

#[test]
fn the_module_is_clean_in_a_host_that_forks() {
    let failing = refusing("500 Internal Server Error");
    let server = ListServer::start(jobs_and_lists);
    let settings = "CacheSeconds=0\nIgnoreError=checked out\nState=failed=warning\nCritical=teams.since_success=8d\n\
                    Optional=teams\nGraceUntil=onedrive=2026-12-01\n";
    let conf = conf(&folder("zabbix-host"), &server.url(), settings);
    let (failed, json) = (format!("cloudbackup.job|{ID}|failed"), format!("cloudbackup.job.json|{ID}"));
    let summary = format!("cloudbackup.job|{ID}|summary");
    let asking = [
        failed.as_str(),
        json.as_str(),
        summary.as_str(),
        KIND,
        "cloudbackup.kind|exchange-online|details",
        "cloudbackup.kind.json|exchange-online",
        "cloudbackup.kind.json|onedrive/backup/EUR",
        "cloudbackup.kinds.discovery",
        "cloudbackup.service",
    ];
    let told = ["cloudbackup.ping", "cloudbackup.job|x|y", "cloudbackup.kind|x|y", "cloudbackup.kind|teams|job_id"];
    let found = r#"[{"kind":"exchange-online","object_type":"exchange-online","job_type":"backup","location":""}]"#;
    for (host, module) in BUILDS.iter() {
        let keys = [asking.as_slice(), told.as_slice()].concat();
        let printed = answers(host, module, &keys, &[("CLOUDBACKUP_CONF", &conf)]);
        for line in [
            format!("{failed} 0 4\n"),
            "cloudbackup.ping 0 1\n".to_owned(),
            "cloudbackup.job|x|y 1 'y' is not one of the fields verdict".to_owned(),
            format!("{KIND} 0 4\n"),
            r#"cloudbackup.kind.json|exchange-online 0 {"kind":"exchange-online","#.to_owned(),
            r#"cloudbackup.kind.json|onedrive/backup/EUR 0 {"kind":"onedrive/backup/EUR","#.to_owned(),
            format!("cloudbackup.kinds.discovery 0 {found}\n"),
            r#"cloudbackup.service 0 {"verdict":0,"#.to_owned(),
            "cloudbackup.kind|x|y 1 'x' is not one of the kinds".to_owned(),
            "cloudbackup.kind|teams|job_id 1 nothing is known about job_id of teams".to_owned(),
        ] {
            assert_eq!(printed.matches(&line).count(), 2, "{line}{printed}");
        }
        let url = failing.url();
        let environment = [environment(&url), vec![("CLOUDBACKUP_CONF", "/dev/null")]].concat();
        let printed = answers(host, module, &asking, &environment);
        for line in [
            format!("{failed} 1 GET "),
            format!("{KIND} 1 GET "),
            "cloudbackup.kinds.discovery 1 exchange-online: GET ".to_owned(),
            r#"cloudbackup.service 0 {"verdict":2,"#.to_owned(),
            r#"cloudbackup.kind.json|exchange-online 0 {"kind":"exchange-online","#.to_owned(),
        ] {
            assert_eq!(printed.matches(&line).count(), 2, "{line}{printed}");
        }
        assert_eq!(printed.matches(r#""error":{"http_status":500,"#).count(), 6, "{printed}");
    }
}

#[test]
fn the_last_answer_that_another_process_got_stands_in() {
    for (number, (host, module)) in BUILDS.iter().enumerate() {
        // The child has the only answer.
        let server = ListServer::start(|asked| match asked.number {
            0 => listed(&failing_kind()),
            _ => vec![Step::Send(answer("503 Service Unavailable", ""))],
        });
        let conf = conf(&folder(&format!("zabbix-host-stale-{number}")), &server.url(), "CacheSeconds=0\nStale=15m\n");
        let keys = [KIND, "cloudbackup.kind|exchange-online|details"];
        let printed = answers(host, module, &keys, &[("CLOUDBACKUP_CONF", &conf)]);
        assert_eq!(printed.matches(&format!("{KIND} 0 4\n")).count(), 2, "{printed}");
        assert_eq!(printed.matches("The service is away: ").count(), 2, "{printed}");
        assert_eq!(server.asked().len(), 4);
    }
}

#[test]
fn a_worker_that_dies_while_it_asks_holds_nobody_up() {
    let dying = format!("!{KIND}");
    for (number, (host, module)) in BUILDS.iter().enumerate() {
        let server = ListServer::start(|asked| match asked.number {
            0 => vec![Step::Stall],
            _ => listed(&[finished("IB1", 2.0)]),
        });
        let conf = conf(&folder(&format!("zabbix-host-dying-{number}")), &server.url(), "CacheSeconds=600\n");
        let printed = answers(host, module, &[&dying, KIND], &[("CLOUDBACKUP_CONF", &conf)]);
        // The child, the parent, and the process that the parent makes: that one finds the answer in the cache.
        assert_eq!(printed.matches(&format!("{KIND} 0 0\n")).count(), 2, "{printed}");
        assert_eq!(server.asked().len(), 2);
    }
}
