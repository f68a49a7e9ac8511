//! The first link of a connection: looks up the host or its proxy, and connects.

use std::sync::Arc;
use std::time::Instant;

use ureq::Error;
use ureq::unversioned::transport::{ConnectionDetails, Connector, LazyBuffers};

use super::connect::{NoConnection, connect};
use super::failure::{Failure, Phase};
use super::lookup::{Lookup, NoAddress};
use super::socket::Socket;
use crate::config::Proxies;
use crate::interrupt::{self, Interrupt};
use crate::log::Log;
use crate::origin::Origin;
use crate::sys::{Unresolved, Until, is_out_of_descriptors, is_out_of_memory};

/// The longest payload of a TLS record (RFC 8446 section 5.1).
const RECORD: usize = 16 * 1024;

/// Looks up the host, or the proxy for it, and opens the TCP connection.
#[derive(Debug)]
pub(super) struct Dial {
    pub(super) lookup: Arc<Lookup>,
    pub(super) proxies: Arc<Proxies>,
    pub(super) log: Log,
}

impl Connector for Dial {
    type Out = Socket;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        interrupt::of_this_call(|interrupt| self.socket(details, interrupt).map(Some))
            .unwrap_or_else(|| Err(Failure::Defect("no call is under way".to_owned()).into_ureq()))
    }
}

impl Dial {
    fn socket(&self, details: &ConnectionDetails, interrupt: &Interrupt) -> Result<Socket, Error> {
        let target = target(details)?;
        let proxy = self.proxies.route(&target);
        let peer = proxy.map_or(&target, |proxy| &proxy.origin);
        let to_proxy = proxy.map(|proxy| format!("the proxy {}: ", proxy.origin)).unwrap_or_default();
        let allowed = *details.timeout.after;
        let until = Until::after(allowed);
        let of_the_call = details.timeout.reason != ureq::Timeout::Connect;
        let host = peer.host_in_url();
        let begin = Instant::now();
        let addresses = self.lookup.addresses(peer, interrupt, allowed).map_err(|reason| {
            match reason {
                NoAddress::Failed(Unresolved { reason, temporary }) => {
                    Failure::Resolve { reason: format!("{to_proxy}{host}: {reason}"), temporary }
                }
                NoAddress::NoDescriptor(reason) => Failure::NoDescriptor(format!("{to_proxy}{host}: {reason}")),
                NoAddress::TimeUp if of_the_call => Failure::Deadline(Phase::Lookup),
                NoAddress::TimeUp => {
                    let reason = format!("{to_proxy}{host}: no answer within {} ms", allowed.as_millis());
                    Failure::Resolve { reason, temporary: true }
                }
                NoAddress::Cancelled => Failure::Cancelled,
            }
            .into_ureq()
        })?;
        self.log.debug(|| {
            let addresses: Vec<String> = addresses.iter().map(|address| address.ip().to_string()).collect();
            format!("look-up of {host}: {}, {} ms", addresses.join(", "), begin.elapsed().as_millis())
        });
        let begin = Instant::now();
        let (address, stream) = connect(&addresses, interrupt, until).map_err(|reason| {
            // The name may have new addresses by now, so the next connection looks it up again. Where the addresses
            // were not the cause of the failure, they are kept.
            let keeps = match &reason {
                NoConnection::Cancelled => true,
                NoConnection::Failed(_, error) => is_out_of_descriptors(error) || is_out_of_memory(error),
                NoConnection::TimeUp => false,
            };
            if !keeps {
                self.lookup.forget(peer);
            }
            match reason {
                NoConnection::Cancelled => Failure::Cancelled.into_ureq(),
                NoConnection::TimeUp if of_the_call => Failure::Deadline(Phase::Connect).into_ureq(),
                NoConnection::TimeUp => Error::Timeout(details.timeout.reason),
                NoConnection::Failed(address, error) => {
                    let address = address.map(|address| format!("{address}: ")).unwrap_or_default();
                    Failure::from_connect_error(&error, &format!("{to_proxy}{address}")).into_ureq()
                }
            }
        })?;
        self.log.debug(|| {
            let of_proxy = if proxy.is_some() { " (the proxy)" } else { "" };
            format!("connected to {address}{of_proxy}, {} ms", begin.elapsed().as_millis())
        });
        // Under TLS these buffers hold only records; the buffers of the TLS layer limit the size of a head.
        let input = if details.needs_tls() { RECORD } else { details.config.input_buffer_size() };
        let buffers = LazyBuffers::new(input, details.config.output_buffer_size());
        Ok(Socket::new(stream, buffers))
    }
}

/// The origin that the request is for.
pub(super) fn target(details: &ConnectionDetails) -> Result<Origin, Error> {
    // The configuration has already checked the URL, so an error here is a defect.
    Origin::from_uri(details.uri).map_err(|reason| Failure::Defect(format!("the URL {reason}")).into_ureq())
}
