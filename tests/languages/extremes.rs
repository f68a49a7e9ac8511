//! Times and spans that a language's own type cannot hold. Only those of Go, Java and C# end too early for the library's.

use super::languages::{LANGUAGES, with_program};
use super::report::{is_here, run, said};
use crate::support::answers::{answer, job_named, ok};
use crate::support::scripted_server::{Afterwards, ScriptedServer, Service, Step};

/// A job of 9000 years. Its finish is in the year 10000 in UTC.
const JOB: &str = r#"{"id":"FB1","state":"Finished","startTime":"1000-01-01T00:00:00Z",
    "finishTime":"9999-12-31T23:59:59.9999999-05:00"}"#;

/// The finish in Unix seconds, its text, and how long the job took.
const FINISH: &str = "253402318799";
const FINISH_TEXT: &str = "9999-12-31T23:59:59.9999999-05:00";
const ELAPSED: &str = "284012542799";

/// How long the service asks to wait.
const RETRY_AFTER: &str = "253402300799";

/// The longest that Go counts: 292 years.
const LONGEST_IN_GO: &str = "9223372036";

/// What each program in `extremes/` prints: the job, as a list and a summary have it, too; how long the service asks to wait;
/// a job that is waited for with the longest times of the language; a list from the first to the last moment.
fn expected(name: &str) -> Option<String> {
    let (finish, elapsed, retry_after) = match name {
        "Go" => (FINISH, LONGEST_IN_GO, LONGEST_IN_GO),
        "Java" => (FINISH, ELAPSED, RETRY_AFTER),
        // A DateTimeOffset ends with the year 9999.
        "C#" => ("nil", ELAPSED, RETRY_AFTER),
        _ => return None,
    };
    Some(format!(
        "FB1 {finish} {FINISH_TEXT} {elapsed}\n\
         FB1 {finish}\n\
         FB1 {finish}\n\
         CBJ_ERROR_RATE_LIMITED {retry_after} 429 r-1 t-1 true c f m\n\
         FB2 Finished\n\
         FB1 FB1\n"
    ))
}

/// In the order of the calls.
fn answers() -> Vec<Vec<u8>> {
    let job = ok(format!(r#"{{"statusCode":200,"data":{JOB}}}"#));
    let page = ok(format!(r#"{{"statusCode":200,"data":[{JOB}],"metadata":{{"totalCount":1}}}}"#));
    let refusal = answer(
        "429 Too Many Requests\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\nRetry-After: Fri, 31 Dec 9999 23:59:59 GMT",
        r#"{"statusCode":429,"requestId":"r-1","traceId":"t-1","errors":[{"code":"c","field":"f","message":"m"}]}"#,
    );
    vec![job, page.clone(), page.clone(), refusal, ok(job_named("FB2")), page.clone(), page]
}

#[test]
fn times_that_a_language_cannot_hold_are_absent_or_the_longest() {
    let mut wrong = Vec::new();
    for language in LANGUAGES.iter().filter(|language| is_here(language)) {
        let Some(expected) = expected(language.name) else { continue };
        let program = with_program(language, "extremes");
        let answers = answers();
        let service = Service::new(move |number, _| vec![Step::Send(answers[number].clone())]);
        let server = ScriptedServer::start([vec![Step::Serve(service)]], Afterwards::RepeatLast);
        let base_url = server.url();
        let environment = [("CBJ_BASE_URL", &*base_url), ("CBJ_ACCESS_TOKEN", "of-the-test"), ("CBJ_MAX_RETRIES", "0")];
        let found = said(&run(&program, &[], &environment));
        if found != (expected.clone(), String::new(), Some(0)) {
            wrong.push(format!("{}: {found:?}\nexpected {expected:?}", language.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
