//! Answers by a grammar: what a server of HTTP/1.1 may send, and what it may not.

use fastrand::Rng;

/// How an answer says where its body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    Length,
    Chunks,
    /// The end of the connection is the end of the body.
    Close,
}

/// A valid answer about a job.
pub struct Answer {
    pub bytes: Vec<u8>,
    pub framing: Framing,
    /// The JSON of the job.
    pub job: String,
}

/// Any of them.
pub fn one_of<'a>(rng: &mut Rng, things: &[&'a str]) -> &'a str {
    things[rng.usize(..things.len())]
}

/// A job that nobody has seen before, because its id is new.
pub fn job(rng: &mut Rng, id: &str) -> String {
    let state = one_of(rng, &["Finished", "Failed", "In Progress", "FinishedWithException", "Waiting", "\\u0046ailed"]);
    let more = match rng.u8(..4) {
        0 => format!(r#","note":"{}""#, "padding ".repeat(rng.usize(..40))),
        1 => r#","jobErrors":[{"isErrorCode":true,"value":"Access is denied.","url":"https://x.example","number":3}]"#
            .into(),
        _ => String::new(),
    };
    let failed = rng.u32(..);
    format!(
        r#"{{"id":"{id}","state":"{state}","startTime":"2026-11-24T01:00:00Z","backupDetails":{{"failedNumber":{failed}}}{more}}}"#
    )
}

/// The envelope of a job. Some are longer than the buffer of a connection.
pub fn envelope(rng: &mut Rng, job: &str) -> String {
    let pad = if rng.u8(..16) == 0 { rng.usize(..40_000) } else { rng.usize(..20) };
    let pad = " ".repeat(pad);
    let message = one_of(rng, &["", "All is well.", "\\n"]);
    format!(
        r#"{{"statusCode":200,"message":"{message}",{pad}"errors":null,"data":{job},"requestId":"0HN:{}"}}"#,
        rng.u16(..)
    )
}

/// A body in chunks.
fn chunks(rng: &mut Rng, body: &str) -> String {
    let mut chunks = String::new();
    let (mut rest, most) = (body, rng.usize(1..=body.len()).max(body.len() / 20));
    while !rest.is_empty() {
        let (data, after) = rest.split_at(rng.usize(1..=most).min(rest.len()));
        let size = if rng.bool() { format!("{:x}", data.len()) } else { format!("{:04X}", data.len()) };
        let extension = one_of(rng, &["", "", "", ";a", ";a=b", " ;a=\"b c\""]);
        chunks += &format!("{size}{extension}\r\n{data}\r\n");
        rest = after;
    }
    chunks + one_of(rng, &["0\r\n\r\n", "0\r\n\r\n", "000\r\n\r\n", "0;last\r\n\r\n", "0\r\nX-Trailer: yes\r\n\r\n"])
}

/// An answer that every client of HTTP/1.1 must understand.
pub fn valid(rng: &mut Rng, id: &str) -> Answer {
    let job = job(rng, id);
    let body = envelope(rng, &job);
    let framing = match rng.u8(..5) {
        0 | 1 => Framing::Length,
        2 | 3 => Framing::Chunks,
        _ => Framing::Close,
    };
    let mut head = String::new();
    for _ in 0..rng.usize(..3) * rng.usize(..2) {
        head += one_of(
            rng,
            &[
                "HTTP/1.1 100 Continue\r\n\r\n",
                "HTTP/1.1 100 Continue\r\nDate: today\r\n\r\n",
                "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\nContent-Length: 3\r\n\r\n",
            ],
        );
    }
    head += one_of(rng, &["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 \r\n", "HTTP/1.1 203 Changed on the way\r\n"]);
    let mut fields = vec![match framing {
        Framing::Length => format!("{}: {}", one_of(rng, &["Content-Length", "content-length"]), body.len()),
        Framing::Chunks => format!("{}: chunked", one_of(rng, &["Transfer-Encoding", "TRANSFER-ENCODING"])),
        Framing::Close => "Connection: close".to_owned(),
    }];
    for field in [
        "Content-Type: application/json; charset=utf-8",
        "Date: Tue, 24 Nov 2026 01:00:00 GMT",
        "X:",
        "Server:\tKestrel ",
    ] {
        if rng.bool() {
            let at = rng.usize(..=fields.len());
            fields.insert(at, field.to_owned());
        }
    }
    for field in fields {
        head += &format!("{field}\r\n");
    }
    head += "\r\n";
    let body = if framing == Framing::Chunks { chunks(rng, &body) } else { body };
    Answer { bytes: (head + &body).into_bytes(), framing, job }
}

/// Anything that looks like an answer.
pub fn any(rng: &mut Rng, id: &str) -> Vec<u8> {
    let job = job(rng, id);
    let body = match rng.u8(..8) {
        0 => String::new(),
        1 => "<html>Bad Gateway</html>".to_owned(),
        2 => format!(
            r#"{{"statusCode":{},"message":"{}","errors":[]}}"#,
            rng.u16(..700),
            one_of(rng, &["", "No.", "a\\u0007b"])
        ),
        3 => r#"{"type":"about:blank","title":"Not Found","status":404}"#.to_owned(),
        4 => format!(r#"{{"data":[{job}]}}"#),
        5 => format!(r#"{{"data":{job},"data":{job}}}"#),
        _ => envelope(rng, &job),
    };
    let version =
        one_of(rng, &["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2", "http/1.1"]);
    let status = match rng.u8(..3) {
        0 => "200".to_owned(),
        1 => rng.u16(..700).to_string(),
        _ => one_of(rng, &["204", "206", "301", "304", "400", "401", "403", "404", "407", "429", "500", "503", "101"])
            .to_owned(),
    };
    let mut answer = format!("{version} {status} {}\r\n", one_of(rng, &["OK", "", "Nicht gefunden", "\u{fc}ber"]));
    let mut chunked = false;
    for _ in 0..rng.usize(..4) {
        chunked |= rng.u8(..8) == 0;
        let length = body.len() + usize::from(rng.u8(..4)) - 1.min(body.len());
        let field = one_of(
            rng,
            &[
                "Content-Type: text/html",
                "Retry-After: 1",
                "Retry-After: Tue, 24 Nov 2026 01:00:00 GMT",
                "Connection: close",
                "Connection: keep-alive",
                "Content-Encoding: gzip",
                "Location: http://127.0.0.1:1/",
                "Transfer-Encoding: gzip",
                "WWW-Authenticate: Bearer error=\"invalid_token\"",
                "Upgrade: h2c",
                "Content-Length: 0",
            ],
        );
        answer += &format!("{field}\r\n");
        if rng.bool() {
            answer += &format!("Content-Length: {length}\r\n");
        }
    }
    if chunked {
        answer += "Transfer-Encoding: chunked\r\n";
    }
    answer += "\r\n";
    answer += &if chunked && !body.is_empty() { chunks(rng, &body) } else { body };
    answer.into_bytes()
}
