//! Connects to the first of several addresses that answers.
//!
//! Often one address of a host is unreachable, such as an IPv6 address on a network that does not really route IPv6. So
//! the next address is tried when the previous one has failed or has not answered for a moment. Earlier attempts go on
//! meanwhile (RFC 8305, "Happy Eyeballs").

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::interrupt::{Interrupt, MOST_WATCHES, Stop};
use crate::sys::{Connection, Readiness, Until, Watch, begin_connect};

/// How long an address is tried before the attempt with the next one begins, as RFC 8305 section 5 recommends.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum NoConnection {
    /// The address that failed last, or the first address if no attempt could begin; and the reason.
    Failed(Option<SocketAddr>, io::Error),
    TimeUp,
    Cancelled,
}

struct Pending {
    address: SocketAddr,
    socket: Connection,
}

pub(super) fn connect(
    addresses: &[SocketAddr],
    interrupt: &Interrupt,
    until: Until,
) -> Result<(SocketAddr, Connection), NoConnection> {
    let mut untried = alternating(addresses).into_iter().peekable();
    let mut pending: Vec<Pending> = Vec::new();
    let mut failure = None;
    let mut next_begins = Until::after(Duration::ZERO);
    loop {
        while (pending.is_empty() || next_begins.remaining().is_zero())
            && pending.len() < MOST_WATCHES
            && let Some(address) = untried.next()
        {
            match begin_connect(&address) {
                Ok(socket) => {
                    pending.push(Pending { address, socket });
                    next_begins = Until::after(ATTEMPT_DELAY);
                }
                // The attempt could not begin, e.g. for lack of a route. The error of an attempt that did begin says
                // more.
                Err(error) => failure = failure.or(Some((address, error))),
            }
        }
        if pending.is_empty() {
            return Err(match failure {
                Some((address, error)) => NoConnection::Failed(Some(address), error),
                None => NoConnection::Failed(None, io::ErrorKind::AddrNotAvailable.into()),
            });
        }
        let more = untried.peek().is_some() && pending.len() < MOST_WATCHES;
        match wait(&pending, interrupt, if more { until.or_sooner(next_begins) } else { until }) {
            Ok(ended) => {
                // In reverse order, so that a removal does not change the indexes that follow.
                for index in ended.into_iter().rev() {
                    let Pending { address, socket } = pending.remove(index);
                    match outcome(&socket) {
                        Ok(()) => return Ok((address, socket)),
                        Err(error) => failure = Some((address, error)),
                    }
                    next_begins = Until::after(Duration::ZERO);
                }
            }
            Err(Stop::TimeUp) if until.remaining().is_zero() => return Err(NoConnection::TimeUp),
            Err(Stop::TimeUp) => {}
            Err(Stop::Cancelled) => return Err(NoConnection::Cancelled),
            Err(Stop::Failed(error)) => return Err(NoConnection::Failed(None, error)),
        }
    }
}

/// Waits until some of `pending` are connected or have failed, and returns their indexes.
fn wait(pending: &[Pending], interrupt: &Interrupt, until: Until) -> Result<Vec<usize>, Stop> {
    let mut watches: Vec<_> =
        pending.iter().map(|connection| Watch::socket(&connection.socket, Readiness::Writable)).collect();
    interrupt.wait(&mut watches, until)?;
    Ok(watches.iter().enumerate().filter(|(_, watch)| watch.is_ready()).map(|(index, _)| index).collect())
}

fn outcome(socket: &Connection) -> io::Result<()> {
    socket.get()?.take_error()?.map_or(Ok(()), Err)
}

/// The addresses in the order of the resolver, but with the two families alternating: if one address of a family is
/// unreachable, usually all of that family are.
fn alternating(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first_family = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<SocketAddr>, Vec<SocketAddr>) =
        addresses.iter().copied().partition(|address| address.is_ipv6() == first_family);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut ordered = Vec::with_capacity(addresses.len());
    while ordered.len() < addresses.len() {
        ordered.extend(first.next());
        ordered.extend(second.next());
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[test]
    fn families_take_turns() {
        let address = |text: &str| -> SocketAddr { text.parse().expect("is an address") };
        let (a, b, c, d) = (address("[::1]:1"), address("[::2]:1"), address("1.1.1.1:1"), address("1.1.1.2:1"));
        assert_eq!(alternating(&[a, b, c, d]), [a, c, b, d]);
        assert_eq!(alternating(&[c, a, b]), [c, a, b]);
        assert_eq!(alternating(&[a, b]), [a, b]);
        assert_eq!(alternating(&[]), []);
    }

    #[test]
    fn the_address_that_was_tried_tells_more_than_those_that_could_not_be() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let refuses = listener.local_addr().expect("is bound");
        drop(listener);
        let interrupt = Interrupt::new(Arc::default());
        let _call = interrupt.enter().expect("is not cancelled");
        let until = Until::after(Duration::from_secs(20));
        // Linux refuses TCP connections to a broadcast address.
        let no_way = SocketAddr::from(([255; 4], 1));
        for addresses in [&[no_way, refuses, no_way][..], &[refuses, no_way], &[no_way, no_way]] {
            let expected = if addresses.contains(&refuses) { refuses } else { no_way };
            match connect(addresses, &interrupt, until) {
                Err(NoConnection::Failed(Some(address), _)) => assert_eq!(address, expected, "{addresses:?}"),
                other => panic!("{addresses:?}: {other:?}"),
            }
        }
        assert!(until.remaining() > Duration::from_secs(10), "nothing is waited for");
    }
}
