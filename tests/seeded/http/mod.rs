//! Answers that are mutated, in every way of sending them, each followed by a good call of the same client.

pub mod grammar;
mod sent;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use grammar::{Framing, one_of};

use crate::call::{LONG, checked, in_time, note, tell};
use crate::mutation;
use crate::sending::Round;
use crate::support::abi::{Client, Failure, Job, Setup, name};
use crate::support::answers::ok;
use crate::support::scripted_server::{Afterwards, Request, Script, ScriptedServer, Service, Step};
use crate::turns::turns;

/// The time of a call whose server may never end its answer.
const SHORT: Duration = Duration::from_millis(25);

/// What a client has to get before it can ask about a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum First {
    Nothing,
    /// A tunnel through a proxy.
    Tunnel,
    /// A token of the identity service, for each call anew.
    Token,
}

impl First {
    /// The good answer to that.
    fn answer(self) -> Vec<u8> {
        match self {
            Self::Nothing => Vec::new(),
            Self::Tunnel => b"HTTP/1.1 200 Connection established\r\n\r\n".to_vec(),
            // A token that ends so soon is not used again.
            Self::Token => ok(r#"{"access_token":"secret-token","expires_in":30,"token_type":"Bearer"}"#),
        }
    }

    /// The token with which the client asks about jobs.
    fn token(self) -> &'static str {
        if self == Self::Token { "secret-token" } else { "token-of-the-host" }
    }

    fn is_asked_for_by(self, request: &Request) -> bool {
        match self {
            Self::Nothing => false,
            Self::Tunnel => request.head.starts_with("CONNECT "),
            Self::Token => request.head.starts_with("POST "),
        }
    }
}

/// What must become of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Must {
    Succeed,
    Fail,
    /// It may succeed with a job that was sent.
    Either,
}

/// What the server sends, and what happens to the connection then.
struct Plan {
    /// The answer about the job.
    answer: Vec<u8>,
    /// The answer to what comes first.
    first: Vec<u8>,
    end: Step,
    must: Must,
    /// The job of a call that must succeed.
    job: String,
}

/// What the server does at the moment.
#[derive(Clone)]
struct Behaviour {
    answer: Vec<u8>,
    first: Vec<u8>,
    end: Step,
    /// Whether the round is about what comes first. The connection then ends after that.
    first_ends: bool,
}

/// No end: the next request on the connection is served.
fn serves_on() -> Step {
    Step::Pause(Duration::ZERO)
}

fn is_open(end: &Step) -> bool {
    matches!(end, Step::Pause(_))
}

/// The mutated answer about the job `id`, and the end of the connection.
fn plan(rng: &mut Rng, id: &str, other: &str, what_first: First) -> Plan {
    let end = match rng.u8(..16) {
        0..=5 => Step::Close,
        6..=8 => Step::Reset,
        _ => serves_on(),
    };
    let grammar::Answer { mut bytes, framing, job } = grammar::valid(rng, id);
    let mut first = what_first.answer();
    let ends_by_closing = framing == Framing::Close;
    let (end, must) = match rng.u8(..8) {
        0 | 1 => {
            let end = if ends_by_closing { Step::Close } else { end };
            if !ends_by_closing && rng.u8(..3) == 0 {
                bytes.extend(behind(rng, other));
            }
            // A reset may overtake the answer.
            let must = if matches!(end, Step::Reset) { Must::Either } else { Must::Succeed };
            (end, must)
        }
        2 | 3 => {
            // A trailer may be cut, and the line break of the last chunk: the body is whole then.
            let whole = bytes.len() - if framing == Framing::Chunks { trailer(&bytes) } else { 0 };
            bytes.truncate(rng.usize(..whole));
            let head = bytes.windows(4).rposition(|line| line == b"\r\n\r\n").is_some();
            (end, if ends_by_closing && head { Must::Either } else { Must::Fail })
        }
        4 | 5 => {
            mutation::bytes(rng, &mut bytes);
            echo(rng, &mut bytes, what_first);
            (end, Must::Either)
        }
        6 if what_first != First::Nothing => {
            if what_first == First::Token && rng.u8(..4) == 0 {
                first = grammar::any(rng, id);
            }
            mutation::bytes(rng, &mut first);
            (end, Must::Either)
        }
        _ => {
            bytes = grammar::any(rng, id);
            if rng.bool() {
                mutation::bytes(rng, &mut bytes);
            }
            echo(rng, &mut bytes, what_first);
            if rng.u8(..4) == 0 {
                bytes.extend(behind(rng, other));
            }
            (end, Must::Either)
        }
    };
    // A call that waits for its deadline takes as long as many others.
    let end = if must != Must::Succeed && is_open(&end) && rng.u8(..4) > 0 { Step::Close } else { end };
    Plan { answer: bytes, first, end, must, job }
}

/// Sometimes adds the token that the client has sent. No message may repeat it: every failure is searched for it.
fn echo(rng: &mut Rng, bytes: &mut Vec<u8>, what_first: First) {
    if rng.u8(..6) == 0 {
        let at = rng.usize(..=bytes.len());
        bytes.splice(at..at, what_first.token().bytes());
    }
}

/// The length of everything behind the last chunk's size.
fn trailer(bytes: &[u8]) -> usize {
    let line = |at: usize| bytes[at..].starts_with(b"\r\n0");
    let last = (0..bytes.len()).rev().find(|at| line(*at)).expect("has a last chunk");
    bytes.len() - last - 3
}

/// What nobody asked for, after an answer: another answer, or a part of one, or anything else.
fn behind(rng: &mut Rng, other: &str) -> Vec<u8> {
    let mut extra = grammar::valid(rng, other).bytes;
    match rng.u8(..4) {
        0 => extra.truncate(rng.usize(..extra.len())),
        1 => mutation::bytes(rng, &mut extra),
        2 => extra = one_of(rng, &["\r\n", "\0", "x", "HTTP/1.1 ", "HTTP/1.1 100 Continue\r\n\r\n"]).into(),
        _ => {}
    }
    extra
}

struct Turn {
    round: Arc<Round>,
    behaviour: Arc<Mutex<Behaviour>>,
    server: ScriptedServer,
    client: Client,
    what_first: First,
}

impl Turn {
    fn new(what_first: First) -> Self {
        let round = Round::new();
        let good = Behaviour { answer: Vec::new(), first: Vec::new(), end: serves_on(), first_ends: false };
        let behaviour = Arc::new(Mutex::new(good));
        let service = Service::new({
            let (round, behaviour) = (Arc::clone(&round), Arc::clone(&behaviour));
            move |_, request| {
                let behaviour = behaviour.lock().unwrap_or_else(PoisonError::into_inner);
                let not_sent = Some(what_first.token()).filter(|token| !request.head.contains(token));
                respond(&round, &behaviour, what_first.is_asked_for_by(request), not_sent)
            }
        });
        let server = ScriptedServer::start_over(round.wrap(), [vec![Step::Serve(service)]], Afterwards::RepeatLast);
        let url = server.url();
        let setup = match what_first {
            First::Nothing => Setup::with_token(&url).proxy(""),
            // Nobody listens there: all that is sent goes to the proxy.
            First::Tunnel => Setup::with_token("http://127.0.0.1:9").proxy(&url),
            First::Token => {
                let identity = format!("{url}/connect/token");
                Setup::new().base_url(&url).identity_url(&identity).client_secret("id", "pl4nted-S3cret+/=%").proxy("")
            }
        };
        let client = setup.max_retries(0).max_response_bytes(65_536).client();
        Self { round, behaviour, server, client, what_first }
    }

    /// A call about the job `id`. The second result is what was sent meanwhile.
    fn call(
        &self,
        id: &str,
        behaviour: Behaviour,
        cuts: Vec<usize>,
        time: Duration,
    ) -> (Result<Job, Failure>, Vec<u8>) {
        self.round.begin(cuts, !is_open(&behaviour.end));
        *self.behaviour.lock().unwrap_or_else(PoisonError::into_inner) = behaviour;
        let result = checked(&self.client, time, || self.client.get_job(id, None));
        (result, self.round.end())
    }

    fn mutated(&self, rng: &mut Rng, id: &str, other: &str) {
        let Plan { answer, first, end, must, job } = plan(rng, id, other, self.what_first);
        let first_ends = first != self.what_first.answer();
        let cuts = mutation::cuts(rng, if first_ends { first.len() } else { answer.len() });
        let time = if is_open(&end) && must != Must::Succeed { SHORT } else { LONG };
        let shown = String::from_utf8_lossy(if first_ends { &first } else { &answer }).into_owned();
        let row = || format!("{must:?}, cut at {cuts:?}, then {end:?}: {shown}");
        let behaviour = Behaviour { answer, first, end: end.clone(), first_ends };
        let (result, sent) = self.call(id, behaviour, cuts.clone(), time);
        note(format!(
            "{:?} first, {must:?}: {}",
            self.what_first,
            result.as_ref().map_or_else(|failure| name(failure.status), |_| "CBJ_OK".to_owned())
        ));
        match (must, &result) {
            (Must::Succeed, Ok(found)) => {
                assert_eq!((found.id.as_deref(), &found.json), (Some(id), &job), "{}", row());
            }
            (Must::Fail, Ok(_)) | (Must::Succeed, Err(_)) => panic!("{result:?}\n{}", row()),
            (Must::Either, Ok(found)) => {
                assert!(sent::contains(&sent, found.json.as_bytes()), "was not sent: {}\n{}", found.json, row());
            }
            (_, Err(failure)) => {
                let may_wait = time == SHORT || failure.status != cloudbackupjobs::ffi::CBJ_ERROR_TIMEOUT;
                assert!(may_wait, "{failure:?}\n{}", row());
            }
        }
    }

    fn good(&self, rng: &mut Rng, id: &str) {
        let job = grammar::job(rng, id);
        let answer = ok(grammar::envelope(rng, &job));
        let behaviour = Behaviour { answer, first: self.what_first.answer(), end: serves_on(), first_ends: false };
        let (result, _) = self.call(id, behaviour, Vec::new(), LONG);
        let found = result.unwrap_or_else(|failure| panic!("the good call: {failure:?}"));
        assert_eq!((found.id.as_deref(), &found.json), (Some(id), &job), "the good call");
    }
}

/// `not_sent` is a token that the client did not send, and may repeat: a mutated one has taken its place.
fn respond(round: &Round, behaviour: &Behaviour, is_first: bool, not_sent: Option<&str>) -> Script {
    if is_first && !behaviour.first_ends {
        return vec![Step::Send(behaviour.first.clone())];
    }
    round.answer_begins();
    let mut bytes = if is_first { &behaviour.first } else { &behaviour.answer }.clone();
    if let Some(token) = not_sent.filter(|_| !is_first) {
        while let Some(at) = bytes.windows(token.len()).position(|part| part == token.as_bytes()) {
            bytes[at] = b'x';
        }
    }
    vec![Step::Send(bytes), behaviour.end.clone()]
}

fn turn(rng: &mut Rng) {
    let what_first = [First::Nothing, First::Tunnel, First::Token][rng.usize(..3)];
    let turn = Turn::new(what_first);
    for number in 0..rng.usize(1..=3) {
        // Made anew for each call, so that no answer of another call is taken for its own.
        let mut id = |what: &str| format!("{what}{number}{:016x}", rng.u64(..));
        let (mutated, other, good) = (id("MUTATED"), id("OTHER"), id("GOOD"));
        turn.mutated(rng, &mutated, &other);
        turn.good(rng, &good);
    }
    drop(turn.client);
    drop(turn.server);
}

#[test]
fn answers() {
    turns("http::answers", 150, |rng| in_time(rng, turn));
    tell("http::answers");
}
