//! Envelopes whose `statusCode` is not the HTTP status: the `statusCode` counts, as the service documents.

use cloudbackupjobs::ffi::*;

use crate::support::answers::{JOB, answer};
use crate::{Row, answers, check, fails, succeeds};

const JOB_OF_200: &str = "\"statusCode\":200";

/// An envelope with this text for its status, with or without a job.
fn envelope(status_code: &str, with_job: bool) -> String {
    match with_job {
        true => JOB.replace(JOB_OF_200, &format!("\"statusCode\":{status_code}")),
        false => format!(r#"{{"statusCode":{status_code},"message":"It is so.","requestId":"r","traceId":"t"}}"#),
    }
}

fn http(status: u16, body: &str) -> Vec<u8> {
    answer(&format!("{status} Whatever\r\nContent-Type: application/json"), body)
}

/// The HTTP status and an envelope without a job disagree.
fn disagree(http_status: u16, status_code: &str, outcome: cbj_status, counts: u16, words: &[&str]) -> Row {
    let script = answers(http(http_status, &envelope(status_code, false)));
    fails(format!("{http_status} around {status_code}"), script, outcome, counts, words.iter().copied())
}

#[test]
fn the_envelope_counts() {
    let under_200 = "(in an answer with HTTP 200)";
    check(vec![
        disagree(200, "400", CBJ_ERROR_REJECTED, 400, &["HTTP 400", under_200, "It is so."]),
        disagree(200, "401", CBJ_ERROR_AUTHENTICATION, 401, &["HTTP 401", under_200]),
        disagree(200, "403", CBJ_ERROR_PERMISSION, 403, &["HTTP 403", under_200]),
        disagree(200, "404", CBJ_ERROR_NOT_FOUND, 404, &["HTTP 404", under_200]),
        disagree(200, "429", CBJ_ERROR_RATE_LIMITED, 429, &["HTTP 429", under_200]),
        disagree(200, "500", CBJ_ERROR_SERVER, 500, &["HTTP 500", under_200]),
        disagree(200, "503", CBJ_ERROR_SERVER, 503, &["HTTP 503", under_200]),
        disagree(200, "302", CBJ_ERROR_REJECTED, 302, &["HTTP 302", under_200]),
        disagree(200, "100", CBJ_ERROR_PROTOCOL, 100, &["HTTP 100", under_200]),
        disagree(500, "403", CBJ_ERROR_PERMISSION, 403, &["HTTP 403", "(in an answer with HTTP 500)"]),
        disagree(403, "500", CBJ_ERROR_SERVER, 500, &["HTTP 500", "(in an answer with HTTP 403)"]),
        disagree(502, "404", CBJ_ERROR_NOT_FOUND, 404, &["HTTP 404", "(in an answer with HTTP 502)"]),
        disagree(302, "403", CBJ_ERROR_PERMISSION, 403, &["HTTP 403", "(in an answer with HTTP 302)"]),
        succeeds("500 around 200 with a job", answers(http(500, &envelope("200", true)))),
        succeeds("404 around 200 with a job", answers(http(404, &envelope("200", true)))),
        // A refusal in the envelope counts, even if there is also a job.
        fails(
            "200 around 403 with a job",
            answers(http(200, &envelope("403", true))),
            CBJ_ERROR_PERMISSION,
            403,
            ["HTTP 403"],
        ),
    ]);
}

#[test]
fn success_without_a_job_explains_no_failure() {
    check(vec![
        disagree(500, "200", CBJ_ERROR_SERVER, 500, &["HTTP 500", "It is so."]),
        disagree(403, "200", CBJ_ERROR_PERMISSION, 403, &["HTTP 403"]),
        disagree(404, "200", CBJ_ERROR_NOT_FOUND, 404, &["HTTP 404"]),
        disagree(429, "200", CBJ_ERROR_RATE_LIMITED, 429, &["HTTP 429"]),
        disagree(302, "200", CBJ_ERROR_REJECTED, 302, &["HTTP 302"]),
        disagree(200, "200", CBJ_ERROR_NOT_FOUND, 200, &["contains no job"]),
    ]);
}

#[test]
fn every_spelling_of_a_status() {
    let protocol = |http_status, text: &str, found: &str| {
        disagree(http_status, text, CBJ_ERROR_PROTOCOL, http_status, &["the member statusCode is", found])
    };
    let whole = |text: &str| succeeds(text, answers(http(200, &envelope(text, true))));
    check(vec![
        whole("\"200\""),
        whole("null"),
        whole("\"\""),
        whole("204"),
        // A service that does not set the member writes 0.
        whole("0"),
        disagree(200, "\"403\"", CBJ_ERROR_PERMISSION, 403, &["HTTP 403"]),
        disagree(403, "0", CBJ_ERROR_PERMISSION, 403, &["HTTP 403"]),
        disagree(403, "null", CBJ_ERROR_PERMISSION, 403, &["HTTP 403"]),
        protocol(200, "9999", "9999"),
        protocol(200, "600", "600"),
        protocol(200, "99", "99"),
        protocol(200, "-1", "-1"),
        protocol(200, "200.0", "200.0"),
        protocol(200, "2e2", "2e2"),
        protocol(200, "true", "true"),
        protocol(200, "[200]", "[200]"),
        protocol(200, "\"OK\"", "OK"),
        protocol(200, "99999999999999999999", "99999999999999999999"),
        // An unreadable envelope does not hide the failure of the HTTP status.
        disagree(500, "9999", CBJ_ERROR_SERVER, 500, &["HTTP 500", "It is so."]),
        disagree(404, "\"NotFound\"", CBJ_ERROR_NOT_FOUND, 404, &["HTTP 404", "It is so."]),
    ]);
}

#[test]
fn a_member_that_comes_twice_counts_as_it_came_last() {
    // The last member counts. RFC 8259 leaves this open, but every JSON library that the service might use does so.
    let twice = JOB.replace(JOB_OF_200, "\"statusCode\":500,\"statusCode\":200");
    check(vec![succeeds("statusCode", answers(http(200, &twice)))]);
}
