//! One deadline for a call, kept to 50 ms. The measuring is in `deadline.c`.

use crate::plain;
use crate::program::{client_of, compile, holds, is_asked};
use crate::support::answers::headed;
use crate::support::c_program::Linking;
use crate::support::hanging_listener::HangingListener;
use crate::support::scripted_server::Step;

const ENDLESS: &str = "200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000";

fn drip(bytes: &[u8]) -> Step {
    Step::Drip(bytes.to_vec(), std::time::Duration::from_millis(20))
}

#[test]
fn a_deadline_is_kept_wherever_a_peer_is_silent_or_slow() {
    if !is_asked() {
        return;
    }
    let program = compile("deadline", Linking::Shared);
    let ends_in_time = |url: &str, doing: &str| holds(&program, &[doing], &client_of(url));

    let silent = HangingListener::bind(([127, 0, 0, 1], 0).into());
    ends_in_time(&silent.url(), "connecting");
    // The head of a record that announces 16384 bytes of handshake.
    let record = [&[22, 3, 3, 0x40, 0][..], &[2; 1000]].concat();
    for script in [vec![Step::Stall], vec![Step::ReadSome, drip(&record), Step::Stall]] {
        ends_in_time(&plain(script).url().replace("http:", "https:"), "TLS handshake");
    }
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX: ".to_vec();
    for (steps, doing) in [
        (vec![Step::Stall], "waiting"),
        (vec![Step::Send(head.clone()), Step::Stall], "answer"),
        (vec![Step::Send(head), drip(&[b'x'; 2000])], "answer"),
        (vec![Step::Send(headed(ENDLESS, "{")), Step::Stall], "reading"),
        (vec![Step::Send(headed(ENDLESS, "{")), drip(&[b' '; 2000])], "reading"),
    ] {
        ends_in_time(&plain([Step::Request].into_iter().chain(steps).collect()).url(), doing);
    }
}
