//! What a language does with objects and errors by itself, and a binding must bear: PHP copies objects, Perl copies them into
//! new threads and calls in list context, Python pickles errors and ends below threads, Ruby ends with a thread that fails.

use super::languages::{LANGUAGES, with_program};
use super::lists::{pages, script};
use super::report::{is_here, run, said};
use crate::support::answers::answer;
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Step};

const PHP: &str = "\
Call to private CloudBackupJobs\\Client::__clone() from global scope
Call to private CloudBackupJobs\\JobList::__clone() from global scope
IB3
IB2
IB1
IB4
IB5
";

const PERL: &str = "\
nothing
nothing
IB3
IB3  CBJ_ERROR_SERVER
IB1 IB4 IB5
0 undef
";

const PYTHON: &str = "\
True True True
<Status.RATE_LIMITED: 7> 429 r-1 0:01:01 True (ErrorDetail(code='c', field='f', message='m'),) FB1
cbj_client_free
end
";

const RUBY: &str = "\
CBJ_ERROR_SERVER
CBJ_ERROR_SERVER
CBJ_ERROR_SERVER
";

/// What the programs in `idiom/` print, and the connections that they make.
fn expected(name: &str) -> Option<(&'static str, Vec<Script>)> {
    let [first, second, third] = pages(5);
    let busy = answer("503 Service Unavailable", "");
    match name {
        "PHP" => Some((PHP, vec![script([first, second, third])])),
        // The program's client, and that of its thread.
        "Perl" => Some((PERL, vec![script([first.clone(), busy, second, third]), script([first])])),
        "Python" => {
            let limited = answer(
                "429 Too Many Requests\r\nRetry-After: 61",
                r#"{"statusCode":429,"requestId":"r-1","errors":[{"code":"c","field":"f","message":"m"}]}"#,
            );
            let mut stalled = script([first]);
            stalled.extend([Step::Request, Step::Stall]);
            Some((PYTHON, vec![script([limited]), stalled]))
        }
        "Ruby" => Some((RUBY, vec![vec![Step::Behave(busy)]])),
        _ => None,
    }
}

#[test]
fn bindings_bear_what_their_language_does() {
    for language in LANGUAGES.iter().filter(|language| is_here(language)) {
        let Some((expected, scripts)) = expected(language.name) else { continue };
        let program = with_program(language, "idiom");
        let server = ScriptedServer::start(scripts, Afterwards::RepeatLast);
        let base_url = server.url();
        let environment = [("CBJ_BASE_URL", &*base_url), ("CBJ_ACCESS_TOKEN", "of-the-test"), ("CBJ_MAX_RETRIES", "0")];
        let output = run(&program, &[], &environment);
        assert_eq!(said(&output), (expected.to_owned(), String::new(), Some(0)), "{}", language.name);
    }
}
