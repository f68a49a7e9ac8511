//! What a query takes for a state and for its types: the binding's own constants, names and numbers. C has only numbers, so
//! what a language turns into another number on its way must be refused, or it would filter by something else.

use super::languages::{LANGUAGES, with_program};
use super::report::{is_here, run, said};
use crate::support::answers::ok;
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// What the programs in `choices/` print: why each wrong choice is refused.
fn expected(name: &str) -> Option<&'static str> {
    match name {
        "Lua" => Some(include_str!("choices/expected.lua.txt")),
        "Perl" => Some(include_str!("choices/expected.pl.txt")),
        "PHP" => Some(include_str!("choices/expected.php.txt")),
        "Python" => Some(include_str!("choices/expected.py.txt")),
        _ => None,
    }
}

#[test]
fn a_choice_reaches_the_service_or_is_refused() {
    for language in LANGUAGES.iter().filter(|language| is_here(language)) {
        let Some(expected) = expected(language.name) else { continue };
        let program = with_program(language, "choices");
        let empty = ok(r#"{"statusCode":200,"data":[],"metadata":{"totalCount":0}}"#);
        let server = ScriptedServer::start([vec![Step::Behave(empty)]], Afterwards::RepeatLast);
        let base_url = server.url();
        let output = run(&program, &[], &[("CBJ_BASE_URL", &*base_url), ("CBJ_ACCESS_TOKEN", "of-the-test")]);
        assert_eq!(said(&output), (expected.to_owned(), String::new(), Some(0)), "{}", language.name);
        // By names, and by numbers.
        let sent = "/backup/m365/cloudbackupjobs?jobType=1&objectType=1&jobState=4&pageIndex=0&pageSize=50";
        let target = |head: &str| head.split(' ').nth(1).expect("a request line has three parts").to_owned();
        let targets: Vec<String> = server.requests().iter().map(|request| target(&request.head)).collect();
        assert_eq!(targets, [sent, sent], "{}", language.name);
    }
}
