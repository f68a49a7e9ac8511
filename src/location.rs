//! A location of a Multi-Geo tenant, such as `EUR`.
//!
//! Service page: "Retrieve Job Details", parameter `location`.

use crate::quote::beginning;

/// Longer than any published value. The limit keeps the request small.
const LONGEST_LOCATION: usize = 64;

/// Whether `location` can go into the query as it is. The list of locations is open, so any word passes.
pub(crate) fn check_location(location: &str) -> Result<(), String> {
    let word = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if location.is_empty() {
        return Err("is empty: leave it out if the tenant is not Multi-Geo".to_owned());
    }
    if location.len() > LONGEST_LOCATION || !location.bytes().all(word) {
        return Err(format!("must consist of at most {LONGEST_LOCATION} ASCII letters, digits, '-', '_' and '.'"));
    }
    Ok(())
}

/// Names a location in a message.
pub(crate) fn named(location: &str) -> String {
    format!("The location {:?}", beginning(location, 40))
}
