//! Answers of the service, byte by byte, for servers that follow a script.

/// The id of the job in [`JOB`].
pub const JOB_ID: &str = "FB20241015105312327583";

/// The service's answer about [`JOB_ID`].
pub const JOB: &str = r#"{"statusCode":200,"message":"","errors":null,"data":{"id":"FB20241015105312327583","state":"Finished","startTime":"2024-12-02T07:52:25Z","finishTime":"2024-12-02T07:53:05Z","duration":"0.011","backupDetails":{"totalNumber":3,"failedNumber":0,"successfulNumber":3,"skippedNumber":0},"jobErrors":[]},"requestId":"0HNEVHLNSPSEJ:00000010","timestamp":"2026-04-22T07:25:12.304891Z","traceId":"00-f33571c212e19c7bad36b255e18b7df2-97d26a62bd4a5b70-00"}"#;

/// The answer about another job.
pub fn job_named(id: &str) -> String {
    JOB.replace(JOB_ID, id)
}

/// The answer about [`JOB_ID`] in another state.
pub fn job_in(state: &str) -> String {
    JOB.replace("Finished", state)
}

/// A page of a list with one job, and the link to the next page. `total` is for all pages together.
pub fn page(id: &str, total: usize, next_link: &str) -> String {
    let (_, rest) = JOB.split_once(r#""data":"#).expect("has data");
    let (job, _) = rest.split_once(r#","requestId""#).expect("has a request id");
    // A listing is of the last seven days unless the query says otherwise, and keeps a job without a readable time.
    let job = job.replace(JOB_ID, id).replace("2024-12-02T07:52:25Z", "unknown");
    format!(
        r#"{{"statusCode":200,"data":[{job}],"metadata":{{"totalCount":{total},"nextLink":"{next_link}"}},"requestId":"request-2"}}"#
    )
}

/// A whole answer with its Content-Length. `head` is the status line without the version, and the further header lines.
/// Each line except the last ends with CR LF.
pub fn answer(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    headed(&format!("{head}\r\nContent-Length: {}", body.len()), body)
}

/// A whole answer with nothing added to the head.
pub fn headed(head: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body.as_ref()].concat()
}

/// The answer 200 with a JSON body.
pub fn ok(body: impl AsRef<[u8]>) -> Vec<u8> {
    answer("200 OK\r\nContent-Type: application/json", body)
}

/// The head of a chunked answer, followed by `chunks` unchanged.
pub fn chunked(chunks: impl AsRef<[u8]>) -> Vec<u8> {
    headed("200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked", chunks)
}

/// One chunk.
pub fn chunk(data: &str) -> String {
    format!("{:x}\r\n{data}\r\n", data.len())
}

/// The identity service's answer.
pub fn token(token: &str) -> Vec<u8> {
    ok(format!(r#"{{"access_token":"{token}","expires_in":3600,"token_type":"Bearer"}}"#))
}

/// An envelope that explains a refusal.
pub fn refusal(status: u16, message: &str) -> String {
    format!(
        r#"{{"statusCode":{status},"message":"{message}","errors":[{{"code":"Code1","field":"Field1","message":"Said so."}}],"requestId":"request-1","timestamp":"2026-04-22T07:25:12Z","traceId":"trace-1"}}"#
    )
}
