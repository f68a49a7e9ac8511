//! Mutations by chance, for every seeded program that sends something mutated.

use std::ops::Range;

use fastrand::Rng;

/// Texts that mean something to a reader of HTTP or JSON.
const WORDS: &[&str] = &[
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    "\0",
    " ",
    "\t",
    ":",
    ",",
    ";",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "}",
    "[",
    "]",
    "{}",
    "[]",
    "null",
    "true",
    "-1",
    "0",
    "00",
    "4294967296",
    "18446744073709551616",
    "9223372036854775807",
    "1e9",
    "ffffffffffffffff",
    "0\r\n\r\n",
    "5\r\n",
    ";x=\"\r\n\"\r\n",
    "HTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.0 ",
    "HTTP/2 ",
    "Content-Length: 0\r\n",
    "Content-Length: 7\r\n",
    "Content-Length: -1\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: gzip\r\n",
    "Content-Encoding: gzip\r\n",
    "Connection: close\r\n",
    "Retry-After: 9\r\n",
    "\r\n folded",
    "statusCode",
    "\"data\":null,",
    "\"data\":{},",
    "\"statusCode\":500,",
    "\"id\":\"\",",
    "\u{fc}",
    "\u{202e}",
    "\u{feff}",
];

/// Changes bytes in one to four places.
pub fn bytes(rng: &mut Rng, bytes: &mut Vec<u8>) {
    for _ in 0..rng.usize(1..=4) {
        change(rng, bytes);
    }
}

fn change(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let part = part(rng, bytes.len());
    match rng.u8(0..10) {
        0 | 1 if !bytes.is_empty() => {
            let at = rng.usize(..bytes.len());
            bytes[at] ^= 1 << rng.u8(..8);
        }
        2 if !bytes.is_empty() => {
            let at = rng.usize(..bytes.len());
            bytes[at] = *rng.choice(b"\0\r\n \t\"\\{}[]:,09afAF-+;\x7f\x80\xff").expect("is not empty");
        }
        3 => drop(bytes.drain(part)),
        4 => {
            let twice = bytes[part.clone()].to_vec();
            bytes.splice(part.end..part.end, twice);
        }
        5 => {
            let moved: Vec<u8> = bytes.drain(part).collect();
            let to = rng.usize(..=bytes.len());
            bytes.splice(to..to, moved);
        }
        6 | 7 => {
            let word = rng.choice(WORDS).expect("is not empty");
            bytes.splice(part.start..part.start, word.bytes());
        }
        8 => number(rng, bytes),
        _ => {
            let random: Vec<u8> = (0..rng.usize(1..8)).map(|_| rng.u8(..)).collect();
            bytes.splice(part, random);
        }
    }
}

/// A short part, and sometimes a long one.
fn part(rng: &mut Rng, length: usize) -> Range<usize> {
    let begin = rng.usize(..=length);
    let longest = if rng.u8(..8) == 0 { length } else { 12 };
    begin..(begin + rng.usize(..=longest)).min(length)
}

/// Replaces one of the numbers in the bytes.
fn number(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let begins = |at: &usize| bytes[*at].is_ascii_digit() && (*at == 0 || !bytes[*at - 1].is_ascii_digit());
    let places: Vec<usize> = (0..bytes.len()).filter(begins).collect();
    let Some(&begin) = rng.choice(&places) else { return };
    let digits = bytes[begin..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let text = String::from_utf8_lossy(&bytes[begin..begin + digits]).into_owned();
    let old: u64 = text.parse().unwrap_or(u64::MAX);
    let new = match rng.u8(..8) {
        0 => old.wrapping_add(1),
        1 => old.wrapping_sub(1),
        2 => old.wrapping_mul(2),
        3 => 0,
        4 => u64::from(rng.u16(..)),
        5 => u64::MAX,
        6 => 1 << rng.u8(..63),
        _ => rng.u64(..1000),
    };
    bytes.splice(begin..begin + digits, new.to_string().into_bytes());
}

/// Drops, doubles, swaps and moves things, in one to three places.
pub fn order<T: Clone>(rng: &mut Rng, things: &mut Vec<T>) {
    for _ in 0..rng.usize(1..=3) {
        if things.is_empty() {
            return;
        }
        let (one, other) = (rng.usize(..things.len()), rng.usize(..things.len()));
        match rng.u8(..4) {
            0 => drop(things.remove(one)),
            1 => things.insert(other, things[one].clone()),
            2 => things.swap(one, other),
            _ => {
                let thing = things.remove(one);
                things.insert(other, thing);
            }
        }
    }
}

/// Where `length` bytes are cut, so that they are sent in parts: nowhere, in one place, in some, or behind every byte of a
/// stretch.
pub fn cuts(rng: &mut Rng, length: usize) -> Vec<usize> {
    let mut cuts: Vec<usize> = match rng.u8(..8) {
        0 | 1 => Vec::new(),
        2..=4 => vec![rng.usize(..=length)],
        5 | 6 => (0..rng.usize(2..6)).map(|_| rng.usize(..=length)).collect(),
        _ => {
            let begin = rng.usize(..=length);
            (begin..length.min(begin + 40)).collect()
        }
    };
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
