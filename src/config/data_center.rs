//! The vendor's data centers and the URLs that belong to them.
//!
//! Service page: "Use AvePoint Graph API".

/// The identity service of an environment.
const COMMERCIAL: &str = "https://identity.avepointonlineservices.com/connect/token";
const US_GOVERNMENT: &str = "https://identity-gov.avepointonlineservices.com/connect/token";
const AOS2: &str = "https://identity-aos2.avepointonlineservices.com/connect/token";
const FEDRAMP: &str = "https://identity.online15.net/connect/token";

pub(super) struct DataCenter {
    pub(super) name: &'static str,
    pub(super) base_url: &'static str,
    pub(super) identity_url: &'static str,
}

macro_rules! graph {
    ($name:literal, $identity:expr) => {
        DataCenter {
            name: $name,
            base_url: concat!("https://graph-", $name, ".avepointonlineservices.com"),
            identity_url: $identity,
        }
    };
}

const DATA_CENTERS: [DataCenter; 23] = [
    graph!("au", COMMERCIAL),
    graph!("sg", COMMERCIAL),
    graph!("ca", COMMERCIAL),
    graph!("ne", COMMERCIAL),
    graph!("we", COMMERCIAL),
    graph!("fr", COMMERCIAL),
    graph!("de", COMMERCIAL),
    graph!("jp", COMMERCIAL),
    graph!("kr", COMMERCIAL),
    graph!("ch", COMMERCIAL),
    graph!("uk", COMMERCIAL),
    graph!("us", COMMERCIAL),
    graph!("uae", COMMERCIAL),
    graph!("za", COMMERCIAL),
    graph!("qa", COMMERCIAL),
    graph!("gcp-au", COMMERCIAL),
    graph!("gcp-jp", COMMERCIAL),
    graph!("gcp-us", COMMERCIAL),
    graph!("gcp-we", COMMERCIAL),
    graph!("gcp-kr", COMMERCIAL),
    graph!("gov", US_GOVERNMENT),
    graph!("aos2", AOS2),
    DataCenter { name: "fedramp", base_url: "https://graphusgovapi.online15.net", identity_url: FEDRAMP },
];

/// The data center of that name, whatever its case.
pub(super) fn find(name: &str) -> Option<&'static DataCenter> {
    DATA_CENTERS.iter().find(|center| center.name.eq_ignore_ascii_case(name.trim()))
}

/// All names, for the message about an unknown name.
pub(super) fn names() -> String {
    DATA_CENTERS.map(|center| center.name).join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_the_published_ones() {
        let urls = |name: &str| find(name).map(|center| (center.base_url, center.identity_url));
        assert_eq!(urls("US"), Some(("https://graph-us.avepointonlineservices.com", COMMERCIAL)));
        assert_eq!(urls("gcp-jp"), Some(("https://graph-gcp-jp.avepointonlineservices.com", COMMERCIAL)));
        assert_eq!(urls("gov"), Some(("https://graph-gov.avepointonlineservices.com", US_GOVERNMENT)));
        assert_eq!(urls("aos2"), Some(("https://graph-aos2.avepointonlineservices.com", AOS2)));
        assert_eq!(urls("fedramp"), Some(("https://graphusgovapi.online15.net", FEDRAMP)));
        assert_eq!(urls("usa"), None);
    }
}
