//! Signals, full tables and closed streams.

use crate::support::answers::{JOB, ok, page};
use crate::support::c_program::{Linking, compile};
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};
use crate::{run, service};

fn plain(script: Script) -> ScriptedServer {
    ScriptedServer::start([script], Afterwards::RepeatLast)
}

fn environment(url: &str) -> [(&str, &str); 2] {
    [("CBJ_BASE_URL", url), ("CBJ_ACCESS_TOKEN", "token")]
}

#[test]
fn signals_neither_fail_a_call_nor_move_its_deadline() {
    for signals in ["blocked", "alarmed"] {
        let slow = |bytes| [Step::Request, Step::Pause(std::time::Duration::from_millis(5)), Step::Send(bytes)];
        let list = page("J1", 1, "");
        let bodies = (0..7).flat_map(|_| [JOB, &*list, &*list]);
        let script = bodies.flat_map(|body| slow(ok(body))).chain([Step::Request, Step::Stall]).collect();
        let server = ScriptedServer::start([script, vec![Step::Request, Step::Stall]], Afterwards::RepeatLast);
        // With a look-up, because its thread blocks signals, too.
        let url = server.url().replace("127.0.0.1", "localhost");
        run(&compile("tests/c/signals.c", Linking::Shared), &[signals], &environment(&url));
    }
}

#[test]
fn full_tables_are_an_error_and_no_more() {
    for table in ["descriptors", "threads", "keys"] {
        let server = plain(vec![Step::Behave(ok(JOB))]);
        let url = server.url().replace("127.0.0.1", "localhost");
        let environment = [&environment(&url)[..], &[("OTHER_URL", "https://other.invalid")]].concat();
        run(&compile("tests/c/full_tables.c", Linking::Shared), &[table], &environment);
    }
}

#[test]
fn the_process_stays_as_it_is() {
    let breaks = || vec![Step::ReadSome, Step::Reset];
    let scripts = [
        vec![Step::Request, Step::Send(ok(JOB)), Step::Close],
        // For the second call and its two retries.
        breaks(),
        breaks(),
        breaks(),
        vec![service()],
    ];
    let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
    run(&compile_with_everything("tests/c/surroundings.c"), &[], &environment(&server.url()));
}

#[test]
fn what_the_host_opens_under_the_librarys_numbers_is_the_hosts() {
    for kind in ["sockets", "events", "files"] {
        let server = plain(vec![Step::Behave(ok(JOB))]);
        let stalls = || vec![Step::Request, Step::Stall];
        let answers_once = vec![Step::Request, Step::Send(ok(JOB)), Step::Request, Step::Stall];
        let silent = ScriptedServer::start([stalls(), stalls(), answers_once, stalls()], Afterwards::RepeatLast);
        let (url, silent_url) = (server.url(), silent.url());
        let environment = [&environment(&url)[..], &[("FAILING_URL", &silent_url)]].concat();
        run(&compile_with_everything("tests/c/closed_descriptors.c"), &[kind], &environment);
    }
}

/// For programs that inspect their process with more than POSIX offers.
fn compile_with_everything(source: &str) -> std::path::PathBuf {
    crate::support::c_program::compile_as("cc", &["-std=c99", "-D_GNU_SOURCE"], source, Linking::Shared)
}
