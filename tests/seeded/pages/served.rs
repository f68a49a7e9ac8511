//! Jobs, and pages with them, by chance.

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use fastrand::Rng;

use crate::http::grammar::one_of;
use crate::mutation;
use crate::support::list_server::PATH;

/// Around this time jobs start, and the time of a query begins and ends. In Unix milliseconds: 2026-11-24T01:00:00Z.
pub const NOON: i64 = 1_795_482_000_000;

/// A job as it is served, and what must be read from it.
#[derive(Debug, Clone)]
pub struct Listed {
    pub json: String,
    /// Its id, or the whole text if it has none.
    pub identity: String,
    /// The number of its state.
    pub state: i32,
    pub start: Option<i64>,
    pub finish: Option<i64>,
}

/// What a page says about the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    Nothing,
    /// An empty link.
    Last,
    /// There is a next page, and it is asked for by its number.
    Number,
    /// There is a next page with this query.
    Query(String),
}

#[derive(Debug, Clone)]
pub struct Page {
    /// `None`: the answer has no list.
    pub jobs: Option<Vec<Listed>>,
    pub total: Option<i64>,
    pub link: Link,
    /// The members of `metadata`.
    pub metadata: String,
    /// Whether the list comes twice in the answer. The last one counts.
    pub twice: bool,
}

/// A time as JSON, and in Unix milliseconds if it can be read.
fn time(rng: &mut Rng) -> (String, Option<i64>) {
    if rng.u8(..5) == 0 {
        let odd = one_of(
            rng,
            &[
                "null",
                "\"\"",
                "\"yesterday\"",
                "\"0001-01-01T00:00:00Z\"",
                "\"2026-02-30T00:00:00Z\"",
                "7",
                "\"2026-11-24\"",
                "\"2026-11-24T25:00:00Z\"",
                "\"24.11.2026 01:00:00\"",
                "\"2026-11-24T01:00:00+99:00\"",
                "[]",
                "{\"a\":1}",
                "true",
            ],
        );
        return (odd.to_owned(), None);
    }
    let ms = match rng.u8(..4) {
        0 => NOON + rng.i64(-3..=3),
        1 => NOON + 1000 * rng.i64(-3..=3),
        2 => NOON + rng.i64(-200_000_000..200_000_000),
        _ => rng.i64(-62_135_596_799_000..253_402_300_000_000),
    };
    let whole = ms.div_euclid(1000) * 1000;
    let utc = |ms: i64| DateTime::<Utc>::from_timestamp_millis(ms).expect("is a time");
    let (text, ms) = match rng.u8(..5) {
        0 => (utc(whole).to_rfc3339_opts(SecondsFormat::Secs, true), whole),
        1 => (utc(ms).to_rfc3339_opts(SecondsFormat::Millis, true), ms),
        2 => (utc(ms).format("%Y-%m-%dT%H:%M:%S%.3f").to_string() + "9999Z", ms),
        // Near the end of the years with four digits, an offset would need a fifth.
        3 if (0..253_400_000_000_000).contains(&ms) => {
            let zone = FixedOffset::east_opt(60 * rng.i32(-14 * 60..=14 * 60)).expect("is an offset");
            (utc(ms).with_timezone(&zone).to_rfc3339_opts(SecondsFormat::Millis, false), ms)
        }
        _ => (utc(whole).format("%Y-%m-%dT%H:%M:%S").to_string(), whole),
    };
    (format!("\"{text}\""), Some(ms))
}

/// A job with this id. Without one, it is told from others by its text.
fn job(rng: &mut Rng, id: &str) -> Listed {
    const STATES: [(&str, i32); 9] = [
        ("\"Finished\"", 2),
        ("\"In Progress\"", 1),
        ("\"FAILED\"", 3),
        ("\"finished_with-exception\"", 4),
        ("\"Partially Finished\"", 5),
        ("\"Waiting\"", 0),
        ("\"\"", 0),
        ("null", 0),
        ("\"F\\u0061iled\"", 3),
    ];
    let (state, number) = STATES[rng.usize(..STATES.len())];
    let [(start, start_ms), (finish, finish_ms)] = [time(rng), time(rng)];
    let written = match rng.u8(..24) {
        0 => r#""id":null,"#.to_owned(),
        1 => r#""id":"","#.to_owned(),
        2 => String::new(),
        // The same id in another spelling.
        3 => format!(r#""id":"\u00{:02x}{}","#, id.as_bytes()[0], &id[1..]),
        _ => format!(r#""id":"{id}","#),
    };
    let is_named = written.contains(&id[1..]);
    let json = format!(
        r#"{{{written}"state":{state},"startTime":{start},"finishTime":{finish},"backupDetails":{{"totalCount":{}}},"x":{}}}"#,
        rng.u16(..),
        rng.u64(..)
    );
    let identity = if is_named { id.to_owned() } else { json.clone() };
    Listed { json, identity, state: number, start: start_ms, finish: finish_ms }
}

/// The pages of a server that counts right, and then mutated ones.
pub fn pages(rng: &mut Rng) -> Vec<Page> {
    let count = if rng.u8(..6) == 0 { rng.usize(..3) } else { rng.usize(..40) };
    let jobs: Vec<Listed> = (0..count).map(|number| job(rng, &format!("IB{number:04}"))).collect();
    let size = rng.usize(1..=12);
    let mut pages: Vec<Vec<Listed>> = jobs.chunks(size).map(<[_]>::to_vec).collect();
    if pages.is_empty() {
        pages.push(Vec::new());
    }
    if rng.bool() {
        mutate(rng, &mut pages);
    }
    let is_exact = rng.u8(..3) > 0;
    let says = rng.u8(..4);
    let last = pages.len().saturating_sub(1);
    let pages = pages.into_iter().enumerate().map(|(number, jobs)| {
        let (total, mut metadata) = match says {
            _ if !is_exact && rng.bool() => total(rng),
            0 => (None, Vec::new()),
            _ => number_of(rng, count),
        };
        let link = match says {
            _ if !is_exact && rng.bool() => link(rng, number, &mut metadata),
            0 | 1 if number < last => link(rng, number, &mut metadata),
            0 | 1 => {
                metadata.push(r#""nextLink":"""#.to_owned());
                Link::Last
            }
            _ => Link::Nothing,
        };
        // On the first page that is an error, unless the service says that there are none.
        let absent = (number > 0 || total == Some(0)) && rng.u8(..12) == 0;
        Page { jobs: (!absent).then_some(jobs), total, link, metadata: metadata.join(","), twice: rng.u8(..8) == 0 }
    });
    pages.collect()
}

/// Moves, doubles and drops pages and jobs, changes jobs, and empties pages.
fn mutate(rng: &mut Rng, pages: &mut Vec<Vec<Listed>>) {
    for _ in 0..rng.usize(1..4) {
        let Some(at) = (!pages.is_empty()).then(|| rng.usize(..pages.len())) else { return };
        match rng.u8(..6) {
            0 => mutation::order(rng, pages),
            1 => mutation::order(rng, &mut pages[at]),
            2 => pages[at].clear(),
            3 => {
                // The last job of a page moves to the next one, too.
                let Some(moved) = pages[at].last().cloned() else { continue };
                if let Some(next) = pages.get_mut(at + 1) {
                    next.insert(0, moved);
                }
            }
            4 => {
                // The same job with other times.
                let Some(old) = pages[at].first().filter(|old| old.identity.starts_with("IB")) else { continue };
                let changed = job(rng, &old.identity.clone());
                let to = rng.usize(..pages.len());
                pages[to].push(changed);
            }
            _ => {
                let all: Vec<Listed> = pages.concat();
                *pages = vec![all];
            }
        }
    }
}

fn number_of(rng: &mut Rng, count: usize) -> (Option<i64>, Vec<String>) {
    let members = match rng.u8(..4) {
        0 => format!(r#""totalNumber":{count}"#),
        1 => format!(r#""totalCount":"{count}""#),
        2 => format!(r#""totalNumber":{count},"totalCount":null"#),
        _ => format!(r#""totalCount":{count}"#),
    };
    (Some(i64::try_from(count).expect("is small")), vec![members])
}

/// A total that is right by chance only.
fn total(rng: &mut Rng) -> (Option<i64>, Vec<String>) {
    let unreadable =
        [r#""totalCount":-1"#, r#""totalCount":2.5"#, r#""totalCount":"many""#, r#""totalCount":[9]"#, r#""x":1"#];
    match rng.u8(..4) {
        0 => (None, vec![one_of(rng, &unreadable).to_owned()]),
        1 => (Some(i64::MAX), vec![format!(r#""totalCount":{}"#, i64::MAX)]),
        2 => (Some(0), vec![r#""totalNumber":0"#.to_owned()]),
        _ => {
            let count = rng.usize(..50);
            number_of(rng, count)
        }
    }
}

/// A link to the page after the one with this number, in one of its forms.
fn link(rng: &mut Rng, number: usize, metadata: &mut Vec<String>) -> Link {
    // The server finds its place without it. So it must come back as it was sent.
    let query = format!("pageIndex={}&cursor={:x}|{}", number + 1, rng.u32(..), one_of(rng, &["", "%20", "&a=b", "~"]));
    let followed = ["BASE/PATH?Q", "PATH?Q", "?Q", "cloudbackupjobs?Q", "PATH?Q#part", " ?Q "];
    let not_followed = [
        "eyJwYWdlIjoxfQ==",
        "2",
        "http://evil.example/PATH?Q",
        "https://127.0.0.1/PATH?Q",
        "PATH/?Q",
        "PATH/more?Q",
        "?",
        "?a b",
        "//evil.example/PATH?Q",
        "http://user@127.0.0.1/PATH?Q",
        "../cloudbackupjobs?Q",
        "?\\u00fc",
        "?a=\\\"",
        "other?Q",
        "/?Q",
    ];
    let is_followed = rng.bool();
    let form = if is_followed { one_of(rng, &followed) } else { one_of(rng, &not_followed) };
    let text = form.replace("PATH", PATH).replace("BASE/", "BASE").replace('Q', &query);
    metadata.push(format!(r#""nextLink":"{text}""#));
    if is_followed { Link::Query(query) } else { Link::Number }
}

/// A page of an endless list: its jobs are new, and all of them start then.
pub fn endless(rng: &mut Rng, number: usize, size: usize, start: Option<i64>) -> Page {
    let jobs = (0..size).map(|place| {
        let mut listed = job(rng, &format!("EB{:08}", number * size + place));
        if let Some(start) = start {
            let text = DateTime::<Utc>::from_timestamp_millis(start).expect("is a time");
            let text = text.to_rfc3339_opts(SecondsFormat::Millis, true);
            let id = format!("EB{:08}", number * size + place);
            listed.json = format!(r#"{{"id":"{id}","startTime":"{text}"}}"#);
            (listed.identity, listed.state, listed.start, listed.finish) = (id, 0, Some(start), None);
        }
        listed
    });
    let jobs = Some(jobs.collect());
    Page { jobs, total: None, link: Link::Number, metadata: r#""nextLink":"more""#.to_owned(), twice: false }
}

impl Page {
    pub fn empty() -> Self {
        Self { jobs: Some(Vec::new()), total: None, link: Link::Nothing, metadata: String::new(), twice: false }
    }

    /// The envelope. `base` is the URL of the server.
    pub fn body(&self, base: &str) -> String {
        let data = match &self.jobs {
            Some(jobs) => format!("[{}]", jobs.iter().map(|job| job.json.as_str()).collect::<Vec<_>>().join(",")),
            None => "null".to_owned(),
        };
        let first = if self.twice { format!(r#""data":{data},"#) } else { String::new() };
        let metadata = self.metadata.replace("BASE", base);
        format!(r#"{{"statusCode":200,{first}"message":"","data":{data},"metadata":{{{metadata}}},"requestId":"r"}}"#)
    }
}
