//! Host names to addresses.

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use std::fmt;
use std::net::{IpAddr, SocketAddr};

use super::failure::{Failure, Phase};

/// ureq's resolver, with literal addresses kept from it (it would start a thread for each), and with its failures named:
/// ureq reports those of look-up and of connection alike.
#[derive(Default)]
pub(super) struct Lookup(DefaultResolver);

impl Resolver for Lookup {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        if let Some(address) = literal(uri) {
            let mut addresses = self.empty();
            addresses.push(address);
            return Ok(addresses);
        }
        self.0.resolve(uri, config, timeout).map_err(|error| match error {
            Error::Timeout(ureq::Timeout::Resolve) => error,
            Error::Timeout(_) => Failure::Deadline(Phase::Lookup).into_ureq(),
            Error::Io(io) => Failure::Resolve(format!("{}: {io}", uri.host().unwrap_or_default())).into_ureq(),
            Error::HostNotFound => {
                Failure::Resolve(format!("{} has no address", uri.host().unwrap_or_default())).into_ureq()
            }
            other => other,
        })
    }
}

/// The address that `uri` spells out.
fn literal(uri: &Uri) -> Option<SocketAddr> {
    let host = uri.host()?;
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let default_port = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    let address: IpAddr = bare.parse().ok()?;
    Some(SocketAddr::new(address, uri.port_u16().unwrap_or(default_port)))
}

impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookup")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_addresses_are_not_looked_up() {
        for (uri, address) in [
            ("https://127.0.0.1/x", Some("127.0.0.1:443")),
            ("http://127.0.0.1:8080/x", Some("127.0.0.1:8080")),
            ("http://[::1]/x", Some("[::1]:80")),
            ("https://localhost/x", None),
        ] {
            let uri: Uri = uri.parse().expect("is a URI");
            assert_eq!(literal(&uri).map(|address| address.to_string()).as_deref(), address, "{uri}");
        }
    }
}
