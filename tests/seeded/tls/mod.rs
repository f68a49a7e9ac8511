//! Streams of records that are changed on the way, in TLS 1.2 and 1.3, in full and resumed sessions. A changed answer is
//! never taken for one.

mod channel;

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use channel::{Change, Channel, Seen, Way};
use cloudbackupjobs::ffi::CBJ_ERROR_TIMEOUT;
use fastrand::Rng;
use rustls::ServerConfig;

use crate::call::{LONG, checked, in_time, note, tell};
use crate::http::grammar::{self, Framing};
use crate::mutation;
use crate::support::abi::{Client, Setup, name};
use crate::support::scripted_server::{Afterwards, Script, ScriptedServer, Service, Step};
use crate::tls_server::{Server, TLS12, TLS13, certificate};
use crate::turns::turns;

/// The time of a call that waits for a record which does not come.
const SHORT: Duration = Duration::from_millis(100);

static CONFIGURATIONS: LazyLock<[Arc<ServerConfig>; 2]> =
    LazyLock::new(|| [TLS12, TLS13].map(|versions| Arc::new(Server { versions, ..Server::default() }.config())));

/// What the server sends, and how the connection ends.
#[derive(Clone)]
struct Sends {
    bytes: Vec<u8>,
    end: Step,
}

/// A change, and whether a client that gets it may have to wait.
fn change(rng: &mut Rng) -> (Change, bool) {
    match rng.u8(..10) {
        0 | 1 => (Change::Flip(rng.usize(..)), false),
        2 => (Change::Cut(rng.usize(..)), false),
        3 => (Change::Drop, true),
        4 => (Change::Double, true),
        5 => (Change::Swap, true),
        6 => (Change::Replay(rng.usize(..4)), true),
        7 => (Change::Insert(inserted(rng)), true),
        _ => (Change::Mutate(rng.u64(..)), true),
    }
}

/// A record that somebody without the keys can make, or something else.
fn inserted(rng: &mut Rng) -> Vec<u8> {
    const RECORDS: [&[u8]; 9] = [
        b"\x15\x03\x03\0\x02\x01\0",   // close_notify
        b"\x15\x03\x03\0\x02\x01\x5a", // user_canceled
        b"\x15\x03\x03\0\x02\x02\x28", // handshake_failure
        b"\x14\x03\x03\0\x01\x01",     // change_cipher_spec
        b"\x17\x03\x03\0\0",           // no data
        b"\x17\x03\x03\0\x20not of this connection, not at all",
        b"\x16\x03\x03\0\x04\0\0\0\0",         // HelloRequest
        b"\x16\x03\x03\0\x05\x18\0\0\x01\x01", // KeyUpdate
        b"HTTP/1.1 200 OK\r\n\r\n",
    ];
    RECORDS[rng.usize(..RECORDS.len())].to_vec()
}

/// A way with changes, and whether a client may have to wait.
fn changing(rng: &mut Rng) -> (Way, bool) {
    let mut way = harmless(rng);
    let mut waits = false;
    if rng.u8(..10) == 0 {
        way.upwards = Some((rng.usize(..4), rng.u64(..)));
        return (way, true);
    }
    for _ in 0..rng.usize(1..=2) {
        let (change, may_wait) = change(rng);
        waits |= may_wait;
        // Half of them in the handshake.
        let most = if rng.bool() { 6 } else { 16 };
        way.changes.push((rng.usize(..most), change));
    }
    (way, waits)
}

/// Records of other sizes and changes of keys, which TLS allows.
fn harmless(rng: &mut Rng) -> Way {
    let sizes = match rng.u8(..4) {
        0 => Vec::new(),
        1 => vec![rng.usize(8..64)],
        _ => (0..rng.usize(1..6)).map(|_| rng.usize(1..600)).collect(),
    };
    let key_updates = (0..rng.usize(..3) * rng.usize(..2)).map(|_| rng.usize(..4)).collect();
    Way { sizes, key_updates, ..Way::default() }
}

struct Turn {
    channel: Arc<Channel>,
    sends: Arc<Mutex<Sends>>,
    server: ScriptedServer,
    client: Client,
}

impl Turn {
    fn new(config: &Arc<ServerConfig>) -> Self {
        let channel = Channel::new();
        let sends = Arc::new(Mutex::new(Sends { bytes: Vec::new(), end: Step::Close }));
        let service = Service::new({
            let (channel, sends) = (Arc::clone(&channel), Arc::clone(&sends));
            move |_, _| -> Script {
                channel.round.answer_begins();
                let Sends { bytes, end } = sends.lock().unwrap_or_else(PoisonError::into_inner).clone();
                vec![Step::Send(bytes), end]
            }
        });
        let scripts = [vec![Step::Serve(service)]];
        let server = ScriptedServer::start_over(channel.wrap(config), scripts, Afterwards::RepeatLast);
        let url = server.url().replace("http:", "https:");
        let client = Setup::with_token(&url).ca_file(&certificate("ca.pem")).proxy("").max_retries(0).client();
        Self { channel, sends, server, client }
    }

    /// A call about the job `id`.
    fn call(&self, rng: &mut Rng, id: &str, is_good: bool) {
        let grammar::Answer { mut bytes, framing, job } = grammar::valid(rng, id);
        let end = match rng.u8(..6) {
            _ if framing == Framing::Close && (is_good || rng.bool()) => Step::Close,
            0 | 1 => Step::Close,
            2 => Step::Cut,
            3 if !is_good => Step::Reset,
            // No end: the next request is served.
            _ => Step::Pause(Duration::ZERO),
        };
        let half = !is_good && rng.u8(..6) == 0;
        // A call that waits for its deadline takes as long as many others.
        let end = if half && matches!(end, Step::Pause(_)) && rng.u8(..4) > 0 { Step::Cut } else { end };
        if half {
            bytes.truncate(rng.usize(..bytes.len() / 2));
        }
        let (way, waits) = if is_good || half || rng.u8(..8) == 0 { (harmless(rng), false) } else { changing(rng) };
        let stays_open = matches!(end, Step::Pause(_));
        let is_whole = !half && (framing != Framing::Close || matches!(end, Step::Close));
        let time = if waits || stays_open && !is_whole { SHORT } else { LONG };
        let cuts = mutation::cuts(rng, 4000);
        let row = format!("{framing:?}, {} bytes, whole: {is_whole}, {end:?}, {way:?}, cut at {cuts:?}", bytes.len());
        *self.sends.lock().unwrap_or_else(PoisonError::into_inner) = Sends { bytes, end: end.clone() };
        self.channel.begin(way, cuts, !stays_open);
        let result = checked(&self.client, time, || self.client.get_job(id, None));
        let Seen { changed, intact, closed, resumed } = self.channel.end();
        let kind = match (is_good, is_whole, changed) {
            (true, ..) => "good",
            (_, false, _) => "not whole",
            (_, true, false) => "unchanged",
            (_, true, true) => "changed",
        };
        let resumed = if resumed { ", resumed" } else { "" };
        note(format!(
            "{kind}{resumed}: {}",
            result.as_ref().map_or_else(|failure| name(failure.status), |_| "CBJ_OK".into())
        ));
        match result {
            Ok(found) => {
                assert_eq!((found.id.as_deref(), &found.json), (Some(id), &job), "{row}");
                assert!(is_whole, "taken for whole: {row}");
                assert!(if framing == Framing::Close { closed } else { intact }, "changed on the way: {row}");
            }
            Err(failure) => {
                let can_fail = !is_whole || changed || matches!(end, Step::Reset);
                let in_time = failure.status != CBJ_ERROR_TIMEOUT || time == SHORT;
                assert!(in_time && (can_fail || time == SHORT), "{failure:?}: {row}");
            }
        }
    }
}

fn turn(rng: &mut Rng) {
    let config = &CONFIGURATIONS[rng.usize(..2)];
    let turn = Turn::new(config);
    for number in 0..rng.usize(1..=3) {
        for (what, is_good) in [("MUTATED", false), ("GOOD", true)] {
            // Made anew for each call, so that no answer of another call is taken for its own.
            let id = format!("{what}{number}{:016x}", rng.u64(..));
            turn.call(rng, &id, is_good);
        }
    }
    drop(turn.client);
    drop(turn.server);
}

#[test]
fn records() {
    turns("tls::records", 60, |rng| in_time(rng, turn));
    tell("tls::records");
}
