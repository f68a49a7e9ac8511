//! A server's end of a TLS connection, and somebody on the way who changes records.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fastrand::Rng;
use rustls::{ServerConfig, ServerConnection};

use super::way::{Change, Way};
use crate::mutation;
use crate::sending::{Link, Round};
use crate::support::scripted_server::{Wire, Wrap};

/// A record as it is on the wire: five bytes of a header, and the payload.
type Record = Vec<u8>;

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const APPLICATION_DATA: u8 = 23;

/// What was on the way in a round.
#[derive(Default)]
pub struct Seen {
    /// Whether anything was changed.
    pub changed: bool,
    /// Whether a connection brought a whole answer as the server has made it.
    pub intact: bool,
    /// Whether it brought the close_notify behind it, too.
    pub closed: bool,
    pub resumed: bool,
}

/// The way between the server and the client.
pub struct Channel {
    way: Mutex<(Way, Seen)>,
    pub round: Arc<Round>,
}

impl Channel {
    pub fn new() -> Arc<Self> {
        Arc::new(Self { way: Mutex::default(), round: Round::new() })
    }

    fn lock(&self) -> MutexGuard<'_, (Way, Seen)> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a round.
    pub fn begin(&self, way: Way, cuts: Vec<usize>, closes: bool) {
        *self.lock() = (way, Seen::default());
        self.round.begin(cuts, closes);
    }

    /// Waits until everything is sent.
    pub fn end(&self) -> Seen {
        self.round.end();
        let mut way = self.lock();
        way.0 = Way::default();
        std::mem::take(&mut way.1)
    }

    pub fn wrap(self: &Arc<Self>, config: &Arc<ServerConfig>) -> Wrap {
        let (channel, config) = (Arc::clone(self), Arc::clone(config));
        Arc::new(move |socket| {
            let link = Link::new(&channel.round);
            let mut tls = ServerConnection::new(Arc::clone(&config)).expect("the configuration is complete");
            // A long answer in short records.
            tls.set_buffer_limit(None);
            let channel = Arc::clone(&channel);
            let (made, came) = (Vec::new(), Vec::new());
            Box::new(Mitm { socket, tls, channel, made, passed: 0, answer_end: 0, came, reads: 0, is_cut: false, link })
        })
    }
}

struct Mitm {
    socket: TcpStream,
    tls: ServerConnection,
    channel: Arc<Channel>,
    /// The records that the server has made.
    made: Vec<Record>,
    /// How many of them have been sent, as they are or changed.
    passed: usize,
    /// How many of them the client needs for the last answer.
    answer_end: usize,
    /// What the client gets.
    came: Vec<u8>,
    reads: usize,
    /// Nothing comes through any more.
    is_cut: bool,
    link: Link,
}

/// The whole records in these bytes.
fn records(mut bytes: &[u8]) -> Vec<Record> {
    let mut records = Vec::new();
    while bytes.len() >= 5 {
        let end = 5 + usize::from(u16::from_be_bytes([bytes[3], bytes[4]]));
        let Some((record, rest)) = bytes.split_at_checked(end) else { break };
        records.push(record.to_vec());
        bytes = rest;
    }
    records
}

/// Whether a record changes nothing about an answer, although no key protects it: a change of the cipher means nothing in
/// TLS 1.3, and a client may pass over an alert of the lowest level until the handshake is over. Later, both end a connection.
fn means_nothing(record: &[u8]) -> bool {
    matches!(record, [CHANGE_CIPHER_SPEC, ..] | [ALERT, _, _, 0, 2, 1, _])
}

/// Whether two records say the same. The version in the header of a record has to be ignored (RFC 8446 section 5.1). So may the
/// type in the header of an encrypted one: TLS 1.3 has the true type in the content, and in TLS 1.2 the keys protect it.
fn say_the_same(one: &[u8], other: &[u8]) -> bool {
    (one[0] == other[0] || one[0] == APPLICATION_DATA) && one[3..] == other[3..]
}

/// Whether the client got all that the server made, in its order, as far as the server has come.
fn is_intact(made: &[Record], came: &[u8]) -> bool {
    let came = records(came);
    let mut came = came.iter().filter(|record| !means_nothing(record));
    made.iter()
        .filter(|record| !means_nothing(record))
        .all(|made| came.next().is_some_and(|came| say_the_same(made, came)))
}

impl Mitm {
    fn collect(&mut self) -> io::Result<()> {
        let mut output = Vec::new();
        while self.tls.wants_write() {
            self.tls.write_tls(&mut output)?;
        }
        self.made.extend(records(&output));
        Ok(())
    }

    /// Sends what the server has made.
    fn pass_on(&mut self) -> io::Result<()> {
        self.collect()?;
        let bytes = self.changed(self.passed);
        let has_changed = bytes != self.made[self.passed..].concat();
        self.passed = self.made.len();
        self.came.extend_from_slice(&bytes);
        self.channel.lock().1.changed |= has_changed;
        self.channel.round.send(&mut self.socket, &bytes)?;
        if self.is_cut { Err(io::ErrorKind::BrokenPipe.into()) } else { Ok(()) }
    }

    /// The records from the `first` on, as they are after the changes.
    fn changed(&mut self, first: usize) -> Vec<u8> {
        let changes = self.channel.lock().0.changes.clone();
        let mut out: Vec<Record> = Vec::new();
        let mut behind = None;
        for number in first..self.made.len() {
            let mut record = self.made[number].clone();
            if self.is_cut {
                break;
            }
            let change = changes.iter().find(|(at, _)| *at == number).map_or(&Change::Nothing, |(_, change)| change);
            match change {
                Change::Nothing => out.push(record),
                Change::Mutate(seed) => {
                    mutation::bytes(&mut Rng::with_seed(*seed), &mut record);
                    out.push(record);
                }
                Change::Flip(bit) => {
                    let bits = 8 * (record.len() - 5);
                    if bits > 0 {
                        record[5 + bit % bits / 8] ^= 1 << (bit % 8);
                    }
                    out.push(record);
                }
                Change::Drop => {}
                Change::Double => out.extend([record.clone(), record]),
                Change::Swap => {
                    behind = Some(record);
                    continue;
                }
                Change::Replay(before) => out.extend([record, self.made[number.saturating_sub(*before)].clone()]),
                Change::Cut(at) => {
                    record.truncate(*at % record.len());
                    out.push(record);
                    self.is_cut = true;
                }
                Change::Insert(bytes) => out.extend([bytes.clone(), record]),
            }
            out.extend(behind.take());
        }
        out.extend(behind);
        out.concat()
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Way { sizes, key_updates, behind, .. } = self.channel.lock().0.clone();
        let mut sizes = sizes.into_iter().cycle();
        let mut pieces = 0;
        let (answer, behind) = bytes.split_at(bytes.len() - behind.min(bytes.len()));
        for (is_answer, mut rest) in [(true, answer), (false, behind)] {
            while !rest.is_empty() {
                if key_updates.contains(&pieces) {
                    // TLS 1.2 has no such thing.
                    let _ = self.tls.refresh_traffic_keys();
                }
                let (piece, after) = rest.split_at(sizes.next().unwrap_or(rest.len()).clamp(1, rest.len()));
                self.tls.writer().write_all(piece)?;
                (rest, pieces) = (after, pieces + 1);
            }
            self.collect()?;
            if is_answer {
                self.answer_end = self.made.len();
            }
        }
        let sent = self.pass_on();
        let intact = is_intact(&self.made[..self.answer_end], &self.came);
        let resumed = self.tls.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
        {
            let mut way = self.channel.lock();
            way.1.intact |= intact;
            way.1.resumed |= resumed;
        }
        sent
    }

    /// Reads from the client, and lets the server work.
    fn receive(&mut self) -> io::Result<usize> {
        let mut bytes = vec![0; 8192];
        let length = self.socket.read(&mut bytes)?;
        bytes.truncate(length);
        let upwards = self.channel.lock().0.upwards;
        if let Some((_, seed)) = upwards.filter(|(read, _)| *read == self.reads)
            && length > 0
        {
            mutation::bytes(&mut Rng::with_seed(seed), &mut bytes);
            self.channel.lock().1.changed = true;
        }
        self.reads += 1;
        let mut unread = &bytes[..];
        let mut result = Ok(length);
        while !unread.is_empty() && result.is_ok() {
            self.tls.read_tls(&mut unread)?;
            if let Err(error) = self.tls.process_new_packets() {
                result = Err(io::Error::other(error));
            }
        }
        // An alert of the server.
        self.pass_on()?;
        result
    }
}

impl Read for Mitm {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.tls.reader().read(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
            if self.receive()? == 0 {
                return Ok(0);
            }
        }
    }
}

impl Write for Mitm {
    /// Sends everything, in records of the wanted sizes.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.send(bytes);
        if sent.is_err() {
            self.link.cannot_send();
        }
        sent.map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.link.was_sent();
        Ok(())
    }
}

impl Wire for Mitm {
    fn socket(&self) -> &TcpStream {
        &self.socket
    }

    fn say_goodbye(&mut self) {
        self.tls.send_close_notify();
        // The client may have gone; then nobody needs the message.
        let _ = self.pass_on();
        let closed = is_intact(&self.made, &self.came);
        self.channel.lock().1.closed |= closed;
    }
}
