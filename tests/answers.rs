//! The meaning of an answer's JSON, through `cbj_job_parse`: one row for each contradiction of the published reference,
//! and for each way in which an answer can be wrong.
#![allow(missing_docs, reason = "a test program")]

mod support;

use cloudbackupjobs::ffi::*;
use support::abi::{self, Job, parse};

fn envelope(data: &str) -> String {
    format!(
        r#"{{"statusCode":200,"message":"","errors":null,"data":{data},"requestId":"R:1","timestamp":"2026-04-22T07:25:12.304891Z","traceId":"00-t"}}"#
    )
}

fn job(data: &str) -> Job {
    parse(envelope(data).as_bytes()).unwrap_or_else(|failure| panic!("{data}: {failure:?}"))
}

#[test]
fn the_envelope_is_read() {
    let job = job(r#"{"id":"J","state":"Finished"}"#);
    assert_eq!((job.request_id.as_deref(), job.trace_id.as_deref()), (Some("R:1"), Some("00-t")));
    assert_eq!(job.response_time_ms, 1_776_842_712_304);
    assert_eq!(job.json, r#"{"id":"J","state":"Finished"}"#);
    // Only the job is needed.
    let bare = parse(br#"{"data":{"id":"J"}}"#).expect("is a job");
    assert_eq!((bare.request_id, bare.trace_id, bare.response_time_ms), (None, None, CBJ_NO_TIME));
}

#[test]
fn the_text_of_the_job_is_given_out_exactly_as_sent() {
    let data = "{ \"id\" : \"J\\u0000K\",\r\n\t\"new\": [1.50, {\"deep\": null}], \"state\":\"Finished\" }";
    let job = job(data);
    assert_eq!(job.json, data);
    assert_eq!(job.id.as_deref(), Some("J\u{FFFD}K"));
}

#[test]
fn a_name_that_is_no_text_hides_nothing() {
    // The name of an unknown member is a lone surrogate: valid by the grammar of JSON, but not a character.
    let body =
        r#"{"\udfff":1,"data":{"id":"J\ud800","\ud800":{"\ud800":2},"jobErrors":[{"\ud800":3,"value":"v\ud800"}]}}"#;
    let job = parse(body.as_bytes()).expect("is a job");
    assert_eq!((job.id.as_deref(), job.errors[0].message.as_deref()), (Some("J\u{FFFD}"), Some("v\u{FFFD}")));
}

#[test]
fn of_members_with_one_name_the_last_counts() {
    let body = r#"{"data":{"id":["first"],"jobErrors":[1]},"requestId":"1","data" : {"id":"A","id":"J",
        "backupDetails":[],"backupDetails":{"totalNumber":-1,"totalNumber":2},"jobErrors":{},"jobErrors":[{"number":3}],
        "jobErrors":[{"number":4}]} ,"requestId":"2"}"#;
    let job = parse(body.as_bytes()).expect("is a job");
    assert_eq!((job.id.as_deref(), job.request_id.as_deref(), job.counts[0]), (Some("J"), Some("2"), 2));
    assert_eq!(job.errors.iter().map(|error| error.occurrences).collect::<Vec<_>>(), [4]);
    assert!(job.json.starts_with(r#"{"id":"A""#) && job.json.ends_with("4}]}"), "{}", job.json);
    let no_job = parse(br#"{"data":{"id":"J"},"data":null}"#).expect_err("the last one is null");
    assert_eq!(no_job.status, CBJ_ERROR_NOT_FOUND);
}

#[test]
fn the_text_of_the_job_ends_where_it_ends() {
    for (before, after) in [("", ""), (" \n", "\t "), ("", ",\"x\":1"), (" ", " \r\n, \"\\u0078\" : {\"data\":1} ")] {
        let body = format!("{{\"data\":{before}{{\"id\":\"J}},\"}}{after}}} ");
        let job = parse(body.as_bytes()).unwrap_or_else(|failure| panic!("{body}: {failure:?}"));
        assert_eq!(job.json, "{\"id\":\"J},\"}", "{body}");
    }
}

#[test]
fn counts_come_in_two_spellings_and_two_types() {
    for (details, counts) in [
        (r#"{"totalNumber":1,"failedNumber":2,"successfulNumber":3,"skippedNumber":4}"#, [1, 2, 3, 4]),
        (r#"{"totalCount":1,"failedCount":2,"successfulCount":3,"skippedCount":4}"#, [1, 2, 3, 4]),
        (r#"{"totalNumber":"1","failedCount":"9223372036854775807"}"#, [1, i64::MAX, -1, -1]),
        (r#"{"totalNumber":null,"totalCount":7,"failedNumber":0}"#, [7, 0, -1, -1]),
        (r#"{"totalNumber":5,"totalCount":7}"#, [5, -1, -1, -1]),
        (r#"{"totalNumber":"","x":{}}"#, [-1; 4]),
        ("{}", [-1; 4]),
        ("null", [-1; 4]),
    ] {
        assert_eq!(job(&format!(r#"{{"id":"J","backupDetails":{details}}}"#)).counts, counts, "{details}");
    }
    assert_eq!(job(r#"{"id":"J"}"#).counts, [-1; 4]);
}

#[test]
fn a_count_that_cannot_be_read_is_named() {
    for (data, words) in [
        (r#"{"backupDetails":{"failedNumber":-3}}"#, "backupDetails.failedNumber is -3"),
        (r#"{"backupDetails":{"failedCount":"many"}}"#, "backupDetails.failedCount is \"many\""),
        (r#"{"backupDetails":{"totalNumber":1.5}}"#, "backupDetails.totalNumber is 1.5"),
        (
            r#"{"backupDetails":{"skippedNumber":9223372036854775808}}"#,
            "backupDetails.skippedNumber is 9223372036854775808",
        ),
        (r#"{"backupDetails":{"successfulNumber":[1]}}"#, "backupDetails.successfulNumber is [1]"),
        (r#"{"backupDetails":[]}"#, "backupDetails is []"),
        (r#"{"jobErrors":{}}"#, "jobErrors is {}"),
        (r#"{"jobErrors":[{"number":1},"x"]}"#, "jobErrors[1] is \"x\""),
        (r#"{"jobErrors":[{"number":1},{"number":"-2"}]}"#, "jobErrors[1].number is \"-2\""),
        (r#"{"jobErrors":[{"value":{"a":1}}]}"#, "jobErrors[0].value is {\"a\":1}"),
        (r#"{"id":["J"]}"#, "id is [\"J\"]"),
        (r#"{"state":{}}"#, "state is {}"),
        ("[]", "data is []"),
        ("\"J\"", "data is \"J\""),
        ("true", "data is true"),
    ] {
        let failure = parse(envelope(data).as_bytes()).expect_err(data);
        assert_eq!(abi::name(failure.status), "CBJ_ERROR_PROTOCOL", "{data}");
        assert!(failure.message.contains(&format!("the member {words}")), "{}", failure.message);
        assert_eq!(failure.request_id.as_deref(), Some("R:1"));
    }
}

#[test]
fn times_have_offsets_fractions_and_calendars() {
    const SECOND: i64 = 1_733_125_945_000;
    const NONE: i64 = CBJ_NO_TIME;
    for (time, ms) in [
        ("2024-12-02T07:52:25", SECOND),
        ("2024-12-02T07:52:25z", SECOND),
        ("2024-12-02T07:52:25.5Z", SECOND + 500),
        ("2024-12-02T07:52:25.1239999Z", SECOND + 123),
        ("2024-12-02T08:52:25+01:00", SECOND),
        ("2024-12-02T02:22:25.25-0530", SECOND + 250),
        ("2024-12-02T08:52:25+01", SECOND),
        ("2024-12-02T08:52:25*01:00", NONE),
        ("2024-12-02T08:52:25+24:00", NONE),
        ("2024-12-02T08:52:25+01:60", NONE),
        ("2024-12-02T08:52:25+1", NONE),
        ("2024-12-02T07:52:25.Z", NONE),
        ("2024-12-02 07:52:25", NONE),
        ("2024-12-02T07.52.25", NONE),
        ("2024-12-02T07:60:25", NONE),
        ("2024-13-02T07:52:25", NONE),
        ("2024-02-29T00:00:00", 1_709_164_800_000),
        ("2023-02-29T00:00:00", NONE),
        ("1969-12-31T23:59:59.5Z", -500),
    ] {
        let job = job(&format!(r#"{{"startTime":"{time}"}}"#));
        assert_eq!((job.start_ms, job.start_text.as_deref()), (ms, Some(time)));
    }
}

#[test]
fn times_that_cannot_be_read_keep_their_text() {
    for (time, ms, text) in [
        (r#""2024-12-02T07:52:25Z""#, 1_733_125_945_000, Some("2024-12-02T07:52:25Z")),
        (r#""2024-12-02T08:52:25.123456789+01:00""#, 1_733_125_945_123, Some("2024-12-02T08:52:25.123456789+01:00")),
        (r#""2024-12-02T07:52:25""#, 1_733_125_945_000, Some("2024-12-02T07:52:25")),
        (r#""yesterday""#, CBJ_NO_TIME, Some("yesterday")),
        (r#""0001-01-01T00:00:00""#, CBJ_NO_TIME, Some("0001-01-01T00:00:00")),
        ("1733125945", CBJ_NO_TIME, Some("1733125945")),
        (r#"{"at":1}"#, CBJ_NO_TIME, Some(r#"{"at":1}"#)),
        ("\"\"", CBJ_NO_TIME, None),
        ("null", CBJ_NO_TIME, None),
    ] {
        let job = job(&format!(r#"{{"state":"Failed","startTime":{time},"finishTime":{time}}}"#));
        assert_eq!(job.state, CBJ_STATE_FAILED, "the state is seen all the same");
        assert_eq!((job.start_ms, job.start_text.as_deref()), (ms, text), "{time}");
        assert_eq!((job.finish_ms, job.finish_text.as_deref()), (ms, text), "{time}");
        assert_eq!(job.elapsed_ms, if ms == CBJ_NO_TIME { -1 } else { 0 });
    }
}

#[test]
fn the_elapsed_time_needs_both_ends_in_order() {
    for (start, finish, elapsed) in [
        ("2024-12-02T07:52:25Z", "2024-12-02T07:53:04.5Z", 39_500),
        ("2024-12-02T07:52:25Z", "2024-12-02T08:52:24+01:00", -1),
        ("2024-12-02T07:52:25Z", "", -1),
        ("", "2024-12-02T07:52:25Z", -1),
        ("0001-01-02T01:59:59Z", "9999-12-30T22:00:00Z", 315_537_710_401_000),
    ] {
        let job = job(&format!(r#"{{"startTime":"{start}","finishTime":"{finish}"}}"#));
        assert_eq!(job.elapsed_ms, elapsed, "{start} {finish}");
    }
}

#[test]
fn a_duration_that_cannot_be_read_keeps_its_text() {
    for (duration, hours, text) in [
        (r#""0.011""#, Some(0.011), Some("0.011")),
        ("0.5", Some(0.5), Some("0.5")),
        (r#""12""#, Some(12.0), Some("12")),
        (r#""-1""#, None, Some("-1")),
        (r#""NaN""#, None, Some("NaN")),
        (r#""an hour""#, None, Some("an hour")),
        ("[]", None, Some("[]")),
        ("\"\"", None, None),
    ] {
        let job = job(&format!(r#"{{"duration":{duration},"state":"Finished"}}"#));
        assert_eq!(Some(job.duration_hours).filter(|hours| !hours.is_nan()), hours, "{duration}");
        assert_eq!(job.duration_text.as_deref(), text);
    }
}

#[test]
fn top_errors_are_read_as_far_as_they_go() {
    let job = job(
        r#"{"jobErrors":[{"isErrorCode":true,"value":"v","url":"u","number":"3"},{"isErrorCode":"False","url":""},null,{}]}"#,
    );
    let errors: Vec<_> =
        job.errors.iter().map(|e| (e.message.as_deref(), e.url.as_deref(), e.occurrences, e.has_code)).collect();
    assert_eq!(errors, [(Some("v"), Some("u"), 3, 1), (None, None, -1, 0), (None, None, -1, -1), (None, None, -1, -1)]);
}

/// A job without errors is told apart from one about whose errors the service says nothing.
#[test]
fn a_list_of_errors_that_was_not_sent_is_told_apart_from_an_empty_one() {
    for (data, has_list) in [
        (r#"{"id":"J"}"#, 0),
        (r#"{"id":"J","jobErrors":null}"#, 0),
        (r#"{"id":"J","jobErrors":[]}"#, 1),
        (r#"{"id":"J","jobErrors": [ ] }"#, 1),
        // The last member of the name counts.
        (r#"{"jobErrors":[{}],"id":"J","jobErrors":null}"#, 0),
        (r#"{"jobErrors":null,"id":"J","jobErrors":[]}"#, 1),
    ] {
        let job = job(data);
        assert_eq!((job.errors.len(), job.has_error_list), (0, has_list), "{data}");
    }
    assert_eq!(job(r#"{"jobErrors":[null]}"#).has_error_list, 1);
    let in_rust = |data| cloudbackupjobs::Job::from_envelope(envelope(data).as_bytes()).expect("is a job");
    assert!(in_rust(r#"{"jobErrors":[]}"#).has_error_list() && !in_rust(r#"{"id":"J"}"#).has_error_list());
}

#[test]
fn an_answer_without_a_job_is_not_found() {
    for body in [envelope("null"), envelope("{}"), "{}".to_owned(), r#"{"statusCode":200,"message":""}"#.to_owned()] {
        let failure = parse(body.as_bytes()).expect_err(&body);
        assert_eq!(abi::name(failure.status), "CBJ_ERROR_NOT_FOUND", "{body}");
    }
}

#[test]
fn an_answer_without_a_job_says_the_services_reason() {
    let failure = parse(br#"{"statusCode":200,"message":"No such job.\nSorry","data":null}"#).expect_err("has no job");
    assert!(failure.message.contains("contains no job (No such job. Sorry)"), "{}", failure.message);
}

#[test]
fn a_problem_in_the_place_of_an_envelope_is_told_apart() {
    for (body, status) in [
        (r#"{"type":"about:blank","title":"Forbidden","status":403}"#, "CBJ_ERROR_PERMISSION"),
        (r#"{"title":"Unavailable","status":503,"detail":"later"}"#, "CBJ_ERROR_SERVER"),
        // A job of a later version may have members of these names.
        (r#"{"title":"x","status":200}"#, "CBJ_ERROR_NOT_FOUND"),
        (r#"{"title":"x","status":"failed"}"#, "CBJ_ERROR_NOT_FOUND"),
        (r#"{"status":403}"#, "CBJ_ERROR_NOT_FOUND"),
    ] {
        assert_eq!(abi::name(parse(body.as_bytes()).expect_err(body).status), status, "{body}");
    }
    assert!(parse(br#"{"title":"x","status":403,"data":{"id":"J"}}"#).is_ok());
}

#[test]
fn the_envelopes_own_status_counts() {
    for (code, status) in [
        ("400", "CBJ_ERROR_REJECTED"),
        ("401", "CBJ_ERROR_AUTHENTICATION"),
        ("403", "CBJ_ERROR_PERMISSION"),
        ("404", "CBJ_ERROR_NOT_FOUND"),
        ("\"429\"", "CBJ_ERROR_RATE_LIMITED"),
        ("503", "CBJ_ERROR_SERVER"),
        ("302", "CBJ_ERROR_REJECTED"),
        ("9999", "CBJ_ERROR_PROTOCOL"),
        ("-1", "CBJ_ERROR_PROTOCOL"),
        ("\"OK\"", "CBJ_ERROR_PROTOCOL"),
    ] {
        let body = format!(r#"{{"statusCode":{code},"data":{{"id":"J"}},"message":"m"}}"#);
        let failure = parse(body.as_bytes()).expect_err(&body);
        assert_eq!(abi::name(failure.status), status, "{}", failure.message);
        assert_eq!(failure.is_retryable, 0, "{code}: the text stays as it is");
    }
    for code in ["200", "\"200\"", "0", "null", "201"] {
        assert!(parse(format!(r#"{{"statusCode":{code},"data":{{"id":"J"}}}}"#).as_bytes()).is_ok(), "{code}");
    }
}

#[test]
fn the_services_list_of_errors_is_kept() {
    let failure = parse(
        r#"{"statusCode":400,"message":"Bad Request","errors":[{"code":"InvalidParameter","field":"SiteRestoreScope",
        "message":"'Site Restore Scope' must not be empty."},{"code":null},7],"requestId":"R:2","traceId":"00-x"}"#
            .as_bytes(),
    )
    .expect_err("is an error");
    assert_eq!((failure.status, failure.http_status), (CBJ_ERROR_REJECTED, 400));
    assert_eq!((failure.request_id.as_deref(), failure.trace_id.as_deref()), (Some("R:2"), Some("00-x")));
    assert_eq!(failure.details.len(), 2);
    assert_eq!(failure.details[0][1].as_deref(), Some("SiteRestoreScope"));
    assert_eq!(failure.details[1], [None, None, None]);
    assert!(
        failure.message.contains("InvalidParameter SiteRestoreScope: 'Site Restore Scope' must not be empty."),
        "{}",
        failure.message
    );
}

/// ValidationProblemDetails: an object with the texts about each field.
#[test]
fn the_texts_about_each_field_of_aspnet_are_kept() {
    let body = r#"{"title":"One or more validation errors occurred.","status":400,"traceId":"00-x","errors":{
        "pageSize":["The field pageSize must be between 1 and 100."],"\u0061":"x","b":[1,"y",{"code":"z"},"",null],"c":{},"d":7}}"#;
    let failure = parse(body.as_bytes()).expect_err("is an error");
    assert_eq!((abi::name(failure.status).as_str(), failure.http_status), ("CBJ_ERROR_REJECTED", 400));
    let details: Vec<[Option<&str>; 3]> =
        failure.details.iter().map(|detail| detail.each_ref().map(Option::as_deref)).collect();
    let about = |field, text| [None, Some(field), Some(text)];
    let of_page_size = about("pageSize", "The field pageSize must be between 1 and 100.");
    assert_eq!(details, [of_page_size, about("a", "x"), about("b", "y"), about("b", "")]);
    assert!(failure.message.contains("; pageSize: The field pageSize must be between 1 and 100."), "{failure:?}");
}

/// The first text of a field always has its name.
#[test]
fn a_long_name_of_a_field_is_not_repeated_for_ever() {
    let name = "f".repeat(1000);
    let body = format!(r#"{{"statusCode":400,"errors":{{"{name}":["1","2","3","4","5","6"],"g":["7","8"]}}}}"#);
    let failure = parse(body.as_bytes()).expect_err("is an error");
    let fields: Vec<Option<&str>> = failure.details.iter().map(|detail| detail[1].as_deref()).collect();
    let f = Some(&*name);
    assert_eq!(fields, [f, f, f, f, f, None, Some("g"), Some("g")]);
}

#[test]
fn what_is_not_strict_json_is_a_protocol_error() {
    let good = envelope(r#"{"id":"J"}"#);
    let cut = good[..good.len() - 1].to_owned();
    for body in [
        "".as_bytes(),
        b" \r\n",
        b"<html>",
        b"null",
        b"[]",
        b"\"x\"",
        b"{",
        b"{\"data\":{\"id\":\"J\",}}",
        b"{\"data\":{\"id\":\"J\"} // comment\n}",
        b"{'data':{}}",
        b"{\"data\":{\"id\":NaN}}",
        b"{\"data\":{\"id\":\"\x01\"}}",
        b"{\"data\":{\"id\":\"\xff\"}}",
        b"{\"data\":{\"id\":\"J\"}} trailing",
        b"{\"data\":{\"id\":\"J\"}}\0",
        b"\xff\xfe{\x00}\x00",
        cut.as_bytes(),
    ] {
        let failure = parse(body).expect_err("is no JSON");
        assert_eq!(abi::name(failure.status), "CBJ_ERROR_PROTOCOL", "{}", failure.message);
        assert_eq!(failure.http_status, 0, "no answer came");
    }
    assert!(parse(format!("\u{FEFF}{good}\r\n").as_bytes()).is_ok(), "a byte order mark and blanks are passed over");
}

#[test]
fn hostile_depth_and_size_are_survived() {
    let deep = envelope(&format!(r#"{{"id":"J","x":{}{}}}"#, "[".repeat(500_000), "]".repeat(500_000)));
    assert_eq!(parse(deep.as_bytes()).expect("is a job").id.as_deref(), Some("J"));
    let unclosed = "[".repeat(1_000_000);
    assert_eq!(parse(unclosed.as_bytes()).expect_err("is no JSON").status, CBJ_ERROR_PROTOCOL);
    let many = envelope(&format!(r#"{{"jobErrors":[{}{{}}]}}"#, "{},".repeat(100_000)));
    assert_eq!(parse(many.as_bytes()).expect("is a job").errors.len(), 100_001);
}
