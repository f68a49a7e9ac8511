//! Every language's client takes options in its own idiom, beside those of the environment.

use super::languages::{LANGUAGES, with_program};
use super::report::{is_here, run, said};
use crate::support::answers::{JOB, ok};
use crate::support::scripted_server::{Afterwards, ScriptedServer, Step};

/// What each program in `options/` prints: a job, and the refusals of options that are wrong.
const SAID: &str = "\
Finished
CBJ_ERROR_INVALID_ARGUMENT Configuration: \"timeout\" is not an option; did you mean \"timeout_ms\"?
CBJ_ERROR_INVALID_ARGUMENT Configuration: max_retries is \"-1\", wanted a whole number from 0 to 4294967295.
CBJ_ERROR_CONFIG Configuration: client_secret_file names the file \"/nonexistent/x\", which cannot be read: No such file or \
directory (os error 2).
CBJ_ERROR_CONFIG Configuration: timeout_ms must be at least 1.
";

#[test]
fn options_win_over_the_environment_and_wrong_ones_are_named() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let base_url = server.url();
    let environment = [
        ("CBJ_BASE_URL", "http://127.0.0.1:1"),
        ("CBJ_ACCESS_TOKEN", "of-the-environment"),
        ("CBJ_USER_AGENT", "of-the-environment/1"),
        ("CBJ_ALLOW_HTTP", "0"),
    ];
    for language in LANGUAGES.iter().filter(|language| is_here(language)) {
        let program = with_program(language, "options");
        let before = server.requests().len();
        let found = said(&run(&program, &[&base_url], &environment));
        assert_eq!(found, (SAID.to_owned(), String::new(), Some(0)), "{}", language.name);
        let requests = server.requests();
        assert_eq!(requests.len(), before + 1, "{}", language.name);
        let head = requests[before].head.to_ascii_lowercase();
        assert!(head.contains("authorization: bearer of-the-options\r\n"), "{}: {head}", language.name);
        assert!(head.contains("user-agent: of-the-environment/1 cloudbackupjobs/"), "{}: {head}", language.name);
    }
}
