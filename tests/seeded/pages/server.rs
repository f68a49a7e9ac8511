//! A server that serves pages one after the other, wherever they are asked for.

use std::sync::{Mutex, MutexGuard, PoisonError};

use fastrand::Rng;

use super::served::{self, NOON, Page};
use crate::http::grammar::one_of;
use crate::mutation;
use crate::support::answers::{answer, headed, ok};
use crate::support::scripted_server::{Script, Step};

/// What the server does.
pub struct Serving {
    pub rng: Rng,
    pub pages: Vec<Page>,
    /// What comes behind these pages.
    pub then: Then,
    /// One request in so many fails; 0: none.
    pub failing: u8,
    /// Whether the bytes of pages change.
    pub mutates: bool,
    pub base: String,
    /// The requests of this list, and what they got.
    pub log: Vec<Served>,
}

#[derive(Debug, Clone, Copy)]
pub enum Then {
    /// The last page again.
    Last,
    /// The first page, and so on.
    Circle,
    /// An empty one.
    Empty,
    /// New jobs for ever, so many on a page. `true`: they are outside of every time that is asked for.
    Endless(usize, bool),
}

pub struct Served {
    pub target: String,
    /// `None`: a failure.
    pub page: Option<Page>,
    /// The body as it was sent.
    pub body: Vec<u8>,
}

impl Serving {
    pub fn respond(&mut self, target: &str) -> Script {
        let target = target.to_owned();
        if self.failing > 0 && self.rng.u8(..self.failing) == 0 {
            self.log.push(Served { target, page: None, body: Vec::new() });
            return failure(&mut self.rng);
        }
        let number = self.log.iter().filter(|served| served.page.is_some()).count();
        let page = self.page(number);
        let mut body = page.body(&self.base).into_bytes();
        if self.mutates && self.rng.bool() {
            mutation::bytes(&mut self.rng, &mut body);
        }
        self.log.push(Served { target, page: Some(page), body: body.clone() });
        vec![Step::Send(ok(body))]
    }

    fn page(&mut self, number: usize) -> Page {
        let count = self.pages.len();
        match self.then {
            _ if number < count => self.pages[number].clone(),
            Then::Last => self.pages[count - 1].clone(),
            Then::Circle => self.pages[number % count].clone(),
            Then::Empty => Page::empty(),
            Then::Endless(size, is_outside) => {
                served::endless(&mut self.rng, number, size, is_outside.then_some(NOON - 1_000_000_000))
            }
        }
    }
}

/// An answer that is a failure, whatever the page.
fn failure(rng: &mut Rng) -> Script {
    let page = ok(r#"{"data":[{"id":"FAILED"}],"metadata":{"totalCount":1}}"#);
    vec![match rng.u8(..8) {
        0 => return vec![Step::Close],
        1 => return vec![Step::Send(page[..page.len() - rng.usize(1..40)].to_vec()), Step::Close],
        2 => Step::Send(ok(r#"{"data":[{"id":"FAILED"},{}]}"#)),
        3 => Step::Send(ok(r#"{"data":[{"id":"FAILED"}"#)),
        4 => Step::Send(ok(r#"{"statusCode":500,"data":[{"id":"FAILED"}]}"#)),
        5 => Step::Send(ok(r#"{"data":{"id":"FAILED"}}"#)),
        6 => Step::Send(headed("503 Busy\r\nRetry-After: 1\r\nContent-Length: 0", "")),
        _ => Step::Send(answer(
            one_of(rng, &["429 Too Many", "404 Not Found", "500 Oh", "302 Found"]),
            "<html>no</html>",
        )),
    }]
}

pub fn lock(serving: &Mutex<Serving>) -> MutexGuard<'_, Serving> {
    serving.lock().unwrap_or_else(PoisonError::into_inner)
}
