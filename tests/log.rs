//! The log of a client: its lines, their levels, and their thread.
#![allow(missing_docs, reason = "a test program")]

mod support;
#[path = "tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod tls_server;

use std::env;
use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::time::Duration;

use cloudbackupjobs::ffi::*;
use support::abi::{Lines, Setup};
use support::answers::{self, JOB, JOB_ID, ok};
use support::c_program::{self, Linking};
use support::sandbox::{self, Options, Sandbox};
use support::scripted_server::{Afterwards, ScriptedServer, Step};
use support::target::{self, Need};

const PATH: &str = "/backup/m365/cloudbackupjobs/FB20241015105312327583";

/// Whether there is a line with all these words in this order.
fn says(lines: &[String], words: &[&str]) -> bool {
    lines.iter().any(|line| {
        let mut rest = line.as_str();
        words.iter().all(|word| rest.split_once(word).map(|(_, after)| rest = after).is_some())
    })
}

#[track_caller]
fn assert_says(lines: &[String], words: &[&str]) {
    assert!(says(lines, words), "no {words:?} in {lines:#?}");
}

#[test]
fn a_call_over_tls_is_told_step_by_step() {
    let identity = ScriptedServer::start([vec![Step::Behave(answers::token("secret-token"))]], Afterwards::RepeatLast);
    let server = tls_server::Server { versions: tls_server::TLS13, ..Default::default() };
    let server = server.start([vec![Step::Behave(ok(JOB))]]);
    let lines = Lines::new();
    let client = Setup::new()
        .base_url(&format!("https://localhost:{}", server.address().port()))
        .identity_url(&format!("{}/connect/token", identity.url()))
        .client_secret("id", "s3cret")
        .ca_file(&tls_server::certificate("ca.pem"))
        .log(lines, CBJ_LOG_DEBUG)
        .client();
    assert_eq!(lines.all().len(), 0, "making a client is no call");
    client.get_job(JOB_ID, None).expect("is there");
    let debug = lines.of(CBJ_LOG_DEBUG);
    let token_url = format!("{}/connect/token", identity.url());
    assert_says(&debug, &["look-up of localhost: ", "127.0.0.1", " ms"]);
    assert_says(&debug, &["connected to 127.0.0.1:", " ms"]);
    assert_says(&debug, &["TLS with localhost: TLSv1.3, TLS13_AES"]);
    assert_says(&debug, &["access token fetched from ", &token_url, ", used until 2", "Z (35"]);
    assert!(!says(&debug, &["used again"]) && !says(&debug, &["retry"]), "{debug:#?}");
    let info = lines.of(CBJ_LOG_INFO);
    assert_eq!(info.len(), 1, "{info:#?}");
    assert!(info[0].starts_with(&format!("GET {PATH}: status 200, ")), "{info:?}");
    assert_says(&info, &[" ms, attempts 1, request id 0HNEVHLNSPSEJ:00000010"]);

    client.get_job(JOB_ID, None).expect("is there");
    assert_says(&lines.of(CBJ_LOG_DEBUG), &["connection used again"]);
    assert_eq!(lines.of(CBJ_LOG_INFO).len(), 2);
    assert_eq!(lines.of(CBJ_LOG_WARN).len() + lines.of(CBJ_LOG_ERROR).len(), 0);

    let here = std::thread::current().id();
    assert!(lines.all().iter().all(|(_, _, thread)| *thread == here));
    let text = format!("{:?}", lines.all());
    assert!(!text.contains("secret-token") && !text.contains("s3cret"), "{text}");
}

#[test]
fn an_answer_about_another_job_is_told() {
    for (asked, answered, told) in [
        (JOB_ID, JOB_ID, false),
        (JOB_ID, "fb20241015105312327583 ", false),
        (JOB_ID, "", false),
        (JOB_ID, "IB20261121220006530817", true),
        (JOB_ID, &JOB_ID[1..], true),
    ] {
        let server = ScriptedServer::start([vec![Step::Behave(ok(answers::job_named(answered)))]], Afterwards::Refuse);
        let lines = Lines::new();
        let client = Setup::with_token(&server.url()).log(lines, CBJ_LOG_WARN).client();
        client.get_job(asked, None).expect("the service may write an id in its own way");
        let warnings = lines.of(CBJ_LOG_WARN);
        assert_eq!(warnings.len(), usize::from(told), "{answered}: {warnings:?}");
        assert!(!told || says(&warnings, &["about the job", asked, "is about the job", answered]), "{warnings:?}");
    }
}

#[test]
fn a_token_in_the_place_of_the_jobs_id_is_not_told() {
    let server =
        ScriptedServer::start([vec![Step::Behave(ok(answers::job_named("token-of-the-host")))]], Afterwards::Refuse);
    let lines = Lines::new();
    let client = Setup::with_token(&server.url()).log(lines, CBJ_LOG_DEBUG).client();
    client.get_job(JOB_ID, None).expect("is there");
    assert_says(&lines.of(CBJ_LOG_WARN), &["is about the job \"[secret]\""]);
    assert!(!format!("{:?}", lines.all()).contains("token-of-the-host"), "{:?}", lines.all());
}

#[test]
fn tls_1_2_and_a_resumed_session_are_told() {
    let server = tls_server::Server { versions: tls_server::TLS12, ..Default::default() };
    let closes = vec![Step::Request, Step::Send(ok(JOB)), Step::Close];
    let server = server.start([closes.clone(), closes]);
    let lines = Lines::new();
    let client = Setup::with_token(&format!("https://127.0.0.1:{}", server.address().port()))
        .ca_file(&tls_server::certificate("ca.pem"))
        .log(lines, CBJ_LOG_DEBUG)
        .client();
    for _ in 0..2 {
        client.get_job(JOB_ID, None).expect("is there");
    }
    let debug = lines.of(CBJ_LOG_DEBUG);
    assert_says(&debug, &["TLS with 127.0.0.1: TLSv1.2, TLS_ECDHE"]);
    assert_says(&debug, &["TLSv1.2", "session resumed"]);
}

#[test]
fn retries_and_the_reason_for_them_are_told() {
    let busy =
        vec![Step::Request, Step::Send(answers::answer("503 Busy", answers::refusal(503, "Try later"))), Step::Close];
    let server = ScriptedServer::start([busy.clone(), busy, vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let lines = Lines::new();
    Setup::with_token(&server.url()).log(lines, CBJ_LOG_DEBUG).client().get_job(JOB_ID, None).expect("is there");
    let debug = lines.of(CBJ_LOG_DEBUG);
    assert_says(&debug, &["retry 1 of 2 in ", " ms. GET http://127.0.0.1:", "HTTP 503"]);
    assert_says(&debug, &["retry 2 of 2 in "]);
    assert_says(&lines.of(CBJ_LOG_INFO), &["status 200, ", "attempts 3, "]);
}

#[test]
fn a_connection_that_was_closed_meanwhile_is_told() {
    let once = vec![Step::Request, Step::Send(ok(JOB)), Step::ReadSome, Step::Reset];
    let server = ScriptedServer::start([once, vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let lines = Lines::new();
    let client = Setup::with_token(&server.url()).log(lines, CBJ_LOG_DEBUG).client();
    for _ in 0..2 {
        client.get_job(JOB_ID, None).expect("is there");
    }
    assert_says(&lines.of(CBJ_LOG_DEBUG), &["retry at once, on a fresh connection"]);
}

#[test]
fn failures_are_told_with_the_errors_own_message() {
    let server = ScriptedServer::start(
        [vec![Step::Behave(answers::answer("403 Forbidden", answers::refusal(403, "No")))]],
        Afterwards::RepeatLast,
    );
    let lines = Lines::new();
    let client = Setup::with_token(&server.url()).log(lines, CBJ_LOG_DEBUG).client();
    let failure = client.get_job(JOB_ID, Some("EUR")).expect_err("is refused");
    assert_eq!(lines.of(CBJ_LOG_ERROR), [failure.message]);
    let info = lines.of(CBJ_LOG_INFO);
    assert!(info[0].starts_with(&format!("GET {PATH}?location=EUR: status 403, Permission, ")), "{info:?}");
    assert_says(&info, &["request id request-1"]);

    // No request was made, so only the error is logged.
    let failure = client.get_job("..", None).expect_err("is no id");
    assert_eq!(lines.of(CBJ_LOG_ERROR).last(), Some(&failure.message));
    assert_eq!(lines.of(CBJ_LOG_INFO).len(), 1);

    drop(server);
    let lines = Lines::new();
    let client = Setup::with_token("http://127.0.0.1:9").max_retries(0).log(lines, CBJ_LOG_INFO).client();
    client.get_job(JOB_ID, None).expect_err("nobody listens");
    assert_says(&lines.of(CBJ_LOG_INFO), &["no answer, Connect, ", "attempts 1, request id none"]);
}

#[test]
fn a_refused_token_is_warned_of() {
    let sandbox = Sandbox::start(Options::default()).expect("the sandbox starts");
    let lines = Lines::new();
    let client = Setup::new()
        .base_url(&sandbox.base_url())
        .identity_url(&sandbox.identity_url())
        .client_secret("sandbox-client", "sandbox-secret")
        .log(lines, CBJ_LOG_WARN)
        .client();
    client.get_job(sandbox::FINISHED, None).expect("is there");
    assert_eq!(lines.all().len(), 0);
    sandbox.revoke_tokens();
    client.get_job(sandbox::FINISHED, None).expect("is there with a new token");
    assert_eq!(lines.of(CBJ_LOG_WARN), ["The service refused the access token (401): another one is fetched."]);
}

#[test]
fn a_level_holds_what_matters_more_and_off_is_off() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    for (level, expected) in [(CBJ_LOG_ERROR, 0), (CBJ_LOG_WARN, 0), (CBJ_LOG_INFO, 1)] {
        let lines = Lines::new();
        Setup::with_token(&server.url()).log(lines, level).client().get_job(JOB_ID, None).expect("is there");
        assert_eq!(lines.all().len(), expected, "{level}: {:?}", lines.all());
    }
    let lines = Lines::new();
    Setup::with_token(&server.url())
        .log(lines, CBJ_LOG_DEBUG)
        .without_log()
        .client()
        .get_job(JOB_ID, None)
        .expect("is there");
    assert_eq!(lines.all().len(), 0);
}

#[test]
fn a_token_that_the_server_gives_back_as_request_id_is_not_told() {
    let echo = JOB.replace("0HNEVHLNSPSEJ:00000010", "id token-of-the-host id");
    let server = ScriptedServer::start([vec![Step::Behave(ok(echo))]], Afterwards::RepeatLast);
    let lines = Lines::new();
    Setup::with_token(&server.url()).log(lines, CBJ_LOG_DEBUG).client().get_job(JOB_ID, None).expect("is there");
    assert_says(&lines.of(CBJ_LOG_INFO), &["request id id [secret] id"]);
}

/// The client that the function below uses, how often the function was called, and how often its own calls succeeded.
static CLIENT: AtomicPtr<cbj_client> = AtomicPtr::new(std::ptr::null_mut());
static LINES: AtomicUsize = AtomicUsize::new(0);
static SUCCESSES: AtomicUsize = AtomicUsize::new(0);

/// Calls the library from the log function, in any state of the library.
unsafe extern "C-unwind" fn calls_back(_: *mut c_void, _: cbj_log_level, _: *const c_char) {
    LINES.fetch_add(1, Ordering::SeqCst);
    let (mut job, mut error) = (std::mem::MaybeUninit::uninit(), std::mem::MaybeUninit::uninit());
    let id = std::ffi::CString::new(JOB_ID).expect("no NUL");
    let client = CLIENT.load(Ordering::SeqCst);
    // SAFETY: the client lives longer than the call that writes the log.
    let status = unsafe { cbj_client_get_job(client, id.as_ptr(), std::ptr::null(), Some(&mut job), Some(&mut error)) };
    // SAFETY: both were written, and are freed once.
    unsafe {
        let (job, error) = (job.assume_init(), error.assume_init());
        cbj_job_free((!job.is_null()).then(|| Box::from_raw(job)));
        cbj_error_free((!error.is_null()).then(|| Box::from_raw(error)));
    }
    SUCCESSES.fetch_add(usize::from(status == CBJ_OK), Ordering::SeqCst);
}

#[test]
fn a_function_that_calls_the_same_client_works() {
    let identity = ScriptedServer::start([vec![Step::Behave(answers::token("t"))]], Afterwards::RepeatLast);
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let client = Setup::new()
        .base_url(&server.url())
        .identity_url(&identity.url())
        .client_secret("id", "s3cret")
        .timeout_ms(5000)
        .log_to(calls_back, CBJ_LOG_DEBUG)
        .client();
    CLIENT.store(client.as_ptr(), Ordering::SeqCst);
    let (job, time) = client.timed(JOB_ID);
    job.expect("is there");
    // At least one line came while the token was fetched: even then the client does not wait for this thread.
    let lines = LINES.load(Ordering::SeqCst);
    assert!(lines > 4, "{lines}");
    assert_eq!(SUCCESSES.load(Ordering::SeqCst), lines, "every call from within succeeds, and is not told of");
    assert!(time < Duration::from_secs(3), "{time:?}");
}

/// Panics at every second line.
unsafe extern "C-unwind" fn panics(_: *mut c_void, _: cbj_log_level, _: *const c_char) {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let call = CALLS.fetch_add(1, Ordering::SeqCst);
    PANICS.store(call + 1, Ordering::SeqCst);
    assert!(call % 2 == 1, "on purpose");
}
static PANICS: AtomicUsize = AtomicUsize::new(0);

#[test]
fn a_function_that_panics_ends_neither_the_process_nor_the_call() {
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    let client = Setup::with_token(&server.url()).log_to(panics, CBJ_LOG_DEBUG).client();
    client.get_job(JOB_ID, None).expect("is there");
    let calls = PANICS.load(Ordering::SeqCst);
    assert!(calls >= 3, "every line is told: {calls}");
    client.get_job(JOB_ID, None).expect("is there");
    assert!(PANICS.load(Ordering::SeqCst) > calls, "the next call is told of, too");
}

/// As the header says: an exception does not leave the function, and is not lost silently.
#[test]
fn a_cpp_exception_ends_the_process_and_one_that_is_caught_does_not() {
    let is_missing = env::var_os("CI").is_none() && !c_program::is_installed("c++");
    if env::var_os("CBJ_TEST_VALGRIND").is_some() || is_missing || !target::has(Need::Cpp) {
        return;
    }
    let program = c_program::compile_as("c++", &["-std=c++17"], "tests/c/log_throws.cpp", Linking::Shared);
    let server = ScriptedServer::start([vec![Step::Behave(ok(JOB))]], Afterwards::RepeatLast);
    // glibc ends a thread by an exception, musl without one, so that there the function never returns. A library that zig has
    // linked has an unwinder of its own, which may not understand glibc's exception: then the process ends by SIGSEGV.
    let exits: &[&str] = match target::triple() {
        None => &["exits: signal 6\n"],
        Some(_) if target::is_musl() => &["exits: exit 77\n"],
        Some(_) => &["exits: signal 6\n", "exits: signal 11\n"],
    };
    for (how, expected) in
        [("caught", &["caught: exit 0\n"][..]), ("throws", &["throws: signal 6\n"]), ("exits", exits)]
    {
        let output = c_program::run(&program, &[&server.url(), JOB_ID, how], &[]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(expected.contains(&said.as_ref()), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}
