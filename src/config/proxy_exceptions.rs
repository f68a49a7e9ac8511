//! NO_PROXY: the hosts that are reached without a proxy.

use std::net::IpAddr;

use crate::origin::{Origin, without_brackets};

/// The hosts that are reached without the proxy of the environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Exceptions(Vec<Exception>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Exception {
    Everything,
    /// A name and all names under it; with a port, only on this port.
    Name(String, Option<u16>),
    Address(IpAddr, Option<u16>),
    Network(IpAddr, u32),
}

impl Exceptions {
    pub(super) fn parse(list: &str) -> Self {
        Self(list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty()).map(Exception::parse).collect())
    }

    pub(super) fn hold(&self, target: &Origin) -> bool {
        let host = target.host().trim_end_matches('.').to_ascii_lowercase();
        let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        let here = |only: &Option<u16>| only.is_none_or(|only| only == target.port());
        self.0.iter().any(|exception| match exception {
            Exception::Everything => true,
            Exception::Name(name, only) => {
                let under = host.strip_suffix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
                under && address.is_none() && here(only)
            }
            Exception::Address(excepted, only) => address == Some(*excepted) && here(only),
            Exception::Network(network, bits) => address.is_some_and(|address| is_within(address, *network, *bits)),
        })
    }
}

impl Exception {
    fn parse(entry: &str) -> Self {
        if entry == "*" {
            return Self::Everything;
        }
        if let Some((network, bits)) = entry.split_once('/')
            && let (Some(network), Ok(bits)) = (address(network), bits.parse())
        {
            return Self::Network(network, bits);
        }
        if let Some(address) = address(entry) {
            return Self::Address(address, None);
        }
        let (host, port) = match entry.rsplit_once(':').map(|(host, port)| (host, port.parse())) {
            Some((host, Ok(port))) => (host, Some(port)),
            _ => (entry, None),
        };
        if let Some(address) = address(host) {
            return Self::Address(address, port);
        }
        // An address with a zone is looked up as a name is.
        let name = without_brackets(host);
        let name = name.strip_prefix('*').unwrap_or(name).trim_matches('.');
        Self::Name(name.to_ascii_lowercase(), port)
    }
}

/// An address; an IPv6 address may be in brackets.
fn address(text: &str) -> Option<IpAddr> {
    without_brackets(text).parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Whether the first `bits` bits of both are the same.
fn is_within(address: IpAddr, network: IpAddr, bits: u32) -> bool {
    let same = |a: u128, b: u128, width: u32| bits <= width && (bits == 0 || (a ^ b) >> (width - bits) == 0);
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(a.to_bits().into(), b.to_bits().into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.to_bits(), b.to_bits(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_are_what_people_write() {
        for (list, url, excepted) in [
            ("graph.example", "https://graph.example/", true),
            ("graph.example", "https://GRAPH.example./", true),
            ("graph.example", "https://eu.graph.example/", true),
            ("graph.example", "https://telegraph.example/", false),
            (".graph.example", "https://eu.graph.example/", true),
            (".graph.example", "https://graph.example/", true),
            ("*.graph.example", "https://eu.graph.example/", true),
            ("example", "https://graph.example/", true),
            ("a, graph.example ,b", "https://graph.example/", true),
            ("a graph.example", "https://graph.example/", true),
            ("graph.example:8443", "https://graph.example:8443/", true),
            ("graph.example:8443", "https://graph.example/", false),
            ("graph.example:443", "https://graph.example/", true),
            ("*", "https://graph.example/", true),
            ("10.1.2.3", "https://10.1.2.3/", true),
            ("10.1.2.3", "https://10.1.2.4/", false),
            ("10.1.2.3:8443", "https://10.1.2.3/", false),
            ("2.3", "https://10.1.2.3/", false),
            ("10.0.0.0/8", "https://10.1.2.3/", true),
            ("10.0.0.0/8", "https://11.1.2.3/", false),
            ("0.0.0.0/0", "https://11.1.2.3/", true),
            ("10.0.0.0/99", "https://10.1.2.3/", false),
            ("10.0.0.0/8", "https://graph.example/", false),
            ("fd00::/8", "https://[fd12::1]:8443/", true),
            ("fd00::/8", "https://[fe80::1]/", false),
            ("::1:443", "https://[fd00::1]/", false),
            ("[fd00::1]:8443", "https://[fd00::1]:8443/", true),
            ("fd00::1", "https://[fd00::1]/", true),
            ("fe80::1%eth0", "https://[fe80::1%eth0]/", true),
            ("[fe80::1%eth0]", "https://[fe80::1%eth0]/", true),
            ("[fe80::1%eth0]:8443", "https://[fe80::1%eth0]:8443/", true),
            ("[fe80::1%eth0]:8443", "https://[fe80::1%eth1]:8443/", false),
            ("::ffff:10.1.2.3", "https://10.1.2.3/", true),
            ("", "https://graph.example/", false),
            (",,", "https://graph.example/", false),
            (".", "https://graph.example/", false),
        ] {
            let target = Origin::from_uri(&url.parse().expect("is a URL")).expect("names a host");
            assert_eq!(Exceptions::parse(list).hold(&target), excepted, "{list:?} {url}");
        }
    }
}
