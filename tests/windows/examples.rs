//! The programs that come with the library, as programs of Windows, with the DLL and with the static library.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::program::{compile, compile_all, is_asked, run, said};
use crate::support::answers::{JOB, JOB_ID, ok};
use crate::support::c_program::{Linking, root};
use crate::support::manifest::Manifest;
use crate::support::sandbox::{self, Options, Sandbox};
use crate::tls_server::{Server, certificate};
use crate::{always, plain};

const BOTH: [Linking; 2] = [Linking::Shared, Linking::Static];

/// What a program prints to standard output. A text stream of Windows ends its lines with CR LF.
fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8").replace("\r\n", "\n")
}

/// The C files of folders.
fn sources(folders: &[&str]) -> Vec<PathBuf> {
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(root().join(folder)).expect("is there"));
    let paths = entries.map(|entry| entry.expect("is readable").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "c")).collect()
}

#[test]
fn every_careless_call_is_answered() {
    if !is_asked() {
        return;
    }
    let functions: BTreeSet<String> = Manifest::read().functions().into_iter().map(|function| function.name).collect();
    let list =
        r#"{"statusCode":200,"data":[{"id":"FB1","state":"Finished"}],"metadata":{"totalCount":1,"nextLink":""}}"#;
    for linking in BOTH {
        let server = plain(always(ok(list)));
        let output = run(&compile("tests/c/null_walk.c", linking), &[&server.url(), "rows"], &[]);
        let printed = printed(&output);
        assert!(output.status.success(), "{linking:?}: {:?}\n{}", output.status, said(&output));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{linking:?}");
        let rows = printed.lines().filter(|row| !row.starts_with("REQUIRED\t"));
        let walked: BTreeSet<String> =
            rows.map(|row| row.split('\t').nth(1).expect("names a function").to_owned()).collect();
        assert_eq!(walked, functions, "{linking:?}");
    }
}

#[test]
fn the_c_example_prints_a_job_and_what_is_wrong() {
    if !is_asked() {
        return;
    }
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
    let environment = [
        ("TZ", "UTC"),
        ("CBJ_BASE_URL", &base_url),
        ("CBJ_IDENTITY_URL", &identity_url),
        ("CBJ_CLIENT_ID", "sandbox-client"),
        ("CBJ_CLIENT_SECRET", "sandbox-secret"),
    ];
    for linking in BOTH {
        let program = compile("examples/c/job_details.c", linking);
        let output = run(&program, &[sandbox::FINISHED], &environment);
        assert_eq!((String::from_utf8_lossy(&output.stderr).as_ref(), output.status.code()), ("", Some(0)));
        let printed = printed(&output);
        assert!(printed.contains("\n  Started     2024-12-02 07:52:25 +0000   (2024-12-02T07:52:25Z)\n"), "{printed}");
        assert!(printed.contains("\n  Objects     12 in all: 12 successful, 0 failed, 0 skipped\n"), "{printed}");
        for (id, status) in [
            ("..", "CBJ_ERROR_INVALID_ARGUMENT"),
            (sandbox::MISSING, "CBJ_ERROR_NOT_FOUND"),
            (sandbox::NO_PERMISSION, "CBJ_ERROR_PERMISSION"),
        ] {
            let output = run(&program, &[id], &environment);
            assert_eq!(output.status.code(), Some(1), "{id}: {}", said(&output));
            assert!(said(&output).contains(&format!("  Status      {status}\r\n")), "{id}: {}", said(&output));
        }
    }
}

/// The environment of a program that asks a server with a certificate of the committed authority.
fn over_tls<'a>(url: &'a str, authority: &'a str) -> [(&'a str, &'a str); 3] {
    [("CBJ_BASE_URL", url), ("CBJ_ACCESS_TOKEN", "token"), ("CBJ_CA_FILE", authority)]
}

#[test]
fn the_plugin_checks_a_job_over_tls() {
    if !is_asked() {
        return;
    }
    let agents = sources(&["examples/agents/nagios", "examples/agents/shared"]);
    let headers = [Path::new("examples/agents/shared")];
    let (authority, wrong) = (certificate("ca.pem"), certificate("authority-as-server.pem"));
    for linking in BOTH {
        let program = compile_all("check_cloudbackup_job", &agents, &headers, linking);
        let server = Server::default().start([always(ok(JOB))]);
        let url = format!("https://localhost:{}", server.address().port());
        let output = run(&program, &["--job", JOB_ID], &over_tls(&url, &authority));
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(printed(&output).contains("OK") && printed(&output).contains(JOB_ID), "{}", said(&output));
        let output = run(&program, &["--job", JOB_ID], &over_tls(&url, &wrong));
        assert_eq!(output.status.code(), Some(3), "{}", said(&output));
        assert!(printed(&output).contains("of an unknown issuer"), "{}", said(&output));
        assert_eq!(server.requests().len(), 1);
    }
}

#[test]
fn the_program_for_daily_use_shows_a_job_over_tls() {
    if !is_asked() {
        return;
    }
    let authority = certificate("ca.pem");
    for linking in BOTH {
        let program = compile_all("cloudbackupjobs", &sources(&["examples/c/jobs"]), &[], linking);
        let server = Server::default().start([always(ok(JOB))]);
        let url = format!("https://localhost:{}", server.address().port());
        let output = run(&program, &["show", JOB_ID], &over_tls(&url, &authority));
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        assert!(printed(&output).contains(JOB_ID), "{}", said(&output));
    }
}
