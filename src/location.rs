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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_one_word_that_is_not_too_long() {
        for location in ["EUR", "a", "north-europe_2.x", &"x".repeat(64)] {
            assert_eq!(check_location(location), Ok(()), "{location}");
        }
        for (location, words) in [
            ("", "is empty: leave it out"),
            (&*"x".repeat(65), "at most 64 ASCII letters"),
            ("EUR NAM", "must consist"),
            ("EUR&x", "must consist"),
            ("EÜR", "must consist"),
        ] {
            let refusal = check_location(location).expect_err(location);
            assert!(refusal.contains(words), "{location}: {refusal}");
        }
    }

    #[test]
    fn a_long_location_is_not_repeated() {
        assert_eq!(named("EUR"), "The location \"EUR\"");
        assert!(named(&"x".repeat(1000)).len() < 70);
    }
}
