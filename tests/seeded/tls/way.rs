//! What happens to records between the server and the client.

use fastrand::Rng;

/// What happens to a record on the way.
#[derive(Debug, Clone)]
pub enum Change {
    Nothing,
    /// Bytes of it change, by chance from this seed.
    Mutate(u64),
    /// One bit of the payload changes.
    Flip(usize),
    Drop,
    Double,
    /// It comes behind the next record that is sent at the same time.
    Swap,
    /// An earlier record, so many before it, comes once more.
    Replay(usize),
    /// It is cut there, and nothing comes after it.
    Cut(usize),
    /// These bytes come before it.
    Insert(Vec<u8>),
}

/// What is to happen in a round.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// The numbers of records, counted from the begin of a connection, and what happens to them.
    pub changes: Vec<(usize, Change)>,
    /// Which read of the server brings a changed byte, and the seed of the change.
    pub upwards: Option<(usize, u64)>,
    /// How long the content of the server's records is, one after the other, again and again.
    pub sizes: Vec<usize>,
    /// Before which pieces the server changes its keys.
    pub key_updates: Vec<usize>,
    /// How many bytes at the end of what the server writes are no part of its answer.
    pub behind: usize,
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
pub fn changing(rng: &mut Rng) -> (Way, bool) {
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
pub fn harmless(rng: &mut Rng) -> Way {
    let sizes = match rng.u8(..4) {
        0 => Vec::new(),
        1 => vec![rng.usize(8..64)],
        _ => (0..rng.usize(1..6)).map(|_| rng.usize(1..600)).collect(),
    };
    let key_updates = (0..rng.usize(..3) * rng.usize(..2)).map(|_| rng.usize(..4)).collect();
    Way { sizes, key_updates, ..Way::default() }
}
