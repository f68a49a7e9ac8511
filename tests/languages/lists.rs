//! Every language lists jobs, summarizes them and waits for one, in its own idiom: with the arguments `list`, `summary` and
//! `wait ID` their programs print the same.

use std::process::Output;

use super::languages::{LANGUAGES, Program, with_program};
use super::report::{is_here, programs, run, said};
use crate::support::answers::{answer, job_named, ok, refusal};
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

/// What the programs print of [`pages`] for `list`: each job once, in the order in which it came.
const LIST: &str = "IB3 In Progress\nIB2 Finished\nIB1 Failed\nIB4 Failed\nIB5 Frozen\n";

/// What they print for `summary`.
const SUMMARY: &str = "latest IB3\nlatest ended IB2\nfailed 2\n";

fn job(id: &str, state: &str, start: &str, finish: &str) -> String {
    format!(r#"{{"id":"{id}","state":"{state}","startTime":"{start}","finishTime":"{finish}"}}"#)
}

fn page(total: usize, jobs: &[String]) -> Vec<u8> {
    ok(format!(r#"{{"statusCode":200,"data":[{}],"metadata":{{"totalCount":{total}}}}}"#, jobs.join(",")))
}

/// Three pages with five jobs of long ago, of which the service says that there are `total`. One job moves from the first
/// page to the second, and one has a start that cannot be read.
pub fn pages(total: usize) -> [Vec<u8>; 3] {
    let moved = job("IB2", "Finished", "2024-11-20T02:00:00Z", "2024-11-20T06:00:00Z");
    [
        page(total, &[job("IB3", "In Progress", "2024-11-20T03:00:00Z", ""), moved.clone()]),
        page(total, &[job("IB1", "Failed", "2024-11-20T01:00:00Z", "2024-11-20T05:00:00Z"), moved]),
        page(
            total,
            &[
                job("IB4", "Failed", "2024-11-20T00:30:00Z", "2024-11-20T00:40:00Z"),
                job("IB5", "Frozen", "yesterday", ""),
            ],
        ),
    ]
}

/// These answers, one for each request.
pub fn script(answers: impl IntoIterator<Item = Vec<u8>>) -> Script {
    answers.into_iter().flat_map(|answer| [Step::Request, Step::Send(answer)]).collect()
}

/// Runs a program against a server with these answers on one connection: what it said, and the paths that it asked for.
fn ask(program: &Program, arguments: &[&str], answers: impl IntoIterator<Item = Vec<u8>>) -> (Output, Vec<String>) {
    let server = ScriptedServer::start([script(answers)], Afterwards::Refuse);
    let base_url = server.url();
    let environment = [("CBJ_BASE_URL", &*base_url), ("CBJ_ACCESS_TOKEN", "of-the-test"), ("CBJ_MAX_RETRIES", "0")];
    let output = run(program, arguments, &environment);
    (output, targets(&server))
}

fn targets(server: &ScriptedServer) -> Vec<String> {
    let target = |head: &str| head.split(' ').nth(1).expect("a request line has three parts").to_owned();
    server.requests().iter().map(|request| target(&request.head)).collect()
}

/// Fails with what is wrong in all languages, and not only in the first.
fn every_language(check: impl Fn(&Program) -> Result<(), String>) {
    let wrong = programs()
        .iter()
        .filter_map(|(language, program)| check(program).err().map(|mistake| format!("{}: {mistake}", language.name)));
    let wrong: Vec<String> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn equal<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found:?}, expected {expected:?}")) }
}

fn succeeded(out: String) -> (String, String, Option<i32>) {
    (out, String::new(), Some(0))
}

#[test]
fn every_language_lists_jobs() {
    every_language(|program| {
        let (output, targets) = ask(program, &["list"], pages(5));
        equal(&said(&output), &succeeded(format!("{LIST}5 jobs, complete\n")))?;
        let expected = |page| format!("/backup/m365/cloudbackupjobs?pageIndex={page}&pageSize=2");
        equal(&targets, &(0..3).map(expected).collect())?;
        // A sixth job is nowhere.
        let (output, _) = ask(program, &["list"], pages(6).into_iter().chain([page(6, &[])]));
        equal(&said(&output), &succeeded(format!("{LIST}5 jobs, incomplete\n")))?;
        let (output, _) = ask(program, &["list"], [page(0, &[])]);
        equal(&said(&output), &succeeded("0 jobs, complete\n".to_owned()))
    });
}

#[test]
fn every_language_summarizes_jobs() {
    every_language(|program| {
        let (output, targets) = ask(program, &["summary"], pages(5));
        equal(&said(&output), &succeeded(format!("{SUMMARY}complete\n")))?;
        equal(&targets.len(), &3)?;
        let (output, _) = ask(program, &["summary"], pages(6).into_iter().chain([page(6, &[])]));
        equal(&said(&output), &succeeded(format!("{SUMMARY}incomplete\n")))
    });
}

#[test]
fn every_language_waits_for_a_job() {
    let running = job_named("IB7").replace("Finished", "In Progress");
    every_language(|program| {
        // A failure that a later poll does not have does not end the wait.
        let answers = [ok(&running), answer("503 Service Unavailable", ""), ok(&running), ok(job_named("IB7"))];
        let (output, targets) = ask(program, &["wait", "IB7"], answers);
        equal(&said(&output), &succeeded("IB7 Finished\n".to_owned()))?;
        equal(&targets, &vec!["/backup/m365/cloudbackupjobs/IB7".to_owned(); 4])
    });
}

/// The jobs that came before the failure may be printed.
#[test]
fn every_language_explains_a_failure_within_a_list() {
    every_language(|program| {
        let [first, ..] = pages(5);
        let (output, _) = ask(program, &["list"], [first, answer("403 Forbidden", refusal(403, "No permission"))]);
        let (out, error, code) = said(&output);
        equal(&code, &Some(1))?;
        equal(&LIST.starts_with(&out), &true)?;
        equal(&error.contains("CBJ_ERROR_PERMISSION"), &true)?;
        let (output, _) = ask(program, &["wait", "IB7"], [answer("403 Forbidden", refusal(403, "No permission"))]);
        equal(&said(&output).2, &Some(1))
    });
}

/// What the programs in `lists/` print. In both languages: a list that goes on after a failure, a summary by states, values
/// that are refused, a list that is closed, a client that shares, a client that is closed, a list that is in use, a wait
/// that takes too long.
fn expected(name: &str) -> Option<&'static str> {
    match name {
        "Python" => Some(include_str!("lists/expected.py.txt")),
        "Node.js" => Some(include_str!("lists/expected.js.txt")),
        _ => None,
    }
}

#[test]
fn lists_have_the_idiom_of_their_language() {
    for language in LANGUAGES.iter().filter(|language| is_here(language)) {
        let Some(expected) = expected(language.name) else { continue };
        let program = with_program(language, "lists");
        let [first, second, third] = pages(5);
        let running = ok(job_named("IB7").replace("Finished", "In Progress"));
        let busy = answer("503 Service Unavailable", "");
        let empty = page(0, &[]);
        let mut stalled = script([first.clone(), busy, second.clone(), third.clone(), empty, first.clone()]);
        stalled.extend(script([second, third, first.clone(), first.clone()]));
        stalled.extend([Step::Request, Step::Stall]);
        let scripts = [stalled, vec![Step::Behave(running)]];
        let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
        let base_url = server.url();
        let environment = [("CBJ_BASE_URL", &*base_url), ("CBJ_ACCESS_TOKEN", "of-the-test"), ("CBJ_MAX_RETRIES", "0")];
        let output = run(&program, &[], &environment);
        assert_eq!(said(&output), succeeded(expected.to_owned()), "{}", language.name);
        // The fifth request has every filter. The service is asked for whole days, and one more at each end.
        let expected = "/backup/m365/cloudbackupjobs?startTime=2026-11-18&finishTime=2026-11-21&jobType=1&objectType=1&\
                        jobState=4&pageIndex=0&pageSize=7&location=EUR";
        assert_eq!(targets(&server)[4], expected, "{}", language.name);
    }
}
