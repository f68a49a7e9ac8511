//! What the bindings of the programs' languages have beside the programs themselves: filters, lists that go on after a
//! failure, summaries by state, clients that share, waiting and its end, names, saved answers, a configuration file.

use std::fmt::Debug;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use super::languages::{LANGUAGES, Language, with_program};
use super::report::{is_here, run, said};
use crate::support::answers::{answer, job_named, ok};
use crate::support::c_program::scratch_dir;
use crate::support::scripted_server::{Afterwards, Request, Script, ScriptedServer, Step};

const PATH: &str = "/backup/m365/cloudbackupjobs";

/// A saved answer.
const SAVED: &str = r#"{"statusCode":200,"data":{"id":"FB1","state":"Failed","duration":"0.011","jobErrors":[{"isErrorCode":true},{"isErrorCode":false},{}]},"traceId":"t-1","timestamp":"2026-04-22T07:25:12Z"}"#;

/// What each program prints: names, the library, the saved answer, what is refused, a list that failed once, a list that is
/// left, a summary, and then calls of jobs.
fn expected(can_cancel: bool) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let (_, data) = SAVED.split_once("\"data\":").expect("has data");
    let (data, _) = data.split_once(",\"traceId\"").expect("has a trace id");
    let cancelled = if can_cancel { "cancelled FB1\n" } else { "" };
    format!(
        "backup exchange-online 2\n\
         {version} true false\n\
         FB1 0.011 t-1 1776842712 [true, false, nil] true true\n\
         {data}\n\
         CBJ_ERROR_PROTOCOL\n\
         refused refused refused refused refused refused \n\
         IB2 CBJ_ERROR_SERVER IB1 IB4 5 false nil\n\
         IB3 5 false nil\n\
         IB1 2 0 nil 5 5 true 0 false\n\
         Finished\n\
         CBJ_ERROR_TIMEOUT\n\
         Finished\n\
         CBJ_ERROR_TIMEOUT\n\
         {cancelled}\
         FB1\n"
    )
}

fn page(jobs: &[&str]) -> Vec<u8> {
    ok(format!(r#"{{"statusCode":200,"data":[{}],"metadata":{{"totalCount":5}}}}"#, jobs.join(",")))
}

/// Five jobs, two in each page and one that comes twice.
fn pages() -> [Vec<u8>; 3] {
    let ended =
        r#"{"id":"IB2","state":"Finished","startTime":"2026-11-20T02:00:00Z","finishTime":"2026-11-20T06:00:00Z"}"#;
    [
        page(&[r#"{"id":"IB3","state":"In Progress","startTime":"2026-11-20T03:00:00Z"}"#, ended]),
        page(&[r#"{"id":"IB1","state":"Failed","startTime":"2026-11-20T01:00:00Z"}"#, ended]),
        page(&[
            r#"{"id":"IB4","state":"Failed","startTime":"2026-11-20T00:30:00Z"}"#,
            r#"{"id":"IB5","state":"Frozen","startTime":"yesterday"}"#,
        ]),
    ]
}

/// The connections of a program: the first one until the call of the client that shares is given up, one more, and those
/// after a wait that ended within a poll.
fn scripts() -> [Script; 3] {
    let [first, second, third] = pages();
    let job = ok(job_named("FB1"));
    let busy = answer("503 Service Unavailable", "");
    let filtered = [first.clone(), busy, second.clone(), third.clone()];
    let left = [first.clone()];
    let summary = [first, second, third];
    let answers = [&filtered[..], &left, &summary, std::slice::from_ref(&job)].concat();
    let mut until_stalled: Script =
        answers.into_iter().flat_map(|answer| [Step::Request, Step::Send(answer)]).collect();
    until_stalled.extend([Step::Request, Step::Stall]);
    let running = ok(job_named("FB1").replace("Finished", "In Progress"));
    let until_running = vec![Step::Request, Step::Send(job), Step::Behave(running.clone())];
    [until_stalled, until_running, vec![Step::Behave(running)]]
}

/// The parameters that a list was asked for with, in the order of the alphabet.
fn parameters(request: &Request) -> String {
    let target = request.head.split(' ').nth(1).expect("a request line has three parts");
    let mut all: Vec<&str> = target.strip_prefix(PATH).expect("is a list").trim_start_matches('?').split('&').collect();
    all.sort_unstable();
    all.join("&")
}

fn token(request: &Request) -> &str {
    let value = request.head.lines().find_map(|line| line.split_once("Bearer ")).expect("has a token").1;
    value.trim()
}

#[test]
fn bindings_have_what_their_programs_do_not_show() {
    // Python and Node.js are packages, which have tests of their own.
    let is_meant = |language: &&Language| !["Python", "Node.js"].contains(&language.name) && is_here(language);
    let check = |language: &Language| check(language).err().map(|mistake| format!("{}: {mistake}", language.name));
    let wrong: Vec<String> = LANGUAGES.iter().filter(is_meant).filter_map(check).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check(language: &Language) -> Result<(), String> {
    let program = with_program(language, "many");
    let server = ScriptedServer::start(scripts(), Afterwards::RepeatLast);
    let base_url = server.url();
    let file = scratch_dir().join("many.json");
    let configuration = format!(r#"{{"base_url":"{base_url}","access_token":"of-the-file"}}"#);
    std::fs::write(&file, configuration).expect("target is writable");
    // The library refuses a secret that others can read.
    std::fs::set_permissions(&file, Permissions::from_mode(0o600)).expect("the file is ours");
    let environment = [("CBJ_BASE_URL", &*base_url), ("CBJ_ACCESS_TOKEN", "first"), ("CBJ_MAX_RETRIES", "0")];
    let output = run(&program, &[file.to_str().expect("UTF-8"), SAVED], &environment);
    let can_cancel = !["Perl", "PHP", "Lua"].contains(&language.name);
    equal(said(&output), (expected(can_cancel), String::new(), Some(0)))?;

    let requests = server.requests();
    // The list with all filters. The service is asked for whole days, and one more at each end.
    let filtered: Vec<String> = requests[..4].iter().map(parameters).collect();
    let expected = |page| {
        format!(
            "finishTime=2026-11-21&jobState=3&jobType=1&location=EUR&objectType=3&pageIndex={page}&pageSize=2&\
             startTime=2026-11-18"
        )
    };
    equal(filtered, [0, 1, 1, 2].map(expected))?;
    // The list that is left, and the summary.
    let everything: Vec<String> = requests[4..8].iter().map(parameters).collect();
    equal(everything, [0, 0, 1, 2].map(|page| format!("pageIndex={page}&pageSize=50")))?;
    let tokens: Vec<&str> = requests.iter().map(token).collect();
    let (before, after) = tokens.split_at(8);
    equal(before, ["first"; 8])?;
    let (last, others) = after.split_last().expect("jobs were asked for");
    equal(others, &*vec!["second"; others.len()])?;
    equal(*last, "of-the-file")
}

fn equal<F: PartialEq<E> + Debug, E: Debug>(found: F, expected: E) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found:#?}\nexpected {expected:#?}")) }
}
