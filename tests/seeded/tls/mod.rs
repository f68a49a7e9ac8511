//! Streams of records that are changed on the way, in TLS 1.2 and 1.3, in full and resumed sessions. A changed answer is
//! never taken for one.

mod channel;
mod way;

use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

use channel::{Channel, Seen};
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
    fn call(&self, rng: &mut Rng, id: &str, other: &str, is_good: bool) {
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
        let (mut way, waits) =
            if is_good || half || rng.u8(..8) == 0 { (way::harmless(rng), false) } else { way::changing(rng) };
        if !half && framing != Framing::Close && rng.u8(..6) == 0 {
            // What nobody asked for.
            let extra = grammar::valid(rng, other).bytes;
            way.behind = extra.len();
            bytes.extend(extra);
        }
        let stays_open = matches!(end, Step::Pause(_));
        let is_whole = !half && (framing != Framing::Close || matches!(end, Step::Close));
        let time = if waits || stays_open && !is_whole { SHORT } else { LONG };
        let cuts = mutation::cuts(rng, bytes.len() + 100);
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
            let [id, other] = [what, "OTHER"].map(|what| format!("{what}{number}{:016x}", rng.u64(..)));
            turn.call(rng, &id, &other, is_good);
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
