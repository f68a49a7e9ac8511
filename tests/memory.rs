//! How much memory an answer takes: while it is read, at most three times its size plus a constant, whatever it
//! contains; afterwards only the memory for what the handle returns. And how often a usual answer allocates.
//!
//! This program has an allocator that counts.
#![allow(missing_docs, reason = "a test program")]

mod support;

use cloudbackupjobs::{Client, Config, ErrorKind, Job};
use support::answers::{JOB, JOB_ID, chunked, ok};
use support::counting::{Counting, counted, measured};
use support::scripted_server::{Afterwards, ScriptedServer, Step};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The largest answer that is read by default.
const SIZE: usize = 8 * 1024 * 1024;

/// Room for buffers, connections and messages.
const CONSTANT: usize = 1024 * 1024;

/// A text of at most `size` bytes: `begin`, as many `unit`s as fit, and `end`.
fn filled(size: usize, begin: &str, unit: &str, end: &str) -> String {
    let count = (size - begin.len() - end.len()) / unit.len();
    let mut body = String::with_capacity(size);
    body.push_str(begin);
    (0..count).for_each(|_| body.push_str(unit));
    body.push_str(end);
    body
}

#[test]
fn an_answer_takes_three_times_its_size() {
    let job = |member: &str| format!(r#"{{"data":{{"id":"J","state":"Finished",{member}"#);
    let jobs = [
        ("no errors but entries", job(r#""jobErrors":["#), "{},", "{}]}}"),
        ("entries that are null", job(r#""jobErrors":["#), "null,", "{}]}}"),
        ("small entries", job(r#""jobErrors":["#), r#"{"number":7,"value":"x"},"#, "{}]}}"),
        ("entries of unknown members", job(r#""jobErrors":["#), r#"{"a":1,"b":[]},"#, "{}]}}"),
        ("the same member again and again", job(""), r#""state":"Finished","#, r#""state":"Finished"}}"#),
        ("unknown members", job(""), r#""new":1,"#, r#""new":1}}"#),
        ("a text of escapes", job(r#""jobErrors":[{"value":""#), r"\n\u00fc", r#""}]}}"#),
        ("a text of lone surrogates", job(r#""startTime":""#), r"\ud800", r#""}}"#),
        ("a deep list", job(r#""new":"#), "[", "}}"),
        ("a deep list after errors", job(r#""jobErrors":[{"value":"x"}],"new":"#), "[", "}}"),
        ("a long list", job(r#""new":["#), "1,", "1]}}"),
        ("a long id beside the job", r#"{"data":{"id":"J"},"traceId":""#.to_owned(), "x", r#""}"#),
        ("a long id of escapes", r#"{"data":{"id":"J"},"requestId":""#.to_owned(), r"\t", r#""}"#),
        ("a long name of escapes", job(r#""jobErrors":[],""#), r"\n", r#"":1}}"#),
        ("a list of errors beside the job", r#"{"errors":["#.to_owned(), "{},", r#"{}],"data":{"id":"J"}}"#),
    ];
    let refusals = [
        ("no details but entries", r#"{"statusCode":400,"errors":["#.to_owned(), "{},", "{}]}"),
        ("small details", r#"{"statusCode":400,"errors":["#.to_owned(), r#"{"code":"x"},"#, "{}]}"),
        ("unknown members", r#"{"statusCode":400,"#.to_owned(), r#""a":1,"#, r#""a":1}"#),
        ("a long message", r#"{"statusCode":400,"message":""#.to_owned(), r"a\tb ", r#""}"#),
        ("the token again and again", r#"{"statusCode":400,"message":""#.to_owned(), r#"\ttoken/of+the=host"#, r#""}"#),
        ("encodings", r#"{"statusCode":400,"message":""#.to_owned(), r"a+%2b&#43;\t", r#""}"#),
        (
            "texts about a field",
            format!(r#"{{"statusCode":400,"errors":{{"{}":["#, "f".repeat(2000)),
            r#""x","#,
            r#""x"]}}"#,
        ),
        ("fields with texts", r#"{"statusCode":400,"errors":{"#.to_owned(), r#""a":"x","#, r#""a":"x"}}"#),
        ("a problem", r#"{"status":400,"title":"x","detail":""#.to_owned(), "x", r#""}"#),
    ];
    let is_refusal = |index| index >= jobs.len();
    for (index, (name, begin, unit, end)) in jobs.iter().chain(&refusals).enumerate() {
        // Some sizes are just above a doubling of the body's memory.
        let size = if index % 3 == 0 { SIZE / 2 + 1024 } else { SIZE };
        let body = match *unit {
            "[" => format!("{}{}", filled(size / 2, begin, unit, ""), "]".repeat(size / 2 - begin.len()) + end),
            unit => filled(size, begin, unit, end),
        };
        assert!(body.len() > size - 1024, "{name}");
        let (length, is_chunked) = (body.len(), index % 2 == 0);
        let bytes = match is_chunked {
            true => chunked(format!("{length:x}\r\n{body}\r\n0\r\n\r\n")),
            false => ok(&body),
        };
        drop(body);
        let server = ScriptedServer::start([vec![Step::Request, Step::Send(bytes), Step::Stall]], Afterwards::Refuse);
        let config =
            Config::new().base_url(server.url()).access_token("token/of+the=host").timeout_ms(60_000).max_retries(0);
        let client = Client::new(&config).expect("is complete");
        let (result, most, _) = measured(|| client.get_job("J"));
        match &result {
            Ok(_) => assert!(!is_refusal(index), "{name}"),
            Err(error) if is_refusal(index) => assert_eq!(error.http_status(), Some(400), "{name}: {error}"),
            Err(error) => panic!("{name}: {error}"),
        }
        assert!(most <= 3 * length + CONSTANT, "{name}: {most} bytes for an answer of {length}");
    }
}

#[test]
fn a_handle_keeps_what_it_gives_out() {
    let padding = "x".repeat(SIZE - 1024);
    let whole =
        format!(r#"{{"padding":"{padding}","requestId":"R","data":{{"id":"J","jobErrors":[{{"value":"v"}}]}}}}"#);
    let (job, _, kept) = measured(|| Job::from_envelope(whole.as_bytes()).expect("is a job"));
    assert_eq!((job.id(), job.request_id(), job.errors().len()), (Some("J"), Some("R"), 1));
    assert!(kept < 16 * 1024, "a job of 60 bytes keeps {kept}");
    let whole = whole.replace(r#""data""#, r#""statusCode":403,"errors":[{"code":"c"}],"other""#);
    let (error, _, kept) = measured(|| Job::from_envelope(whole.as_bytes()).expect_err("is none"));
    assert_eq!((error.kind(), error.details().len(), error.request_id()), (ErrorKind::Permission, 1, Some("R")));
    assert!(kept < 16 * 1024, "an error of 200 bytes keeps {kept}");
}

/// Over TLS a fetch takes some more: docs/performance.md has its number.
#[test]
fn a_usual_answer_takes_few_allocations() {
    let error = r#"{"isErrorCode":true,"value":"The mailbox could not be found.","url":"https://learn.example.com/0042","number":7}"#;
    for errors in [0, 1, 8] {
        let list = vec![error; errors].join(",");
        let body = JOB.replace(r#""jobErrors":[]"#, &format!(r#""jobErrors":[{list}]"#));
        let (job, count) = counted(|| Job::from_envelope(body.as_bytes()).expect("is a job"));
        assert_eq!(job.errors().len(), errors);
        assert!(count <= 5, "{count} allocations for a job with {errors} errors");

        let server = ScriptedServer::start([vec![Step::Behave(ok(&body))]], Afterwards::Refuse);
        let client = Client::new(&Config::new().base_url(server.url()).access_token("token")).expect("is complete");
        client.get_job(JOB_ID).expect("is a job");
        let (job, count) = counted(|| client.get_job(JOB_ID).expect("is a job"));
        assert_eq!(job.errors().len(), errors);
        assert!(count <= 32, "{count} allocations for a fetch of a job with {errors} errors");
    }
}
