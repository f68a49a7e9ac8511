//! Prepares text from outside for a message: on one line, and not longer than a reader wants.

/// `text` on one line of a log: every run of blanks and control characters becomes one blank.
pub(crate) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The full stop that `sentence` needs: none if it ends like a sentence already.
pub(crate) fn full_stop(sentence: &str) -> &'static str {
    if sentence.ends_with(['.', '!', '?']) { "" } else { "." }
}

/// The beginning of `text`: at most `limit` characters, with a mark where it was cut.
pub(crate) fn beginning(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_control_characters_become_one_blank() {
        assert_eq!(one_line(" a\r\n\tb \u{1b}[31m c "), "a b [31m c");
    }

    #[test]
    fn a_beginning_is_cut_between_characters() {
        assert_eq!(beginning("äöü", 2), "äö…");
        assert_eq!(beginning("äöü", 3), "äöü");
    }

    #[test]
    fn a_sentence_gets_the_full_stop_that_it_lacks() {
        for (sentence, full_stop_of_it) in [("No", "."), ("No.", ""), ("No!", ""), ("No?", ""), ("", ".")] {
            assert_eq!(full_stop(sentence), full_stop_of_it, "{sentence}");
        }
    }
}
