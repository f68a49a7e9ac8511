//! What `examples/agents/README.md` shows of the plugin is what the plugin prints.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::build::plugin;
use super::daemon::folder;
use super::job;
use super::runs::{EXCHANGE_ONLINE, ONEDRIVE, TEAMS, failed, finished, in_progress, service_of};
use super::support::abi::{Failure, Setup};
use super::support::c_program::{self, root};
use super::support::list_server::ListServer;
use super::support::sandbox::{Options, Sandbox};

/// The text without what differs from run to run: how long ago something was, ids, the sandbox's port.
fn lasting(text: &str) -> String {
    let mut kept = without_ages(text);
    for (from, to) in [
        ("age'=", "s;"),
        ("age=", ";"),
        ("age=", ","),
        ("check_time_seconds{job_id=\"FB20241015105312327583\"} ", "\n"),
        ("Request id ", "\n"),
        ("Trace id ", "\n"),
        ("127.0.0.1:", "/"),
    ] {
        let mut rest = kept.as_str();
        let mut done = String::new();
        while let Some((before, after)) = rest.split_once(from) {
            done += before;
            done += from;
            let end = after.find(to).filter(|end| *end < 80).unwrap_or(0);
            rest = &after[end..];
        }
        kept = done + rest;
    }
    kept
}

/// The text without the number and the unit before each " ago".
fn without_ages(text: &str) -> String {
    let mut parts: Vec<&str> = text.split(" ago").collect();
    let last = parts.pop().unwrap_or_default();
    let shortened = |part: &str| {
        let end = part.rfind(", ").unwrap_or_else(|| panic!("no comma before an age: {part}"));
        format!("{} ago", &part[..end])
    };
    parts.into_iter().map(shortened).collect::<String>() + last
}

/// The text with a sign in place of each time and each other number of four digits or more. Ids begin with letters.
fn without_times(text: &str) -> String {
    let mut kept = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find(|sign: char| sign.is_ascii_digit()) {
        let end = rest[begin..].find(|sign: char| !sign.is_ascii_digit()).map_or(rest.len(), |length| begin + length);
        let is_id = rest[..begin].ends_with(|sign: char| sign.is_ascii_alphanumeric());
        let is_time = !is_id && end - begin == 4 && rest[end..].starts_with('-');
        kept += &rest[..begin];
        kept += if is_id || end - begin < 4 { &rest[begin..end] } else { "#" };
        // 2026-11-25 22:00:00 +0000
        rest = &rest[if is_time { (begin + 25).min(rest.len()) } else { end }..];
    }
    kept + rest
}

/// A night in which the mailboxes failed, a run of Teams is in progress, and all else is well.
fn night() -> ListServer {
    let id = |kind: &str, number: u32| format!("{kind}2026112422000000{number:04}");
    service_of([
        (EXCHANGE_ONLINE, vec![finished(&id("FB", 1), 31.0), failed(&id("IB", 2), 19.0), failed(&id("IB", 3), 7.0)]),
        (ONEDRIVE, vec![finished(&id("IB", 4), 9.0), finished(&id("FB", 5), 21.0)]),
        (TEAMS, vec![finished(&id("IB", 6), 50.0), in_progress(&id("IB", 7), 2.0)]),
    ])
}

#[test]
fn the_plugins_output_is_what_the_readme_shows() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let (base_url, identity_url) = (sandbox.base_url(), sandbox.identity_url());
    let environment = [
        ("TZ", "UTC"),
        ("CBJ_BASE_URL", base_url.as_str()),
        ("CBJ_IDENTITY_URL", identity_url.as_str()),
        ("CBJ_CLIENT_ID", "sandbox-client"),
        ("CBJ_CLIENT_SECRET", "sandbox-secret"),
    ];
    let readme = std::fs::read_to_string(root().join("examples/agents/README.md")).expect("is there");
    let shown: Vec<(&str, &str)> = readme
        .split("```text\n$ check_cloudbackup_job ")
        .skip(1)
        .map(|rest| rest.split_once('\n').expect("a command and its output"))
        .collect();
    let (of_kinds, of_jobs): (Vec<_>, Vec<_>) = shown.into_iter().partition(|(command, _)| !command.starts_with("-j "));
    assert_eq!((of_kinds.len(), of_jobs.len()), (6, 4));
    let night = night();
    let url = night.url();
    for (arguments, rest) in of_kinds {
        let expected = rest.split("```").next().expect("ends");
        let output = c_program::run(plugin(), &arguments.split(' ').collect::<Vec<_>>(), &job::environment(&url));
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(without_times(&printed), without_times(expected), "{arguments}\n{printed}");
    }
    for (arguments, rest) in of_jobs {
        let expected = rest.split("```").next().expect("ends");
        let output = c_program::run(plugin(), &arguments.split(' ').collect::<Vec<_>>(), &environment);
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(lasting(&printed), lasting(expected), "{arguments}");
    }
}

#[test]
fn the_tables_of_verdicts_are_those_of_the_source() {
    let readme = std::fs::read_to_string(root().join("examples/agents/README.md")).expect("is there");
    let source = std::fs::read_to_string(root().join("examples/agents/shared/verdicts.c")).expect("is there");
    let table = source.split("jc_failures[JC_FAILURES] = {").nth(1).and_then(|rest| rest.split("};").next());
    for row in table.expect("is there").lines().filter(|row| row.contains('"')) {
        let name = row.split('"').nth(1).expect("has a name");
        let verdict = row.rsplit("JC_").next().and_then(|rest| rest.split(',').next()).expect("has a verdict");
        let line = readme.lines().find(|line| line.starts_with("| ") && line.contains(&format!("`{name}`")));
        let cells: Vec<&str> = line.unwrap_or_else(|| panic!("no row for {name}")).split('|').collect();
        assert!(cells[5].trim().starts_with(verdict), "{name}: {cells:?}");
    }
}

/// All files in a folder and in those below it.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("is there").map(|entry| entry.expect("is readable").path());
    entries.flat_map(|path| if path.is_dir() { files_in(&path) } else { vec![path] }).collect()
}

/// The absolute paths of the plugin in a text. A path that begins with a variable for its folder is none.
fn paths_of_the_plugin(text: &str) -> Vec<&str> {
    let words = text.split(|sign: char| !(sign.is_ascii_alphanumeric() || "/._-".contains(sign)));
    let folders = words.filter_map(|word| Some((word.strip_suffix("/check_cloudbackup_job")?, word)));
    folders.filter(|(folder, _)| folder.starts_with('/')).map(|(_, word)| word).collect()
}

#[test]
fn every_sample_calls_the_plugin_where_the_readme_installs_it() {
    let readme = std::fs::read_to_string(root().join("examples/agents/nagios/README.md")).expect("is there");
    let line = readme.lines().find_map(|line| line.strip_prefix("install -m 755 target/check_cloudbackup_job "));
    let installed = format!("{}check_cloudbackup_job", line.expect("installs it"));
    let mut samples = 0;
    for file in files_in(&root().join("examples/agents")) {
        let text = std::fs::read_to_string(&file).expect("is text");
        let paths = paths_of_the_plugin(&text);
        samples += usize::from(!paths.is_empty());
        assert!(paths.iter().all(|path| *path == installed), "{}: {paths:?}", file.display());
    }
    // NRPE, agent 2, the service of systemd, and READMEs.
    assert!(samples >= 4, "{samples}");
}

#[test]
fn the_readme_makes_the_file_that_nrpe_reads() {
    let read =
        |name: &str| std::fs::read_to_string(root().join("examples/agents/nagios").join(name)).expect("is there");
    let (readme, sample) = (read("README.md"), read("nrpe.cfg"));
    let section = readme.split("### NRPE\n").nth(1).and_then(|rest| rest.split("\n### ").next()).expect("is there");
    let named = sample.split("--config ").skip(1).filter_map(|rest| rest.split(' ').next());
    let named: std::collections::BTreeSet<&str> = named.collect();
    assert_eq!(named.len(), 1, "{named:?}");
    for file in named {
        let makes =
            |line: &str| line.trim().starts_with("install -m 600 -o nagios ") && line.ends_with(&format!(" {file}"));
        assert!(section.lines().any(makes), "{file} is nowhere in{section}");
    }
}

/// Loads a file of a configuration with the library, after its paths were replaced by paths in a folder.
fn load(folder: &Path, text: &str, theirs: &str) -> Result<Setup, Failure> {
    assert!(text.contains(&format!("\"{theirs}/")), "{text}");
    let file = folder.join("cloudbackup.json");
    std::fs::write(&file, text.replace(theirs, &folder.display().to_string())).expect("target is writable");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("is ours");
    Setup::new().load_file(file.to_str().expect("UTF-8"))
}

#[test]
fn the_library_loads_the_sample_of_a_configuration() {
    let folder = folder("sample-configuration");
    let sample = std::fs::read_to_string(root().join("examples/agents/cloudbackup.json")).expect("is there");
    let page = std::fs::read_to_string(root().join("examples/agents/token/README.md")).expect("is there");
    let with_token = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("has a file");
    for (text, theirs, name) in [
        (sample.as_str(), "/etc/cloudbackupjobs", "contoso.secret"),
        (with_token, "/run/cloudbackupjobs", "contoso.token"),
    ] {
        // The file that it names is read.
        let failure = load(&folder, text, theirs).err().expect("no such file yet");
        assert!(failure.message.contains(name), "{}", failure.message);
        std::fs::write(folder.join(name), "a secret of the page\n".replace(' ', "-")).expect("target is writable");
        std::fs::set_permissions(folder.join(name), std::fs::Permissions::from_mode(0o600)).expect("is ours");
        load(&folder, text, theirs).expect("is read").client();
    }
}
