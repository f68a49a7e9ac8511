//! Bodies of an answer 200 that are not an envelope: not JSON, not text, or not decoded.

use cloudbackupjobs::ffi::*;

use crate::support::answers::{JOB, answer, headed, ok};
use crate::{Row, answers, check, fails, succeeds};

fn unreadable(name: &str, body: impl AsRef<[u8]>, words: &[&str]) -> Row {
    let words = words.iter().copied().chain(["HTTP 200, application/json"]);
    fails(name, answers(ok(body)), CBJ_ERROR_PROTOCOL, 200, words).retryable(false)
}

/// UTF-16 in the byte order of `bytes`, with a byte order mark if `mark` is set.
fn utf16(bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
    mark.then_some(0xfeff).into_iter().chain(JOB.encode_utf16()).flat_map(bytes).collect()
}

#[test]
fn not_json() {
    let cut = &JOB[..JOB.len() / 2];
    check(vec![
        unreadable("empty", "", &["empty"]),
        unreadable("blanks", " \r\n\t ", &["empty"]),
        unreadable("text", "OK", &["not JSON", "\"OK\""]),
        unreadable("HTML", "<!DOCTYPE html>\n<title>Sign in</title>", &["not JSON", "Sign in"]),
        unreadable("XML", "<?xml version=\"1.0\"?><job/>", &["not JSON"]),
        unreadable("cut, with the right length", cut, &["not JSON", "EOF"]),
        unreadable("comments", JOB.replacen('{', "{ // the envelope\n", 1), &["not JSON"]),
        unreadable("trailing commas", JOB.replace("\"skippedNumber\":0", "\"skippedNumber\":0,"), &["not JSON"]),
        unreadable("single quotes", JOB.replace('"', "'"), &["not JSON"]),
        unreadable("names without quotes", JOB.replace("\"data\"", "data"), &["not JSON"]),
        unreadable("NaN", JOB.replace("\"jobErrors\":[]", "\"jobErrors\":NaN"), &["not JSON"]),
        unreadable("two documents", format!("{JOB}{JOB}"), &["not JSON", "trailing"]),
        unreadable("text after the document", format!("{JOB}OK"), &["not JSON", "trailing"]),
        unreadable("NUL before the document", format!("\0{JOB}"), &["not JSON"]),
        unreadable("NUL after the document", format!("{JOB}\0"), &["not JSON", "trailing"]),
        unreadable("NUL in a text", JOB.replace("Finished", "Fini\0shed"), &["not JSON", "control character"]),
        unreadable("line break in a text", JOB.replace("Finished", "Fini\nshed"), &["not JSON", "control character"]),
        unreadable("nothing but NUL", "\0".repeat(1000), &["not JSON"]),
        unreadable("nothing but brackets", "[".repeat(50_000), &["not JSON"]),
        unreadable("nothing but braces", "{\"a\":".repeat(10_000), &["not JSON"]),
    ]);
}

#[test]
fn json_and_no_envelope() {
    check(vec![
        // The document is one value, but not an envelope. An envelope without a job would be CBJ_ERROR_NOT_FOUND.
        unreadable("null", "null", &["wanted an object", "null"]),
        unreadable("list", "[]", &["wanted an object", "[]"]),
        unreadable("list of the envelope", format!("[{JOB}]"), &["wanted an object"]),
        unreadable("string", "\"x\"", &["wanted an object"]),
        unreadable("string of the envelope", format!("{JOB:?}"), &["wanted an object"]),
        unreadable("true", "true", &["wanted an object", "true"]),
        unreadable("number", "200", &["wanted an object", "200"]),
        unreadable("data is a list", r#"{"statusCode":200,"data":[]}"#, &["the member data is []"]),
        unreadable("data is text", r#"{"statusCode":200,"data":"x"}"#, &["the member data is \"x\""]),
        unreadable("data is false", r#"{"statusCode":200,"data":false}"#, &["the member data is false"]),
        unreadable("id is a list", r#"{"statusCode":200,"data":{"id":[]}}"#, &["the member id is []"]),
        unreadable(
            "negative count",
            JOB.replace("\"failedNumber\":0", "\"failedNumber\":-1"),
            &["backupDetails.failedNumber is -1"],
        ),
        unreadable(
            "errors that are no list",
            JOB.replace("\"jobErrors\":[]", "\"jobErrors\":{}"),
            &["the member jobErrors is {}"],
        ),
    ]);
}

#[test]
fn an_envelope_without_a_job() {
    let no_job = |body: &str| fails(body, answers(ok(body)), CBJ_ERROR_NOT_FOUND, 200, ["contains no job", "location"]);
    check(vec![
        no_job("{}"),
        no_job(r#"{"statusCode":200}"#),
        no_job(r#"{"statusCode":200,"data":null}"#),
        no_job(r#"{"statusCode":200,"data":{}}"#),
        no_job(r#"{"statusCode":200,"message":"","errors":[],"data":null,"requestId":"r"}"#),
    ]);
}

#[test]
fn encodings() {
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xabV*.I,)-V\xb2R2204P\xd2QJI,IT\xb2\xaa\xae\x05\0\0\0\0\0";
    let head = "200 OK\r\nContent-Type: application/json\r\n";
    let encoded = |name: &str, headers: &str, body: &[u8], words: &[&str]| {
        let script = answers(answer(&format!("{head}{headers}"), body));
        fails(name, script, CBJ_ERROR_PROTOCOL, 200, words.iter().copied())
    };
    check(vec![
        encoded("gzip unasked", "Content-Encoding: gzip", gzip, &["encoded as gzip", "not UTF-8"]),
        encoded("brotli unasked", "Content-Encoding: br", b"\x0b\x02\x80{}\x03", &["encoded as br", "not UTF-8"]),
        encoded("gzip untold", "X-Test: x", gzip, &["not UTF-8 from byte 1"]),
        unreadable("not UTF-8", b"{\"message\":\"Sch\xf6n\"}", &["not UTF-8 from byte 15"]),
        unreadable("cut in a character", &"{\"message\":\"ö".as_bytes()[..13], &["not UTF-8 from byte 12"]),
        unreadable("UTF-16 with a mark", utf16(u16::to_le_bytes, true), &["not UTF-8 from byte 0"]),
        unreadable("UTF-16, the other order", utf16(u16::to_be_bytes, true), &["not UTF-8 from byte 0"]),
        unreadable("UTF-16 without a mark", utf16(u16::to_le_bytes, false), &["not JSON"]),
        encoded(
            "UTF-16 as announced",
            "Content-Type: application/json; charset=utf-16",
            &utf16(u16::to_le_bytes, true),
            &["not UTF-8"],
        ),
        succeeds("UTF-8 with a mark", answers(ok(format!("\u{feff}{JOB}")))),
        succeeds("UTF-8 as announced", answers(answer("200 OK\r\nContent-Type: application/json; charset=utf-8", JOB))),
        succeeds("identity", answers(answer(&format!("{head}Content-Encoding: identity"), JOB))),
        succeeds("blanks around it", answers(ok(format!("\r\n\t {JOB} \r\n")))),
        // A gateway that decodes the body and does not remove the header.
        succeeds("gzip announced, and decoded", answers(answer(&format!("{head}Content-Encoding: gzip"), JOB))),
        fails(
            "gzip as transfer coding",
            answers(headed(
                &format!("{head}Transfer-Encoding: gzip, chunked"),
                [format!("{:x}\r\n", gzip.len()).as_bytes(), gzip, b"\r\n0\r\n\r\n"].concat(),
            )),
            CBJ_ERROR_PROTOCOL,
            200,
            ["not UTF-8"],
        ),
    ]);
}
