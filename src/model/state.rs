//! The table of the states of a job, and what they mean.

/// The state of a backup job, as the service names and numbers it.
///
/// The set is open: a state that this version does not know is [`JobState::Unknown`], and
/// [`Job::state_text`](crate::Job::state_text) still has what the service sent.
///
/// Service page: the `jobState` filter of "List Jobs".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum JobState {
    /// The service sent no state, or one that this version does not know.
    Unknown = 0,
    /// The job is running.
    InProgress = 1,
    /// The job ended without an error.
    Finished = 2,
    /// The job ended and failed.
    Failed = 3,
    /// The job ended, and some objects had errors.
    FinishedWithException = 4,
    /// The job ended with a part of its objects.
    PartiallyFinished = 5,
}

struct Row {
    state: JobState,
    /// The service's name in lower case, without blanks, `_` and `-`: the form that [`JobState::from_text`] compares.
    folded_name: &'static str,
    /// The service's number for the state, which it may send instead of the name.
    number: &'static str,
    /// Whether a job in this state will not change any more.
    terminal: bool,
}

const STATES: [Row; 5] = [
    Row { state: JobState::InProgress, folded_name: "inprogress", number: "1", terminal: false },
    Row { state: JobState::Finished, folded_name: "finished", number: "2", terminal: true },
    Row { state: JobState::Failed, folded_name: "failed", number: "3", terminal: true },
    Row { state: JobState::FinishedWithException, folded_name: "finishedwithexception", number: "4", terminal: true },
    Row { state: JobState::PartiallyFinished, folded_name: "partiallyfinished", number: "5", terminal: true },
];

/// The length of the longest [`Row::folded_name`].
const LONGEST_NAME: usize = "finishedwithexception".len();

impl JobState {
    /// How many states there are, [`JobState::Unknown`] included.
    pub(crate) const COUNT: usize = STATES.len() + 1;

    /// The place of the state in a table of [`JobState::COUNT`] rows.
    pub(crate) fn index(self) -> usize {
        STATES.iter().position(|row| row.state == self).map_or(0, |place| place + 1)
    }

    /// Reads the service's text. How the names are written is not published for most states, so case, blanks, `_` and
    /// `-` are ignored.
    pub(crate) fn from_text(text: &str) -> Self {
        let mut folded = [0; LONGEST_NAME];
        let mut length = 0;
        for byte in text.bytes().filter(|byte| !matches!(byte, b' ' | b'\t' | b'_' | b'-')) {
            let Some(place) = folded.get_mut(length) else { return Self::Unknown };
            *place = byte.to_ascii_lowercase();
            length += 1;
        }
        let folded = &folded[..length];
        STATES
            .iter()
            .find(|row| folded == row.folded_name.as_bytes() || folded == row.number.as_bytes())
            .map_or(Self::Unknown, |row| row.state)
    }

    /// The state with the service's `number`, [`JobState::Unknown`] for any other number.
    pub(crate) fn from_number(number: i32) -> Self {
        STATES.iter().find(|row| row.state as i32 == number).map_or(Self::Unknown, |row| row.state)
    }

    /// Whether a job in this state will not change any more. False for [`JobState::Unknown`], because that is not
    /// known.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        STATES.iter().any(|row| row.state == self && row.terminal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_spelling_is_read() {
        for (text, state) in [
            ("Finished", JobState::Finished),
            ("In Progress", JobState::InProgress),
            ("InProgress", JobState::InProgress),
            ("IN_PROGRESS", JobState::InProgress),
            ("in-progress", JobState::InProgress),
            ("finished WITH exception", JobState::FinishedWithException),
            ("FinishedWithException", JobState::FinishedWithException),
            ("Partially_Finished", JobState::PartiallyFinished),
            ("failed", JobState::Failed),
            ("3", JobState::Failed),
            ("Waiting", JobState::Unknown),
            ("Finished?", JobState::Unknown),
            ("finished with exceptions", JobState::Unknown),
            ("Finishe", JobState::Unknown),
            ("0", JobState::Unknown),
            ("", JobState::Unknown),
        ] {
            assert_eq!(JobState::from_text(text), state, "{text:?}");
        }
    }

    #[test]
    fn numbers_are_the_services_own() {
        for row in &STATES {
            assert!(row.folded_name.len() <= LONGEST_NAME);
            assert_eq!(row.number, (row.state as i32).to_string());
            assert_eq!(JobState::from_number(row.state as i32), row.state);
        }
        assert_eq!(JobState::from_number(0), JobState::Unknown);
        assert_eq!(JobState::from_number(6), JobState::Unknown);
    }

    #[test]
    fn only_an_ended_job_is_terminal() {
        assert!(!JobState::Unknown.is_terminal());
        assert!(!JobState::InProgress.is_terminal());
        assert!(JobState::Finished.is_terminal());
        assert!(JobState::PartiallyFinished.is_terminal());
    }
}
