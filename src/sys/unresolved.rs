//! Why a name has no addresses.

/// Why a name has no addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unresolved {
    pub(crate) reason: String,
    /// Whether asking again soon may have another result.
    pub(crate) temporary: bool,
}

impl Unresolved {
    pub(crate) fn for_now(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), temporary: true }
    }

    pub(crate) fn for_good(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), temporary: false }
    }
}

#[cfg(test)]
mod tests {
    use crate::sys::resolve;
    use std::net::{Ipv6Addr, SocketAddr};

    #[test]
    fn names_of_this_machine_are_resolved() {
        let found = resolve("localhost", 80).expect("every machine knows it");
        assert!(!found.is_empty() && found.iter().all(|address| address.ip().is_loopback() && address.port() == 80));
        assert_eq!(resolve("127.0.0.9", 1), Ok(vec![SocketAddr::from(([127, 0, 0, 9], 1))]));
        assert_eq!(resolve("::1", 1), Ok(vec![SocketAddr::from((Ipv6Addr::LOCALHOST, 1))]));
    }

    #[test]
    fn what_is_no_name_is_refused_for_good() {
        // Longer than a label may be, so no server is asked.
        let unresolved = resolve(&format!("{}.invalid", "x".repeat(64)), 1).expect_err("is no name");
        assert!(!unresolved.temporary && !unresolved.reason.is_empty(), "{unresolved:?}");
        assert!(!resolve("a\0b", 1).expect_err("is no name").temporary);
    }
}
