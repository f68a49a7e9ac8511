//! Bytes that a server sends beyond its answer: they are never taken for an answer, and their connection is not used
//! again. A connection without such bytes is used again.
#![allow(missing_docs, reason = "a test program")]

mod support;
#[path = "tls/server.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod tls_server;
#[path = "proxies/tunnel.rs"]
#[allow(dead_code, reason = "a part of it is used")]
mod tunnel;

use std::time::Duration;

use support::abi::{Client, Setup};
use support::answers::{JOB, JOB_ID, chunk, chunked, job_named, ok};
use support::scripted_server::{Afterwards, Script, ScriptedServer, Step};
use tls_server::{Server, TLS12, TLS13, certificate};
use tunnel::Tunnel;

/// The job that the second call asks for.
const NEXT_JOB_ID: &str = "FB20261123000000000001";

/// The most bytes that a TLS record adds to its content.
const MOST_OVERHEAD: usize = 29;

/// How a client reaches the server.
#[derive(Clone, Copy)]
struct Way {
    name: &'static str,
    /// The TLS versions of the server; `None` for plain HTTP.
    tls: Option<Versions>,
    /// The scheme of the proxy.
    proxy: Option<&'static str>,
}

type Versions = &'static [&'static rustls::SupportedProtocolVersion];

const DIRECT: [Way; 3] = [
    Way { name: "plain", tls: None, proxy: None },
    Way { name: "TLS 1.2", tls: Some(TLS12), proxy: None },
    Way { name: "TLS 1.3", tls: Some(TLS13), proxy: None },
];

const PROXIED: [Way; 4] = [
    Way { name: "plain in a tunnel", tls: None, proxy: Some("http") },
    Way { name: "TLS in a tunnel", tls: Some(TLS13), proxy: Some("http") },
    Way { name: "plain in TLS with a proxy", tls: None, proxy: Some("https") },
    Way { name: "TLS in TLS with a proxy", tls: Some(TLS13), proxy: Some("https") },
];

impl Way {
    fn start(&self, scripts: [Script; 2]) -> ScriptedServer {
        match self.tls {
            Some(versions) => Server { versions, ..Server::default() }.start(scripts),
            None => ScriptedServer::start(scripts, Afterwards::RepeatLast),
        }
    }

    /// The proxy lives until the second result is dropped.
    fn client(&self, server: &ScriptedServer) -> (Client, Option<Tunnel>) {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        let address = server.address();
        let tunnel = self.proxy.map(|scheme| match scheme {
            "https" => Tunnel::over_tls(address),
            _ => Tunnel::plain(address),
        });
        let proxy = self.proxy.zip(tunnel.as_ref());
        let proxy = proxy.map(|(scheme, tunnel)| format!("{scheme}://127.0.0.1:{}", tunnel.port())).unwrap_or_default();
        let setup = Setup::with_token(&format!("{scheme}://{address}"))
            .ca_file(&certificate("ca.pem"))
            .proxy(&proxy)
            .timeout_ms(20_000)
            .max_retries(0);
        (setup.client(), tunnel)
    }

    /// Makes two calls, the second one after the first connection has done `sends` of its steps that send. Both must
    /// get their own job. Returns the number of connections.
    fn two_calls(&self, row: &str, script: Script, sends: usize) -> usize {
        let row = format!("{}: {row}", self.name);
        let server = self.start([script, behave()]);
        let (client, _tunnel) = self.client(&server);
        for id in [JOB_ID, NEXT_JOB_ID] {
            let job = client.get_job(id, None).unwrap_or_else(|failure| panic!("{row}: {id}: {failure:?}"));
            assert_eq!(job.id.as_deref(), Some(id), "{row}");
            server.wait_until_sent(sends);
        }
        server.connections()
    }
}

fn behave() -> Script {
    vec![Step::Behave(ok(job_named(NEXT_JOB_ID)))]
}

/// The frames of the answer to the first call: with a length, and in chunks.
fn answers() -> [(&'static str, Vec<Vec<u8>>); 2] {
    [("length", vec![ok(JOB)]), ("chunks", vec![chunked(chunk(JOB)), b"0\r\n\r\n".to_vec()])]
}

/// The first `size` bytes of an answer that nobody asked for.
fn extra(size: usize) -> Vec<u8> {
    let mut bytes = ok(job_named("UNASKED"));
    if size > bytes.len() {
        bytes = ok(format!("{}{}", job_named("UNASKED"), " ".repeat(size - bytes.len())));
    }
    bytes.truncate(size);
    bytes
}

fn frames(frames: &[Vec<u8>]) -> impl Iterator<Item = Step> {
    frames.iter().cloned().map(Step::Frame)
}

const ALL: Step = Step::SendFrames(usize::MAX, 0);

#[test]
fn with_the_answer_or_after_it() {
    for way in DIRECT {
        for (framing, answer) in answers() {
            for size in [0, 1, 4, 5, 100, 300, 700, 4000, 4096, 16_000, 16_384, 16_385, 20_000] {
                let begin = || [Step::Request].into_iter().chain(frames(&answer));
                let more = || (size > 0).then(|| Step::Frame(extra(size)));
                let rows: [(&str, Script, usize); 3] = [
                    ("in one piece", begin().chain(more()).chain([ALL]).chain(behave()).collect(), 1),
                    (
                        "in one frame",
                        vec![Step::Request, Step::Frame([answer.concat(), extra(size)].concat()), ALL]
                            .into_iter()
                            .chain(behave())
                            .collect(),
                        1,
                    ),
                    (
                        "20 ms later",
                        begin()
                            .chain([ALL, Step::Pause(Duration::from_millis(20))])
                            .chain(more())
                            .chain([ALL])
                            .chain(behave())
                            .collect(),
                        2,
                    ),
                ];
                for (when, script, sends) in rows {
                    let row = format!("{framing}, {size} bytes, {when}");
                    let connections = way.two_calls(&row, script, sends);
                    assert_eq!(connections, if size == 0 { 1 } else { 2 }, "{}: {row}", way.name);
                }
            }
        }
    }
}

#[test]
fn a_part_of_them_with_the_answer() {
    // The rest of the frame never comes.
    let size = 40;
    for way in DIRECT {
        for (framing, answer) in answers() {
            for part in 1..size + MOST_OVERHEAD {
                let script = [Step::Request]
                    .into_iter()
                    .chain(frames(&answer))
                    .chain([Step::Frame(extra(size)), Step::SendFrames(answer.len(), part), Step::Stall])
                    .collect();
                let row = format!("{framing}, {part} bytes of the frame");
                assert_eq!(way.two_calls(&row, script, 1), 2, "{}: {row}", way.name);
            }
        }
    }
}

#[test]
fn an_answer_whose_end_comes_with_them() {
    for way in DIRECT {
        for (framing, answer) in answers() {
            // A part of the last frame of the answer, or of the frame after it.
            let last = answer.len() - 1;
            for part in (0..5 + 2 * MOST_OVERHEAD).chain([200, 500, 700]) {
                for size in [0, 10] {
                    let script = [Step::Request]
                        .into_iter()
                        .chain(frames(&answer))
                        .chain((size > 0).then(|| Step::Frame(extra(size))))
                        .chain([Step::SendFrames(last, part), Step::Pause(Duration::from_millis(1)), ALL])
                        .chain(behave())
                        .collect();
                    let row = format!("{framing}, {size} bytes, the end from its byte {part} on");
                    let connections = way.two_calls(&row, script, 2);
                    assert_eq!(connections, if size == 0 { 1 } else { 2 }, "{}: {row}", way.name);
                }
            }
        }
    }
}

#[test]
fn through_a_proxy() {
    for way in PROXIED {
        for (framing, answer) in answers() {
            for (size, part) in
                [(0, usize::MAX), (1, usize::MAX), (100, usize::MAX), (700, usize::MAX), (100, 1), (100, 5), (100, 50)]
            {
                let end = if part == usize::MAX { behave() } else { vec![Step::Stall] };
                let script = [Step::Request]
                    .into_iter()
                    .chain(frames(&answer))
                    .chain((size > 0).then(|| Step::Frame(extra(size))))
                    .chain([Step::SendFrames(answer.len(), part)])
                    .chain(end)
                    .collect();
                let row = format!("{framing}, {size} bytes, {part} of their frame");
                let connections = way.two_calls(&row, script, 1);
                assert_eq!(connections, if size == 0 { 1 } else { 2 }, "{}: {row}", way.name);
            }
        }
    }
}

#[test]
fn what_tls_says_between_two_answers_is_heard() {
    for way in [DIRECT[2], PROXIED[1], PROXIED[3]] {
        for (row, updates, size, connections) in
            [("new keys", 1, 0, 1), ("new keys, often", 3, 0, 1), ("new keys, and an answer", 1, 100, 2)]
        {
            let answer = || [Step::Request, Step::Frame(ok(JOB))].into_iter();
            let said = || {
                let keys = std::iter::repeat_n(Step::FrameKeyUpdate, updates);
                keys.chain((size > 0).then(|| Step::Frame(extra(size)))).chain([ALL]).chain(behave())
            };
            let with_the_answer = answer().chain(said()).collect();
            assert_eq!(way.two_calls(row, with_the_answer, 1), connections, "{}: {row}", way.name);
            // Through a proxy, the test cannot know when the bytes arrive.
            if way.proxy.is_none() {
                let later = answer().chain([ALL, Step::Pause(Duration::from_millis(20))]).chain(said()).collect();
                assert_eq!(way.two_calls(row, later, 2), connections, "{}: {row}, later", way.name);
            }
        }
    }
}
