//! The jobs of the sandbox. Each shows one way in which the service answers, as observed or documented.
//!
//! The service would send the text of a job in this form, but without line breaks and indentation: see [`compact`].

/// The job of the published sample.
pub const FINISHED: &str = "FB20241015105312327583";
/// Has neither a finish time nor a duration.
pub const IN_PROGRESS: &str = "IB20261123083407021666";
/// Top errors, counts above 32 bits, text that is not ASCII.
pub const FAILED: &str = "IB20261122220007114902";
/// Finished, but with errors.
pub const FINISHED_WITH_EXCEPTION: &str = "IB20261121220006530817";
/// The state is written without blanks.
pub const PARTIALLY_FINISHED: &str = "EFB20261120105312828443";
/// It is in [`MULTI_GEO_LOCATION`]; the central location does not have it.
pub const MULTI_GEO: &str = "FB20261119030015442071";
/// The location of the [`MULTI_GEO`] job.
pub const MULTI_GEO_LOCATION: &str = "EUR";
/// An undocumented state. Every member that can be null or empty is.
pub const UNKNOWN_STATE: &str = "RS202611180354220001";
/// Its counts are named `totalCount` instead of `totalNumber`.
pub const COUNT_SPELLING: &str = "IB20261117220004918250";
/// Its counts are strings of digits.
pub const COUNTS_AS_TEXT: &str = "IB20261116220003307741";
/// Always answered with 429.
pub const RATE_LIMITED: &str = "IB20261115220005120934";
/// Answered with 429 the first time.
pub const RATE_LIMITED_ONCE: &str = "IB20261114220004650218";
/// Always answered with 403.
pub const NO_PERMISSION: &str = "FB20261113030012774390";
/// Always answered with 503 and the page of a gateway.
pub const SERVER_BUSY: &str = "IB20261112220006902157";
/// Answered with 502 and the page of a gateway the first time.
pub const BAD_GATEWAY_ONCE: &str = "IB20261111220003418806";
/// Answered with HTTP 200 and an envelope whose `statusCode` is 500.
pub const ERROR_IN_ENVELOPE: &str = "IB20261110220007265043";
/// There is no such job. Answered with HTTP 200 and `"data":null`, like every id that is not listed here.
pub const UNKNOWN: &str = "FB20261123000000000000";
/// There is no such job. Answered with HTTP 404, like every id that starts with [`MISSING_PREFIX`].
pub const MISSING: &str = "MISSING20261123000000001";
/// Ids that start with it are answered with HTTP 404.
pub const MISSING_PREFIX: &str = "MISSING";

/// A job of the sandbox.
pub struct Job {
    /// The last part of the request path.
    pub id: &'static str,
    /// What the job shows, in one line.
    pub shows: &'static str,
    /// Its location in a Multi-Geo tenant; `None` for a tenant that is not Multi-Geo.
    pub location: Option<&'static str>,
    /// The answer to a request for the job.
    pub answer: Answer,
}

/// The answer to a request for a job.
pub enum Answer {
    /// The job, as JSON text.
    Details(&'static str),
    /// Always this refusal.
    Refused(Refusal),
    /// This refusal the first time, then the job.
    RefusedOnce(Refusal, &'static str),
}

/// Why a request is refused.
#[derive(Clone, Copy)]
pub enum Refusal {
    /// 429, with the seconds after which to try again.
    RateLimited(u16),
    /// 403.
    NoPermission,
    /// 503, from a gateway.
    ServerBusy,
    /// 502, from a gateway.
    BadGateway,
    /// HTTP 200 with 500 in the envelope.
    ErrorInEnvelope,
}

/// Removes line breaks and indentation from the text of a job. No content is lost, because a JSON string cannot contain a
/// line break.
pub fn compact(json: &str) -> String {
    json.lines().map(str::trim_start).collect()
}

/// All jobs. [`UNKNOWN`] and [`MISSING`] are examples of other ids.
pub const JOBS: &[Job] = &[
    Job {
        id: FINISHED,
        shows: "Finished: the documented job, 39 s, 12 objects",
        location: None,
        answer: Answer::Details(
            r#"{"id":"FB20241015105312327583","state":"Finished",
                "startTime":"2024-12-02T07:52:25Z","finishTime":"2024-12-02T07:53:04Z","duration":"0.011",
                "backupDetails":{"totalNumber":12,"failedNumber":0,"successfulNumber":12,"skippedNumber":0},
                "jobErrors":[]}"#,
        ),
    },
    Job {
        id: IN_PROGRESS,
        shows: "In Progress: no finishTime, no duration",
        location: None,
        answer: Answer::Details(
            r#"{"id":"IB20261123083407021666","state":"In Progress","startTime":"2026-11-23T08:34:07Z",
                "backupDetails":{"totalNumber":840,"failedNumber":0,"successfulNumber":512,"skippedNumber":3},
                "jobErrors":[]}"#,
        ),
    },
    Job {
        id: FAILED,
        shows: "Failed: four top errors, counts above 32 bits, text beyond ASCII",
        location: None,
        answer: Answer::Details(
            // One message has raw UTF-8, another has escapes, which are the default of .NET.
            r#"{"id":"IB20261122220007114902","state":"Failed",
                "startTime":"2026-11-22T22:00:07Z","finishTime":"2026-11-22T23:47:31Z","duration":"1.79",
                "backupDetails":{"totalNumber":2147501209,"failedNumber":2147489977,
                "successfulNumber":8741,"skippedNumber":2491},
                "jobErrors":[
                {"isErrorCode":true,"value":"Access is denied. The app profile lacks the permission to read this site.",
                "url":"https://learn.example.com/cloud-backup/error-codes/sharepoint-0003","number":2147484043},
                {"isErrorCode":true,"value":"The request was throttled by Exchange Online (HTTP 429).",
                "url":"https://learn.example.com/cloud-backup/error-codes/exchange-0017?lang=en&v=2","number":5121},
                {"isErrorCode":true,"value":"The mailbox “Zoë Müller – 会議室” could not be found.",
                "url":"https://learn.example.com/cloud-backup/error-codes/exchange-0042","number":812},
                {"isErrorCode":false,"value":"The worker\u0027s connection was closed \uD83D\uDD0C \"unexpectedly\".",
                "number":1}]}"#,
        ),
    },
    Job {
        id: FINISHED_WITH_EXCEPTION,
        shows: "Finished with Exception: most objects done, two kinds of errors",
        location: None,
        answer: Answer::Details(
            r#"{"id":"IB20261121220006530817","state":"Finished with Exception",
                "startTime":"2026-11-21T22:00:06Z","finishTime":"2026-11-21T22:41:50Z","duration":"0.696",
                "backupDetails":{"totalNumber":1530,"failedNumber":4,"successfulNumber":1514,"skippedNumber":12},
                "jobErrors":[
                {"isErrorCode":true,"value":"The item is checked out and cannot be read.",
                "url":"https://learn.example.com/cloud-backup/error-codes/sharepoint-0019","number":3},
                {"isErrorCode":false,"value":"The file was changed during the backup.","url":null,"number":1}]}"#,
        ),
    },
    Job {
        id: PARTIALLY_FINISHED,
        shows: "Partially Finished: written PartiallyFinished",
        location: None,
        answer: Answer::Details(
            r#"{"id":"EFB20261120105312828443","state":"PartiallyFinished",
                "startTime":"2026-11-20T10:53:12Z","finishTime":"2026-11-20T14:03:12Z","duration":"3.167",
                "backupDetails":{"totalNumber":96000,"failedNumber":0,"successfulNumber":61240,"skippedNumber":34760},
                "jobErrors":[
                {"isErrorCode":true,"value":"The job was stopped at the end of its time window.",
                "url":"https://learn.example.com/cloud-backup/error-codes/job-0008","number":1}]}"#,
        ),
    },
    Job {
        id: MULTI_GEO,
        shows: "Finished, Multi-Geo: only with ?location=EUR, else data is null",
        location: Some(MULTI_GEO_LOCATION),
        answer: Answer::Details(
            r#"{"id":"FB20261119030015442071","state":"Finished",
                "startTime":"2026-11-19T03:00:15Z","finishTime":"2026-11-19T03:18:27Z","duration":"0.303",
                "backupDetails":{"totalNumber":377,"failedNumber":0,"successfulNumber":377,"skippedNumber":0},
                "jobErrors":[]}"#,
        ),
    },
    Job {
        id: UNKNOWN_STATE,
        shows: "an undocumented state; members null, empty or missing",
        location: None,
        answer: Answer::Details(
            r#"{"id":"RS202611180354220001","state":"Awaiting Approval",
                "startTime":"2026-11-18T03:54:22Z","finishTime":"","backupDetails":null,"jobErrors":null}"#,
        ),
    },
    Job {
        id: COUNT_SPELLING,
        shows: "Finished: counts named totalCount instead of totalNumber",
        location: None,
        answer: Answer::Details(
            r#"{"id":"IB20261117220004918250","state":"Finished",
                "startTime":"2026-11-17T22:00:04Z","finishTime":"2026-11-17T22:09:16Z","duration":"0.153",
                "backupDetails":{"totalCount":204,"failedCount":1,"successfulCount":198,"skippedCount":5},
                "jobErrors":null}"#,
        ),
    },
    Job {
        id: COUNTS_AS_TEXT,
        shows: "Finished: counts are strings of digits",
        location: None,
        answer: Answer::Details(
            r#"{"id":"IB20261116220003307741","state":"Finished",
                "startTime":"2026-11-16T22:00:03Z","finishTime":"2026-11-16T22:06:51Z","duration":"0.113",
                "backupDetails":{"totalNumber":"5000000118","failedNumber":"0",
                "successfulNumber":"5000000101","skippedNumber":"17"}}"#,
        ),
    },
    Job {
        id: RATE_LIMITED,
        shows: "HTTP 429 with Retry-After: 30, always",
        location: None,
        answer: Answer::Refused(Refusal::RateLimited(30)),
    },
    Job {
        id: RATE_LIMITED_ONCE,
        shows: "HTTP 429 with Retry-After: 1 the first time, then Finished",
        location: None,
        answer: Answer::RefusedOnce(
            Refusal::RateLimited(1),
            r#"{"id":"IB20261114220004650218","state":"Finished",
                "startTime":"2026-11-14T22:00:04Z","finishTime":"2026-11-14T22:12:58Z","duration":"0.215",
                "backupDetails":{"totalNumber":61,"failedNumber":0,"successfulNumber":61,"skippedNumber":0},
                "jobErrors":[]}"#,
        ),
    },
    Job {
        id: NO_PERMISSION,
        shows: "HTTP 403, always",
        location: None,
        answer: Answer::Refused(Refusal::NoPermission),
    },
    Job {
        id: SERVER_BUSY,
        shows: "HTTP 503 with the HTML page of a gateway, always",
        location: None,
        answer: Answer::Refused(Refusal::ServerBusy),
    },
    Job {
        id: BAD_GATEWAY_ONCE,
        shows: "HTTP 502 with the HTML page of a gateway the first time, then Finished",
        location: None,
        answer: Answer::RefusedOnce(
            Refusal::BadGateway,
            r#"{"id":"IB20261111220003418806","state":"Finished",
                "startTime":"2026-11-11T22:00:03Z","finishTime":"2026-11-11T22:05:15Z","duration":"0.087",
                "backupDetails":{"totalNumber":18,"failedNumber":0,"successfulNumber":18,"skippedNumber":0},
                "jobErrors":[]}"#,
        ),
    },
    Job {
        id: ERROR_IN_ENVELOPE,
        shows: "HTTP 200 and an envelope whose statusCode is 500, always",
        location: None,
        answer: Answer::Refused(Refusal::ErrorInEnvelope),
    },
];
